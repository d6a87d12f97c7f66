//! Two programs on one PostgreSQL: neither does the other's work again, and each shows what the other took in.

use futures_util::future::join_all;

use crate::harness::{AHMED, Agent, House, Http, PASSWORD, Place, SARA, Server, Tab, Writer, eventually, read};

postgres!(
    row_1_a_webhook_that_comes_to_both_is_one_message,
    row_22_what_one_takes_in_the_other_shows,
    a_queue_is_sent_once_by_both,
    when_one_dies_the_other_goes_on,
);

/// A second program on the database of the house, and the way to it.
async fn and_another(house: &House<'_>) -> (Server, Http) {
    let other = house.another_server().await;
    let http = Http::new(&other.url());
    (other, http)
}

async fn row_1_a_webhook_that_comes_to_both_is_one_message(place: &Place) {
    let house = House::open(place).await;
    let (_other, there) = and_another(&house).await;
    let writers: Vec<Writer> = (0..4).map(Writer::nth).collect();
    let bodies: Vec<Vec<u8>> =
        (0..10).flat_map(|n| writers.iter().map(move |writer| writer.says(&format!("رسالة {n}")).1)).collect();
    let posts = bodies.iter().flat_map(|body| {
        [house.signed(body.clone()), house.signed_to(&there, body.clone())]
            .map(async |request| read(request).await.status)
    });
    assert!(join_all(posts).await.iter().all(|status| *status == 200));
    house.applied().await;
    let found = house.all_messages().await;
    assert_eq!(found.len(), bodies.len());
    assert!(found.values().all(|copies| copies.len() == 1), "{found:?}");
}

async fn row_22_what_one_takes_in_the_other_shows(place: &Place) {
    let house = House::open(place).await;
    let (_other, http) = and_another(&house).await;
    let heba = Writer::nth(1);
    let conversation = house.conversation_with(&heba).await;
    let here = Agent::sign_in(&house, AHMED).await;
    let there = Agent::sign_in_as(&http, SARA, PASSWORD).await;
    let (mut his, mut hers) =
        (Tab::open(&here, Some(&conversation)).await, Tab::open(&there, Some(&conversation)).await);
    assert_eq!(read(house.signed_to(&http, heba.says("من الناحية الثانية").1)).await.status, 200);
    let answer = there.send(&conversation, "أهلًا بكِ", "m1").await.unwrap();
    for tab in [&mut his, &mut hers] {
        tab.until("both the message and the answer", |view| {
            let thread = view.thread.as_ref().unwrap();
            thread.messages.len() == 3 && thread.messages.iter().any(|message| message.id == answer.id)
        })
        .await;
        tab.until_fresh().await;
        assert_eq!(tab.resyncs, 0);
    }
}

async fn a_queue_is_sent_once_by_both(place: &Place) {
    let house = House::open(place).await;
    let writers: Vec<Writer> = (0..12).map(Writer::nth).collect();
    let conversations = house.conversations_with(&writers).await;
    let (_other, _) = and_another(&house).await;
    for (n, conversation) in conversations.iter().enumerate() {
        for i in 0..3 {
            house.send(conversation, &format!("رد {i}"), &format!("m{n}.{i}")).await;
        }
    }
    eventually("all are sent", async || (house.graph.ledger().sends().len() >= 36).then_some(())).await;
    house.applied().await;
    assert_eq!(house.graph.ledger().sends().len(), 36, "each once");
}

async fn when_one_dies_the_other_goes_on(place: &Place) {
    let house = House::open(place).await;
    let heba = Writer::nth(1);
    let conversation = house.conversation_with(&heba).await;
    let (mut other, http) = and_another(&house).await;
    assert_eq!(read(house.signed_to(&http, heba.says("قبل ما يقع").1)).await.status, 200);
    other.kill();
    house.applied().await;
    assert_eq!(house.messages(&conversation).await.len(), 2);
    house.send(&conversation, "ما زلنا هنا", "m1").await;
    eventually("it is sent", async || (house.graph.ledger().sends().len() == 1).then_some(())).await;
}
