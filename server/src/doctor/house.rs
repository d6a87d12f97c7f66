//! The folder, the disk, the database and what waits in it.

use std::io::Write as _;
use std::path::Path;

use app::ctx::now_ms;
use app::domain::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use app::store::{Db, StoreError, counters, journal, outbox, quarantine, settings, soundness, sqlite_path};

use super::Report;
use crate::config::Config;

const MIB: u64 = 1024 * 1024;
/// Below this the next busy day may fill the disk; below the other the next minute may.
const LITTLE_SPACE: u64 = 2 * 1024 * MIB;
const NO_SPACE: u64 = 200 * MIB;
/// A log that does not shrink: a reader holds on to an old moment, or the disk is slow.
const LARGE_LOG: u64 = 512 * MIB;
const LATE_MS: i64 = MINUTE_MS;
const VERY_LATE_MS: i64 = HOUR_MS;
const BACKUP_OLD_MS: i64 = 2 * DAY_MS;

/// Can a file be written here?
pub fn folder(report: &mut Report, check: &'static str, folder: &Path) {
    let file = folder.join(format!(".doctor-{}", std::process::id()));
    let tried = std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::File::create(&file))
        .and_then(|mut held| held.write_all(b"written by majlis doctor\n").and_then(|()| held.sync_all()));
    let _ = std::fs::remove_file(&file);
    let shown = folder.display();
    match tried {
        Ok(()) => report.ok(check, report.words.writable(&shown)),
        Err(cause) => {
            let (found, fix) = report.words.not_writable(&shown, &cause);
            report.fail(check, found, fix);
        }
    }
}

pub fn disk(report: &mut Report, folder: &Path) {
    let Ok(disk) = rustix::fs::statvfs(folder) else { return };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let found = report.words.free_space(free / MIB);
    if free < NO_SPACE {
        report.fail("disk", found, report.words.space_fix());
    } else if free < LITTLE_SPACE {
        report.warn("disk", found, report.words.space_fix());
    } else {
        report.ok("disk", found);
    }
}

pub async fn database(report: &mut Report, config: &Config, db: &Db) {
    match soundness::version(db).await {
        Ok(version) => report.ok("database", version),
        Err(error) => return report.fail("database", error.to_string(), report.words.database_fix()),
    }
    match soundness::takes_writes(db).await {
        Ok(()) => report.ok("writes", report.words.takes_writes()),
        Err(error) => report.fail("writes", error.to_string(), report.words.space_fix()),
    }
    let Some(path) = sqlite_path(&config.database_url) else { return };
    match soundness::quick_check(db).await {
        Ok(found) if found.is_empty() => report.ok("integrity", report.words.sound()),
        Ok(found) => report.fail("integrity", found.join("; "), report.words.restore_fix()),
        Err(error) => report.fail("integrity", error.to_string(), report.words.restore_fix()),
    }
    let mut log = path.into_os_string();
    log.push("-wal");
    let bytes = std::fs::metadata(&log).map_or(0, |file| file.len());
    let found = report.words.log_size(bytes / MIB);
    match bytes {
        LARGE_LOG.. => report.warn("log", found, report.words.log_fix()),
        _ => report.ok("log", found),
    }
}

pub async fn queues(report: &mut Report, db: &Db) {
    match counted(db).await {
        Ok((waiting, set_aside, lag_ms)) => {
            report.ok("outbox", report.words.outbox(waiting));
            let found = report.words.lag(lag_ms / 1_000);
            if lag_ms >= VERY_LATE_MS {
                report.fail("journal", found, report.words.lag_fix());
            } else if lag_ms >= LATE_MS {
                report.warn("journal", found, report.words.lag_fix());
            } else {
                report.ok("journal", found);
            }
            let found = report.words.set_aside(set_aside);
            match set_aside {
                0 => report.ok("quarantine", found),
                _ => report.warn("quarantine", found, report.words.set_aside_fix()),
            }
        }
        Err(error) => report.fail("outbox", error.to_string(), report.words.database_fix()),
    }
}

async fn counted(db: &Db) -> Result<(i64, i64, i64), StoreError> {
    let mut read = db.read().await?;
    let waiting = outbox::depth(&mut read.conn()).await?;
    let set_aside = quarantine::count(&mut read.conn()).await?;
    let place = counters::get(&mut read.conn(), counters::INBOUND).await?;
    drop(read);
    let oldest = journal::oldest_after(db, place).await?;
    Ok((waiting, set_aside, oldest.map_or(0, |received_at_ms| (now_ms() - received_at_ms).max(0))))
}

pub async fn backup(report: &mut Report, db: &Db) {
    let held = async {
        let mut read = db.read().await?;
        settings::get(&mut read.conn(), settings::LAST_BACKUP).await
    };
    let last: Option<i64> = match held.await {
        Ok(held) => held.and_then(|text| text.parse().ok()),
        Err(error) => return report.fail("backup", error.to_string(), report.words.database_fix()),
    };
    match last.map(|at_ms| now_ms() - at_ms) {
        None => report.warn("backup", report.words.no_backup(), report.words.backup_fix()),
        Some(age_ms) => {
            let found = report.words.backup_age(age_ms / HOUR_MS);
            match age_ms {
                BACKUP_OLD_MS.. => report.warn("backup", found, report.words.backup_fix()),
                _ => report.ok("backup", found),
            }
        }
    }
}
