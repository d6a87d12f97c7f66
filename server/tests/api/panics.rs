//! A bug that panics costs what it touches, and nothing else.

use app::failpoint::Point;

use crate::harness::{House, Place, Writer, eventually, read};

both!(
    row_38_a_request_that_panics_is_answered_500,
    row_38_a_webhook_whose_storing_panics_is_answered_503,
    row_38_an_item_that_panics_is_set_aside,
    row_38_the_inbound_worker_begins_anew_after_a_panic,
    row_38_the_sender_begins_anew_after_a_panic,
    row_38_what_the_sender_held_when_it_panicked_is_uncertain,
);

/// A house in which the first so many passes of a point panic.
async fn with_bug<'p>(place: &'p Place, point: Point, times: u32) -> House<'p> {
    let mut house = House::open(place).await;
    house.server.kill();
    house.time_passes().await;
    assert!(house.start_again_with(&[("MAJLIS_FAILPOINT", format!("{point}:{times}:panic"))]).await);
    house
}

async fn panics(house: &House<'_>) -> u64 {
    let metrics = house.get("/metrics").await.expect(200).body;
    let line = metrics.lines().find_map(|line| line.strip_prefix("majlis_panics_total ")).expect("counted");
    line.parse().unwrap()
}

async fn row_38_a_request_that_panics_is_answered_500(place: &Place) {
    let house = with_bug(place, Point::WebhookRead, 1).await;
    let (wamid, body) = Writer::nth(1).says("رغم كل شيء");
    read(house.signed(body.clone())).await.expect(500);
    house.receive(body).await;
    house.applied().await;
    assert_eq!(house.all_messages().await[&wamid].len(), 1);
    assert_eq!(panics(&house).await, 1);
}

async fn row_38_a_webhook_whose_storing_panics_is_answered_503(place: &Place) {
    let house = with_bug(place, Point::JournalGathered, 1).await;
    let (wamid, body) = Writer::nth(1).says("رغم كل شيء");
    read(house.signed(body.clone())).await.expect(503);
    house.receive(body).await;
    house.applied().await;
    assert_eq!(house.all_messages().await[&wamid].len(), 1);
    assert_eq!(panics(&house).await, 1);
}

/// Once in the slice, once alone: then it is set aside, and what stands behind it goes on.
async fn row_38_an_item_that_panics_is_set_aside(place: &Place) {
    let house = with_bug(place, Point::InboundBegun, 2).await;
    let (bad, body) = Writer::nth(1).says("يكسر");
    house.receive(body).await;
    house.applied().await;
    let (good, body) = Writer::nth(2).says("لا يكسر");
    house.receive(body).await;
    house.applied().await;
    let found = house.all_messages().await;
    assert!(!found.contains_key(&bad) && found.contains_key(&good));
    let set_aside = house.quarantine().await;
    assert_eq!(set_aside.len(), 1, "{set_aside:?}");
    assert_eq!(panics(&house).await, 2);
    // Mended, it takes its place.
    house.place.majlis(&["replay", "retry", "--all"]).await;
    assert!(house.all_messages().await.contains_key(&bad));
}

async fn row_38_the_inbound_worker_begins_anew_after_a_panic(place: &Place) {
    begins_anew(place, Point::InboundMoved, "accepted").await;
}

async fn row_38_the_sender_begins_anew_after_a_panic(place: &Place) {
    begins_anew(place, Point::OutboxClaimed, "accepted").await;
}

async fn row_38_what_the_sender_held_when_it_panicked_is_uncertain(place: &Place) {
    begins_anew(place, Point::OutboxInFlight, "unknown").await;
}

/// A worker panics once; how the first message ends then, and that the next goes its way.
async fn begins_anew(place: &Place, point: Point, ends: &str) {
    let house = with_bug(place, point, 1).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let id = house.send(&conversation, "مرة واحدة", "m1").await;
    eventually(ends, async || {
        // On PostgreSQL what a sender left lying is taken up when its lease is over.
        house.time_passes().await;
        (house.message(&conversation, &id).await["status"] == ends).then_some(())
    })
    .await;
    assert_eq!(house.graph.ledger().sends().len(), usize::from(ends == "accepted"));
    let other = house.conversation_with(&Writer::nth(2)).await;
    let passed = house.send(&other, "وأنا؟", "m2").await;
    eventually("others go on", async || {
        house.time_passes().await;
        (house.message(&other, &passed).await["status"] == "accepted").then_some(())
    })
    .await;
    assert_eq!(panics(&house).await, 1);
}
