//! Reactions, edits and revokes: on their message, whatever order they come in, and from those who may.

use serde_json::{Value, json};
use server::simulator::FakeNumber;
use server::simulator::webhook::envelope;

use crate::harness::{House, Place, Writer, fixture};

both!(
    a_reaction_stands_on_its_message_and_can_be_taken_back,
    late_copies_of_a_reaction_change_nothing,
    an_edit_changes_what_is_read_and_keeps_what_was_said,
    what_is_revoked_is_told_no_more,
    marks_wait_for_their_message,
    nobody_changes_what_the_other_side_said,
);

/// A body with one mark of Heba's on `target`, made `seconds` after the epoch of these tests.
fn mark(wamid: &str, seconds: i64, kind: &str, object: Value) -> Vec<u8> {
    let mut message = json!({ "from": "201000001842", "id": wamid, "type": kind,
        "timestamp": (1_790_000_000 + seconds).to_string() });
    message[kind] = object;
    in_field("messages", "messages", message)
}

fn in_field(field: &str, list: &str, item: Value) -> Vec<u8> {
    let number = FakeNumber::example().number();
    let value = json!({ "messaging_product": "whatsapp",
        "metadata": { "display_phone_number": "201000000100", "phone_number_id": number.phone_number_id },
        list: [item] });
    envelope(&number, field, vec![value]).to_string().into_bytes()
}

fn reaction(wamid: &str, seconds: i64, emoji: Option<&str>) -> Vec<u8> {
    let mut object = json!({ "message_id": "wamid.TEXT" });
    if let Some(emoji) = emoji {
        object["emoji"] = json!(emoji);
    }
    mark(wamid, seconds, "reaction", object)
}

fn edit(wamid: &str, seconds: i64, target: &str, text: &str) -> Vec<u8> {
    let message = json!({ "type": "text", "text": { "body": text } });
    mark(wamid, seconds, "edit", json!({ "original_message_id": target, "message": message }))
}

fn heba() -> Writer {
    let mut heba = Writer::nth(1);
    heba.customer.phone = Some("+201000001842".to_owned());
    heba
}

async fn only_message(house: &House<'_>) -> Value {
    house.applied().await;
    let row = house.conversation_of(&heba()).await;
    let messages = house.messages(row["id"].as_str().unwrap()).await;
    let [message] = &messages[..] else { panic!("{messages:?}") };
    message.clone()
}

async fn a_reaction_stands_on_its_message_and_can_be_taken_back(place: &Place) {
    let house = House::open(place).await;
    house.receive(fixture("text", &[])).await;
    house.receive(fixture("reaction", &[])).await;
    let shown = only_message(&house).await;
    assert_eq!(shown["reactions"][0]["emoji"], "👍");
    assert_eq!(shown["reactions"][0]["by"], "customer");
    let row = house.conversation_of(&heba()).await;
    assert_eq!((&row["unread_count"], &row["seq"]), (&json!(1), &json!(1)), "a reaction asks for no answer");
    house.receive(reaction("wamid.R2", 200_000_000, None)).await;
    assert_eq!(only_message(&house).await["reactions"], json!([]));
    assert_eq!(house.quarantine().await, Vec::<Value>::new());
}

async fn late_copies_of_a_reaction_change_nothing(place: &Place) {
    let house = House::open(place).await;
    house.receive(fixture("text", &[])).await;
    house.receive(reaction("wamid.R1", 10, Some("👍"))).await;
    house.receive(reaction("wamid.R2", 20, Some(""))).await;
    house.receive(reaction("wamid.R1", 10, Some("👍"))).await;
    assert_eq!(only_message(&house).await["reactions"], json!([]));
    house.receive(reaction("wamid.R3", 30, Some("❤️"))).await;
    assert_eq!(only_message(&house).await["reactions"][0]["emoji"], "❤️");
}

