//! Objects of the types that are more than text, as Meta sends them.

use app::domain::media::MediaKind;
use serde_json::{Value, json};

use super::dice::Dice;
use super::files::{sample_id, sample_of};
use super::made_up;
use super::webhook::Content;

/// A message of `kind`, with a caption where the type can have one.
pub fn content(kind: &str, text: Option<&str>, country: &str, dice: &mut Dice) -> Content {
    let object = match kind {
        "text" => json!({ "body": text.unwrap_or_default() }),
        "image" => captioned(file(MediaKind::Image, dice), text),
        "video" => captioned(file(MediaKind::Video, dice), text),
        "audio" => {
            let mut audio = file(MediaKind::Audio, dice);
            audio["voice"] = json!(true);
            audio
        }
        "sticker" => {
            let mut sticker = file(MediaKind::Sticker, dice);
            sticker["animated"] = json!(false);
            sticker
        }
        "document" => document(text, dice),
        "location" => location(country, dice),
        "contacts" => contacts(dice),
        _ => return made_up::content(kind, text, dice).unwrap_or_else(|| Content::of(kind, json!({}))),
    };
    Content::of(kind, object)
}

/// A sample at our Meta: id, type and hash.
fn file(kind: MediaKind, dice: &mut Dice) -> Value {
    let id = sample_id(kind, dice);
    // An id made a moment ago names a sample.
    let Some(sample) = sample_of(&id) else { return json!({}) };
    json!({ "id": id, "mime_type": sample.mime, "sha256": sample.sha256() })
}

fn captioned(mut media: Value, caption: Option<&str>) -> Value {
    if let Some(caption) = caption {
        media["caption"] = json!(caption);
    }
    media
}

/// A text that looks like a file's name is one; any other is the caption.
fn document(text: Option<&str>, dice: &mut Dice) -> Value {
    let document = file(MediaKind::Document, dice);
    let (name, caption) = match text {
        Some(text) if text.ends_with(".pdf") => (text.to_owned(), None),
        Some(text) => (format!("{text}.pdf"), Some(text)),
        None => ("scan.pdf".to_owned(), None),
    };
    let mut document = captioned(document, caption);
    document["filename"] = json!(name);
    document
}

/// Somewhere in the country's largest city.
fn location(country: &str, dice: &mut Dice) -> Value {
    let (latitude, longitude) = match country {
        "SA" => (24.713, 46.675),
        "AE" => (25.197, 55.274),
        "KW" => (29.375, 47.977),
        "QA" => (25.285, 51.531),
        "OM" => (23.588, 58.382),
        "BH" => (26.228, 50.586),
        "JO" => (31.956, 35.945),
        _ => (30.044, 31.235),
    };
    let near = |degrees: f64, dice: &mut Dice| ((degrees * 1_000.0).round() + dice.between(-20, 20) as f64) / 1_000.0;
    json!({ "latitude": near(latitude, dice), "longitude": near(longitude, dice) })
}

fn contacts(dice: &mut Dice) -> Value {
    let phone = super::seed::people::phone("EG", 1_000 + dice.below(800) as u16);
    json!([{
        "name": { "formatted_name": "أبو كريم البواب", "first_name": "أبو كريم" },
        "phones": [{ "phone": app::domain::phone::spaced(&phone), "wa_id": phone.trim_start_matches('+'), "type": "CELL" }],
    }])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_metas_keys() {
        let mut dice = Dice::new(1);
        for (kind, text, keys, plain) in [
            ("text", Some("أهلا"), vec!["body"], Some("أهلا")),
            ("image", None, vec!["id", "mime_type", "sha256"], None),
            ("image", Some("الفاتورة"), vec!["caption", "id"], Some("الفاتورة")),
            ("audio", None, vec!["id", "voice"], None),
            ("sticker", None, vec!["id", "animated"], None),
            ("document", Some("السجل التجاري"), vec!["filename", "caption"], Some("السجل التجاري")),
            ("document", Some("الشعار.pdf"), vec!["filename"], None),
            ("location", None, vec!["latitude", "longitude"], None),
        ] {
            let content = content(kind, text, "EG", &mut dice);
            assert!(keys.iter().all(|key| content.object.get(key).is_some()), "{kind}: {}", content.object);
            assert_eq!(content.plain(), plain, "{kind}");
        }
        assert!(content("contacts", None, "EG", &mut dice).object[0]["phones"][0]["wa_id"].is_string());
    }
}
