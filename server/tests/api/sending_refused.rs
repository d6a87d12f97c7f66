//! Refusals, doubts and pauses: nothing is sent twice by the machine, nothing asked to be sent vanishes.

use std::time::Duration;

use serde_json::{Value, json};
use server::simulator::{Behaviour, Moment, Statuses};

use crate::harness::{ADMIN, Agent, Backend, House, Place, Writer, eventually, run, status_of};

both!(
    a_refused_message_fails_with_metas_words,
    a_late_refusal_fails_it_too,
    row_17_a_refused_token_pauses_the_number_and_keeps_the_queue,
    row_15_a_throttled_message_goes_again_and_once,
    row_14_a_doubtful_message_is_asked_for_once_and_healed_by_its_status,
    row_14_a_doubtful_message_that_was_lost_is_never_sent_again,
    a_person_may_send_a_failed_message_again,
    row_13_a_meta_that_cannot_be_reached_is_tried_again,
    uncertain_messages_are_counted,
);

/// Only on SQLite: it waits out the server's patience of 15 seconds, and no database has a part in it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn row_14_an_answer_that_never_comes_leaves_it_uncertain() {
    run(Backend::Sqlite, async |place: &Place| {
        let house = House::open(place).await;
        let conversation = house.conversation_with(&Writer::nth(1)).await;
        let (hold, _held) = Behaviour::hold(Moment::AfterRecord);
        house.graph.next(hold);
        let id = house.send(&conversation, "لا رد", "m1").await;
        house.message_becomes(&conversation, &id, "unknown").await;
        assert_eq!(house.graph.ledger().requests_to("/messages").len(), 1);
    })
    .await;
}

async fn a_refused_message_fails_with_metas_words(place: &Place) {
    let house = House::open(place).await;
    // 131047: outside the window by Meta's clock. 131049: only time or a person may help. 999999: unknown to all.
    let codes = [131_026, 131_047, 131_049, 131_030, 100, 999_999];
    let writers: Vec<_> = (0..codes.len()).map(Writer::nth).collect();
    let conversations = house.conversations_with(&writers).await;
    for (n, code) in codes.into_iter().enumerate() {
        house.graph.next_to(writers[n].key(), Behaviour::refuse(code));
        let id = house.send(&conversations[n], "هل وصلت؟", &format!("m{code}")).await;
        let message = house.message_becomes(&conversations[n], &id, "failed").await;
        assert_eq!(message["error"]["code"], code);
        assert!(message["error"]["title"].as_str().is_some_and(|title| !title.is_empty()), "{message}");
        assert_eq!(message["wamid"], Value::Null);
    }
    assert_eq!(house.graph.ledger().requests_to("/messages").len(), codes.len(), "one request each");
    assert_eq!(house.graph.ledger().sends(), []);
    // The number goes on.
    let id = house.send(&conversations[0], "ودي؟", "next").await;
    house.message_becomes(&conversations[0], &id, "accepted").await;
}

async fn a_late_refusal_fails_it_too(place: &Place) {
    let house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    house.graph.next(Behaviour::normal().then(Statuses::failed(131_047)));
    let id = house.send(&conversation, "لسه موجودة؟", "m1").await;
    let message = house.message_becomes(&conversation, &id, "failed").await;
    assert_eq!(message["error"]["code"], 131_047);
    assert!(message["wamid"].is_string());
}

