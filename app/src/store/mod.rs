//! The storage seam: all SQL of Majlis, for SQLite and PostgreSQL alike, and SQL nowhere else.
//!
//! One SQL text serves both: `$1` placeholders, text ids, `i64` times passed in, flags as 0/1 in `bigint`. What differs
//! (pools, claims, the journal's file) stands in an arm of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::{PgConnection, PgPool, Postgres, Sqlite, SqliteConnection, SqlitePool, Transaction};
use tokio::sync::Notify;

use crate::failpoint::{self, Point};
use crate::live::protocol::LiveEvent;
use crate::store::announcements::{Announcement, Noted};

/// Runs one expression per backend with `$c` bound to its typed connection.
macro_rules! on {
    ($conn:expr, $c:ident => $call:expr) => {
        match $conn {
            $crate::store::Conn::Sqlite($c) => $call,
            $crate::store::Conn::Postgres($c) => $call,
        }
    };
}

pub mod agents;
pub mod announcements;
pub mod backup;
pub mod blocks;
pub mod bulk;
pub mod channels;
pub mod consent;
pub mod contacts;
pub mod conversations;
pub mod counters;
pub mod delivery;
pub mod events;
pub mod health;
pub mod history;
pub mod journal;
pub mod keys;
pub mod links;
pub mod marks;
pub mod media;
pub mod merges;
pub mod messages;
mod open;
pub mod outbox;
pub mod parked;
pub mod phone;
pub mod quarantine;
pub mod receipts;
pub mod retention;
pub mod sending;
pub mod sessions;
pub mod settings;
pub mod soundness;
pub mod suggestions;
pub mod templates;

pub use open::{OpenOptions, journal_path, open, sqlite_path};

/// What the store can fail with.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the database answered: {0}")]
    Database(#[from] sqlx::Error),
    #[error(
        "the database was written by a newer Majlis (its schema has step {0}, which this program does not know). \
         Start the newer program, or restore a backup made before the upgrade"
    )]
    Newer(i64),
    #[error("the database could not be brought to this program's schema: {0}")]
    Migrate(sqlx::migrate::MigrateError),
    #[error("SQLite {0} is too old: 3.51.3 or newer is needed for a safe write-ahead log")]
    OldSqlite(String),
    #[error("PostgreSQL {0} is too old: 15 or newer is needed")]
    OldPostgres(i64),
    #[error("a row of {0} that was there a moment ago is gone")]
    Missing(&'static str),
    #[error(
        "the database is damaged, so nothing more is written to it: stop the server and restore a backup (majlis restore)"
    )]
    Damaged,
    #[error("PostgreSQL at {at} cannot be reached: {cause}. Start it, or correct MAJLIS_DATABASE_URL")]
    Unreachable { at: String, cause: String },
    #[error("`{0}` is no database address: use a SQLite file's path or postgres://…")]
    BadAddress(String),
}

impl StoreError {
    /// Another transaction was in the way; the same again may well succeed.
    pub fn is_retryable(&self) -> bool {
        let error = match self {
            Self::Database(error) => error,
            // What waits shall wait, not be set aside for the database's fault.
            Self::Damaged | Self::Unreachable { .. } => return true,
            _ => return false,
        };
        match error {
            sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) => true,
            // By kind first: PostgreSQL's 22021 (a NUL in a text), read as a number, would pass for SQLite's "busy".
            sqlx::Error::Database(error) if error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>().is_some() => {
                // Serialization failure, deadlock, a lock not had within `lock_timeout`, no connection left, server
                // going down or starting, a database that lets nobody in; a standby that takes no writes, disk full, I/O
                // error. (55000 has other meanings, of statements that we do not make.)
                let code = error.code();
                let code = code.as_deref().unwrap_or_default();
                matches!(code, "40001" | "40P01" | "55P03" | "53300" | "57P01" | "57P02" | "57P03" | "55000")
                    || matches!(code, "25006" | "53100" | "58030")
            }
            sqlx::Error::Database(error) => {
                // Busy, locked, read-only, I/O error, damaged, disk full, cannot be opened, no database (primary codes
                // of the extended ones): nothing that is the statement's fault.
                sqlite_code(&**error).is_some_and(|code| matches!(code, 5 | 6 | 8 | 10 | 11 | 13 | 14 | 26))
            }
            _ => false,
        }
    }

    /// The file's contents are not what SQLite wrote.
    pub fn is_damage(&self) -> bool {
        match self {
            Self::Damaged => true,
            Self::Database(sqlx::Error::Database(error))
                if error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>().is_none() =>
            {
                sqlite_code(&**error).is_some_and(|code| matches!(code, 11 | 26))
            }
            _ => false,
        }
    }
}

