//! What is on the phone a number lives on too: its history in parts, its address book, asked for once.

use app::api::customer::CustomerDetails;
use app::api::phone_app::BringOutcome;
use app::domain::contact::AliasKind;
use app::domain::phone_app::Phone;
use serde_json::{Value, json};
use server::simulator::FakeNumber;

use crate::harness::{ADMIN, AHMED, Agent, House, Place, Tab, Writer, eventually};

both!(
    a_history_in_any_order_is_silent_and_in_its_order,
    an_open_conversation_grows_downwards,
    files_that_follow_take_their_places,
    what_cannot_be_read_is_set_aside_and_the_rest_comes,
    a_history_that_names_two_raises_a_suggestion,
    a_history_goes_on_after_a_kill,
    what_happens_now_goes_before,
    a_declined_history_is_said,
    a_phone_is_asked_once,
    a_question_that_was_not_taken_may_be_asked_again,
    the_address_book_names_customers,
    a_phone_that_sleeps_is_said_to_admins,
);

const START: i64 = 1_739_230_000;

/// A house whose number lives on a phone too.
async fn house_on_a_phone(place: &Place) -> House<'_> {
    let house = House::open(place).await;
    let mut raw = place.raw().await;
    raw.execute("update channels set coexistence = 1").await;
    raw.close().await;
    house
}

fn change(field: &str, value: Value) -> Vec<u8> {
    let number = FakeNumber::example();
    let mut value = value;
    value["messaging_product"] = json!("whatsapp");
    value["metadata"] = json!({ "display_phone_number": number.display_phone.trim_start_matches('+'),
        "phone_number_id": number.phone_number_id });
    json!({ "object": "whatsapp_business_account", "entry": [{ "id": number.waba_id,
        "changes": [{ "field": field, "value": value }] }] })
    .to_string()
    .into_bytes()
}

/// Message `n` of a customer: every third was written on the phone.
fn message(writer: &Writer, n: i64) -> Value {
    let (us, them) = (FakeNumber::example().display_phone, writer.key().to_owned());
    let (from, to) = if n % 3 == 0 { (us, them) } else { (them, us) };
    json!({ "from": from.trim_start_matches('+'), "to": to.trim_start_matches('+'), "id": format!("wamid.{}.{n}", writer.key()),
        "timestamp": (START + n).to_string(), "type": "text", "text": { "body": n.to_string() },
        "history_context": { "status": "READ" } })
}

pub fn thread(writer: &Writer, messages: Vec<Value>) -> Value {
    let wa_id = writer.key().trim_start_matches('+');
    json!({ "id": wa_id, "context": { "wa_id": wa_id }, "messages": messages })
}

pub fn chunk(phase: i64, order: i64, progress: i64, threads: Vec<Value>) -> Vec<u8> {
    let metadata = json!({ "phase": phase, "chunk_order": order, "progress": progress });
    change("history", json!({ "history": [{ "metadata": metadata, "threads": threads }] }))
}

/// Messages `from` to `to` of a customer as one part.
fn part(writer: &Writer, phase: i64, order: i64, progress: i64, range: std::ops::Range<i64>) -> Vec<u8> {
    chunk(phase, order, progress, vec![thread(writer, range.map(|n| message(writer, n)).collect())])
}

/// The texts of a conversation, oldest first, once there are so many.
async fn texts(house: &House<'_>, conversation_id: &str, count: usize) -> Vec<String> {
    let messages = eventually("the history is there", async || {
        let messages = house.messages(conversation_id).await;
        (messages.len() >= count).then_some(messages)
    })
    .await;
    messages.iter().rev().map(|message| message["text"].as_str().unwrap_or_default().to_owned()).collect()
}

