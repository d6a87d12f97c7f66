//! Asked to end: what is under way is finished, what was promised is kept, and everyone is told.

use app::live::protocol::ServerFrame;
use futures_util::future::join_all;
use server::simulator::{Behaviour, Moment};

use crate::harness::{AHMED, Agent, House, Place, Tab, Writer, eventually, try_read};

both!(
    row_39_a_stop_under_load_loses_nothing,
    row_39_a_send_under_way_is_written_down,
    row_39_tabs_are_told_and_come_back,
    row_39_a_stopping_server_is_not_ready,
);

async fn row_39_a_stop_under_load_loses_nothing(place: &Place) {
    let mut house = House::open(place).await;
    let conversations = house.conversations_with(&(0..8).map(Writer::nth).collect::<Vec<_>>()).await;
    let posting = join_all((0..8).map(async |n| {
        let (mut acked, mut queued) = (Vec::new(), Vec::new());
        for i in 0.. {
            let (wamid, body) = Writer::nth(n).says(&format!("رسالة {i}"));
            match try_read(house.signed(body)).await {
                Ok(answer) if answer.status == 200 => acked.push(wamid),
                // Refused by a closed door: Meta keeps it. Nothing is answered by half.
                Ok(answer) => assert_eq!(answer.status, 503),
                Err(_) => break,
            }
            let wish = crate::harness::text_to(&conversations[n], "حالًا", &format!("m{n}.{i}"));
            match try_read(house.rest(reqwest::Method::POST, "/api/v1/messages").json(&wish)).await {
                Ok(answer) => queued.push(answer.expect(202).json()["id"].as_str().unwrap().to_owned()),
                Err(_) => break,
            }
        }
        (acked, queued)
    }));
    let stop = async {
        // In the middle of it.
        house.graph.ledger().wait_for_sends(10).await;
        house.server.terminate();
    };
    let (heard, ()) = tokio::join!(posting, stop);
    let ended = house.server.ended().await;
    assert_eq!(ended.code(), Some(0));
    house.start_again().await;
    house.applied().await;
    for (n, (acked, queued)) in heard.into_iter().enumerate() {
        let there = house.all_messages().await;
        let lost: Vec<_> =
            acked.iter().filter(|wamid| there.get(*wamid).is_none_or(|found| found.len() != 1)).collect();
        assert!(lost.is_empty(), "answered 200 and lost: {lost:?}");
        for id in queued {
            // Each call that had begun was waited for: nothing is uncertain after an orderly end.
            house.message_becomes(&conversations[n], &id, "accepted").await;
            assert_eq!(house.graph.ledger().sends_with_callback(&format!("{id}.1")).len(), 1);
        }
    }
    let sends = house.graph.ledger().sends();
    assert_eq!(sends.len(), house.graph.ledger().requests_to("/messages").len());
}

async fn row_39_a_send_under_way_is_written_down(place: &Place) {
    let mut house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let (hold, held) = Behaviour::hold(Moment::AfterRecord);
    house.graph.next(hold);
    let id = house.send(&conversation, "في الطريق", "m1").await;
    let behind = house.send(&conversation, "ومعاها هدية", "m2").await;
    held.reached(1).await;
    house.server.terminate();
    house.server.says("stopping").await;
    held.release();
    assert_eq!(house.server.ended().await.code(), Some(0));
    house.start_again().await;
    assert_eq!(house.message(&conversation, &id).await["status"], "accepted");
    house.message_becomes(&conversation, &behind, "accepted").await;
    assert_eq!(house.graph.ledger().requests_to("/messages").len(), 2);
}

async fn row_39_tabs_are_told_and_come_back(place: &Place) {
    let mut house = House::open(place).await;
    let ahmed = Agent::sign_in(&house, AHMED).await;
    let mut tab = Tab::open(&ahmed, None).await;
    let mut idle = Tab::open(&ahmed, None).await;
    house.server.terminate();
    assert_eq!(tab.until_end().await, Some(ServerFrame::Goodbye { after_ms: 0 }));
    assert_eq!(idle.until_end().await, Some(ServerFrame::Goodbye { after_ms: 0 }));
    assert_eq!(house.server.ended().await.code(), Some(0));
    house.start_again().await;
    house.receive(Writer::nth(1).says("وانتو مقفولين").1).await;
    // The session and the view outlive the restart: only what is new is sent.
    tab.connect().await;
    tab.until("the message arrives", |view| !view.list.rows.is_empty()).await;
    assert_eq!(tab.resyncs, 0);
    tab.until_fresh().await;
}

async fn row_39_a_stopping_server_is_not_ready(place: &Place) {
    let mut house = House::open(place).await;
    assert_eq!(house.http.get("/healthz").await.expect(200).body, "ok\n");
    assert_eq!(house.http.get("/readyz").await.expect(200).body, "ready\n");
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    // A send under way keeps the house open for a while.
    let (hold, held) = Behaviour::hold(Moment::BeforeRecord);
    house.graph.next(hold);
    house.send(&conversation, "في الطريق", "m1").await;
    held.reached(1).await;
    house.server.terminate();
    house.server.says("stopping").await;
    // New connections find the door closed, which is what a balancer needs to see.
    eventually("the door is closed", async || {
        let asked = try_read(house.http.request(reqwest::Method::GET, "/readyz")).await;
        assert!(asked.as_ref().map_or(true, |answer| answer.status == 503), "{asked:?}");
        asked.is_err().then_some(())
    })
    .await;
    held.release();
    assert_eq!(house.server.ended().await.code(), Some(0));
}
