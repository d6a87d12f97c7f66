//! The place of the bytes: a folder, or a bucket that speaks S3. A file is written under a temporary name, flushed to
//! disk and then named, so that half a file is never served; names are random and say nothing.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use app::tokens;
use axum::body::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream};
use object_store::aws::AmazonS3Builder;
use object_store::buffered::BufWriter;
use object_store::{GetOptions, ObjectStore, ObjectStoreExt as _};
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _};

/// Bytes at the start that tell a file's type; archives show what is in them a little later.
pub const HEAD_BYTES: usize = 8_192;
/// Read at once.
const CHUNK: usize = 64 * 1_024;
/// Temporary files older than this belong to nobody.
const LEFT_OVER: std::time::Duration = std::time::Duration::from_secs(24 * 3_600);

/// Where files are kept, as the setting says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Folder(PathBuf),
    Bucket { name: String, prefix: String, endpoint: Option<String> },
}

impl Place {
    /// `s3://bucket/prefix`, or a folder.
    ///
    /// # Errors
    /// An address of another kind, or one without a bucket.
    pub fn parse(text: &str, endpoint: Option<&str>) -> Result<Self, String> {
        let Some(address) = text.strip_prefix("s3://") else {
            return match text.contains("://") || text.trim().is_empty() {
                true => Err(format!("`{text}` is no place for files; write a folder or s3://bucket/prefix")),
                false => Ok(Self::Folder(PathBuf::from(text))),
            };
        };
        let (name, prefix) = address.split_once('/').unwrap_or((address, ""));
        if name.is_empty() {
            return Err(format!("`{text}` names no bucket; write it like s3://bucket/prefix"));
        }
        let prefix = prefix.trim_matches('/').to_owned();
        Ok(Self::Bucket { name: name.to_owned(), prefix, endpoint: endpoint.map(str::to_owned) })
    }
}

