//! What was set aside, read again; and the journal applied again, which changes nothing that is there.

use app::api::quarantine::{RetriedMany, RetryOutcome, SetAsideDetails, SetAsidePage};
use app::error::AppError;
use serde_json::{Value, json};
use server::simulator::FakeNumber;

use crate::harness::{ADMIN, AHMED, Agent, House, Place, Tab, Writer, connect, eventually, fixture};

both!(
    row_4_what_was_set_aside_takes_its_place_when_it_is_understood,
    row_8_a_range_applied_again_changes_only_what_is_missing,
    admins_see_and_handle_what_was_set_aside,
    the_retry_of_all_ends_though_some_are_refused_again,
    wrong_replays_are_refused_in_a_line,
);

/// The number that `unknown_number.json` writes to.
fn late_number() -> FakeNumber {
    FakeNumber {
        phone_number_id: "300000000000999".to_owned(),
        display_phone: "+20 100 000 0900".to_owned(),
        ..FakeNumber::example()
    }
}

async fn the_one_set_aside(house: &House<'_>) -> String {
    house.applied().await;
    let items = house.quarantine().await;
    assert_eq!(items.len(), 1, "{items:?}");
    items[0]["id"].as_str().unwrap().to_owned()
}

async fn row_4_what_was_set_aside_takes_its_place_when_it_is_understood(place: &Place) {
    let house = House::open(place).await;
    house.receive(fixture("unknown_number", &[])).await;
    let id = the_one_set_aside(&house).await;
    let shown = place.majlis_json(&["replay", "show", &id]).await;
    assert!(shown["reason"].as_str().unwrap().contains("not connected"), "{shown}");
    assert!(shown["place"].as_str().unwrap().ends_with("messages[0]"), "{shown}");
    assert!(shown["raw"]["id"].as_str().unwrap().starts_with("wamid."), "{shown}");
    assert!(shown["journal"]["received_at_ms"].is_i64(), "{shown}");
    let pretty = place.majlis(&["replay", "show", &id]).await;
    assert!(pretty.contains("\n  \"id\": \"wamid."), "on many lines: {pretty}");

    let still = place.majlis_json(&["replay", "retry", &id]).await;
    assert_eq!(still["outcome"], "still_set_aside");
    assert_eq!(house.quarantine().await.len(), 1);

    connect(place, &late_number(), "late-token").await;
    let mut tab = Tab::open(&Agent::sign_in(&house, ADMIN).await, None).await;
    tab.until_house("one is set aside", |house| house.set_aside == 1).await;
    let done = place.majlis_json(&["replay", "retry", &id]).await;
    assert_eq!((&done["outcome"], &done["resolved"]), (&json!("understood"), &json!([id])), "{done}");
    assert_eq!(done["changed"].as_array().unwrap().len(), 1);
    tab.until("the message is on the screen", |view| view.list.rows.len() == 1).await;
    tab.until_house("nothing is set aside", |house| house.set_aside == 0).await;
    assert_eq!(house.quarantine().await, Vec::<Value>::new());

    let again = place.majlis_json(&["replay", "retry", &id]).await;
    assert_eq!((&again["outcome"], &again["changed"]), (&json!("handled_before"), &json!([])));
    assert_eq!(house.conversations().await[0]["unread_count"], 1, "once");
}

async fn row_8_a_range_applied_again_changes_only_what_is_missing(place: &Place) {
    let house = House::open(place).await;
    let heba = Writer::nth(1);
    let (lost, body) = heba.says("الأولى");
    house.receive(body).await;
    house.receive(heba.says("الثانية").1).await;
    house.receive(fixture("unknown_field", &[])).await;
    house.applied().await;
    let before = house.conversations().await;
    let unchanged = place.majlis_json(&["replay", "range", "1", "100"]).await;
    assert_eq!((&unchanged["requests"], &unchanged["changed"]), (&json!(3), &json!([])), "{unchanged}");
    assert_eq!(unchanged["refused"].as_array().unwrap().len(), 1, "{unchanged}");
    assert_eq!(house.conversations().await, before);
    assert_eq!(house.quarantine().await.len(), 1, "and it is set aside once");

    let mut raw = place.raw().await;
    raw.execute(&format!("delete from messages where wamid = '{lost}'")).await;
    raw.close().await;
    let healed = place.majlis_json(&["replay", "range", "1", "2"]).await;
    assert_eq!(healed["changed"].as_array().unwrap().len(), 1, "{healed}");
    let conversation = before[0]["id"].as_str().unwrap();
    assert!(house.messages(conversation).await.iter().any(|message| message["wamid"] == lost.as_str()));
    let beside = place.majlis_json(&["replay", "range", "2", "2"]).await;
    assert_eq!((&beside["requests"], &beside["items"], &beside["changed"]), (&json!(1), &json!(1), &json!([])));
}

