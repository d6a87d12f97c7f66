//! What waits in the queue for one customer.

use super::endings::{self, End, Ending};
use super::{OutboxRow, pairs};
use crate::domain::ids::ConversationId;
use crate::domain::message::MessageError;
use crate::store::delivery::Changed;
use crate::store::{Result, Tx};

/// Fails everything of a conversation that still waits. What was claimed goes its way: it may have left.
///
/// # Errors
/// The database is out of reach.
pub async fn fail(tx: &mut Tx, id: &ConversationId, error: &MessageError, now_ms: i64) -> Result<Vec<Changed>> {
    const WAITING: &str =
        "select message_id, channel_id, conversation_id, seq, body, attempt, expires_at_ms from outbox
        where conversation_id = $1 and state = 'queued' order by seq";
    // Held first: nobody claims one of them meanwhile.
    pairs::lock(&mut tx.conn(), &[id]).await?;
    let rows: Vec<OutboxRow> = on!(tx.conn(), c => sqlx::query_as(WAITING).bind(id).fetch_all(&mut *c).await?);
    let endings: Vec<Ending> = rows.into_iter().map(|row| Ending { row, end: End::Failed(error.clone()) }).collect();
    endings::write(tx, &endings, now_ms).await
}
