use serde_json::{Map, Value, json};

use super::Node;
use crate::domain::composed::{Address, Card, CardNumber, Labelled};
use crate::error::AppError;

const KEYS: &[&str] = &["name", "org", "birthday", "phones", "emails", "urls", "addresses"];
const NAMES: &[&str] = &["formatted_name", "first_name", "middle_name", "last_name", "prefix", "suffix"];
const ORG: &[&str] = &["company", "department", "title"];
const ADDRESS: &[&str] = &["street", "city", "state", "zip", "country", "country_code", "type"];

pub fn read(list: &Value) -> Result<Vec<Card>, AppError> {
    Node::all("contacts", list, KEYS)?.iter().map(card).collect()
}

fn card(node: &Node<'_>) -> Result<Card, AppError> {
    let name = node.needed("name", NAMES)?;
    let mut card = Card {
        formatted_name: name.text("formatted_name")?,
        first_name: name.owned("first_name")?,
        middle_name: name.owned("middle_name")?,
        last_name: name.owned("last_name")?,
        prefix: name.owned("prefix")?,
        suffix: name.owned("suffix")?,
        birthday: node.owned("birthday")?,
        emails: labelled(node, "emails", "email")?,
        urls: labelled(node, "urls", "url")?,
        ..Card::default()
    };
    if let Some(org) = node.object("org", ORG)? {
        (card.company, card.department, card.title) =
            (org.owned("company")?, org.owned("department")?, org.owned("title")?);
    }
    for entry in node.list("phones", &["phone", "type", "wa_id"])? {
        card.phones.push(CardNumber {
            phone: entry.text("phone")?,
            label: entry.owned("type")?,
            wa_id: entry.owned("wa_id")?,
        });
    }
    for entry in node.list("addresses", ADDRESS)? {
        card.addresses.push(Address {
            street: entry.owned("street")?,
            city: entry.owned("city")?,
            state: entry.owned("state")?,
            zip: entry.owned("zip")?,
            country: entry.owned("country")?,
            country_code: entry.owned("country_code")?,
            label: entry.owned("type")?,
        });
    }
    Ok(card)
}

fn labelled(node: &Node<'_>, list: &str, key: &str) -> Result<Vec<Labelled>, AppError> {
    let entries = node.list(list, &[key, "type"])?;
    entries.iter().map(|entry| Ok(Labelled { value: entry.text(key)?, label: entry.owned("type")? })).collect()
}

pub fn write(cards: &[Card]) -> Value {
    cards.iter().map(write_card).collect()
}

fn write_card(card: &Card) -> Value {
    let parts = [&card.first_name, &card.middle_name, &card.last_name, &card.prefix, &card.suffix];
    // Meta wants one part of the name beside the whole.
    let first =
        if parts.iter().all(|part| part.is_none()) { Some(&card.formatted_name) } else { card.first_name.as_ref() };
    let mut object = json!({ "name": some(&[
        ("formatted_name", Some(&card.formatted_name)),
        ("first_name", first),
        ("middle_name", card.middle_name.as_ref()),
        ("last_name", card.last_name.as_ref()),
        ("prefix", card.prefix.as_ref()),
        ("suffix", card.suffix.as_ref()),
    ]) });
    let org = some(&[
        ("company", card.company.as_ref()),
        ("department", card.department.as_ref()),
        ("title", card.title.as_ref()),
    ]);
    if !org.is_empty() {
        object["org"] = Value::Object(org);
    }
    if let Some(day) = &card.birthday {
        object["birthday"] = json!(day);
    }
    let phones = card.phones.iter().map(|number| {
        // Meta writes its ids without the plus.
        let wa_id = number.wa_id.as_ref().map(|id| id.chars().filter(char::is_ascii_digit).collect::<String>());
        some(&[("phone", Some(&number.phone)), ("type", number.label.as_ref()), ("wa_id", wa_id.as_ref())])
    });
    put(&mut object, "phones", phones.collect());
    let named = |all: &[Labelled], key: &'static str| {
        all.iter().map(|it| some(&[(key, Some(&it.value)), ("type", it.label.as_ref())])).collect()
    };
    put(&mut object, "emails", named(&card.emails, "email"));
    put(&mut object, "urls", named(&card.urls, "url"));
    let addresses = card.addresses.iter().map(|address| {
        some(&[
            ("street", address.street.as_ref()),
            ("city", address.city.as_ref()),
            ("state", address.state.as_ref()),
            ("zip", address.zip.as_ref()),
            ("country", address.country.as_ref()),
            ("country_code", address.country_code.as_ref()),
            ("type", address.label.as_ref()),
        ])
    });
    put(&mut object, "addresses", addresses.collect());
    object
}

fn put(object: &mut Value, key: &str, list: Vec<Map<String, Value>>) {
    if !list.is_empty() {
        object[key] = json!(list);
    }
}

/// What there is, by its key.
fn some(fields: &[(&str, Option<&String>)]) -> Map<String, Value> {
    fields.iter().filter_map(|(key, text)| Some(((*key).to_owned(), json!((*text)?)))).collect()
}
