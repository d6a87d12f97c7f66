//! The way out: each message goes once, in its customer's order, and its end is told as it is.

use app::domain::message::Message as AppMessage;
use app::error::AppError;
use serde_json::{Value, json};
use server::simulator::{Behaviour, Moment, Statuses};

use crate::harness::{ADMIN, AHMED, Agent, House, KARIM, Place, Writer};

both!(
    a_message_goes_out_and_is_read,
    agents_send_as_themselves,
    an_agent_answers_one_message_in_particular,
    one_customer_gets_one_message_at_a_time_and_in_order,
    customers_do_not_wait_for_each_other,
    customers_are_written_to_by_user_id_and_in_answer,
    an_agents_look_and_answer_give_the_blue_tick,
    numbers_may_keep_their_ticks_to_themselves,
    an_admin_may_let_a_number_send_more_slowly,
);

async fn a_message_goes_out_and_is_read(place: &Place) {
    let house = House::open(place).await;
    let heba = Writer::nth(1);
    let conversation = house.conversation_with(&heba).await;
    house.graph.next(Behaviour::normal().then(Statuses::read()));
    let id = house.send(&conversation, "طلبك RH-1842 وصل المندوب 🚚", "m1").await;
    let message = house.message_becomes(&conversation, &id, "read").await;
    let sends = house.graph.ledger().sends();
    let [send] = &sends[..] else { panic!("{sends:?}") };
    assert_eq!((send.to.as_str(), send.body.as_str()), (heba.key(), "طلبك RH-1842 وصل المندوب 🚚"));
    assert_eq!(send.phone_number_id, "300000000000001");
    assert_eq!(send.biz_opaque_callback_data.as_deref(), Some(format!("{id}.1").as_str()));
    assert_eq!(message["wamid"], send.wamid);
    assert_eq!((&message["direction"], &message["author"]["kind"]), (&json!("out"), &json!("api")));
    assert_eq!(message["error"], Value::Null);
    let row = house.conversation(&conversation).await;
    assert_eq!((&row["last_message"]["id"], &row["last_message"]["status"]), (&json!(id), &json!("read")));
    assert_eq!(row["seq"], 2);
    assert_eq!(row["unread_count"], 1, "an API key has no eyes");
    assert_eq!(house.graph.ledger().requests_to("/messages").len(), 1);
}

async fn agents_send_as_themselves(place: &Place) {
    let house = House::open(place).await;
    let heba = Writer::nth(1);
    let conversation = house.conversation_with(&heba).await;
    let ahmed = Agent::sign_in(&house, AHMED).await;
    let sent = ahmed.send(&conversation, "معاك أحمد", "m1").await.unwrap();
    house.message_becomes(&conversation, sent.id.as_str(), "accepted").await;
    let message = house.message(&conversation, sent.id.as_str()).await;
    let me = ahmed.load(&Default::default(), None).await.me;
    assert_eq!(message["author"], json!({ "kind": "agent", "id": me.id }));
    // The same name for another writer is another message.
    house.send(&conversation, "معاك أحمد", "m1").await;
    assert_eq!(house.graph.ledger().wait_for_sends(2).await.len(), 2);
    let row = house.conversation(&conversation).await;
    assert_eq!(row["unread_count"], 0, "an answer shows that the customer was read");
}

async fn an_agent_answers_one_message_in_particular(place: &Place) {
    let house = House::open(place).await;
    let [heba, karima] = [Writer::nth(1), Writer::nth(2)];
    let (wamid, body) = heba.says("بكام؟");
    house.receive(body).await;
    let row = house.conversation_of(&heba).await;
    let conversation = row["id"].as_str().unwrap();
    let asked = house.messages(conversation).await[0]["id"].clone();
    let ahmed = Agent::sign_in(&house, AHMED).await;
    let answer = async |conversation: &str, name: &str| {
        let text = json!({ "conversation_id": conversation, "body": "٤٥٠ جنيه", "client_msg_id": name, "base_seq": 1,
                           "reply_to": asked });
        ahmed.call::<AppMessage>("inbox/send", json!({ "text": text })).await
    };
    let sent = answer(conversation, "m1").await.unwrap();
    assert_eq!(sent.reply_to.unwrap().as_str(), asked);
    let sends = house.graph.ledger().wait_for_sends(1).await;
    assert_eq!(sends[0].reply_to.as_deref(), Some(wamid.as_str()));
    // What was said in another conversation cannot be answered here.
    let other = house.conversation_with(&karima).await;
    let refused = answer(&other, "m2").await;
    assert!(matches!(&refused, Err(AppError::InvalidField { field, .. }) if field == "reply_to"), "{refused:?}");
}

