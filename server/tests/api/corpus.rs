//! Every webhook we know, changed at every place: each of its parts is applied or set aside, none is tried for ever, and
//! nothing behind it waits. A share of the changes here; all of them with `make fuzz`.

use std::collections::HashSet;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};

use crate::harness::{AHMED, Agent, Backend, House, Place, Writer, all_fixtures, run, seed};

/// Changes tried, unless all are asked for.
const SHARE: usize = 800;
/// Changes of one house, when all are.
const AT_ONCE: usize = 1_500;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn row_6_changed_webhooks_are_applied_or_set_aside_sqlite() {
    corpus_of(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn row_6_changed_webhooks_are_applied_or_set_aside_postgres() {
    corpus_of(Backend::Postgres).await;
}

async fn corpus_of(backend: Backend) {
    if !backend.is_wanted() {
        return;
    }
    let fixtures: Vec<Value> = all_fixtures().iter().map(|(_, body)| serde_json::from_slice(body).unwrap()).collect();
    let mut changes = all_changes(&fixtures);
    let all = changes.len();
    if std::env::var("MAJLIS_FUZZ_SECONDS").is_err() {
        let mut dice = StdRng::seed_from_u64(seed());
        changes = (0..SHARE).map(|_| changes.swap_remove(dice.random_range(0..changes.len()))).collect();
    }
    println!("{} of {all} changes", changes.len());
    for changes in changes.chunks(AT_ONCE) {
        run(backend, async |place| each_is_applied_or_set_aside(place, &fixtures, changes).await).await;
    }
}

/// What stands where something else should: `None` is nothing at all.
fn strangers() -> Vec<Option<Value>> {
    let deep = (0..40).fold(json!("deep"), |inside, _| json!([{ "in": inside }]));
    vec![
        None,
        Some(Value::Null),
        Some(json!(true)),
        Some(json!(-1)),
        Some(json!(u64::MAX)),
        Some(json!(1e300)),
        Some(json!("")),
        Some(json!("کلمة \u{202e} ‏")),
        Some(json!("ي".repeat(5_000))),
        Some(json!("99999999999999999999")),
        Some(json!([])),
        Some(json!({})),
        Some(json!([null, 1, "x", {}])),
        Some(deep),
    ]
}

/// The places of a value, as JSON pointers.
fn places(value: &Value, here: &str, found: &mut Vec<String>) {
    found.push(here.to_owned());
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, inner)| places(inner, &format!("{here}/{name}"), found));
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(at, inner)| places(inner, &format!("{here}/{at}"), found));
        }
        _ => {}
    }
}

/// The value with something else at a place.
fn with(value: &Value, place: &str, stranger: Option<&Value>) -> Value {
    let mut changed = value.clone();
    match (stranger, place.rsplit_once('/')) {
        (Some(stranger), _) => *changed.pointer_mut(place).unwrap() = stranger.clone(),
        (None, Some((parent, name))) => match changed.pointer_mut(parent).unwrap() {
            Value::Object(fields) => drop(fields.remove(name)),
            Value::Array(list) => drop(list.remove(name.parse().unwrap())),
            _ => unreachable!("a place lies in something"),
        },
        (None, None) => changed = Value::Null,
    }
    changed
}

/// A change: which fixture, where, and which stranger.
type Change = (usize, String, usize);

/// Every change of every fixture.
fn all_changes(fixtures: &[Value]) -> Vec<Change> {
    let mut all = Vec::new();
    for (fixture, value) in fixtures.iter().enumerate() {
        let mut found = Vec::new();
        places(value, "", &mut found);
        all.extend(
            found.into_iter().flat_map(|place| (0..strangers().len()).map(move |n| (fixture, place.clone(), n))),
        );
    }
    all
}

/// A fixture with a change, its ids told apart so that it is news.
fn made(fixtures: &[Value], strangers: &[Option<Value>], change: &Change, news: usize) -> Value {
    let (fixture, place, stranger) = change;
    let changed = with(&fixtures[*fixture], place, strangers[*stranger].as_ref()).to_string();
    serde_json::from_str(&changed.replace("wamid.", &format!("wamid.{news}."))).unwrap()
}

