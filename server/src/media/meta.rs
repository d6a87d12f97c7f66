//! A file's way to Meta: uploaded once for each number, under an id that Meta keeps for thirty days.

use app::ctx::now_ms;
use app::domain::content::MediaState;
use app::domain::graph_error::{Class, FILE_GONE, class};
use app::domain::media::UPLOAD_LIFE_MS;
use app::domain::message::MessageError;
use app::store::media::{self as stored, HeldMedia};
use app::store::{Db, StoreError};

use super::files::{Files, FilesError};
use crate::channels::Known;
use crate::whatsapp::client::{Graph, GraphError};
use crate::whatsapp::files::FileToGive;
use crate::whatsapp::send_outcome::SendOutcome;

/// Why there is no id. Nothing of the message has left in any of these cases: trying again sends nothing twice.
#[derive(Debug, thiserror::Error)]
pub enum NoMetaId {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Files(#[from] FilesError),
    #[error(transparent)]
    Graph(#[from] GraphError),
    #[error("the file is not here")]
    NotHere,
}

/// Meta's id of a file that is still good at `now_ms`.
pub fn known_meta_id(held: &HeldMedia, now_ms: i64) -> Option<&str> {
    let file = &held.file;
    // Without bytes of our own the sender's id is all there is.
    let fresh = file.meta_id_at_ms.is_some_and(|at| now_ms - at < UPLOAD_LIFE_MS) || file.storage_key.is_none();
    file.meta_id.as_deref().filter(|_| fresh)
}

/// Meta's id of a file that is to be sent: the one that is known, else of an upload made now and remembered.
///
/// # Errors
/// Why there is none, see [`NoMetaId`].
pub async fn meta_id(
    db: &Db,
    files: &Files,
    graph: &Graph,
    channel: &Known,
    held: &HeldMedia,
) -> Result<String, NoMetaId> {
    if let Some(known) = known_meta_id(held, now_ms()) {
        return Ok(known.to_owned());
    }
    let file = &held.file;
    let (Some(key), Some(size_bytes), MediaState::Ready) = (&file.storage_key, file.size_bytes, file.state) else {
        return Err(NoMetaId::NotHere);
    };
    let size_bytes = u64::try_from(size_bytes).unwrap_or_default();
    let parts = files.read(key, 0..size_bytes).await?;
    let give = FileToGive { name: name_for_meta(held), mime: mime_for_meta(held), size_bytes };
    let number = &channel.brief.phone_number_id;
    let id = graph.upload(number, &channel.secrets.access_token, give, reqwest::Body::wrap_stream(parts)).await?;
    let mut tx = db.begin().await?;
    stored::remember_meta_id(&mut tx.conn(), held, &id, now_ms()).await?;
    tx.commit().await?;
    Ok(id)
}

/// What the sender does when there is no id: the message certainly did not leave.
pub fn outcome(error: &NoMetaId, attempt: i64) -> SendOutcome {
    let again = |why: String| SendOutcome::Unreachable { after_s: 2_i64.pow(attempt.clamp(1, 8) as u32), why };
    match error {
        NoMetaId::Graph(GraphError::Refused { code, message }) => {
            let error = MessageError { code: *code, title: message.clone(), details: String::new() };
            match class(*code, false, 400) {
                Class::PauseChannel => SendOutcome::Pause(error),
                Class::Requeue | Class::Uncertain => again(format!("{code} {message}")),
                Class::Permanent | Class::Wait | Class::NeedsTemplate => SendOutcome::Failed(error),
            }
        }
        NoMetaId::NotHere | NoMetaId::Files(FilesError::Missing) => {
            SendOutcome::Failed(MessageError { code: FILE_GONE, title: "file gone".to_owned(), details: String::new() })
        }
        NoMetaId::Graph(_) | NoMetaId::Store(_) | NoMetaId::Files(_) => again(error.to_string()),
    }
}

/// Voice notes must be named so exactly: Meta refuses `audio/opus` and takes bare `audio/ogg` for a song.
fn mime_for_meta(held: &HeldMedia) -> String {
    match held.file.mime.as_str() {
        "audio/ogg" => "audio/ogg; codecs=opus".to_owned(),
        other => other.to_owned(),
    }
}

/// A name in plain letters: multipart headers are no place for others. The reader sees the message's own `filename`.
fn name_for_meta(held: &HeldMedia) -> String {
    let ending = match held.file.mime.as_str() {
        "audio/ogg" => "ogg",
        "audio/mp4" => "m4a",
        "audio/mpeg" => "mp3",
        "image/jpeg" => "jpg",
        other => {
            let written = held.file.file_name.as_deref().and_then(|name| Some(name.rsplit_once('.')?.1));
            let written =
                written.filter(|ending| ending.len() <= 8 && ending.bytes().all(|b| b.is_ascii_alphanumeric()));
            written.or_else(|| other.rsplit_once('/').map(|(_, kind)| kind)).unwrap_or("bin")
        }
    };
    let ending: String = ending.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
    let stem = if held.file.voice { "voice" } else { held.file.kind.as_str() };
    format!("{stem}.{ending}")
}

#[cfg(test)]
mod tests {
    use app::domain::ids::{ChannelId, MediaId};
    use app::domain::media::MediaKind;
    use app::store::media::NewMedia;

    use super::*;

    fn held(file: NewMedia) -> HeldMedia {
        HeldMedia {
            id: MediaId::from_text("m"),
            channel_id: ChannelId::from_text("c"),
            message_id: None,
            attempt: 0,
            created_at_ms: 0,
            file,
        }
    }

    #[test]
    fn an_id_is_good_for_a_month() {
        let now = 1_790_000_000_000;
        let with = |meta_id: Option<&str>, at_ms: i64, key: Option<&str>| {
            held(NewMedia {
                meta_id: meta_id.map(str::to_owned),
                meta_id_at_ms: meta_id.map(|_| at_ms),
                storage_key: key.map(str::to_owned),
                ..NewMedia::of(MediaKind::Image, MediaState::Ready)
            })
        };
        for (name, held, expected) in [
            ("fresh", with(Some("9"), now - 1, Some("k")), Some("9")),
            ("a month old", with(Some("9"), now - UPLOAD_LIFE_MS, Some("k")), None),
            ("old, but all we have", with(Some("9"), now - UPLOAD_LIFE_MS, None), Some("9")),
            ("none", with(None, now, Some("k")), None),
        ] {
            assert_eq!(known_meta_id(&held, now), expected, "{name}");
        }
    }

    #[test]
    fn meta_gets_plain_names_and_exact_types() {
        for (mime, name, voice, expected) in [
            ("audio/ogg", None, true, ("voice.ogg", "audio/ogg; codecs=opus")),
            ("application/pdf", Some("فاتورة.pdf"), false, ("document.pdf", "application/pdf")),
            ("application/octet-stream", Some("x.a b"), false, ("document.octetstr", "application/octet-stream")),
        ] {
            let held = held(NewMedia {
                mime: mime.to_owned(),
                file_name: name.map(str::to_owned),
                voice,
                ..NewMedia::of(MediaKind::Document, MediaState::Ready)
            });
            let (name, kind) = (name_for_meta(&held), mime_for_meta(&held));
            assert_eq!((name.as_str(), kind.as_str()), expected);
        }
    }

    #[test]
    fn without_an_upload_nothing_was_sent() {
        let refused = |code| NoMetaId::Graph(GraphError::Refused { code, message: "m".to_owned() });
        for (name, error, sent_again) in [
            ("away", NoMetaId::Graph(GraphError::Unreachable), true),
            ("unreadable", NoMetaId::Graph(GraphError::Unreadable), true),
            ("too fast", refused(130_429), true),
            ("Meta is unsure", refused(131_000), true),
            ("wrong type", refused(131_053), false),
            ("gone", NoMetaId::NotHere, false),
        ] {
            let outcome = outcome(&error, 1);
            assert!(!matches!(outcome, SendOutcome::Unknown { .. }), "{name}");
            assert_eq!(matches!(outcome, SendOutcome::Unreachable { .. }), sent_again, "{name}");
        }
        assert!(matches!(outcome(&refused(190), 1), SendOutcome::Pause(_)));
    }
}
