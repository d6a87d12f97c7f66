//! Files in memory, and their hash.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::Result;

/// Contents by name. Names are relative, with `/` between the parts; sorted, so that a hash is the same everywhere.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Reads a file, naming it in the error.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()).into())
}

/// Reads all files below a folder. Hidden ones are left out: editors and file managers drop them anywhere.
pub fn read_tree(root: &Path) -> Result<Files> {
    let mut files = Files::new();
    walk(root, "", &mut files)?;
    Ok(files)
}

fn walk(folder: &Path, prefix: &str, files: &mut Files) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
            return Err(format!("{}: the name is not UTF-8", path.display()).into());
        };
        if name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            walk(&path, &format!("{prefix}{name}/"), files)?;
        } else {
            files.insert(format!("{prefix}{name}"), read(&path)?);
        }
    }
    Ok(())
}

/// SHA-256 over names and contents, in hex. Lengths go in too: bytes cannot move from one file into the next unseen.
pub fn digest(files: &Files) -> String {
    let mut hash = Sha256::new();
    for (name, bytes) in files {
        for part in [name.as_bytes(), bytes] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(list: &[(&str, &str)]) -> Files {
        list.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect()
    }

    #[test]
    fn digest_sees_names_contents_and_borders() {
        let base = digest(&files(&[("a", "1"), ("b", "2")]));
        assert_eq!(base.len(), 64);
        assert_eq!(base, digest(&files(&[("b", "2"), ("a", "1")])));
        for other in
            [&[("a", "1"), ("c", "2")][..], &[("a", "1"), ("b", "3")], &[("a", "12"), ("b", "")], &[("a", "1")]]
        {
            assert_ne!(base, digest(&files(other)), "{other:?}");
        }
    }
}
