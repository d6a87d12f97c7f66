//! Files of messages: their kinds, what each may be, how they are named, and when one that did not come is tried again.

use serde::{Deserialize, Serialize};

use super::content::MediaState;
use super::message::Direction;
use super::time::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS};

word_enum!(
    /// Meta's words for what a file is sent as.
    MediaKind {
        Image => "image",
        Video => "video",
        Audio => "audio",
        Document => "document",
        Sticker => "sticker",
    }
);

const KB: i64 = 1_024;
const MB: i64 = 1_024 * KB;

/// Meta keeps an incoming file so long.
pub const INCOMING_LIFE_MS: i64 = 7 * DAY_MS;
/// Meta keeps an upload thirty days; a day before that it is uploaded anew.
pub const UPLOAD_LIFE_MS: i64 = 29 * DAY_MS;
/// An upload that was not sent is swept after so long.
pub const UNSENT_LIFE_MS: i64 = DAY_MS;
/// Characters of a caption.
pub const CAPTION_MAX_CHARS: usize = 1_024;
/// Bars of a voice note's waveform, and the loudest of them.
pub const WAVEFORM_BARS: usize = 64;
pub const LOUDEST: u8 = 31;
/// Longer sounds are not believed.
pub const DURATION_MAX_MS: i64 = 6 * HOUR_MS;
/// Up to this size WhatsApp shows a voice note with its play button at once.
pub const VOICE_NOTE_BYTES: i64 = 512 * KB;
/// A sticker that does not move.
pub const STILL_STICKER_BYTES: i64 = 100 * KB;

const FILE_NAME_CHARS: usize = 200;

/// What is known of a file that is to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct File<'a> {
    pub mime: &'a str,
    pub size_bytes: i64,
    pub animated: bool,
}

impl MediaKind {
    /// The kind a message's type names; `voice` is an older word for audio.
    pub fn of_message(kind: &str) -> Option<Self> {
        match kind {
            "image" => Some(Self::Image),
            "video" => Some(Self::Video),
            "audio" | "voice" => Some(Self::Audio),
            "document" => Some(Self::Document),
            "sticker" => Some(Self::Sticker),
            _ => None,
        }
    }

    /// What a file of this type is best sent as.
    pub fn for_mime(mime: &str) -> Self {
        [Self::Image, Self::Video, Self::Audio].into_iter().find(|kind| kind.takes(mime)).unwrap_or(Self::Document)
    }

    /// Does Meta send a file of this type as this kind? Anything may be a document.
    pub fn takes(self, mime: &str) -> bool {
        match self {
            Self::Image => matches!(mime, "image/jpeg" | "image/png"),
            Self::Video => matches!(mime, "video/mp4" | "video/3gpp"),
            Self::Audio => matches!(mime, "audio/aac" | "audio/amr" | "audio/mpeg" | "audio/mp4" | "audio/ogg"),
            Self::Document => true,
            Self::Sticker => mime == "image/webp",
        }
    }

    /// The largest file. What customers send may be larger than what Meta takes from us: it hands out up to 100 MB.
    pub fn max_bytes(self, direction: Direction) -> i64 {
        match (direction, self) {
            (Direction::Out, Self::Image) => 5 * MB,
            (Direction::Out, Self::Video | Self::Audio) => 16 * MB,
            (Direction::Out, Self::Sticker) => 500 * KB,
            (Direction::In, Self::Image) => 25 * MB,
            (Direction::In, Self::Sticker) => 5 * MB,
            (_, Self::Document) | (Direction::In, Self::Video | Self::Audio) => 100 * MB,
        }
    }

    /// The largest of these very bytes that may go out.
    pub fn max_bytes_of(self, file: &File<'_>) -> i64 {
        match self {
            Self::Sticker if !file.animated => STILL_STICKER_BYTES,
            _ => self.max_bytes(Direction::Out),
        }
    }

    /// May it carry words?
    pub fn has_caption(self) -> bool {
        matches!(self, Self::Image | Self::Video | Self::Document)
    }
}

