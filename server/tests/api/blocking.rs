//! Blocking a customer on a number: asked of Meta, seen by all, in force for whatever is sent, and true in the end.

use app::api::customer::CustomerDetails;
use app::domain::block::{BlockEnd, BlockState, BlockWish, BlockedBy};
use app::domain::time::{DAY_MS, HOUR_MS};
use app::error::AppError;
use app::live::view::InboxView;
use reqwest::Method;
use serde_json::{Value, json};
use server::simulator::{Behaviour, FakeNumber, Moment};

use crate::harness::{ADMIN, AHMED, Agent, House, KARIM, Place, SARA, Tab, Writer, eventually, read, text_to};

both!(
    a_block_is_seen_by_all_and_stops_what_is_sent,
    integrators_block_too,
    meta_blocks_only_who_wrote_of_late,
    a_customer_without_a_number_is_blocked_by_id,
    an_unclear_answer_is_asked_again_until_it_is_clear,
    what_was_refused_after_a_doubt_is_taken_back,
    two_agents_at_once_ask_once,
    a_block_goes_on_after_a_kill,
    what_waits_in_the_queue_fails,
    without_meta_nothing_changes,
    a_block_made_elsewhere_is_learned,
    what_one_may_not_see_one_does_not_block,
);

fn number() -> String {
    FakeNumber::example().phone_number_id
}

async fn ask(agent: &Agent, id: &str, wish: BlockWish) -> Result<(), AppError> {
    agent.call("customer/block", json!({ "id": id, "wish": wish })).await
}

async fn block(agent: &Agent, id: &str) -> Result<(), AppError> {
    ask(agent, id, BlockWish::Block).await
}

async fn unblock(agent: &Agent, id: &str) -> Result<(), AppError> {
    ask(agent, id, BlockWish::Unblock).await
}

/// The conversation, once its block stands so; `null` for none.
async fn stands(house: &House<'_>, id: &str, state: Value) -> Value {
    eventually("the block stands so", async || {
        let row = house.conversation(id).await;
        (row["block"]["state"] == state).then_some(row)
    })
    .await
}

fn asked(house: &House<'_>) -> Vec<(String, Value)> {
    let requests = house.graph.ledger().requests_to("/block_users");
    let body = |body: &str| serde_json::from_str::<Value>(body).unwrap()["block_users"][0].clone();
    requests.iter().map(|request| (request.method.clone(), body(&request.body))).collect()
}

fn shows(state: Option<BlockState>) -> impl Fn(&InboxView) -> bool {
    move |view| {
        let thread = view.thread.as_ref().unwrap();
        [&view.list.rows[0], &thread.row].iter().all(|row| row.block.as_ref().map(|block| block.state) == state)
    }
}

async fn a_block_is_seen_by_all_and_stops_what_is_sent(place: &Place) {
    let house = House::open(place).await;
    let heba = Writer::nth(1);
    let id = house.conversation_with(&heba).await;
    let (ahmed, karim) = (Agent::sign_in(&house, AHMED).await, Agent::sign_in(&house, KARIM).await);
    let mut tab = Tab::open(&karim, Some(&id)).await;
    block(&ahmed, &id).await.unwrap();
    assert!(house.graph.blocked().holds(&number(), heba.key()));
    assert_eq!(asked(&house), [("POST".to_owned(), json!({ "user": heba.key() }))]);
    tab.until("blocked", shows(Some(BlockState::Blocked))).await;
    let held = tab.view.list.rows[0].block.clone().unwrap();
    assert!(matches!(held.by, BlockedBy::Agent { .. }), "{held:?}");
    tab.until_fresh().await;

    assert_eq!(karim.send(&id, "x", "s1").await.map(drop), Err(AppError::CustomerBlocked));
    let problem = house.post("/api/v1/messages", &text_to(&id, "مرحبًا", "r1")).await.expect(422).json();
    assert!(problem["type"].as_str().unwrap().ends_with("/customer-blocked"), "{problem}");
    let by_number = json!({ "channel_id": house.channel_id, "to": heba.key(), "type": "text",
        "text": { "body": "x" }, "client_msg_id": "r2" });
    house.post("/api/v1/messages", &by_number).await.expect(422);
    // A webhook that was on its way all the same is simply stored.
    house.receive(heba.says("وصلت متأخرة").1).await;
    house.applied().await;
    assert_eq!(house.messages(&id).await.len(), 2);
    assert_eq!(house.conversation(&id).await["block"]["state"], "blocked");

    unblock(&karim, &id).await.unwrap();
    assert!(!house.graph.blocked().holds(&number(), heba.key()));
    tab.until("let in", shows(None)).await;
    tab.until_fresh().await;
    let sent = house.send(&id, "أهلًا من جديد", "r1").await;
    house.message_becomes(&id, &sent, "accepted").await;
    assert_eq!(house.graph.ledger().sends().len(), 1);
    let details: CustomerDetails = karim.call("customer/details", json!({ "id": id })).await.unwrap();
    let deeds: Vec<_> = details.blocks.iter().map(|deed| (deed.wish, deed.end)).collect();
    assert_eq!(deeds, [(BlockWish::Unblock, BlockEnd::Done), (BlockWish::Block, BlockEnd::Done)]);
}

