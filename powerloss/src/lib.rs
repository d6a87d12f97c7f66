//! What a disk would hold after a power cut. Loaded before a program (`LD_PRELOAD`), it takes the place of `fsync` and
//! `fdatasync` and keeps beside the folder `POWERLOSS_FOLDER` what its files held when they were last synced, in
//! `POWERLOSS_KEPT`. A program killed at any moment and started again on that copy has lost every write it did not sync.
//!
//! A file's sync keeps its bytes under its name; a folder's sync keeps its list of names. Nothing else is kept: not the
//! part of a write that a real disk may have finished by luck, and not the order in which it would have.
//!
//! For tests only, on Linux; no program of ours contains it.

use std::ffi::c_int;
use std::fs;
use std::io;
use std::os::fd::BorrowedFd;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Two syncs at once would mix their copies.
static COPYING: Mutex<()> = Mutex::new(());

/// # Safety
/// As for the C library's `fsync`: any number may be passed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fsync(fd: c_int) -> c_int {
    synced(fd)
}

/// # Safety
/// As for the C library's `fdatasync`: any number may be passed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fdatasync(fd: c_int) -> c_int {
    synced(fd)
}

/// -1 is what a caller sees when its disk fails: it must not believe that anything was kept.
fn synced(fd: c_int) -> c_int {
    // SAFETY: `dup` refuses a number that is no open file, and the borrowed one is used for nothing else.
    let Ok(file) = rustix::io::dup(unsafe { BorrowedFd::borrow_raw(fd.max(0)) }) else { return -1 };
    let Some((folder, kept)) = places() else { return 0 };
    match keep(&fs::File::from(file), fd, &folder, &kept) {
        Ok(()) => 0,
        Err(_) => -1,
    }
}

fn places() -> Option<(PathBuf, PathBuf)> {
    let place = |name| std::env::var_os(name).map(PathBuf::from);
    Some((place("POWERLOSS_FOLDER")?, place("POWERLOSS_KEPT")?))
}

fn keep(file: &fs::File, fd: c_int, folder: &Path, kept: &Path) -> io::Result<()> {
    let path = fs::read_link(format!("/proc/self/fd/{fd}"))?;
    let Ok(name) = path.strip_prefix(folder) else { return Ok(()) };
    let _one = COPYING.lock().unwrap_or_else(PoisonError::into_inner);
    let about = file.metadata()?;
    let to = kept.join("tree").join(name);
    if about.is_dir() {
        return keep_names(&path, &to, kept);
    }
    // By its number too: a rename moves a file's bytes with it.
    let by_number = kept.join("files").join(about.ino().to_string());
    copy(&path, &by_number)?;
    copy(&by_number, &to)
}

/// A folder holds the names it has now; a file behind a new name holds what it held when it was last synced.
fn keep_names(path: &Path, to: &Path, kept: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(to)?.flatten() {
        if !path.join(entry.file_name()).exists() && entry.path().is_file() {
            fs::remove_file(entry.path())?;
        }
    }
    for entry in fs::read_dir(path)?.flatten() {
        let (about, named) = (entry.metadata()?, to.join(entry.file_name()));
        if about.is_dir() {
            fs::create_dir_all(named)?;
            continue;
        }
        let by_number = kept.join("files").join(about.ino().to_string());
        if by_number.exists() {
            copy(&by_number, &named)?;
        } else if !named.exists() {
            fs::write(named, [])?;
        }
    }
    Ok(())
}

/// Whole or not at all: the program may be killed in the middle of it.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    let half = to.with_extension("half");
    fs::copy(from, &half)?;
    fs::rename(half, to)
}
