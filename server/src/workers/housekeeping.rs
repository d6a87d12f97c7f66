//! Lets go of what has had its time (design.md, "The model").

use std::time::Duration;

use app::ctx::now_ms;
use app::domain::media::UNSENT_LIFE_MS;
use app::store::phone::chunks;
use app::store::{Db, StoreError, counters, journal, media, outbox, quarantine, retention};
use tokio::sync::watch;

use crate::config::Retention;
use crate::media::Files;

/// Requests looked at in one part, so that nobody waits long for the writer.
const PART: i64 = 2_000;
const EVERY: Duration = Duration::from_secs(600);

/// Works until told to stop.
pub async fn run(db: Db, files: Files, keep: Retention, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(error) = sweep(&db, &files, keep, now_ms()).await {
            tracing::warn!(error.cause = %error, "housekeeping: put off: {error}");
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}

async fn sweep(db: &Db, files: &Files, keep: Retention, now: i64) -> Result<(), StoreError> {
    sweep_unsent(db, files, now).await?;
    let mut read = db.read().await?;
    let up_to_id = counters::get(&mut read.conn(), counters::INBOUND).await?;
    let mut held = quarantine::requests(&mut read.conn()).await?;
    held.extend(chunks::requests(&mut read.conn()).await?);
    held.sort_unstable();
    held.dedup();
    drop(read);
    let before_ms = now - keep.journal_ms;
    let mut part = journal::Prune { after_id: 0, up_to_id, before_ms, limit: PART, held: &held };
    while let Some(last) = journal::prune(db, part).await? {
        part.after_id = last;
        tokio::task::yield_now().await;
    }
    macro_rules! sweep {
        ($prune:path, $before_ms:expr) => {
            loop {
                let mut tx = db.begin().await?;
                let gone = $prune(&mut tx.conn(), $before_ms).await?;
                tx.commit().await?;
                if gone < retention::PART {
                    break;
                }
                tokio::task::yield_now().await;
            }
        };
    }
    sweep!(retention::events, now - keep.events_ms);
    sweep!(retention::parked_statuses, now - keep.parked_ms);
    sweep!(retention::parked_marks, now - keep.parked_ms);
    sweep!(retention::handled_quarantine, now - keep.journal_ms);
    sweep!(retention::sessions, now);
    sweep!(retention::one_time_links, now);
    let mut tx = db.begin().await?;
    outbox::pairs::forget_idle(&mut tx.conn(), now).await?;
    tx.commit().await?;
    Ok(())
}

/// Uploads that nobody sent. The rows go first: a file without a row is only space, a row without a file a lie.
async fn sweep_unsent(db: &Db, files: &Files, now: i64) -> Result<(), StoreError> {
    const AT_ONCE: i64 = 100;
    loop {
        let mut tx = db.begin().await?;
        let free = media::sweep_unsent(&mut tx.conn(), now - UNSENT_LIFE_MS, AT_ONCE).await?;
        tx.commit().await?;
        if free.is_empty() {
            return Ok(());
        }
        for key in free {
            if let Err(error) = files.delete(&key).await {
                tracing::warn!(error.cause = %error, "housekeeping: a file stays for now: {error}");
            }
        }
    }
}
