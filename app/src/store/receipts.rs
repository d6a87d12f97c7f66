//! Blue ticks still to be told to Meta. Marking a message read marks earlier ones too, so one row a conversation holds
//! the newest; telling it twice does no harm.

use super::{Conn, Result};
use crate::domain::ids::{ChannelId, ConversationId, Wamid};

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Receipt {
    pub conversation_id: ConversationId,
    pub channel_id: ChannelId,
    pub wamid: Wamid,
    pub attempt: i64,
}

/// # Errors
/// The database is out of reach.
pub async fn enqueue(
    conn: &mut Conn<'_>,
    conversation_id: &ConversationId,
    channel_id: &ChannelId,
    wamid: &Wamid,
    now_ms: i64,
) -> Result<()> {
    const ENQUEUE: &str = "insert into read_receipts (conversation_id, channel_id, wamid, attempt, not_before_ms)
        values ($1, $2, $3, 0, $4)
        on conflict (conversation_id) do update set wamid = excluded.wamid, attempt = 0,
          not_before_ms = excluded.not_before_ms";
    on!(conn, c => sqlx::query(ENQUEUE).bind(conversation_id).bind(channel_id).bind(wamid).bind(now_ms)
        .execute(&mut **c).await.map(drop))?;
    Ok(())
}

/// # Errors
/// The database is out of reach.
pub async fn due(conn: &mut Conn<'_>, now_ms: i64, limit: i64) -> Result<Vec<Receipt>> {
    const DUE: &str = "select conversation_id, channel_id, wamid, attempt from read_receipts
        where not_before_ms <= $1 order by not_before_ms limit $2";
    Ok(on!(conn, c => sqlx::query_as(DUE).bind(now_ms).bind(limit).fetch_all(&mut **c).await?))
}

/// Done, or given up: leaves the queue unless a newer message was read meanwhile.
///
/// # Errors
/// The database is out of reach.
pub async fn finish(conn: &mut Conn<'_>, receipt: &Receipt) -> Result<()> {
    const FINISH: &str = "delete from read_receipts where conversation_id = $1 and wamid = $2";
    on!(conn, c => sqlx::query(FINISH).bind(&receipt.conversation_id).bind(&receipt.wamid)
        .execute(&mut **c).await.map(drop))?;
    Ok(())
}

/// Try again later.
///
/// # Errors
/// The database is out of reach.
pub async fn postpone(conn: &mut Conn<'_>, receipt: &Receipt, not_before_ms: i64) -> Result<()> {
    const POSTPONE: &str = "update read_receipts set attempt = attempt + 1, not_before_ms = $1
        where conversation_id = $2 and wamid = $3";
    on!(conn, c => sqlx::query(POSTPONE).bind(not_before_ms).bind(&receipt.conversation_id).bind(&receipt.wamid)
        .execute(&mut **c).await.map(drop))?;
    Ok(())
}
