//! The program dies at one point after the other: what the next start makes of it, and what Meta's repetition adds.

use app::failpoint::Point;
use reqwest::Method;
use serde_json::Value;

use crate::harness::{House, Place, Writer, status_of, text_to, try_read};

both!(
    row_9_a_webhook_that_was_not_committed_comes_again_and_is_there_once,
    row_10_a_webhook_that_was_committed_is_there_once,
    row_12_a_send_killed_at_any_point_leaves_at_most_once,
);

/// Ends the program and starts it again, to die at this point.
async fn doom(house: &mut House<'_>, point: Point) {
    house.server.kill();
    assert!(house.start_again_with(&[("MAJLIS_FAILPOINT", point.to_string())]).await, "{point}: before any traffic");
}

/// Waits for its death and starts it for good.
async fn revive(house: &mut House<'_>) {
    house.server.gone().await;
    house.server.kill();
    house.time_passes().await;
    house.start_again().await;
    house.applied().await;
}

/// How often a message is shown, in all conversations.
async fn shown(house: &House<'_>, wamid: &str) -> usize {
    house.all_messages().await.get(wamid).map_or(0, Vec::len)
}

async fn row_9_a_webhook_that_was_not_committed_comes_again_and_is_there_once(place: &Place) {
    let mut house = House::open(place).await;
    for (n, point) in [Point::WebhookRead, Point::JournalGathered, Point::JournalWritten].into_iter().enumerate() {
        doom(&mut house, point).await;
        let (wamid, body) = Writer::nth(n).says("قبل الحفظ");
        assert!(try_read(house.signed(body.clone())).await.is_err(), "{point}: nothing was promised");
        revive(&mut house).await;
        assert_eq!(shown(&house, &wamid).await, 0, "{point}");
        house.receive(body).await;
        house.applied().await;
        assert_eq!(shown(&house, &wamid).await, 1, "{point}");
    }
}

async fn row_10_a_webhook_that_was_committed_is_there_once(place: &Place) {
    let mut house = House::open(place).await;
    for (n, point) in [
        Point::JournalCommitted,
        Point::WebhookStored,
        Point::JournalTold,
        Point::InboundRead,
        Point::InboundHeld,
        Point::InboundApplied,
        Point::InboundMoved,
        Point::EventsNumbered,
        Point::InboundCommitted,
    ]
    .into_iter()
    .enumerate()
    {
        doom(&mut house, point).await;
        let (wamid, body) = Writer::nth(n).says("بعد الحفظ");
        // The answer may have been on its way.
        let _ = try_read(house.signed(body.clone())).await;
        revive(&mut house).await;
        assert_eq!(shown(&house, &wamid).await, 1, "{point}");
        house.receive(body).await;
        house.applied().await;
        assert_eq!(shown(&house, &wamid).await, 1, "{point}: Meta sends again what it heard no answer to");
    }
}

/// What becomes of a send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// Nobody was told that it would be sent; it is not there.
    Unheard,
    /// It leaves after the restart.
    Leaves,
    /// Nobody knows; Meta never got it.
    Doubtful,
    /// Nobody knows until Meta's status tells.
    Healed,
    /// Known already.
    Known,
}

async fn row_12_a_send_killed_at_any_point_leaves_at_most_once(place: &Place) {
    let fates = [
        (Point::WishQueued, Fate::Unheard),
        (Point::WishCommitted, Fate::Leaves),
        (Point::OutboxClaimed, Fate::Leaves),
        (Point::OutboxMarked, Fate::Leaves),
        (Point::OutboxInFlight, Fate::Doubtful),
        (Point::OutboxCalling, Fate::Doubtful),
        (Point::OutboxAnswered, Fate::Healed),
        (Point::OutboxHeard, Fate::Healed),
        (Point::OutboxEnded, Fate::Healed),
        (Point::OutboxEndsCommitted, Fate::Known),
    ];
    let mut house = House::open(place).await;
    let writers: Vec<_> = (0..fates.len()).map(Writer::nth).collect();
    let conversations = house.conversations_with(&writers).await;
    for (((point, fate), writer), conversation) in fates.into_iter().zip(&writers).zip(&conversations) {
        doom(&mut house, point).await;
        house.time_passes().await;
        let wish = text_to(conversation, "مرة واحدة", &format!("wish {point}"));
        let first = try_read(house.rest(Method::POST, "/api/v1/messages").json(&wish)).await;
        assert!(first.is_err() || (fate != Fate::Unheard && point != Point::WishCommitted), "{point}: {first:?}");
        revive(&mut house).await;
        let sent = |house: &House<'_>| house.graph.ledger().sends_to(writer.key());
        let there = outgoing(&house, conversation).await;
        assert_eq!(there.is_some(), fate != Fate::Unheard, "{point}");
        // Asked again under the same name, it is the same message.
        let again = house.post("/api/v1/messages", &wish).await.expect(202).json();
        let id = again["id"].as_str().unwrap();
        assert!(there.is_none_or(|there| there["id"] == id), "{point}");
        match fate {
            Fate::Unheard | Fate::Leaves | Fate::Known => {
                let message = house.message_becomes(conversation, id, "accepted").await;
                assert_eq!(sent(&house)[0].wamid.as_str(), message["wamid"], "{point}");
            }
            Fate::Doubtful | Fate::Healed => {
                house.message_becomes(conversation, id, "unknown").await;
            }
        }
        assert_eq!(sent(&house).len(), usize::from(fate != Fate::Doubtful), "{point}");
        if fate == Fate::Healed {
            let wamid = &sent(&house)[0].wamid;
            house.receive(status_of(writer, wamid, "delivered", Some(&format!("{id}.1")))).await;
            let message = house.message_becomes(conversation, id, "delivered").await;
            assert_eq!(message["wamid"], wamid.as_str(), "{point}");
        }
    }
    // All the while nothing left a second time.
    let ledger = house.graph.ledger();
    let most = writers.iter().map(|writer| ledger.sends_to(writer.key()).len()).max();
    assert_eq!((most, ledger.sends().len()), (Some(1), fates.len() - 2), "each once, and the doubtful never");
    assert!(
        conversations.len() == ledger.requests_to("/messages").len() + 2,
        "Meta was asked once for each that left: {:?}",
        ledger.requests_to("/messages")
    );
}

async fn outgoing(house: &House<'_>, conversation: &str) -> Option<Value> {
    let found: Vec<_> =
        house.messages(conversation).await.into_iter().filter(|message| message["direction"] == "out").collect();
    assert!(found.len() <= 1, "{found:?}");
    found.into_iter().next()
}
