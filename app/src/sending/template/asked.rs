//! A template as integrators ask for it, in the Cloud API's own words; also how a sent one is kept, to be said again.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use super::{HeaderFile, TemplateDraft};
use crate::domain::content::Location;
use crate::domain::ids::MediaId;
use crate::domain::media::MediaKind;
use crate::domain::template::Filled;
use crate::error::{AppError, FieldProblem};
use crate::sending::draft::Source;
use crate::store::messages::FullMessage;

/// A template that was asked for.
#[derive(Debug, PartialEq)]
pub struct Asked {
    name: String,
    language: String,
    filled: Filled,
    file: Option<AskedFile>,
}

#[derive(Debug, PartialEq)]
struct AskedFile {
    kind: MediaKind,
    place: AskedPlace,
    file_name: Option<String>,
}

#[derive(Debug, PartialEq)]
enum AskedPlace {
    Ours(MediaId),
    Metas(String),
    Link(String),
}

impl Asked {
    /// Reads the object; what this version does not send is named, never left out.
    ///
    /// # Errors
    /// The first field that is wrong.
    pub fn read(object: &Value) -> Result<Self, AppError> {
        let object = map(object, "template")?;
        known(object, "template", &["name", "language", "components"])?;
        let language = object.get("language").ok_or(missing("template.language"))?;
        let language = match language {
            Value::String(code) => code.clone(),
            other => {
                let language = map(other, "template.language")?;
                known(language, "template.language", &["code", "policy"])?;
                required(language, "template.language", "code")?
            }
        };
        let mut asked =
            Self { name: required(object, "template", "name")?, language, filled: Filled::default(), file: None };
        let components = match object.get("components") {
            None | Some(Value::Null) => &[][..],
            Some(Value::Array(components)) => components,
            Some(_) => return Err(malformed("template.components")),
        };
        for (at, component) in components.iter().enumerate() {
            let place = format!("template.components[{at}]");
            let component = map(component, &place)?;
            known(component, &place, &["type", "sub_type", "index", "parameters"])?;
            let parameters = match component.get("parameters") {
                None | Some(Value::Null) => &[][..],
                Some(Value::Array(parameters)) => parameters,
                Some(_) => return Err(malformed(&format!("{place}.parameters"))),
            };
            match required(component, &place, "type")?.to_ascii_lowercase().as_str() {
                "header" => asked.read_header(parameters)?,
                "body" => asked.read_body(parameters)?,
                "button" => asked.read_button(component, &place, parameters)?,
                _ => return Err(unknown(&format!("{place}.type"))),
            }
        }
        Ok(asked)
    }

    /// The template of a message that was sent, with the file that hangs on it.
    pub fn of_message(full: &FullMessage) -> Option<Self> {
        let mut object: Value = serde_json::from_str(full.payload.as_deref()?).ok()?;
        if let Some(media) = full.message.media.as_deref() {
            let header = object.pointer_mut("/components/0/parameters/0")?;
            let kind = header.get("type")?.as_str()?.to_owned();
            let mut file = json!({ "media_id": media.id });
            if let Some(name) = header.get(&kind).and_then(|file| file.get("filename")) {
                file["filename"] = name.clone();
            }
            header[kind.as_str()] = file;
        }
        Self::read(&object).ok()
    }

