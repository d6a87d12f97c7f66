//! Customers, found by any of their aliases.

use super::announcements::Announcement;
use super::bulk::contacts::Refresh;
use super::{Conn, Result, Tx, bulk, suggestions};
use crate::domain::contact::AliasKind;
use crate::domain::conversation::ConversationRow;
use crate::domain::ids::{ChannelId, ContactId, ConversationId};
use crate::domain::permission::Permit;

/// The names one webhook gives a customer. Any may be missing, never all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Identity {
    /// E.164 with `+`.
    pub phone: Option<String>,
    pub user_id: Option<String>,
    pub parent_user_id: Option<String>,
}

impl Identity {
    /// The names there are, the one that decides between two people first: Meta's business-scoped id belongs to one
    /// person of one portfolio, a phone number may have moved, a parent id spans portfolios.
    pub fn aliases(&self) -> impl Iterator<Item = (AliasKind, &str)> {
        [
            (AliasKind::UserId, self.user_id.as_deref()),
            (AliasKind::Phone, self.phone.as_deref()),
            (AliasKind::ParentUserId, self.parent_user_id.as_deref()),
        ]
        .into_iter()
        .filter_map(|(kind, value)| value.map(|value| (kind, value)))
    }

    pub fn is_empty(&self) -> bool {
        self.aliases().next().is_none()
    }

    pub(super) fn forget(&mut self, kind: AliasKind) {
        match kind {
            AliasKind::UserId => self.user_id = None,
            AliasKind::Phone => self.phone = None,
            AliasKind::ParentUserId => self.parent_user_id = None,
        }
    }
}

/// What an identity is known as.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    pub contact_id: Option<ContactId>,
    /// The contact's conversation on the number asked about.
    pub conversation_id: Option<ConversationId>,
    /// Names not yet written down that belong to nobody else.
    pub new_aliases: Vec<(AliasKind, String)>,
    /// The identity without the names that are another contact's.
    pub own: Identity,
    /// Other customers that some of the names belong to, each with the first such name's kind.
    pub rivals: Vec<(ContactId, AliasKind)>,
}

/// Looks an identity up, with the contact's conversation on `channel_id`.
///
/// # Errors
/// The database is out of reach.
pub async fn find(conn: &mut Conn<'_>, channel_id: &ChannelId, identity: &Identity) -> Result<Known> {
    let mut found = bulk::contacts::find(conn, channel_id, &[identity]).await?;
    Ok(found.pop().map(|(known, _)| known).unwrap_or_default())
}

/// A contact as a webhook first shows it.
pub struct NewContact<'a> {
    pub name: &'a str,
    pub username: Option<&'a str>,
    pub identity: &'a Identity,
    pub seen_at_ms: i64,
}

impl NewContact<'_> {
    /// The same as news of a contact that is known.
    pub fn refreshes(&self, id: &ContactId) -> Refresh {
        Refresh {
            id: id.clone(),
            name: self.name.to_owned(),
            username: self.username.map(str::to_owned),
            phone: self.identity.phone.clone(),
            user_id: self.identity.user_id.clone(),
            from_ms: self.seen_at_ms,
            to_ms: self.seen_at_ms,
        }
    }
}

/// # Errors
/// The database is out of reach.
pub async fn insert(conn: &mut Conn<'_>, new: &NewContact<'_>) -> Result<ContactId> {
    const INSERT: &str = "insert into contacts (id, name, username, phone, user_id, first_seen_at_ms, last_seen_at_ms)
        values ($1, $2, $3, $4, $5, $6, $6)";
    let id = ContactId::new();
    on!(conn, c => sqlx::query(INSERT).bind(&id).bind(new.name).bind(new.username).bind(&new.identity.phone)
        .bind(&new.identity.user_id).bind(new.seen_at_ms).execute(&mut **c).await.map(drop))?;
    Ok(id)
}

/// Writes names down for a contact; one that another contact has meanwhile is left to it.
///
/// # Errors
/// The database is out of reach.
pub async fn add_aliases(
    conn: &mut Conn<'_>,
    id: &ContactId,
    aliases: &[(AliasKind, String)],
    now_ms: i64,
) -> Result<()> {
    const ADD: &str = "insert into contact_aliases (kind, value, contact_id, created_at_ms) values ($1, $2, $3, $4)
        on conflict (kind, value) do nothing";
    for (kind, value) in aliases {
        on!(conn, c => sqlx::query(ADD).bind(kind.as_str()).bind(value).bind(id).bind(now_ms)
            .execute(&mut **c).await.map(drop))?;
    }
    Ok(())
}

