//! What could not be understood, with the reason: nothing is dropped, nothing blocks its neighbours.

use super::{Conn, Result};

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Quarantined {
    pub id: String,
    pub journal_id: i64,
    /// Where in the body it stood (`entry[0].changes[1].messages[3]`), or empty for the whole body.
    pub place: String,
    pub reason: String,
    /// The item's JSON; for a body that is no text, its bytes in lossy UTF-8.
    pub raw: String,
    pub created_at_ms: i64,
}

/// Sets an item aside; the same item again changes nothing.
///
/// # Errors
/// The database is out of reach.
pub async fn insert(
    conn: &mut Conn<'_>,
    journal_id: i64,
    place: &str,
    reason: &str,
    raw: &str,
    now_ms: i64,
) -> Result<()> {
    const INSERT: &str = "insert into quarantine (id, journal_id, place, reason, raw, created_at_ms)
        values ($1, $2, $3, $4, $5, $6) on conflict (journal_id, place) do nothing";
    let raw = crate::domain::text::storable(raw);
    on!(conn, c => sqlx::query(INSERT).bind(uuid::Uuid::now_v7().to_string()).bind(journal_id).bind(place)
        .bind(crate::domain::text::storable(reason)).bind(&raw).bind(now_ms).execute(&mut **c).await.map(drop))?;
    Ok(())
}

/// Unhandled items, newest first.
///
/// # Errors
/// The database is out of reach.
pub async fn list(conn: &mut Conn<'_>, limit: i64) -> Result<Vec<Quarantined>> {
    const LIST: &str = "select id, journal_id, place, reason, raw, created_at_ms from quarantine
        where resolved_at_ms is null order by id desc limit $1";
    Ok(on!(conn, c => sqlx::query_as(LIST).bind(limit).fetch_all(&mut **c).await?))
}

/// How many items wait for a person.
///
/// # Errors
/// The database is out of reach.
pub async fn count(conn: &mut Conn<'_>) -> Result<i64> {
    const COUNT: &str = "select count(*) from quarantine where resolved_at_ms is null";
    Ok(on!(conn, c => sqlx::query_scalar(COUNT).fetch_one(&mut **c).await?))
}
