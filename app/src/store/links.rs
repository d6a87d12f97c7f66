//! One-time links: the first admin's, and those with which people choose a password.

use super::{Conn, Result};
use crate::domain::ids::AgentId;

word_enum!(
    /// What a link is for.
    Purpose { Setup => "setup", Password => "password" }
);

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OneTimeLink {
    pub token_hash: String,
    pub purpose: String,
    pub agent_id: Option<AgentId>,
    pub created_at_ms: i64,
    pub expires_at_ms: i64,
}

/// Stores a link and voids older ones of the same purpose and person: the newest link is the one that works.
///
/// # Errors
/// The database is out of reach.
pub async fn insert(conn: &mut Conn<'_>, link: &OneTimeLink) -> Result<()> {
    const VOID: &str = "delete from one_time_links where purpose = $1 and coalesce(agent_id, '') = $2";
    const INSERT: &str = "insert into one_time_links (token_hash, purpose, agent_id, created_at_ms, expires_at_ms)
        values ($1, $2, $3, $4, $5)";
    let agent = link.agent_id.as_ref().map(AgentId::as_str).unwrap_or_default();
    on!(conn, c => {
        sqlx::query(VOID).bind(&link.purpose).bind(agent).execute(&mut **c).await?;
        sqlx::query(INSERT).bind(&link.token_hash).bind(&link.purpose).bind(&link.agent_id).bind(link.created_at_ms)
            .bind(link.expires_at_ms).execute(&mut **c).await?;
    });
    Ok(())
}

/// A link that still works.
///
/// # Errors
/// The database is out of reach.
pub async fn find(conn: &mut Conn<'_>, token_hash: &str, purpose: Purpose, now_ms: i64) -> Result<Option<OneTimeLink>> {
    const FIND: &str = "select token_hash, purpose, agent_id, created_at_ms, expires_at_ms from one_time_links
        where token_hash = $1 and purpose = $2 and expires_at_ms > $3";
    Ok(on!(conn, c => sqlx::query_as(FIND).bind(token_hash).bind(purpose.as_str()).bind(now_ms)
        .fetch_optional(&mut **c).await?))
}

/// Uses a link up; `false` when someone else was first.
///
/// # Errors
/// The database is out of reach.
pub async fn consume(conn: &mut Conn<'_>, token_hash: &str) -> Result<bool> {
    const CONSUME: &str = "delete from one_time_links where token_hash = $1";
    Ok(on!(conn, c => sqlx::query(CONSUME).bind(token_hash).execute(&mut **c).await?.rows_affected()) > 0)
}
