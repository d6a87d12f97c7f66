//! What a backup is made of, and what a restored one must forget.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, SqliteConnection};

use super::{Conn, Db, Result, Tx, counters, settings};

/// Tables whose rows are counted, so that a person sees what a backup holds.
const COUNTED: [&str; 9] =
    ["agents", "channels", "contacts", "conversations", "messages", "media", "outbox", "quarantine", "parked_statuses"];
/// How far the event log jumps: no tab of before can take an event of after for its next one.
const EVENTS_JUMP: i64 = 1_000_000;

/// What a database holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// The last step of its schema.
    pub step: i64,
    pub counts: BTreeMap<String, i64>,
    /// Names of the files of its media, below the media folder.
    pub media: Vec<String>,
    /// The key that sealed its secrets, if there are any.
    pub master_key_id: Option<String>,
}

/// How to reach a PostgreSQL database.
pub type PostgresOptions = PgConnectOptions;

/// # Errors
/// It is no address of a PostgreSQL database.
pub fn postgres_options(address: &str) -> Result<PostgresOptions> {
    use std::str::FromStr as _;
    PgConnectOptions::from_str(address).map_err(|_| super::StoreError::BadAddress("postgres://…".to_owned()))
}

/// The newest step of the schema this program knows.
pub fn newest_step() -> i64 {
    super::open::newest_step()
}

/// Writes a copy of a SQLite file as it is at one moment, while others go on writing. The copy is a file of its own,
/// without a log beside it.
///
/// # Errors
/// There is no such database, it cannot be read, or the copy cannot be written.
pub async fn copy(from: &Path, to: &Path) -> Result<()> {
    let options = SqliteConnectOptions::new().filename(from).create_if_missing(false);
    let mut connection = options.busy_timeout(Duration::from_secs(30)).connect().await?;
    let copied = sqlx::query("vacuum into $1").bind(to.to_string_lossy().as_ref()).execute(&mut connection).await;
    let closed = connection.close().await;
    copied?;
    Ok(closed?)
}

/// What a copy holds. The copy is not touched.
///
/// # Errors
/// It is no database of ours.
pub async fn contents_of_copy(path: &Path) -> Result<Contents> {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(false).immutable(true).read_only(true);
    let mut connection = options.connect().await?;
    let contents = contents(&mut Conn::Sqlite(&mut connection)).await;
    let closed = connection.close().await;
    let contents = contents?;
    closed?;
    Ok(contents)
}

/// How many requests a copy of the journal holds.
///
/// # Errors
/// It is no journal.
pub async fn requests_in_copy(path: &Path) -> Result<i64> {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(false).immutable(true).read_only(true);
    let mut connection = options.connect().await?;
    let count = sqlx::query_scalar("select count(*) from journal").fetch_one(&mut connection).await;
    let closed = connection.close().await;
    let count = count?;
    closed?;
    Ok(count)
}

async fn contents(conn: &mut Conn<'_>) -> Result<Contents> {
    const STEP: &str = "select max(version) from _sqlx_migrations";
    const MEDIA: &str = "select storage_key from media where storage_key is not null
        union all select thumbnail_key from media where thumbnail_key is not null";
    let mut contents = Contents {
        step: on!(conn, c => sqlx::query_scalar(STEP).fetch_one(&mut **c).await?),
        media: on!(conn, c => sqlx::query_scalar(MEDIA).fetch_all(&mut **c).await?),
        master_key_id: settings::get(conn, settings::MASTER_KEY_ID).await?,
        counts: BTreeMap::new(),
    };
    for table in COUNTED {
        let sql = AssertSqlSafe(format!("select count(*) from {table}"));
        let count: i64 = on!(conn, c => sqlx::query_scalar(sql).fetch_one(&mut **c).await?);
        contents.counts.insert(table.to_owned(), count);
    }
    Ok(contents)
}

/// A moment of a PostgreSQL database that `pg_dump --snapshot` can be told of.
pub struct PostgresMoment {
    connection: PgConnection,
    /// The moment's name.
    pub snapshot: String,
    pub contents: Contents,
    pub requests: i64,
}

impl PostgresMoment {
    /// # Errors
    /// The database is out of reach, or none of ours.
    pub async fn take(options: &PgConnectOptions) -> Result<Self> {
        let mut connection = options.connect().await?;
        sqlx::raw_sql("begin isolation level repeatable read, read only").execute(&mut connection).await?;
        let snapshot = sqlx::query_scalar("select pg_export_snapshot()").fetch_one(&mut connection).await?;
        let contents = contents(&mut Conn::Postgres(&mut connection)).await?;
        let requests = sqlx::query_scalar("select count(*) from journal").fetch_one(&mut connection).await?;
        Ok(Self { connection, snapshot, contents, requests })
    }