/// What the place of the files can fail with.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    #[error("the folder of the files: {0}")]
    Folder(#[from] std::io::Error),
    #[error("the bucket of the files: {0}")]
    Bucket(#[from] object_store::Error),
    #[error("the file is not there")]
    Missing,
    #[error("the file is larger than {0} bytes")]
    TooLarge(i64),
}

/// The bytes of a file, part by part.
pub type Parts = BoxStream<'static, Result<Bytes, FilesError>>;

/// The place of the files. Cheap to clone.
#[derive(Clone)]
pub struct Files {
    /// Temporary files, on this machine in any case.
    drafts: PathBuf,
    kept: Kept,
}

#[derive(Clone)]
enum Kept {
    Folder(PathBuf),
    Bucket { store: Arc<dyn ObjectStore>, prefix: String },
}

impl Files {
    /// Makes the folder ready, or reads the bucket's credentials from the usual AWS variables.
    ///
    /// # Errors
    /// The folder cannot be made, or the bucket's settings do not fit together.
    pub fn open(place: &Place, data_dir: &Path) -> Result<Self, FilesError> {
        let (root, kept) = match place {
            Place::Folder(folder) => (folder.clone(), Kept::Folder(folder.clone())),
            Place::Bucket { name, prefix, endpoint } => {
                let mut builder = AmazonS3Builder::from_env().with_bucket_name(name);
                if let Some(endpoint) = endpoint {
                    // A store of one's own often speaks http in its own network; the address says which.
                    builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
                }
                let store: Arc<dyn ObjectStore> = Arc::new(builder.build()?);
                (data_dir.join("media"), Kept::Bucket { store, prefix: prefix.clone() })
            }
        };
        let drafts = root.join("incoming");
        std::fs::create_dir_all(&drafts)?;
        only_ours(&root, 0o700)?;
        forget_left_overs(&drafts);
        Ok(Self { drafts, kept })
    }

    /// Begins a file of at most `max_bytes`.
    ///
    /// # Errors
    /// The disk is full or read-only.
    pub async fn draft(&self, max_bytes: i64) -> Result<Draft, FilesError> {
        let path = self.drafts.join(random_name());
        let mut options = tokio::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        options.mode(0o600);
        let file = options.open(&path).await?;
        let temporary = Temporary(path);
        Ok(Draft { file, temporary, hash: Sha256::new(), size_bytes: 0, max_bytes, head: Vec::new() })
    }

    /// Keeps a finished file; gives the key it is found under.
    ///
    /// # Errors
    /// The disk is full, or the bucket out of reach; nothing is kept then.
    pub async fn keep(&self, drafted: Drafted) -> Result<String, FilesError> {
        let name = random_name();
        let key = format!("{}/{name}", &name[..2]);
        match &self.kept {
            Kept::Folder(root) => {
                let (root, to) = (root.clone(), root.join(&key));
                tokio::task::spawn_blocking(move || name_it(&root, &drafted.temporary.0, &to))
                    .await
                    .map_err(std::io::Error::other)??;
            }
            Kept::Bucket { store, prefix } => {
                let mut from = tokio::fs::File::open(&drafted.temporary.0).await?;
                let mut to = BufWriter::new(store.clone(), at(prefix, &key));
                tokio::io::copy(&mut from, &mut to).await?;
                to.shutdown().await?;
            }
        }
        Ok(key)
    }

    /// Keeps bytes that are in memory already.
    ///
    /// # Errors
    /// As for [`Files::keep`].
    pub async fn keep_bytes(&self, bytes: &[u8]) -> Result<String, FilesError> {
        let mut draft = self.draft(i64::MAX).await?;
        draft.write(bytes).await?;
        self.keep(draft.finish().await?).await
    }

    /// Reads a part of a file.
    ///
    /// # Errors
    /// It is not there, or the place is out of reach.
    pub async fn read(&self, key: &str, range: Range<u64>) -> Result<Parts, FilesError> {
        match &self.kept {
            Kept::Folder(root) => {
                let mut file = tokio::fs::File::open(root.join(key)).await.map_err(missing)?;
                file.seek(std::io::SeekFrom::Start(range.start)).await?;
                let left = range.end.saturating_sub(range.start);
                Ok(stream::try_unfold((file, left), read_chunk).boxed())
            }
            Kept::Bucket { store, prefix } => {
                let options = GetOptions::new().with_range(Some(range));
                let found = store.get_opts(&at(prefix, key), options).await.map_err(not_found)?;
                Ok(found.into_stream().map(|part| part.map_err(FilesError::from)).boxed())
            }
        }
    }

    /// How many bytes a file has.
    ///
    /// # Errors
    /// It is not there, or the place is out of reach.
    pub async fn size(&self, key: &str) -> Result<u64, FilesError> {
        match &self.kept {
            Kept::Folder(root) => Ok(tokio::fs::metadata(root.join(key)).await.map_err(missing)?.len()),
            Kept::Bucket { store, prefix } => Ok(store.head(&at(prefix, key)).await.map_err(not_found)?.size),
        }
    }

    /// Lets go of a file; one that is gone already is no mistake.
    ///
    /// # Errors
    /// The place is out of reach.
    pub async fn delete(&self, key: &str) -> Result<(), FilesError> {
        let gone = match &self.kept {
            Kept::Folder(root) => tokio::fs::remove_file(root.join(key)).await.map_err(missing),
            Kept::Bucket { store, prefix } => store.delete(&at(prefix, key)).await.map_err(not_found),
        };
        match gone {
            Err(FilesError::Missing) => Ok(()),
            other => other,
        }
    }
}

/// A file being written; without [`Files::keep`] it vanishes.
pub struct Draft {
    file: tokio::fs::File,
    temporary: Temporary,
    hash: Sha256,
    size_bytes: i64,
    max_bytes: i64,
    head: Vec<u8>,
}

impl Draft {
    /// # Errors
    /// The file becomes larger than it may be, or the disk is full.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), FilesError> {
        self.size_bytes += bytes.len() as i64;
        if self.size_bytes > self.max_bytes {
            return Err(FilesError::TooLarge(self.max_bytes));
        }
        let missing = HEAD_BYTES.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..missing]);
        self.hash.update(bytes);
        Ok(self.file.write_all(bytes).await?)
    }

    /// The first bytes written so far.
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// The file turned out to be of a kind that may be smaller, or larger.
    ///
    /// # Errors
    /// It is larger than that already.
    pub fn set_max_bytes(&mut self, max_bytes: i64) -> Result<(), FilesError> {
        self.max_bytes = max_bytes;
        if self.size_bytes > max_bytes { Err(FilesError::TooLarge(max_bytes)) } else { Ok(()) }
    }

    /// Flushes it to disk.
    ///
    /// # Errors
    /// The disk is full.
    pub async fn finish(mut self) -> Result<Drafted, FilesError> {
        self.file.flush().await?;
        self.file.sync_all().await?;
        Ok(Drafted {
            temporary: self.temporary,
            sha256: tokens::hex(&self.hash.finalize()),
            size_bytes: self.size_bytes,
            head: self.head,
        })
    }
}

/// A whole file that has no name yet.
pub struct Drafted {
    temporary: Temporary,
    /// Lower-case hex.
    pub sha256: String,
    pub size_bytes: i64,
    pub head: Vec<u8>,
}

impl Drafted {
    pub fn path(&self) -> &Path {
        &self.temporary.0
    }
}

/// A temporary file; gone with its owner.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        // Once it is kept it has another name, and nothing is here.
        let _ = std::fs::remove_file(&self.0);
    }
}

async fn read_chunk(
    (mut file, left): (tokio::fs::File, u64),
) -> Result<Option<(Bytes, (tokio::fs::File, u64))>, FilesError> {
    if left == 0 {
        return Ok(None);
    }
    let mut chunk = vec![0; CHUNK.min(usize::try_from(left).unwrap_or(CHUNK))];
    let count = file.read(&mut chunk).await?;
    if count == 0 {
        return Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof).into());
    }
    chunk.truncate(count);
    Ok(Some((Bytes::from(chunk), (file, left - count as u64))))
}

