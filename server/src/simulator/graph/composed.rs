//! Places, cards, reactions and what can be tapped, refused as Meta refuses them: 131008 for what is missing, 131009 for a
//! value that cannot be, 100 for what does not fit. Written from Meta's pages, apart from the rules of `app::domain`, so
//! that the one checks the other.

use std::collections::HashSet;

use serde_json::Value;

use crate::simulator::refusal::Refusal;

/// Checks `object`, the message's own of type `kind`.
pub(super) fn check(kind: &str, object: &Value) -> Result<(), Refusal> {
    match kind {
        "interactive" => interactive(object),
        "location" => location(object),
        "contacts" => contacts(object),
        "reaction" => reaction(object),
        _ => Ok(()),
    }
}

fn missing(param: &str) -> Refusal {
    Refusal { details: format!("Param {param} is required"), ..Refusal::of(131_008) }
}

fn wrong(details: impl Into<String>) -> Refusal {
    Refusal { details: details.into(), ..Refusal::of(131_009) }
}

/// A text that must be there, of at most so many characters.
fn text<'a>(object: &'a Value, pointer: &str, max: usize) -> Result<&'a str, Refusal> {
    let found = object.pointer(pointer).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    let found = found.ok_or_else(|| missing(pointer))?;
    if found.chars().count() > max {
        return Err(Refusal::malformed(format!("Param {pointer} must be at most {max} characters long.")));
    }
    Ok(found)
}

fn maybe(object: &Value, pointer: &str, max: usize) -> Result<(), Refusal> {
    if object.pointer(pointer).is_some_and(|value| !value.is_null()) {
        text(object, pointer, max).map(drop)
    } else {
        Ok(())
    }
}

/// A list of one to `max` entries.
fn list<'a>(object: &'a Value, pointer: &str, max: usize) -> Result<&'a [Value], Refusal> {
    match object.pointer(pointer).and_then(Value::as_array) {
        None => Err(missing(pointer)),
        Some(entries) if entries.is_empty() => Err(missing(pointer)),
        Some(entries) if entries.len() > max => Err(wrong(format!("Param {pointer} has more than {max} entries"))),
        Some(entries) => Ok(entries),
    }
}

fn interactive(object: &Value) -> Result<(), Refusal> {
    let kind = text(object, "/type", 64)?;
    if kind != "product" {
        text(object, "/body/text", if kind == "list" { 4_096 } else { 1_024 })?;
    }
    maybe(object, "/footer/text", 60)?;
    header(object, kind)?;
    match kind {
        "button" => buttons(object),
        "list" => rows(object),
        "cta_url" => {
            named(object, "cta_url")?;
            text(object, "/action/parameters/display_text", 20)?;
            let url = text(object, "/action/parameters/url", 2_000)?;
            let web = url.starts_with("https://") || url.starts_with("http://");
            if web { Ok(()) } else { Err(wrong("The url is not valid")) }
        }
        "location_request_message" => named(object, "send_location"),
        "request_contact_info" => named(object, "request_contact_info"),
        "address_message" => {
            named(object, "address_message")?;
            text(object, "/action/parameters/country", 2).map(drop)
        }
        "product" => {
            text(object, "/action/catalog_id", 64)?;
            text(object, "/action/product_retailer_id", 128).map(drop)
        }
        "product_list" => products(object),
        "catalog_message" => named(object, "catalog_message"),
        "flow" => Ok(()),
        other => Err(wrong(format!("Interactive type {other} is not supported"))),
    }
}

fn header(object: &Value, kind: &str) -> Result<(), Refusal> {
    let Some(header) = object.get("header") else {
        return if kind == "product_list" { Err(missing("/header")) } else { Ok(()) };
    };
    match text(header, "/type", 16)? {
        "text" => text(header, "/text", 60).map(drop),
        file @ ("image" | "video" | "document") if matches!(kind, "button" | "cta_url") => {
            let at = |key: &str| header.pointer(&format!("/{file}/{key}")).is_some_and(Value::is_string);
            if at("id") || at("link") { Ok(()) } else { Err(missing("/header")) }
        }
        other => Err(wrong(format!("Header type {other} is not supported here"))),
    }
}

fn named(object: &Value, name: &str) -> Result<(), Refusal> {
    let said = text(object, "/action/name", 64)?;
    if said == name { Ok(()) } else { Err(wrong("Invalid action name")) }
}

fn buttons(object: &Value) -> Result<(), Refusal> {
    let (mut ids, mut titles) = (HashSet::new(), HashSet::new());
    for button in list(object, "/action/buttons", 3)? {
        let new = titles.insert(text(button, "/reply/title", 20)?) & ids.insert(text(button, "/reply/id", 256)?);
        if button.get("type").and_then(Value::as_str) != Some("reply") || !new {
            return Err(wrong("Buttons need the type reply, and ids and titles of their own"));
        }
    }
    Ok(())
}

