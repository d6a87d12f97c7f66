//! The databases beside the program's own eyes.

use std::str::FromStr as _;

use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, PgConnection, Row as _, SqliteConnection,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    Sqlite,
    Postgres,
}

impl Backend {
    /// Is it among `MAJLIS_TEST_DATABASES` ("sqlite", or "sqlite,postgres")?
    pub fn is_wanted(self) -> bool {
        let asked = std::env::var("MAJLIS_TEST_DATABASES").unwrap_or_default();
        let asked = if asked.trim().is_empty() { "sqlite" } else { asked.as_str() };
        let mut found = false;
        for word in asked.split(',').map(str::trim) {
            found |= match word {
                "sqlite" => self == Self::Sqlite,
                "postgres" => self == Self::Postgres,
                other => panic!("MAJLIS_TEST_DATABASES names {other:?}; there are \"sqlite\" and \"postgres\""),
            };
        }
        found
    }
}

/// A connection of our own, for what no door of the program shows.
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

    /// As [`Raw::execute`] beside a server that holds the same rows, and may be in the way.
    pub async fn try_execute(&mut self, sql: &str) -> bool {
        let sql = AssertSqlSafe(sql);
        match self {
            Self::Sqlite(c) => c.execute(sql).await.is_ok(),
            Self::Postgres(c) => c.execute(sql).await.is_ok(),
        }
    }

    /// The first column of the one row a query gives.
    pub async fn number(&mut self, sql: &str) -> i64 {
        let sql = AssertSqlSafe(sql);
        match self {
            Self::Sqlite(c) => c.fetch_one(sql).await.unwrap().get(0),
            Self::Postgres(c) => c.fetch_one(sql).await.unwrap().get(0),
        }
    }

    pub async fn close(self) {
        match self {
            Self::Sqlite(c) => c.close().await.unwrap(),
            Self::Postgres(c) => c.close().await.unwrap(),
        }
    }
}

/// The PostgreSQL server to make databases on.
fn server_url() -> String {
    std::env::var("MAJLIS_TEST_POSTGRES_URL").expect(
        "MAJLIS_TEST_DATABASES asks for PostgreSQL: set MAJLIS_TEST_POSTGRES_URL, or run under scripts/with-postgres.sh",
    )
}

/// The server's address with another database's name.
pub fn database_url(name: &str) -> String {
    let url = server_url();
    let (url, options) = url.split_once('?').map_or((url.as_str(), ""), |(url, options)| (url, options));
    let (server, _) = url.rsplit_once('/').unwrap();
    if options.is_empty() { format!("{server}/{name}") } else { format!("{server}/{name}?{options}") }
}

/// Makes a database as a copy of another one.
pub async fn create_database(name: &str, template: &str) {
    let mut server = Raw::connect(&server_url()).await;
    server.execute(&format!("create database {name} template {template}")).await;
    server.close().await;
}

pub async fn drop_database(name: &str) {
    let mut server = Raw::connect(&server_url()).await;
    server.execute(&format!("drop database if exists {name} with (force)")).await;
    server.close().await;
}

pub async fn drop_everyone(name: &str) {
    let mut server = Raw::connect(&server_url()).await;
    server.execute(&format!("alter database {name} with allow_connections false")).await;
    server.execute(&format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'")).await;
    server.close().await;
}

pub async fn let_everyone_in(name: &str) {
    let mut server = Raw::connect(&server_url()).await;
    server.execute(&format!("alter database {name} with allow_connections true")).await;
    server.close().await;
}
