//! Types of messages, by the Cloud API's word: their sign, where they stand, and how a line says them.

use crate::domain::format;
use crate::domain::text::preview;
use crate::ui::i18n::Texts;
use crate::ui::parts::icon::{self, Shape};

pub fn sign(kind: &str) -> Shape {
    match kind {
        "text" => icon::MESSAGE_CIRCLE,
        "image" => icon::IMAGE,
        "video" => icon::VIDEO,
        "audio" | "voice" => icon::MIC,
        "document" => icon::FILE_TEXT,
        "sticker" => icon::STICKER,
        "location" => icon::MAP_PIN,
        "contacts" => icon::CONTACT_ROUND,
        "reaction" => icon::SMILE_PLUS,
        "interactive" | "button" => icon::LIST,
        "order" => icon::SHOPPING_BAG,
        "template" => icon::LAYOUT_TEMPLATE,
        "system" => icon::INFO,
        "edit" => icon::PENCIL,
        "revoke" => icon::BAN,
        "request_welcome" => icon::MESSAGE_CIRCLE,
        "call" => icon::PHONE,
        _ => icon::CIRCLE_HELP,
    }
}

/// What happened, rather than what somebody said: a line of the timeline, no bubble.
pub fn is_event(kind: &str) -> bool {
    matches!(kind, "system" | "call" | "request_welcome" | "reaction" | "edit" | "revoke")
}

/// A message in one line, for lists, quotes and those who listen: its words without marks, or else its name.
pub fn line(texts: &Texts, kind: &str, text: &str) -> String {
    // Meta tells of changes in English sentences.
    let words = if is_event(kind) { String::new() } else { format::isolated(&preview(&format::plain(text))) };
    if words.is_empty() { (texts.thread.kind)(kind).to_owned() } else { words }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::agent::Locale;
    use crate::ui::i18n::texts;

    #[test]
    fn a_line_says_the_words_or_the_name() {
        for (kind, text, expected) in [
            ("text", "*تم*\nالحجز", "تم الحجز"),
            ("text", "على +20 100 000 1842", "على \u{2066}+20 100 000 1842\u{2069}"),
            ("image", "", "Photo"),
            ("image", "الفاتورة", "الفاتورة"),
            ("system", "User A changed from 1 to 2", "Change at the customer’s end"),
            ("call", "", "Call"),
            ("hologram", "", "A new type of message"),
        ] {
            assert_eq!(line(texts(Locale::En), kind, text), expected, "{kind}");
        }
    }
}
