//! The sign of a message type, by the Cloud API's word.

use crate::ui::parts::icon::{self, Shape};

pub fn sign(kind: &str) -> Shape {
    match kind {
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
        "system" => icon::CIRCLE_ALERT,
        "edit" => icon::PENCIL,
        "revoke" => icon::BAN,
        "request_welcome" => icon::MESSAGE_CIRCLE,
        _ => icon::CIRCLE_HELP,
    }
}
