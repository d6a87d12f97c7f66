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
    /// When it was understood after all, or a person let it go.
    pub resolved_at_ms: Option<i64>,
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

/// Sets an item aside, or gives one that already is the reason of today. One that was handled stays so.
///
/// # Errors
/// The database is out of reach.
pub async fn refuse(
    conn: &mut Conn<'_>,
    journal_id: i64,
    place: &str,
    reason: &str,
    raw: &str,
    now_ms: i64,
) -> Result<()> {
    const REFUSE: &str = "insert into quarantine (id, journal_id, place, reason, raw, created_at_ms)
        values ($1, $2, $3, $4, $5, $6) on conflict (journal_id, place) do update set reason = excluded.reason
        where quarantine.resolved_at_ms is null";
    let (reason, raw) = (crate::domain::text::storable(reason), crate::domain::text::storable(raw));
    on!(conn, c => sqlx::query(REFUSE).bind(uuid::Uuid::now_v7().to_string()).bind(journal_id).bind(place)
        .bind(&reason).bind(&raw).bind(now_ms).execute(&mut **c).await.map(drop))?;
    Ok(())
}

/// Unhandled items, newest first: those before `before`, or from the newest on.
///
/// # Errors
/// The database is out of reach.
pub async fn page(conn: &mut Conn<'_>, before: Option<&str>, limit: i64) -> Result<Vec<Quarantined>> {
    const PAGE: &str = "select id, journal_id, place, reason, raw, created_at_ms, resolved_at_ms from quarantine
        where resolved_at_ms is null and id < $1 order by id desc limit $2";
    // Ids are hexadecimal: every one of them stands before this.
    let before = before.unwrap_or("g");
    Ok(on!(conn, c => sqlx::query_as(PAGE).bind(before).bind(limit).fetch_all(&mut **c).await?))
}

/// Unhandled items, oldest first, after `after`: what a pass over all of them goes by.
///
/// # Errors
/// The database is out of reach.
pub async fn after(conn: &mut Conn<'_>, after: &str, limit: i64) -> Result<Vec<Quarantined>> {
    const AFTER: &str = "select id, journal_id, place, reason, raw, created_at_ms, resolved_at_ms from quarantine
        where resolved_at_ms is null and id > $1 order by id limit $2";
    Ok(on!(conn, c => sqlx::query_as(AFTER).bind(after).bind(limit).fetch_all(&mut **c).await?))
}

/// One item, also when it was handled.
///
/// # Errors
/// The database is out of reach.
pub async fn by_id(conn: &mut Conn<'_>, id: &str) -> Result<Option<Quarantined>> {
    const BY_ID: &str = "select id, journal_id, place, reason, raw, created_at_ms, resolved_at_ms from quarantine
        where id = $1";
    Ok(on!(conn, c => sqlx::query_as(BY_ID).bind(id).fetch_optional(&mut **c).await?))
}

/// The unhandled items of one request.
///
/// # Errors
/// The database is out of reach.
pub async fn of_request(conn: &mut Conn<'_>, journal_id: i64) -> Result<Vec<Quarantined>> {
    const OF: &str = "select id, journal_id, place, reason, raw, created_at_ms, resolved_at_ms from quarantine
        where resolved_at_ms is null and journal_id = $1 order by id";
    Ok(on!(conn, c => sqlx::query_as(OF).bind(journal_id).fetch_all(&mut **c).await?))
}

/// Takes an item off the list; `false` when it was not on it.
///
/// # Errors
/// The database is out of reach.
pub async fn resolve(conn: &mut Conn<'_>, id: &str, now_ms: i64) -> Result<bool> {
    const RESOLVE: &str = "update quarantine set resolved_at_ms = $1 where id = $2 and resolved_at_ms is null";
    Ok(on!(conn, c => sqlx::query(RESOLVE).bind(now_ms).bind(id).execute(&mut **c).await?.rows_affected()) > 0)
}

/// The requests that unhandled items came in: they stay in the journal for as long.
///
/// # Errors
/// The database is out of reach.
pub async fn requests(conn: &mut Conn<'_>) -> Result<Vec<i64>> {
    const REQUESTS: &str =
        "select distinct journal_id from quarantine where resolved_at_ms is null order by journal_id";
    Ok(on!(conn, c => sqlx::query_scalar(REQUESTS).fetch_all(&mut **c).await?))
}

/// How many items wait for a person.
///
/// # Errors
/// The database is out of reach.
pub async fn count(conn: &mut Conn<'_>) -> Result<i64> {
    const COUNT: &str = "select count(*) from quarantine where resolved_at_ms is null";
    Ok(on!(conn, c => sqlx::query_scalar(COUNT).fetch_one(&mut **c).await?))
}
