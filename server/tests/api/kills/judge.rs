//! What must hold when the program has come up for the last time and all is done.

use std::collections::HashMap;

use serde_json::Value;

use super::load::{Load, Person, Shown};
use super::tally::Tally;
use crate::harness::{House, eventually};

/// Waits until everything has ended, then compares what Meta knows, what was answered and what is shown.
pub async fn judge(house: &House<'_>, load: &Load, tally: &mut Tally) {
    load.be_patient(house);
    load.work(house).await;
    assert!(load.is_done(), "with nobody to kill it, it answers");
    house.applied().await;
    eventually("the history is brought over", async || {
        let mut raw = house.place.raw().await;
        let waiting = raw.number("select count(*) from history_chunks where done_at_ms is null").await;
        raw.close().await;
        (waiting == 0).then_some(())
    })
    .await;
    let mut rows = Vec::new();
    for person in &load.people {
        rows.push(eventually_settled(house, person).await);
    }
    house.applied().await;
    let mut raw = house.place.raw().await;
    assert_eq!(
        raw.number("select count(*) from parked_statuses").await,
        0,
        "a status waits for a message that is there"
    );
    assert_eq!(
        raw.number("select count(*) from outbox where state <> 'unknown'").await,
        0,
        "the outbox holds what has ended"
    );
    let gaps = "select coalesce(max(seq) - min(seq) + 1 - count(*), 0) from events";
    assert_eq!(raw.number(gaps).await, 0, "numbers of events without events");
    raw.close().await;
    let mut bad_items = 0;
    for (person, messages) in load.people.iter().zip(&rows) {
        let past = person.past();
        judge_incoming(house, person, messages, tally).await;
        judge_outgoing(house, person, messages, tally);
        tally.webhooks += past.acked;
        tally.wishes += past.wishes.len();
        bad_items += past.bad_items;
    }
    let mut raw = house.place.raw().await;
    let set_aside = raw.number("select count(*) from quarantine").await as usize;
    raw.close().await;
    assert!(set_aside >= bad_items, "{set_aside} items were set aside of {bad_items} that cannot be read");
    tally.set_aside += set_aside;
}

