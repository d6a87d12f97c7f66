//! Templates at the fake Graph API: the list, and what Meta checks of one that is sent. Written beside the program's own
//! reading of templates, not with it, so that each finds the other's mistakes.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Json;
use serde_json::{Value, json};

use super::Shared;
use super::routes::{Answer, AskedQuery, NodePath, opened_for};
use crate::simulator::refusal::Refusal;

/// Fewer than Meta gives, so that the list is always read in pages.
const PAGE_MAX: usize = 3;

/// The templates of the accounts. Cheap to clone.
#[derive(Clone)]
pub struct TemplateShelf {
    all: Arc<Mutex<Vec<Value>>>,
}

impl Default for TemplateShelf {
    fn default() -> Self {
        // Ours and tested: a list that cannot be read would be an empty one.
        let written = serde_json::from_str(include_str!("templates.json")).unwrap_or_default();
        Self { all: Arc::new(Mutex::new(written)) }
    }
}

impl TemplateShelf {
    pub fn all(&self) -> Vec<Value> {
        self.lock().clone()
    }

    /// Adds one, or replaces the one of this name and language.
    pub fn put(&self, template: Value) {
        let mut all = self.lock();
        all.retain(|held| held["name"] != template["name"] || held["language"] != template["language"]);
        all.push(template);
    }

    /// Takes one away in every language.
    pub fn remove(&self, name: &str) {
        self.lock().retain(|held| held["name"] != name);
    }

