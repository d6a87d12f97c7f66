//! Puts a finished site in its place.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, process};

use brotli::enc::BrotliEncoderParams;

use crate::Result;
use crate::files::{Files, digest};

/// What shrinks. Fonts (woff2) and pictures are compressed already.
const PACKED: &[&str] = &["css", "html", "js", "json", "map", "svg", "txt", "wasm", "webmanifest", "xml"];

pub struct Published {
    pub id: String,
    /// Sizes in bytes after compression, by name.
    pub packed: BTreeMap<String, usize>,
}

/// The site in place, if it was made from the same inputs and is still whole.
pub fn current(out: &Path, stamp: &str) -> Option<String> {
    let id = fs::read_to_string(out.join("build-id")).ok()?;
    let same = fs::read_to_string(stamp_file(out)).is_ok_and(|last| last == stamp);
    (same && out.join("assets").join(&id).is_dir()).then_some(id)
}

/// Writes `assets/<hash>/`, then `build-id`, then removes older hashes.
///
/// The folder appears under its name only when complete, and `build-id` only after it: whoever stops this halfway finds
/// the earlier site.
pub fn publish(out: &Path, site: &Files, quality: i32, stamp: &str) -> Result<Published> {
    let id = digest(site)[..16].to_owned();
    let assets = out.join("assets");
    let made = assets.join(format!(".{id}-{}", process::id()));
    let packed = write(&made, site, quality)?;

    let place = assets.join(&id);
    if place.exists() {
        fs::remove_dir_all(&place)?; // The same contents, but perhaps compressed otherwise or not whole.
    }
    fs::rename(&made, &place)?;

    // Untouched when unchanged: the server is built again whenever this file is newer.
    let mark = out.join("build-id");
    if !fs::read_to_string(&mark).is_ok_and(|last| last == id) {
        fs::write(&mark, &id)?;
    }
    for entry in fs::read_dir(&assets)? {
        let path = entry?.path();
        if path != place {
            fs::remove_dir_all(&path).or_else(|_| fs::remove_file(&path))?;
        }
    }
    fs::write(stamp_file(out), stamp)?;
    Ok(Published { id, packed })
}

/// Beside the site, not in it: what lies in it goes into the server.
fn stamp_file(out: &Path) -> PathBuf {
    out.with_extension("stamp")
}

fn write(folder: &Path, site: &Files, quality: i32) -> Result<BTreeMap<String, usize>> {
    let mut packed = BTreeMap::new();
    for (name, bytes) in site {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(&path, bytes)?;
        if !PACKED.contains(&name.rsplit('.').next().unwrap_or_default()) {
            continue;
        }
        let small = compress(bytes, quality)?;
        if small.len() < bytes.len() {
            packed.insert(name.clone(), small.len());
            fs::write(folder.join(format!("{name}.br")), small)?;
        }
    }
    Ok(packed)
}

fn compress(bytes: &[u8], quality: i32) -> Result<Vec<u8>> {
    let params = BrotliEncoderParams { quality, size_hint: bytes.len(), ..Default::default() };
    let mut small = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut small, &params)?;
    Ok(small)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::env;

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = env::temp_dir().join(format!("majlis-bundle-{name}-{}", process::id()));
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn site(css: &str) -> Files {
        let bytes = css.repeat(200).into_bytes();
        Files::from([("majlis.css".to_owned(), bytes), ("fonts/a.woff2".to_owned(), vec![7; 500])])
    }

    #[test]
    fn publishing_replaces_the_last_site() {
        let folder = Folder::new("publish");
        let out = folder.0.join("site");
        assert_eq!(current(&out, "one"), None);

        let first = publish(&out, &site("a{color:red}"), 5, "one").unwrap();
        assert_eq!(current(&out, "one"), Some(first.id.clone()));
        assert_eq!(current(&out, "two"), None);
        let place = out.join("assets").join(&first.id);
        assert!(place.join("majlis.css.br").is_file() && place.join("fonts/a.woff2").is_file());
        assert!(!place.join("fonts/a.woff2.br").exists());

        let second = publish(&out, &site("a{color:blue}"), 5, "two").unwrap();
        assert_ne!(first.id, second.id);
        assert!(!place.exists());
        assert_eq!(fs::read_to_string(out.join("build-id")).unwrap(), second.id);
        assert_eq!(fs::read_dir(out.join("assets")).unwrap().count(), 1);
    }

    #[test]
    fn a_missing_folder_is_not_current() {
        let folder = Folder::new("current");
        let out = folder.0.join("site");
        let made = publish(&out, &site("a{}"), 5, "one").unwrap();
        fs::remove_dir_all(out.join("assets").join(made.id)).unwrap();
        assert_eq!(current(&out, "one"), None);
    }

    #[test]
    fn compression_can_be_undone() {
        let text = "مجلس ".repeat(300).into_bytes();
        let small = compress(&text, 11).unwrap();
        let mut back = Vec::new();
        brotli::BrotliDecompress(&mut &small[..], &mut back).unwrap();
        assert!(small.len() < text.len() / 10 && back == text);
    }
}
