//! Databases to test on: each test has one of its own, taken away when it ends.

use std::future::Future;
use std::ops::Deref;
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::str::FromStr as _;

use app::store::{Db, OpenOptions, open};
use futures_util::FutureExt as _;
use sha2::{Digest as _, Sha256};
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, PgConnection, Row as _, SqliteConnection,
};
use tokio::sync::OnceCell;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

/// Makes two tests of each story: `name::sqlite` and `name::postgres`.
macro_rules! both {
    ($($story:ident),+ $(,)?) => { $(
        mod $story {
            use crate::support::{Backend, run};

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                run(Backend::Sqlite, super::$story).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                run(Backend::Postgres, super::$story).await;
            }
        }
    )+ };
}

/// Runs one call in a transaction of its own and commits it.
macro_rules! commit {
    ($db:expr, $tx:ident => $call:expr) => {{
        let mut $tx = $db.begin().await.unwrap();
        let answer = $call.await.unwrap();
        $tx.commit().await.unwrap();
        answer
    }};
}

/// Runs one call in a snapshot of its own.
macro_rules! look {
    ($db:expr, $read:ident => $call:expr) => {{
        let mut $read = $db.read().await.unwrap();
        $call.await.unwrap()
    }};
}

/// A migrated database of one test.
#[derive(Clone)]
pub struct TestDb {
    db: Db,
    pub address: String,
}

impl Deref for TestDb {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.db
    }
}

impl TestDb {
    /// A connection beside the store's own, for what the store has no words for.
    pub async fn raw(&self) -> Raw {
        Raw::connect(&self.address).await
    }
}

pub enum Raw {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Raw {
    pub async fn connect(address: &str) -> Self {
        if address.starts_with("postgres") {
            Self::Postgres(PgConnectOptions::from_str(address).unwrap().connect().await.unwrap())
        } else {
            Self::Sqlite(SqliteConnectOptions::new().filename(address).connect().await.unwrap())
        }
    }

    pub async fn execute(&mut self, sql: &str) {
        let sql = AssertSqlSafe(sql);
        match self {
            Self::Sqlite(c) => drop(c.execute(sql).await.unwrap()),
            Self::Postgres(c) => drop(c.execute(sql).await.unwrap()),
        }
    }

    /// The first column of the one row a query gives.
    pub async fn number(&mut self, sql: &str) -> Option<i64> {
        let sql = AssertSqlSafe(sql);
        match self {
            Self::Sqlite(c) => c.fetch_one(sql).await.unwrap().get(0),
            Self::Postgres(c) => c.fetch_one(sql).await.unwrap().get(0),
        }
    }

    /// Every row as text, columns joined by a space.
    pub async fn rows(&mut self, sql: &str) -> Vec<String> {
        fn joined<R: sqlx::Row>(row: &R) -> String
        where
            for<'a> Option<String>: sqlx::Decode<'a, R::Database> + sqlx::Type<R::Database>,
            usize: sqlx::ColumnIndex<R>,
        {
            let cells = (0..row.len()).map(|at| row.get_unchecked::<Option<String>, _>(at).unwrap_or("-".to_owned()));
            cells.collect::<Vec<_>>().join(" ")
        }
        let sql = AssertSqlSafe(sql);
        match self {
            Self::Sqlite(c) => c.fetch_all(sql).await.unwrap().iter().map(joined).collect(),
            Self::Postgres(c) => c.fetch_all(sql).await.unwrap().iter().map(joined).collect(),
        }
    }

