//! The queue of what is to be sent. A row leaves when Meta has accepted or refused it for good.
//!
//! `queued → claimed → in_flight → (gone | queued | unknown)`, `unknown → gone`. A claimed row may be taken again when its
//! lease is over; one in flight never: its first byte may have left.
//!
//! [`pairs`] holds when the first row of each conversation may go, so that [`claims`] finds what is due by an index,
//! however much waits behind it. Whoever adds rows or takes some out locks the pair first and sets it anew last.

use std::collections::BTreeMap;

use super::{Conn, Result, Tx};
use crate::domain::ids::{ChannelId, ConversationId, MessageId};

pub mod claims;
pub mod endings;
pub mod overdue;
pub mod pairs;
pub mod turns;
pub mod waiting;

/// A row as the sender needs it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OutboxRow {
    pub message_id: MessageId,
    pub channel_id: ChannelId,
    pub conversation_id: ConversationId,
    pub seq: i64,
    /// The Graph call's body (JSON), without what the sender adds.
    pub body: String,
    pub attempt: i64,
    /// The window's end when it was written; of a template its own end, if it has one ([`crate::domain::waiting`]).
    pub expires_at_ms: Option<i64>,
}

/// # Errors
/// The database is out of reach.
pub async fn enqueue(tx: &mut Tx, row: &OutboxRow, now_ms: i64) -> Result<()> {
    const ENQUEUE: &str = "insert into outbox
        (message_id, channel_id, conversation_id, seq, body, state, attempt, not_before_ms, lease_until_ms,
         expires_at_ms, created_at_ms)
        values ($1, $2, $3, $4, $5, 'queued', 0, $6, 0, $7, $6)";
    pairs::lock_one(&mut tx.conn(), &row.channel_id, &row.conversation_id).await?;
    on!(tx.conn(), c => sqlx::query(ENQUEUE).bind(&row.message_id).bind(&row.channel_id).bind(&row.conversation_id)
        .bind(row.seq).bind(&row.body).bind(now_ms).bind(row.expires_at_ms).execute(&mut *c).await.map(drop))?;
    pairs::set_due(&mut tx.conn(), &[&row.conversation_id]).await?;
    tx.wake_outbox();
    Ok(())
}

/// A status proved that a message reached Meta: whatever its row waited for is over.
///
/// # Errors
/// The database is out of reach.
pub async fn settle(tx: &mut Tx, conversation_id: &ConversationId, message_id: &MessageId) -> Result<()> {
    const SETTLE: &str = "delete from outbox where message_id = $1 and state in ('in_flight', 'unknown')";
    pairs::lock(&mut tx.conn(), &[conversation_id]).await?;
    let settled = on!(tx.conn(), c => sqlx::query(SETTLE).bind(message_id).execute(&mut *c).await?.rows_affected());
    if settled > 0 {
        pairs::set_due(&mut tx.conn(), &[conversation_id]).await?;
        tx.wake_outbox();
    }
    Ok(())
}

/// How many rows wait or are on their way.
///
/// # Errors
/// The database is out of reach.
pub async fn depth(conn: &mut Conn<'_>) -> Result<i64> {
    const DEPTH: &str = "select count(*) from outbox";
    Ok(on!(conn, c => sqlx::query_scalar(DEPTH).fetch_one(&mut **c).await?))
}

/// Rows by the attempt they are of: what is written about a row holds for its attempt only.
fn by_attempt<'a>(rows: impl IntoIterator<Item = &'a OutboxRow>) -> BTreeMap<i64, Vec<&'a MessageId>> {
    let mut groups: BTreeMap<i64, Vec<&MessageId>> = BTreeMap::new();
    for row in rows {
        groups.entry(row.attempt).or_default().push(&row.message_id);
    }
    groups
}