fn rows(object: &Value) -> Result<(), Refusal> {
    text(object, "/action/button", 20)?;
    let sections = list(object, "/action/sections", 10)?;
    let (mut ids, mut count) = (HashSet::new(), 0);
    for section in sections {
        if sections.len() > 1 {
            text(section, "/title", 24)?;
        }
        maybe(section, "/title", 24)?;
        for row in list(section, "/rows", 10)? {
            text(row, "/title", 24)?;
            maybe(row, "/description", 72)?;
            count += 1;
            if !ids.insert(text(row, "/id", 200)?) {
                return Err(wrong("Rows need ids of their own"));
            }
        }
    }
    if count > 10 { Err(wrong("Total row count exceed max allowed count: 10")) } else { Ok(()) }
}

fn products(object: &Value) -> Result<(), Refusal> {
    text(object, "/action/catalog_id", 64)?;
    let mut count = 0;
    for section in list(object, "/action/sections", 10)? {
        maybe(section, "/title", 24)?;
        for item in list(section, "/product_items", 30)? {
            text(item, "/product_retailer_id", 128)?;
            count += 1;
        }
    }
    if count > 30 { Err(wrong("Total product count exceed max allowed count: 30")) } else { Ok(()) }
}

fn location(object: &Value) -> Result<(), Refusal> {
    for (key, most) in [("latitude", 90.0), ("longitude", 180.0)] {
        let value = object.get(key).ok_or_else(|| missing(key))?;
        let degrees = value.as_f64().or_else(|| value.as_str()?.parse().ok());
        if !degrees.is_some_and(|degrees: f64| degrees.abs() <= most) {
            return Err(wrong(format!("Param {key} is not valid")));
        }
    }
    Ok(())
}

fn contacts(object: &Value) -> Result<(), Refusal> {
    let cards = object.as_array().filter(|cards| !cards.is_empty()).ok_or_else(|| missing("contacts"))?;
    for card in cards {
        text(card, "/name/formatted_name", 1_000)?;
        let parts = ["first_name", "last_name", "middle_name", "prefix", "suffix"];
        if !parts.iter().any(|part| card.pointer(&format!("/name/{part}")).is_some_and(Value::is_string)) {
            return Err(missing("contacts[].name.first_name"));
        }
    }
    Ok(())
}

fn reaction(object: &Value) -> Result<(), Refusal> {
    if !text(object, "/message_id", 256)?.starts_with("wamid.") {
        return Err(wrong("Invalid message_id"));
    }
    // An empty emoji takes a reaction back.
    let emoji = object.get("emoji").and_then(Value::as_str).ok_or_else(|| missing("emoji"))?;
    if emoji.chars().count() > 16 { Err(wrong("Param emoji is not valid")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_meta_refuses_is_refused_with_its_code() {
        let b = || json!({ "text": "b" });
        let button = |title: &str| json!({ "type": "reply", "reply": { "id": title, "title": title } });
        let buttons = |titles: &[&str]| {
            let buttons: Vec<Value> = titles.iter().map(|title| button(title)).collect();
            json!({ "type": "button", "body": b(), "action": { "buttons": buttons } })
        };
        let rows = |count: usize| {
            let rows: Vec<Value> = (0..count).map(|n| json!({ "id": n.to_string(), "title": "R" })).collect();
            json!({ "type": "list", "body": b(), "action": { "button": "B", "sections": [{ "rows": rows }] } })
        };
        let headed = json!({ "type": "list", "body": b(), "header": { "type": "image", "image": { "id": "1" } },
            "action": { "button": "B", "sections": [{ "rows": [{ "id": "1", "title": "R" }] }] } });
        for (name, kind, object, expected) in [
            ("three buttons", "interactive", buttons(&["a", "b", "c"]), None),
            ("four", "interactive", buttons(&["a", "b", "c", "d"]), Some(131_009)),
            ("two alike", "interactive", buttons(&["a", "a"]), Some(131_009)),
            ("a long title", "interactive", buttons(&["123456789012345678901"]), Some(100)),
            (
                "no words",
                "interactive",
                json!({ "type": "button", "action": { "buttons": [button("a")] } }),
                Some(131_008),
            ),
            ("ten rows", "interactive", rows(10), None),
            ("eleven", "interactive", rows(11), Some(131_009)),
            ("a picture above a list", "interactive", headed, Some(131_009)),
            ("a type nobody knows", "interactive", json!({ "type": "x", "body": b() }), Some(131_009)),
            ("a place", "location", json!({ "latitude": "30.1", "longitude": 31 }), None),
            ("nowhere", "location", json!({ "latitude": "91", "longitude": "31" }), Some(131_009)),
            ("a card", "contacts", json!([{ "name": { "formatted_name": "L", "first_name": "L" } }]), None),
            ("half a name", "contacts", json!([{ "name": { "formatted_name": "L" } }]), Some(131_008)),
            ("a reaction", "reaction", json!({ "message_id": "wamid.A", "emoji": "" }), None),
            ("on nothing", "reaction", json!({ "message_id": "A", "emoji": "x" }), Some(131_009)),
        ] {
            assert_eq!(check(kind, &object).err().map(|refusal| refusal.code), expected, "{name}");
        }
    }
}
