//! Numbers that are in the WhatsApp Business app too: what is written there is seen here.

use serde_json::{Value, json};

use crate::harness::{House, Place, Writer, fixture};

both!(
    an_answer_from_the_phone_answers_here_too,
    an_echo_may_be_the_first_of_a_chat_and_opens_no_window,
    a_placeholder_becomes_the_message_itself,
    a_call_is_an_entry_and_opens_the_window,
);

fn heba() -> Writer {
    let mut heba = Writer::nth(1);
    heba.customer.phone = Some("+201000001842".to_owned());
    heba
}

async fn an_answer_from_the_phone_answers_here_too(place: &Place) {
    let house = House::open(place).await;
    house.receive(fixture("text", &[])).await;
    let before = house.conversation_of(&heba()).await;
    assert_eq!(before["unread_count"], 1);
    house.receive(fixture("echo", &[])).await;
    house.receive(fixture("echo", &[])).await;
    house.applied().await;
    let after = house.conversation_of(&heba()).await;
    assert_eq!((&after["unread_count"], &after["seq"]), (&json!(0), &json!(2)));
    assert_eq!(after["window_expires_at_ms"], before["window_expires_at_ms"]);
    let messages = house.messages(after["id"].as_str().unwrap()).await;
    let echo = messages.iter().find(|message| message["wamid"] == "wamid.ECHO").unwrap();
    assert_eq!((&echo["direction"], &echo["author"]["kind"]), (&json!("out"), &json!("phone_app")));
    assert_eq!((&echo["status"], &echo["text"]), (&json!("sent"), &json!("من التليفون")));
    // Its ticks go on like those of what is sent from here.
    house.receive(fixture("status_read", &[("WAMID", "wamid.ECHO")])).await;
    house.applied().await;
    house.message_becomes(after["id"].as_str().unwrap(), echo["id"].as_str().unwrap(), "read").await;
}

async fn an_echo_may_be_the_first_of_a_chat_and_opens_no_window(place: &Place) {
    let house = House::open(place).await;
    house.receive(fixture("echo", &[])).await;
    house.applied().await;
    let row = house.conversation_of(&heba()).await;
    assert_eq!((&row["unread_count"], &row["window_expires_at_ms"]), (&json!(0), &Value::Null));
    assert_eq!(row["last_message"]["text"], "من التليفون");
    // The customer answers: it is the same chat.
    house.receive(fixture("text", &[])).await;
    house.applied().await;
    assert_eq!(house.conversations().await.len(), 1);
}

async fn a_placeholder_becomes_the_message_itself(place: &Place) {
    let house = House::open(place).await;
    house.receive(fixture("unsupported", &[])).await;
    house.applied().await;
    let row = house.conversation_of(&heba()).await;
    let id = row["id"].as_str().unwrap();
    let placeholder = house.messages(id).await[0].clone();
    assert_eq!(placeholder["kind"], "unsupported");
    let text = String::from_utf8(fixture("text", &[])).unwrap().replace("wamid.TEXT", "wamid.UNSUPPORTED");
    house.receive(text.into_bytes()).await;
    house.applied().await;
    let messages = house.messages(id).await;
    let [message] = &messages[..] else { panic!("{messages:?}") };
    assert_eq!((&message["kind"], &message["id"]), (&json!("text"), &placeholder["id"]));
    assert_eq!((&message["error"], &message["seq"]), (&Value::Null, &placeholder["seq"]));
    // And does not become a placeholder again.
    house.receive(fixture("unsupported", &[])).await;
    house.applied().await;
    assert_eq!(house.messages(id).await[0]["kind"], "text");
}

async fn a_call_is_an_entry_and_opens_the_window(place: &Place) {
    let house = House::open(place).await;
    let now = app::ctx::now_ms();
    let ring = String::from_utf8(fixture("calls", &[])).unwrap().replace("1790000000", &(now / 1_000).to_string());
    house.receive(ring.clone()).await;
    house.applied().await;
    let row = house.conversation_of(&heba()).await;
    assert!(row["window_expires_at_ms"].as_i64().unwrap() > now, "{row}");
    assert_eq!((&row["unread_count"], &row["last_message"]["kind"]), (&json!(1), &json!("call")));
    let ended = ring.replace(r#""event": "connect""#, r#""event": "terminate", "status": "COMPLETED", "duration": 61"#);
    assert_ne!(ring, ended);
    house.receive(ended).await;
    // The ring may come after the end.
    house.receive(ring).await;
    house.applied().await;
    let messages = house.messages(row["id"].as_str().unwrap()).await;
    let [call] = &messages[..] else { panic!("{messages:?}") };
    assert_eq!((&call["kind"], &call["payload"]["duration"]), (&json!("call"), &json!(61)));
    assert_eq!(house.quarantine().await, Vec::<Value>::new());
}
