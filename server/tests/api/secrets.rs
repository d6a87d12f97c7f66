//! No secret leaves: not into files, not into logs, not into answers (promise 7).

use serde_json::{Value, json};
use server::simulator::{Behaviour, FakeNumber};

use crate::harness::{ADMIN, Agent, House, Place, Writer, boot_of, connect, signature};

both!(secrets_stay_where_they_belong);

const TOKEN: &str = "canary-access-token-7f3a91";
const SECRET: &str = "canary-app-secret-5b20cd";
const VERIFY: &str = "canary-verify-token-1e88aa";
const PASSWORD: &str = "canary password 94d1f0 of hers";
const ROTATED: &str = "canary-second-secret-0c5d7e";

async fn secrets_stay_where_they_belong(place: &Place) {
    let number = FakeNumber { access_token: TOKEN.to_owned(), app_secret: SECRET.to_owned(), ..FakeNumber::example() };
    let channel = connect(place, &number, VERIFY).await;
    let key = place.majlis(&["key", "add", "--name", "Shop", "--role", "admin"]).await;
    let add = ["user", "add", "--email", ADMIN, "--name", "Mona", "--role", "admin", "--password-stdin"];
    place.majlis_with(&add, PASSWORD).await.succeeded();
    let mut house = House::open_bare(place, &[("MAJLIS_LOG", "debug")]).await;
    house.key = key.clone();
    house.graph.replace_token(&number.phone_number_id, TOKEN);
    let admin = Agent::sign_in_as(&house.http, ADMIN, PASSWORD).await;
    let session = admin.cookie.split_once('=').unwrap().1.to_owned();

    // Everything that touches a secret, and some that fails with one in hand.
    let mut answers = Vec::new();
    let (_, body) = Writer::nth(1).says("أهلًا");
    let good = signature(SECRET, &body);
    crate::harness::read(house.webhook(body.clone(), Some(&good))).await.expect(200);
    crate::harness::read(house.webhook(body, Some(&signature("wrong", b"")))).await.expect(401);
    house.http.get(&format!("/webhooks/whatsapp?hub.mode=subscribe&hub.challenge=7&hub.verify_token={VERIFY}")).await;
    let conversation = house.conversation_of(&Writer::nth(1)).await["id"].as_str().unwrap().to_owned();
    let sent = house.send(&conversation, "أهلًا بيك", "m1").await;
    house.message_becomes(&conversation, &sent, "accepted").await;
    house.graph.next(Behaviour::hang_up());
    let lost = house.send(&conversation, "ضاعت", "m2").await;
    house.message_becomes(&conversation, &lost, "unknown").await;
    let input = |secret: &str| {
        json!({ "name": "Rayhan Shop", "phone_number_id": "300000000000001", "waba_id": "200000000000001",
                "display_phone": "+201000000100", "access_token": "", "app_secret": secret, "verify_token": "",
                "coexistence": false })
    };
    let update = json!({ "id": channel, "input": input(ROTATED), "read_receipts": "on_open" });
    answers.push(admin.call::<Value>("channels/update", update).await.unwrap().to_string());
    answers.push(admin.call::<Value>("channels/check", json!({ "input": input("") })).await.unwrap().to_string());
    answers.push(admin.call::<Value>("channels/list", json!({})).await.unwrap().to_string());
    answers.push(admin.call::<Value>("people/list", json!({})).await.unwrap().to_string());
    let wrong = json!({ "current": "canary wrong password", "new": PASSWORD });
    answers.push(format!("{:?}", admin.call::<()>("profile/password", wrong).await));
    for path in ["/inbox", "/settings", "/settings/numbers", "/settings/people"] {
        let page = admin.page(path).await;
        answers.push(boot_of(&page).to_string());
        answers.push(page.body);
    }
    answers.push(house.get("/api/v1/conversations").await.body);
    answers.push(house.get(&format!("/api/v1/conversations/{conversation}/messages")).await.body);
    answers.push(house.get("/metrics").await.body);
    for command in [["channel", "list"], ["user", "list"], ["key", "list"], ["replay", "list"]] {
        answers.push(place.majlis_json(&command).await.to_string());
    }
    let refused = crate::harness::post_form(&house.http, "/session", &[("email", ADMIN), ("password", "canary no")]);
    answers.push(crate::harness::read(refused).await.expect(422).body);

    let asked: Vec<_> = house.graph.ledger().requests().iter().map(|request| request.body.clone()).collect();
    let canaries = [TOKEN, SECRET, VERIFY, PASSWORD, ROTATED, &key, &session, "canary"];
    for canary in canaries {
        for answer in answers.iter().chain(&asked) {
            assert!(!answer.contains(canary), "{canary} in an answer: {answer}");
        }
    }
    // The files while it runs, with the write-ahead log, and once it has ended.
    kept_from_files(place, &canaries).await;
    house.server.terminate();
    house.server.ended().await;
    let log = house.server.log.lines().join("\n");
    assert!(log.contains("DEBUG"), "the log is as talkative as it was asked to be");
    for canary in canaries {
        assert!(!log.contains(canary), "{canary} in the log");
    }
    kept_from_files(place, &canaries).await;
}

async fn kept_from_files(place: &Place, canaries: &[&str]) {
    for canary in canaries {
        for (name, bytes) in files(place) {
            let found = bytes.windows(canary.len()).any(|window| window == canary.as_bytes());
            assert!(!found, "{canary} in {name}");
        }
        assert_eq!(dumped(place, canary).await, 0, "{canary} in the database");
    }
}

/// Every file of the data folder and its folders: database, write-ahead log, journal, key, customers' files.
fn files(place: &Place) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![place.data()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap()) {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                found.push((entry.file_name().to_string_lossy().into_owned(), std::fs::read(entry.path()).unwrap()));
            }
        }
    }
    found
}

/// In how many places PostgreSQL's tables hold this text; SQLite's are looked at as files.
async fn dumped(place: &Place, canary: &str) -> i64 {
    if place.backend == crate::harness::Backend::Sqlite {
        return 0;
    }
    let mut raw = place.raw().await;
    let mut found = 0;
    for table in [
        "agents",
        "sessions",
        "one_time_links",
        "api_keys",
        "channels",
        "settings",
        "events",
        "messages",
        "outbox",
        "quarantine",
    ] {
        found += raw.number(&format!("select count(*) from {table} t where t::text like '%{canary}%'")).await;
    }
    found += raw.number(&format!("select count(*) from journal where encode(body, 'escape') like '%{canary}%'")).await;
    raw.close().await;
    found
}
