//! Opening either database: checks its version, brings its schema up to date.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};

use super::{Db, Pools, Result, StoreError};

static SQLITE: Migrator = sqlx::migrate!("../migrations/sqlite");
static SQLITE_JOURNAL: Migrator = sqlx::migrate!("../migrations/sqlite/journal");
static POSTGRES: Migrator = sqlx::migrate!("../migrations/postgres");

/// The oldest SQLite whose write-ahead log we trust: earlier ones can lose a commit when a checkpoint races a writer
/// that restarts the log.
const SQLITE_FLOOR: (u32, u32, u32) = (3, 51, 3);
const POSTGRES_FLOOR: i64 = 15;

/// Where the database is and how many connections it may use.
pub struct OpenOptions {
    /// A SQLite file's path, `sqlite:…`, or `postgres://…`.
    pub address: String,
    pub readers: u32,
    /// Where the thread of SQLite's writer is started: a thread takes its priority from the one that starts it.
    pub background: Option<tokio::runtime::Handle>,
}

/// Opens the database and brings its schema up to date.
///
/// # Errors
/// Out of reach, too old, or written by a newer program; nothing is changed then.
pub async fn open(options: &OpenOptions) -> Result<Db> {
    let address = options.address.as_str();
    let pools = if address.starts_with("postgres://") || address.starts_with("postgresql://") {
        open_postgres(address, options.readers).await?
    } else if let Some(path) = sqlite_path(address) {
        open_sqlite(&path, options).await?
    } else {
        return Err(StoreError::BadAddress(address.split("://").next().unwrap_or_default().to_owned() + "://…"));
    };
    Ok(Db { pools, wakes: Arc::default(), damaged: Arc::default() })
}

/// The file an address names, if it names one.
pub fn sqlite_path(address: &str) -> Option<PathBuf> {
    let path = address.strip_prefix("sqlite://").or(address.strip_prefix("sqlite:")).unwrap_or(address);
    (path != address || !address.contains("://")).then(|| PathBuf::from(path))
}

/// The newest step of the schema this program knows.
pub(super) fn newest_step() -> i64 {
    SQLITE.iter().map(|step| step.version).max().unwrap_or_default()
}

async fn open_sqlite(path: &Path, options: &OpenOptions) -> Result<Pools> {
    let file = |path: &Path| {
        SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            // Fewer checkpoints mean fewer fsyncs; the log is reused in place.
            .pragma("wal_autocheckpoint", "4000")
            .pragma("cache_size", "-16000")
            // As much as SQLite maps at most: reading a mapped page costs no call.
            .pragma("mmap_size", "2147418112")
    };
    // A file's connections are kept: each has a thread, its pages and its prepared statements.
    let pool = |connections| {
        SqlitePoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(Duration::from_secs(5))
            .max_lifetime(None)
            .idle_timeout(None)
            // A full disk ends a transaction behind sqlx's back, which then counts it as open for ever: such a connection
            // takes no further one, and a new one takes its place.
            .before_acquire(|connection, _| Box::pin(async { Ok(!connection.is_in_transaction()) }))
    };
    let opening = pool(1).connect_with(file(path));
    let writer = match &options.background {
        Some(background) => background.spawn(opening).await.map_err(|_| sqlx::Error::PoolClosed)??,
        None => opening.await?,
    };
    let version: String = sqlx::query_scalar("select sqlite_version()").fetch_one(&writer).await?;
    if parse_version(&version).is_none_or(|version| version < SQLITE_FLOOR) {
        return Err(StoreError::OldSqlite(version));
    }
    migrate(SQLITE.run(&writer).await)?;
    let readers = pool(options.readers.max(1))
        .connect_with(file(path).create_if_missing(false).pragma("query_only", "on"))
        .await?;
    let journal = pool(3).connect_with(file(&journal_path(path))).await?;
    migrate(SQLITE_JOURNAL.run(&journal).await)?;
    Ok(Pools::Sqlite { writer, readers, journal })
}

/// The journal's file beside the database's: `majlis.sqlite` → `majlis.journal.sqlite`.
pub fn journal_path(database: &Path) -> PathBuf {
    database.with_extension("journal.sqlite")
}

async fn open_postgres(address: &str, readers: u32) -> Result<Pools> {
    let options = PgConnectOptions::from_str(address)
        .map_err(|_| StoreError::BadAddress("postgres://…".to_owned()))?
        .application_name("majlis")
        // A stuck transaction would hold the event counter and with it everyone who writes.
        .options([("idle_in_transaction_session_timeout", "10s"), ("lock_timeout", "5s")])
        // Its notices ("relation exists, skipping") would stand in the output of every command.
        .options([("client_min_messages", "warning")]);
    greet(&options).await?;
    let pool = PgPoolOptions::new()
        .max_connections(readers.max(4) + 4)
        .acquire_timeout(Duration::from_secs(5))
        .connect_with(options)
        .await?;
    let number: String = sqlx::query_scalar("show server_version_num").fetch_one(&pool).await?;
    let major = number.parse::<i64>().unwrap_or_default() / 10_000;
    if major < POSTGRES_FLOOR {
        return Err(StoreError::OldPostgres(major));
    }
    migrate(POSTGRES.run(&pool).await)?;
    Ok(Pools::Postgres(pool))
}

/// One connection before the pool: the pool would try again in silence and then speak of itself.
async fn greet(options: &PgConnectOptions) -> Result<()> {
    let at = match options.get_socket() {
        Some(socket) => socket.display().to_string(),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    };
    let cause = match tokio::time::timeout(Duration::from_secs(5), options.connect()).await {
        Ok(Ok(connection)) => return Ok(connection.close().await?),
        Ok(Err(sqlx::Error::Io(cause))) => cause.to_string(),
        // Its own words say what is wrong: the password, the database's name.
        Ok(Err(error)) => return Err(error.into()),
        Err(_) => "no answer within 5 seconds".to_owned(),
    };
    Err(StoreError::Unreachable { at, cause })
}

fn migrate(outcome: std::result::Result<(), MigrateError>) -> Result<()> {
    outcome.map_err(|error| match error {
        MigrateError::VersionMissing(step) | MigrateError::VersionTooNew(step, _) => StoreError::Newer(step),
        error => StoreError::Migrate(error),
    })
}

fn parse_version(version: &str) -> Option<(u32, u32, u32)> {
    let mut numbers = version.split('.').map(|number| number.parse().ok());
    Some((numbers.next()??, numbers.next()??, numbers.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number() {
        for (version, old) in [("3.51.3", false), ("3.51.2", true), ("3.9.9", true), ("4.0.0", false)] {
            assert_eq!(parse_version(version).unwrap() < SQLITE_FLOOR, old, "{version}");
        }
        assert_eq!(parse_version("three"), None);
    }
}
