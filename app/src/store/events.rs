//! The event log: what `/live` tells, in a reading order without gaps.

use super::{Conn, Result, bulk, counters};
use crate::live::protocol::LiveEvent;

/// One entry: its number and the event's JSON, as it goes to the browsers.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct EventRow {
    pub seq: i64,
    pub body: String,
}

/// Numbers and writes events. Must be the last statements of their transaction (see [`super::Tx::commit`]).
pub(super) async fn write(conn: &mut Conn<'_>, events: &[(LiveEvent, i64)]) -> Result<()> {
    let bodies: Vec<String> = events
        .iter()
        .map(|(event, _)| serde_json::to_string(event).map_err(|error| sqlx::Error::Encode(error.into())))
        .collect::<Result<_, _>>()?;
    let last = counters::take(conn, counters::EVENT, events.len() as i64).await?;
    let first = last - events.len() as i64 + 1;
    let numbered: Vec<(i64, &String, i64)> =
        bodies.iter().zip(events).enumerate().map(|(i, (body, (_, at_ms)))| (first + i as i64, body, *at_ms)).collect();
    for chunk in bulk::runs(&numbered) {
        on!(conn, c => {
            let mut insert = sqlx::QueryBuilder::new("insert into events (seq, body, created_at_ms) ");
            insert.push_values(chunk, |mut row, (seq, body, at_ms)| {
                row.push_bind(*seq).push_bind(body.as_str()).push_bind(*at_ms);
            });
            insert.build().execute(&mut **c).await?;
        });
    }
    Ok(())
}

/// The newest number; 0 before the first event.
///
/// # Errors
/// The database is out of reach.
pub async fn head(conn: &mut Conn<'_>) -> Result<i64> {
    counters::get(conn, counters::EVENT).await
}

/// Up to `limit` events after `seq`, in order.
///
/// # Errors
/// The database is out of reach.
pub async fn after(conn: &mut Conn<'_>, seq: i64, limit: i64) -> Result<Vec<EventRow>> {
    const AFTER: &str = "select seq, body from events where seq > $1 order by seq limit $2";
    Ok(on!(conn, c => sqlx::query_as(AFTER).bind(seq).bind(limit).fetch_all(&mut **c).await?))
}
