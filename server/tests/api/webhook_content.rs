//! What webhooks say: understood, repaired or set aside, and never in the way of their neighbours.

use app::domain::message::Said;
use app::error::AppError;
use serde_json::{Value, json};
use server::simulator::FakeNumber;

use crate::harness::{ADMIN, AHMED, Agent, House, KARIM, Place, Writer, fixture};

both!(
    every_type_of_message_is_shown,
    every_type_is_read_into_words,
    what_was_edited_is_told_to_those_who_may_know,
    people_are_known_by_what_there_is,
    one_bad_message_costs_its_neighbours_nothing,
    what_is_not_understood_is_set_aside,
    broken_bodies_are_taken_and_repaired_or_set_aside,
    an_answer_finds_what_it_answers,
    windows_open_by_what_customers_say,
);

/// Heba, who sends all fixtures.
fn heba() -> Writer {
    let mut heba = Writer::nth(1);
    heba.customer.phone = Some("+201000001842".to_owned());
    heba
}

async fn every_type_of_message_is_shown(place: &Place) {
    let house = House::open(place).await;
    let expected = [
        ("text", "wamid.TEXT", "text", Some("السلام عليكم، طلبي RH-1842 اتأخر 🌿"), 1),
        ("image", "wamid.IMAGE", "image", Some("الفاتورة"), 1),
        ("video", "wamid.VIDEO", "video", Some("وصل مكسور"), 1),
        ("audio", "wamid.AUDIO", "audio", None, 1),
        ("document", "wamid.DOCUMENT", "document", Some("العقد"), 1),
        ("sticker", "wamid.STICKER", "sticker", None, 1),
        ("location", "wamid.LOCATION", "location", None, 1),
        ("contacts", "wamid.CONTACTS", "contacts", None, 1),
        ("button_reply", "wamid.BUTTONREPLY", "interactive", Some("نعم"), 1),
        ("list_reply", "wamid.LISTREPLY", "interactive", Some("مقاس كبير"), 1),
        ("flow_reply", "wamid.FLOW", "interactive", Some("Sent"), 1),
        ("interactive_without_object", "wamid.HOLLOW", "interactive", None, 1),
        ("button", "wamid.BUTTON", "button", Some("إيقاف العروض"), 1),
        ("order", "wamid.ORDER", "order", Some("من غير كيس"), 1),
        ("unsupported", "wamid.UNSUPPORTED", "unsupported", None, 1),
        ("unknown_type", "wamid.HOLOGRAM", "hologram", Some("جرب ده"), 1),
        ("request_welcome", "wamid.WELCOME", "request_welcome", None, 1),
        ("text_from_ad", "wamid.AD", "text", Some("عايزة أعرف السعر"), 1),
        ("text_without_contacts", "wamid.BARE", "text", Some("هل المحل فاتح دلوقتي؟"), 1),
        ("misplaced_field", "wamid.MISPLACED", "text", Some("field is missing"), 1),
    ];
    for (name, ..) in expected {
        house.receive(fixture(name, &[])).await;
    }
    house.applied().await;
    assert_eq!(house.quarantine().await, Vec::<Value>::new());
    let row = house.conversation_of(&heba()).await;
    assert_eq!(row["contact"]["name"], "هبة السيد");
    assert_eq!(row["unread_count"], expected.iter().map(|(.., unread)| unread).sum::<i64>());
    assert_eq!(row["seq"], expected.len());
    let messages = house.messages(row["id"].as_str().unwrap()).await;
    for (name, wamid, kind, text, _) in expected {
        let found: Vec<_> = messages.iter().filter(|message| message["wamid"] == wamid).collect();
        let [message] = found[..] else { panic!("{name}: {found:?}") };
        assert_eq!(message["kind"], kind, "{name}");
        assert_eq!(message["text"].as_str(), text, "{name}");
        assert_eq!((&message["direction"], &message["status"]), (&json!("in"), &json!("received")), "{name}");
        assert_eq!(message["author"]["kind"], "customer", "{name}");
    }
    let of = |wamid: &str| messages.iter().find(|message| message["wamid"] == wamid).unwrap();
    assert_eq!(of("wamid.LOCATION")["payload"]["latitude"], 30.04);
    assert_eq!(of("wamid.FLOW")["payload"]["nfm_reply"]["name"], "flow");
    assert_eq!(of("wamid.TEXT")["payload"], Value::Null);
    assert_eq!(of("wamid.UNSUPPORTED")["error"]["code"], 131_051);
}

