//! What must hold before a message may be queued.

use super::composed::{Composed, Fault, Problem};
use super::format::emoji_only;
use super::media::{CAPTION_MAX_CHARS, File, MediaKind};
use super::text::TEXT_MAX_CHARS;
use super::time::DAY_MS;
use super::window::{self, Window};

/// Characters of a client message id.
pub const CLIENT_MSG_ID_CHARS: std::ops::RangeInclusive<usize> = 1..=100;

/// Meta takes a reaction on messages of so long only.
pub const REACTION_AGE_MS: i64 = 30 * DAY_MS;

/// Why a message may not go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    Empty,
    TooLong {
        chars: usize,
        max: usize,
    },
    WindowClosed {
        closed_at_ms: Option<i64>,
    },
    /// The words under a file.
    CaptionTooLong {
        kind: MediaKind,
        chars: usize,
        max: usize,
    },
    /// This kind of file carries no words.
    NoCaption {
        kind: MediaKind,
    },
    /// Meta does not send a file of this type as this kind.
    FileType {
        mime: String,
    },
    FileTooLarge {
        max_bytes: i64,
    },
    FileEmpty,
    /// A field of a message that is more than words.
    Field(Fault),
}

/// Checks a text for the window it would go out in; gives it as it will be sent.
///
/// # Errors
/// The first thing wrong with it, with what a person needs to mend it.
pub fn check_text(body: &str, window_expires_at_ms: Option<i64>, now_ms: i64) -> Result<String, Refusal> {
    let body = super::text::storable(body);
    if body.trim().is_empty() {
        return Err(Refusal::Empty);
    }
    let chars = body.chars().count();
    if chars > TEXT_MAX_CHARS {
        return Err(Refusal::TooLong { chars, max: TEXT_MAX_CHARS });
    }
    check_window(window_expires_at_ms, now_ms)?;
    Ok(body)
}

/// Checks a file and the words under it; gives the words as they will be sent. Of a file that is not here (an address, an
/// id of Meta's) only its kind is known.
///
/// # Errors
/// The first thing wrong with it, with what a person needs to mend it.
pub fn check_media(
    kind: MediaKind,
    file: Option<&File<'_>>,
    caption: Option<&str>,
    window_expires_at_ms: Option<i64>,
    now_ms: i64,
) -> Result<Option<String>, Refusal> {
    let caption = caption.map(super::text::storable).filter(|caption| !caption.trim().is_empty());
    if let Some(caption) = &caption {
        if !kind.has_caption() {
            return Err(Refusal::NoCaption { kind });
        }
        let chars = caption.chars().count();
        if chars > CAPTION_MAX_CHARS {
            return Err(Refusal::CaptionTooLong { kind, chars, max: CAPTION_MAX_CHARS });
        }
    }
    if let Some(file) = file {
        check_file(kind, file)?;
    }
    check_window(window_expires_at_ms, now_ms)?;
    Ok(caption)
}

/// May this file go out as this kind? (cloud-api.md §4)
///
/// # Errors
/// Its type or its size.
pub fn check_file(kind: MediaKind, file: &File<'_>) -> Result<(), Refusal> {
    if file.size_bytes <= 0 {
        return Err(Refusal::FileEmpty);
    }
    if !kind.takes(file.mime) {
        return Err(Refusal::FileType { mime: file.mime.to_owned() });
    }
    let max_bytes = kind.max_bytes_of(file);
    if file.size_bytes > max_bytes { Err(Refusal::FileTooLarge { max_bytes }) } else { Ok(()) }
}

/// Checks a message that is more than words.
///
/// # Errors
/// The first field Meta would refuse, or the window.
pub fn check_composed(composed: &Composed, window_expires_at_ms: Option<i64>, now_ms: i64) -> Result<(), Refusal> {
    composed.check().map_err(Refusal::Field)?;
    check_window(window_expires_at_ms, now_ms)
}

/// Checks a reaction on a message that was sent at `sent_at_ms`; gives the one emoji, or nothing to take one back.
///
/// # Errors
/// It is no emoji, the message is too old for it, or the window is closed.
pub fn check_reaction(
    emoji: &str,
    sent_at_ms: i64,
    window_expires_at_ms: Option<i64>,
    now_ms: i64,
) -> Result<String, Refusal> {
    let emoji = emoji.trim();
    if !emoji.is_empty() && emoji_only(emoji) != Some(1) {
        return Err(Refusal::Field(Fault::new("reaction.emoji", Problem::Malformed)));
    }
    if now_ms - sent_at_ms > REACTION_AGE_MS {
        return Err(Refusal::Field(Fault::new("reaction.message_id", Problem::TooOld)));
    }
    check_window(window_expires_at_ms, now_ms)?;
    Ok(emoji.to_owned())
}

