//! Meta's requests as they came. Written before the 200, read by the inbound worker.

use futures_util::TryStreamExt as _;

use super::{Conn, Db, Pools, Result, counters};
use crate::failpoint::{self, Point};

/// One stored request.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct JournalRow {
    pub id: i64,
    pub body: Vec<u8>,
    pub received_at_ms: i64,
}

/// Writes requests durably, all in one commit: when this returns, they survive a power cut.
///
/// # Errors
/// Not stored; Meta must hear 503 and will send them again.
pub async fn append(db: &Db, requests: &[(impl AsRef<[u8]> + Sync, i64)]) -> Result<()> {
    db.may_write()?;
    match &db.pools {
        Pools::Sqlite { journal, .. } => {
            let mut tx = journal.begin_with("begin immediate").await?;
            // Few different statements, so that each stays prepared: batches are cut into powers of two.
            let mut rest = requests;
            while !rest.is_empty() {
                let (now, later) = rest.split_at(1 << rest.len().min(1_024).ilog2());
                let mut insert = sqlx::QueryBuilder::new("insert into journal (body, received_at_ms) ");
                insert.push_values(now, |mut row, (body, at_ms)| {
                    row.push_bind(body.as_ref()).push_bind(*at_ms);
                });
                insert.build().execute(&mut *tx).await?;
                rest = later;
            }
            failpoint::reach(Point::JournalWritten);
            tx.commit().await?;
        }
        Pools::Postgres(pool) => {
            let mut tx = pool.begin().await?;
            // The counter's row orders the commits of several nodes, so that the worker's place never skips one.
            let count = requests.len() as i64;
            let last = counters::take(&mut Conn::Postgres(&mut tx), counters::JOURNAL, count).await?;
            for (chunk, first) in requests.chunks(1_024).zip((last - count + 1..).step_by(1_024)) {
                let numbered = chunk.iter().zip(first..);
                let mut insert = sqlx::QueryBuilder::new("insert into journal (id, body, received_at_ms) ");
                insert.push_values(numbered, |mut row, ((body, at_ms), id)| {
                    row.push_bind(id).push_bind(body.as_ref()).push_bind(*at_ms);
                });
                insert.build().execute(&mut *tx).await?;
            }
            failpoint::reach(Point::JournalWritten);
            tx.commit().await?;
        }
    }
    failpoint::reach(Point::JournalCommitted);
    db.wakes.journal.notify_one();
    Ok(())
}

/// Rows after `id`, oldest first: at most `limit`, and no more than the first that exceeds `max_bytes` in sum.
///
/// # Errors
/// The database is out of reach.
pub async fn after(db: &Db, id: i64, limit: i64, max_bytes: usize) -> Result<Vec<JournalRow>> {
    const AFTER: &str = "select id, body, received_at_ms from journal where id > $1 order by id limit $2";
    let mut held = Vec::new();
    let mut bytes = 0;
    macro_rules! collect {
        ($pool:expr) => {{
            let mut rows = sqlx::query_as::<_, JournalRow>(AFTER).bind(id).bind(limit).fetch($pool);
            while let Some(row) = rows.try_next().await? {
                bytes += row.body.len();
                held.push(row);
                if bytes >= max_bytes {
                    break;
                }
            }
        }};
    }
    match &db.pools {
        Pools::Sqlite { journal, .. } => collect!(journal),
        Pools::Postgres(pool) => collect!(pool),
    }
    Ok(held)
}

/// The id of the newest row, and when the oldest row after `id` was received: how far behind the worker is.
///
/// # Errors
/// The database is out of reach.
pub async fn oldest_after(db: &Db, id: i64) -> Result<Option<i64>> {
    const OLDEST: &str = "select received_at_ms from journal where id > $1 order by id limit 1";
    Ok(match &db.pools {
        Pools::Sqlite { journal, .. } => sqlx::query_scalar(OLDEST).bind(id).fetch_optional(journal).await?,
        Pools::Postgres(pool) => sqlx::query_scalar(OLDEST).bind(id).fetch_optional(pool).await?,
    })
}