/// Gives a flushed file its name, and flushes the name.
fn name_it(root: &Path, from: &Path, to: &Path) -> std::io::Result<()> {
    let shard = to.parent().unwrap_or(root);
    if !shard.is_dir() {
        std::fs::create_dir_all(shard)?;
        only_ours(shard, 0o700)?;
        std::fs::File::open(root)?.sync_all()?;
    }
    std::fs::rename(from, to)?;
    std::fs::File::open(shard)?.sync_all()
}

#[cfg(unix)]
fn only_ours(path: &Path, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn only_ours(_: &Path, _: u32) -> std::io::Result<()> {
    Ok(())
}

fn forget_left_overs(drafts: &Path) {
    let Ok(entries) = std::fs::read_dir(drafts) else { return };
    for entry in entries.flatten() {
        let written = entry.metadata().and_then(|data| data.modified()).ok();
        if written.and_then(|at| at.elapsed().ok()).is_some_and(|age| age > LEFT_OVER) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

fn random_name() -> String {
    tokens::hash(&tokens::random())[..40].to_owned()
}

fn at(prefix: &str, key: &str) -> object_store::path::Path {
    object_store::path::Path::from(format!("{prefix}/{key}"))
}

fn missing(error: std::io::Error) -> FilesError {
    if error.kind() == std::io::ErrorKind::NotFound { FilesError::Missing } else { FilesError::Folder(error) }
}

fn not_found(error: object_store::Error) -> FilesError {
    if matches!(error, object_store::Error::NotFound { .. }) { FilesError::Missing } else { FilesError::Bucket(error) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(name: &str) -> (PathBuf, Files) {
        let folder = std::env::temp_dir().join(format!("majlis-files-{name}-{}", random_name()));
        let files = Files::open(&Place::Folder(folder.join("media")), &folder).unwrap();
        (folder, files)
    }

    async fn all(parts: Parts) -> Vec<u8> {
        parts.map(|part| part.unwrap().to_vec()).collect::<Vec<_>>().await.concat()
    }

    fn files_in(folder: &Path) -> usize {
        let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
        entries.flatten().map(|entry| if entry.path().is_dir() { files_in(&entry.path()) } else { 1 }).sum()
    }

    #[test]
    fn places_are_folders_or_buckets() {
        let bucket = |name: &str, prefix: &str| {
            Ok(Place::Bucket { name: name.to_owned(), prefix: prefix.to_owned(), endpoint: None })
        };
        for (text, expected) in [
            ("/var/lib/majlis/media", Ok(Place::Folder(PathBuf::from("/var/lib/majlis/media")))),
            ("s3://files", bucket("files", "")),
            ("s3://files/inbox/media/", bucket("files", "inbox/media")),
            ("s3:///x", Err(())),
            ("https://files.example", Err(())),
            ("", Err(())),
        ] {
            assert_eq!(Place::parse(text, None).map_err(drop), expected, "{text}");
        }
    }

    #[tokio::test]
    async fn a_kept_file_is_whole_private_and_read_in_parts() {
        let (folder, files) = place("kept");
        let bytes: Vec<u8> = (0..200_000_u32).map(|n| n as u8).collect();
        let mut draft = files.draft(300_000).await.unwrap();
        for part in bytes.chunks(7_000) {
            draft.write(part).await.unwrap();
        }
        assert_eq!(draft.head(), &bytes[..HEAD_BYTES]);
        let drafted = draft.finish().await.unwrap();
        assert_eq!(
            (drafted.size_bytes, drafted.sha256.as_str()),
            (200_000, tokens::hex(&Sha256::digest(&bytes)).as_str())
        );
        let key = files.keep(drafted).await.unwrap();
        assert_eq!(all(files.read(&key, 0..200_000).await.unwrap()).await, bytes);
        assert_eq!(all(files.read(&key, 70_000..70_010).await.unwrap()).await, &bytes[70_000..70_010]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode(&folder.join("media").join(&key)), 0o600);
            assert_eq!(mode(&folder.join("media")), 0o700);
        }
        files.delete(&key).await.unwrap();
        files.delete(&key).await.unwrap();
        assert!(matches!(files.read(&key, 0..1).await, Err(FilesError::Missing)));
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[tokio::test]
    async fn a_file_that_is_not_kept_leaves_nothing() {
        let (folder, files) = place("dropped");
        let mut draft = files.draft(10).await.unwrap();
        draft.write(b"12345").await.unwrap();
        assert_eq!(files_in(&folder), 1, "there must be something to leave for this test to mean anything");
        assert!(matches!(draft.write(b"678901").await, Err(FilesError::TooLarge(10))));
        drop(draft);
        assert_eq!(files_in(&folder), 0);
        drop(files.draft(10).await.unwrap().finish().await.unwrap());
        assert_eq!(files_in(&folder), 0);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
