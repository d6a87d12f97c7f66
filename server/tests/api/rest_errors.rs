//! Refusals over REST: each with its status, its slug, its field, in the language asked for.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Agent, House, KARIM, Place, Writer, eventually, read, text_to};

both!(
    without_a_key_nothing_is_told,
    what_is_not_there_is_not_found,
    unreadable_requests_are_named,
    every_wrong_field_is_named,
    closed_windows_and_long_texts_are_refused_before_they_are_sent,
    problems_speak_the_language_asked_for,
    a_key_has_a_limit_of_its_own,
);

async fn without_a_key_nothing_is_told(place: &Place) {
    let house = House::open(place).await;
    let cookie = Agent::sign_in(&house, KARIM).await.cookie;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let lowered = house.key.to_lowercase();
    for path in ["/api/v1/conversations", &format!("/api/v1/conversations/{conversation}"), "/metrics"] {
        let ask = |name: &'static str, value: String| house.http.request(Method::GET, path).header(name, value);
        for (name, request) in [
            ("no key", house.http.request(Method::GET, path)),
            ("an empty key", ask("authorization", "Bearer ".to_owned())),
            ("a wrong key", ask("authorization", format!("Bearer {}x", house.key))),
            ("another case", ask("authorization", format!("Bearer {lowered}"))),
            ("another scheme", ask("authorization", format!("Basic {}", house.key))),
            ("only a key", ask("authorization", house.key.clone())),
            ("a session", ask("cookie", cookie.clone())),
        ] {
            let answer = read(request).await;
            assert_eq!(answer.header("www-authenticate"), "Bearer", "{name}");
            answer.problem(401, "unauthorized");
        }
    }
    let unsigned = house.http.request(Method::POST, "/api/v1/messages").json(&text_to(&conversation, "x", "m"));
    read(unsigned).await.problem(401, "unauthorized");
    house.get("/api/v1/conversations").await.expect(200);
    house.http.get("/api/v1/openapi.json").await.expect(200);
}

async fn what_is_not_there_is_not_found(place: &Place) {
    let house = House::open(place).await;
    house.conversation_with(&Writer::nth(1)).await;
    for path in [
        "/api/v1/conversations/0198c0de-0000-7000-8000-000000000000",
        "/api/v1/conversations/%00",
        "/api/v1/conversations/x'%20or%201=1--",
        "/api/v1/conversations/0198c0de-0000-7000-8000-000000000000/messages",
        "/api/v1/nothing",
        "/api/v2/conversations",
    ] {
        house.get(path).await.problem(404, "not-found");
    }
    house.post("/api/v1/messages", &text_to("0198c0de", "x", "m1")).await.problem(404, "not-found");
    house.post("/api/v1/nothing", &json!({})).await.problem(404, "not-found");
}

async fn unreadable_requests_are_named(place: &Place) {
    let house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let post = |body: &str| house.rest(Method::POST, "/api/v1/messages").body(body.to_owned());
    for body in ["", "{", "[]", "\"text\"", "null", "{\"a\":1}{\"b\":2}"] {
        read(post(body)).await.problem(400, "unreadable");
    }
    read(house.rest(Method::POST, "/api/v1/messages").body(vec![0xff, 0xfe])).await.problem(400, "unreadable");
    for path in ["/api/v1/conversations?limit=5&limit=6", "/api/v1/conversations/%FF"] {
        house.get(path).await.problem(400, "unreadable");
    }
    house
        .get(&format!("/api/v1/conversations/{conversation}/messages?limit=5&limit=6"))
        .await
        .problem(400, "unreadable");
    let large = text_to(&conversation, &"ن".repeat(200_000), "m1");
    house.post("/api/v1/messages", &large).await.problem(413, "too-large");
    assert_eq!(house.messages(&conversation).await.len(), 1, "nothing was written");
}

/// The body of a good send with one key changed; `null` takes it away.
fn changed(conversation: &str, key: &str, value: Value) -> Value {
    let mut body = text_to(conversation, "أهلًا", "m1");
    match value {
        Value::Null => drop(body.as_object_mut().unwrap().remove(key)),
        value => body[key] = value,
    }
    body
}

