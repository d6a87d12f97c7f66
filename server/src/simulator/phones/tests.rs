use serde_json::{Value, json};

use crate::simulator::callback::{Callback, SECRET};
use crate::simulator::seed::SeedOptions;
use crate::simulator::seed::tests::database;
use crate::simulator::{Pace, Simulator, SimulatorOptions, seed};

const HEBA: &str = "+201000001001";

struct Test {
    simulator: Simulator,
    callback: Callback,
    client: reqwest::Client,
}

async fn start() -> Test {
    let callback = Callback::start(&[]).await;
    let simulator = Simulator::start(SimulatorOptions {
        callback_url: callback.url.clone(),
        app_secret: SECRET.to_owned(),
        verify_token: "verify".to_owned(),
        access_token: "token".to_owned(),
        phone_number_id: "300000000000001".to_owned(),
        waba_id: "200000000000001".to_owned(),
        display_phone: "+201000000100".to_owned(),
        house: "متجر ريحان".to_owned(),
        stylesheet_url: callback.url.replace("/webhooks/whatsapp", "/assets/build/main.css"),
        port: None,
        pace: Pace::instant(),
    })
    .await
    .unwrap();
    Test { simulator, callback, client: reqwest::Client::builder().no_proxy().build().unwrap() }
}

impl Test {
    fn origin(&self) -> String {
        self.simulator.graph().origin()
    }

    /// As the page posts.
    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        let url = format!("{}/phones/api/{path}", self.origin());
        let answer = self.client.post(url).header("sec-fetch-site", "same-origin").json(&body).send().await.unwrap();
        let status = answer.status().as_u16();
        (status, serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or(Value::Null))
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.client.get(format!("{}/phones/api/{path}", self.origin())).send().await.unwrap();
        answer.json().await.unwrap()
    }

    async fn add_heba(&self) {
        let (status, body) = self.post("people", json!({ "name": "هبة السيد", "phone": "+20 100 000 1001" })).await;
        assert_eq!((status, &body["key"]), (201, &json!(HEBA)));
    }

    /// As Majlis sends; gives the wamid.
    async fn send(&self, text: &str) -> String {
        let call = json!({ "messaging_product": "whatsapp", "to": HEBA, "type": "text", "text": { "body": text },
            "biz_opaque_callback_data": "m1" });
        let answer = self.graph(&call).await;
        answer["messages"][0]["id"].as_str().unwrap().to_owned()
    }

    async fn graph(&self, call: &Value) -> Value {
        let url = format!("{}/300000000000001/messages", self.simulator.graph_url());
        let answer = self.client.post(url).bearer_auth("token").json(call).send().await.unwrap();
        answer.json().await.unwrap()
    }

    async fn thread(&self) -> Vec<Value> {
        self.get("thread?customer=%2B201000001001").await["messages"].as_array().unwrap().clone()
    }

    /// Opens the stream of news, as a page does.
    async fn open(&self, viewer: &str) -> News {
        let url = format!("{}/phones/api/events?viewer={viewer}", self.origin());
        News { stream: self.client.get(url).send().await.unwrap(), text: String::new() }
    }
}

struct News {
    stream: reqwest::Response,
    text: String,
}

impl News {
    /// Reads news until one fits.
    async fn until(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        loop {
            while let Some((line, rest)) = self.text.split_once('\n') {
                let news: Option<Value> = line.strip_prefix("data:").and_then(|data| serde_json::from_str(data).ok());
                self.text = rest.to_owned();
                if let Some(news) = news.filter(&fits) {
                    return news;
                }
            }
            let chunk = self.stream.chunk().await.unwrap().expect("the stream lasts");
            self.text.push_str(&String::from_utf8_lossy(&chunk));
        }
    }

    async fn tick(&mut self, id: &str, tick: &str) {
        self.until(|news| news["is"] == "tick" && news["id"] == id && news["tick"] == tick).await;
    }
}

