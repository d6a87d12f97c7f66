//! Rows whose time has come without their sender: lost claims and flights, doubts nobody resolved, and what waited too
//! long.

use super::OutboxRow;
use crate::domain::window::MARGIN_MS;
use crate::store::bulk::runs;
use crate::store::{Conn, Result};

/// At most so many at once, so that nobody waits long for the writer.
pub const AT_ONCE: i64 = 500;

/// What a row can be overdue in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overdue {
    /// Claimed, and its lease is over: it certainly did not leave.
    Claimed,
    /// In flight, and its lease is over: it may have left.
    InFlight,
    /// Uncertain for so long that a person decides.
    Unknown,
    /// Waiting, and its window's end (as it was when it was written) or its own end has come.
    Waiting,
}

macro_rules! overdue_query {
    ($condition:literal) => {
        concat!(
            "select message_id, channel_id, conversation_id, seq, body, attempt, expires_at_ms from outbox where ",
            $condition,
            " order by conversation_id, seq limit $2"
        )
    };
}

/// Overdue rows, up to [`AT_ONCE`].
///
/// # Errors
/// The database is out of reach.
pub async fn overdue(conn: &mut Conn<'_>, what: Overdue, now_ms: i64) -> Result<Vec<OutboxRow>> {
    // The states stand in the texts so that the partial indexes are seen to fit.
    const CLAIMED: &str = overdue_query!("state = 'claimed' and state <> 'queued' and lease_until_ms <= $1");
    const IN_FLIGHT: &str = overdue_query!("state = 'in_flight' and state <> 'queued' and lease_until_ms <= $1");
    const UNKNOWN: &str = overdue_query!("state = 'unknown' and state <> 'queued' and not_before_ms <= $1");
    const WAITING: &str = "select message_id, channel_id, conversation_id, seq, body, attempt, expires_at_ms
        from outbox where state = 'queued' and expires_at_ms <= $1 order by expires_at_ms limit $2";
    let (sql, at_ms) = match what {
        Overdue::Claimed => (CLAIMED, now_ms),
        Overdue::InFlight => (IN_FLIGHT, now_ms),
        Overdue::Unknown => (UNKNOWN, now_ms),
        Overdue::Waiting => (WAITING, now_ms.saturating_add(MARGIN_MS)),
    };
    Ok(on!(conn, c => sqlx::query_as(sql).bind(at_ms).bind(AT_ONCE).fetch_all(&mut **c).await?))
}

/// Rows that may wait until later: the customer has written again.
///
/// # Errors
/// The database is out of reach.
pub async fn extend(conn: &mut Conn<'_>, rows: &[(OutboxRow, i64)]) -> Result<()> {
    for run in runs(rows) {
        on!(conn, c => {
            let mut query = sqlx::QueryBuilder::new("update outbox set expires_at_ms = n.column2 from (");
            query.push_values(run, |mut values, (row, until_ms)| {
                values.push_bind(&row.message_id).push_bind(*until_ms);
            });
            query.push(") as n where outbox.message_id = n.column1");
            query.build().execute(&mut **c).await?;
        });
    }
    Ok(())
}