async fn every_wrong_field_is_named(place: &Place) {
    let house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let other = house.conversation_with(&Writer::nth(2)).await;
    let foreign = house.messages(&other).await[0]["id"].clone();
    for (path, field) in [
        ("/api/v1/conversations?limit=0", "limit"),
        ("/api/v1/conversations?limit=-1", "limit"),
        ("/api/v1/conversations?limit=many", "limit"),
        ("/api/v1/conversations?limit=", "limit"),
        ("/api/v1/conversations?status=asleep", "status"),
        ("/api/v1/conversations?cursor=!!!", "cursor"),
        ("/api/v1/conversations?cursor=", "cursor"),
        (&format!("/api/v1/conversations/{conversation}/messages?before=x"), "before"),
        (&format!("/api/v1/conversations/{conversation}/messages?cursor=x"), "cursor"),
        (&format!("/api/v1/conversations/{conversation}/messages?limit=0"), "limit"),
    ] {
        let problem = house.get(path).await.problem(422, "invalid-field");
        assert_eq!(problem["field"], field, "{path}");
    }
    let change = |key: &str, value: Value| changed(&conversation, key, value);
    let addressed = |channel: Value, to: Value| {
        let mut body = change("conversation_id", Value::Null);
        body["channel_id"] = channel;
        body["to"] = to;
        body
    };
    for (body, field) in [
        (change("type", Value::Null), "type"),
        (change("type", json!("carrier_pigeon")), "type"),
        (change("type", json!(7)), "type"),
        (change("client_msg_id", Value::Null), "client_msg_id"),
        (change("client_msg_id", json!("")), "client_msg_id"),
        (change("client_msg_id", json!("ن".repeat(101))), "client_msg_id"),
        (change("client_msg_id", json!("a\0b")), "client_msg_id"),
        (change("client_msg_id", json!(1)), "client_msg_id"),
        (change("text", Value::Null), "text"),
        (change("text", json!("أهلًا")), "text"),
        (change("text", json!({})), "text.body"),
        (change("text", json!({ "body": "" })), "text.body"),
        (change("text", json!({ "body": " \n\t " })), "text.body"),
        (change("text", json!({ "body": 5 })), "text.body"),
        (change("text", json!({ "body": "x", "preview_url": "yes" })), "text.preview_url"),
        (change("text", json!({ "body": "x", "colour": "red" })), "text.colour"),
        (change("colour", json!("red")), "colour"),
        (change("base_seq", json!("3")), "base_seq"),
        (change("seen", json!("all")), "seen"),
        (change("seen", json!([1])), "seen"),
        (change("reply_to", json!("0198c0de")), "reply_to"),
        (change("reply_to", foreign), "reply_to"),
        (change("conversation_id", Value::Null), "conversation_id"),
        (addressed(Value::Null, json!("+201000000001")), "channel_id"),
        (addressed(json!(house.channel_id), Value::Null), "to"),
        (addressed(json!(house.channel_id), json!("heba")), "to"),
        (addressed(json!("nothing"), json!("+201000000001")), "channel_id"),
    ] {
        let problem = house.post("/api/v1/messages", &body).await.problem(422, "invalid-field");
        assert_eq!(problem["field"], field, "{body}");
    }
    assert_eq!(house.messages(&conversation).await.len(), 1, "nothing was written");
    // And the premise: unchanged, it is good, also with everything that may stand beside.
    let mut good = text_to(&conversation, "أهلًا", &"ن".repeat(100));
    (good["base_seq"], good["seen"], good["reply_to"]) = (json!(1), json!(["0198c0de"]), Value::Null);
    house.post("/api/v1/messages", &good).await.expect(202);
}