fn sqlite_code(error: &dyn sqlx::error::DatabaseError) -> Option<i64> {
    error.code().and_then(|code| code.parse::<i64>().ok()).map(|code| code & 0xff)
}

pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// A connection of either kind, borrowed for some statements.
pub enum Conn<'c> {
    Sqlite(&'c mut SqliteConnection),
    Postgres(&'c mut PgConnection),
}

/// The database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    pools: Pools,
    wakes: Arc<Wakes>,
    damaged: Arc<AtomicBool>,
}

#[derive(Clone)]
enum Pools {
    Sqlite {
        /// One connection: SQLite has one writer, and waiting in our queue is fairer than in its busy handler.
        writer: SqlitePool,
        readers: SqlitePool,
        /// The journal is a file of its own, so that an ack never waits for the worker's transaction.
        journal: SqlitePool,
    },
    Postgres(PgPool),
}

/// Hints to look again, given after a commit. The tables are the truth: who misses a hint finds the row at the next
/// slow poll.
#[derive(Default)]
pub struct Wakes {
    /// The event log grew.
    pub events: Notify,
    /// The outbox has a new row.
    pub outbox: Notify,
    /// The journal has a new row.
    pub journal: Notify,
    /// A file is to be fetched.
    pub media: Notify,
    /// A part of a phone's history came in.
    pub history: Notify,
    /// An account's templates are to be read.
    pub templates: Notify,
}

impl Db {
    pub fn wakes(&self) -> &Wakes {
        &self.wakes
    }

    pub fn is_sqlite(&self) -> bool {
        matches!(self.pools, Pools::Sqlite { .. })
    }

    /// Damage was found: from now on this process writes nothing, so that a restored backup loses as little as possible
    /// and no good page is written over.
    pub fn stop_writing(&self) {
        self.damaged.store(true, Ordering::Release);
    }

    pub fn is_damaged(&self) -> bool {
        self.damaged.load(Ordering::Acquire)
    }

    fn may_write(&self) -> Result<()> {
        if self.is_damaged() { Err(StoreError::Damaged) } else { Ok(()) }
    }

    /// A transaction that may write.
    ///
    /// # Errors
    /// The database is out of reach or damaged, or its one writer stayed busy for five seconds.
    pub async fn begin(&self) -> Result<Tx> {
        self.may_write()?;
        let inner = match &self.pools {
            // `begin immediate`: a later upgrade from reading to writing fails with SQLITE_BUSY without waiting.
            Pools::Sqlite { writer, .. } => TxInner::Sqlite(writer.begin_with("begin immediate").await?),
            Pools::Postgres(pool) => TxInner::Postgres(pool.begin().await?),
        };
        Ok(Tx {
            inner,
            noted: Vec::new(),
            wakes: self.wakes.clone(),
            wake_outbox: false,
            wake_media: false,
            wake_history: false,
            wake_templates: false,
        })
    }

    /// A snapshot for reading: all statements see the same moment.
    ///
    /// # Errors
    /// The database is out of reach.
    pub async fn read(&self) -> Result<Snapshot> {
        let inner = match &self.pools {
            Pools::Sqlite { readers, .. } => TxInner::Sqlite(readers.begin().await?),
            Pools::Postgres(pool) => {
                TxInner::Postgres(pool.begin_with("begin isolation level repeatable read, read only").await?)
            }
        };
        Ok(Snapshot { inner })
    }

    /// Finishes running statements and closes every connection.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { writer, readers, journal } => {
                readers.close().await;
                writer.close().await;
                journal.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

enum TxInner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl TxInner {
    fn conn(&mut self) -> Conn<'_> {
        match self {
            Self::Sqlite(tx) => Conn::Sqlite(tx),
            Self::Postgres(tx) => Conn::Postgres(tx),
        }
    }
}

/// A writing transaction with what it will tell. Dropped without [`Tx::commit`], nothing happened.
pub struct Tx {
    inner: TxInner,
    noted: Vec<Noted>,
    wakes: Arc<Wakes>,
    wake_outbox: bool,
    wake_media: bool,
    wake_history: bool,
    wake_templates: bool,
}

