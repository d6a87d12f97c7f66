//! The promise behind the figures: what was answered 200 is there, once, and nothing else is.

use std::path::Path;

use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use crate::Outcome;
use crate::mix::Told;
use crate::seed::Size;

/// What a server answered 200.
pub struct Answered {
    size: Size,
    pub webhooks: usize,
    messages: usize,
    /// The furthest status of each outgoing message: 0 none, then sent, delivered, read.
    furthest: Vec<u8>,
}

impl Answered {
    pub fn new(size: Size) -> Self {
        Self { size, webhooks: 0, messages: 0, furthest: vec![0; size.outgoing()] }
    }

    pub fn add(&mut self, told: &[Told]) {
        self.webhooks += told.len();
        for told in told {
            match *told {
                Told::Message => self.messages += 1,
                Told::Status { nth, status } => self.furthest[nth] = self.furthest[nth].max(status + 1),
            }
        }
    }

    /// Compares with the database of a server that has caught up and stopped.
    pub async fn check(&self, folder: &Path) -> Outcome<()> {
        let mut database = open(&folder.join("majlis.sqlite")).await?;
        let mut expected = vec![("messages", self.size.messages + self.messages)];
        for (place, name) in ["accepted", "sent", "delivered", "read"].into_iter().enumerate() {
            expected.push((name, self.furthest.iter().filter(|furthest| usize::from(**furthest) == place).count()));
        }
        expected.extend([("quarantine", 0), ("parked", 0)]);
        for (name, expected) in expected {
            let stored = match name {
                "messages" => count(&mut database, "select count(*) from messages").await?,
                "quarantine" => count(&mut database, "select count(*) from quarantine").await?,
                "parked" => count(&mut database, "select count(*) from parked_statuses").await?,
                status => {
                    const BY_STATUS: &str = "select count(*) from messages where direction = 'out' and status = $1";
                    let stored: i64 = sqlx::query_scalar(BY_STATUS).bind(status).fetch_one(&mut database).await?;
                    stored as usize
                }
            };
            if stored != expected {
                return Err(format!("{name}: {stored} in the database, {expected} by what was answered 200").into());
            }
        }
        self.check_journal(&folder.join("majlis.journal.sqlite")).await
    }

    /// Are there as many rows in this journal as webhooks were answered 200?
    pub async fn check_journal(&self, file: &Path) -> Outcome<()> {
        let mut journal = open(file).await?;
        let stored = count(&mut journal, "select count(*) from journal").await?;
        if stored != self.webhooks {
            return Err(format!("{}: {stored} rows, {} answered 200", file.display(), self.webhooks).into());
        }
        Ok(())
    }
}

pub async fn open(file: &Path) -> Outcome<SqliteConnection> {
    Ok(SqliteConnectOptions::new().filename(file).connect().await?)
}

pub async fn count(database: &mut SqliteConnection, sql: &'static str) -> Outcome<usize> {
    let count: i64 = sqlx::query_scalar(sql).fetch_one(database).await?;
    Ok(count as usize)
}
