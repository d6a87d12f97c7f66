//! Parts of the history that wait for their turn, behind what happens now.

use crate::domain::ids::ChannelId;
use crate::store::{Conn, Result};

/// A part that has come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewChunk<'a> {
    pub channel_id: &'a ChannelId,
    /// The request it came in, and where it stands there.
    pub journal_id: i64,
    pub place: &'a str,
    pub phase: i64,
    pub order: i64,
    pub messages: i64,
    pub received_at_ms: i64,
}

/// A part that waits, and how many of its messages are done.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Chunk {
    pub id: String,
    pub channel_id: ChannelId,
    pub journal_id: i64,
    pub place: String,
    pub next: i64,
}

/// Queues a part, from its first message; also one that was done before and is wanted again.
///
/// # Errors
/// The database is out of reach.
pub async fn put(conn: &mut Conn<'_>, new: &NewChunk<'_>) -> Result<()> {
    const PUT: &str = "insert into history_chunks
          (id, channel_id, journal_id, place, phase, chunk_order, messages, next, received_at_ms)
        values ($1, $2, $3, $4, $5, $6, $7, 0, $8)
        on conflict (journal_id, place) do update set next = 0, done_at_ms = null";
    on!(conn, c => sqlx::query(PUT).bind(uuid::Uuid::now_v7().to_string()).bind(new.channel_id).bind(new.journal_id)
        .bind(new.place).bind(new.phase).bind(new.order).bind(new.messages).bind(new.received_at_ms)
        .execute(&mut **c).await.map(drop))?;
    Ok(())
}

/// The next part to apply: the newest days first, since they are looked at first.
///
/// # Errors
/// The database is out of reach.
pub async fn first(conn: &mut Conn<'_>) -> Result<Option<Chunk>> {
    const FIRST: &str = "select id, channel_id, journal_id, place, next from history_chunks
        where done_at_ms is null order by phase, chunk_order, id limit 1";
    Ok(on!(conn, c => sqlx::query_as(FIRST).fetch_optional(&mut **c).await?))
}

/// Moves a part on from `chunk.next` to `next`; `false` when another process did that meanwhile. Holds its row until the
/// transaction ends.
///
/// # Errors
/// The database is out of reach.
pub async fn advance(conn: &mut Conn<'_>, chunk: &Chunk, next: i64, done_at_ms: Option<i64>) -> Result<bool> {
    const ADVANCE: &str = "update history_chunks set next = $1, done_at_ms = $2
        where id = $3 and next = $4 and done_at_ms is null";
    Ok(on!(conn, c => sqlx::query(ADVANCE).bind(next).bind(done_at_ms).bind(&chunk.id).bind(chunk.next)
        .execute(&mut **c).await?.rows_affected())
        > 0)
}

/// The requests that parts still wait in, in order: they must stay in the journal.
///
/// # Errors
/// The database is out of reach.
pub async fn requests(conn: &mut Conn<'_>) -> Result<Vec<i64>> {
    const REQUESTS: &str =
        "select distinct journal_id from history_chunks where done_at_ms is null order by journal_id";
    Ok(on!(conn, c => sqlx::query_scalar(REQUESTS).fetch_all(&mut **c).await?))
}