/// What a screen is given never holds JSON to be read by people, and is the same as before for integrators.
async fn every_type_is_read_into_words(place: &Place) {
    let house = House::open(place).await;
    let expected = [
        ("text", "wamid.TEXT", Value::Null),
        (
            "location",
            "wamid.LOCATION",
            json!({ "part": { "location": { "latitude": "30.04", "longitude": "31.23" } } }),
        ),
        ("contacts", "wamid.CONTACTS", json!({ "part": { "contacts": [{ "name": "أم كريم" }] } })),
        ("button_reply", "wamid.BUTTONREPLY", json!({ "part": { "choice": { "id": "yes-1" } } })),
        ("list_reply", "wamid.LISTREPLY", json!({ "part": { "choice": { "id": "r3" } } })),
        (
            "flow_reply",
            "wamid.FLOW",
            json!({ "part": { "form": { "answers": [{ "name": "rating", "value": "4" }] } } }),
        ),
        ("button", "wamid.BUTTON", json!({ "part": { "choice": { "id": "STOP" } } })),
        (
            "order",
            "wamid.ORDER",
            json!({ "part": { "order": { "items": [{ "retailer_id": "sku1", "quantity": 2 }],
                "totals": [{ "amount": "60", "currency": "EGP" }] } } }),
        ),
        (
            "unsupported",
            "wamid.UNSUPPORTED",
            json!({ "part": { "unsupported": { "what": "poll", "may_follow": false } } }),
        ),
        ("unknown_type", "wamid.HOLOGRAM", json!({ "part": { "unknown": [{}] } })),
        ("request_welcome", "wamid.WELCOME", json!({ "part": "welcome" })),
        ("text_from_ad", "wamid.AD", json!({ "referral": { "headline": "عرض الشتا", "source_type": "ad" } })),
    ];
    for (name, ..) in &expected {
        house.receive(fixture(name, &[])).await;
    }
    house.applied().await;
    let row = house.conversation_of(&heba()).await;
    let id = row["id"].as_str().unwrap();
    let told = house.messages(id).await;
    let shown = Agent::sign_in(&house, AHMED).await.load(&Default::default(), Some(id)).await.thread.unwrap().messages;
    assert_eq!((told.len(), shown.len()), (expected.len(), expected.len()));
    for (name, wamid, content) in expected {
        let message =
            shown.iter().find(|message| message.wamid.as_ref().is_some_and(|it| it.as_str() == wamid)).unwrap();
        let held = serde_json::to_value(&message.content).unwrap();
        assert!(holds(&held, &content), "{name}: {held} has not {content}");
        let mut words = message.text.clone().into_iter().collect::<Vec<_>>();
        texts(&held, &mut words);
        for said in words {
            assert!(!said.starts_with(['{', '[']), "{name}: {said}");
        }
        let full = told.iter().find(|full| full["wamid"] == wamid).unwrap();
        assert_eq!(full["text"].as_str(), message.text.as_deref(), "{name}");
        assert_eq!(full.get("content"), None, "{name}: integrators read the payload");
    }
}

/// Whether `held` has everything that `wanted` names.
fn holds(held: &Value, wanted: &Value) -> bool {
    match (held, wanted) {
        (Value::Object(held), Value::Object(wanted)) => {
            wanted.iter().all(|(key, wanted)| held.get(key).is_some_and(|held| holds(held, wanted)))
        }
        (Value::Array(held), Value::Array(wanted)) => {
            wanted.len() <= held.len() && held.iter().zip(wanted).all(|(held, wanted)| holds(held, wanted))
        }
        (held, wanted) => held == wanted,
    }
}

