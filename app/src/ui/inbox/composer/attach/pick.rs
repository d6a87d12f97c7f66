//! A chosen file as it will leave: pictures that WhatsApp would refuse are drawn anew, and what it is sent as is known.

use wasm_bindgen::JsCast as _;
use web_sys::{Blob, File};

use super::smaller;
use crate::domain::media::{MediaKind, essence};
use crate::domain::message::Direction;
use crate::ui::i18n::{media::size, use_texts};

/// What is known of a file before it leaves.
#[derive(Clone, Debug, PartialEq)]
pub struct Picked {
    pub name: String,
    pub mime: String,
    pub size_bytes: i64,
    pub kind: MediaKind,
    /// A `blob:` address, for what a browser can show. Whoever picked it revokes it.
    pub shown_at: Option<String>,
    pub made_smaller: bool,
}

impl Picked {
    /// Why this file cannot go, before a byte of it has left.
    pub fn problem(&self) -> Option<String> {
        let words = &use_texts().media;
        if self.size_bytes == 0 {
            return Some(words.empty.to_owned());
        }
        let max = self.kind.max_bytes(Direction::Out);
        (self.size_bytes > max).then(|| (words.too_large)(&size(self.size_bytes), &size(max)))
    }

    /// What WhatsApp takes of its kind.
    pub fn limit(&self) -> String {
        (use_texts().media.limits)(self.kind, &size(self.kind.max_bytes(Direction::Out)))
    }

    /// Lets go of what was shown.
    pub fn revoke(&self) {
        if let Some(address) = &self.shown_at {
            let _ = web_sys::Url::revoke_object_url(address);
        }
    }
}

/// Looks at a file; one of a kind that `kinds` does not name goes as a document.
pub async fn pick(file: File, kinds: &[MediaKind]) -> (Blob, Picked) {
    let (name, mime) = (file.name(), essence(&file.type_()));
    let blob: Blob = file.unchecked_into();
    // What WhatsApp does not take as a picture, or not so large, is drawn anew.
    let smaller = if smaller::is_wanted(&mime, blob.size() as i64) { smaller::drawn(&blob).await } else { None };
    let made_smaller = smaller.is_some();
    let (blob, mime) = smaller.map_or((blob, mime), |drawn| (drawn, "image/jpeg".to_owned()));
    let kind = Some(MediaKind::for_mime(&mime)).filter(|kind| kinds.contains(kind)).unwrap_or(MediaKind::Document);
    let visible = matches!(kind, MediaKind::Image | MediaKind::Video);
    let shown_at = if visible { web_sys::Url::create_object_url_with_blob(&blob).ok() } else { None };
    let size_bytes = blob.size() as i64;
    (blob, Picked { name, mime, size_bytes, kind, shown_at, made_smaller })
}