/// What a webhook tells anew of a known contact: the latest name and ids win, the times only stretch.
///
/// # Errors
/// The database is out of reach.
pub async fn refresh(conn: &mut Conn<'_>, id: &ContactId, seen: &NewContact<'_>) -> Result<()> {
    bulk::contacts::refresh(conn, &[seen.refreshes(id)]).await
}

/// A customer goes by other names from now on: `was` is what they were known as, `becomes` what they are. Names that belong
/// to another contact stay there, and that they may be one is suggested: two people are never merged silently. An old number is let go, since it may be given to
/// somebody else; an old user id stays, since it belongs to nobody else ever.
///
/// # Errors
/// The database is out of reach.
pub async fn rename(tx: &mut Tx, id: &ContactId, was: &Identity, becomes: &Identity, now_ms: i64) -> Result<()> {
    const OWNER: &str = "select contact_id from contact_aliases where kind = $1 and value = $2";
    const LET_GO: &str = "delete from contact_aliases where kind = 'phone' and value = $1 and contact_id = $2";
    let mut own = becomes.clone();
    for (kind, value) in becomes.aliases() {
        add_aliases(&mut tx.conn(), id, &[(kind, value.to_owned())], now_ms).await?;
        let owner: ContactId = on!(tx.conn(), c => sqlx::query_scalar(OWNER).bind(kind.as_str()).bind(value)
            .fetch_one(&mut *c).await?);
        if owner != *id {
            own.forget(kind);
            if customer_of(&mut tx.conn(), &owner).await? != customer_of(&mut tx.conn(), id).await? {
                suggestions::raise(tx, id, &owner, kind, now_ms).await?;
            }
        }
    }
    if let (Some(old), Some(new)) = (&was.phone, &own.phone)
        && old != new
    {
        on!(tx.conn(), c => sqlx::query(LET_GO).bind(old).bind(id).execute(&mut *c).await.map(drop))?;
    }
    const SET: &str = "update contacts set phone = coalesce($1, phone), user_id = coalesce($2, user_id) where id = $3";
    on!(tx.conn(), c => sqlx::query(SET).bind(&own.phone).bind(&own.user_id).bind(id).execute(&mut *c).await.map(drop))?;
    announce(tx, id, now_ms).await
}

/// Gives a customer the name the team calls them by; `None`: by their profile name again. `seen` comes from
/// [`conversations::visible_to`] in this transaction.
///
/// # Errors
/// The database is out of reach.
pub async fn give_name(
    tx: &mut Tx,
    _permit: &Permit,
    seen: &ConversationRow,
    name: Option<&str>,
    now_ms: i64,
) -> Result<()> {
    const GIVE: &str = "update contacts set given_name = $1 where id = $2";
    let id = &seen.contact.id;
    on!(tx.conn(), c => sqlx::query(GIVE).bind(name).bind(id).execute(&mut *c).await.map(drop))?;
    announce(tx, id, now_ms).await
}

/// Something is known of a customer that their rows do not carry: whoever shows it looks again.
///
/// # Errors
/// The database is out of reach.
pub async fn changed(tx: &mut Tx, id: &ContactId, now_ms: i64) -> Result<()> {
    const COUNT: &str = "update contacts set version = version + 1
        where id = (select coalesce(person_id, id) from contacts where id = $1)";
    on!(tx.conn(), c => sqlx::query(COUNT).bind(id).execute(&mut *c).await.map(drop))?;
    announce(tx, id, now_ms).await
}

/// The contact that stands for the customer a contact belongs to: itself, unless it was merged.
///
/// # Errors
/// The database is out of reach, or there is no such contact.
pub async fn customer_of(conn: &mut Conn<'_>, id: &ContactId) -> Result<ContactId> {
    const ROOT: &str = "select coalesce(person_id, id) from contacts where id = $1";
    Ok(on!(conn, c => sqlx::query_scalar(ROOT).bind(id).fetch_one(&mut **c).await?))
}

/// Tells every screen that shows a conversation of this contact's customer.
///
/// # Errors
/// The database is out of reach.
pub async fn announce(tx: &mut Tx, id: &ContactId, now_ms: i64) -> Result<()> {
    const THEIRS: &str = "select v.id from contacts p join conversations v on v.contact_id = p.id
        where p.id = $1 or p.person_id = $1 order by v.id";
    let customer = customer_of(&mut tx.conn(), id).await?;
    let ids: Vec<ConversationId> =
        on!(tx.conn(), c => sqlx::query_scalar(THEIRS).bind(&customer).fetch_all(&mut *c).await?);
    for id in ids {
        tx.announce(Announcement::Conversation(id), now_ms);
    }
    Ok(())
}