async fn integrators_block_too(place: &Place) {
    let house = House::open(place).await;
    let heba = Writer::nth(1);
    let id = house.conversation_with(&heba).await;
    let path = format!("/api/v1/conversations/{id}/block");
    let before = house.conversation(&id).await;
    assert_eq!(before["block"], json!(null));
    for _ in 0..2 {
        let row = house.post(&path, &json!({})).await.expect(200).json();
        assert_eq!((&row["id"], &row["block"]["state"]), (&json!(id), &json!("blocked")));
        assert_eq!(row["block"]["by"]["kind"], "api");
    }
    for _ in 0..2 {
        let row = read(house.rest(Method::DELETE, &path)).await.expect(200).json();
        assert_eq!(row["block"], json!(null));
    }
    assert_eq!(asked(&house).len(), 2, "what is so already asks nobody");
    let nobody = "/api/v1/conversations/0198-none/block";
    house.post(nobody, &json!({})).await.expect(404);
    read(house.rest(Method::DELETE, nobody)).await.expect(404);
    read(house.http.request(Method::POST, &path)).await.expect(401);
}

async fn meta_blocks_only_who_wrote_of_late(place: &Place) {
    let house = House::open(place).await;
    let (late, doubtful) = (Writer::nth(1), Writer::nth(2));
    let now = app::ctx::now_ms();
    house.receive(late.says_at("من يومين", now - 2 * DAY_MS).1).await;
    let late_id = house.conversation_of(&late).await["id"].as_str().unwrap().to_owned();
    let ahmed = Agent::sign_in(&house, AHMED).await;
    let too_late = Err(AppError::BlockRefused { code: 131_047 });
    assert_eq!(block(&ahmed, &late_id).await, too_late);
    assert_eq!(asked(&house), [], "Meta need not be asked");
    // Meta's clock is the one that counts.
    let id = house.conversation_with(&doubtful).await;
    house.graph.blocked().wrote(&number(), doubtful.key(), now - 25 * HOUR_MS);
    assert_eq!(block(&ahmed, &id).await, too_late);
    let path = format!("/api/v1/conversations/{id}/block");
    let problem = house.post(&path, &json!({})).await.expect(422).json();
    assert!(problem["type"].as_str().unwrap().ends_with("/block-refused"), "{problem}");
    assert_eq!(problem["code"], 131_047);
    assert_eq!(house.conversation(&id).await["block"], json!(null));
    let sent = house.send(&id, "x", "m1").await;
    house.message_becomes(&id, &sent, "accepted").await;
}

async fn a_customer_without_a_number_is_blocked_by_id(place: &Place) {
    let house = House::open(place).await;
    let nour = Writer::by_user_id("EG.9001");
    let id = house.conversation_with(&nour).await;
    let ahmed = Agent::sign_in(&house, AHMED).await;
    block(&ahmed, &id).await.unwrap();
    unblock(&ahmed, &id).await.unwrap();
    let user = json!({ "user_id": "EG.9001" });
    assert_eq!(asked(&house), [("POST".to_owned(), user.clone()), ("DELETE".to_owned(), user)]);
}

async fn an_unclear_answer_is_asked_again_until_it_is_clear(place: &Place) {
    let house = House::open(place).await;
    let heba = Writer::nth(1);
    let id = house.conversation_with(&heba).await;
    let path = format!("/api/v1/conversations/{id}/block");
    house.graph.next_block(Behaviour::hang_up());
    house.graph.next_block(Behaviour::server_error().unrecorded());
    let row = house.post(&path, &json!({})).await.expect(202).json();
    assert_eq!(row["block"]["state"], "blocking");
    house.post("/api/v1/messages", &text_to(&id, "x", "m1")).await.expect(422);
    stands(&house, &id, json!("blocked")).await;
    assert_eq!(asked(&house).len(), 3);
    house.graph.next_block(Behaviour::hang_up().unrecorded());
    let row = read(house.rest(Method::DELETE, &path)).await.expect(202).json();
    assert_eq!(row["block"]["state"], "unblocking");
    stands(&house, &id, json!(null)).await;
    assert!(!house.graph.blocked().holds(&number(), heba.key()));
}

async fn what_was_refused_after_a_doubt_is_taken_back(place: &Place) {
    let house = House::open(place).await;
    let heba = Writer::nth(1);
    let id = house.conversation_with(&heba).await;
    let ahmed = Agent::sign_in(&house, AHMED).await;
    // Meta blocks them, and its answer is lost; then the 24 hours are over.
    house.graph.next_block(Behaviour::hang_up());
    block(&ahmed, &id).await.unwrap();
    house.graph.blocked().wrote(&number(), heba.key(), app::ctx::now_ms() - 25 * HOUR_MS);
    stands(&house, &id, json!(null)).await;
    assert!(!house.graph.blocked().holds(&number(), heba.key()), "what we show is true");
    let methods: Vec<String> = asked(&house).into_iter().map(|(method, _)| method).collect();
    assert_eq!(methods, ["POST", "POST", "DELETE"]);
}

