//! What a message carries beside its words, read from Meta's JSON into what screens show.
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components#messages-object>

use app::domain::content::{
    CardPhone, Choice, ContactCard, Content, Fact, Form, Forwarded, Location, Money, Order, OrderItem, Part,
    ProductRef, Referral, SystemNote, Unsupported,
};
use app::domain::phone;
use app::domain::text::storable;
use serde_json::Value;

use super::read::{list, text_at};

/// Values of an unknown type that are shown; the rest is in the stored payload.
const FACTS: usize = 40;
/// Characters of one shown value.
const FACT_CHARS: usize = 500;

/// What `message`, of type `kind`, carries.
pub fn content_of(kind: &str, message: &Value) -> Content {
    let own = message.get(kind);
    let context = message.get("context").unwrap_or(&Value::Null);
    let is = |key: &str| context.get(key).and_then(Value::as_bool) == Some(true);
    Content {
        part: part_of(kind, own, message),
        forwarded: match (is("frequently_forwarded"), is("forwarded")) {
            (true, _) => Some(Forwarded::Often),
            (false, true) => Some(Forwarded::Once),
            (false, false) => None,
        },
        referral: message.get("referral").map(referral).filter(|referral| *referral != Referral::default()),
        product: context.get("referred_product").and_then(product),
    }
}

fn part_of(kind: &str, own: Option<&Value>, message: &Value) -> Option<Part> {
    let nothing = Value::Null;
    let own = own.unwrap_or(&nothing);
    match kind {
        // Their file stands in a place of its own, their caption is the text.
        "text" | "image" | "video" | "audio" | "voice" | "document" | "sticker" => None,
        "location" => location(own).map(Part::Location),
        "contacts" => Some(Part::Contacts(own.as_array().map_or(&[][..], Vec::as_slice).iter().map(card).collect())),
        "button" => Some(Part::Choice(Choice { id: text_at(own, "/payload").unwrap_or_default(), description: None })),
        "interactive" => interactive(own),
        "order" => Some(Part::Order(order(own))),
        "system" => Some(Part::System(system(own))),
        "request_welcome" => Some(Part::Welcome),
        "unsupported" => Some(Part::Unsupported(unsupported(own, message))),
        _ => Some(Part::Unknown(facts(own))),
    }
}

/// Coordinates come as numbers, and as text from some apps.
fn location(own: &Value) -> Option<Location> {
    Some(Location {
        latitude: text_at(own, "/latitude")?,
        longitude: text_at(own, "/longitude")?,
        name: text_at(own, "/name"),
        address: text_at(own, "/address"),
    })
}

fn card(contact: &Value) -> ContactCard {
    let named = || {
        let parts = ["/name/prefix", "/name/first_name", "/name/middle_name", "/name/last_name", "/name/suffix"];
        let parts: Vec<String> = parts.iter().filter_map(|part| text_at(contact, part)).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    };
    let work: Vec<String> =
        ["/org/title", "/org/department", "/org/company"].iter().filter_map(|part| text_at(contact, part)).collect();
    let each = |key: &str, pointer: &str| -> Vec<String> {
        list(contact, key).iter().filter_map(|entry| text_at(entry, pointer)).collect()
    };
    ContactCard {
        name: text_at(contact, "/name/formatted_name").or_else(named).unwrap_or_default(),
        work: (!work.is_empty()).then(|| work.join("، ")),
        birthday: text_at(contact, "/birthday"),
        phones: list(contact, "phones").iter().filter_map(card_phone).collect(),
        emails: each("emails", "/email"),
        addresses: list(contact, "addresses").iter().filter_map(address).collect(),
        urls: each("urls", "/url"),
    }
}

fn card_phone(entry: &Value) -> Option<CardPhone> {
    let wa_id = text_at(entry, "/wa_id");
    let shown = text_at(entry, "/phone").or_else(|| wa_id.clone())?;
    let phone = wa_id.as_deref().and_then(phone::e164).or_else(|| phone::e164(&shown));
    Some(CardPhone { phone, on_whatsapp: wa_id.is_some(), shown })
}

fn address(entry: &Value) -> Option<String> {
    let parts: Vec<String> =
        ["/street", "/city", "/state", "/zip", "/country"].iter().filter_map(|part| text_at(entry, part)).collect();
    (!parts.is_empty()).then(|| parts.join("، "))
}

