//! A backup takes the place of what is there. What was there is put aside, never deleted.

use std::path::{Path, PathBuf};

use app::ctx::now_ms;
use app::store::backup::{self, Target};
use app::store::{Db, OpenOptions, journal_path, sqlite_path};

use super::manifest::{Kind, Manifest};
use super::{BackupError, DATABASE, DUMP, JOURNAL, MEDIA, at, files, postgres};
use crate::config::Config;

/// What a restore has done.
#[derive(Debug)]
pub struct Restored {
    pub manifest: Manifest,
    /// Messages that were still to be sent: a person decides about each.
    pub unconfirmed: u64,
    /// Where the files, or the schema, of before are now.
    pub put_aside: Option<String>,
}

/// Restores a backup. `replace` allows to put aside what is there.
///
/// # Errors
/// The folder is no whole backup, the database is in use or occupied, or something cannot be written. Until the last
/// step, which moves whole files into place, nothing of before is touched.
pub async fn restore(config: &Config, from: &Path, replace: bool) -> Result<Restored, BackupError> {
    let manifest = Manifest::verified(from)?;
    let target = sqlite_path(&config.database_url);
    let configured = if target.is_some() { Kind::Sqlite } else { Kind::Postgres };
    if manifest.database != configured {
        return Err(BackupError::OtherDatabase(manifest.database.name(), configured.name()));
    }
    files::make_private(&config.data_dir)?;
    let aside = format!("replaced_{}", now_ms());
    let media = config.data_dir.join(MEDIA);
    let mut occupied = !files::is_empty(&media)?;
    if let Some(path) = &target {
        occupied |= path.exists() || journal_path(path).exists();
        if path.exists() && backup::is_in_use(path).await? {
            return Err(BackupError::InUse(path.display().to_string()));
        }
    } else {
        match backup::postgres_target(&postgres::options(&config.database_url)?).await? {
            Target::InUse => return Err(BackupError::InUse("the database".to_owned())),
            Target::Full => occupied = true,
            Target::Empty => {}
        }
    }
    if occupied && !replace {
        let place = target.as_deref().map_or("MAJLIS_DATABASE_URL".to_owned(), |path| path.display().to_string());
        return Err(BackupError::Occupied(place));
    }
    let staged_media = stage_media(&manifest, from, &config.data_dir)?;
    let (unconfirmed, moved) = match &target {
        Some(path) => restore_sqlite(from, path, &aside).await?,
        None => restore_postgres(&config.database_url, from, &aside).await?,
    };
    let old_media = config.data_dir.join(&aside).join(MEDIA);
    let had_media = !files::is_empty(&media)?;
    if had_media {
        move_to(&media, &old_media)?;
    } else if media.exists() {
        std::fs::remove_dir(&media).map_err(at(&media))?;
    }
    move_to(&staged_media, &media)?;
    files::sync_folder(&config.data_dir)?;
    let put_aside = (moved || had_media).then(|| match target {
        Some(_) => config.data_dir.join(&aside).display().to_string(),
        None => format!("the schema {aside} of the database"),
    });
    Ok(Restored { manifest, unconfirmed, put_aside })
}

/// Copies: the backup stays whole, whatever is done to the restored files.
fn stage_media(manifest: &Manifest, from: &Path, data_dir: &Path) -> Result<PathBuf, BackupError> {
    let staged = data_dir.join(".restoring-media");
    if staged.exists() {
        std::fs::remove_dir_all(&staged).map_err(at(&staged))?; // Of an attempt that was cut short.
    }
    files::make_private(&staged)?;
    for entry in &manifest.files {
        let Some(name) = entry.path.strip_prefix("media/") else { continue };
        let target = staged.join(name);
        if let Some(parent) = target.parent() {
            files::make_private(parent)?;
        }
        files::copy(&from.join(&entry.path), &target)?;
    }
    Ok(staged)
}

/// Prepares the files beside their place, then moves them into it. Gives how many messages are in doubt, and whether
/// there was something before.
async fn restore_sqlite(from: &Path, path: &Path, aside: &str) -> Result<(u64, bool), BackupError> {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let staged = folder.join(".restoring");
    if staged.exists() {
        std::fs::remove_dir_all(&staged).map_err(at(&staged))?;
    }
    files::make_private(&staged)?;
    files::copy(&from.join(DATABASE), &staged.join(DATABASE))?;
    files::copy(&from.join(JOURNAL), &staged.join(JOURNAL))?;
    let unconfirmed = settle(&staged.join(DATABASE).to_string_lossy()).await?;
    let journal = journal_path(path);
    let mut moved = false;
    for file in [path, journal.as_path()] {
        for ending in ["", "-wal", "-shm"] {
            let mut name = file.as_os_str().to_owned();
            name.push(ending);
            let old = PathBuf::from(name);
            if old.exists() {
                let kept = folder.join(aside).join(old.file_name().unwrap_or_default());
                move_to(&old, &kept)?;
                moved = true;
            }
        }
    }
    move_to(&staged.join(JOURNAL), &journal)?;
    move_to(&staged.join(DATABASE), path)?;
    std::fs::remove_dir_all(&staged).map_err(at(&staged))?;
    files::sync_folder(folder)?;
    Ok((unconfirmed, moved))
}

async fn restore_postgres(address: &str, from: &Path, aside: &str) -> Result<(u64, bool), BackupError> {
    let options = postgres::options(address)?;
    let full = backup::postgres_target(&options).await? == Target::Full;
    if full {
        backup::set_aside_postgres(&options, aside).await?;
    }
    postgres::load(address, &from.join(DUMP)).await?;
    Ok((settle(address).await?, full))
}

/// Brings a restored database up to date, and makes it forget what an old copy must not do.
async fn settle(address: &str) -> Result<u64, BackupError> {
    let options = OpenOptions { address: address.to_owned(), readers: 1, background: None };
    let db: Db = app::store::open(&options).await?;
    let settled = backup::settle(&db, now_ms()).await;
    db.close().await;
    Ok(settled?)
}

fn move_to(from: &Path, to: &Path) -> Result<(), BackupError> {
    if let Some(parent) = to.parent() {
        files::make_private(parent)?;
    }
    std::fs::rename(from, to).map_err(at(from))
}
