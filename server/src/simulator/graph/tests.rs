use std::time::Duration;

use serde_json::{Value, json};

use crate::simulator::callback::Callback;
use crate::simulator::{Behaviour, FakeGraph, FakeNumber, Moment, Statuses};

const HEBA: &str = "+201000001842";

/// What a test sends with: no retries, a connection for each call.
fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .no_proxy()
        .retry(reqwest::retry::never())
        .pool_max_idle_per_host(0)
        .timeout(Duration::from_secs(20))
        .build()
        .unwrap()
}

async fn start() -> FakeGraph {
    FakeGraph::start(FakeNumber::example()).await.unwrap()
}

fn text(to: &str, id: &str) -> Value {
    json!({ "messaging_product": "whatsapp", "recipient_type": "individual", "to": to, "type": "text",
        "text": { "body": "أهلا", "preview_url": true }, "biz_opaque_callback_data": id })
}

async fn post(graph: &FakeGraph, call: &Value) -> reqwest::Result<(u16, Value)> {
    post_as(graph, "test-access-token", call).await
}

async fn post_as(graph: &FakeGraph, token: &str, call: &Value) -> reqwest::Result<(u16, Value)> {
    let url = format!("{}/300000000000001/messages", graph.url());
    let answer = client().post(url).bearer_auth(token).json(call).send().await?;
    let status = answer.status().as_u16();
    Ok((status, serde_json::from_slice(&answer.bytes().await?).unwrap_or(Value::Null)))
}

async fn get(graph: &FakeGraph, path: &str) -> (u16, Value) {
    let answer = client().get(format!("{}{path}", graph.url())).bearer_auth("test-access-token").send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test]
async fn accepted_sends_are_in_the_ledger() {
    let graph = start().await;
    let mut call = text(HEBA, "m1");
    call["context"] = json!({ "message_id": "wamid.Q" });
    let (status, body) = post(&graph, &call).await.unwrap();
    assert_eq!(status, 200);
    assert_eq!(body["contacts"], json!([{ "input": HEBA, "wa_id": "201000001842" }]));
    let sends = graph.ledger().sends();
    assert_eq!(sends.len(), 1);
    assert_eq!(body["messages"][0]["id"], sends[0].wamid.as_str());
    assert_eq!((sends[0].to.as_str(), sends[0].body.as_str()), (HEBA, "أهلا"));
    assert_eq!(sends[0].reply_to.as_deref(), Some("wamid.Q"));
    assert_eq!(graph.ledger().sends_with_callback("m1"), sends);
    let requests = graph.ledger().requests();
    assert_eq!((requests.len(), requests[0].answered), (1, Some(200)));
}

#[tokio::test]
async fn people_without_a_phone_are_sent_to_by_their_id() {
    let graph = start().await;
    let call = json!({ "messaging_product": "whatsapp", "recipient": "EG.90010020", "type": "text",
        "text": { "body": "hi" } });
    let (status, body) = post(&graph, &call).await.unwrap();
    assert_eq!((status, &body["contacts"][0]["user_id"]), (200, &json!("EG.90010020")));
    assert_eq!(graph.ledger().sends_to("EG.90010020").len(), 1);
}

#[tokio::test]
async fn what_is_malformed_is_refused_and_not_recorded() {
    let graph = start().await;
    let with = |key: &str, value: Value| {
        let mut call = text(HEBA, "m1");
        call[key] = value;
        call
    };
    for (name, call, expected) in [
        ("no product", with("messaging_product", json!(null)), 100),
        ("a phone without plus", with("to", json!("201000001842")), 100),
        ("nobody", json!({ "messaging_product": "whatsapp", "type": "text", "text": { "body": "x" } }), 100),
        ("an unknown key", with("messaging_acount_id", json!("1")), 100),
        ("an unknown type", json!({ "messaging_product": "whatsapp", "to": HEBA, "type": "poll", "poll": {} }), 100),
        ("an empty body", with("text", json!({ "body": "" })), 131_008),
        ("no text", json!({ "messaging_product": "whatsapp", "to": HEBA, "type": "text" }), 131_008),
        ("too long", with("text", json!({ "body": "ن".repeat(4_097) })), 100),
        ("too much callback data", with("biz_opaque_callback_data", json!("x".repeat(513))), 100),
        ("a strange id", json!({ "messaging_product": "whatsapp", "status": "read", "message_id": "7" }), 131_009),
    ] {
        let (status, body) = post(&graph, &call).await.unwrap();
        assert_eq!((status, &body["error"]["code"]), (400, &json!(expected)), "{name}");
    }
    assert_eq!(graph.ledger().sends(), []);
    assert_eq!(graph.ledger().requests().len(), 10, "refused requests are seen too");
    assert!(graph.ledger().requests().iter().all(|request| request.code.is_some()));
}

