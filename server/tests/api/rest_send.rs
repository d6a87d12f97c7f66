//! `POST /api/v1/messages`: to whom, and once for each name.

use futures_util::future::join_all;
use serde_json::{Value, json};
use server::simulator::Behaviour;

use crate::harness::{House, Place, Writer, text_to};

both!(
    the_same_wish_again_gets_the_same_answer,
    eight_at_once_are_one_message,
    a_name_used_for_another_message_is_refused,
    names_belong_to_their_writer,
    customers_are_named_by_phone_or_user_id,
);

const PATH: &str = "/api/v1/messages";

async fn the_same_wish_again_gets_the_same_answer(place: &Place) {
    let mut house = House::open(place).await;
    let heba = Writer::nth(1);
    let conversation = house.conversation_with(&heba).await;
    let wish = text_to(&conversation, "أهلًا", "m1");
    let first = house.post(PATH, &wish).await.expect(202).json();
    assert_eq!((&first["conversation_id"], &first["status"]), (&json!(conversation), &json!("queued")));
    let id = first["id"].as_str().unwrap();
    house.message_becomes(&conversation, id, "accepted").await;
    let again = house.post(PATH, &wish).await.expect(202).json();
    assert_eq!((&again["id"], &again["status"]), (&first["id"], &json!("accepted")), "as it stands now");
    // The same message named by number and customer.
    let addressed = json!({ "channel_id": house.channel_id, "to": heba.key(), "type": "text",
                            "text": { "body": "أهلًا" }, "client_msg_id": "m1" });
    assert_eq!(house.post(PATH, &addressed).await.expect(202).json()["id"], first["id"]);
    house.server.kill();
    house.start_again().await;
    assert_eq!(house.post(PATH, &wish).await.expect(202).json()["id"], first["id"], "for good");
    assert_eq!(house.messages(&conversation).await.len(), 2);
    assert_eq!(house.graph.ledger().requests_to("/messages").len(), 1);
}

async fn eight_at_once_are_one_message(place: &Place) {
    let house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    for round in 0..5 {
        let wish = text_to(&conversation, "مرة واحدة", &format!("m{round}"));
        let answers = join_all((0..8).map(|_| house.post(PATH, &wish))).await;
        let ids: Vec<Value> = answers.into_iter().map(|answer| answer.expect(202).json()["id"].clone()).collect();
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        house.message_becomes(&conversation, ids[0].as_str().unwrap(), "accepted").await;
    }
    assert_eq!(house.messages(&conversation).await.len(), 6);
    assert_eq!(house.graph.ledger().sends().len(), 5);
    assert_eq!(house.graph.ledger().requests_to("/messages").len(), 5);
}

async fn a_name_used_for_another_message_is_refused(place: &Place) {
    let house = House::open(place).await;
    let writers = [Writer::nth(1), Writer::nth(2)];
    let conversations = house.conversations_with(&writers).await;
    house.graph.next(Behaviour::refuse(131_026));
    let id = house.send(&conversations[0], "أهلًا", "m1").await;
    house.message_becomes(&conversations[0], &id, "failed").await;
    let asked = house.messages(&conversations[0]).await.last().unwrap()["id"].clone();
    let mut answer = text_to(&conversations[0], "أهلًا", "m1");
    answer["reply_to"] = asked;
    let mut preview = text_to(&conversations[0], "أهلًا", "m1");
    preview["text"]["preview_url"] = json!(true);
    for (name, wish) in [
        ("another text", text_to(&conversations[0], "مع السلامة", "m1")),
        ("another customer", text_to(&conversations[1], "أهلًا", "m1")),
        ("an answer", answer),
        ("with a preview", preview),
    ] {
        let problem = house.post(PATH, &wish).await.problem(409, "client-msg-id-reused");
        assert!(problem["detail"].is_string(), "{name}");
    }
    assert_eq!(house.post(PATH, &text_to(&conversations[0], "أهلًا", "m1")).await.expect(202).json()["id"], id);
    assert_eq!(house.graph.ledger().requests_to("/messages").len(), 1);
}

async fn names_belong_to_their_writer(place: &Place) {
    let mut house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let first = house.send(&conversation, "من الأول", "m1").await;
    house.key = place.majlis(&["key", "add", "--name", "Other", "--role", "agent"]).await;
    let second = house.send(&conversation, "من التاني", "m1").await;
    assert_ne!(first, second);
    assert_eq!(house.graph.ledger().wait_for_sends(2).await.len(), 2);
    let authors: Vec<_> = house.messages(&conversation).await[..2].iter().map(|m| m["author"]["id"].clone()).collect();
    assert_ne!(authors[0], authors[1]);
}

async fn customers_are_named_by_phone_or_user_id(place: &Place) {
    let house = House::open(place).await;
    let (heba, nour) = (Writer::nth(1842), Writer::by_user_id("EG.90010020"));
    let conversation = house.conversation_with(&heba).await;
    let by_user_id = house.conversation_with(&nour).await;
    let wish = |to: &str, name: &str| {
        json!({ "channel_id": house.channel_id, "to": to, "type": "text", "text": { "body": "أهلًا" },
                "client_msg_id": name })
    };
    for (to, expected) in [
        ("+201000001842", &conversation),
        ("201000001842", &conversation),
        ("+20 100 000 1842", &conversation),
        ("+٢٠١٠٠٠٠٠١٨٤٢", &conversation),
        ("EG.90010020", &by_user_id),
    ] {
        let sent = house.post(PATH, &wish(to, to)).await.expect(202).json();
        assert_eq!(sent["conversation_id"], **expected, "{to}");
    }
    let sends = house.graph.ledger().wait_for_sends(5).await;
    assert_eq!(sends.iter().filter(|send| send.to == "+201000001842").count(), 4);
    assert_eq!(sends.iter().filter(|send| send.to == "EG.90010020").count(), 1);
}