async fn two_agents_at_once_ask_once(place: &Place) {
    let house = House::open(place).await;
    let heba = Writer::nth(1);
    let id = house.conversation_with(&heba).await;
    let (ahmed, sara) = (Agent::sign_in(&house, AHMED).await, Agent::sign_in(&house, SARA).await);
    let (behaviour, held) = Behaviour::hold(Moment::BeforeRecord);
    house.graph.next_block(behaviour);
    let (first, ()) = tokio::join!(block(&ahmed, &id), async {
        held.reached(1).await;
        assert_eq!(house.conversation(&id).await["block"]["state"], "blocking");
        block(&sara, &id).await.unwrap();
        assert_eq!(unblock(&sara, &id).await, Err(AppError::ChangedMeanwhile));
        held.release();
    });
    first.unwrap();
    assert_eq!(house.conversation(&id).await["block"]["state"], "blocked");
    assert_eq!(asked(&house).len(), 1);
}

async fn a_block_goes_on_after_a_kill(place: &Place) {
    let mut house = House::open(place).await;
    let heba = Writer::nth(1);
    let id = house.conversation_with(&heba).await;
    let ahmed = Agent::sign_in(&house, AHMED).await;
    let (behaviour, held) = Behaviour::hold(Moment::BeforeRecord);
    house.graph.next_block(behaviour);
    let call = tokio::spawn({
        let (ahmed, id) = (ahmed.clone(), id.clone());
        async move { block(&ahmed, &id).await }
    });
    held.reached(1).await;
    house.server.kill();
    // Whatever the browser makes of a line that is cut.
    let _ = call.await;
    house.start_again().await;
    assert_eq!(house.conversation(&id).await["block"]["state"], "blocking", "the wish was written down first");
    house.time_passes().await;
    stands(&house, &id, json!("blocked")).await;
    assert!(house.graph.blocked().holds(&number(), heba.key()));
}

async fn what_waits_in_the_queue_fails(place: &Place) {
    let house = House::open(place).await;
    let id = house.conversation_with(&Writer::nth(1)).await;
    let (behaviour, held) = Behaviour::hold(Moment::BeforeRecord);
    house.graph.next(behaviour);
    let first = house.send(&id, "أولى", "m1").await;
    held.reached(1).await;
    let second = house.send(&id, "ثانية", "m2").await;
    block(&Agent::sign_in(&house, AHMED).await, &id).await.unwrap();
    let stopped = house.message_becomes(&id, &second, "failed").await;
    assert_eq!(stopped["error"]["code"], -30);
    held.release();
    house.message_becomes(&id, &first, "accepted").await;
    assert_eq!(house.graph.ledger().sends().len(), 1);
}

async fn without_meta_nothing_changes(place: &Place) {
    let house = House::open(place).await;
    let id = house.conversation_with(&Writer::nth(1)).await;
    let ahmed = Agent::sign_in(&house, AHMED).await;
    house.graph.next_block(Behaviour::refuse(190));
    assert_eq!(block(&ahmed, &id).await, Err(AppError::BlockRefused { code: 190 }));
    house.graph.shutdown();
    // The line that was kept open breaks first; that leaves a doubt, which only Meta can end.
    let ended = block(&ahmed, &id).await;
    let row = house.conversation(&id).await;
    match ended {
        Err(AppError::MetaAway) => assert_eq!(row["block"], json!(null)),
        Ok(()) => assert_eq!(row["block"]["state"], "blocking"),
        other => panic!("{other:?}"),
    }
}

async fn a_block_made_elsewhere_is_learned(place: &Place) {
    let house = House::open(place).await;
    let heba = Writer::nth(1);
    let id = house.conversation_with(&heba).await;
    house.graph.blocked().add(&number(), heba.key());
    let sent = house.send(&id, "x", "m1").await;
    let failed = house.message_becomes(&id, &sent, "failed").await;
    assert_eq!(failed["error"]["code"], 130_403);
    let row = stands(&house, &id, json!("blocked")).await;
    assert_eq!(row["block"]["by"], json!({ "kind": "meta" }));
    unblock(&Agent::sign_in(&house, AHMED).await, &id).await.unwrap();
    let sent = house.send(&id, "x", "m2").await;
    house.message_becomes(&id, &sent, "accepted").await;
}

async fn what_one_may_not_see_one_does_not_block(place: &Place) {
    let house = House::open(place).await;
    let id = house.conversation_with(&Writer::nth(1)).await;
    let (mona, ahmed) = (Agent::sign_in(&house, ADMIN).await, Agent::sign_in(&house, AHMED).await);
    let nobody: Vec<String> = vec![];
    mona.call::<()>("channels/members", json!({ "id": house.channel_id, "members": nobody })).await.unwrap();
    assert_eq!(block(&ahmed, &id).await, Err(AppError::NotFound));
    assert_eq!(block(&ahmed, "0198-none").await, Err(AppError::NotFound));
    assert_eq!(asked(&house), []);
    block(&mona, &id).await.unwrap();
}