async fn one_customer_gets_one_message_at_a_time_and_in_order(place: &Place) {
    let house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let (hold, held) = Behaviour::hold(Moment::BeforeRecord);
    house.graph.next(hold);
    let mut ids = Vec::new();
    for i in 0..8 {
        ids.push(house.send(&conversation, &format!("رسالة {i}"), &format!("m{i}")).await);
    }
    held.reached(1).await;
    let states = async || {
        let mut messages = house.messages(&conversation).await;
        messages.retain(|message| message["direction"] == "out");
        messages.iter().rev().map(|message| message["status"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(states().await, ["in_flight", "queued", "queued", "queued", "queued", "queued", "queued", "queued"]);
    assert_eq!(house.graph.ledger().requests_to("/messages").len(), 1, "the others wait");
    held.release();
    let sends = house.graph.ledger().wait_for_sends(8).await;
    let bodies: Vec<_> = sends.iter().map(|send| send.body.clone()).collect();
    assert_eq!(bodies, (0..8).map(|i| format!("رسالة {i}")).collect::<Vec<_>>());
    house.message_becomes(&conversation, &ids[7], "accepted").await;
    assert_eq!(house.graph.ledger().requests_to("/messages").len(), 8);
}

async fn customers_do_not_wait_for_each_other(place: &Place) {
    let house = House::open(place).await;
    let (slow, quick) = (Writer::nth(1), Writer::nth(2));
    let conversations = house.conversations_with(&[slow.clone(), quick]).await;
    let (hold, held) = Behaviour::hold(Moment::BeforeRecord);
    house.graph.next_to(slow.key(), hold);
    let waiting = house.send(&conversations[0], "بطيء", "m1").await;
    held.reached(1).await;
    let id = house.send(&conversations[1], "سريع", "m2").await;
    house.message_becomes(&conversations[1], &id, "accepted").await;
    assert_eq!(house.message(&conversations[0], &waiting).await["status"], "in_flight");
    held.release();
    house.message_becomes(&conversations[0], &waiting, "accepted").await;
}

async fn customers_are_written_to_by_user_id_and_in_answer(place: &Place) {
    let house = House::open(place).await;
    let nour = Writer::by_user_id("EG.90010020");
    let (wamid, body) = nour.says("do you ship to Dubai?");
    house.receive(body).await;
    let conversation = house.conversation_of(&nour).await["id"].as_str().unwrap().to_owned();
    let asked = house.messages(&conversation).await[0]["id"].clone();
    let body = json!({ "conversation_id": conversation, "type": "text", "client_msg_id": "m1", "reply_to": asked,
                       "text": { "body": "Yes, in three days", "preview_url": true } });
    let id = house.post("/api/v1/messages", &body).await.expect(202).json()["id"].as_str().unwrap().to_owned();
    let message = house.message_becomes(&conversation, &id, "accepted").await;
    assert_eq!(message["reply_to"], asked);
    let send = house.graph.ledger().sends().remove(0);
    assert_eq!((send.to.as_str(), send.reply_to.as_deref()), ("EG.90010020", Some(wamid.as_str())));
    assert_eq!(send.object["preview_url"], true);
}

async fn an_agents_look_and_answer_give_the_blue_tick(place: &Place) {
    let house = House::open(place).await;
    let heba = Writer::nth(1);
    let (_, first) = heba.says("أول رسالة");
    let (second, body) = heba.says("تاني رسالة");
    house.receive(first).await;
    house.receive(body).await;
    house.applied().await;
    let conversation = house.conversation_of(&heba).await["id"].as_str().unwrap().to_owned();
    // Who watches moves nothing.
    Agent::sign_in(&house, KARIM).await.mark_read(&conversation, 2).await.unwrap();
    assert_eq!(house.conversation(&conversation).await["unread_count"], 2);
    let ahmed = Agent::sign_in(&house, AHMED).await;
    ahmed.mark_read(&conversation, 2).await.unwrap();
    assert_eq!(house.conversation(&conversation).await["unread_count"], 0);
    assert_eq!(house.graph.ledger().wait_for_reads(1).await[0].wamid, second);
    // Looking again, or with an older screen, tells Meta nothing new.
    ahmed.mark_read(&conversation, 2).await.unwrap();
    ahmed.mark_read(&conversation, 1).await.unwrap();
    let (third, body) = heba.says("تالت رسالة");
    house.receive(body).await;
    house.applied().await;
    assert_eq!(house.conversation(&conversation).await["unread_count"], 1);
    ahmed.send(&conversation, "حاضر", "m1").await.unwrap();
    let reads = house.graph.ledger().wait_for_reads(2).await;
    assert_eq!(reads.iter().map(|read| read.wamid.as_str()).collect::<Vec<_>>(), [second, third]);
    assert_eq!(house.conversation(&conversation).await["unread_count"], 0);
}

async fn numbers_may_keep_their_ticks_to_themselves(place: &Place) {
    let house = House::open(place).await;
    let admin = Agent::sign_in(&house, ADMIN).await;
    let heba = Writer::nth(1);
    let receipts = async |receipts: &str| {
        let input = json!({ "name": "Rayhan Shop", "phone_number_id": "300000000000001", "access_token": "",
            "waba_id": "200000000000001", "display_phone": "+201000000100", "app_secret": "", "verify_token": "",
            "coexistence": false });
        let arguments = json!({ "id": house.channel_id, "input": input, "read_receipts": receipts });
        admin.call::<Value>("channels/update", arguments).await.unwrap();
    };
    receipts("off").await;
    let (_, body) = heba.says("واحد");
    house.receive(body).await;
    let conversation = house.conversation_of(&heba).await["id"].as_str().unwrap().to_owned();
    admin.mark_read(&conversation, 1).await.unwrap();
    admin.send(&conversation, "تمام", "m1").await.unwrap();
    assert_eq!(house.conversation(&conversation).await["unread_count"], 0, "the house's own mark moves");
    receipts("on_reply").await;
    let (second, body) = heba.says("اتنين");
    house.receive(body).await;
    house.applied().await;
    admin.mark_read(&conversation, 3).await.unwrap();
    admin.send(&conversation, "حاضر", "m2").await.unwrap();
    let reads = house.graph.ledger().wait_for_reads(1).await;
    assert_eq!(reads.iter().map(|read| &read.wamid).collect::<Vec<_>>(), [&second], "one tick, with the answer");
}

async fn an_admin_may_let_a_number_send_more_slowly(place: &Place) {
    use app::error::{AppError, FieldProblem};
    let house = House::open(place).await;
    let admin = Agent::sign_in(&house, ADMIN).await;
    let set = async |by: &Agent, rate: Value| {
        by.call::<()>("channels/rate", json!({ "id": house.channel_id, "own_per_second": rate })).await
    };
    let rate = async || admin.call::<Value>("channels/list", json!({})).await.unwrap()["channels"][0]["rate"].clone();
    assert_eq!(rate().await, json!({ "max_per_second": 80, "own_per_second": null }));
    set(&admin, json!(5)).await.unwrap();
    assert_eq!(rate().await, json!({ "max_per_second": 80, "own_per_second": 5 }));
    for wrong in [0, -1, 1_001] {
        let refused = set(&admin, json!(wrong)).await;
        assert_eq!(refused, Err(AppError::invalid("own_per_second", FieldProblem::Malformed)), "{wrong}");
    }
    let ahmed = Agent::sign_in(&house, AHMED).await;
    assert_eq!(set(&ahmed, json!(1)).await, Err(AppError::Forbidden));
    assert_eq!(rate().await["own_per_second"], 5, "nothing was changed");
    set(&admin, Value::Null).await.unwrap();
    assert_eq!(rate().await["own_per_second"], Value::Null);
}