#[tokio::test]
async fn customers_write_and_see_their_ticks() {
    let test = start().await;
    test.add_heba().await;
    let mut news = test.open("v1").await;
    let (status, body) = test.post("messages", json!({ "customer": HEBA, "text": "السلام عليكم" })).await;
    assert_eq!(status, 202);
    let id = body["id"].as_str().unwrap();
    let told = news.until(|news| news["is"] == "message").await;
    assert_eq!((&told["message"]["own"], &told["message"]["tick"]), (&json!(true), &json!("sent")));
    news.tick(id, "delivered").await;

    let body = &test.callback.bodies(1).await[0]["entry"][0]["changes"][0]["value"];
    assert_eq!(body["messages"][0]["text"]["body"], "السلام عليكم");
    assert_eq!(body["messages"][0]["from"], "201000001001");
    assert_eq!(body["contacts"][0]["profile"]["name"], "هبة السيد");

    let call = json!({ "messaging_product": "whatsapp", "status": "read", "message_id": id });
    assert_eq!(test.graph(&call).await, json!({ "success": true }));
    news.tick(id, "read").await;
    assert_eq!(test.thread().await[0]["tick"], "read");
}

#[tokio::test]
async fn answers_arrive_and_are_read_by_customers_nobody_plays() {
    let test = start().await;
    test.add_heba().await;
    let wamid = test.send("أهلا").await;
    assert_eq!(test.callback.statuses(3).await, ["sent", "delivered", "read"]);
    let status = &test.callback.bodies(1).await[0]["entry"][0]["changes"][0]["value"]["statuses"][0];
    assert_eq!((&status["id"], &status["biz_opaque_callback_data"]), (&json!(wamid), &json!("m1")));
    let thread = test.thread().await;
    assert_eq!((&thread[0]["text"], &thread[0]["own"]), (&json!("أهلا"), &json!(false)));
}

#[tokio::test]
async fn a_played_phone_reads_only_while_somebody_looks() {
    let test = start().await;
    test.add_heba().await;
    let news = test.open("v1").await;
    let show = async |customers: Value| {
        let (status, _) = test.post("looking", json!({ "viewer": "v1", "customers": customers })).await;
        assert_eq!(status, 204);
    };
    show(json!([HEBA])).await;
    show(json!([])).await;
    test.send("وصل الطلب").await;
    assert_eq!(test.callback.statuses(2).await, ["sent", "delivered"]);
    test.send("متى يناسبكم؟").await;
    // Had the first been read, it would stand before the second's.
    assert_eq!(test.callback.statuses(4).await, ["sent", "delivered", "sent", "delivered"]);
    show(json!([HEBA])).await;
    assert_eq!(test.callback.statuses(6).await[4..], ["read", "read"]);
    drop(news);
}

#[tokio::test]
async fn what_is_sent_to_a_phone_that_is_off_waits() {
    let test = start().await;
    test.add_heba().await;
    test.post("phone", json!({ "customer": HEBA, "off": true })).await;
    let id = test.send("أهلا").await;
    assert_eq!(test.callback.statuses(1).await, ["sent"]);
    let mut news = test.open("v1").await;
    test.post("looking", json!({ "viewer": "v1", "customers": [HEBA] })).await;
    test.post("phone", json!({ "customer": HEBA, "off": false })).await;
    news.tick(&id, "read").await;
    assert_eq!(test.callback.statuses(3).await, ["sent", "delivered", "read"]);
}

