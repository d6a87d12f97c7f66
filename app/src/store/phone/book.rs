//! The address book of a phone: what a company calls its customers there.

use crate::domain::ids::ContactId;
use crate::store::contacts::{self, Known, NewContact};
use crate::store::{Result, Tx};

/// An entry as the phone tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// `None`: it was taken out.
    pub name: Option<String>,
    pub username: Option<String>,
    pub at_ms: i64,
}

/// Writes an entry down, for a contact that may be new; older news than what is held changes nothing. Taking out somebody
/// who is not here makes nobody.
///
/// # Errors
/// The database is out of reach.
pub async fn write(tx: &mut Tx, known: &Known, entry: &Entry, now_ms: i64) -> Result<()> {
    const WRITE: &str = "update contacts set book_name = $1, book_at_ms = $2, username = coalesce($3, username)
        where id = $4 and coalesce(book_at_ms, -1) < $2";
    let id: ContactId = match (&known.contact_id, &entry.name) {
        (Some(id), _) => id.clone(),
        (None, None) => return Ok(()),
        (None, Some(_)) => {
            let new = NewContact {
                name: "",
                username: entry.username.as_deref(),
                identity: &known.own,
                seen_at_ms: entry.at_ms,
            };
            contacts::insert(&mut tx.conn(), &new).await?
        }
    };
    if !known.new_aliases.is_empty() {
        contacts::add_aliases(&mut tx.conn(), &id, &known.new_aliases, now_ms).await?;
    }
    let written = on!(tx.conn(), c => sqlx::query(WRITE).bind(&entry.name).bind(entry.at_ms).bind(&entry.username).bind(&id)
        .execute(&mut *c).await?.rows_affected());
    if written > 0 && known.conversation_id.is_some() {
        contacts::announce(tx, &id, now_ms).await?;
    }
    Ok(())
}