fn interactive(own: &Value) -> Option<Part> {
    let kind = own.get("type").and_then(Value::as_str)?;
    Some(match kind {
        "button_reply" | "list_reply" => Part::Choice(Choice {
            id: text_at(own, &format!("/{kind}/id")).unwrap_or_default(),
            description: text_at(own, &format!("/{kind}/description")),
        }),
        "nfm_reply" => Part::Form(Form { answers: form_answers(own) }),
        _ => Part::Unknown(facts(own.get(kind).unwrap_or(own))),
    })
}

/// A form's answers are JSON in a text, which may be missing or broken; an address form nests them.
fn form_answers(own: &Value) -> Vec<Fact> {
    let written = own.pointer("/nfm_reply/response_json");
    let answers = match written {
        Some(Value::String(text)) => serde_json::from_str(text).unwrap_or(Value::Null),
        Some(object @ Value::Object(_)) => object.clone(),
        _ => Value::Null,
    };
    let mut found = facts(&answers);
    // Ours, not the customer's words.
    found.retain(|fact| fact.name != "flow_token");
    found
}

fn order(own: &Value) -> Order {
    let items: Vec<OrderItem> = list(own, "product_items").iter().map(order_item).collect();
    Order { catalog_id: text_at(own, "/catalog_id").unwrap_or_default(), totals: totals(&items), items }
}

fn order_item(item: &Value) -> OrderItem {
    OrderItem {
        retailer_id: text_at(item, "/product_retailer_id").unwrap_or_default(),
        quantity: text_at(item, "/quantity").and_then(|text| text.parse().ok()).unwrap_or(1),
        price: Money {
            amount: text_at(item, "/item_price").unwrap_or_default(),
            currency: text_at(item, "/currency").unwrap_or_default(),
        },
    }
}

/// Sums by currency, exact: amounts are counted in thousandths, the finest any currency has.
fn totals(items: &[OrderItem]) -> Vec<Money> {
    let mut sums: Vec<(String, i64)> = Vec::new();
    for item in items {
        let Some(line) = thousandths(&item.price.amount).and_then(|price| price.checked_mul(item.quantity)) else {
            // One price that cannot be read makes every sum a guess.
            return Vec::new();
        };
        match sums.iter_mut().find(|(currency, _)| *currency == item.price.currency) {
            Some((_, sum)) => *sum = sum.saturating_add(line),
            None => sums.push((item.price.currency.clone(), line)),
        }
    }
    sums.into_iter().map(|(currency, sum)| Money { amount: decimal(sum), currency }).collect()
}

fn thousandths(amount: &str) -> Option<i64> {
    let (whole, rest) = amount.split_once('.').unwrap_or((amount, ""));
    if rest.len() > 3 || !rest.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole: i64 = whole.parse().ok().filter(|whole| *whole >= 0)?;
    let rest: i64 = format!("{rest:0<3}").parse().ok()?;
    whole.checked_mul(1_000)?.checked_add(rest)
}

fn decimal(thousandths: i64) -> String {
    let text = format!("{}.{:03}", thousandths / 1_000, thousandths % 1_000);
    let short = text.trim_end_matches('0').trim_end_matches('.');
    // Money has two places or none: 12.5 reads as a mistake.
    match short.split_once('.') {
        Some((_, places)) if places.len() == 1 => format!("{short}0"),
        _ => short.to_owned(),
    }
}

fn system(own: &Value) -> SystemNote {
    match own.get("type").and_then(Value::as_str).unwrap_or_default() {
        "user_changed_number" | "customer_changed_number" => {
            let to = text_at(own, "/wa_id").or_else(|| text_at(own, "/new_wa_id"));
            SystemNote::NumberChanged { to: to.as_deref().and_then(phone::e164) }
        }
        "user_changed_user_id" => SystemNote::UserIdChanged,
        "customer_identity_changed" => SystemNote::IdentityChanged,
        _ => SystemNote::Other,
    }
}

fn unsupported(own: &Value, message: &Value) -> Unsupported {
    let code = |error: &Value| error.get("code").and_then(Value::as_i64);
    Unsupported {
        what: text_at(own, "/type"),
        may_follow: list(message, "errors").iter().any(|error| code(error) == Some(131_060)),
    }
}

