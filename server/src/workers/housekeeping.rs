//! Lets go of what has had its time (design.md, "The model").

use std::time::Duration;

use app::ctx::now_ms;
use app::domain::time::DAY_MS;
use app::store::{Db, StoreError, counters, journal, retention};
use tokio::sync::watch;

const JOURNAL_MS: i64 = 14 * DAY_MS;
const EVENTS_MS: i64 = 7 * DAY_MS;
const PARKED_MS: i64 = 8 * DAY_MS;
/// Rows deleted at once, so that nobody waits long for the writer.
const AT_ONCE: i64 = 2_000;
const EVERY: Duration = Duration::from_secs(600);

/// Works until told to stop.
pub async fn run(db: Db, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(error) = sweep(&db, now_ms()).await {
            tracing::warn!(error.cause = %error, "housekeeping: put off: {error}");
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}

async fn sweep(db: &Db, now: i64) -> Result<(), StoreError> {
    let mut read = db.read().await?;
    let applied = counters::get(&mut read.conn(), counters::INBOUND).await?;
    drop(read);
    while journal::prune(db, applied, now - JOURNAL_MS, AT_ONCE).await? as i64 == AT_ONCE {
        tokio::task::yield_now().await;
    }
    loop {
        let mut tx = db.begin().await?;
        let gone = retention::events(&mut tx.conn(), now - EVENTS_MS).await?;
        retention::parked_statuses(&mut tx.conn(), now - PARKED_MS).await?;
        retention::parked_marks(&mut tx.conn(), now - PARKED_MS).await?;
        retention::sessions(&mut tx.conn(), now).await?;
        retention::one_time_links(&mut tx.conn(), now).await?;
        tx.commit().await?;
        if gone < 5_000 {
            return Ok(());
        }
    }
}
