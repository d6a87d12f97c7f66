//! The `template` object of a Graph call.
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-message-templates>

use serde_json::{Value, json};

use crate::domain::content::{Location, MediaState};
use crate::domain::media::MediaKind;
use crate::domain::template::{Does, Filled, Format, Header, Template, names, one_time_code};
use crate::store::media::NewMedia;

/// The object, from what was checked. The id of a file of ours is put in by the sender, once Meta has it.
pub fn object(template: &Template, filled: &Filled, media: Option<&NewMedia>) -> Value {
    let mut components = Vec::new();
    let header = match &template.parts.header {
        Some(Header::Text(text)) => names(text)
            .first()
            .zip(filled.value("header"))
            .map(|(name, value)| text_parameter(template.format, name, value)),
        Some(Header::Media(kind)) => media.map(|media| file_parameter(*kind, media)),
        Some(Header::Location) => filled.location.as_ref().map(place_parameter),
        None => None,
    };
    components.extend(header.map(|parameter| json!({ "type": "header", "parameters": [parameter] })));
    let body: Vec<Value> = names(&template.parts.body)
        .into_iter()
        .filter_map(|name| Some(text_parameter(template.format, name, filled.value(&format!("body.{name}"))?)))
        .collect();
    if !body.is_empty() {
        components.push(json!({ "type": "body", "parameters": body }));
    }
    for (index, button) in template.parts.buttons.iter().enumerate() {
        let value = filled.value(&format!("buttons.{index}"));
        let (sub_type, parameter) = match (&button.does, value) {
            (Does::Reply, Some(payload)) => ("quick_reply", json!({ "type": "payload", "payload": payload })),
            (Does::Open { .. }, Some(ending)) => ("url", json!({ "type": "text", "text": ending })),
            (Does::Copy, Some(code)) => ("copy_code", json!({ "type": "coupon_code", "coupon_code": code })),
            (Does::Form, _) => ("flow", json!({ "type": "action", "action": { "flow_token": "unused" } })),
            (Does::OneTime, _) => match one_time_code(template, filled) {
                Some(code) => ("url", json!({ "type": "text", "text": code })),
                None => continue,
            },
            _ => continue,
        };
        components.push(json!({
            "type": "button", "sub_type": sub_type, "index": index.to_string(), "parameters": [parameter],
        }));
    }
    let mut object = json!({ "name": template.name, "language": { "code": template.language } });
    if !components.is_empty() {
        object["components"] = json!(components);
    }
    object
}

fn text_parameter(format: Format, name: &str, value: &str) -> Value {
    match format {
        Format::Positional => json!({ "type": "text", "text": value }),
        Format::Named => json!({ "type": "text", "parameter_name": name, "text": value }),
    }
}

fn file_parameter(kind: MediaKind, media: &NewMedia) -> Value {
    let mut file = json!({});
    if let Some(link) = media.url.as_ref().filter(|_| media.state == MediaState::Linked) {
        file["link"] = json!(link);
    }
    if let Some(name) = media.file_name.as_ref().filter(|_| kind == MediaKind::Document) {
        file["filename"] = json!(name);
    }
    let mut parameter = json!({ "type": kind });
    parameter[kind.as_str()] = file;
    parameter
}