async fn closed_windows_and_long_texts_are_refused_before_they_are_sent(place: &Place) {
    const DAY_MS: i64 = 24 * 3_600_000;
    let house = House::open(place).await;
    let now = app::ctx::now_ms();
    let closed = async |writer: Writer, sent_at_ms: i64| {
        house.receive(writer.says_at("من بدري", sent_at_ms).1).await;
        let id = house.conversation_of(&writer).await["id"].as_str().unwrap().to_owned();
        let problem = house.post("/api/v1/messages", &text_to(&id, "أهلًا", "m1")).await.problem(422, "window-closed");
        assert_eq!(problem["window_closed_at_ms"], sent_at_ms / 1_000 * 1_000 + DAY_MS);
        assert_eq!(house.messages(&id).await.len(), 1);
    };
    closed(Writer::nth(1), now - 3 * DAY_MS).await;
    closed(Writer::nth(2), now - DAY_MS - 1_000).await;
    // The last minute is not ours to use: Meta's clock and the road to it are not ours.
    closed(Writer::nth(3), now - DAY_MS + 30_000).await;
    let stranger = json!({ "channel_id": house.channel_id, "to": "+201099999999", "type": "text",
                           "text": { "body": "أهلًا" }, "client_msg_id": "m2" });
    let problem = house.post("/api/v1/messages", &stranger).await.problem(422, "window-closed");
    assert_eq!(problem["window_closed_at_ms"], Value::Null, "they never wrote");
    let open = house.conversation_with(&Writer::nth(4)).await;
    let long = text_to(&open, &"ن".repeat(4_097), "m1");
    let problem = house.post("/api/v1/messages", &long).await.problem(422, "too-long");
    assert_eq!((&problem["length"], &problem["max"]), (&json!(4_097), &json!(4_096)));
    house.post("/api/v1/messages", &text_to(&open, &"ن".repeat(4_096), "m1")).await.expect(202);
    house.graph.ledger().wait_for_sends(1).await;
    assert_eq!(house.graph.ledger().requests_to("/messages").len(), 1);
}

async fn problems_speak_the_language_asked_for(place: &Place) {
    let house = House::open(place).await;
    for (asked, expected) in [
        ("", "en"),
        ("en", "en"),
        ("ar", "ar"),
        ("ar-EG,ar;q=0.9,en;q=0.8", "ar"),
        ("fr-FR, fr;q=0.9", "en"),
        ("en;q=0.3, ar;q=0.5", "ar"),
    ] {
        let request = house.rest(Method::GET, "/api/v1/conversations/none").header("accept-language", asked);
        let answer = read(request).await;
        assert_eq!(answer.header("content-language"), expected, "{asked}");
        answer.problem(404, "not-found");
        let unsigned = house.http.request(Method::GET, "/api/v1/conversations").header("accept-language", asked);
        assert_eq!(read(unsigned).await.header("content-language"), expected, "{asked}, without a key");
    }
}

async fn a_key_has_a_limit_of_its_own(place: &Place) {
    let mut house = House::open(place).await;
    place.file("majlis.toml", "api_rate_per_second = 1\napi_burst = 5\n");
    house.server.terminate();
    house.server.ended().await;
    house.start_again().await;
    let mut refused = Vec::new();
    for _ in 0..12 {
        let answer = house.get("/api/v1/conversations").await;
        if answer.status != 200 {
            refused.push(answer);
        }
    }
    // Of twelve at once five may pass, and one for each second that this took.
    assert!(!refused.is_empty() && refused.len() <= 7, "{}", refused.len());
    for answer in refused {
        let seconds: u64 = answer.header("retry-after").parse().unwrap();
        assert!((1..=12).contains(&seconds), "{seconds}");
        answer.problem(429, "too-many-requests");
    }
    let first = std::mem::take(&mut house.key);
    house.key = place.majlis(&["key", "add", "--name", "Other", "--role", "agent"]).await;
    house.get("/api/v1/conversations").await.expect(200);
    // Webhooks know no limit.
    for n in 0..30 {
        house.receive(Writer::nth(n).says("أهلًا").1).await;
    }
    house.key = first;
    eventually("the bucket fills again", async || {
        (house.get("/api/v1/conversations").await.status == 200).then_some(())
    })
    .await;
}
