//! What the house remembers about itself.

use super::{Conn, Result};

/// `1` once a simulated number was made: real numbers are refused in this data folder for good.
pub const DEMO: &str = "demo";
/// The company's name, over the list.
pub const HOUSE_NAME: &str = "house_name";
/// When the last backup was finished (Unix milliseconds).
pub const LAST_BACKUP: &str = "last_backup";
/// When this database was restored from a backup (Unix milliseconds).
pub const RESTORED: &str = "restored";
/// The key id that sealed the secrets; tells a lost or exchanged master key from a damaged row.
pub const MASTER_KEY_ID: &str = "master_key_id";

/// # Errors
/// The database is out of reach.
pub async fn get(conn: &mut Conn<'_>, key: &str) -> Result<Option<String>> {
    const GET: &str = "select value from settings where key = $1";
    let held: Option<String> = on!(conn, c => sqlx::query_scalar(GET).bind(key).fetch_optional(&mut **c).await?);
    Ok(held.filter(|value| !value.is_empty()))
}

/// Reads a value and holds its row until the transaction ends, so that two at once decide one after the other.
///
/// # Errors
/// The database is out of reach.
pub async fn hold(conn: &mut Conn<'_>, key: &str) -> Result<Option<String>> {
    const HOLD: &str = "insert into settings (key, value) values ($1, '')
        on conflict (key) do update set value = settings.value returning value";
    let held: String = on!(conn, c => sqlx::query_scalar(HOLD).bind(key).fetch_one(&mut **c).await?);
    Ok((!held.is_empty()).then_some(held))
}

/// # Errors
/// The database is out of reach.
pub async fn set(conn: &mut Conn<'_>, key: &str, value: &str) -> Result<()> {
    const SET: &str = "insert into settings (key, value) values ($1, $2)
        on conflict (key) do update set value = excluded.value";
    on!(conn, c => sqlx::query(SET).bind(key).bind(value).execute(&mut **c).await.map(drop))?;
    Ok(())
}
