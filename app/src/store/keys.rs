//! API keys. Only the SHA-256 of a key is kept.

use super::{Conn, Result, word};
use crate::domain::agent::Role;
use crate::domain::ids::ApiKeyId;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub name: String,
    pub role: Role,
    pub created_at_ms: i64,
    pub revoked_at_ms: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct ApiKeyRow {
    id: ApiKeyId,
    name: String,
    role: String,
    created_at_ms: i64,
    revoked_at_ms: Option<i64>,
}

impl TryFrom<ApiKeyRow> for ApiKey {
    type Error = super::StoreError;

    fn try_from(row: ApiKeyRow) -> Result<Self> {
        Ok(Self {
            id: row.id,
            name: row.name,
            role: word("api_keys.role", row.role)?,
            created_at_ms: row.created_at_ms,
            revoked_at_ms: row.revoked_at_ms,
        })
    }
}

/// # Errors
/// The database is out of reach.
pub async fn insert(conn: &mut Conn<'_>, name: &str, role: Role, key_hash: &str, now_ms: i64) -> Result<ApiKeyId> {
    const INSERT: &str = "insert into api_keys (id, name, role, key_hash, created_at_ms) values ($1, $2, $3, $4, $5)";
    let id = ApiKeyId::new();
    on!(conn, c => sqlx::query(INSERT).bind(&id).bind(name).bind(role.as_str()).bind(key_hash).bind(now_ms)
        .execute(&mut **c).await.map(drop))?;
    Ok(id)
}

/// A key that is in force.
///
/// # Errors
/// The database is out of reach.
pub async fn find(conn: &mut Conn<'_>, key_hash: &str) -> Result<Option<ApiKey>> {
    const FIND: &str = "select id, name, role, created_at_ms, revoked_at_ms from api_keys
        where key_hash = $1 and revoked_at_ms is null";
    let row: Option<ApiKeyRow> = on!(conn, c => sqlx::query_as(FIND).bind(key_hash).fetch_optional(&mut **c).await?);
    row.map(ApiKey::try_from).transpose()
}

/// # Errors
/// The database is out of reach.
pub async fn all(conn: &mut Conn<'_>) -> Result<Vec<ApiKey>> {
    const ALL: &str = "select id, name, role, created_at_ms, revoked_at_ms from api_keys order by id";
    let rows: Vec<ApiKeyRow> = on!(conn, c => sqlx::query_as(ALL).fetch_all(&mut **c).await?);
    rows.into_iter().map(ApiKey::try_from).collect()
}

/// Takes a key out of force; `false` when there is none by that id.
///
/// # Errors
/// The database is out of reach.
pub async fn revoke(conn: &mut Conn<'_>, id: &ApiKeyId, now_ms: i64) -> Result<bool> {
    const REVOKE: &str = "update api_keys set revoked_at_ms = coalesce(revoked_at_ms, $1) where id = $2";
    Ok(on!(conn, c => sqlx::query(REVOKE).bind(now_ms).bind(id).execute(&mut **c).await?.rows_affected()) > 0)
}
