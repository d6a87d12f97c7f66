//! Whose turn it is to send with a number. Meta counts a number's rate, not a program's: one sender at a time can keep it.

use crate::domain::ids::ChannelId;
use crate::store::{Conn, Result};

/// Takes or keeps a number's turn; gives when the sender before claimed last (0: there was none), or `None` when it is
/// another's turn.
///
/// # Errors
/// The database is out of reach.
pub async fn take(
    conn: &mut Conn<'_>,
    channel_id: &ChannelId,
    sender: &str,
    until_ms: i64,
    now_ms: i64,
) -> Result<Option<i64>> {
    const TAKE: &str = "insert into sending_turns (channel_id, sender, until_ms, claimed_at_ms, before_ms)
        values ($1, $2, $3, $4, 0)
        on conflict (channel_id) do update set
          before_ms = case when sending_turns.sender = excluded.sender then sending_turns.before_ms
                           else sending_turns.claimed_at_ms end,
          sender = excluded.sender, until_ms = excluded.until_ms, claimed_at_ms = excluded.claimed_at_ms
        where sending_turns.sender = excluded.sender or sending_turns.until_ms <= excluded.claimed_at_ms
        returning before_ms";
    Ok(on!(conn, c => sqlx::query_scalar(TAKE).bind(channel_id).bind(sender).bind(until_ms).bind(now_ms)
        .fetch_optional(&mut **c).await?))
}

/// Ends a sender's turns: it stops.
///
/// # Errors
/// The database is out of reach.
pub async fn give_up(conn: &mut Conn<'_>, sender: &str) -> Result<()> {
    const END: &str = "update sending_turns set until_ms = 0 where sender = $1";
    on!(conn, c => sqlx::query(END).bind(sender).execute(&mut **c).await.map(drop))?;
    Ok(())
}

/// Ends every turn: whoever had one is dead.
///
/// # Errors
/// The database is out of reach.
pub async fn end_all(conn: &mut Conn<'_>) -> Result<()> {
    const END: &str = "update sending_turns set until_ms = 0";
    on!(conn, c => sqlx::query(END).execute(&mut **c).await.map(drop))?;
    Ok(())
}
