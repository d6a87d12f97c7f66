//! Customers, found by any of their aliases.

use super::{Conn, Result};
use crate::domain::contact::AliasKind;
use crate::domain::ids::{ChannelId, ContactId, ConversationId};

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

    fn forget(&mut self, kind: AliasKind) {
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
    /// The identity without the names that are another person's.
    pub own: Identity,
}

#[derive(sqlx::FromRow)]
struct AliasRow {
    kind: String,
    contact_id: ContactId,
    conversation_id: Option<ConversationId>,
}

/// Looks an identity up, with the contact's conversation on `channel_id`.
///
/// # Errors
/// The database is out of reach.
pub async fn find(conn: &mut Conn<'_>, channel_id: &ChannelId, identity: &Identity) -> Result<Known> {
    const FIND: &str = "select a.kind as kind, a.contact_id as contact_id, v.id as conversation_id
        from contact_aliases a
        left join conversations v on v.contact_id = a.contact_id and v.channel_id = $1
        where (a.kind = 'user_id' and a.value = $2) or (a.kind = 'phone' and a.value = $3)
           or (a.kind = 'parent_user_id' and a.value = $4)";
    let rows: Vec<AliasRow> = on!(conn, c => sqlx::query_as(FIND).bind(channel_id)
        .bind(&identity.user_id).bind(&identity.phone).bind(&identity.parent_user_id).fetch_all(&mut **c).await?);
    let mut known = Known { own: identity.clone(), ..Known::default() };
    for (kind, value) in identity.aliases() {
        match rows.iter().find(|row| row.kind == kind.as_str()) {
            Some(row) if known.contact_id.is_none() => {
                known.contact_id = Some(row.contact_id.clone());
                known.conversation_id = row.conversation_id.clone();
            }
            Some(row) if known.contact_id.as_ref() == Some(&row.contact_id) => {}
            // Two people by two names: never merged silently, the deciding name wins.
            Some(_) => known.own.forget(kind),
            None => known.new_aliases.push((kind, value.to_owned())),
        }
    }
    Ok(known)
}

/// A contact as a webhook first shows it.
pub struct NewContact<'a> {
    pub name: &'a str,
    pub username: Option<&'a str>,
    pub identity: &'a Identity,
    pub seen_at_ms: i64,
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

/// What a webhook tells anew of a known contact: the latest name wins, ids fill in, the times only stretch.
///
/// # Errors
/// The database is out of reach.
pub async fn refresh(conn: &mut Conn<'_>, id: &ContactId, seen: &NewContact<'_>) -> Result<()> {
    const REFRESH: &str = "update contacts set
          name = case when $1 = '' then name else $1 end,
          username = coalesce($2, username), phone = coalesce($3, phone), user_id = coalesce($4, user_id),
          first_seen_at_ms = case when first_seen_at_ms > $5 then $5 else first_seen_at_ms end,
          last_seen_at_ms = case when last_seen_at_ms < $5 then $5 else last_seen_at_ms end
        where id = $6";
    on!(conn, c => sqlx::query(REFRESH).bind(seen.name).bind(seen.username).bind(&seen.identity.phone)
        .bind(&seen.identity.user_id).bind(seen.seen_at_ms).bind(id).execute(&mut **c).await.map(drop))?;
    Ok(())
}
