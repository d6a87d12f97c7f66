//! The faults of sending, one by one as the fault table has them (12-17 and 30): nothing is sent twice by the machine,
//! nothing asked to be sent vanishes, and what slows one number or customer slows no other.

use app::domain::graph_error::WINDOW_CLOSED_WHILE_QUEUED;
use app::domain::time::MINUTE_MS;
use futures_util::future::join_all;
use serde_json::{Value, json};
use server::simulator::{Behaviour, FakeGraph, FakeNumber, Refusal};

use crate::harness::{ADMIN, Agent, House, Place, VERIFY_TOKEN, Writer, connect, eventually, text_to};

both!(
    row_12_a_send_killed_around_its_answer_is_not_repeated,
    row_13_a_meta_that_comes_back_gets_the_message_once,
    row_14_a_number_without_answers_stops_tries_with_one_and_says_so,
    row_15_a_limit_of_the_app_stops_that_number_only,
    row_15_a_limit_of_the_account_stops_that_number_only,
    row_15_maintenance_stops_that_number_only,
    row_15_a_number_just_deleted_stops_for_minutes,
    row_15_metas_own_wait_is_kept,
    row_15_a_number_that_was_too_fast_slows_and_sends_all,
    row_16_a_window_that_ends_while_queued_fails_visibly,
    row_16_a_customer_who_writes_again_keeps_the_queue_going,
    row_17_codes_of_the_account_pause_it_until_an_admin_resumes,
    row_30_a_double_click_sends_once,
);

async fn row_12_a_send_killed_around_its_answer_is_not_repeated(place: &Place) {
    let mut house = House::open(place).await;
    let writers: Vec<_> = (0..8).map(Writer::nth).collect();
    let conversations = house.conversations_with(&writers).await;
    let mut ids = Vec::new();
    for conversation in &conversations {
        ids.push(house.send(conversation, "مرة واحدة", conversation).await);
    }
    // Some are answered, some on the road, some waiting, as it happens.
    house.graph.ledger().wait_for_sends(3).await;
    house.server.kill();
    house.start_again().await;
    let settled = async |conversation: &str, id: &str| {
        let status = house.message(conversation, id).await["status"].as_str().unwrap().to_owned();
        // On PostgreSQL a flight of the dead is uncertain only when its lease is over.
        ["accepted", "unknown"].contains(&status.as_str())
            || (status == "in_flight" && place.backend == crate::harness::Backend::Postgres)
    };
    for (conversation, id) in conversations.iter().zip(&ids) {
        eventually("it has ended, or is uncertain", async || settled(conversation, id).await.then_some(())).await;
        let asked = house.graph.ledger().requests_to("/messages");
        assert!(asked.iter().filter(|request| request.body.contains(id)).count() <= 1, "asked twice");
        assert!(house.graph.ledger().sends_with_callback(&format!("{id}.1")).len() <= 1);
    }
}

async fn row_13_a_meta_that_comes_back_gets_the_message_once(place: &Place) {
    let mut house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let port = house.graph.origin().rsplit_once(':').unwrap().1.parse().unwrap();
    house.graph.shutdown();
    let id = house.send(&conversation, "لما ترجع", "m1").await;
    eventually("a try has failed", async || {
        let metrics = house.get("/metrics").await.body;
        metrics.contains("majlis_sends_requeued_total 1\n").then_some(())
    })
    .await;
    assert_ne!(house.message(&conversation, &id).await["status"], "unknown", "it certainly was not sent");
    house.graph =
        eventually("the port is free", async || FakeGraph::start_on(port, FakeNumber::example()).await.ok()).await;
    house.message_becomes(&conversation, &id, "accepted").await;
    assert_eq!(house.graph.ledger().sends().len(), 1);
}