/// Every message of a conversation, oldest first, once nothing about it is under way.
async fn eventually_settled(house: &House<'_>, person: &Person) -> Vec<Value> {
    let mut seen = String::new();
    let settled = tokio::time::timeout(crate::harness::PATIENCE, async {
        loop {
            let messages = history(house, &person.conversation).await;
            match messages.iter().find(|message| !is_settled(house, person, message)) {
                None => return messages,
                Some(message) => seen = message.to_string(),
            }
            // What is uncertain holds up its conversation for 20 seconds.
            house.time_passes().await;
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    });
    let settled = settled.await;
    settled
        .unwrap_or_else(|_| panic!("it never ends, plan {:?}, ledger {:?}: {seen}", person.plan, taken(house, &seen)))
}

fn taken(house: &House<'_>, message: &str) -> Vec<String> {
    let id = serde_json::from_str::<Value>(message).ok().and_then(|message| message["id"].as_str().map(str::to_owned));
    let sends = house.graph.ledger().sends().into_iter().filter_map(|send| send.biz_opaque_callback_data);
    sends.filter(|callback| id.as_ref().is_some_and(|id| callback.starts_with(id.as_str()))).collect()
}

fn is_settled(house: &House<'_>, person: &Person, message: &Value) -> bool {
    let status = message["status"].as_str().unwrap();
    if message["direction"] == "in" {
        return message["media"].is_null() || message["media"]["state"] == "ready";
    }
    if ["queued", "claimed", "in_flight"].contains(&status) {
        return false;
    }
    let id = message["id"].as_str().unwrap();
    let taken = house.graph.ledger().sends_with_callback(&format!("{id}.1"));
    taken.is_empty() || person.plan.ends().contains(&status)
}

async fn history(house: &House<'_>, conversation: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut before = String::new();
    loop {
        let page = house.get(&format!("/api/v1/conversations/{conversation}/messages?limit=100{before}")).await;
        let page = page.expect(200).json();
        all.extend(page["data"].as_array().unwrap().iter().cloned());
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        before = format!("&cursor={cursor}");
    }
    all.reverse();
    all
}

/// What was answered 200 is there, once, in the order in which the customer wrote; nothing else is.
async fn judge_incoming(house: &House<'_>, person: &Person, messages: &[Value], tally: &mut Tally) {
    judge_brought(person, messages, tally);
    let seqs: Vec<_> = seqs(messages).filter(|seq| *seq > 0).collect();
    assert_eq!(seqs, (1..=seqs.len() as i64).collect::<Vec<_>>(), "no gap and no double");
    // The first is the greeting from before.
    let now = messages.iter().filter(|message| message["seq"].as_i64() > Some(0));
    let told = now.filter(|message| message["direction"] == "in").skip(1);
    let told: Vec<_> = told.map(|message| (message["wamid"].as_str().unwrap(), message["text"].as_str())).collect();
    let past = person.past();
    let expected: Vec<_> = past.shown.iter().map(|shown| (shown.wamid.as_str(), shown.text.as_deref())).collect();
    assert_eq!(told, expected, "each webhook answered 200 once and in order");
    for Shown { wamid, .. } in past.shown.iter().filter(|shown| shown.kind == "document") {
        let message = messages.iter().find(|message| message["wamid"] == *wamid).unwrap();
        let file = house.get(message["media"]["url"].as_str().unwrap()).await.expect(200).body;
        assert!(file.starts_with("رسالة "), "the file is whole: {file}");
        tally.files += 1;
    }
}

fn seqs(messages: &[Value]) -> impl Iterator<Item = i64> {
    messages.iter().map(|message| message["seq"].as_i64().unwrap())
}

/// What was answered 200 of the time before is there, once, in the order of its time; nothing else is.
fn judge_brought(person: &Person, messages: &[Value], tally: &mut Tally) {
    let brought: Vec<_> = messages.iter().filter(|message| message["seq"].as_i64() < Some(0)).collect();
    let told: Vec<_> = brought.iter().map(|message| (message["wamid"].as_str(), message["text"].as_str())).collect();
    let expected = person.past().brought;
    let expected: HashMap<_, _> =
        expected.iter().map(|shown| (Some(shown.wamid.as_str()), shown.text.as_deref())).collect();
    assert_eq!(told.len(), expected.len(), "each message of the past once");
    assert!(told.iter().all(|(wamid, text)| expected.get(wamid) == Some(text)), "{told:?}");
    let times: Vec<_> = brought.iter().map(|message| message["sent_at_ms"].as_i64().unwrap()).collect();
    assert!(times.is_sorted(), "{times:?}");
    tally.brought += brought.len();
}

/// What was wished for is there, once; Meta took it at most once and in order; what Meta took is known or shown as
/// uncertain, and what is uncertain is nothing else.
fn judge_outgoing(house: &House<'_>, person: &Person, messages: &[Value], tally: &mut Tally) {
    let past = person.past();
    let sent: Vec<_> = messages.iter().filter(|message| message["direction"] == "out").collect();
    let told: Vec<_> = sent.iter().map(|message| (message["id"].as_str(), message["text"].as_str())).collect();
    let expected: Vec<_> = past.wishes.iter().map(|wish| (wish.id.as_deref(), Some(wish.text.as_str()))).collect();
    assert_eq!(told, expected, "each wish answered 202 once and in order");
    let taken = house.graph.ledger().sends_to(person.writer.key());
    let mut times: HashMap<&str, usize> = HashMap::new();
    for send in &taken {
        *times.entry(&send.body).or_default() += 1;
    }
    let twice: Vec<_> = times.iter().filter(|(_, count)| **count > 1).collect();
    assert!(twice.is_empty(), "sent twice: {twice:?}");
    let order = past.wishes.iter().map(|wish| wish.text.as_str()).filter(|text| times.contains_key(text));
    let taken_in_order: Vec<_> = taken.iter().map(|send| send.body.as_str()).collect();
    assert_eq!(taken_in_order, order.collect::<Vec<_>>(), "a customer gets messages in their order");
    tally.sent += taken.len();
    for message in &sent {
        let status = message["status"].as_str().unwrap();
        let uncertain = ["unknown", "unconfirmed"].contains(&status);
        match taken.iter().find(|send| message["text"] == send.body.as_str()) {
            Some(send) if !uncertain => assert_eq!(message["wamid"], send.wamid.as_str(), "{message}"),
            Some(_) => {}
            None => assert!(uncertain, "Meta never took what is shown as {status}: {message}"),
        }
        tally.uncertain += usize::from(uncertain);
    }
}