fn place_parameter(place: &Location) -> Value {
    let mut location = json!({ "latitude": place.latitude, "longitude": place.longitude });
    for (key, value) in [("name", &place.name), ("address", &place.address)] {
        if let Some(value) = value {
            location[key] = json!(value);
        }
    }
    json!({ "type": "location", "location": location })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::domain::template::{Button, Category, Parts, Quality, Status};

    fn template(format: Format, parts: Parts) -> Template {
        Template {
            meta_id: "1".to_owned(),
            name: "t".to_owned(),
            language: "ar".to_owned(),
            category: Category::Utility,
            next_category: None,
            status: Status::Approved,
            reason: None,
            quality: Quality::Green,
            format,
            parts,
        }
    }

    fn button(does: Does) -> Button {
        Button { label: "x".to_owned(), does }
    }

    fn filled(values: &[(&str, &str)]) -> Filled {
        let values: BTreeMap<_, _> =
            values.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Filled { values, location: None }
    }

    #[test]
    fn each_part_becomes_its_component() {
        let url = "https://s.example/{{1}}".to_owned();
        for (name, format, parts, values, expected) in [
            (
                "nothing to fill in",
                Format::Positional,
                Parts { body: "أهلًا".to_owned(), ..Parts::default() },
                vec![],
                Value::Null,
            ),
            (
                "positional, in the order of their numbers",
                Format::Positional,
                Parts {
                    header: Some(Header::Text("طلب {{1}}".to_owned())),
                    body: "{{2}} {{1}}.".to_owned(),
                    ..Parts::default()
                },
                vec![("header", "A"), ("body.1", "b1"), ("body.2", "b2")],
                json!([
                    { "type": "header", "parameters": [{ "type": "text", "text": "A" }] },
                    { "type": "body", "parameters": [{ "type": "text", "text": "b1" }, { "type": "text", "text": "b2" }] },
                ]),
            ),
            (
                "named",
                Format::Named,
                Parts { body: "{{name}}".to_owned(), ..Parts::default() },
                vec![("body.name", "هبة")],
                json!([{ "type": "body", "parameters": [{ "type": "text", "parameter_name": "name", "text": "هبة" }] }]),
            ),
            (
                "buttons keep their places",
                Format::Positional,
                Parts {
                    buttons: vec![
                        button(Does::Reply),
                        button(Does::Call { phone: "+20".to_owned() }),
                        button(Does::Open { url }),
                        button(Does::Copy),
                        button(Does::Form),
                    ],
                    ..Parts::default()
                },
                vec![("buttons.0", "P"), ("buttons.2", "a"), ("buttons.3", "25OFF")],
                json!([
                    { "type": "button", "sub_type": "quick_reply", "index": "0", "parameters": [{ "type": "payload", "payload": "P" }] },
                    { "type": "button", "sub_type": "url", "index": "2", "parameters": [{ "type": "text", "text": "a" }] },
                    { "type": "button", "sub_type": "copy_code", "index": "3",
                      "parameters": [{ "type": "coupon_code", "coupon_code": "25OFF" }] },
                    { "type": "button", "sub_type": "flow", "index": "4",
                      "parameters": [{ "type": "action", "action": { "flow_token": "unused" } }] },
                ]),
            ),
            (
                "a one-time code stands twice",
                Format::Positional,
                Parts { body: "{{1}}".to_owned(), buttons: vec![button(Does::OneTime)], ..Parts::default() },
                vec![("body.1", "842913")],
                json!([
                    { "type": "body", "parameters": [{ "type": "text", "text": "842913" }] },
                    { "type": "button", "sub_type": "url", "index": "0", "parameters": [{ "type": "text", "text": "842913" }] },
                ]),
            ),
        ] {
            let object = object(&template(format, parts), &filled(&values), None);
            assert_eq!(object["components"], expected, "{name}");
            assert_eq!((&object["name"], &object["language"]["code"]), (&json!("t"), &json!("ar")));
        }
    }

    #[test]
    fn headers_carry_files_and_places() {
        let linked = NewMedia {
            url: Some("https://x.example/a.pdf".to_owned()),
            file_name: Some("a.pdf".to_owned()),
            ..NewMedia::of(MediaKind::Document, MediaState::Linked)
        };
        let with = |header| template(Format::Positional, Parts { header: Some(header), ..Parts::default() });
        let document = object(&with(Header::Media(MediaKind::Document)), &Filled::default(), Some(&linked));
        assert_eq!(
            document["components"][0]["parameters"][0],
            json!({ "type": "document", "document": { "link": "https://x.example/a.pdf", "filename": "a.pdf" } })
        );
        let ours =
            NewMedia { file_name: Some("a.jpg".to_owned()), ..NewMedia::of(MediaKind::Image, MediaState::Ready) };
        let image = object(&with(Header::Media(MediaKind::Image)), &Filled::default(), Some(&ours));
        assert_eq!(image["components"][0]["parameters"][0], json!({ "type": "image", "image": {} }));
        let location = Some(Location {
            latitude: "30.04".to_owned(),
            longitude: "31.2".to_owned(),
            name: Some("ريحان".to_owned()),
            address: None,
        });
        let place = object(&with(Header::Location), &Filled { location, ..Filled::default() }, None);
        assert_eq!(
            place["components"][0]["parameters"][0],
            json!({ "type": "location", "location": { "latitude": "30.04", "longitude": "31.2", "name": "ريحان" } })
        );
    }
}
