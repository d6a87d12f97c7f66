use serde_json::{Value, json};

use super::{read, write};
use crate::error::{AppError, FieldProblem};

/// One of each, as cloud-api's pages have them.
fn examples() -> Vec<(&'static str, Value)> {
    let b = || json!({ "text": "b" });
    let interactive = |word: &str, action: Value| json!({ "type": word, "body": b(), "action": action });
    let mut buttons = interactive(
        "button",
        json!({ "buttons": [
        { "type": "reply", "reply": { "id": "y", "title": "Yes" } }] }),
    );
    buttons["header"] = json!({ "type": "text", "text": "h" });
    buttons["footer"] = json!({ "text": "f" });
    let mut pictured = buttons.clone();
    pictured["header"] = json!({ "type": "image", "image": { "link": "https://x.example/a.jpg" } });
    let mut products = interactive(
        "product_list",
        json!({ "catalog_id": "1", "sections": [
        { "title": "S", "product_items": [{ "product_retailer_id": "sku" }] }] }),
    );
    products["header"] = json!({ "type": "text", "text": "h" });
    vec![
        ("interactive", buttons),
        ("interactive", pictured),
        (
            "interactive",
            interactive(
                "list",
                json!({ "button": "Open", "sections": [{ "title": "S",
                "rows": [{ "id": "r1", "title": "R", "description": "d" }, { "id": "r2", "title": "Q" }] }] }),
            ),
        ),
        (
            "interactive",
            interactive(
                "cta_url",
                json!({ "name": "cta_url",
                "parameters": { "display_text": "Go", "url": "https://pay.example/1" } }),
            ),
        ),
        ("interactive", interactive("location_request_message", json!({ "name": "send_location" }))),
        ("interactive", interactive("request_contact_info", json!({ "name": "request_contact_info" }))),
        (
            "interactive",
            interactive("address_message", json!({ "name": "address_message", "parameters": { "country": "IN" } })),
        ),
        ("interactive", interactive("product", json!({ "catalog_id": "1", "product_retailer_id": "sku" }))),
        ("interactive", products),
        (
            "interactive",
            interactive(
                "catalog_message",
                json!({ "name": "catalog_message",
                "parameters": { "thumbnail_product_retailer_id": "sku" } }),
            ),
        ),
        ("location", json!({ "latitude": "41.4", "longitude": "2.17", "name": "Rayhan", "address": "1 Nile St" })),
        (
            "contacts",
            json!([{ "name": { "formatted_name": "Leo P", "first_name": "Leo" }, "org": { "company": "R" },
                "birthday": "1990-01-31", "emails": [{ "email": "leo@rayhan.example", "type": "WORK" }],
                "urls": [{ "url": "https://rayhan.example" }], "addresses": [{ "city": "Giza", "type": "HOME" }],
                "phones": [{ "phone": "+34600", "type": "WORK", "wa_id": "34600111222" }] }]),
        ),
    ]
}

#[test]
fn every_type_is_read_and_written_as_it_was() {
    for (kind, object) in examples() {
        let composed = read(kind, &object).unwrap_or_else(|error| panic!("{object}: {error:?}"));
        assert_eq!(composed.check(), Ok(()), "{object}");
        assert_eq!(write(&composed), object);
    }
}

#[test]
fn coordinates_may_be_numbers_and_names_may_be_left_to_us() {
    let read = |kind: &str, object: Value| write(&read(kind, &object).unwrap());
    assert_eq!(read("location", json!({ "latitude": 30.5, "longitude": -31 }))["longitude"], "-31");
    let asked = json!({ "type": "location_request_message", "body": { "text": "b" }, "action": {} });
    assert_eq!(read("interactive", asked)["action"]["name"], "send_location");
    let card = read("contacts", json!([{ "name": { "formatted_name": "Leo" } }]));
    assert_eq!(card[0]["name"]["first_name"], "Leo", "Meta wants a part beside the whole");
}

#[test]
fn what_is_wrong_is_named_by_its_path() {
    use FieldProblem::{Malformed, Missing, Unknown};
    let button = |reply: Value| json!({ "type": "button", "body": { "text": "b" }, "action": { "buttons": [{ "type": "reply", "reply": reply }] } });
    for (kind, object, field, problem) in [
        ("interactive", json!([]), "interactive", Malformed),
        ("interactive", json!({}), "interactive.type", Missing),
        ("interactive", json!({ "type": "flow" }), "interactive.type", Unknown),
        ("interactive", json!({ "type": "list" }), "interactive.action", Missing),
        ("interactive", json!({ "type": "button", "text": "x" }), "interactive.text", Unknown),
        ("interactive", button(json!({ "id": "a", "name": "b" })), "interactive.action.buttons[0].reply.name", Unknown),
        ("interactive", button(json!({ "id": 7 })), "interactive.action.buttons[0].reply.id", Malformed),
        (
            "interactive",
            json!({ "type": "list", "action": { "sections": [{ "rows": {} }] } }),
            "interactive.action.sections[0].rows",
            Malformed,
        ),
        (
            "interactive",
            json!({ "type": "cta_url", "action": { "name": "url", "parameters": {} } }),
            "interactive.action.name",
            Malformed,
        ),
        (
            "interactive",
            json!({ "type": "button", "header": { "type": "image", "image": {} }, "action": {} }),
            "interactive.header.image.media_id",
            Missing,
        ),
        ("location", json!({ "lat": 1 }), "location.lat", Unknown),
        ("location", json!({ "latitude": [] }), "location.latitude", Malformed),
        ("contacts", json!({}), "contacts", Malformed),
        ("contacts", json!([{}]), "contacts[0].name", Missing),
        ("contacts", json!([{ "name": {}, "phones": [{ "phone": 7 }] }]), "contacts[0].phones[0].phone", Malformed),
    ] {
        assert_eq!(read(kind, &object), Err(AppError::invalid(field, problem)), "{object}");
    }
}
