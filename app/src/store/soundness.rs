//! Does the database take writes, and is it what was written?

use sqlx::{Connection as _, SqliteConnection};

use super::{Db, Pools, Result, counters, journal};

/// Findings worth reading; after the first the file is no longer to be trusted anyway.
const FINDINGS: &str = "pragma quick_check(10)";

/// Writes something small to everything that is written to, durably.
///
/// # Errors
/// It was not taken: the disk is full or read-only, the database out of reach, busy or damaged.
pub async fn takes_writes(db: &Db) -> Result<()> {
    journal::check(db).await?;
    let mut tx = db.begin().await?;
    counters::take(&mut tx.conn(), counters::EVENT, 0).await?;
    tx.commit().await
}

/// The database's kind and version, for people.
///
/// # Errors
/// The database is out of reach.
pub async fn version(db: &Db) -> Result<String> {
    Ok(match &db.pools {
        Pools::Sqlite { readers, .. } => {
            let version: String = sqlx::query_scalar("select sqlite_version()").fetch_one(readers).await?;
            format!("SQLite {version}")
        }
        Pools::Postgres(pool) => {
            let version: String = sqlx::query_scalar("show server_version").fetch_one(pool).await?;
            format!("PostgreSQL {version}")
        }
    })
}

/// The database's own clock; `None` where it is this machine's.
///
/// # Errors
/// The database is out of reach.
pub async fn clock_ms(db: &Db) -> Result<Option<i64>> {
    const CLOCK: &str = "select cast(extract(epoch from clock_timestamp()) * 1000 as bigint)";
    Ok(match &db.pools {
        Pools::Sqlite { .. } => None,
        Pools::Postgres(pool) => Some(sqlx::query_scalar(CLOCK).fetch_one(pool).await?),
    })
}

/// What is wrong with the files; nothing, if all is well. SQLite's quick check reads every page once, on a connection of
/// its own. PostgreSQL looks after its pages itself.
///
/// # Errors
/// The files cannot be read at all.
pub async fn quick_check(db: &Db) -> Result<Vec<String>> {
    let Pools::Sqlite { readers, journal, .. } = &db.pools else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for (name, pool) in [("the database", readers), ("the journal", journal)] {
        let mut connection = SqliteConnection::connect_with(&pool.connect_options()).await?;
        let lines: std::result::Result<Vec<String>, sqlx::Error> =
            sqlx::query_scalar(FINDINGS).fetch_all(&mut connection).await;
        let lines = match lines.map_err(super::StoreError::from) {
            // Damage may be such that the check itself cannot go on.
            Err(error) if error.is_damage() => vec![error.to_string()],
            lines => lines?,
        };
        connection.close().await?;
        found.extend(lines.into_iter().filter(|line| line != "ok").map(|line| format!("{name}: {line}")));
    }
    Ok(found)
}
