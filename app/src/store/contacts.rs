//! Customers, found by any of their aliases.

use super::bulk::contacts::Refresh;
use super::{Conn, Result, bulk};
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
    /// The identity without the names that are another person's.
    pub own: Identity,
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
    let refresh = Refresh {
        id: id.clone(),
        name: seen.name.to_owned(),
        username: seen.username.map(str::to_owned),
        phone: seen.identity.phone.clone(),
        user_id: seen.identity.user_id.clone(),
        from_ms: seen.seen_at_ms,
        to_ms: seen.seen_at_ms,
    };
    bulk::contacts::refresh(conn, &[refresh]).await
}