    /// Lets the moment go.
    ///
    /// # Errors
    /// The connection broke.
    pub async fn end(self) -> Result<()> {
        Ok(self.connection.close().await?)
    }
}

/// Notes in the live database that a backup was finished.
///
/// # Errors
/// The database is out of reach.
pub async fn remember_sqlite(path: &Path, at_ms: i64) -> Result<()> {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(false);
    let mut connection = options.busy_timeout(Duration::from_secs(30)).connect().await?;
    let noted = settings::set(&mut Conn::Sqlite(&mut connection), settings::LAST_BACKUP, &at_ms.to_string()).await;
    connection.close().await?;
    noted
}

/// As [`remember_sqlite`].
///
/// # Errors
/// The database is out of reach.
pub async fn remember_postgres(options: &PgConnectOptions, at_ms: i64) -> Result<()> {
    let mut connection = options.connect().await?;
    let noted = settings::set(&mut Conn::Postgres(&mut connection), settings::LAST_BACKUP, &at_ms.to_string()).await;
    connection.close().await?;
    noted
}

/// Has any other program this SQLite file open? A change of the journal mode needs it alone.
///
/// # Errors
/// The file cannot be opened.
pub async fn is_in_use(path: &Path) -> Result<bool> {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(false).busy_timeout(Duration::ZERO);
    let mut connection: SqliteConnection = options.connect().await?;
    let mode: std::result::Result<String, sqlx::Error> =
        sqlx::query_scalar("pragma journal_mode = delete").fetch_one(&mut connection).await;
    let closed = connection.close().await;
    let in_use = !matches!(mode.as_deref(), Ok("delete"));
    closed?;
    Ok(in_use)
}

/// What stands in a PostgreSQL database before a restore.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Empty,
    /// Tables are there.
    Full,
    /// A server or a command of ours is connected.
    InUse,
}

/// # Errors
/// The database is out of reach.
pub async fn postgres_target(options: &PgConnectOptions) -> Result<Target> {
    const TABLES: &str = "select count(*) from information_schema.tables where table_schema = 'public'";
    const OTHERS: &str = "select count(*) from pg_stat_activity
        where datname = current_database() and application_name = 'majlis' and pid <> pg_backend_pid()";
    let mut connection = options.connect().await?;
    let others: i64 = sqlx::query_scalar(OTHERS).fetch_one(&mut connection).await?;
    let tables: i64 = sqlx::query_scalar(TABLES).fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok(match (others, tables) {
        (1.., _) => Target::InUse,
        (_, 1..) => Target::Full,
        _ => Target::Empty,
    })
}

/// Puts what a PostgreSQL database holds into a schema of another name, out of the way.
///
/// # Errors
/// The user does not own the database, or it is out of reach.
pub async fn set_aside_postgres(options: &PgConnectOptions, name: &str) -> Result<()> {
    let sql = format!("begin; alter schema public rename to \"{name}\"; create schema public; commit");
    let mut connection = options.connect().await?;
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await?;
    Ok(connection.close().await?)
}

/// What a restored database must not do: send again what the one before it may have sent, let in who has signed out since,
/// or continue the old event log. Gives how many messages wait for a person's decision.
///
/// # Errors
/// The database is out of reach.
pub async fn settle(db: &Db, now_ms: i64) -> Result<u64> {
    const DOUBT: &str = "update messages set status = 'unconfirmed' where id in (select message_id from outbox)";
    let mut tx: Tx = db.begin().await?;
    let conn = &mut tx.conn();
    let doubtful = on!(conn, c => sqlx::query(DOUBT).execute(&mut **c).await?.rows_affected());
    for sql in [
        "delete from outbox",
        "delete from outbox_pairs",
        "delete from sending_turns",
        "delete from sessions",
        "delete from one_time_links",
        "delete from events",
        // A wish of then is nobody's wish now.
        "update conversations set block_state = case block_state when 'unblocking' then 'blocked' end
           where block_state in ('blocking', 'unblocking')",
        "update blocks set state = 'dropped' where state = 'asked'",
    ] {
        on!(conn, c => sqlx::query(sql).execute(&mut **c).await.map(drop))?;
    }
    counters::take(conn, counters::EVENT, EVENTS_JUMP).await?;
    settings::set(conn, settings::RESTORED, &now_ms.to_string()).await?;
    tx.commit().await?;
    Ok(doubtful)
}
