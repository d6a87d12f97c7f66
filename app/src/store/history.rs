//! What messages said before they were edited or deleted. Kept for those who look into a dispute, told to nobody else.

use super::{Conn, Result, json};
use crate::domain::content::Content;
use crate::domain::ids::MessageId;
use crate::domain::message::Said;
use crate::domain::permission::Permit;

#[derive(sqlx::FromRow)]
struct SaidRow {
    kind: String,
    text: Option<String>,
    content: Option<String>,
    until_ms: Option<i64>,
}

impl TryFrom<(&'static str, SaidRow)> for Said {
    type Error = super::StoreError;

    fn try_from((column, row): (&'static str, SaidRow)) -> Result<Self> {
        let content: Option<Box<Content>> = row.content.map(|held| json(column, &held)).transpose()?;
        Ok(Self { kind: row.kind, text: row.text, content, until_ms: row.until_ms })
    }
}

/// What a message said before each edit and, when it was deleted, at last; newest first. The permit is proof that the
/// reader may know; which conversations they reach was decided by [`super::conversations::visible_to`].
///
/// # Errors
/// The database is out of reach.
pub async fn of(conn: &mut Conn<'_>, _permit: &Permit, id: &MessageId) -> Result<Vec<Said>> {
    const DELETED: &str = "select kind, text, content, revoked_at_ms as until_ms from messages
        where id = $1 and revoked_at_ms is not null";
    const EDITED: &str = "select m.kind as kind, e.text_before as text, e.content_before as content,
          e.edited_at_ms as until_ms
        from message_edits e join messages m on m.id = e.message_id
        where e.message_id = $1 order by e.edited_at_ms desc, e.seq desc";
    let (deleted, edited): (Vec<SaidRow>, Vec<SaidRow>) = on!(conn, c => (
        sqlx::query_as(DELETED).bind(id).fetch_all(&mut **c).await?,
        sqlx::query_as(EDITED).bind(id).fetch_all(&mut **c).await?,
    ));
    let deleted = deleted.into_iter().map(|row| ("messages.content", row));
    let edited = edited.into_iter().map(|row| ("message_edits.content_before", row));
    deleted.chain(edited).map(Said::try_from).collect()
}
