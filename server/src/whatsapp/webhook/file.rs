//! The file of a media message: what Meta tells of it before we have it.

use app::domain::content::MediaState;
use app::domain::media::{MediaKind, file_name};
use app::domain::text::storable;
use app::store::media::NewMedia;
use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;

use super::read::text_at;

/// Longer words are no type, id or address.
const WORD_CHARS: usize = 2_048;

/// What to write down of the file of a message of type `kind` with this object; `None` for a type that has no file. A
/// message that has errors instead of a usable object is stored as one whose file is gone.
pub fn file_of(kind: &str, own: Option<&Value>) -> Option<NewMedia> {
    let kind_of_file = MediaKind::of_message(kind)?;
    let nothing = Value::Null;
    let own = own.unwrap_or(&nothing);
    let word =
        |pointer: &str| text_at(own, pointer).map(|word| storable(&word)).filter(|word| word.len() <= WORD_CHARS);
    let meta_id = word("/id");
    let url = word("/url");
    let state = if meta_id.is_some() || url.is_some() { MediaState::Waiting } else { MediaState::Gone };
    Some(NewMedia {
        meta_id,
        url,
        mime: word("/mime_type").unwrap_or_default(),
        file_name: word("/filename").and_then(|name| file_name(&name)),
        sha256: text_at(own, "/sha256").and_then(|written| sha256_hex(&written)),
        voice: kind == "voice" || own.get("voice").and_then(Value::as_bool) == Some(true),
        animated: own.get("animated").and_then(Value::as_bool) == Some(true),
        ..NewMedia::of(kind_of_file, state)
    })
}

/// A hash as lower-case hex: it comes as base64 in messages and as hex in history. `None` when it is neither.
fn sha256_hex(written: &str) -> Option<String> {
    let written = written.trim();
    if written.len() == 64 && written.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Some(written.to_ascii_lowercase());
    }
    let lenient = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let standard = written.replace('-', "+").replace('_', "/");
    let bytes = GeneralPurpose::new(&alphabet::STANDARD, lenient).decode(standard).ok()?;
    (bytes.len() == 32).then(|| app::tokens::hex(&bytes))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn hashes_come_as_base64_or_hex() {
        let hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        for (written, expected) in [
            ("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", Some(hex)),
            ("47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU", Some(hex)),
            (hex, Some(hex)),
            (&hex.to_uppercase(), Some(hex)),
            ("qL0=", None),
            ("", None),
            ("not a hash!", None),
            (&"A".repeat(400), None),
        ] {
            assert_eq!(sha256_hex(written).as_deref(), expected, "{written}");
        }
    }

    #[test]
    fn files_are_read_from_what_there_is() {
        let of = |kind: &str, own: Option<&Value>| {
            file_of(kind, own).map(|file| (file.kind, file.state, file.meta_id, file.file_name, file.voice))
        };
        let usable = json!({ "id": "9001", "filename": "a\u{202E}b.pdf" });
        use MediaKind::{Audio, Document, Image};
        use MediaState::{Gone, Waiting};
        let id = || Some("9001".to_owned());
        for (name, kind, own, expected) in [
            ("a text has none", "text", Some(json!({ "body": "x" })), None),
            (
                "a picture",
                "image",
                Some(usable.clone()),
                Some((Image, Waiting, id(), Some("a[U+202E]b.pdf".to_owned()), false)),
            ),
            (
                "an id that is a number",
                "document",
                Some(json!({ "id": 9001 })),
                Some((Document, Waiting, id(), None, false)),
            ),
            (
                "only an address",
                "audio",
                Some(json!({ "url": "https://x.example", "voice": true })),
                Some((Audio, Waiting, None, None, true)),
            ),
            ("the older word", "voice", Some(json!({ "id": "9001" })), Some((Audio, Waiting, id(), None, true))),
            ("an object without anything", "image", Some(json!({})), Some((Image, Gone, None, None, false))),
            ("errors only", "image", None, Some((Image, Gone, None, None, false))),
            ("no object at all", "image", Some(json!("x")), Some((Image, Gone, None, None, false))),
        ] {
            assert_eq!(of(kind, own.as_ref()), expected, "{name}");
        }
    }
}