async fn row_14_a_number_without_answers_stops_tries_with_one_and_says_so(place: &Place) {
    let house = House::open(place).await;
    let writers: Vec<_> = (0..6).map(Writer::nth).collect();
    let conversations = house.conversations_with(&writers).await;
    let admin = Agent::sign_in(&house, ADMIN).await;
    let unanswered_since = async || admin.load(&Default::default(), None).await.channels[0].unanswered_since_ms;
    for n in 0..3 {
        house.graph.next_to(writers[n].key(), Behaviour::hang_up());
        let id = house.send(&conversations[n], "؟", &format!("m{n}")).await;
        house.message_becomes(&conversations[n], &id, "unknown").await;
    }
    eventually("everyone sees it", async || unanswered_since().await).await;
    assert!(house.get("/metrics").await.body.contains("majlis_numbers_unanswered 1\n"));
    // The try is lost too: the next one comes later, and until then all wait.
    house.graph.next(Behaviour::hang_up().unrecorded());
    let mut waiting = Vec::new();
    for conversation in &conversations[3..] {
        waiting.push(house.send(conversation, "بعدين", conversation).await);
    }
    let ledger = house.graph.ledger();
    ledger.wait_until(|ledger| ledger.requests_to("/messages").len() >= 4).await;
    eventually("the try ended without an answer", async || {
        house.get("/metrics").await.body.contains("majlis_sends_unknown_total 4\n").then_some(())
    })
    .await;
    assert_eq!(ledger.requests_to("/messages").len(), 4, "one message tries");
    // Then Meta answers, and all that waited goes.
    eventually("nobody is told any more", async || unanswered_since().await.is_none().then_some(())).await;
    ledger.wait_until(|ledger| ledger.requests_to("/messages").len() >= 6).await;
    for id in &waiting {
        let asked = ledger.requests_to("/messages");
        assert_eq!(asked.iter().filter(|request| request.body.contains(id)).count(), 1, "each once");
    }
    assert!(house.get("/metrics").await.body.contains("majlis_numbers_unanswered 0\n"));
}

/// A second number of the house.
fn clinic() -> FakeNumber {
    FakeNumber {
        phone_number_id: "300000000000002".to_owned(),
        display_phone: "+201000000200".to_owned(),
        verified_name: "Rayhan Clinic".to_owned(),
        access_token: "clinic-access-token".to_owned(),
        ..FakeNumber::example()
    }
}

/// The waiting row's time, from now.
async fn waits_ms(house: &House<'_>, id: &str) -> i64 {
    let mut raw = house.place.raw().await;
    let sql =
        format!("select coalesce(max(not_before_ms), 0) from outbox where message_id = '{id}' and state = 'queued'");
    let at_ms = raw.number(&sql).await;
    raw.close().await;
    at_ms - app::ctx::now_ms()
}

/// Meta answers one message of a number with `code`: that number waits so long, and no other.
async fn stops_that_number_only(place: &Place, code: i64, at_least_ms: i64) {
    let house = House::open(place).await;
    house.graph.add_number(clinic());
    connect(place, &clinic(), VERIFY_TOKEN).await;
    let writers = [Writer::nth(1), Writer::nth(2), Writer::nth(3).to(&clinic())];
    let conversations = house.conversations_with(&writers).await;
    house.graph.next_to(writers[0].key(), Behaviour::refuse(code));
    let first = house.send(&conversations[0], "أولى", "m1").await;
    eventually("it waits", async || (waits_ms(&house, &first).await > at_least_ms).then_some(())).await;
    let second = house.send(&conversations[1], "تانية", "m2").await;
    let elsewhere = house.send(&conversations[2], "رقم تاني", "m3").await;
    house.message_becomes(&conversations[2], &elsewhere, "accepted").await;
    assert_eq!(house.message(&conversations[1], &second).await["status"], "queued", "the number rests");
    assert_eq!(house.message(&conversations[0], &first).await["status"], "queued");
    assert_eq!(house.graph.ledger().requests_to("/messages").len(), 2);
}

async fn row_15_a_limit_of_the_app_stops_that_number_only(place: &Place) {
    stops_that_number_only(place, 4, 15_000).await;
}

async fn row_15_a_limit_of_the_account_stops_that_number_only(place: &Place) {
    stops_that_number_only(place, 80_007, 15_000).await;
}

async fn row_15_maintenance_stops_that_number_only(place: &Place) {
    stops_that_number_only(place, 131_057, 30_000).await;
}

async fn row_15_a_number_just_deleted_stops_for_minutes(place: &Place) {
    stops_that_number_only(place, 133_015, 4 * MINUTE_MS).await;
}

async fn row_15_metas_own_wait_is_kept(place: &Place) {
    let house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    house.graph.next(Behaviour::refuse_with(Refusal { regain_access_min: Some(7), ..Refusal::of(80_007) }));
    let id = house.send(&conversation, "بعد سبع دقايق", "m1").await;
    eventually("it waits as long as Meta asked", async || (waits_ms(&house, &id).await > 6 * MINUTE_MS).then_some(()))
        .await;
    assert!(waits_ms(&house, &id).await <= 7 * MINUTE_MS);
}