#[tokio::test]
async fn nothing_of_a_blocked_customer_comes_through() {
    let test = start().await;
    test.add_heba().await;
    let ask = async |method: reqwest::Method| {
        let url = format!("{}/300000000000001/block_users", test.simulator.graph_url());
        let body = json!({ "messaging_product": "whatsapp", "block_users": [{ "user": HEBA }] });
        let answer = test.client.request(method, url).bearer_auth("token").json(&body).send().await.unwrap();
        answer.json::<Value>().await.unwrap()
    };
    let say = async |text: &str| test.post("messages", json!({ "customer": HEBA, "text": text })).await.0;
    use reqwest::Method;
    let refused = ask(Method::POST).await;
    assert_eq!(refused["block_users"]["failed_users"][0]["errors"][0]["code"], 131_047, "she has never written");
    assert_eq!(say("سلام").await, 202);
    assert_eq!(ask(Method::POST).await["block_users"]["added_users"][0]["input"], HEBA);
    assert_eq!(say("ليه محدش بيرد؟").await, 202);
    test.post("marks", json!({ "customer": HEBA, "mark": { "edit": "x" } })).await;
    test.post("calls", json!({ "customer": HEBA, "duration_s": 0 })).await;
    ask(Method::DELETE).await;
    assert_eq!(say("أهلا").await, 202);
    let bodies = test.callback.bodies(2).await;
    let texts: Vec<_> =
        bodies.iter().map(|body| &body["entry"][0]["changes"][0]["value"]["messages"][0]["text"]["body"]).collect();
    assert_eq!(texts, [&json!("سلام"), &json!("أهلا")], "what was written meanwhile never comes");
    assert_eq!(test.thread().await[1]["tick"], "sent", "one tick, for good");
}

#[tokio::test]
async fn faults_are_chosen_on_the_phone() {
    let test = start().await;
    test.add_heba().await;
    let call = json!({ "messaging_product": "whatsapp", "to": HEBA, "type": "text", "text": { "body": "x" } });
    test.post("phone", json!({ "customer": HEBA, "fault": "window_closed" })).await;
    assert_eq!(test.graph(&call).await["error"]["code"], 131_047);
    test.post("phone", json!({ "customer": HEBA, "fault": "undeliverable" })).await;
    test.send("x").await;
    assert_eq!(test.callback.statuses(1).await, ["failed"]);
    assert_eq!(test.thread().await, Vec::<Value>::new(), "the customer never sees it");
    test.post("phone", json!({ "customer": HEBA, "fault": "none" })).await;
    test.send("y").await;
    // Its statuses are the phone's, so the message is on it.
    assert_eq!(test.callback.statuses(2).await[..2], ["failed", "sent"]);
    assert_eq!(test.thread().await.len(), 1);
    assert_eq!(test.get("people").await["people"][0]["fault"], "none");
}

#[tokio::test]
async fn other_types_and_captured_bodies_are_posted() {
    let test = start().await;
    test.add_heba().await;
    assert_eq!(test.post("messages", json!({ "customer": HEBA, "kind": "location" })).await.0, 202);
    let message = &test.callback.bodies(1).await[0]["entry"][0]["changes"][0]["value"]["messages"][0];
    assert!(message["location"]["latitude"].is_number());
    for kind in crate::simulator::made_up::KINDS {
        assert_eq!(test.post("messages", json!({ "customer": HEBA, "kind": kind })).await.0, 202, "{kind}");
    }
    test.callback.bodies(1 + crate::simulator::made_up::KINDS.len()).await;
    let before = 1 + crate::simulator::made_up::KINDS.len();
    let captured = json!({ "object": "whatsapp_business_account", "entry": [] });
    assert_eq!(test.post("webhooks", captured.clone()).await.0, 202);
    assert_eq!(test.callback.bodies(before + 1).await[before], captured);
}

#[tokio::test]
async fn customers_react_edit_delete_and_call() {
    let test = start().await;
    test.add_heba().await;
    let on = |mark: Value| json!({ "customer": HEBA, "mark": mark });
    assert_eq!(test.post("marks", on(json!("delete"))).await.0, 404, "there is nothing to delete");
    let (_, said) = test.post("messages", json!({ "customer": HEBA, "text": "طلبي RH-1842" })).await;
    let id = &said["id"];
    for (at, (mark, pointer, key)) in [
        (json!({ "react": "👍" }), "/reaction/message_id", "reaction"),
        (json!({ "edit": "طلبي RH-1843" }), "/edit/original_message_id", "edit"),
        (json!({ "react": "" }), "/reaction/message_id", "reaction"),
        (json!("delete"), "/revoke/original_message_id", "revoke"),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(test.post("marks", on(mark)).await.0, 202, "{key}");
        let message = &test.callback.bodies(at + 2).await[at + 1]["entry"][0]["changes"][0]["value"]["messages"][0];
        assert_eq!((message["type"].as_str(), message.pointer(pointer)), (Some(key), Some(id)));
    }
    let thread = test.thread().await;
    assert_eq!((&thread[0]["kind"], &thread[0]["text"]), (&json!("revoke"), &Value::Null));
    assert_eq!(test.post("calls", json!({ "customer": HEBA, "duration_s": 125 })).await.0, 202);
    let bodies = test.callback.bodies(7).await;
    let call = |at: usize| bodies[at]["entry"][0]["changes"][0]["value"]["calls"][0].clone();
    assert_eq!((&call(5)["event"], &call(6)["event"]), (&json!("connect"), &json!("terminate")));
    assert_eq!((&call(6)["id"], &call(6)["duration"]), (&call(5)["id"], &json!(125)));
    for wrong in [on(json!({ "edit": " " })), on(json!({ "react": "x".repeat(20) }))] {
        assert_eq!(test.post("marks", wrong).await.0, 422);
    }
}