/// Every text inside a value.
fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| texts(value, found)),
        Value::Object(values) => values.values().for_each(|value| texts(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

async fn what_was_edited_is_told_to_those_who_may_know(place: &Place) {
    let house = House::open(place).await;
    house.receive(fixture("text", &[])).await;
    let row = house.conversation_of(&heba()).await;
    let message = house.messages(row["id"].as_str().unwrap()).await[0].clone();
    let id = message["id"].as_str().unwrap();
    house.receive(fixture("edit", &[])).await;
    house.applied().await;
    let ask = async |email: &str, id: &str| {
        let asked = Agent::sign_in(&house, email).await;
        asked.call::<Vec<Said>>("message/history", json!({ "message_id": id })).await
    };
    for email in [KARIM, ADMIN] {
        let held = ask(email, id).await.unwrap();
        assert_eq!((held.len(), &held[0].text.as_deref()), (1, &message["text"].as_str()), "{email}");
        assert_eq!(ask(email, "nothing").await, Err(AppError::NotFound), "{email}");
    }
    // For the others there is nothing there.
    assert_eq!(ask(AHMED, id).await, Err(AppError::NotFound));
}

async fn people_are_known_by_what_there_is(place: &Place) {
    let house = House::open(place).await;
    house.receive(fixture("text_by_user_id", &[])).await;
    let nour = house.conversation_of(&Writer::by_user_id("EG.90010020")).await;
    assert_eq!(nour["contact"]["phone"], Value::Null);
    assert_eq!(nour["contact"]["name"], "Nour");
    // Heba is first known by both names, then writes under one only, then under the other.
    house.receive(fixture("text", &[])).await;
    let mut by_id = Writer::by_user_id("EG.9001002003");
    by_id.customer.name = String::new();
    house.receive(by_id.says("من غير رقم").1).await;
    house.receive(heba().says("ومن غير معرف").1).await;
    house.applied().await;
    let row = house.conversation_of(&heba()).await;
    assert_eq!(house.messages(row["id"].as_str().unwrap()).await.len(), 3);
    assert_eq!(house.conversations().await.len(), 2);
    // A system note is from the one it names, and asks for no answer.
    house.receive(fixture("system", &[])).await;
    house.applied().await;
    let after = house.conversation(row["id"].as_str().unwrap()).await;
    assert_eq!(after["unread_count"], row["unread_count"]);
    assert_eq!(after["window_expires_at_ms"], row["window_expires_at_ms"]);
}

async fn one_bad_message_costs_its_neighbours_nothing(place: &Place) {
    let house = House::open(place).await;
    house.receive(fixture("batch_with_one_bad", &[])).await;
    house.receive(heba().says("وبعد الدفعة").1).await;
    house.applied().await;
    let found = house.all_messages().await;
    for i in 1..=6 {
        assert_eq!(found[&format!("wamid.BATCH{i}")].len(), 1, "message {i}");
    }
    assert_eq!(found.len(), 7, "{found:?}");
    let quarantine = house.quarantine().await;
    let [item] = &quarantine[..] else { panic!("{quarantine:?}") };
    assert_eq!(item["place"], "entry[0].changes[1].messages[1]");
    assert!(item["reason"].as_str().unwrap().contains("type"), "{item}");
    assert!(!item.to_string().contains("BATCHBAD"), "what a customer wrote stays out of the list");
    let metrics = house.get("/metrics").await.body;
    assert!(metrics.contains("majlis_quarantine_open 1\n"), "{metrics}");
}

async fn what_is_not_understood_is_set_aside(place: &Place) {
    let house = House::open(place).await;
    let strange = [
        ("unknown_number", "300000000000999"),
        ("unknown_field", "tea_time"),
        ("malformed_message", "`id`"),
        ("message_from_nobody", "sender"),
        ("group_message", "group"),
        ("account_error", "130429"),
        ("template_status_update", "message_template_status_update"),
        ("status_unknown", "warmed_up"),
    ];
    for (name, _) in strange {
        house.receive(fixture(name, &[("WAMID", "wamid.O")])).await;
    }
    house.applied().await;
    assert_eq!(house.conversations().await, Vec::<Value>::new(), "nobody is made up");
    let quarantine = house.quarantine().await;
    assert_eq!(quarantine.len(), strange.len(), "{quarantine:?}");
    for ((name, reason), item) in strange.iter().zip(&quarantine) {
        assert!(item["reason"].as_str().unwrap().contains(reason), "{name}: {item}");
    }
}

async fn broken_bodies_are_taken_and_repaired_or_set_aside(place: &Place) {
    let house = House::open(place).await;
    let text = |wamid: &str, inside: &[u8]| -> Vec<u8> {
        let value = Writer::nth(1).value(wamid, "HERE", app::ctx::now_ms());
        let number = FakeNumber::example().number();
        let body = String::from_utf8(server::simulator::webhook::body(&number, vec![value])).unwrap();
        let (before, after) = body.split_once("HERE").unwrap();
        [before.as_bytes(), inside, after.as_bytes()].concat()
    };
    let repaired: [(&str, Vec<u8>, &str); 5] = [
        ("wamid.UTF8", text("wamid.UTF8", b"bad \xff\xfe byte"), "bad \u{FFFD}\u{FFFD} byte"),
        ("wamid.LONE", text("wamid.LONE", br"half \ud83d pair"), "half \u{FFFD} pair"),
        ("wamid.PAIR", text("wamid.PAIR", br"whole \ud83c\udf3f pair"), "whole 🌿 pair"),
        ("wamid.NUL", text("wamid.NUL", br"a \u0000 nul"), "a  nul"),
        ("wamid.SLASH", text("wamid.SLASH", br"\/ \\ud83d"), r"/ \ud83d"),
    ];
    for (name, body, _) in &repaired {
        let answer = crate::harness::read(house.signed(body.clone())).await;
        assert_eq!(answer.status, 200, "{name}");
    }
    let deep = |depth: usize| [vec![b'['; depth], vec![b']'; depth]].concat();
    let hopeless: [(&str, Vec<u8>); 9] = [
        ("empty", Vec::new()),
        ("no JSON", b"hello".to_vec()),
        ("cut", fixture("text", &[])[..200].to_vec()),
        ("a number", b"42".to_vec()),
        ("null", b"null".to_vec()),
        ("raw NUL", b"\0\0\0".to_vec()),
        ("only bad UTF-8", b"\xff\xfe\xfd".to_vec()),
        ("deep", deep(100_000)),
        ("another object", br#"{"object":"page","entry":[]}"#.to_vec()),
    ];
    for (name, body) in &hopeless {
        let answer = crate::harness::read(house.signed(body.clone())).await;
        assert_eq!(answer.status, 200, "{name}");
    }
    house.receive(Writer::nth(2).says("وأنا بخير").1).await;
    house.applied().await;
    let found = house.all_messages().await;
    for (wamid, _, expected) in &repaired {
        assert_eq!(found[*wamid][0]["text"], *expected, "{wamid}");
    }
    assert_eq!(house.quarantine().await.len(), hopeless.len());
    assert!(house.conversation_of(&Writer::nth(2)).await["id"].is_string(), "neighbours go on");
}

async fn an_answer_finds_what_it_answers(place: &Place) {
    let house = House::open(place).await;
    house.receive(fixture("text", &[])).await;
    house.receive(fixture("text_reply", &[("QUOTED", "wamid.TEXT")])).await;
    house.applied().await;
    let found = house.all_messages().await;
    assert_eq!(found["wamid.REPLY"][0]["reply_to"], found["wamid.TEXT"][0]["id"]);
    assert_eq!(found["wamid.TEXT"][0]["reply_to"], Value::Null);
}

async fn windows_open_by_what_customers_say(place: &Place) {
    const DAY_MS: i64 = 24 * 3_600_000;
    let house = House::open(place).await;
    let now = app::ctx::now_ms();
    let (early, late) = (now - 3 * 3_600_000, now - 3_600_000);
    let heba = Writer::nth(1);
    // Late webhooks arrive in any order: the newest message decides, by Meta's stamp.
    house.receive(heba.says_at("الأحدث", late).1).await;
    house.receive(heba.says_at("الأقدم", early).1).await;
    house.applied().await;
    let row = house.conversation_of(&heba).await;
    assert_eq!(row["window_expires_at_ms"], late / 1_000 * 1_000 + DAY_MS);
    assert_eq!(row["last_activity_at_ms"], late / 1_000 * 1_000);
    assert_eq!(row["last_message"]["text"], "الأحدث");
    // A stamp from the future opens no more than a day from now.
    let karima = Writer::nth(2);
    house.receive(karima.says_at("من بكرة", now + 10 * DAY_MS).1).await;
    let row = house.conversation_of(&karima).await;
    assert!(row["window_expires_at_ms"].as_i64().unwrap() <= app::ctx::now_ms() + DAY_MS, "{row}");
    assert!(row["last_activity_at_ms"].as_i64().unwrap() <= app::ctx::now_ms(), "{row}");
}
