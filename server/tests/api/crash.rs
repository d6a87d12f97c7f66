//! Pulling the plug: what was answered 200 is there, what was sent is not sent again.

use std::time::Duration;

use futures_util::future::join_all;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use server::simulator::{Behaviour, Moment};

use crate::harness::{House, Place, Writer, eventually, seed, status_of, text_to, try_read};

both!(
    row_10_every_webhook_answered_200_survives_a_kill,
    row_12_a_send_killed_before_meta_took_it_is_not_repeated,
    row_12_a_send_killed_after_meta_took_it_is_not_repeated,
    row_12_what_waits_in_the_queue_survives_a_kill,
    row_12_every_wish_answered_202_survives_a_kill_and_goes_out_once,
);

const KILLS: usize = 5;
const WRITERS: usize = 6;

async fn row_10_every_webhook_answered_200_survives_a_kill(place: &Place) {
    let mut house = House::open(place).await;
    let mut dice = StdRng::seed_from_u64(seed());
    let mut acked: Vec<String> = Vec::new();
    for round in 0..KILLS {
        let patience = Duration::from_millis(dice.random_range(20..250));
        let posting = join_all((0..WRITERS).map(|n| {
            let (writer, house) = (Writer::nth(n), &house);
            async move {
                let mut acked = Vec::new();
                for i in 0.. {
                    let (wamid, body) = writer.says(&format!("رسالة {round}.{i}"));
                    match try_read(house.signed(body)).await {
                        Ok(answer) if answer.status == 200 => acked.push(wamid),
                        // Not answered: Meta would send it again, and it may or may not be there.
                        Ok(_) | Err(_) => break,
                    }
                }
                acked
            }
        }));
        let pid = house.server.pid();
        let plug = async {
            tokio::time::sleep(patience).await;
            std::process::Command::new("sh").args(["-c", &format!("kill -KILL {pid}")]).status().unwrap();
        };
        let (heard, ()) = tokio::join!(posting, plug);
        acked.extend(heard.into_iter().flatten());
        house.server.ended().await;
        house.start_again().await;
    }
    assert!(acked.len() > KILLS, "somebody was heard before each kill");
    house.applied().await;
    let mut stored = Vec::new();
    for row in house.conversations().await {
        let id = row["id"].as_str().unwrap();
        let mut before = String::new();
        let mut seqs = Vec::new();
        loop {
            let page = house.get(&format!("/api/v1/conversations/{id}/messages?limit=100{before}")).await.json();
            for message in page["data"].as_array().unwrap() {
                stored.push(message["wamid"].as_str().unwrap().to_owned());
                seqs.push(message["seq"].as_i64().unwrap());
            }
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            before = format!("&cursor={cursor}");
        }
        assert_eq!(seqs, (1..=seqs.len() as i64).rev().collect::<Vec<_>>(), "no gap and no double");
        assert_eq!(row["unread_count"], seqs.len());
    }
    let all: std::collections::HashSet<_> = stored.iter().collect();
    assert_eq!(all.len(), stored.len(), "each once");
    let lost: Vec<_> = acked.iter().filter(|wamid| !all.contains(wamid)).collect();
    assert!(lost.is_empty(), "answered 200 and lost: {lost:?} of {}", acked.len());
}

/// Kills the server while Meta holds a send open, before or after taking it.
async fn killed_in_flight(place: &Place, moment: Moment) {
    let mut house = House::open(place).await;
    let heba = Writer::nth(1);
    let conversation = house.conversation_with(&heba).await;
    let (hold, held) = Behaviour::hold(moment);
    house.graph.next(hold);
    let id = house.send(&conversation, "في الطريق", "m1").await;
    held.reached(1).await;
    assert_eq!(house.message(&conversation, &id).await["status"], "in_flight", "committed before the first byte");
    let behind = house.send(&conversation, "ومعاها هدية", "m2").await;
    house.server.kill();
    held.release();
    house.start_again().await;
    // The row's lease is over: on PostgreSQL only with time, since another node might hold it.
    let message = eventually("it is shown as it is", async || {
        let message = house.message(&conversation, &id).await;
        (message["status"] != "in_flight" || place.backend == crate::harness::Backend::Postgres).then_some(message)
    })
    .await;
    assert!(["unknown", "in_flight"].contains(&message["status"].as_str().unwrap()), "{message}");
    // Another customer's message passes, so the sender is at work; what stands behind the uncertain one waits.
    let other = house.conversation_with(&Writer::nth(2)).await;
    let passed = house.send(&other, "وأنا؟", "m3").await;
    house.message_becomes(&other, &passed, "accepted").await;
    assert_eq!(house.message(&conversation, &behind).await["status"], "queued");
    let asked = house.graph.ledger().requests_to("/messages");
    assert_eq!(asked.iter().filter(|request| request.body.contains(&id)).count(), 1, "never a second time");
    let taken = house.graph.ledger().sends_with_callback(&format!("{id}.1"));
    if moment == Moment::AfterRecord {
        assert_eq!(taken.len(), 1);
        // Meta has it, and says so: the doubt is over, and the queue flows on.
        house.receive(status_of(&heba, &taken[0].wamid, "delivered", Some(&format!("{id}.1")))).await;
        let healed = house.message_becomes(&conversation, &id, "delivered").await;
        assert_eq!(healed["wamid"], taken[0].wamid);
        house.message_becomes(&conversation, &behind, "accepted").await;
        let bodies: Vec<_> = house.graph.ledger().sends_to(heba.key()).into_iter().map(|send| send.body).collect();
        assert_eq!(bodies, ["في الطريق", "ومعاها هدية"]);
    }
}