/// A type without what stands behind it: `audio/ogg; codecs=opus` → `audio/ogg`.
pub fn essence(mime: &str) -> String {
    mime.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The type a file is kept under: what its first bytes say, else what its sender said. A type that browsers show is only
/// believed of the bytes.
pub fn true_mime(sniffed: Option<&str>, said: &str) -> String {
    let said = essence(said);
    let Some(sniffed) = sniffed.map(essence) else {
        return if said.is_empty() || shown_inline(&said) { "application/octet-stream".to_owned() } else { said };
    };
    let sniffed = match sniffed.as_str() {
        "audio/m4a" | "audio/x-m4a" => "audio/mp4",
        "audio/opus" | "application/ogg" => "audio/ogg",
        other => other,
    };
    // One container, and only its sender knows whether there are pictures in it.
    let same_box = |box_name: &str| said == format!("audio/{box_name}") && sniffed == format!("video/{box_name}");
    if ["mp4", "3gpp", "webm", "ogg"].into_iter().any(same_box) {
        return said;
    }
    // Office files are archives inside; their name for it says more.
    let office = ["application/vnd.", "application/msword", "application/epub"];
    let archive = matches!(sniffed, "application/zip" | "application/x-ole-storage");
    if archive && office.iter().any(|prefix| said.starts_with(prefix)) {
        return said;
    }
    sniffed.to_owned()
}

/// May a browser show a file of this (sniffed) type in the page? Everything else is handed over to be saved.
pub fn shown_inline(mime: &str) -> bool {
    matches!(
        mime,
        "image/jpeg"
            | "image/png"
            | "image/webp"
            | "image/gif"
            | "video/mp4"
            | "audio/mp4"
            | "audio/ogg"
            | "audio/mpeg"
            | "audio/aac"
    )
}

/// A file's name as it is stored, shown and given to whoever saves it: no folders, and what would lie about its ending
/// (control characters, changes of the writing direction) written out. `None` when nothing is left.
pub fn file_name(written: &str) -> Option<String> {
    let last = written.rsplit(['/', '\\']).find(|part| !part.trim().is_empty()).unwrap_or_default();
    let mut name = String::new();
    for c in last.trim().trim_matches('.').chars() {
        if c.is_control() || is_direction_mark(c) {
            name.push_str(&format!("[U+{:04X}]", u32::from(c)));
        } else {
            name.push(c);
        }
    }
    if name.chars().count() > FILE_NAME_CHARS {
        // The ending says what it is: it stays.
        let ending: String = match name.rsplit_once('.') {
            Some((_, ending)) if ending.chars().count() <= 10 => format!(".{ending}"),
            _ => String::new(),
        };
        let kept = FILE_NAME_CHARS - ending.chars().count();
        name = name.chars().take(kept).collect::<String>() + &ending;
    }
    (!name.is_empty()).then_some(name)
}

fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// How a browser takes a file, as `Content-Disposition` says it (RFC 6266, names after RFC 5987).
pub fn disposition(mime: &str, name: Option<&str>) -> String {
    let way = if shown_inline(mime) { "inline" } else { "attachment" };
    let Some(name) = name.and_then(file_name) else { return way.to_owned() };
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || " .-_()+,".contains(c) { c } else { '_' }).collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b".-_~!$&+^`|".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    format!("{way}; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

/// Why a file could not be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FetchFailure {
    /// Meta or the road to it: no connection, a stall, a 5xx, a limit.
    Away,
    /// Meta knows no such file.
    Missing,
    /// More bytes than its kind may have.
    TooLarge,
    /// Other bytes than its sender signed.
    Mismatch,
}

/// Where a file stands after a try that failed, and when the next is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterFailure {
    Retry { at_ms: i64 },
    Over(MediaState),
}

/// `tries` counts this one; `known_since_ms` is when Meta told of the file.
pub fn after_failure(failure: FetchFailure, tries: i64, known_since_ms: i64, now_ms: i64) -> AfterFailure {
    const WAITS_MS: [i64; 8] = [
        5 * SECOND_MS,
        30 * SECOND_MS,
        2 * MINUTE_MS,
        10 * MINUTE_MS,
        30 * MINUTE_MS,
        2 * HOUR_MS,
        6 * HOUR_MS,
        12 * HOUR_MS,
    ];
    let over = match failure {
        FetchFailure::TooLarge => Some(MediaState::TooLarge),
        // A copy may be broken on the road, or not yet be everywhere at Meta's.
        FetchFailure::Mismatch if tries >= 3 => Some(MediaState::Damaged),
        FetchFailure::Missing if tries >= 4 => Some(MediaState::Gone),
        _ => None,
    };
    if let Some(state) = over {
        return AfterFailure::Over(state);
    }
    let step = usize::try_from(tries.max(1) - 1).unwrap_or_default().min(WAITS_MS.len() - 1);
    let at_ms = now_ms + WAITS_MS[step];
    if at_ms >= known_since_ms + INCOMING_LIFE_MS {
        return AfterFailure::Over(MediaState::Gone);
    }
    AfterFailure::Retry { at_ms }
}