async fn a_history_in_any_order_is_silent_and_in_its_order(place: &Place) {
    let house = house_on_a_phone(place).await;
    let (known, new) = (Writer::nth(1), Writer::nth(2));
    let conversation = house.conversation_with(&known).await;
    let before = house.conversation(&conversation).await;
    for (order, range) in [(3, 20..30), (1, 0..10), (2, 10..20)] {
        let progress = order * 33 + 1;
        house.receive(part(&known, 1, order, progress, range)).await;
    }
    let again = part(&known, 1, 1, 34, 0..10);
    house.receive(again.clone()).await;
    house.receive(again).await;
    house.receive(part(&new, 0, 1, 100, 0..3)).await;
    let mut expected: Vec<String> = (0..30).map(|n| n.to_string()).collect();
    expected.push("أهلًا".to_owned());
    assert_eq!(texts(&house, &conversation, 31).await, expected);
    let after = house.conversation(&conversation).await;
    for field in ["unread_count", "window_expires_at_ms", "status", "last_activity_at_ms", "last_message"] {
        assert_eq!(after[field], before[field], "{field}");
    }
    // Somebody new: nobody waits there, and nothing opened a window.
    let row = house.conversation_of(&new).await;
    assert_eq!(
        (&row["unread_count"], &row["status"], &row["window_expires_at_ms"]),
        (&json!(0), &json!("closed"), &json!(null))
    );
    assert_eq!(row["last_message"]["text"], "2");
    let messages = house.messages(row["id"].as_str().unwrap()).await;
    let told: Vec<_> = messages
        .iter()
        .map(|message| (message["direction"].as_str().unwrap(), message["status"].as_str().unwrap()))
        .collect();
    assert_eq!(told, [("in", "received"), ("in", "received"), ("out", "read")]);
    assert_eq!(messages[2]["author"]["kind"], "phone_app");
    // A message of today opens it.
    house.receive(new.says("رجعت").1).await;
    house.applied().await;
    let row = house.conversation_of(&new).await;
    assert_eq!((&row["unread_count"], &row["status"]), (&json!(1), &json!("open")));
    assert_eq!(house.quarantine().await, Vec::<Value>::new());
}

async fn an_open_conversation_grows_downwards(place: &Place) {
    let house = house_on_a_phone(place).await;
    let writer = Writer::nth(1);
    let conversation = house.conversation_with(&writer).await;
    let mut tab = Tab::open(&Agent::sign_in(&house, AHMED).await, Some(&conversation)).await;
    assert_eq!(tab.view.thread.as_ref().map(|thread| (thread.messages.len(), thread.has_older)), Some((1, false)));
    house.receive(part(&writer, 1, 2, 50, 10..20)).await;
    tab.until("older ones", |view| view.thread.as_ref().is_some_and(|thread| thread.has_older)).await;
    tab.until_fresh().await;
    house.receive(part(&writer, 1, 1, 100, 0..10)).await;
    texts(&house, &conversation, 21).await;
    tab.until_fresh().await;
}

