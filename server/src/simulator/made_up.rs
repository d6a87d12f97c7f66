//! What customers send besides words and files, made up in Meta's shapes: choices, forms, orders, marks, events, and
//! what the API does not hand out.

use serde_json::{Value, json};

use super::customer::Customer;
use super::dice::Dice;
use super::webhook::Content;

/// The types a phone can send by name, each complete in itself.
pub const KINDS: [&str; 15] = [
    "place",
    "button_reply",
    "list_reply",
    "button",
    "form",
    "order",
    "forwarded",
    "ad",
    "product",
    "number_changed",
    "new_device",
    "welcome",
    "unsupported",
    "may_follow",
    "unknown",
];

/// A message of one of [`KINDS`]; `text` takes the place of the words where the type has some. `None` for other types.
pub fn content(kind: &str, text: Option<&str>, dice: &mut Dice) -> Option<Content> {
    let or = |words: &str| text.unwrap_or(words).to_owned();
    Some(match kind {
        "place" => Content::of(
            "location",
            json!({ "latitude": 30.0596, "longitude": 31.2234, "name": or("بوابة النادي"),
                "address": "٧ شارع النيل، الزمالك، القاهرة", "url": "https://maps.rayhan.example/place" }),
        ),
        "button_reply" => Content::of(
            "interactive",
            json!({ "type": "button_reply", "button_reply": { "id": "confirm", "title": or("تأكيد الموعد") } }),
        ),
        "list_reply" => Content::of(
            "interactive",
            json!({ "type": "list_reply", "list_reply": { "id": "branch-2", "title": or("فرع المعادي"),
                "description": "من ١٠ صباحًا إلى ٩ مساءً" } }),
        ),
        "button" => Content::of("button", json!({ "payload": "STOP", "text": or("إيقاف العروض") })),
        "form" => {
            let answers = json!({ "flow_token": "demo", "full_name": or("هبة السيد"), "visit_day": "2026-12-03",
                "rating": "4", "address": { "city": "الجيزة", "building_name": "برج النخيل" },
                "interests": ["العناية بالبشرة", "العطور"] });
            let reply = json!({ "name": "flow", "body": "Sent", "response_json": answers.to_string() });
            Content::of("interactive", json!({ "type": "nfm_reply", "nfm_reply": reply }))
        }
        "order" => Content::of("order", order(text, dice)),
        "forwarded" => {
            let often = dice.percent(30);
            let mark = if often { json!({ "frequently_forwarded": true }) } else { json!({ "forwarded": true }) };
            Content::text(&or("عرض الجمعة: *خصم ٢٠٪* على كل المنتجات حتى منتصف الليل")).beside("context", mark)
        }
        "ad" => Content::text(&or("السلام عليكم، عايزة أعرف تفاصيل العرض")).beside(
            "referral",
            json!({ "source_url": "https://ads.rayhan.example/winter", "source_id": "120200000000001", "source_type": "ad",
                "headline": "عرض الشتاء", "body": "خصم ٢٠٪ على باقات العناية بالبشرة", "media_type": "image",
                "image_url": "https://ads.rayhan.example/winter.jpg", "ctwa_clid": "demo-click",
                "welcome_message": { "text": "أهلًا بك! كيف نساعدك؟" } }),
        ),
        "product" => Content::text(&or("ده متوفر مقاس كبير؟")).beside(
            "context",
            json!({ "referred_product": { "catalog_id": "194000000000001", "product_retailer_id": "RH-20431" } }),
        ),
        "number_changed" => Content::of(
            "system",
            json!({ "type": "user_changed_number", "body": "User changed from 201000001842 to 201000001843",
                "wa_id": "201000001843" }),
        ),
        "new_device" => Content::of(
            "system",
            json!({ "type": "customer_identity_changed", "body": "The customer's identity changed",
                "identity": { "acknowledged": false, "created_timestamp": "1790000000", "hash": "Zk1=" } }),
        ),
        "welcome" => Content::of("request_welcome", Value::Null),
        "unsupported" => refused("poll", 131_051, "Message type unknown"),
        "may_follow" => refused("unknown", 131_060, "This message is currently unavailable"),
        "unknown" => Content::of(
            "hologram",
            json!({ "caption": or("جربوا ده"), "shape": { "sides": 6, "colour": "green" }, "seconds": 12 }),
        ),
        _ => return None,
    })
}

/// What the API does not hand out, and why.
fn refused(what: &str, code: i64, title: &str) -> Content {
    let error = json!({ "code": code, "title": title, "message": title, "error_data": { "details": title } });
    Content::of("unsupported", json!({ "type": what })).beside("errors", json!([error]))
}