#[tokio::test]
async fn a_wrong_token_opens_nothing() {
    let graph = start().await;
    let (status, body) = post_as(&graph, "another", &text(HEBA, "m1")).await.unwrap();
    assert_eq!((status, &body["error"]["code"]), (401, &json!(190)));
    graph.replace_token("300000000000001", "fresh");
    assert_eq!(post(&graph, &text(HEBA, "m1")).await.unwrap().0, 401);
    assert_eq!(post_as(&graph, "fresh", &text(HEBA, "m1")).await.unwrap().0, 200);
    let seen = format!("{:?}", graph.ledger().requests());
    assert!(!seen.contains("fresh"), "the ledger keeps no tokens");
}

#[tokio::test]
async fn messages_are_marked_as_read() {
    let graph = start().await;
    let call = json!({ "messaging_product": "whatsapp", "status": "read", "message_id": "wamid.IN",
        "typing_indicator": { "type": "text" } });
    assert_eq!(post(&graph, &call).await.unwrap(), (200, json!({ "success": true })));
    let reads = graph.ledger().reads();
    assert_eq!((reads[0].wamid.as_str(), reads[0].typing), ("wamid.IN", true));
    graph.next_read(Behaviour::refuse(131_009));
    assert_eq!(post(&graph, &call).await.unwrap().0, 400);
    assert_eq!(graph.ledger().reads().len(), 1);
}

#[tokio::test]
async fn refusals_come_with_their_code_and_are_not_recorded() {
    let graph = start().await;
    graph.next(Behaviour::refuse(130_429));
    graph.next(Behaviour::refuse_as(131_047, 403));
    let (status, body) = post(&graph, &text(HEBA, "m1")).await.unwrap();
    assert_eq!((status, &body["error"]["code"]), (429, &json!(130_429)));
    assert_eq!(post(&graph, &text(HEBA, "m1")).await.unwrap().0, 403);
    graph.close_window(HEBA);
    let (status, body) = post(&graph, &text(HEBA, "m1")).await.unwrap();
    assert_eq!((status, &body["error"]["code"]), (400, &json!(131_047)));
    assert_eq!(post(&graph, &text("+201000001843", "m2")).await.unwrap().0, 200, "others are not touched");
    graph.always_to(HEBA, None);
    assert_eq!(post(&graph, &text(HEBA, "m1")).await.unwrap().0, 200);
    assert_eq!(graph.ledger().sends_with_callback("m1").len(), 1);
}

#[tokio::test]
async fn a_socket_closed_after_reading_counts_one_request() {
    let graph = start().await;
    graph.next(Behaviour::hang_up());
    graph.next(Behaviour::hang_up().unrecorded());
    for (id, taken) in [("m1", 1), ("m2", 0)] {
        let error = post(&graph, &text(HEBA, id)).await.unwrap_err();
        assert!(error.is_request() && !error.is_connect() && !error.is_timeout(), "{error:?}");
        assert_eq!(graph.ledger().sends_with_callback(id).len(), taken);
    }
    let requests = graph.ledger().requests();
    assert_eq!(requests.len(), 2, "a client that does not repeat makes one request each");
    assert!(requests.iter().all(|request| request.answered.is_none()));
    assert_eq!(post(&graph, &text(HEBA, "m3")).await.unwrap().0, 200, "the next connection is served");
}