async fn row_17_a_refused_token_pauses_the_number_and_keeps_the_queue(place: &Place) {
    let house = House::open(place).await;
    let writers = [Writer::nth(1), Writer::nth(2)];
    let conversations = house.conversations_with(&writers).await;
    let admin = Agent::sign_in(&house, ADMIN).await;
    house.graph.replace_token("300000000000001", "fresh-access-token");
    let first = house.send(&conversations[0], "أولى", "m1").await;
    let paused_code = async || admin.load(&Default::default(), None).await.channels[0].paused_code;
    eventually("the number rests", async || paused_code().await.filter(|code| *code == 190)).await;
    let second = house.send(&conversations[1], "تانية", "m2").await;
    house.receive(Writer::nth(3).says("والوارد ماشي").1).await;
    house.conversation_of(&Writer::nth(3)).await;
    for (conversation, id) in conversations.iter().zip([&first, &second]) {
        assert_eq!(house.message(conversation, id).await["status"], "queued");
    }
    assert_eq!(house.graph.ledger().requests_to("/messages").len(), 1, "it asks no more");
    let input = json!({ "name": "Rayhan Shop", "phone_number_id": "300000000000001", "waba_id": "200000000000001",
        "display_phone": "+201000000100", "access_token": "fresh-access-token", "app_secret": "", "verify_token": "",
        "coexistence": false });
    let update = json!({ "id": house.channel_id, "input": input, "read_receipts": "on_open" });
    let brief: Value = admin.call("channels/update", update).await.unwrap();
    assert_eq!(brief["paused_code"], Value::Null);
    for (conversation, id) in conversations.iter().zip([&first, &second]) {
        house.message_becomes(conversation, id, "accepted").await;
    }
    assert_eq!(house.graph.ledger().sends().len(), 2, "each once");
    assert_eq!(paused_code().await, None);
}

async fn row_15_a_throttled_message_goes_again_and_once(place: &Place) {
    let house = House::open(place).await;
    let writers = [Writer::nth(1), Writer::nth(2)];
    let conversations = house.conversations_with(&writers).await;
    house.graph.next_to(writers[0].key(), Behaviour::refuse(131_056));
    house.graph.next_to(writers[1].key(), Behaviour::refuse(130_429));
    let pair = house.send(&conversations[0], "زوج", "m1").await;
    let number = house.send(&conversations[1], "رقم", "m2").await;
    house.message_becomes(&conversations[0], &pair, "accepted").await;
    house.message_becomes(&conversations[1], &number, "accepted").await;
    let ledger = house.graph.ledger();
    assert_eq!((ledger.sends().len(), ledger.requests_to("/messages").len()), (2, 4));
    assert_eq!(ledger.sends_with_callback(&format!("{pair}.2")).len(), 1, "the second attempt says so");
}

