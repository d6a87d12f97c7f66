//! Numbers handed out in commit order.

use super::{Conn, Result};

pub const EVENT: &str = "event";
/// PostgreSQL only: SQLite's journal numbers itself.
pub const JOURNAL: &str = "journal";
/// The inbound worker's place in the journal: the last row it has applied.
pub const INBOUND: &str = "inbound";
/// How many items of the row after [`INBOUND`] were applied: one row may hold a thousand.
pub const INBOUND_ITEM: &str = "inbound_item";

/// Takes `count` numbers and gives the last. Holds the counter's row until the transaction ends.
///
/// # Errors
/// The database is out of reach.
pub async fn take(conn: &mut Conn<'_>, name: &str, count: i64) -> Result<i64> {
    const TAKE: &str = "update counters set value = value + $1 where name = $2 returning value";
    Ok(on!(conn, c => sqlx::query_scalar(TAKE).bind(count).bind(name).fetch_one(&mut **c).await?))
}

/// Reads a counter and holds its row until the transaction ends, so that two nodes cannot work from the same place.
///
/// # Errors
/// The database is out of reach.
pub async fn hold(conn: &mut Conn<'_>, name: &str) -> Result<i64> {
    take(conn, name, 0).await
}

/// # Errors
/// The database is out of reach.
pub async fn set(conn: &mut Conn<'_>, name: &str, value: i64) -> Result<()> {
    const SET: &str = "update counters set value = $1 where name = $2";
    on!(conn, c => sqlx::query(SET).bind(value).bind(name).execute(&mut **c).await.map(drop))?;
    Ok(())
}

/// # Errors
/// The database is out of reach.
pub async fn get(conn: &mut Conn<'_>, name: &str) -> Result<i64> {
    const GET: &str = "select value from counters where name = $1";
    Ok(on!(conn, c => sqlx::query_scalar(GET).bind(name).fetch_one(&mut **c).await?))
}