    pub fn draft(&self) -> TemplateDraft<'_> {
        TemplateDraft {
            name: Cow::Borrowed(&self.name),
            language: Cow::Borrowed(&self.language),
            filled: Cow::Borrowed(&self.filled),
            file: self.file.as_ref().map(|file| HeaderFile {
                kind: file.kind,
                source: match &file.place {
                    AskedPlace::Ours(id) => Source::Ours(id),
                    AskedPlace::Metas(id) => Source::Metas(id),
                    AskedPlace::Link(link) => Source::Link(link),
                },
                file_name: file.file_name.as_deref(),
            }),
        }
    }

    fn read_header(&mut self, parameters: &[Value]) -> Result<(), AppError> {
        const FIELD: &str = "template.header";
        let [parameter] = parameters else { return Err(malformed(FIELD)) };
        let parameter = map(parameter, FIELD)?;
        let kind = required(parameter, FIELD, "type")?;
        if kind == "text" {
            known(parameter, FIELD, &["type", "text", "parameter_name"])?;
            self.filled.values.insert("header".to_owned(), required(parameter, FIELD, "text")?);
            return Ok(());
        }
        let object = map(parameter.get(&kind).ok_or(missing(FIELD))?, FIELD)?;
        if kind == "location" {
            known(object, FIELD, &["latitude", "longitude", "name", "address"])?;
            self.filled.location = Some(Location {
                latitude: degrees(object, "latitude")?,
                longitude: degrees(object, "longitude")?,
                name: optional(object, FIELD, "name")?,
                address: optional(object, FIELD, "address")?,
            });
            return Ok(());
        }
        let kind = MediaKind::from_word(&kind)
            .filter(|kind| matches!(kind, MediaKind::Image | MediaKind::Video | MediaKind::Document))
            .ok_or(unknown("template.header.type"))?;
        let keys: &[&str] = match kind {
            MediaKind::Document => &["media_id", "id", "link", "filename"],
            _ => &["media_id", "id", "link"],
        };
        known(object, FIELD, keys)?;
        let text = |key| optional(object, FIELD, key);
        let place = match (text("media_id")?, text("id")?, text("link")?) {
            (Some(id), None, None) => AskedPlace::Ours(MediaId::from_text(id)),
            (None, Some(id), None) => AskedPlace::Metas(id),
            (None, None, Some(link)) => AskedPlace::Link(link),
            (None, None, None) => return Err(missing(FIELD)),
            // Two places: which one is meant?
            _ => return Err(malformed(FIELD)),
        };
        self.file = Some(AskedFile { kind, place, file_name: text("filename")? });
        Ok(())
    }

    fn read_body(&mut self, parameters: &[Value]) -> Result<(), AppError> {
        for (number, parameter) in (1..).zip(parameters) {
            let field = format!("template.body.{number}");
            let parameter = map(parameter, &field)?;
            if required(parameter, &field, "type")? != "text" {
                // Dates and sums are written as text: what they looked like was never ours to decide.
                return Err(unknown(&format!("{field}.type")));
            }
            known(parameter, &field, &["type", "text", "parameter_name"])?;
            let name = optional(parameter, &field, "parameter_name")?.unwrap_or_else(|| number.to_string());
            let value = required(parameter, &format!("template.body.{name}"), "text")
                .map_err(|_| missing(&format!("template.body.{name}")))?;
            self.filled.values.insert(format!("body.{name}"), value);
        }
        Ok(())
    }

    fn read_button(
        &mut self,
        component: &Map<String, Value>,
        place: &str,
        parameters: &[Value],
    ) -> Result<(), AppError> {
        let index = match component.get("index") {
            Some(Value::Number(index)) => index.as_u64(),
            Some(Value::String(index)) => index.parse().ok(),
            _ => None,
        };
        let index = index.filter(|index| *index < 10).ok_or(malformed(&format!("{place}.index")))?;
        let field = format!("template.buttons.{index}");
        let key = match required(component, place, "sub_type")?.to_ascii_lowercase().as_str() {
            "url" => "text",
            "quick_reply" => "payload",
            "copy_code" => "coupon_code",
            // Opened with a token nobody looks at; there is nothing to fill in.
            "flow" => return Ok(()),
            _ => return Err(unknown(&format!("{place}.sub_type"))),
        };
        let [parameter] = parameters else { return Err(missing(&field)) };
        let value = required(map(parameter, &field)?, &field, key).map_err(|_| missing(&field))?;
        self.filled.values.insert(format!("buttons.{index}"), value);
        Ok(())
    }
}

/// Degrees come as numbers and as text.
fn degrees(object: &Map<String, Value>, key: &str) -> Result<String, AppError> {
    match object.get(key) {
        Some(Value::Number(degrees)) => Ok(degrees.to_string()),
        Some(Value::String(degrees)) => Ok(degrees.clone()),
        Some(_) => Err(malformed("template.header")),
        None => Err(missing("template.header")),
    }
}

fn map<'a>(value: &'a Value, field: &str) -> Result<&'a Map<String, Value>, AppError> {
    value.as_object().ok_or_else(|| malformed(field))
}

fn known(object: &Map<String, Value>, of: &str, keys: &[&str]) -> Result<(), AppError> {
    match object.keys().find(|key| !keys.contains(&key.as_str())) {
        Some(key) => Err(unknown(&format!("{of}.{key}"))),
        None => Ok(()),
    }
}

