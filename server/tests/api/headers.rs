//! What every answer carries, and how much every door takes.

use reqwest::Method;
use serde_json::json;

use crate::harness::{AHMED, Agent, House, Place, Writer, read};

both!(
    every_answer_carries_its_policy,
    a_public_address_asks_for_https_from_then_on,
    doors_take_no_more_than_they_need,
    numbers_for_prometheus_need_a_key,
);

async fn every_answer_carries_its_policy(place: &Place) {
    let house = House::open(place).await;
    let ahmed = Agent::sign_in(&house, AHMED).await;
    let answers = [
        ("sign-in", house.http.get("/signin").await.expect(200), true),
        ("inbox", ahmed.page("/inbox").await.expect(200), true),
        ("REST", house.get("/api/v1/conversations").await.expect(200), false),
        ("a problem", house.http.get("/api/v1/conversations").await.expect(401), false),
        ("nowhere", house.http.get("/nothing/here").await.expect(404), false),
        ("a redirect", house.http.get("/inbox").await.expect(303), false),
        ("health", house.http.get("/healthz").await.expect(200), false),
        ("an asset", house.http.get("/assets/none/main.css").await.expect(404), false),
        ("refused", read(house.http.request(Method::POST, "/session").body("x")).await.expect(403), false),
    ];
    let mut nonces = Vec::new();
    for (name, answer, has_scripts) in &answers {
        let policy = answer.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "style-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "connect-src 'self'",
        ] {
            assert!(policy.contains(part), "{name}: {policy}");
        }
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{name}: {policy}");
        let scripts = policy.split(';').find(|part| part.trim().starts_with("script-src")).unwrap();
        match scripts.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()) {
            Some(nonce) => {
                assert!(*has_scripts && nonce.len() >= 20, "{name}: {scripts}");
                assert!(answer.body.contains(&format!("nonce=\"{nonce}\"")), "{name}: the page knows its nonce");
                nonces.push(nonce.to_owned());
            }
            None => assert!(!has_scripts && scripts.trim() == "script-src 'none'", "{name}: {scripts}"),
        }
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{name}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{name}");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{name}");
        assert_eq!(answer.header("strict-transport-security"), "", "{name}: not over plain http");
    }
    assert_ne!(nonces[0], nonces[1], "a nonce is used once");
    assert_eq!(answers[1].1.header("cache-control"), "no-store");
    assert!(answers[2].1.header("content-type").starts_with("application/json"));
}

async fn a_public_address_asks_for_https_from_then_on(place: &Place) {
    let house = House::open_with(place, &[("MAJLIS_PUBLIC_URL", "https://inbox.rayhan.example")]).await;
    let page = house.http.get("/signin").await.expect(200);
    assert!(page.header("strict-transport-security").contains("max-age="));
    // Pages of that address may act, and so may this machine's own.
    for (origin, expected) in [
        ("https://inbox.rayhan.example", 303),
        (house.url().as_str(), 303),
        ("http://inbox.rayhan.example", 403),
        ("https://rayhan.example", 403),
    ] {
        let request = house.http.request(Method::POST, "/session/end").header("origin", origin);
        assert_eq!(read(request).await.status, expected, "{origin}");
    }
}

async fn doors_take_no_more_than_they_need(place: &Place) {
    let house = House::open(place).await;
    let ahmed = Agent::sign_in(&house, AHMED).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let large = "x".repeat(300 * 1024);
    let form = "application/x-www-form-urlencoded";
    for (path, kind, body) in [
        ("/session", form, format!("email={large}&password=x")),
        ("/preferences", form, format!("next={large}")),
        ("/setup", form, format!("token={large}")),
        ("/fn/inbox/load", "application/json", json!({ "filter": {}, "open": large }).to_string()),
        ("/fn/profile/save", "application/json", json!({ "name": large, "locale": "ar" }).to_string()),
        ("/fn/no/such/function", "application/json", large.clone()),
    ] {
        let request = house.http.request(Method::POST, path).header("origin", house.url());
        let request = request.header("cookie", &ahmed.cookie).header("content-type", kind).body(body);
        assert_eq!(read(request).await.status, 413, "{path}");
    }
    // The premise: a long text is not too much.
    ahmed.send(&conversation, &"ن".repeat(4_096), "m1").await.unwrap();
}

async fn numbers_for_prometheus_need_a_key(place: &Place) {
    let house = House::open(place).await;
    house.http.get("/metrics").await.problem(401, "unauthorized");
    Agent::sign_in(&house, AHMED).await.page("/metrics").await.expect(401);
    house.receive(Writer::nth(1).says("أهلًا").1).await;
    house.applied().await;
    let answer = house.get("/metrics").await.expect(200);
    assert!(answer.header("content-type").starts_with("text/plain; version=0.0.4"), "{answer:?}");
    for line in ["majlis_webhooks_accepted_total 1", "majlis_messages_received_total 1", "majlis_live_sockets 0"] {
        assert!(answer.body.lines().any(|held| held == line), "{line}: {}", answer.body);
    }
}