async fn an_edit_changes_what_is_read_and_keeps_what_was_said(place: &Place) {
    let house = House::open(place).await;
    house.receive(fixture("text", &[])).await;
    house.receive(edit("wamid.E1", 10, "wamid.TEXT", "الأول")).await;
    house.receive(edit("wamid.E3", 30, "wamid.TEXT", "الثالث")).await;
    // Older than what is shown, and the same again.
    house.receive(edit("wamid.E2", 20, "wamid.TEXT", "الثاني")).await;
    house.receive(edit("wamid.E3", 30, "wamid.TEXT", "الثالث")).await;
    let shown = only_message(&house).await;
    assert_eq!(shown["text"], "الثالث");
    assert_eq!(shown["edited_at_ms"], 1_790_000_030_000_i64);
    let row = house.conversation_of(&heba()).await;
    assert_eq!(row["last_message"]["text"], "الثالث");
    assert_eq!(row["unread_count"], 1);
    assert_eq!(row["seq"], 4, "each edit is something a reader must have seen");
    let mut raw = place.raw().await;
    assert_eq!(raw.number("select count(*) from message_edits").await, 3);
    raw.close().await;
}

async fn what_is_revoked_is_told_no_more(place: &Place) {
    let house = House::open(place).await;
    house.receive(fixture("text", &[])).await;
    house.receive(fixture("revoke", &[])).await;
    house.receive(fixture("revoke", &[])).await;
    let shown = only_message(&house).await;
    assert_eq!((&shown["text"], &shown["payload"]), (&Value::Null, &Value::Null));
    assert!(shown["revoked_at_ms"].is_i64(), "{shown}");
    let row = house.conversation_of(&heba()).await;
    assert_eq!(row["last_message"]["text"], "");
    assert_eq!(row["seq"], 2);
    // An edit that comes late does not bring it back.
    house.receive(edit("wamid.E1", 10, "wamid.TEXT", "رجعت")).await;
    assert_eq!(only_message(&house).await["text"], Value::Null);
    let mut raw = place.raw().await;
    assert_eq!(
        raw.number("select count(*) from messages where text is not null").await,
        1,
        "kept for who looks into it"
    );
    raw.close().await;
}

async fn marks_wait_for_their_message(place: &Place) {
    let house = House::open(place).await;
    house.receive(edit("wamid.E2", 20, "wamid.TEXT", "الثاني")).await;
    house.receive(edit("wamid.E1", 10, "wamid.TEXT", "الأول")).await;
    house.receive(reaction("wamid.R1", 10, Some("👍"))).await;
    house.receive(reaction("wamid.R1", 10, Some("👍"))).await;
    house.applied().await;
    assert_eq!(house.conversations().await, Vec::<Value>::new());
    house.receive(fixture("text", &[])).await;
    let shown = only_message(&house).await;
    assert_eq!((&shown["text"], &shown["reactions"][0]["emoji"]), (&json!("الثاني"), &json!("👍")));
    let mut raw = place.raw().await;
    assert_eq!(raw.number("select count(*) from parked_marks").await, 0);
    raw.close().await;
}

async fn nobody_changes_what_the_other_side_said(place: &Place) {
    let house = House::open(place).await;
    house.receive(fixture("text", &[])).await;
    // The business' phone cannot edit or revoke what a customer said, but it can react to it.
    let ours = |id: &str, kind: &str, object: Value| {
        let mut echo = json!({ "from": "201000000100", "to": "201000001842", "id": id, "type": kind,
            "timestamp": "1790000050" });
        echo[kind] = object;
        in_field("smb_message_echoes", "message_echoes", echo)
    };
    house
        .receive(ours(
            "wamid.OE",
            "edit",
            json!({ "original_message_id": "wamid.TEXT",
        "message": { "type": "text", "text": { "body": "x" } } }),
        ))
        .await;
    house.receive(ours("wamid.OR", "revoke", json!({ "original_message_id": "wamid.TEXT" }))).await;
    house.receive(ours("wamid.O👍", "reaction", json!({ "message_id": "wamid.TEXT", "emoji": "🙏" }))).await;
    let shown = only_message(&house).await;
    assert!(shown["text"].as_str().unwrap().contains("RH-1842"), "{shown}");
    assert_eq!((&shown["edited_at_ms"], &shown["revoked_at_ms"]), (&Value::Null, &Value::Null));
    assert_eq!(shown["reactions"][0]["by"], "business");
}