fn check_window(window_expires_at_ms: Option<i64>, now_ms: i64) -> Result<(), Refusal> {
    match window::at(window_expires_at_ms, now_ms) {
        Window::Open { .. } => Ok(()),
        Window::Closed { closed_at_ms } => Err(Refusal::WindowClosed { closed_at_ms }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::DAY_MS;

    #[test]
    fn texts_are_checked_before_the_queue() {
        let now = 1_790_000_000_000;
        let open = Some(now + DAY_MS);
        let full = "ن".repeat(TEXT_MAX_CHARS);
        let over = "ن".repeat(TEXT_MAX_CHARS + 1);
        for (name, body, window, expected) in [
            ("plain", "أهلًا", open, Ok("أهلًا".to_owned())),
            ("exactly full", full.as_str(), open, Ok(full.clone())),
            ("one over", over.as_str(), open, Err(Refusal::TooLong { chars: 4097, max: 4096 })),
            ("only spaces", " \n ", open, Err(Refusal::Empty)),
            ("only NUL", "\0", open, Err(Refusal::Empty)),
            ("closed", "x", Some(now - 1), Err(Refusal::WindowClosed { closed_at_ms: Some(now - 1) })),
            ("never opened", "x", None, Err(Refusal::WindowClosed { closed_at_ms: None })),
        ] {
            assert_eq!(check_text(body, window, now), expected, "{name}");
        }
    }

    #[test]
    fn reactions_are_one_emoji_on_a_message_of_late() {
        let now = 1_790_000_000_000;
        let open = Some(now + DAY_MS);
        let fault = |field: &str, problem| Err(Refusal::Field(Fault::new(field, problem)));
        for (name, emoji, sent_at_ms, window, expected) in [
            ("a thumb", "👍🏽", now, open, Ok("👍🏽".to_owned())),
            ("a family", " 👨‍👩‍👧‍👦 ", now, open, Ok("👨‍👩‍👧‍👦".to_owned())),
            ("taken back", "", now, open, Ok(String::new())),
            ("two", "👍👍", now, open, fault("reaction.emoji", Problem::Malformed)),
            ("words", "ok", now, open, fault("reaction.emoji", Problem::Malformed)),
            ("thirty days", "👍", now - REACTION_AGE_MS, open, Ok("👍".to_owned())),
            ("older", "👍", now - REACTION_AGE_MS - 1, open, fault("reaction.message_id", Problem::TooOld)),
            ("closed", "👍", now, None, Err(Refusal::WindowClosed { closed_at_ms: None })),
        ] {
            assert_eq!(check_reaction(emoji, sent_at_ms, window, now), expected, "{name}");
        }
    }

    #[test]
    fn files_are_checked_before_the_queue() {
        use MediaKind::{Audio, Document, Image, Sticker};
        let now = 1_790_000_000_000;
        let open = Some(now + DAY_MS);
        let file = |mime, size_bytes| Some(File { mime, size_bytes, animated: false });
        let full = "ن".repeat(CAPTION_MAX_CHARS);
        let over = "ن".repeat(CAPTION_MAX_CHARS + 1);
        let mb = 1_024 * 1_024;
        for (name, kind, file, caption, window, expected) in [
            ("plain", Image, file("image/jpeg", 1), None, open, Ok(None)),
            ("with words", Image, file("image/png", 5 * mb), Some(full.as_str()), open, Ok(Some(full.clone()))),
            ("only spaces are no words", Audio, file("audio/ogg", 1), Some(" "), open, Ok(None)),
            (
                "one word too many",
                Image,
                file("image/jpeg", 1),
                Some(over.as_str()),
                open,
                Err(Refusal::CaptionTooLong { kind: Image, chars: 1_025, max: 1_024 }),
            ),
            (
                "no words under sound",
                Audio,
                file("audio/ogg", 1),
                Some("x"),
                open,
                Err(Refusal::NoCaption { kind: Audio }),
            ),
            (
                "a film as a picture",
                Image,
                file("video/mp4", 1),
                None,
                open,
                Err(Refusal::FileType { mime: "video/mp4".to_owned() }),
            ),
            (
                "one byte too many",
                Image,
                file("image/jpeg", 5 * mb + 1),
                None,
                open,
                Err(Refusal::FileTooLarge { max_bytes: 5 * mb }),
            ),
            (
                "a still sticker",
                Sticker,
                file("image/webp", 102_401),
                None,
                open,
                Err(Refusal::FileTooLarge { max_bytes: 102_400 }),
            ),
            ("anything as a document", Document, file("text/html", 100 * mb), None, open, Ok(None)),
            ("nothing", Document, file("text/plain", 0), None, open, Err(Refusal::FileEmpty)),
            ("an address", Image, None, Some("x"), open, Ok(Some("x".to_owned()))),
            (
                "closed",
                Image,
                file("image/jpeg", 1),
                None,
                Some(now - 1),
                Err(Refusal::WindowClosed { closed_at_ms: Some(now - 1) }),
            ),
        ] {
            assert_eq!(check_media(kind, file.as_ref(), caption, window, now), expected, "{name}");
        }
    }
}
