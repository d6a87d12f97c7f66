//! Backups: a folder with the database as it was at one moment, the journal, the media, and a manifest that names and
//! weighs each file. The manifest is written last, so a folder without one is no backup. The master key is never in it.

mod files;
mod manifest;
mod postgres;
mod restore;

use std::path::{Path, PathBuf};

use app::ctx::now_ms;
use app::store::backup::{self, Contents, PostgresMoment};
use app::store::{StoreError, sqlite_path};

use self::manifest::{FORMAT, FileEntry};
pub use self::manifest::{Kind, Manifest};
pub use self::restore::{Restored, restore};
use crate::config::Config;

const DATABASE: &str = "majlis.sqlite";
const JOURNAL: &str = "majlis.journal.sqlite";
const DUMP: &str = "majlis.pgdump";
/// The folder of media, in the data folder and in a backup.
const MEDIA: &str = "media";

/// Why there is no backup, or none was restored. Nothing was changed then, unless it says so.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("{0}: {1}")]
    File(String, std::io::Error),
    #[error("{0} is not empty; name a new folder, so that no backup is written over another")]
    NotEmpty(String),
    #[error("there is no database at {0}; is this the right data folder?")]
    NoDatabase(String),
    #[error("{0} is no backup: {1}")]
    NoBackup(String, String),
    #[error("the backup is damaged: {0}")]
    Damaged(String),
    #[error("the backup was made by a newer Majlis ({0}); restore it with that one")]
    Newer(String),
    #[error("the backup is one of {0}, but MAJLIS_DATABASE_URL names {1}; choose the database it belongs to")]
    OtherDatabase(&'static str, &'static str),
    #[error("{0} holds a database already; --replace puts it aside and takes the backup instead")]
    Occupied(String),
    #[error("a server or a command is using {0}; stop it first")]
    InUse(String),
    #[error("{0} is not installed; it belongs to PostgreSQL's client programs, in the server's version or a newer one")]
    NoProgram(&'static str),
    #[error("{0} failed: {1}")]
    Program(&'static str, String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn at(path: &Path) -> impl FnOnce(std::io::Error) -> BackupError {
    let shown = path.display().to_string();
    move |cause| BackupError::File(shown, cause)
}

/// Writes a backup into an empty or new folder, while the server goes on.
///
/// The database comes first and the journal after it: what the copy has not applied is then still in the journal's copy,
/// and is applied after a restore. The other way round, the copy's place would lie beyond the journal's end, and the
/// first requests after a restore would be taken for old ones.
///
/// # Errors
/// The folder is not empty, the database is not there, or something cannot be read or written.
pub async fn back_up(config: &Config, to: &Path) -> Result<Manifest, BackupError> {
    files::make_private(to)?;
    if !files::is_empty(to)? {
        return Err(BackupError::NotEmpty(to.display().to_string()));
    }
    let made_at_ms = now_ms();
    let mut names: Vec<PathBuf> = Vec::new();
    let (kind, contents, requests) = match sqlite_path(&config.database_url) {
        Some(path) => {
            let (contents, requests) = copy_sqlite(&path, to).await?;
            names.extend([PathBuf::from(DATABASE), PathBuf::from(JOURNAL)]);
            (Kind::Sqlite, contents, requests)
        }
        None => {
            let options = postgres::options(&config.database_url)?;
            let moment = PostgresMoment::take(&options).await?;
            let dumped = postgres::dump(&config.database_url, &moment.snapshot, &to.join(DUMP)).await;
            let (contents, requests) = (moment.contents.clone(), moment.requests);
            // The dump has the moment for itself by now; this side may have been let go as idle.
            let _ = moment.end().await;
            dumped?;
            names.push(PathBuf::from(DUMP));
            (Kind::Postgres, contents, requests)
        }
    };
    let (held, missing) = files::copy_media(&config.data_dir.join(MEDIA), &to.join(MEDIA), &contents.media)?;
    names.extend(held.into_iter().map(|name| Path::new(MEDIA).join(name)));
    let files = names.iter().map(|name| FileEntry::of(to, name)).collect::<Result<Vec<_>, _>>()?;
    let mut counts = contents.counts;
    counts.insert("journal".to_owned(), requests);
    let manifest = Manifest {
        format: FORMAT,
        majlis: env!("CARGO_PKG_VERSION").to_owned(),
        made_at_ms,
        database: kind,
        schema: contents.step,
        master_key_id: contents.master_key_id,
        counts,
        missing_media: missing,
        files,
    };
    manifest.write(to)?;
    match sqlite_path(&config.database_url) {
        Some(path) => backup::remember_sqlite(&path, now_ms()).await?,
        None => backup::remember_postgres(&postgres::options(&config.database_url)?, now_ms()).await?,
    }
    Ok(manifest)
}

async fn copy_sqlite(path: &Path, to: &Path) -> Result<(Contents, i64), BackupError> {
    let journal = app::store::journal_path(path);
    for file in [path, journal.as_path()] {
        if !file.exists() {
            return Err(BackupError::NoDatabase(file.display().to_string()));
        }
    }
    backup::copy(path, &to.join(DATABASE)).await?;
    backup::copy(&journal, &to.join(JOURNAL)).await?;
    let contents = backup::contents_of_copy(&to.join(DATABASE)).await?;
    let requests = backup::requests_in_copy(&to.join(JOURNAL)).await?;
    Ok((contents, requests))
}