/// How many requests are stored.
///
/// # Errors
/// The database is out of reach.
pub async fn count(db: &Db) -> Result<i64> {
    const COUNT: &str = "select count(*) from journal";
    Ok(match &db.pools {
        Pools::Sqlite { journal, .. } => sqlx::query_scalar(COUNT).fetch_one(journal).await?,
        Pools::Postgres(pool) => sqlx::query_scalar(COUNT).fetch_one(pool).await?,
    })
}

/// One request, while it is still kept.
///
/// # Errors
/// The database is out of reach.
pub async fn by_id(db: &Db, id: i64) -> Result<Option<JournalRow>> {
    const BY_ID: &str = "select id, body, received_at_ms from journal where id = $1";
    Ok(match &db.pools {
        Pools::Sqlite { journal, .. } => sqlx::query_as(BY_ID).bind(id).fetch_optional(journal).await?,
        Pools::Postgres(pool) => sqlx::query_as(BY_ID).bind(id).fetch_optional(pool).await?,
    })
}

/// What may leave the journal.
#[derive(Clone, Copy, Debug)]
pub struct Prune<'a> {
    /// Where the last part ended; 0 to begin.
    pub after_id: i64,
    /// The last row applied.
    pub up_to_id: i64,
    /// Received before.
    pub before_ms: i64,
    /// Rows looked at in one part.
    pub limit: i64,
    /// Rows that something in quarantine came in: without them it could never be read again. In order.
    pub held: &'a [i64],
}

/// Deletes a part of what has had its time. Gives where the part ended, or `None` after the last one.
///
/// # Errors
/// The database is out of reach.
pub async fn prune(db: &Db, part: Prune<'_>) -> Result<Option<i64>> {
    db.may_write()?;
    // Rows come in the order of their time, so the first young one ends it; nothing behind it is read.
    const LOOK: &str = "select id, received_at_ms from journal where id > $1 and id <= $2 order by id limit $3";
    let looked: Vec<(i64, i64)> = match &db.pools {
        Pools::Sqlite { journal, .. } => {
            sqlx::query_as(LOOK).bind(part.after_id).bind(part.up_to_id).bind(part.limit).fetch_all(journal).await?
        }
        Pools::Postgres(pool) => {
            sqlx::query_as(LOOK).bind(part.after_id).bind(part.up_to_id).bind(part.limit).fetch_all(pool).await?
        }
    };
    let old = looked.iter().take_while(|(_, received_at_ms)| *received_at_ms < part.before_ms).count();
    let Some((last, _)) = old.checked_sub(1).map(|last| looked[last]) else { return Ok(None) };
    let held: Vec<i64> = part.held.iter().copied().filter(|id| (part.after_id + 1..=last).contains(id)).collect();
    macro_rules! delete {
        ($pool:expr) => {{
            let mut delete = sqlx::QueryBuilder::new("delete from journal where id > ");
            delete.push_bind(part.after_id).push(" and id <= ").push_bind(last);
            if !held.is_empty() {
                delete.push(" and id not in (");
                let mut list = delete.separated(", ");
                for id in &held {
                    list.push_bind(*id);
                }
                delete.push(")");
            }
            delete.build().persistent(held.is_empty()).execute($pool).await?;
        }};
    }
    match &db.pools {
        Pools::Sqlite { journal, .. } => delete!(journal),
        Pools::Postgres(pool) => delete!(pool),
    }
    Ok((old as i64 == part.limit).then_some(last))
}

/// Writes something small, durably: can a request be stored now?
///
/// # Errors
/// It cannot.
pub async fn check(db: &Db) -> Result<()> {
    db.may_write()?;
    match &db.pools {
        Pools::Sqlite { journal, .. } => {
            let mut tx = journal.begin_with("begin immediate").await?;
            // The lock alone is also had on a full disk.
            sqlx::query("pragma user_version = 1").execute(&mut *tx).await?;
            tx.commit().await?;
        }
        Pools::Postgres(pool) => {
            let mut tx = pool.begin().await?;
            counters::take(&mut Conn::Postgres(&mut tx), counters::JOURNAL, 0).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}