/// A waveform from the browser: at most [`WAVEFORM_BARS`] bars, none louder than [`LOUDEST`].
pub fn waveform(bars: &[u8]) -> Option<Vec<u8>> {
    (bars.len() <= WAVEFORM_BARS && bars.iter().all(|bar| *bar <= LOUDEST)).then(|| bars.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_believed_of_the_bytes() {
        for (name, sniffed, said, expected) in [
            ("the bytes win", Some("text/html"), "image/png", "text/html"),
            ("nothing seen, harmless word", None, "text/csv; charset=utf-8", "text/csv"),
            ("nothing seen, a word browsers would show", None, "image/png", "application/octet-stream"),
            ("nothing at all", None, "", "application/octet-stream"),
            ("sound in an mp4", Some("video/mp4"), "audio/mp4", "audio/mp4"),
            ("sound in a webm", Some("video/webm"), "audio/webm;codecs=opus", "audio/webm"),
            ("a film stays one", Some("video/mp4"), "image/png", "video/mp4"),
            ("another name for it", Some("audio/m4a"), "audio/x-m4a", "audio/mp4"),
            (
                "office in an archive",
                Some("application/zip"),
                "application/vnd.oasis.opendocument.text",
                "application/vnd.oasis.opendocument.text",
            ),
            ("an archive that says it is a picture", Some("application/zip"), "image/png", "application/zip"),
        ] {
            assert_eq!(true_mime(sniffed, said), expected, "{name}");
        }
    }

    #[test]
    fn each_kind_takes_its_types() {
        for (mime, kind) in [
            ("image/jpeg", MediaKind::Image),
            ("image/webp", MediaKind::Document),
            ("video/mp4", MediaKind::Video),
            ("video/webm", MediaKind::Document),
            ("audio/ogg", MediaKind::Audio),
            ("application/pdf", MediaKind::Document),
        ] {
            assert_eq!(MediaKind::for_mime(mime), kind, "{mime}");
            assert!(kind.takes(mime), "{mime}");
        }
        assert!(MediaKind::Sticker.takes("image/webp") && !MediaKind::Sticker.takes("image/png"));
        let sticker = |animated| File { mime: "image/webp", size_bytes: 0, animated };
        assert_eq!(MediaKind::Sticker.max_bytes_of(&sticker(false)), 102_400);
        assert_eq!(MediaKind::Sticker.max_bytes_of(&sticker(true)), 512_000);
    }

    #[test]
    fn file_names_tell_no_lies() {
        for (written, expected) in [
            ("فاتورة 12.pdf", Some("فاتورة 12.pdf")),
            ("../../etc/passwd", Some("passwd")),
            ("C:\\x\\report.docx", Some("report.docx")),
            ("photo\u{202E}gpj.exe", Some("photo[U+202E]gpj.exe")),
            ("a\nb\0.txt", Some("a[U+000A]b[U+0000].txt")),
            ("...", None),
            ("  ", None),
            ("/", None),
        ] {
            assert_eq!(file_name(written).as_deref(), expected, "{written:?}");
        }
        let long = file_name(&format!("{}.pdf", "ن".repeat(500))).unwrap();
        assert_eq!((long.chars().count(), long.ends_with(".pdf")), (200, true));
    }

    #[test]
    fn browsers_show_little_and_save_the_rest() {
        for (mime, name, expected) in [
            ("image/jpeg", None, "inline"),
            ("text/html", None, "attachment"),
            ("image/svg+xml", Some("a.svg"), "attachment; filename=\"a.svg\"; filename*=UTF-8''a.svg"),
            (
                "application/pdf",
                Some("a \"b\"\r\n.pdf"),
                "attachment; filename=\"a _b__U+000D__U+000A_.pdf\"; filename*=UTF-8''a%20%22b%22%5BU+000D%5D%5BU+000A%5D.pdf",
            ),
            ("application/pdf", Some("فا.pdf"), "attachment; filename=\"__.pdf\"; filename*=UTF-8''%D9%81%D8%A7.pdf"),
        ] {
            assert_eq!(disposition(mime, name), expected, "{name:?}");
        }
    }

    #[test]
    fn tries_end() {
        use FetchFailure::{Away, Mismatch, Missing, TooLarge};
        let now = 1_790_000_000_000;
        let retry = |wait_s: i64| AfterFailure::Retry { at_ms: now + wait_s * SECOND_MS };
        for (name, failure, tries, since, expected) in [
            ("away at first", Away, 1, now, retry(5)),
            ("away for long", Away, 40, now - DAY_MS, retry(12 * 3_600)),
            ("Meta lets go of it", Away, 40, now - INCOMING_LIFE_MS + HOUR_MS, AfterFailure::Over(MediaState::Gone)),
            ("not there yet", Missing, 1, now, retry(5)),
            ("not there", Missing, 4, now, AfterFailure::Over(MediaState::Gone)),
            ("broken once", Mismatch, 1, now, retry(5)),
            ("broken", Mismatch, 3, now, AfterFailure::Over(MediaState::Damaged)),
            ("too large", TooLarge, 1, now, AfterFailure::Over(MediaState::TooLarge)),
        ] {
            assert_eq!(after_failure(failure, tries, since, now), expected, "{name}");
        }
        let mut at = now;
        let mut tries = 0;
        while let AfterFailure::Retry { at_ms } = after_failure(
            Away,
            {
                tries += 1;
                tries
            },
            now,
            at,
        ) {
            at = at_ms;
        }
        assert!(tries < 30 && at - now < INCOMING_LIFE_MS, "{tries}");
    }
}