async fn admins_see_and_handle_what_was_set_aside(place: &Place) {
    let house = House::open(place).await;
    let (mona, ahmed) = (Agent::sign_in(&house, ADMIN).await, Agent::sign_in(&house, AHMED).await);
    let (mut hers, mut his) = (Tab::open(&mona, None).await, Tab::open(&ahmed, None).await);
    house.receive(fixture("unknown_number", &[])).await;
    house.receive(fixture("unknown_field", &[])).await;
    hers.until_house("two are set aside", |house| house.set_aside == 2).await;
    let page: SetAsidePage = mona.call("quarantine/list", json!({ "before": null })).await.unwrap();
    assert_eq!((page.items.len(), &page.next), (2, &None));
    let older = json!({ "before": page.items[0].id });
    let rest: SetAsidePage = mona.call("quarantine/list", older).await.unwrap();
    assert_eq!(rest.items, page.items[1..]);
    let (field, number) = (page.items[0].id.as_str(), page.items[1].id.as_str());
    let details: SetAsideDetails = mona.call("quarantine/show", json!({ "id": number })).await.unwrap();
    assert!(details.raw.contains("\n  "), "{}", details.raw);
    let refused: RetryOutcome = mona.call("quarantine/retry", json!({ "id": number })).await.unwrap();
    assert!(matches!(refused, RetryOutcome::Refused { .. }), "{refused:?}");

    for (function, arguments) in [
        ("quarantine/list", json!({ "before": null })),
        ("quarantine/show", json!({ "id": number })),
        ("quarantine/retry", json!({ "id": number })),
        ("quarantine/retry-after", json!({ "after": "" })),
        ("quarantine/dismiss", json!({ "id": number })),
    ] {
        assert_eq!(ahmed.call::<Value>(function, arguments).await, Err(AppError::Forbidden), "{function}");
    }
    for function in ["quarantine/show", "quarantine/retry", "quarantine/dismiss"] {
        let unknown = mona.call::<Value>(function, json!({ "id": "nothing" })).await;
        assert_eq!(unknown, Err(AppError::NotFound), "{function}");
    }

    mona.call::<()>("quarantine/dismiss", json!({ "id": field })).await.unwrap();
    hers.until_house("one is set aside", |house| house.set_aside == 1).await;
    connect(place, &late_number(), "late-token").await;
    let understood: RetryOutcome = mona.call("quarantine/retry", json!({ "id": number })).await.unwrap();
    assert_eq!(understood, RetryOutcome::Understood);
    hers.until_house("nothing is set aside", |house| house.set_aside == 0).await;
    his.until("the message is there for all", |view| view.list.rows.len() == 1).await;
    assert_eq!(his.house.set_aside, 0, "agents hear nothing of it");
}

async fn the_retry_of_all_ends_though_some_are_refused_again(place: &Place) {
    let house = House::open(place).await;
    for name in ["unknown_number", "unknown_field", "malformed_message"] {
        house.receive(fixture(name, &[])).await;
    }
    house.applied().await;
    let waiting = house.quarantine().await.len();
    assert!(waiting >= 3, "{waiting}");
    connect(place, &late_number(), "late-token").await;
    let all = place.majlis_json(&["replay", "retry", "--all"]).await;
    assert_eq!(all["resolved"].as_array().unwrap().len(), 1, "{all}");
    assert_eq!(all["refused"].as_array().unwrap().len(), waiting - 1, "{all}");
    assert_eq!(house.quarantine().await.len(), waiting - 1);
    let mona = Agent::sign_in(&house, ADMIN).await;
    let mut after = String::new();
    let mut tried = 0;
    loop {
        let part: RetriedMany = mona.call("quarantine/retry-after", json!({ "after": after })).await.unwrap();
        tried += part.refused;
        let Some(last) = part.last else { break };
        after = last;
    }
    assert_eq!(tried, waiting as i64 - 1);
    let alive = eventually("the worker goes on", async || {
        house.receive(Writer::nth(9).says("أنا هنا").1).await;
        house.conversations().await.len().checked_sub(2)
    });
    alive.await;
}

async fn wrong_replays_are_refused_in_a_line(place: &Place) {
    place.majlis(&["replay", "list"]).await;
    for args in [
        ["replay", "show", "nothing"].as_slice(),
        &["replay", "retry", "nothing"],
        &["replay", "range", "5", "2"],
        &["replay", "range", "0", "2"],
    ] {
        place.majlis_with(args, "").await.refused();
    }
    for args in [["replay", "retry"].as_slice(), &["replay", "range", "a", "b"]] {
        assert_ne!(place.majlis_with(args, "").await.code, Some(0), "{args:?}");
    }
}
