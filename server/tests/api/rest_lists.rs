//! Lists over REST: newest first, page by page, without a gap or a double.

use std::collections::HashSet;

use serde_json::{Value, json};
use server::simulator::{FakeNumber, webhook};

use crate::harness::{AHMED, Agent, House, Place, Writer, connect};

both!(
    a_conversation_looks_as_promised,
    many_conversations_are_paged_without_gap_or_double,
    a_page_is_not_disturbed_by_what_arrives_meanwhile,
    lists_are_narrowed,
    messages_are_paged_from_the_newest,
);

fn keys_of(value: &Value) -> Vec<&str> {
    let mut keys: Vec<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

async fn a_conversation_looks_as_promised(place: &Place) {
    let house = House::open(place).await;
    let heba = Writer::nth(1842);
    let now = app::ctx::now_ms();
    let (wamid, body) = heba.says_at("أهلًا", now);
    house.receive(body).await;
    let row = house.conversation_of(&heba).await;
    let expected = "assignee_id block channel_id contact id labels last_activity_at_ms last_message seq status \
                    team_id unread_count window_expires_at_ms";
    assert_eq!(keys_of(&row).join(" "), expected);
    assert_eq!(keys_of(&row["contact"]), ["id", "name", "phone", "user_id"]);
    let sent_at_ms = now / 1_000 * 1_000;
    assert_eq!(row["channel_id"], house.channel_id);
    assert_eq!(row["contact"]["phone"], "+201000001842");
    assert_eq!(row["contact"]["name"], "Customer 1842");
    assert_eq!((&row["status"], &row["assignee_id"], &row["team_id"]), (&json!("open"), &Value::Null, &Value::Null));
    assert_eq!((&row["labels"], &row["unread_count"], &row["seq"]), (&json!([]), &json!(1), &json!(1)));
    assert_eq!((&row["block"], &row["last_activity_at_ms"]), (&Value::Null, &json!(sent_at_ms)));
    assert_eq!(row["window_expires_at_ms"], sent_at_ms + 24 * 3_600_000);
    assert_eq!(row["last_message"]["text"], "أهلًا");
    let id = row["id"].as_str().unwrap();
    assert_eq!(house.conversation(id).await, row);

    let message = house.messages(id).await.remove(0);
    let expected = "author direction edited_at_ms error id kind media payload reactions received_at_ms reply_to \
                    revoked_at_ms sent_at_ms seq status text wamid";
    assert_eq!(keys_of(&message).join(" "), expected);
    assert_eq!(keys_of(&message["author"]), ["id", "kind"]);
    assert_eq!((&message["wamid"], &message["sent_at_ms"]), (&json!(wamid), &json!(sent_at_ms)));
    assert!(message["received_at_ms"].as_i64().unwrap() >= now);
}

/// Many customers write in one webhook; several share a second, as Meta's stamps do.
async fn receive_many(house: &House<'_>, count: usize) {
    let now = app::ctx::now_ms();
    let number = FakeNumber::example().number();
    let values: Vec<Value> =
        (0..count).map(|n| Writer::nth(n).value(&webhook::new_wamid(), "أهلًا", now - (n as i64 / 7) * 1_000)).collect();
    house.receive(webhook::body(&number, values)).await;
    house.applied().await;
}

/// Every page of a list.
async fn pages(house: &House<'_>, path: &str) -> Vec<Vec<Value>> {
    let mut pages = Vec::new();
    let mut next = path.to_owned();
    loop {
        let page = house.get(&next).await.expect(200).json();
        assert_eq!(keys_of(&page), ["data", "next_cursor"]);
        pages.push(page["data"].as_array().unwrap().clone());
        let Some(cursor) = page["next_cursor"].as_str() else { return pages };
        next = format!("{path}{}cursor={cursor}", if path.contains('?') { '&' } else { '?' });
    }
}

fn order_of(row: &Value) -> (i64, String) {
    (row["last_activity_at_ms"].as_i64().unwrap(), row["id"].as_str().unwrap().to_owned())
}

async fn many_conversations_are_paged_without_gap_or_double(place: &Place) {
    let house = House::open(place).await;
    receive_many(&house, 130).await;
    for (query, sizes) in [
        ("", vec![50, 50, 30]),
        ("?limit=100", vec![100, 30]),
        ("?limit=1000", vec![100, 30]),
        ("?limit=99999999999999999999", vec![100, 30]),
        ("?limit=65", vec![65, 65]),
        ("?limit=7", [vec![7; 18], vec![4]].concat()),
    ] {
        let pages = pages(&house, &format!("/api/v1/conversations{query}")).await;
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), sizes, "{query}");
        let orders: Vec<_> = pages.concat().iter().map(order_of).collect();
        assert!(orders.is_sorted_by(|a, b| a > b), "newest first, and none twice: {query}");
        let people: HashSet<_> = pages.concat().iter().map(|row| row["contact"]["phone"].to_string()).collect();
        assert_eq!(people.len(), 130, "{query}");
    }
}

