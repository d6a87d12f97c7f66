//! Signed-in browsers. Only the SHA-256 of a token is kept.

use super::{Conn, Result};
use crate::domain::ids::AgentId;

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Session {
    pub token_hash: String,
    pub agent_id: AgentId,
    pub created_at_ms: i64,
    pub last_seen_at_ms: i64,
    /// The absolute end; being idle ends it earlier.
    pub expires_at_ms: i64,
    pub user_agent: String,
}

/// # Errors
/// The database is out of reach.
pub async fn insert(conn: &mut Conn<'_>, session: &Session) -> Result<()> {
    const INSERT: &str = "insert into sessions
        (token_hash, agent_id, created_at_ms, last_seen_at_ms, expires_at_ms, user_agent)
        values ($1, $2, $3, $4, $5, $6)";
    on!(conn, c => sqlx::query(INSERT).bind(&session.token_hash).bind(&session.agent_id).bind(session.created_at_ms)
        .bind(session.last_seen_at_ms).bind(session.expires_at_ms).bind(&session.user_agent)
        .execute(&mut **c).await.map(drop))?;
    Ok(())
}

/// # Errors
/// The database is out of reach.
pub async fn find(conn: &mut Conn<'_>, token_hash: &str) -> Result<Option<Session>> {
    const FIND: &str = "select token_hash, agent_id, created_at_ms, last_seen_at_ms, expires_at_ms, user_agent
        from sessions where token_hash = $1";
    Ok(on!(conn, c => sqlx::query_as(FIND).bind(token_hash).fetch_optional(&mut **c).await?))
}

/// Notes that the browser is in use.
///
/// # Errors
/// The database is out of reach.
pub async fn touch(conn: &mut Conn<'_>, token_hash: &str, now_ms: i64) -> Result<()> {
    const TOUCH: &str = "update sessions set last_seen_at_ms = $1 where token_hash = $2";
    on!(conn, c => sqlx::query(TOUCH).bind(now_ms).bind(token_hash).execute(&mut **c).await.map(drop))?;
    Ok(())
}

/// # Errors
/// The database is out of reach.
pub async fn delete(conn: &mut Conn<'_>, token_hash: &str) -> Result<()> {
    const DELETE: &str = "delete from sessions where token_hash = $1";
    on!(conn, c => sqlx::query(DELETE).bind(token_hash).execute(&mut **c).await.map(drop))?;
    Ok(())
}
