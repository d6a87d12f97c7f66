//! Files and folders of a backup.

use std::path::Path;

use super::{BackupError, at};

/// Makes a folder only its owner can open: it holds what customers wrote.
pub fn make_private(folder: &Path) -> Result<(), BackupError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(folder).map_err(at(folder))
}

pub fn is_empty(folder: &Path) -> Result<bool, BackupError> {
    match std::fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(true),
        Err(cause) => Err(at(folder)(cause)),
    }
}

/// Copies the files the database names, by a second name for the same bytes where the disk allows it: they never change.
/// Gives the names copied, and how many were not there.
pub fn copy_media(from: &Path, to: &Path, names: &[String]) -> Result<(Vec<String>, u64), BackupError> {
    let (mut held, mut missing) = (Vec::new(), 0);
    let mut names: Vec<&String> = names.iter().collect();
    names.sort();
    names.dedup();
    for name in names {
        let (source, target) = (from.join(name), to.join(name));
        if !source.is_file() {
            missing += 1;
            continue;
        }
        if let Some(parent) = target.parent() {
            make_private(parent)?;
        }
        if std::fs::hard_link(&source, &target).is_err() {
            copy(&source, &target)?;
        }
        held.push(name.clone());
    }
    Ok((held, missing))
}

/// Copies a file and waits until it is on disk.
pub fn copy(from: &Path, to: &Path) -> Result<(), BackupError> {
    std::fs::copy(from, to).map_err(at(from))?;
    std::fs::File::open(to).and_then(|file| file.sync_all()).map_err(at(to))
}

/// A rename is on disk once its folder is.
pub fn sync_folder(folder: &Path) -> Result<(), BackupError> {
    std::fs::File::open(folder).and_then(|file| file.sync_all()).map_err(at(folder))
}
