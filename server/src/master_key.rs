//! The master key's file: made on first start, never overwritten, never part of a backup.

use std::io::Write as _;
use std::path::Path;

use app::secrets::{KEY_BYTES, Sealer};
use app::store::{Db, settings};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    #[error("master key {0}: {1}")]
    File(String, std::io::Error),
    #[error("master key {0}: the file does not hold a key of 32 bytes in base64; put the right file back")]
    Malformed(String),
    #[error(
        "master key {0} is missing, but the database holds secrets sealed with it; put the file back (a new key could \
         not open them, so none was made)"
    )]
    Lost(String),
    #[error(
        "master key {file} is another one (id {found}) than the one that sealed the secrets in the database (id \
         {expected}); put the right file back"
    )]
    Other { file: String, found: String, expected: String },
    #[error(transparent)]
    Store(#[from] app::store::StoreError),
}

/// Reads the key, or makes it when nothing was ever sealed.
///
/// # Errors
/// The file cannot be read or made, is damaged, or is not the key the database was sealed with. Nothing is overwritten.
pub async fn load(path: &Path, db: &Db) -> Result<Sealer, MasterKeyError> {
    let shown = path.display().to_string();
    let mut read = db.read().await?;
    let sealed_with = settings::get(&mut read.conn(), settings::MASTER_KEY_ID).await?;
    drop(read);
    let key = match std::fs::read_to_string(path) {
        Ok(text) => decode(text.trim()).ok_or_else(|| MasterKeyError::Malformed(shown.clone()))?,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {
            if sealed_with.is_some() {
                return Err(MasterKeyError::Lost(shown));
            }
            make(path).map_err(|cause| MasterKeyError::File(shown.clone(), cause))?
        }
        Err(cause) => return Err(MasterKeyError::File(shown, cause)),
    };
    let sealer = Sealer::new(&key);
    match sealed_with {
        Some(expected) if expected != sealer.key_id() => {
            Err(MasterKeyError::Other { file: shown, found: sealer.key_id().to_owned(), expected })
        }
        _ => Ok(sealer),
    }
}

fn decode(text: &str) -> Option<[u8; KEY_BYTES]> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

fn make(path: &Path) -> std::io::Result<[u8; KEY_BYTES]> {
    use rand::Rng as _;
    let mut key = [0_u8; KEY_BYTES];
    rand::rng().fill_bytes(&mut key);
    let mut options = std::fs::OpenOptions::new();
    // `create_new`: of two processes starting at once, one makes the key and the other reads it.
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    match options.open(path) {
        Ok(mut file) => {
            writeln!(file, "{}", STANDARD.encode(key))?;
            file.sync_all()?;
            Ok(key)
        }
        Err(cause) if cause.kind() == std::io::ErrorKind::AlreadyExists => {
            let text = std::fs::read_to_string(path)?;
            decode(text.trim()).ok_or_else(|| std::io::Error::other("another process is making it; start again"))
        }
        Err(cause) => Err(cause),
    }
}
