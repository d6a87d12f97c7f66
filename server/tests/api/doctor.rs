//! `majlis doctor`: what is well is said to be well, what is not comes with its fix.

use serde_json::Value;
use server::simulator::FakeNumber;

use crate::harness::{House, Place, fixture};

both!(a_sound_house_is_said_to_be_sound, what_is_broken_is_named_with_its_fix, the_account_and_the_app_are_compared,);

/// Runs the doctor as the server's owner would, and gives each finding by its word.
async fn examine(house: &House<'_>, public_url: Option<&str>, graph_url: &str) -> (Option<i32>, Vec<Value>) {
    let mut command = house.place.program();
    command.env("MAJLIS_LISTEN", house.server.address.to_string()).env("MAJLIS_GRAPH_URL", graph_url);
    command.envs(public_url.map(|url| ("MAJLIS_PUBLIC_URL", url))).args(["doctor", "--json"]);
    let said = house.place.run(command, "").await;
    let report: Value = serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {said:?}"));
    (said.code, report["findings"].as_array().unwrap().clone())
}

fn level<'a>(findings: &'a [Value], check: &str) -> &'a str {
    let found = findings.iter().find(|finding| finding["check"] == check);
    found.unwrap_or_else(|| panic!("nothing about {check}: {findings:?}"))["level"].as_str().unwrap()
}

async fn a_sound_house_is_said_to_be_sound(place: &Place) {
    let house = House::open(place).await;
    place.majlis(&["backup", place.folder.join("backup").to_str().unwrap()]).await;
    let (code, findings) = examine(&house, Some(&house.url()), &house.graph.url()).await;
    for check in [
        "data_folder",
        "media_folder",
        "database",
        "writes",
        "master_key",
        "outbox",
        "journal",
        "quarantine",
        "backup",
        "clock_meta",
        "server",
        "callback",
        "signature",
        "access_token",
        "phone_number",
        "app_secret",
        "subscription",
    ] {
        assert_eq!(level(&findings, check), "ok", "{check}: {findings:#?}");
    }
    assert_eq!(code, Some(0), "{findings:#?}");
    let secrets = ["test-app-secret", "test-access-token", "rayhan-verify-token"];
    for secret in secrets {
        assert!(!findings.iter().any(|finding| finding["found"].as_str().unwrap().contains(secret)), "{secret}");
    }
    let mut command = place.program();
    command.env("LANG", "ar_EG.UTF-8").env("MAJLIS_GRAPH_URL", house.graph.url()).arg("doctor");
    let said = place.run(command, "").await;
    assert!(said.out.contains("المفتاح الرئيسي"), "{said:?}");
}

async fn what_is_broken_is_named_with_its_fix(place: &Place) {
    let mut house = House::open(place).await;
    house.receive(fixture("unknown_field", &[])).await;
    house.applied().await;
    let mut raw = place.raw().await;
    raw.execute("update channels set verify_token_sealed = access_token_sealed").await;
    raw.close().await;
    house.server.kill();
    let (code, findings) = examine(&house, None, "http://127.0.0.1:9/x").await;
    assert_eq!(code, Some(1), "{findings:#?}");
    assert_eq!(level(&findings, "master_key"), "fail");
    for check in ["server", "quarantine", "backup", "clock_meta"] {
        assert_eq!(level(&findings, check), "warn", "{check}");
    }
    for finding in findings.iter().filter(|finding| finding["level"] != "ok") {
        assert!(finding["fix"].as_str().is_some_and(|fix| !fix.is_empty()), "{finding}");
    }
}

async fn the_account_and_the_app_are_compared(place: &Place) {
    let house = House::open(place).await;
    let waba_id = "200000000000099".to_owned();
    let other = FakeNumber { phone_number_id: "300000000000002".to_owned(), waba_id, ..FakeNumber::example() };
    house.graph.add_number(other);
    let mut raw = place.raw().await;
    raw.execute("update channels set waba_id = '200000000000099'").await;
    raw.close().await;
    let (code, findings) = examine(&house, Some(&house.url()), &house.graph.url()).await;
    assert_eq!(code, Some(1));
    assert_eq!((level(&findings, "access_token"), level(&findings, "phone_number")), ("ok", "fail"), "{findings:#?}");
    let mut raw = place.raw().await;
    raw.execute("update channels set waba_id = '200000000000001'").await;
    raw.close().await;
    house.graph.subscribe_only("900000000000009", "Somebody else’s app");
    let (code, findings) = examine(&house, Some(&house.url()), &house.graph.url()).await;
    assert_eq!((code, level(&findings, "phone_number"), level(&findings, "subscription")), (Some(1), "ok", "fail"));
    let found = findings.iter().find(|finding| finding["check"] == "subscription").unwrap();
    assert!(found["found"].as_str().unwrap().contains("Somebody else"), "{found}");
}
