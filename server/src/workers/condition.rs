//! How the house stands: what was set aside, which phones want attention, whether the database takes writes, whether it is sound. Told to open tabs at
//! once, asked by `/readyz`.

use std::time::{Duration, Instant};

use app::ctx::now_ms;
use app::live::hub::Hub;
use app::live::protocol::{HouseState, PhoneNews, Storage};
use app::store::{Db, StoreError, phone, quarantine, soundness};
use tokio::sync::watch;

const LOOK: Duration = Duration::from_millis(500);
/// Phones change seldom, and a sum over their history is not free.
const LOOK_PHONES: Duration = Duration::from_secs(2);
/// A write only to see whether it is taken: seldom while all is well, soon while it is not.
const PROBE: Duration = Duration::from_secs(5);
const PROBE_STUCK: Duration = Duration::from_secs(1);
/// Every page is read once a day.
const CHECK: Duration = Duration::from_secs(24 * 60 * 60);

/// Looks until told to stop.
pub async fn run(db: Db, hub: Hub, mut stop: watch::Receiver<bool>) {
    let mut house = HouseState::default();
    let mut probed = Instant::now();
    let mut looked = None;
    while !*stop.borrow() {
        match set_aside(&db).await {
            Ok(count) => house.set_aside = count,
            Err(error) => tracing::debug!(error.cause = %error, "condition: quarantine cannot be counted"),
        }
        if looked.is_none_or(|looked: Instant| looked.elapsed() >= LOOK_PHONES) {
            match phones(&db).await {
                Ok(news) => (house.phones, looked) = (news, Some(Instant::now())),
                Err(error) => tracing::debug!(error.cause = %error, "condition: phones cannot be read"),
            }
        }
        let every = if house.storage == Storage::Sound { PROBE } else { PROBE_STUCK };
        if db.is_damaged() {
            house.storage = Storage::Damaged;
        } else if probed.elapsed() >= every {
            house.storage = probe(&db, house.storage).await;
            probed = Instant::now();
        }
        hub.set_house(house.clone());
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            _ = stop.changed() => {}
        }
    }
}

/// The phones that admins should know of.
async fn phones(db: &Db) -> Result<Vec<PhoneNews>, StoreError> {
    let now = now_ms();
    let phones = phone::all(&mut db.read().await?.conn()).await?;
    let news = phones.into_iter().map(|phone| PhoneNews {
        is_asleep: phone.is_asleep(now),
        bringing: phone.is_bringing().then(|| phone.history_progress.unwrap_or_default()),
        channel_id: phone.channel_id,
        name: phone.name,
    });
    Ok(news.filter(|news| news.is_asleep || news.bringing.is_some()).collect())
}

async fn set_aside(db: &Db) -> Result<i64, StoreError> {
    let mut read = db.read().await?;
    quarantine::count(&mut read.conn()).await
}

async fn probe(db: &Db, before: Storage) -> Storage {
    let now = match soundness::takes_writes(db).await {
        Ok(()) => Storage::Sound,
        Err(error) if error.is_damage() => {
            damaged(db, &[error.to_string()]);
            Storage::Damaged
        }
        Err(error) => {
            if before == Storage::Sound {
                tracing::error!(error.cause = %error, "the database takes no writes, Meta hears 503: {error}");
            }
            Storage::Stuck
        }
    };
    if now == Storage::Sound && before == Storage::Stuck {
        tracing::info!("the database takes writes again");
    }
    now
}

/// Reads every page soon after the start and then daily, until told to stop. A finding ends all writing.
pub async fn check(db: Db, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        match soundness::quick_check(&db).await {
            Ok(found) if found.is_empty() => {}
            Ok(found) => return damaged(&db, &found),
            Err(error) => tracing::warn!(error.cause = %error, "the database could not be checked: {error}"),
        }
        tokio::select! {
            () = tokio::time::sleep(CHECK) => {}
            _ = stop.changed() => {}
        }
    }
}

fn damaged(db: &Db, found: &[String]) {
    db.stop_writing();
    tracing::error!(
        "the database is damaged and is written to no more; Meta hears 503 and keeps what it sends. Stop the server, \
         restore the last backup with `majlis restore <folder> --replace`, and look after the disk. Found: {}",
        found.join("; ")
    );
}
