//! The manifest: what is in a backup, and the weight of each file.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::path::{Component, Path};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{BackupError, at, files};

const NAME: &str = "manifest.json";
/// Changes when an older program could no longer read it rightly.
pub const FORMAT: u32 = 1;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    /// The program that made it.
    pub majlis: String,
    pub made_at_ms: i64,
    pub database: Kind,
    /// The last step of the schema.
    pub schema: i64,
    /// The master key that opens its secrets; the key itself is not here.
    pub master_key_id: Option<String>,
    /// Rows of each table.
    pub counts: BTreeMap<String, i64>,
    /// Files the database names that were not in the media folder.
    pub missing_media: u64,
    pub files: Vec<FileEntry>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Below the backup's folder, with `/`.
    pub path: String,
    pub bytes: u64,
    pub sha256: String,
}

impl FileEntry {
    pub fn of(folder: &Path, name: &Path) -> Result<Self, BackupError> {
        let path = folder.join(name);
        let mut file = std::fs::File::open(&path).map_err(at(&path))?;
        let (mut hash, mut bytes, mut part) = (Sha256::new(), 0, vec![0; 64 * 1024]);
        loop {
            match file.read(&mut part).map_err(at(&path))? {
                0 => break,
                read => {
                    hash.update(&part[..read]);
                    bytes += read as u64;
                }
            }
        }
        let parts: Vec<_> = name.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        Ok(Self { path: parts.join("/"), bytes, sha256: app::tokens::hex(&hash.finalize()) })
    }
}

impl Manifest {
    /// Written under another name, put in place when it is whole.
    pub fn write(&self, folder: &Path) -> Result<(), BackupError> {
        let (draft, path) = (folder.join(".manifest"), folder.join(NAME));
        let text = serde_json::to_string_pretty(self).map_err(|cause| at(&path)(cause.into()))?;
        let mut file = std::fs::File::create(&draft).map_err(at(&draft))?;
        writeln!(file, "{text}").and_then(|()| file.sync_all()).map_err(at(&draft))?;
        std::fs::rename(&draft, &path).map_err(at(&path))?;
        files::sync_folder(folder)
    }

    /// Reads a backup's manifest and compares every file with it.
    pub fn verified(folder: &Path) -> Result<Self, BackupError> {
        let shown = folder.display().to_string();
        let text = std::fs::read_to_string(folder.join(NAME)).map_err(|cause| {
            BackupError::NoBackup(shown.clone(), format!("it has no readable {NAME} ({cause}); it may be unfinished"))
        })?;
        let manifest: Self = serde_json::from_str(&text)
            .map_err(|cause| BackupError::NoBackup(shown, format!("its {NAME} cannot be read: {cause}")))?;
        if manifest.format > FORMAT || manifest.schema > app::store::backup::newest_step() {
            return Err(BackupError::Newer(manifest.majlis));
        }
        for entry in &manifest.files {
            let name = Path::new(&entry.path);
            // A manifest may come from anywhere: no name leads out of the folder.
            if !name.components().all(|part| matches!(part, Component::Normal(_))) {
                return Err(BackupError::Damaged(format!("the name `{}` leads elsewhere", entry.path)));
            }
            if FileEntry::of(folder, name)? != *entry {
                return Err(BackupError::Damaged(format!("{} is not what was backed up", entry.path)));
            }
        }
        Ok(manifest)
    }
}