impl Tx {
    pub fn conn(&mut self) -> Conn<'_> {
        self.inner.conn()
    }

    /// Adds an event to those written with the commit. What it speaks of must be held by this transaction.
    pub fn append(&mut self, event: LiveEvent, now_ms: i64) {
        self.announce(Announcement::Event(event), now_ms);
    }

    /// Notes what will be told with the commit.
    pub fn announce(&mut self, announcement: Announcement, now_ms: i64) {
        self.noted.push((announcement, now_ms));
    }

    /// The sender should look at the outbox after the commit.
    pub fn wake_outbox(&mut self) {
        self.wake_outbox = true;
    }

    /// Whoever fetches files should look after the commit.
    pub fn wake_media(&mut self) {
        self.wake_media = true;
    }

    /// The history's worker should look for parts after the commit.
    pub fn wake_history(&mut self) {
        self.wake_history = true;
    }

    /// Whoever reads templates should look after the commit.
    pub fn wake_templates(&mut self) {
        self.wake_templates = true;
    }

    /// Writes what there is to tell, commits, then wakes who waits for it.
    ///
    /// The event counter is taken here, as the last statements of the transaction: whoever holds its row commits before
    /// anyone else can take a number, so events become visible in the order of their numbers and a reader that has
    /// seen number n can never miss one below it. (A PostgreSQL sequence would hand out 10 and 11 and commit 11 first.)
    ///
    /// # Errors
    /// The commit failed; nothing happened.
    pub async fn commit(mut self) -> Result<()> {
        let mut told = false;
        if !self.noted.is_empty() {
            told = announcements::write(&mut self.inner.conn(), std::mem::take(&mut self.noted)).await?;
            failpoint::reach(Point::EventsNumbered);
        }
        match self.inner {
            TxInner::Sqlite(tx) => tx.commit().await?,
            TxInner::Postgres(tx) => tx.commit().await?,
        }
        failpoint::reach(Point::Committed);
        if told {
            self.wakes.events.notify_one();
        }
        if self.wake_outbox {
            self.wakes.outbox.notify_one();
        }
        if self.wake_media {
            self.wakes.media.notify_one();
        }
        if self.wake_history {
            self.wakes.history.notify_one();
        }
        if self.wake_templates {
            self.wakes.templates.notify_one();
        }
        Ok(())
    }

    /// Opens a savepoint, so that one bad item does not spoil its neighbours.
    ///
    /// # Errors
    /// The database is out of reach.
    pub async fn savepoint(&mut self) -> Result<SavepointMark> {
        self.execute("savepoint item").await?;
        Ok(SavepointMark { noted: self.noted.len() })
    }

    /// Keeps what was done since the savepoint.
    ///
    /// # Errors
    /// The database is out of reach.
    pub async fn release(&mut self, _mark: SavepointMark) -> Result<()> {
        self.execute("release savepoint item").await
    }

    /// Undoes what was done since the savepoint; it is not told either.
    ///
    /// # Errors
    /// The database is out of reach.
    pub async fn roll_back_to(&mut self, mark: SavepointMark) -> Result<()> {
        self.noted.truncate(mark.noted);
        self.execute("rollback to savepoint item").await?;
        self.execute("release savepoint item").await
    }

    async fn execute(&mut self, sql: &'static str) -> Result<()> {
        on!(self.conn(), c => { sqlx::query(sql).execute(&mut *c).await?; });
        Ok(())
    }
}

/// Where a savepoint began.
pub struct SavepointMark {
    noted: usize,
}

/// A reading transaction; ends when dropped.
pub struct Snapshot {
    inner: TxInner,
}

impl Snapshot {
    pub fn conn(&mut self) -> Conn<'_> {
        self.inner.conn()
    }
}

/// Reads a column of JSON, or says which one we cannot read.
fn json<T: serde::de::DeserializeOwned>(column: &str, stored: &str) -> Result<T> {
    serde_json::from_str(stored).map_err(|error| {
        StoreError::Database(sqlx::Error::ColumnDecode { index: column.to_owned(), source: error.into() })
    })
}

fn to_json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| StoreError::Database(sqlx::Error::Encode(error.into())))
}

/// Turns a stored word into its enum, or says which column holds what we cannot read.
fn word<T: TryFrom<String, Error = String>>(column: &str, stored: String) -> Result<T> {
    T::try_from(stored).map_err(|error| {
        StoreError::Database(sqlx::Error::ColumnDecode { index: column.to_owned(), source: error.into() })
    })
}