    /// Sets one's status in every language.
    pub fn set_status(&self, name: &str, status: &str) {
        for held in self.lock().iter_mut().filter(|held| held["name"] == name) {
            held["status"] = json!(status);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Value>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `GET /{waba_id}/message_templates`.
pub(super) async fn list(
    State(shared): State<Arc<Shared>>,
    NodePath { 0: (_, id) }: NodePath,
    asked: AskedQuery,
    headers: HeaderMap,
) -> Answer {
    opened_for(&shared, &headers, &asked, &id, |number| number.waba_id == id)?;
    let all = shared.templates.all();
    let first = match asked.after.as_deref() {
        None => 0,
        Some(cursor) => cursor
            .strip_prefix("after==")
            .and_then(|place| place.parse::<usize>().ok())
            .ok_or_else(|| Refusal::malformed("Invalid cursor"))?,
    };
    let limit = asked.limit.as_deref().map_or(Ok(25), str::parse::<usize>);
    let limit = limit.map_err(|_| Refusal::malformed("Param limit must be a number"))?.clamp(1, PAGE_MAX);
    let page: Vec<Value> = all.iter().skip(first).take(limit).cloned().collect();
    let end = first + page.len();
    let mut paging = json!({ "cursors": { "before": format!("before=={first}"), "after": format!("after=={end}") } });
    if end < all.len() {
        paging["next"] = json!(format!("{}/{id}/message_templates?after=after%3D%3D{end}", shared.origin()));
    }
    Ok(Json(json!({ "data": page, "paging": paging })))
}

/// What Meta checks of a template that is sent; gives the message's words as the customer reads them.
pub(super) fn check(shared: &Shared, object: &Value) -> Result<String, Refusal> {
    let with = |code: i64, details: String| Refusal { details, ..Refusal::of(code) };
    let name = object["name"].as_str().ok_or_else(|| with(131_008, "template['name'] is required".to_owned()))?;
    let code = object.pointer("/language/code").and_then(Value::as_str);
    let code = code.ok_or_else(|| with(131_008, "template['language']['code'] is required".to_owned()))?;
    let all = shared.templates.all();
    let missing = || with(132_001, format!("template name ({name}) does not exist in {code}"));
    let found = all.iter().find(|held| held["name"] == name && held["language"] == code).ok_or_else(missing)?;
    match found["status"].as_str().unwrap_or_default() {
        "APPROVED" => {}
        "PAUSED" => return Err(Refusal::of(132_015)),
        "DISABLED" => return Err(Refusal::of(132_016)),
        _ => return Err(missing()),
    }
    let named = found["parameter_format"] == "NAMED";
    let sent = object["components"].as_array().map_or(&[][..], Vec::as_slice);
    let of =
        |kind: &str| sent.iter().find(|part| part["type"].as_str().is_some_and(|word| word.eq_ignore_ascii_case(kind)));
    let nothing = Vec::new();
    let mut words = String::new();
    for component in found["components"].as_array().unwrap_or(&nothing) {
        match component["type"].as_str().unwrap_or_default() {
            "BODY" => {
                let text = component["text"].as_str().unwrap_or_default();
                let given = of("body").map_or(&nothing, |part| part["parameters"].as_array().unwrap_or(&nothing));
                words = filled(text, given, named, "body")?;
                if words.chars().count() > 1_024 {
                    return Err(Refusal::of(132_005));
                }
            }
            "HEADER" => check_header(shared, component, of("header"), named)?,
            "BUTTONS" => {
                for (index, button) in component["buttons"].as_array().unwrap_or(&nothing).iter().enumerate() {
                    check_button(sent, index, button)?;
                }
            }
            _ => {}
        }
    }
    Ok(words)
}

fn check_header(shared: &Shared, component: &Value, sent: Option<&Value>, named: bool) -> Result<(), Refusal> {
    let nothing = Vec::new();
    let given = sent.map_or(&nothing, |part| part["parameters"].as_array().unwrap_or(&nothing));
    let format = component["format"].as_str().unwrap_or("TEXT");
    if format == "TEXT" {
        let text = filled(component["text"].as_str().unwrap_or_default(), given, named, "header")?;
        return if text.chars().count() > 60 { Err(Refusal::of(132_005)) } else { Ok(()) };
    }
    let wanted = format.to_lowercase();
    let wrong = |found: &str| Refusal {
        details: format!("header: Format mismatch, expected {format}, received {found}"),
        ..Refusal::of(132_012)
    };
    let [parameter] = &given[..] else { return Err(wrong("UNKNOWN")) };
    if parameter["type"] != wanted.as_str() {
        return Err(wrong(parameter["type"].as_str().unwrap_or_default()));
    }
    let object = &parameter[wanted.as_str()];
    if format == "LOCATION" {
        return if object["latitude"].is_null() { Err(wrong("UNKNOWN")) } else { Ok(()) };
    }
    let known = object["id"].as_str().is_some_and(|id| shared.shelf.get(id).is_some());
    if known || object["link"].is_string() {
        Ok(())
    } else {
        Err(Refusal { details: "Media ID not found".to_owned(), ..Refusal::of(131_009) })
    }
}

/// A button that takes a value must get one.
fn check_button(sent: &[Value], index: usize, button: &Value) -> Result<(), Refusal> {
    let (sub_type, key) = match button["type"].as_str().unwrap_or_default() {
        "URL" if button["url"].as_str().is_some_and(|url| url.contains("{{")) => ("url", "text"),
        "COPY_CODE" => ("copy_code", "coupon_code"),
        _ => return Ok(()),
    };
    let part = sent.iter().find(|part| {
        part["type"] == "button" && (part["index"] == index.to_string().as_str() || part["index"] == index)
    });
    let value = part.filter(|part| part["sub_type"] == sub_type).and_then(|part| part["parameters"][0][key].as_str());
    match value {
        None | Some("") => Err(Refusal {
            details: format!("buttons: Button at index {index} of type {sub_type} requires a parameter"),
            ..Refusal::of(131_008)
        }),
        Some(code) if sub_type == "copy_code" && code.chars().count() > 15 => Err(Refusal::of(132_012)),
        Some(_) => Ok(()),
    }
}

/// The text with its values: as many as it has places, each named as the template names it.
fn filled(text: &str, given: &[Value], named: bool, part: &str) -> Result<String, Refusal> {
    let mut places: Vec<String> = Vec::new();
    for piece in text.split("{{").skip(1) {
        let place = piece.split("}}").next().unwrap_or_default().to_owned();
        if !places.contains(&place) {
            places.push(place);
        }
    }
    if places.len() != given.len() {
        let details = format!(
            "{part}: number of localizable_params ({}) does not match the expected number of params ({})",
            given.len(),
            places.len()
        );
        return Err(Refusal { details, ..Refusal::of(132_000) });
    }
    if !named {
        places.sort_by_key(|place| place.parse::<u32>().unwrap_or_default());
    }
    let mut words = text.to_owned();
    for (at, place) in places.iter().enumerate() {
        let parameter = match named {
            true => given.iter().find(|parameter| parameter["parameter_name"] == place.as_str()),
            false => given.get(at),
        };
        let mismatch = |details: &str| Refusal { details: format!("{part}: {details}"), ..Refusal::of(132_012) };
        let parameter = parameter.ok_or_else(|| mismatch("parameter_name does not match"))?;
        let value = parameter["text"].as_str().filter(|_| parameter["type"] == "text");
        let value =
            value.filter(|value| !value.is_empty()).ok_or_else(|| mismatch("parameter of type text is required"))?;
        if value.contains(['\n', '\t']) || value.contains("     ") {
            let details = "Param text cannot have new-line/tab characters or more than 4 consecutive spaces".to_owned();
            return Err(Refusal { details, ..Refusal::of(132_018) });
        }
        words = words.replace(&format!("{{{{{place}}}}}"), value);
    }
    Ok(words)
}