#[tokio::test]
async fn what_is_wrong_is_refused() {
    let test = start().await;
    test.add_heba().await;
    for (path, body, expected) in [
        ("people", json!({ "name": "", "phone": "+201000001002" }), 422),
        ("people", json!({ "name": "منى", "phone": "12" }), 422),
        ("messages", json!({ "customer": HEBA, "text": "  " }), 422),
        ("messages", json!({ "customer": HEBA, "kind": "poll" }), 422),
        ("messages", json!({ "customer": "+1", "text": "x" }), 404),
        ("phone", json!({ "customer": "+1", "off": true }), 404),
    ] {
        assert_eq!(test.post(path, body.clone()).await.0, expected, "{path} {body}");
    }
    let url = format!("{}/phones/api/messages", test.origin());
    let stranger = test.client.post(url).json(&json!({ "customer": HEBA, "text": "x" }));
    assert_eq!(stranger.header("origin", "http://evil.example").send().await.unwrap().status(), 403);
    assert_eq!(test.thread().await, Vec::<Value>::new());
}

#[tokio::test]
async fn the_page_and_its_files_are_served_under_a_strict_policy() {
    let test = start().await;
    for (path, kind, contains) in [
        ("?lang=en", "text/html", "Customers’ phones"),
        ("?lang=ar", "text/html", "dir=\"rtl\""),
        ("/assets/phones.js", "text/javascript", "EventSource"),
        ("/assets/parts.js", "text/javascript", "textContent"),
        ("/assets/phones.css", "text/css", ".phone-app"),
        ("/style/main.css", "text/css", "the app's own"),
        ("", "text/html", "href=\"/phones/style/main.css\""),
    ] {
        let answer = test.client.get(format!("{}{path}", test.simulator.phones_url())).send().await.unwrap();
        let headers = answer.headers().clone();
        assert_eq!(answer.status(), 200, "{path}");
        assert!(headers["content-type"].to_str().unwrap().starts_with(kind), "{path}");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"));
        assert!(answer.text().await.unwrap().contains(contains), "{path}");
    }
    let foreign = test.client.get(test.simulator.phones_url()).header("host", "evil.example").send().await.unwrap();
    assert_eq!(foreign.status(), 403);
}

#[tokio::test]
async fn stored_conversations_are_on_the_phones_again() {
    let test = start().await;
    let (db, channel_id, _folder) = database().await;
    let options = SeedOptions::new(app::ctx::now_ms());
    seed(&db, &channel_id, &options).await.unwrap();
    assert_eq!(test.simulator.load_customers(&db).await.unwrap(), options.conversations);
    let people = test.get("people").await["people"].as_array().unwrap().clone();
    assert_eq!(people.len(), options.conversations);
    let times: Vec<i64> = people.iter().map(|person| person["last_at_ms"].as_i64().unwrap()).collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "the newest first");
    let key = people[0]["key"].as_str().unwrap().replace('+', "%2B");
    let thread = test.get(&format!("thread?customer={key}")).await;
    assert!(thread["messages"].as_array().unwrap().len() >= 9);
    // Again changes nothing.
    test.simulator.load_customers(&db).await.unwrap();
    assert_eq!(test.get(&format!("thread?customer={key}")).await, thread);
}
