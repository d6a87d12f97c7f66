//! The queue of what is to be sent. A row leaves when Meta has accepted or refused it for good.
//!
//! `queued → claimed → in_flight → (gone | queued | unknown)`, `unknown → gone`. A claimed row may be taken again when its
//! lease is over; one in flight never: its first byte may have left.

use super::{Conn, Result, Tx};
use crate::domain::ids::{ChannelId, ConversationId, MessageId};

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
    pub expires_at_ms: Option<i64>,
}

/// # Errors
/// The database is out of reach.
pub async fn enqueue(tx: &mut Tx, row: &OutboxRow, now_ms: i64) -> Result<()> {
    const ENQUEUE: &str = "insert into outbox
        (message_id, channel_id, conversation_id, seq, body, state, attempt, not_before_ms, lease_until_ms,
         expires_at_ms, created_at_ms)
        values ($1, $2, $3, $4, $5, 'queued', 0, $6, 0, $7, $6)";
    on!(tx.conn(), c => sqlx::query(ENQUEUE).bind(&row.message_id).bind(&row.channel_id).bind(&row.conversation_id)
        .bind(row.seq).bind(&row.body).bind(now_ms).bind(row.expires_at_ms).execute(&mut *c).await.map(drop))?;
    tx.wake_outbox();
    Ok(())
}

/// The numbers with something due that are not paused.
///
/// # Errors
/// The database is out of reach.
pub async fn channels_due(conn: &mut Conn<'_>, now_ms: i64) -> Result<Vec<ChannelId>> {
    const DUE: &str = "select distinct o.channel_id from outbox o join channels n on n.id = o.channel_id
        where o.state = 'queued' and o.not_before_ms <= $1 and n.paused_code is null";
    Ok(on!(conn, c => sqlx::query_scalar(DUE).bind(now_ms).fetch_all(&mut **c).await?))
}