async fn row_12_a_send_killed_before_meta_took_it_is_not_repeated(place: &Place) {
    killed_in_flight(place, Moment::BeforeRecord).await;
}

async fn row_12_a_send_killed_after_meta_took_it_is_not_repeated(place: &Place) {
    killed_in_flight(place, Moment::AfterRecord).await;
}

async fn row_12_what_waits_in_the_queue_survives_a_kill(place: &Place) {
    let mut house = House::open(place).await;
    let heba = Writer::nth(1);
    let conversation = house.conversation_with(&heba).await;
    // Meta asked for patience, so the first waits; the others wait behind it.
    house.graph.next(Behaviour::refuse(131_056));
    let mut ids = Vec::new();
    for i in 0..5 {
        ids.push(house.send(&conversation, &format!("رسالة {i}"), &format!("m{i}")).await);
    }
    house.graph.ledger().wait_until(|ledger| !ledger.requests_to("/messages").is_empty()).await;
    eventually("the first is queued again", async || {
        (house.message(&conversation, &ids[0]).await["status"] == "queued").then_some(())
    })
    .await;
    house.server.kill();
    house.start_again().await;
    house.message_becomes(&conversation, &ids[4], "accepted").await;
    let bodies: Vec<_> = house.graph.ledger().sends().into_iter().map(|send| send.body).collect();
    assert_eq!(bodies, (0..5).map(|i| format!("رسالة {i}")).collect::<Vec<_>>(), "each once and in order");
}

async fn row_12_every_wish_answered_202_survives_a_kill_and_goes_out_once(place: &Place) {
    let mut house = House::open(place).await;
    let mut dice = StdRng::seed_from_u64(seed());
    let writers: Vec<_> = (0..30).map(Writer::nth).collect();
    let conversations = house.conversations_with(&writers).await;
    let (pid, patience) = (house.server.pid(), Duration::from_millis(dice.random_range(5..120)));
    let plug = async {
        tokio::time::sleep(patience).await;
        std::process::Command::new("sh").args(["-c", &format!("kill -KILL {pid}")]).status().unwrap();
    };
    let wishing = join_all(conversations.iter().map(async |conversation| {
        let wish = text_to(conversation, "مرة واحدة", conversation);
        let request = house.rest(reqwest::Method::POST, "/api/v1/messages").json(&wish);
        try_read(request).await.ok().filter(|answer| answer.status == 202)
    }));
    let (answers, ()) = tokio::join!(wishing, plug);
    house.server.ended().await;
    house.start_again().await;
    for (conversation, answer) in conversations.iter().zip(answers) {
        // The client of a lost answer asks again under the same name.
        let again = house.post("/api/v1/messages", &text_to(conversation, "مرة واحدة", conversation)).await;
        let id = again.expect(202).json()["id"].clone();
        if let Some(answer) = answer {
            assert_eq!(answer.json()["id"], id, "answered 202 and lost");
        }
    }
    eventually("each message has ended, or is uncertain", async || {
        let rows = house.conversations().await;
        let settled = |row: &serde_json::Value| {
            let status = row["last_message"]["status"].as_str().unwrap();
            // On PostgreSQL a flight of the dead is uncertain only when its lease is over.
            ["accepted", "unknown"].contains(&status)
                || (status == "in_flight" && place.backend == crate::harness::Backend::Postgres)
        };
        rows.iter().all(settled).then_some(())
    })
    .await;
    for writer in &writers {
        let sent = house.graph.ledger().sends_to(writer.key()).len();
        assert!(sent <= 1, "sent {sent} times");
    }
}
