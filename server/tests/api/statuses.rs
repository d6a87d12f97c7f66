//! Delivery states never go backwards, whatever order Meta reports them in.

use serde_json::Value;
use server::simulator::{Behaviour, Moment};

use crate::harness::{House, Place, Writer, eventually, fixture, status_of};

both!(
    row_2_every_order_of_statuses_ends_the_same,
    row_3_a_status_may_come_before_the_answer_to_the_send,
    statuses_are_read_as_meta_writes_them,
    row_3_statuses_of_foreign_messages_are_kept_for_later,
);

/// Every order of these.
fn orders(of: &[&'static str]) -> Vec<Vec<&'static str>> {
    if of.len() < 2 {
        return vec![of.to_vec()];
    }
    let mut all = Vec::new();
    for (i, first) in of.iter().enumerate() {
        let rest: Vec<_> = [&of[..i], &of[i + 1..]].concat();
        all.extend(orders(&rest).into_iter().map(|order| [&[*first], &order[..]].concat()));
    }
    all
}

async fn row_2_every_order_of_statuses_ends_the_same(place: &Place) {
    let house = House::open(place).await;
    let sets: [(&[&'static str], &str); 6] = [
        (&["sent", "delivered", "read"], "read"),
        (&["sent", "read"], "read"),
        (&["sent", "delivered"], "delivered"),
        (&["sent", "failed"], "failed"),
        (&["sent", "delivered", "failed"], "delivered"),
        (&["delivered", "read", "failed", "sent"], "read"),
    ];
    let cases: Vec<_> =
        sets.iter().flat_map(|(set, end)| orders(set).into_iter().map(move |order| (order, *end))).collect();
    // Each order is a message of its own customer, so that none waits for another.
    let writers: Vec<_> = (0..cases.len()).map(Writer::nth).collect();
    let conversations = house.conversations_with(&writers).await;
    let mut ids = Vec::new();
    for (n, conversation) in conversations.iter().enumerate() {
        ids.push(house.send(conversation, "حالًا", &format!("m{n}")).await);
    }
    for (n, (order, _)) in cases.iter().enumerate() {
        let message = house.message_becomes(&conversations[n], &ids[n], "accepted").await;
        let wamid = message["wamid"].as_str().unwrap();
        // All of them twice: at least once is all that Meta promises.
        for status in order.iter().chain(order) {
            house.receive(status_of(&writers[n], wamid, status, None)).await;
        }
    }
    house.applied().await;
    for (n, (order, expected)) in cases.iter().enumerate() {
        let message = house.message(&conversations[n], &ids[n]).await;
        assert_eq!(message["status"], *expected, "{order:?}");
        assert_eq!(message["error"].is_null(), !order.contains(&"failed"), "{order:?}: {message}");
    }
}

async fn row_3_a_status_may_come_before_the_answer_to_the_send(place: &Place) {
    let house = House::open(place).await;
    let heba = Writer::nth(1);
    let conversation = house.conversation_with(&heba).await;
    let (hold, held) = Behaviour::hold(Moment::AfterRecord);
    house.graph.next(hold);
    let id = house.send(&conversation, "في الطريق", "m1").await;
    held.reached(1).await;
    let accepted = house.graph.ledger().wait_for_sends(1).await.remove(0);
    // Without our own data, as an old number's webhook version sends it: only Meta's id tells, which we do not know yet.
    house.receive(status_of(&heba, &accepted.wamid, "delivered", None)).await;
    house.applied().await;
    assert_eq!(house.message(&conversation, &id).await["status"], "in_flight");
    held.release();
    let message = house.message_becomes(&conversation, &id, "delivered").await;
    assert_eq!(message["wamid"], accepted.wamid);
    house.receive(status_of(&heba, &accepted.wamid, "sent", None)).await;
    house.applied().await;
    assert_eq!(house.message(&conversation, &id).await["status"], "delivered");
}

async fn statuses_are_read_as_meta_writes_them(place: &Place) {
    let house = House::open(place).await;
    let heba = Writer::nth(1);
    let conversation = house.conversation_with(&heba).await;
    for (name, expected) in [
        ("status_sent", "sent"),
        ("status_delivered", "delivered"),
        ("status_read", "read"),
        ("status_played", "played"),
        ("status_failed", "failed"),
        ("status_failed_without_error", "failed"),
    ] {
        let id = house.send(&conversation, name, name).await;
        let wamid = house.message_becomes(&conversation, &id, "accepted").await["wamid"].as_str().unwrap().to_owned();
        house.receive(fixture(name, &[("WAMID", &wamid)])).await;
        let message = house.message_becomes(&conversation, &id, expected).await;
        match name {
            "status_failed" => assert_eq!(message["error"]["code"], 131_026),
            "status_failed_without_error" => assert!(message["error"]["code"].is_i64(), "{message}"),
            _ => assert_eq!(message["error"], Value::Null),
        }
    }
    // A failure that contradicts what the phone has shown is kept, and takes nothing back.
    let id = house.send(&conversation, "contradiction", "contradiction").await;
    let wamid = house.message_becomes(&conversation, &id, "accepted").await["wamid"].as_str().unwrap().to_owned();
    house.receive(status_of(&heba, &wamid, "read", None)).await;
    house.receive(fixture("status_failed", &[("WAMID", &wamid)])).await;
    eventually("the failure is told", async || {
        let message = house.message(&conversation, &id).await;
        assert_ne!(message["status"], "failed");
        (message["error"]["code"] == 131_026).then_some(())
    })
    .await;
    assert_eq!(house.message(&conversation, &id).await["status"], "read");
}

async fn row_3_statuses_of_foreign_messages_are_kept_for_later(place: &Place) {
    let house = House::open(place).await;
    let heba = Writer::nth(1);
    let (wamid, body) = heba.says("أهلًا");
    house.receive(fixture("status_of_foreign_message", &[])).await;
    house.receive(body).await;
    // Of a customer's message: it has no delivery state of ours.
    house.receive(status_of(&heba, &wamid, "read", None)).await;
    // With data of ours that names nothing, and data that is not ours.
    house.receive(status_of(&heba, "wamid.NOTOURS3", "read", Some("0198c0de-0000-7000-8000-000000000000.1"))).await;
    house.receive(status_of(&heba, "wamid.NOTOURS4", "read", Some("another system's words"))).await;
    house.applied().await;
    assert_eq!(house.quarantine().await, Vec::<Value>::new());
    assert_eq!(house.all_messages().await[&wamid][0]["status"], "received");
    assert_eq!(house.conversations().await.len(), 1);
}