fn required(object: &Map<String, Value>, of: &str, key: &str) -> Result<String, AppError> {
    optional(object, of, key)?.ok_or_else(|| missing(&format!("{of}.{key}")))
}

fn optional(object: &Map<String, Value>, of: &str, key: &str) -> Result<Option<String>, AppError> {
    match object.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if !text.contains('\0') => Ok(Some(text.clone())),
        Some(_) => Err(malformed(&format!("{of}.{key}"))),
    }
}

fn missing(field: &str) -> AppError {
    AppError::invalid(field, FieldProblem::Missing)
}

fn malformed(field: &str) -> AppError {
    AppError::invalid(field, FieldProblem::Malformed)
}

fn unknown(field: &str) -> AppError {
    AppError::invalid(field, FieldProblem::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cloud_apis_object_is_read_whole() {
        let asked = Asked::read(&json!({
            "name": "order_ok", "language": { "code": "en_US", "policy": "deterministic" },
            "components": [
                { "type": "header", "parameters": [{ "type": "document", "document": { "link": "https://x.example/a.pdf", "filename": "a.pdf" } }] },
                { "type": "BODY", "parameters": [{ "type": "text", "text": "A-1" }, { "type": "text", "parameter_name": "name", "text": "Ana" }] },
                { "type": "button", "sub_type": "url", "index": "0", "parameters": [{ "type": "text", "text": "a" }] },
                { "type": "button", "sub_type": "quick_reply", "index": 1, "parameters": [{ "type": "payload", "payload": "P" }] },
                { "type": "button", "sub_type": "copy_code", "index": "2", "parameters": [{ "type": "coupon_code", "coupon_code": "25" }] },
            ],
        }))
        .unwrap();
        assert_eq!((asked.name.as_str(), asked.language.as_str()), ("order_ok", "en_US"));
        let values: Vec<_> = asked.filled.values.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        assert_eq!(
            values,
            [("body.1", "A-1"), ("body.name", "Ana"), ("buttons.0", "a"), ("buttons.1", "P"), ("buttons.2", "25")]
        );
        let file = asked.file.unwrap();
        assert_eq!((file.kind, file.file_name.as_deref()), (MediaKind::Document, Some("a.pdf")));
        assert_eq!(file.place, AskedPlace::Link("https://x.example/a.pdf".to_owned()));
    }

    #[test]
    fn what_is_wrong_is_named() {
        use FieldProblem::{Malformed, Missing, Unknown};
        let with = |component: Value| json!({ "name": "a", "language": { "code": "ar" }, "components": [component] });
        for (object, field, problem) in [
            (json!("a"), "template", Malformed),
            (json!({ "language": { "code": "ar" } }), "template.name", Missing),
            (json!({ "name": "a" }), "template.language", Missing),
            (json!({ "name": "a", "language": {} }), "template.language.code", Missing),
            (json!({ "name": "a", "language": { "code": "ar" }, "namespace": "x" }), "template.namespace", Unknown),
            (with(json!({ "type": "carousel" })), "template.components[0].type", Unknown),
            (with(json!({ "type": "header", "parameters": [] })), "template.header", Malformed),
            (
                with(json!({ "type": "header", "parameters": [{ "type": "image", "image": {} }] })),
                "template.header",
                Missing,
            ),
            (
                with(json!({ "type": "header", "parameters": [{ "type": "audio", "audio": { "id": "1" } }] })),
                "template.header.type",
                Unknown,
            ),
            (with(json!({ "type": "body", "parameters": [{ "type": "text" }] })), "template.body.1", Missing),
            (
                with(json!({ "type": "body", "parameters": [{ "type": "currency", "currency": {} }] })),
                "template.body.1.type",
                Unknown,
            ),
            (with(json!({ "type": "button", "sub_type": "url" })), "template.components[0].index", Malformed),
            (with(json!({ "type": "button", "sub_type": "url", "index": "1" })), "template.buttons.1", Missing),
            (
                with(json!({ "type": "button", "sub_type": "mpm", "index": "1" })),
                "template.components[0].sub_type",
                Unknown,
            ),
        ] {
            assert_eq!(Asked::read(&object), Err(AppError::invalid(field, problem)), "{object}");
        }
    }
}