// One row a conversation: the oldest, and only while nothing of that conversation is on its way or freshly uncertain.
macro_rules! claim_query {
    ($lock:literal) => {
        concat!(
            "update outbox set state = 'claimed', attempt = attempt + 1, lease_until_ms = $1
             where message_id in (
               select o.message_id from outbox o
               where o.state = 'queued' and o.not_before_ms <= $2 and o.channel_id = $3
                 and not exists (select 1 from outbox e where e.conversation_id = o.conversation_id
                   and (e.state in ('claimed', 'in_flight')
                     or (e.state = 'unknown' and e.lease_until_ms > $2)
                     or (e.state = 'queued' and e.seq < o.seq)))
               order by o.not_before_ms, o.message_id limit $4 ",
            $lock,
            ")
             returning message_id, channel_id, conversation_id, seq, body, attempt, expires_at_ms"
        )
    };
}

/// Takes up to `limit` rows of a number that may go now.
///
/// # Errors
/// The database is out of reach.
pub async fn claim(
    conn: &mut Conn<'_>,
    channel_id: &ChannelId,
    limit: i64,
    lease_until_ms: i64,
    now_ms: i64,
) -> Result<Vec<OutboxRow>> {
    const SQLITE: &str = claim_query!("");
    const POSTGRES: &str = claim_query!("for update skip locked");
    let mut rows: Vec<OutboxRow> = match conn {
        Conn::Sqlite(c) => {
            sqlx::query_as(SQLITE)
                .bind(lease_until_ms)
                .bind(now_ms)
                .bind(channel_id)
                .bind(limit)
                .fetch_all(&mut **c)
                .await?
        }
        Conn::Postgres(c) => {
            sqlx::query_as(POSTGRES)
                .bind(lease_until_ms)
                .bind(now_ms)
                .bind(channel_id)
                .bind(limit)
                .fetch_all(&mut **c)
                .await?
        }
    };
    rows.sort_by(|a, b| a.message_id.cmp(&b.message_id));
    Ok(rows)
}

/// Marks a claimed row as leaving. Commit before the first byte; `false` when the claim was lost meanwhile.
///
/// # Errors
/// The database is out of reach.
pub async fn mark_in_flight(conn: &mut Conn<'_>, row: &OutboxRow, lease_until_ms: i64) -> Result<bool> {
    const MARK: &str = "update outbox set state = 'in_flight', lease_until_ms = $1
        where message_id = $2 and attempt = $3 and state = 'claimed'";
    Ok(on!(conn, c => sqlx::query(MARK).bind(lease_until_ms).bind(&row.message_id).bind(row.attempt)
        .execute(&mut **c).await?.rows_affected())
        > 0)
}

/// Puts a row back in the queue: a definite refusal, or a claim that was not used. `false` when it is no longer ours.
///
/// # Errors
/// The database is out of reach.
pub async fn requeue(conn: &mut Conn<'_>, row: &OutboxRow, not_before_ms: i64) -> Result<bool> {
    const REQUEUE: &str = "update outbox set state = 'queued', not_before_ms = $1
        where message_id = $2 and attempt = $3 and state in ('claimed', 'in_flight')";
    Ok(on!(conn, c => sqlx::query(REQUEUE).bind(not_before_ms).bind(&row.message_id).bind(row.attempt)
        .execute(&mut **c).await?.rows_affected())
        > 0)
}

/// Takes a row out: accepted, or refused for good. `false` when it is no longer ours.
///
/// # Errors
/// The database is out of reach.
pub async fn finish(conn: &mut Conn<'_>, row: &OutboxRow) -> Result<bool> {
    const FINISH: &str = "delete from outbox where message_id = $1 and attempt = $2";
    Ok(on!(conn, c => sqlx::query(FINISH).bind(&row.message_id).bind(row.attempt)
        .execute(&mut **c).await?.rows_affected())
        > 0)
}

/// The end of the call is not known. It holds its conversation until `hold_until_ms` and is given to a person at
/// `unconfirmed_at_ms`, unless a status tells first.
///
/// # Errors
/// The database is out of reach.
pub async fn mark_unknown(
    conn: &mut Conn<'_>,
    row: &OutboxRow,
    hold_until_ms: i64,
    unconfirmed_at_ms: i64,
) -> Result<bool> {
    const MARK: &str = "update outbox set state = 'unknown', lease_until_ms = $1, not_before_ms = $2
        where message_id = $3 and attempt = $4 and state = 'in_flight'";
    Ok(on!(conn, c => sqlx::query(MARK).bind(hold_until_ms).bind(unconfirmed_at_ms).bind(&row.message_id)
        .bind(row.attempt).execute(&mut **c).await?.rows_affected())
        > 0)
}

/// A status proved that a message reached Meta: whatever its row waited for is over.
///
/// # Errors
/// The database is out of reach.
pub async fn settle(conn: &mut Conn<'_>, message_id: &MessageId) -> Result<()> {
    const SETTLE: &str = "delete from outbox where message_id = $1 and state in ('in_flight', 'unknown')";
    on!(conn, c => sqlx::query(SETTLE).bind(message_id).execute(&mut **c).await.map(drop))?;
    Ok(())
}

/// Rows in a state whose time has come: lost claims and flights (`claimed`, `in_flight`, by lease) or uncertain ones to
/// give to a person (`unknown`, by due time).
///
/// # Errors
/// The database is out of reach.
pub async fn overdue(conn: &mut Conn<'_>, state: &str, now_ms: i64) -> Result<Vec<OutboxRow>> {
    const BY_LEASE: &str = "select message_id, channel_id, conversation_id, seq, body, attempt, expires_at_ms
        from outbox where state = $1 and lease_until_ms <= $2 order by conversation_id, seq limit 500";
    const BY_DUE: &str = "select message_id, channel_id, conversation_id, seq, body, attempt, expires_at_ms
        from outbox where state = $1 and not_before_ms <= $2 order by conversation_id, seq limit 500";
    let sql = if state == "unknown" { BY_DUE } else { BY_LEASE };
    Ok(on!(conn, c => sqlx::query_as(sql).bind(state).bind(now_ms).fetch_all(&mut **c).await?))
}

/// When the queue next has something to do; `None` when it is empty.
///
/// # Errors
/// The database is out of reach.
pub async fn next_due(conn: &mut Conn<'_>) -> Result<Option<i64>> {
    const NEXT: &str = "select min(case when o.state in ('queued', 'unknown') then o.not_before_ms
        else o.lease_until_ms end) from outbox o join channels n on n.id = o.channel_id
        where n.paused_code is null or o.state <> 'queued'";
    Ok(on!(conn, c => sqlx::query_scalar(NEXT).fetch_one(&mut **c).await?))
}

/// How many rows wait or are on their way.
///
/// # Errors
/// The database is out of reach.
pub async fn depth(conn: &mut Conn<'_>) -> Result<i64> {
    const DEPTH: &str = "select count(*) from outbox";
    Ok(on!(conn, c => sqlx::query_scalar(DEPTH).fetch_one(&mut **c).await?))
}