#[tokio::test]
async fn answers_that_are_no_json() {
    let graph = start().await;
    graph.next(Behaviour::server_error());
    assert_eq!(post(&graph, &text(HEBA, "m1")).await.unwrap(), (500, Value::Null));
    assert_eq!(graph.ledger().sends().len(), 1, "it was taken all the same");
    graph.next(Behaviour::server_error().unrecorded());
    assert_eq!(post(&graph, &text(HEBA, "m2")).await.unwrap().0, 500);
    assert_eq!(graph.ledger().sends().len(), 1);
}

#[tokio::test]
async fn answers_are_held_before_and_after_recording() {
    let graph = start().await;
    for (moment, meanwhile) in [(Moment::BeforeRecord, 0), (Moment::AfterRecord, 1)] {
        let (behaviour, held) = Behaviour::hold(moment);
        graph.next_to(HEBA, behaviour);
        let id = format!("{moment:?}");
        let call = text(HEBA, &id);
        let sending = post(&graph, &call);
        let checking = async {
            held.reached(1).await;
            if moment == Moment::AfterRecord {
                graph.ledger().wait_until(|ledger| !ledger.sends_with_callback(&id).is_empty()).await;
            }
            assert_eq!(graph.ledger().sends_with_callback(&id).len(), meanwhile, "{moment:?}");
            held.release();
        };
        let (answer, ()) = tokio::join!(sending, checking);
        assert_eq!(answer.unwrap().0, 200);
        assert_eq!(graph.ledger().sends_with_callback(&id).len(), 1);
    }
}

#[tokio::test]
async fn statuses_follow_as_planned() {
    let graph = start().await;
    let callback = Callback::start(&[]).await;
    graph.deliver_to(&callback.url);
    graph.next(Behaviour::normal().then(Statuses::read()));
    graph.next(Behaviour::normal().then(Statuses::of(&["read", "sent"]).duplicated()));
    graph.next(Behaviour::normal().then(Statuses::failed(131_026)));
    for id in ["m1", "m2", "m3"] {
        post(&graph, &text(HEBA, id)).await.unwrap();
        // One after the other, so that the order is known.
        callback
            .statuses(match id {
                "m1" => 3,
                "m2" => 7,
                _ => 8,
            })
            .await;
    }
    let statuses = callback.statuses(8).await;
    assert_eq!(statuses, ["sent", "delivered", "read", "read", "read", "sent", "sent", "failed"]);
    let last = &callback.bodies(8).await[7]["entry"][0]["changes"][0]["value"]["statuses"][0];
    assert_eq!(last["biz_opaque_callback_data"], "m3");
    assert_eq!(last["id"], graph.ledger().sends()[2].wamid.as_str());
    assert_eq!(last["errors"][0]["code"], 131_026);
}

#[tokio::test]
async fn statuses_may_overtake_a_held_answer() {
    let graph = start().await;
    let callback = Callback::start(&[]).await;
    graph.deliver_to(&callback.url);
    let (behaviour, held) = Behaviour::hold(Moment::AfterRecord);
    graph.next(behaviour.then(Statuses::delivered()));
    let call = text(HEBA, "m1");
    let (answer, ()) = tokio::join!(post(&graph, &call), async {
        assert_eq!(callback.statuses(2).await, ["sent", "delivered"]);
        held.release();
    });
    assert_eq!(answer.unwrap().0, 200);
}

#[tokio::test]
async fn webhooks_are_repeated_until_they_are_taken_and_keep_their_order() {
    let graph = start().await;
    let callback = Callback::start(&[500, 503]).await;
    graph.deliver_to(&callback.url);
    for body in ["1", "2", "3"] {
        drop(graph.courier().post(HEBA, body.as_bytes().to_vec()));
    }
    assert_eq!(callback.bodies(3).await, [json!(1), json!(2), json!(3)]);
}