async fn each_is_applied_or_set_aside(place: &Place, fixtures: &[Value], changes: &[Change]) {
    let mut house = House::open(place).await;
    let strangers = strangers();
    let mut told = 0;
    for (part, changes) in changes.chunks(40).enumerate() {
        // Meta batches: many entries in one body. One whose frame was changed comes alone.
        let mut entries = Vec::new();
        for (n, change) in changes.iter().enumerate() {
            let body = made(fixtures, &strangers, change, part * 40 + n);
            let whole = body["object"] == "whatsapp_business_account" && body["entry"].is_array();
            match (whole, body["entry"].as_array()) {
                (true, Some(list)) => entries.extend(list.iter().cloned()),
                _ => told += post(&house, &body).await,
            }
        }
        told += post(&house, &json!({ "object": "whatsapp_business_account", "entry": entries })).await;
    }
    let last = Writer::nth(77);
    house.receive(last.says("وأنا بخير").1).await;
    house.applied().await;
    assert!(house.conversation_of(&last).await["id"].is_string(), "nothing blocks what stands behind it");

    let metrics = house.get("/metrics").await.expect(200).body;
    let count = |name: &str| -> usize {
        let line = metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("{name}: {metrics}")).parse().unwrap()
    };
    assert_eq!(count("majlis_inbound_items_total"), told + 1, "each part once: applied or set aside");
    assert_eq!((count("majlis_inbound_errors_total"), count("majlis_panics_total")), (0, 0));

    // Everything can be read, by integrators and on screens, and no one is shown JSON.
    let conversations = every(&house, "/api/v1/conversations?limit=100").await;
    assert!(!conversations.is_empty());
    let ahmed = Agent::sign_in(&house, AHMED).await;
    let mut seen = HashSet::new();
    for row in &conversations {
        let id = row["id"].as_str().unwrap();
        for message in every(&house, &format!("/api/v1/conversations/{id}/messages?limit=100")).await {
            let wamid = message["wamid"].as_str().unwrap_or_default().to_owned();
            assert!(wamid.is_empty() || seen.insert(wamid.clone()), "{wamid} is shown twice");
            let text = message["text"].as_str().unwrap_or_default();
            assert!(!text.contains("{\"") && !text.contains("[{"), "JSON is shown: {message}");
        }
        let thread = ahmed.load(&Default::default(), Some(id)).await.thread.unwrap();
        let shown = serde_json::to_value(&thread.messages).unwrap();
        for message in shown.as_array().unwrap() {
            let text = message["text"].as_str().unwrap_or_default();
            assert!(!text.contains("{\""), "JSON is shown: {message}");
        }
    }
    // What was set aside comes to nothing new when it is tried again, and ends.
    let before = set_aside(&house).await;
    house.place.majlis(&["replay", "retry", "--all"]).await;
    assert_eq!(set_aside(&house).await, before);
    // A restart finds nothing left to do.
    house.server.terminate();
    assert!(house.server.ended().await.success());
    house.start_again().await;
    house.applied().await;
    assert_eq!(set_aside(&house).await, before);
}

async fn set_aside(house: &House<'_>) -> i64 {
    let mut raw = house.place.raw().await;
    let count = raw.number("select count(*) from quarantine").await;
    raw.close().await;
    count
}

/// Posts a body; gives how many things it tells.
async fn post(house: &House<'_>, body: &Value) -> usize {
    let body = body.to_string().into_bytes();
    let told = server::whatsapp::webhook::items(&body).len();
    house.receive(body).await;
    told
}

/// All pages of a list.
async fn every(house: &House<'_>, path: &str) -> Vec<Value> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = house.get(&format!("{path}{cursor}")).await.expect(200).json();
        all.extend(page["data"].as_array().unwrap().iter().cloned());
        let Some(next) = page["next_cursor"].as_str() else { return all };
        cursor = format!("&cursor={next}");
    }
}