fn order(note: Option<&str>, dice: &mut Dice) -> Value {
    let item = |code: &str, quantity: i64, price: f64| json!({ "product_retailer_id": code, "quantity": quantity, "item_price": price, "currency": "EGP" });
    json!({ "catalog_id": "194000000000001", "text": note.unwrap_or_default(), "product_items": [
        item("RH-20418", dice.between(1, 3), 450.0), item("RH-20431", 1, 420.0), item("RH-20442", 2, 189.5) ] })
}

/// One piece of a product, taken from what the business offered.
pub fn ordered(catalog_id: &str, retailer_id: &str) -> Content {
    let item = json!({ "product_retailer_id": retailer_id, "quantity": 1, "item_price": 450, "currency": "EGP" });
    Content::of("order", json!({ "catalog_id": catalog_id, "text": "", "product_items": [item] }))
}

/// The customer's own number, as the answer to a question for it.
pub fn own_number(customer: &Customer) -> Content {
    let number = customer.phone.as_deref().unwrap_or("+201000001900");
    let phone =
        json!({ "phone": app::domain::phone::spaced(number), "wa_id": number.trim_start_matches('+'), "type": "CELL" });
    let name = json!({ "formatted_name": customer.name, "first_name": customer.name });
    Content::of("contacts", json!([{ "name": name, "phones": [phone] }])).beside("origin", json!("contact_request"))
}

/// A filled-in address form, its answers nested as Meta nests them.
pub fn address(customer: &Customer) -> Content {
    let values = json!({ "name": customer.name, "phone_number": customer.key(), "in_pin_code": "400001",
        "house_number": "12", "building_name": "برج النخيل", "address": "٧ شارع النيل", "landmark_area": "بجوار النادي",
        "city": "Mumbai", "state": "Maharashtra" });
    let body = format!("{}\n٧ شارع النيل، برج النخيل\nMumbai 400001", customer.name);
    let reply =
        json!({ "name": "address_message", "body": body, "response_json": json!({ "values": values }).to_string() });
    Content::of("interactive", json!({ "type": "nfm_reply", "nfm_reply": reply }))
}

/// A reaction; an empty emoji takes it back.
pub fn reaction(target: &str, emoji: &str) -> Content {
    Content::of("reaction", json!({ "message_id": target, "emoji": emoji }))
}

/// Other words for an earlier message.
pub fn edit(target: &str, text: &str) -> Content {
    let message = json!({ "type": "text", "text": { "body": text } });
    Content::of("edit", json!({ "original_message_id": target, "message": message }))
}

/// An earlier message, deleted for everyone.
pub fn revoke(target: &str) -> Content {
    Content::of("revoke", json!({ "original_message_id": target }))
}

/// A call of two minutes that is over, as the list of calls tells it.
pub fn call() -> Content {
    let told = json!({ "event": "terminate", "direction": "USER_INITIATED", "status": "COMPLETED", "duration": 125 });
    Content::of("call", told)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulator::webhook::{Incoming, Number, body, message};
    use crate::whatsapp::webhook::{News, items};

    #[test]
    fn every_kind_is_understood_by_our_own_reader() {
        let number =
            Number { phone_number_id: "300".into(), waba_id: "200".into(), display_phone: "+201000000100".into() };
        let customer = Customer::new("هبة", "+201000001842");
        let answers = [ordered("194", "RH-1"), own_number(&customer), address(&customer)];
        let sent = KINDS.map(|kind| content(kind, None, &mut Dice::new(1)).unwrap()).into_iter().chain(answers);
        for content in sent {
            let kind = content.kind.clone();
            let incoming =
                Incoming { customer: &customer, wamid: "wamid.A", sent_at_ms: 0, content: &content, reply_to: None };
            let body = body(&number, vec![message(&number, &incoming)]);
            let [item] = &items(&body)[..] else { panic!("{kind}") };
            let News::Message(message) = &item.news else { panic!("{kind}: {item:?}") };
            assert_eq!(message.kind, content.kind, "{kind}");
            assert!(!message.content.is_empty(), "{kind}");
            assert_eq!(message.text.as_deref(), content.plain(), "{kind}");
            // Meta sends no contacts with what it says itself.
            assert_eq!(String::from_utf8(body).unwrap().contains("\"contacts\""), content.kind != "system", "{kind}");
        }
        assert_eq!(content("poll", None, &mut Dice::new(1)), None);
    }
}