/// What leaves it open whether a message arrived: Meta took it, and then …
fn doubts() -> [(&'static str, Behaviour); 6] {
    let transient = server::simulator::Refusal { is_transient: true, ..server::simulator::Refusal::of(999_999) };
    [
        ("hang-up", Behaviour::hang_up()),
        ("a proxy's 500", Behaviour::server_error()),
        ("131000", Behaviour::refuse(131_000)),
        ("131016", Behaviour::refuse(131_016)),
        ("a 200 without an id", Behaviour::raw(200, "application/json", "{}".to_owned())),
        ("transient", Behaviour::refuse_with(transient)),
    ]
}

async fn row_14_a_doubtful_message_is_asked_for_once_and_healed_by_its_status(place: &Place) {
    let house = House::open(place).await;
    let doubts = doubts();
    let writers: Vec<_> = (0..doubts.len()).map(Writer::nth).collect();
    let conversations = house.conversations_with(&writers).await;
    for (n, (name, behaviour)) in doubts.into_iter().enumerate() {
        house.graph.next_to(writers[n].key(), behaviour);
        let id = house.send(&conversations[n], name, &format!("m{n}")).await;
        // After some doubts in a row the number rests for seconds; a good ending in between is not ours to wait for.
        let message = house.message_becomes(&conversations[n], &id, "unknown").await;
        assert_eq!((&message["wamid"], &message["error"]), (&Value::Null, &Value::Null), "{name}");
        // Meta did take it: its status carries our data back.
        let ours = format!("{id}.1");
        house.receive(status_of(&writers[n], &format!("wamid.HEALED{n}"), "sent", Some(&ours))).await;
        let message = house.message_becomes(&conversations[n], &id, "sent").await;
        assert_eq!(message["wamid"], format!("wamid.HEALED{n}"), "{name}");
        house.receive(status_of(&writers[n], &format!("wamid.HEALED{n}"), "read", None)).await;
        house.message_becomes(&conversations[n], &id, "read").await;
        let asked = house.graph.ledger().requests_to("/messages");
        assert_eq!(asked.iter().filter(|request| request.body.contains(&id)).count(), 1, "{name}");
        // What waited behind it may go at once.
        let next = house.send(&conversations[n], "وبعدها", &format!("next{n}")).await;
        house.message_becomes(&conversations[n], &next, "accepted").await;
    }
}

async fn row_14_a_doubtful_message_that_was_lost_is_never_sent_again(place: &Place) {
    let mut house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    house.graph.next(Behaviour::hang_up().unrecorded());
    let id = house.send(&conversation, "ضاعت في السكة", "m1").await;
    house.message_becomes(&conversation, &id, "unknown").await;
    house.server.kill();
    house.start_again().await;
    // Another customer's message passes: the sender has looked at its queue since.
    let other = house.conversation_with(&Writer::nth(2)).await;
    let passed = house.send(&other, "وأنا؟", "m2").await;
    house.message_becomes(&other, &passed, "accepted").await;
    assert_eq!(house.message(&conversation, &id).await["status"], "unknown");
    assert_eq!(house.graph.ledger().requests_to("/messages").len(), 2);
    let again = house.post("/api/v1/messages", &crate::harness::text_to(&conversation, "ضاعت في السكة", "m1")).await;
    assert_eq!(again.expect(202).json()["id"], id, "asking again tells how it stands");
    assert_eq!(house.graph.ledger().requests_to("/messages").len(), 2);
}

async fn a_person_may_send_a_failed_message_again(place: &Place) {
    let house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let admin = Agent::sign_in(&house, ADMIN).await;
    house.graph.next(Behaviour::refuse(131_026));
    let first = admin.send(&conversation, "الفاتورة", "m1").await.unwrap();
    house.message_becomes(&conversation, first.id.as_str(), "failed").await;
    let resend = json!({ "message_id": first.id, "client_msg_id": "m1-again" });
    let second: Value = admin.call("inbox/resend", resend.clone()).await.unwrap();
    assert_eq!(second["resend_of"], json!(first.id));
    assert_eq!(admin.call::<Value>("inbox/resend", resend).await.unwrap()["id"], second["id"], "a double click");
    house.message_becomes(&conversation, second["id"].as_str().unwrap(), "accepted").await;
    assert_eq!(house.message(&conversation, first.id.as_str()).await["status"], "failed");
    assert_eq!(house.graph.ledger().sends().len(), 1);
    // A message that arrived is nothing to send again.
    let refused = json!({ "message_id": second["id"], "client_msg_id": "m1-third" });
    let refused = admin.call::<Value>("inbox/resend", refused).await;
    assert_eq!(refused, Err(app::error::AppError::NotFound));
}

async fn row_13_a_meta_that_cannot_be_reached_is_tried_again(place: &Place) {
    let house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    house.graph.shutdown();
    let id = house.send(&conversation, "لما ترجع", "m1").await;
    // It was certainly not sent, so it may go again: it is queued, not uncertain.
    eventually("a first try has failed", async || {
        let metrics = house.get("/metrics").await.body;
        (!metrics.contains("majlis_sends_total 0\n")).then_some(())
    })
    .await;
    let message = eventually("it is queued again", async || {
        let message = house.message(&conversation, &id).await;
        assert_ne!(message["status"], "unknown");
        (message["status"] == "queued").then_some(message)
    })
    .await;
    assert_eq!(message["error"], Value::Null);
}

async fn uncertain_messages_are_counted(place: &Place) {
    let house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    house.graph.next(Behaviour::hang_up().delayed(Duration::from_millis(50)));
    let id = house.send(&conversation, "؟", "m1").await;
    house.message_becomes(&conversation, &id, "unknown").await;
    let metrics = house.get("/metrics").await.body;
    assert!(metrics.contains("majlis_sends_unknown_total 1\n"), "{metrics}");
    assert!(metrics.contains("majlis_outbox_depth 1\n"), "{metrics}");
}