fn referral(own: &Value) -> Referral {
    Referral {
        headline: text_at(own, "/headline"),
        body: text_at(own, "/body"),
        source_url: text_at(own, "/source_url").filter(|url| is_web(url)),
        source_type: text_at(own, "/source_type"),
        media_type: text_at(own, "/media_type"),
        welcome: text_at(own, "/welcome_message/text"),
    }
}

/// Anything but a web address could run code when it is opened.
fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

fn product(own: &Value) -> Option<ProductRef> {
    Some(ProductRef {
        catalog_id: text_at(own, "/catalog_id").unwrap_or_default(),
        retailer_id: text_at(own, "/product_retailer_id")?,
    })
}

/// The values of an object with the way to each: `address.city`. Depth and length are bounded by what a person reads.
fn facts(own: &Value) -> Vec<Fact> {
    let mut found = Vec::new();
    collect(&mut found, String::new(), own);
    found
}

fn collect(found: &mut Vec<Fact>, name: String, value: &Value) {
    let inside = |key: &str| if name.is_empty() { storable(key) } else { format!("{name}.{}", storable(key)) };
    if found.len() >= FACTS {
        return;
    }
    match value {
        Value::Null => {}
        Value::Object(fields) => fields.iter().for_each(|(key, value)| collect(found, inside(key), value)),
        Value::Array(values) if values.iter().all(|value| !value.is_object() && !value.is_array()) => {
            let joined: Vec<String> = values.iter().map(plain).filter(|text| !text.is_empty()).collect();
            push(found, name, &joined.join("، "));
        }
        Value::Array(values) => {
            values.iter().enumerate().for_each(|(at, value)| collect(found, inside(&(at + 1).to_string()), value));
        }
        value => push(found, name, &plain(value)),
    }
}