#[tokio::test]
async fn numbers_accounts_and_tokens_can_be_looked_up() {
    let graph = start().await;
    let (status, phone) = get(&graph, "/300000000000001?fields=display_phone_number,verified_name").await;
    assert_eq!(status, 200);
    assert_eq!(phone["display_phone_number"], "+20 100 000 0100");
    assert_eq!((&phone["id"], phone.get("status")), (&json!("300000000000001"), None));
    let (status, body) = get(&graph, "/300000000000001?fields=messaging_limit").await;
    assert_eq!((status, &body["error"]["code"]), (400, &json!(100)));
    let (status, body) = get(&graph, "/300000000000009").await;
    assert_eq!((status, &body["error"]["error_subcode"]), (400, &json!(33)));
    let (_, numbers) = get(&graph, "/200000000000001/phone_numbers").await;
    assert_eq!(numbers["data"][0]["id"], "300000000000001");

    graph.set_subscribed(false);
    assert_eq!(get(&graph, "/200000000000001/subscribed_apps").await.1["data"], json!([]));
    let url = format!("{}/200000000000001/subscribed_apps", graph.url());
    client().post(url).bearer_auth("test-access-token").send().await.unwrap();
    assert_eq!(get(&graph, "/200000000000001/subscribed_apps").await.1["data"].as_array().unwrap().len(), 1);

    let (_, token) = get(&graph, "/debug_token?input_token=test-access-token").await;
    assert_eq!((&token["data"]["is_valid"], &token["data"]["app_id"]), (&json!(true), &json!("400000000000001")));
    assert_eq!(get(&graph, "/debug_token?input_token=other").await.1["data"]["is_valid"], false);
    let url = format!("{}/debug_token?input_token=x&access_token=400000000000001|wrong", graph.url());
    assert_eq!(client().get(url).send().await.unwrap().status(), 400);
    let (status, _) = get(&graph, "/300000000000001?appsecret_proof=00").await;
    assert_eq!(status, 400, "a wrong app secret is found out");
}

#[tokio::test]
async fn customers_are_blocked_with_an_answer_for_each() {
    let graph = start().await;
    let ask = async |method: reqwest::Method, users: Value| {
        let body = json!({ "messaging_product": "whatsapp", "block_users": users });
        let url = format!("{}/300000000000001/block_users", graph.url());
        let answer = client().request(method, url).bearer_auth("test-access-token").json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    use reqwest::Method;
    graph.blocked().wrote("300000000000001", "+201000002000", 0);
    let users = json!([{ "user": HEBA }, { "user_id": "EG.90010020" }, { "user": "+201000002000" },
        { "user": "+201000000100" }, { "user": "201000001842" }]);
    let (status, body) = ask(Method::POST, users).await;
    assert_eq!((status, &body["error"]["code"]), (400, &json!(139_100)));
    let added = &body["block_users"]["added_users"];
    assert_eq!(
        *added,
        json!([{ "input": HEBA, "wa_id": "201000001842" },
        { "input": "EG.90010020", "user_id": "EG.90010020" }])
    );
    let failed = body["block_users"]["failed_users"].as_array().unwrap();
    let codes: Vec<_> = failed.iter().map(|user| user["errors"][0]["code"].as_i64().unwrap()).collect();
    assert_eq!(codes, [131_047, 131_021, 131_009], "too long ago, ourselves, no phone number");
    let (_, listed) = get(&graph, "/300000000000001/block_users").await;
    assert_eq!(listed["data"].as_array().unwrap().len(), 2);
    let (status, body) = post(&graph, &text(HEBA, "m1")).await.unwrap();
    assert_eq!((status, &body["error"]["code"]), (400, &json!(130_403)));
    for _ in 0..2 {
        let (status, body) = ask(Method::DELETE, json!([{ "user": HEBA }])).await;
        assert_eq!((status, &body["block_users"]["removed_users"][0]["input"]), (200, &json!(HEBA)), "twice no harm");
    }
    assert_eq!(post(&graph, &text(HEBA, "m1")).await.unwrap().0, 200);
    assert_eq!(ask(Method::POST, json!([])).await.0, 400);
}