    pub async fn close(self) {
        match self {
            Self::Sqlite(c) => c.close().await.unwrap(),
            Self::Postgres(c) => c.close().await.unwrap(),
        }
    }
}

/// Runs a story on a fresh database, if this kind was asked for.
pub async fn run<F: Future<Output = ()>>(backend: Backend, story: impl FnOnce(TestDb) -> F) {
    if !wanted(backend) {
        return;
    }
    let place = Place::make(backend).await;
    let address = place.address().to_owned();
    let db = open(&OpenOptions { address: address.clone(), readers: 4, background: None }).await.unwrap();
    let outcome = AssertUnwindSafe(story(TestDb { db: db.clone(), address })).catch_unwind().await;
    db.close().await;
    place.clear().await;
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}

/// Is this kind among `MAJLIS_TEST_DATABASES`?
pub fn wanted(backend: Backend) -> bool {
    let asked = std::env::var("MAJLIS_TEST_DATABASES").unwrap_or_default();
    let asked = if asked.trim().is_empty() { "sqlite" } else { asked.as_str() };
    let mut found = false;
    for word in asked.split(',').map(str::trim) {
        found |= match word {
            "sqlite" => backend == Backend::Sqlite,
            "postgres" => backend == Backend::Postgres,
            other => panic!("MAJLIS_TEST_DATABASES names {other:?}; there are \"sqlite\" and \"postgres\""),
        };
    }
    found
}

/// Where a test's database lies.
pub enum Place {
    Folder { path: PathBuf, file: String },
    Server { name: String, address: String },
}

impl Place {
    pub async fn make(backend: Backend) -> Self {
        let id = uuid::Uuid::now_v7().simple();
        match backend {
            Backend::Sqlite => {
                let path = std::env::temp_dir().join(format!("majlis-test-{id}"));
                std::fs::create_dir(&path).unwrap();
                let file = path.join("majlis.sqlite").to_str().unwrap().to_owned();
                Self::Folder { path, file }
            }
            Backend::Postgres => {
                static TEMPLATE: OnceCell<String> = OnceCell::const_new();
                let template = TEMPLATE.get_or_init(make_template).await;
                let name = format!("majlis_test_{id}");
                let mut server = Raw::connect(&server_url()).await;
                server.execute(&format!("create database {name} template {template}")).await;
                server.close().await;
                Self::Server { address: database_url(&name), name }
            }
        }
    }

    /// The same kind of place, without our schema.
    pub async fn make_empty(backend: Backend) -> Self {
        let place = Self::make(backend).await;
        if let Self::Server { name, .. } = &place {
            let mut server = Raw::connect(&server_url()).await;
            server.execute(&format!("drop database {name} with (force)")).await;
            server.execute(&format!("create database {name} template template0")).await;
            server.close().await;
        }
        place
    }

    pub fn address(&self) -> &str {
        match self {
            Self::Folder { file, .. } => file,
            Self::Server { address, .. } => address,
        }
    }

    pub async fn clear(self) {
        match self {
            Self::Folder { path, .. } => std::fs::remove_dir_all(path).unwrap(),
            Self::Server { name, .. } => {
                let mut server = Raw::connect(&server_url()).await;
                server.execute(&format!("drop database {name} with (force)")).await;
                server.close().await;
            }
        }
    }
}

/// Migrates a database once for all tests to be copied from; one for each state of the migrations, so that runs and
/// processes share it.
async fn make_template() -> String {
    let mut digest = Sha256::new();
    for migration in sqlx::migrate!("../migrations/postgres").iter() {
        digest.update(&migration.checksum);
    }
    let digest: String = digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let name = format!("majlis_template_{digest}");
    let draft = format!("{name}_draft");
    let mut server = Raw::connect(&server_url()).await;
    server.execute("select pg_advisory_lock(5201314)").await;
    let there = server.number(&format!("select count(*) from pg_database where datname = '{name}'")).await;
    if there == Some(0) {
        server.execute(&format!("drop database if exists {draft} with (force)")).await;
        server.execute(&format!("create database {draft} template template0")).await;
        open(&OpenOptions { address: database_url(&draft), readers: 1, background: None }).await.unwrap().close().await;
        server.execute(&format!("alter database {draft} rename to {name}")).await;
    }
    server.close().await;
    name
}

fn server_url() -> String {
    std::env::var("MAJLIS_TEST_POSTGRES_URL").expect(
        "MAJLIS_TEST_DATABASES asks for PostgreSQL: set MAJLIS_TEST_POSTGRES_URL, or run under scripts/with-postgres.sh",
    )
}

/// The server's address with another database's name.
fn database_url(name: &str) -> String {
    let url = server_url();
    let (url, options) = url.split_once('?').map_or((url.as_str(), ""), |(url, options)| (url, options));
    let (server, _) = url.rsplit_once('/').unwrap();
    if options.is_empty() { format!("{server}/{name}") } else { format!("{server}/{name}?{options}") }
}