async fn row_15_a_number_that_was_too_fast_slows_and_sends_all(place: &Place) {
    let house = House::open(place).await;
    let writers: Vec<_> = (0..12).map(Writer::nth).collect();
    let conversations = house.conversations_with(&writers).await;
    for _ in 0..3 {
        house.graph.next(Behaviour::refuse_with(Refusal { retry_after_s: Some(1), ..Refusal::of(130_429) }));
    }
    let mut ids = Vec::new();
    for conversation in &conversations {
        ids.push(house.send(conversation, "كلهم", conversation).await);
    }
    for (conversation, id) in conversations.iter().zip(&ids) {
        house.message_becomes(conversation, id, "accepted").await;
    }
    let ledger = house.graph.ledger();
    assert_eq!((ledger.sends().len(), ledger.requests_to("/messages").len()), (12, 15), "each once, three asked twice");
}

/// Lets a number wait for an admin, with a message in its queue.
async fn paused_with_one(house: &House<'_>, conversation: &str, code: i64) -> String {
    house.graph.next(Behaviour::refuse(code));
    let id = house.send(conversation, "تستنى", &format!("m{code}")).await;
    let admin = Agent::sign_in(house, ADMIN).await;
    eventually("the number rests", async || {
        let paused = admin.load(&Default::default(), None).await.channels[0].paused_code;
        paused.filter(|paused| *paused == code)
    })
    .await;
    house.message_becomes(conversation, &id, "queued").await;
    id
}

/// As if the customer had written long ago.
async fn let_time_pass(house: &House<'_>, window_ends: &str) {
    let mut raw = house.place.raw().await;
    raw.execute(&format!("update conversations set window_expires_at_ms = {window_ends}")).await;
    raw.execute("update outbox set expires_at_ms = 1000").await;
    raw.close().await;
}

async fn row_16_a_window_that_ends_while_queued_fails_visibly(place: &Place) {
    let house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let id = paused_with_one(&house, &conversation, 190).await;
    let_time_pass(&house, "1000").await;
    // The number still waits for its admin; the message does not.
    let message = house.message_becomes(&conversation, &id, "failed").await;
    assert_eq!(message["error"]["code"], WINDOW_CLOSED_WHILE_QUEUED);
    assert_eq!(house.graph.ledger().requests_to("/messages").len(), 1);
    assert!(house.get("/metrics").await.body.contains("majlis_outbox_depth 0\n"));
}

async fn row_16_a_customer_who_writes_again_keeps_the_queue_going(place: &Place) {
    let house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let id = paused_with_one(&house, &conversation, 190).await;
    let_time_pass(&house, "window_expires_at_ms").await;
    eventually("its end has moved with the window", async || {
        let mut raw = house.place.raw().await;
        let end_ms = raw.number("select coalesce(max(expires_at_ms), 0) from outbox").await;
        raw.close().await;
        (end_ms > app::ctx::now_ms()).then_some(())
    })
    .await;
    assert_eq!(house.message(&conversation, &id).await["status"], "queued");
    resume(&house).await;
    house.message_becomes(&conversation, &id, "accepted").await;
}

/// What the admin's button does.
async fn resume(house: &House<'_>) {
    let admin = Agent::sign_in(house, ADMIN).await;
    let input = json!({ "name": "Rayhan Shop", "phone_number_id": "300000000000001", "waba_id": "200000000000001",
        "display_phone": "+201000000100", "access_token": "", "app_secret": "", "verify_token": "",
        "coexistence": false });
    let update = json!({ "id": house.channel_id, "input": input, "read_receipts": "on_open" });
    admin.call::<Value>("channels/update", update).await.unwrap();
}

async fn row_17_codes_of_the_account_pause_it_until_an_admin_resumes(place: &Place) {
    let house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    for (n, code) in [10, 200, 299, 131_042].into_iter().enumerate() {
        let id = paused_with_one(&house, &conversation, code).await;
        assert!(house.get("/metrics").await.body.contains("majlis_numbers_paused 1\n"), "{code}");
        resume(&house).await;
        house.message_becomes(&conversation, &id, "accepted").await;
        assert_eq!(house.graph.ledger().sends().len(), n + 1, "{code}: once");
    }
}

async fn row_30_a_double_click_sends_once(place: &Place) {
    let house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let wish = text_to(&conversation, "مرة واحدة", "click");
    let answers = join_all((0..8).map(|_| house.post("/api/v1/messages", &wish))).await;
    let ids: std::collections::HashSet<String> =
        answers.into_iter().map(|answer| answer.expect(202).json()["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), 1, "one message");
    house.message_becomes(&conversation, ids.iter().next().unwrap(), "accepted").await;
    let last = house.send(&conversation, "وبعدها", "after").await;
    house.message_becomes(&conversation, &last, "accepted").await;
    assert_eq!(house.graph.ledger().requests_to("/messages").len(), 2);
}