async fn a_page_is_not_disturbed_by_what_arrives_meanwhile(place: &Place) {
    let house = House::open(place).await;
    receive_many(&house, 60).await;
    let first = house.get("/api/v1/conversations?limit=20").await.expect(200).json();
    // Someone of the last page comes to the top, and someone new: neither may push a row over the edge or repeat one.
    house.receive(Writer::nth(59).says("أنا تاني").1).await;
    house.receive(Writer::nth(60).says("أنا جديدة").1).await;
    house.applied().await;
    let path = format!("/api/v1/conversations?limit=20&cursor={}", first["next_cursor"].as_str().unwrap());
    let second = house.get(&path).await.expect(200).json();
    let seen: Vec<_> = [&first["data"], &second["data"]].iter().flat_map(|data| data.as_array().unwrap()).collect();
    let people: HashSet<_> = seen.iter().map(|row| row["contact"]["phone"].to_string()).collect();
    assert_eq!(people.len(), 40);
    let expected: HashSet<_> = (0..40).map(|n| json!(Writer::nth(n).key()).to_string()).collect();
    // Seven share each second, so the 40th and those of its second may stand either side of the edge.
    assert!(people.difference(&expected).count() <= 2, "{people:?}");
}

async fn lists_are_narrowed(place: &Place) {
    let house = House::open(place).await;
    let books = FakeNumber {
        phone_number_id: "300000000000002".to_owned(),
        display_phone: "+201000000200".to_owned(),
        ..FakeNumber::example()
    };
    let books_id = connect(place, &books, "books-token").await;
    // At once: a message for a number just connected is no stranger's.
    house.receive(Writer::nth(2).to(&books).says("للكتب").1).await;
    house.receive(Writer::nth(1).says("للمتجر").1).await;
    house.applied().await;
    assert_eq!(house.quarantine().await, Vec::<Value>::new());
    let ahmed = Agent::sign_in(&house, AHMED).await.load(&Default::default(), None).await.me.id;
    for (query, count) in [
        (format!("channel={}", house.channel_id), 1),
        (format!("channel={books_id}"), 1),
        ("channel=nothing".to_owned(), 0),
        ("channel=%00".to_owned(), 0),
        ("status=open".to_owned(), 2),
        ("status=closed".to_owned(), 0),
        ("status=snoozed".to_owned(), 0),
        (format!("assignee={ahmed}"), 0),
        ("label=vip".to_owned(), 0),
        (format!("channel={books_id}&status=open"), 1),
    ] {
        let page = house.get(&format!("/api/v1/conversations?{query}")).await.expect(200).json();
        assert_eq!(page["data"].as_array().unwrap().len(), count, "{query}");
        assert_eq!(page["next_cursor"], Value::Null, "{query}");
    }
}

async fn messages_are_paged_from_the_newest(place: &Place) {
    let house = House::open(place).await;
    let (heba, number) = (Writer::nth(1), FakeNumber::example().number());
    let now = app::ctx::now_ms();
    let values = (0..125).map(|n| heba.value(&format!("wamid.{n}"), &n.to_string(), now - (125 - n) * 1_000)).collect();
    house.receive(webhook::body(&number, values)).await;
    house.applied().await;
    let id = house.conversation_of(&heba).await["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/conversations/{id}/messages");
    for (query, sizes) in [("", vec![50, 50, 25]), ("?limit=1000", vec![100, 25]), ("?limit=125", vec![100, 25])] {
        let pages = pages(&house, &format!("{path}{query}")).await;
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), sizes, "{query}");
        let seqs: Vec<_> = pages.concat().iter().map(|message| message["seq"].as_i64().unwrap()).collect();
        assert_eq!(seqs, (1..=125).rev().collect::<Vec<_>>(), "{query}");
    }
    let seqs = async |query: &str| {
        let page = house.get(&format!("{path}?{query}")).await.expect(200).json();
        let data = page["data"].as_array().unwrap().clone();
        data.iter().map(|message| message["seq"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(seqs("before=4").await, [3, 2, 1]);
    assert_eq!(seqs("before=60&limit=2").await, [59, 58]);
    assert!(seqs("before=1").await.is_empty());
    assert!(seqs("before=-5").await.is_empty());
    assert_eq!(seqs("before=9000000000&limit=1").await, [125]);
}
