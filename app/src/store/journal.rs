//! Meta's requests as they came. Written before the 200, read by the inbound worker.

use futures_util::TryStreamExt as _;

use super::{Conn, Db, Pools, Result, counters};

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
            tx.commit().await?;
        }
    }
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

/// Deletes up to `limit` rows up to `up_to_id` (the last one applied) that were received before `before_ms`. What was set
/// aside of them stays in quarantine, with its JSON.
///
/// # Errors
/// The database is out of reach.
pub async fn prune(db: &Db, up_to_id: i64, before_ms: i64, limit: i64) -> Result<u64> {
    const PRUNE: &str = "delete from journal where id in
        (select id from journal where id <= $1 and received_at_ms < $2 order by id limit $3)";
    Ok(match &db.pools {
        Pools::Sqlite { journal, .. } => {
            sqlx::query(PRUNE).bind(up_to_id).bind(before_ms).bind(limit).execute(journal).await?.rows_affected()
        }
        Pools::Postgres(pool) => {
            sqlx::query(PRUNE).bind(up_to_id).bind(before_ms).bind(limit).execute(pool).await?.rows_affected()
        }
    })
}

/// Takes the journal's write lock and gives it back: can a request be stored now?
///
/// # Errors
/// It cannot.
pub async fn check(db: &Db) -> Result<()> {
    match &db.pools {
        Pools::Sqlite { journal, .. } => journal.begin_with("begin immediate").await?.commit().await?,
        Pools::Postgres(pool) => {
            let mut tx = pool.begin().await?;
            counters::take(&mut Conn::Postgres(&mut tx), counters::JOURNAL, 0).await?;
            tx.commit().await?;
        }
    }
    Ok(())
}