async fn files_that_follow_take_their_places(place: &Place) {
    let house = house_on_a_phone(place).await;
    let writer = Writer::nth(1);
    let placeholder = |n: i64| {
        let mut message = message(&writer, n);
        message["type"] = json!("media_placeholder");
        message.as_object_mut().unwrap().remove("text");
        message
    };
    let follow = |n: i64| {
        let mut message = placeholder(n);
        message["type"] = json!("location");
        message["location"] = json!({ "latitude": 30.0, "longitude": 31.0, "name": n.to_string() });
        change("history", json!({ "messages": [message] }))
    };
    // One before its part, one after.
    house.receive(follow(1)).await;
    house.receive(chunk(0, 1, 100, vec![thread(&writer, vec![placeholder(1), placeholder(2)])])).await;
    let conversation = house.conversation_of(&writer).await;
    let id = conversation["id"].as_str().unwrap();
    texts(&house, id, 2).await;
    house.receive(follow(2)).await;
    house.applied().await;
    let messages = house.messages(id).await;
    let kinds: Vec<_> = messages.iter().map(|message| message["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["location", "location"]);
    let row = house.conversation(id).await;
    assert_eq!((&row["unread_count"], &row["window_expires_at_ms"]), (&json!(0), &json!(null)));
}

async fn what_cannot_be_read_is_set_aside_and_the_rest_comes(place: &Place) {
    let house = house_on_a_phone(place).await;
    let writer = Writer::nth(1);
    let stranger = json!({ "from": "201000000999", "id": "wamid.S", "timestamp": "1739230001", "type": "text" });
    let odd = json!({ "threads": "none" });
    let threads = vec![thread(&writer, vec![message(&writer, 1), stranger, json!({}), message(&writer, 2)]), json!(7)];
    house.receive(chunk(1, 1, 50, threads)).await;
    house.receive(change("history", json!({ "history": [odd] }))).await;
    let conversation = house.conversation_of(&writer).await;
    assert_eq!(texts(&house, conversation["id"].as_str().unwrap(), 2).await, ["1", "2"]);
    let set_aside = eventually("all of it is set aside", async || {
        let items = house.quarantine().await;
        (items.len() == 3).then_some(items)
    })
    .await;
    for item in &set_aside {
        assert!(!item["reason"].as_str().unwrap().is_empty(), "{item}");
    }
}

async fn a_history_that_names_two_raises_a_suggestion(place: &Place) {
    let house = house_on_a_phone(place).await;
    let (by_id, by_phone) = (Writer::by_user_id("EG.1"), Writer::nth(2));
    let id_chat = house.conversation_with(&by_id).await;
    let phone_chat = house.conversation_with(&by_phone).await;
    let mut both = thread(&by_phone, (1..4).map(|n| message(&by_phone, n)).collect());
    both["context"]["user_id"] = json!("EG.1");
    house.receive(chunk(1, 1, 100, vec![both])).await;
    assert_eq!(texts(&house, &id_chat, 4).await.len(), 4, "a user id decides");
    assert_eq!(house.messages(&phone_chat).await.len(), 1, "nobody is merged silently");
    let ahmed = Agent::sign_in(&house, AHMED).await;
    for (chat, other) in [(&id_chat, &phone_chat), (&phone_chat, &id_chat)] {
        let details: CustomerDetails = ahmed.call("customer/details", json!({ "id": chat })).await.unwrap();
        let suggested: Vec<_> =
            details.suggestions.iter().map(|one| (one.conversation_id.as_str(), one.kind)).collect();
        assert_eq!(suggested, [(other.as_str(), AliasKind::Phone)]);
    }
}

async fn a_history_goes_on_after_a_kill(place: &Place) {
    let mut house = house_on_a_phone(place).await;
    let writers: Vec<Writer> = (1..40).map(Writer::nth).collect();
    for (n, writers) in writers.chunks(10).enumerate() {
        let threads =
            writers.iter().map(|writer| thread(writer, (0..25).map(|n| message(writer, n)).collect())).collect();
        house.receive(chunk(1, n as i64, 100, threads)).await;
    }
    house.conversation_of(&writers[0]).await;
    house.server.kill();
    house.start_again().await;
    for writer in &writers {
        let conversation = house.conversation_of(writer).await;
        let expected: Vec<String> = (0..25).map(|n| n.to_string()).collect();
        assert_eq!(texts(&house, conversation["id"].as_str().unwrap(), 25).await, expected, "{}", writer.key());
    }
}

async fn what_happens_now_goes_before(place: &Place) {
    let house = house_on_a_phone(place).await;
    let writers: Vec<Writer> = (1..20).map(Writer::nth).collect();
    let threads = writers.iter().map(|writer| thread(writer, (0..50).map(|n| message(writer, n)).collect())).collect();
    house.receive(chunk(1, 1, 100, threads)).await;
    // Taken at once, though a thousand wait.
    let mut sleeper = Writer::nth(1);
    sleeper.customer.phone = Some("+201000009999".to_owned());
    let conversation = house.conversation_with(&sleeper).await;
    let id = house.send(&conversation, "وعليكم السلام", "m1").await;
    house.message_becomes(&conversation, &id, "accepted").await;
    let last = house.conversation_of(writers.last().unwrap()).await;
    texts(&house, last["id"].as_str().unwrap(), 50).await;
}

async fn phone(house: &House<'_>, admin: &Agent) -> Phone {
    admin.call("phone/show", json!({ "id": house.channel_id })).await.unwrap()
}

async fn a_declined_history_is_said(place: &Place) {
    let house = house_on_a_phone(place).await;
    let admin = Agent::sign_in(&house, ADMIN).await;
    let errors = json!({ "history": [{ "errors": [{ "code": 2593109, "title": "History sync declined" }] }] });
    // Without an envelope nobody knows whose it is, unless one number has asked.
    house.receive(errors.to_string()).await;
    house.applied().await;
    assert_eq!(house.quarantine().await.len(), 1);
    let _: Vec<BringOutcome> = admin.call("phone/bring", json!({ "id": house.channel_id })).await.unwrap();
    house.receive(errors.to_string()).await;
    house.applied().await;
    assert_eq!(phone(&house, &admin).await.history.unwrap().refused_code, Some(2_593_109));
    house.receive(change("history", errors)).await;
    house.applied().await;
    assert_eq!(house.quarantine().await.len(), 1);
}

async fn a_phone_is_asked_once(place: &Place) {
    let house = house_on_a_phone(place).await;
    let (mona, ahmed) = (Agent::sign_in(&house, ADMIN).await, Agent::sign_in(&house, AHMED).await);
    let bring = || mona.call::<Vec<BringOutcome>>("phone/bring", json!({ "id": house.channel_id }));
    assert!(ahmed.call::<Vec<BringOutcome>>("phone/bring", json!({ "id": house.channel_id })).await.is_err());
    let (one, other) = tokio::join!(bring(), bring());
    let mut outcomes = [one.unwrap(), other.unwrap()].concat();
    outcomes.sort_by_key(|outcome| *outcome != BringOutcome::Taken);
    use BringOutcome::{Taken, TooLate};
    assert_eq!(outcomes, [Taken, Taken, TooLate, TooLate]);
    let asked = house.graph.ledger().requests_to("/smb_app_data");
    let kinds: Vec<String> = asked
        .iter()
        .map(|request| serde_json::from_str::<Value>(&request.body).unwrap()["sync_type"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(kinds, ["smb_app_state_sync", "history"], "the address book first");
    let held = phone(&house, &mona).await;
    assert!(held.contacts.unwrap().answered && held.history.unwrap().answered);
}

async fn a_question_that_was_not_taken_may_be_asked_again(place: &Place) {
    let house = house_on_a_phone(place).await;
    let mona = Agent::sign_in(&house, ADMIN).await;
    let bring =
        async || mona.call::<Vec<BringOutcome>>("phone/bring", json!({ "id": house.channel_id })).await.unwrap();
    let token = FakeNumber::example().access_token;
    house.graph.replace_token(&FakeNumber::example().phone_number_id, "another");
    assert_eq!(bring().await, [BringOutcome::NotAsked { code: Some(190) }; 2]);
    house.graph.replace_token(&FakeNumber::example().phone_number_id, &token);
    assert_eq!(bring().await, [BringOutcome::Taken; 2]);
    // A day after connecting it is too late.
    let mut raw = place.raw().await;
    raw.execute("delete from phones").await;
    raw.execute("update channels set created_at_ms = created_at_ms - 86400000").await;
    raw.close().await;
    assert_eq!(bring().await, [BringOutcome::TooLate; 2]);
    assert_eq!(house.graph.ledger().requests_to("/smb_app_data").len(), 4);
}

async fn the_address_book_names_customers(place: &Place) {
    let house = house_on_a_phone(place).await;
    let writer = Writer::nth(1);
    house.conversation_with(&writer).await;
    let entry = |action: &str, name: &str, at: &str| {
        let contact = json!({ "full_name": name, "phone_number": writer.key().trim_start_matches('+') });
        let item = json!({ "type": "contact", "contact": contact, "action": action, "metadata": { "timestamp": at } });
        change("smb_app_state_sync", json!({ "state_sync": [item] }))
    };
    let profile = house.conversation_of(&writer).await["contact"]["name"].clone();
    for (action, name, at, shown) in [
        ("add", "هبة المعادي", "1739321024", json!("هبة المعادي")),
        ("add", "old news", "1739321000", json!("هبة المعادي")),
        ("remove", "", "1739321030", profile),
    ] {
        house.receive(entry(action, name, at)).await;
        // What the customer calls themselves goes on being told.
        house.receive(writer.says("أنا").1).await;
        house.applied().await;
        assert_eq!(house.conversation_of(&writer).await["contact"]["name"], shown, "{action} {name}");
    }
    // Somebody who never wrote has a name when they do.
    let later = Writer::nth(2);
    let contact = json!({ "full_name": "كريم", "phone_number": later.key().trim_start_matches('+') });
    let item =
        json!({ "type": "contact", "contact": contact, "action": "add", "metadata": { "timestamp": "1739321024" } });
    house.receive(change("smb_app_state_sync", json!({ "state_sync": [item] }))).await;
    house.conversation_with(&later).await;
    assert_eq!(house.conversation_of(&later).await["contact"]["name"], "كريم");
    assert_eq!(house.quarantine().await, Vec::<Value>::new());
}

async fn a_phone_that_sleeps_is_said_to_admins(place: &Place) {
    let house = house_on_a_phone(place).await;
    let (mona, ahmed) = (Agent::sign_in(&house, ADMIN).await, Agent::sign_in(&house, AHMED).await);
    let mut tab = Tab::open(&mona, None).await;
    let mut other = Tab::open(&ahmed, None).await;
    let mut raw = place.raw().await;
    raw.execute("update channels set created_at_ms = created_at_ms - 1123200000").await;
    raw.close().await;
    tab.until_house("the phone sleeps", |house| house.phones.iter().any(|phone| phone.is_asleep)).await;
    other.settle().await;
    assert_eq!(other.house.phones, []);
    assert!(phone(&house, &mona).await.is_asleep(app::ctx::now_ms()));
    mona.call::<()>("phone/opened", json!({ "id": house.channel_id })).await.unwrap();
    tab.until_house("somebody opened it", |house| house.phones.is_empty()).await;
}