fn push(found: &mut Vec<Fact>, name: String, value: &str) {
    if !value.is_empty() {
        found.push(Fact { name, value: value.chars().take(FACT_CHARS).collect() });
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => storable(text),
        Value::Null => String::new(),
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn part(kind: &str, own: Value) -> Option<Part> {
        content_of(kind, &json!({ "type": kind, kind: own })).part
    }

    fn fact(name: &str, value: &str) -> Fact {
        Fact { name: name.to_owned(), value: value.to_owned() }
    }

    #[test]
    fn each_type_is_read_into_what_is_shown() {
        let choice = |id: &str, description: Option<&str>| {
            Some(Part::Choice(Choice { id: id.to_owned(), description: description.map(str::to_owned) }))
        };
        for (name, kind, own, expected) in [
            ("text", "text", json!({"body": "x"}), None),
            ("picture", "image", json!({"id": "1"}), None),
            ("template button", "button", json!({"payload": "STOP", "text": "لا"}), choice("STOP", None)),
            (
                "row of a list",
                "interactive",
                json!({"type": "list_reply", "list_reply": {"id": "r3", "title": "R", "description": "d"}}),
                choice("r3", Some("d")),
            ),
            ("interactive without its object", "interactive", Value::Null, None),
            (
                "a form",
                "interactive",
                json!({"type": "nfm_reply", "nfm_reply": {"response_json":
                    "{\"flow_token\":\"t\",\"rating\":4,\"address\":{\"city\":\"الجيزة\"},\"days\":[\"Sat\",\"Sun\"]}"}}),
                Some(Part::Form(Form {
                    answers: vec![fact("rating", "4"), fact("address.city", "الجيزة"), fact("days", "Sat، Sun")],
                })),
            ),
            (
                "a form whose answers are broken",
                "interactive",
                json!({"type": "nfm_reply", "nfm_reply": {"response_json": "{"}}),
                Some(Part::Form(Form { answers: vec![] })),
            ),
            ("welcome", "request_welcome", Value::Null, Some(Part::Welcome)),
            (
                "a type nobody knows",
                "hologram",
                json!({"shape": {"sides": 6}, "note": "نور", "none": null}),
                Some(Part::Unknown(vec![fact("note", "نور"), fact("shape.sides", "6")])),
            ),
            (
                "a changed number",
                "system",
                json!({"type": "customer_changed_number", "new_wa_id": "201000000002"}),
                Some(Part::System(SystemNote::NumberChanged { to: Some("+201000000002".to_owned()) })),
            ),
            ("a new phone", "system", json!({"type": "customer_identity_changed"}), {
                Some(Part::System(SystemNote::IdentityChanged))
            }),
        ] {
            let mut found = part(kind, own);
            if let Some(Part::Form(Form { answers: list }) | Part::Unknown(list)) = &mut found {
                // JSON objects have no order of their own.
                let order = |fact: &Fact| ["rating", "address.city", "days"].iter().position(|name| fact.name == *name);
                list.sort_by_key(|fact| (order(fact), fact.name.clone()));
            }
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn orders_are_summed_by_currency_without_rounding() {
        let item = |price: Value, quantity: i64, currency: &str| {
            json!({"product_retailer_id": "sku", "quantity": quantity,
            "item_price": price, "currency": currency})
        };
        let money = |amount: &str, currency: &str| Money { amount: amount.to_owned(), currency: currency.to_owned() };
        for (name, items, expected) in [
            ("whole", json!([item(json!(30), 2, "EUR")]), vec![money("60", "EUR")]),
            ("0.1 three times", json!([item(json!(0.1), 3, "EGP")]), vec![money("0.30", "EGP")]),
            ("fils", json!([item(json!("1.125"), 2, "KWD")]), vec![money("2.25", "KWD")]),
            (
                "two currencies",
                json!([item(json!(5), 1, "EGP"), item(json!(2), 1, "AED"), item(json!(1), 1, "EGP")]),
                vec![money("6", "EGP"), money("2", "AED")],
            ),
            ("a price nobody can read", json!([item(json!("free"), 1, "EGP")]), vec![]),
            ("nothing", json!([]), vec![]),
        ] {
            let Some(Part::Order(order)) = part("order", json!({"catalog_id": "1", "product_items": items})) else {
                panic!("{name}")
            };
            assert_eq!(order.totals, expected, "{name}");
        }
    }

    #[test]
    fn contact_cards_keep_what_there_is() {
        let Some(Part::Contacts(cards)) = part(
            "contacts",
            json!([
                {"name": {"formatted_name": "ليو"}, "phones": [{"phone": "+34 600", "wa_id": "34600111222"},
                    {"phone": "ext. 12"}], "org": {"company": "Rayhan", "title": "Buyer"},
                    "addresses": [{"street": "ش النيل", "city": "القاهرة"}, {}], "emails": [{"email": "a@b.example"}, {}]},
                {"name": {"first_name": "Mona", "last_name": "Adel"}},
                "nonsense"
            ]),
        ) else {
            panic!()
        };
        assert_eq!(cards.len(), 3);
        assert_eq!((cards[0].name.as_str(), cards[0].work.as_deref()), ("ليو", Some("Buyer، Rayhan")));
        assert_eq!(cards[0].phones[0].phone.as_deref(), Some("+34600111222"));
        assert_eq!((cards[0].phones[1].phone.as_deref(), cards[0].phones[1].on_whatsapp), (None, false));
        assert_eq!(cards[0].addresses, ["ش النيل، القاهرة"]);
        assert_eq!((cards[1].name.as_str(), cards[2].name.as_str()), ("Mona Adel", ""));
    }

    #[test]
    fn marks_beside_the_type_are_read() {
        let content = content_of(
            "text",
            &json!({"type": "text", "text": {"body": "x"},
                "context": {"forwarded": true, "frequently_forwarded": true,
                    "referred_product": {"catalog_id": "1", "product_retailer_id": "sku"}},
                "referral": {"headline": "عرض", "source_url": "javascript:alert(1)", "source_type": "ad"}}),
        );
        assert_eq!(content.forwarded, Some(Forwarded::Often));
        assert_eq!(content.product.unwrap().retailer_id, "sku");
        let referral = content.referral.unwrap();
        assert_eq!((referral.headline.as_deref(), referral.source_url), (Some("عرض"), None));
        assert!(content_of("text", &json!({"type": "text"})).is_empty());
    }

    #[test]
    fn facts_are_bounded() {
        let many: serde_json::Map<String, Value> =
            (0..1_000).map(|i| (format!("k{i}"), json!("ن".repeat(10_000)))).collect();
        let Some(Part::Unknown(found)) = part("hologram", Value::Object(many)) else { panic!() };
        assert_eq!(found.len(), FACTS);
        assert!(found.iter().all(|fact| fact.value.chars().count() == FACT_CHARS));
    }
}
