//! Which rows a sender may take.

use std::collections::HashSet;

use app::domain::ids::MessageId;
use app::store::channels;
use app::store::outbox::claims::{self, next_due};
use app::store::outbox::{self, OutboxRow};

use crate::house::{NOW, agent_writes, channel, chat, claim, end, failed, fly};
use crate::outbox::{desk, later, unknown};
use crate::support::TestDb;

both![
    a_conversation_sends_in_the_order_it_was_written,
    a_row_waits_for_the_one_before_it_also_when_that_is_for_later,
    nothing_overtakes_what_is_on_its_way,
    what_is_freshly_uncertain_holds_its_conversation_for_a_while,
    conversations_do_not_wait_for_each_other,
    the_limit_takes_those_due_longest,
    a_paused_number_sends_nothing,
    a_claim_takes_one_number_only,
    two_senders_at_once_never_take_the_same_row,
    an_open_claim_is_passed_by,
];

fn ids(rows: &[OutboxRow]) -> Vec<MessageId> {
    rows.iter().map(|row| row.message_id.clone()).collect()
}

async fn finish(db: &TestDb, row: &OutboxRow) {
    assert!(end(db, row, failed(100)).await);
}

async fn a_conversation_sends_in_the_order_it_was_written(db: TestDb) {
    let desk = desk(&db).await;
    let mut written = Vec::new();
    for name in ["m1", "m2", "m3"] {
        written.push(agent_writes(&db, &desk.mona, &desk.chat, name, NOW).await.id);
    }
    let mut taken = Vec::new();
    for _ in 0..3 {
        let rows = claim(&db, &desk.shop, 9, NOW).await;
        assert_eq!(rows.len(), 1, "one at a time");
        assert_eq!(claim(&db, &desk.shop, 9, NOW).await, []);
        finish(&db, &rows[0]).await;
        taken.extend(ids(&rows));
    }
    assert_eq!(taken, written);
}

async fn a_row_waits_for_the_one_before_it_also_when_that_is_for_later(db: TestDb) {
    let desk = desk(&db).await;
    agent_writes(&db, &desk.mona, &desk.chat, "m1", NOW).await;
    agent_writes(&db, &desk.mona, &desk.chat, "m2", NOW).await;
    let first = claim(&db, &desk.shop, 9, NOW).await.pop().unwrap();
    assert!(end(&db, &first, later(100)).await);
    assert_eq!(claim(&db, &desk.shop, 9, NOW + 99).await, [], "the second is due, but not its turn");
    assert_eq!(ids(&claim(&db, &desk.shop, 9, NOW + 100).await), [first.message_id]);
}

async fn nothing_overtakes_what_is_on_its_way(db: TestDb) {
    let desk = desk(&db).await;
    agent_writes(&db, &desk.mona, &desk.chat, "m1", NOW).await;
    let second = agent_writes(&db, &desk.mona, &desk.chat, "m2", NOW).await;
    let first = claim(&db, &desk.shop, 9, NOW).await.pop().unwrap();
    let long_after = NOW + 3_600_000;
    assert_eq!(claim(&db, &desk.shop, 9, long_after).await, [], "claimed, even past its lease");
    assert!(fly(&db, &first, NOW).await);
    assert_eq!(claim(&db, &desk.shop, 9, long_after).await, [], "in flight");
    finish(&db, &first).await;
    assert_eq!(ids(&claim(&db, &desk.shop, 9, NOW).await), [second.id]);
}

async fn what_is_freshly_uncertain_holds_its_conversation_for_a_while(db: TestDb) {
    let desk = desk(&db).await;
    agent_writes(&db, &desk.mona, &desk.chat, "m1", NOW).await;
    let second = agent_writes(&db, &desk.mona, &desk.chat, "m2", NOW).await;
    let first = claim(&db, &desk.shop, 9, NOW).await.pop().unwrap();
    assert!(fly(&db, &first, NOW).await);
    assert!(end(&db, &first, unknown(50, 500)).await);
    assert_eq!(claim(&db, &desk.shop, 9, NOW + 49).await, []);
    assert_eq!(ids(&claim(&db, &desk.shop, 9, NOW + 50).await), [second.id], "then the next may go");
}

async fn conversations_do_not_wait_for_each_other(db: TestDb) {
    let desk = desk(&db).await;
    let other = chat(&db, &desk.shop, "+201000000002").await;
    let mut expected = Vec::new();
    for (chat, name) in [(&desk.chat, "m1"), (&other, "m2"), (&desk.chat, "m3"), (&other, "m4")] {
        expected.push(agent_writes(&db, &desk.mona, chat, name, NOW).await.id);
    }
    assert_eq!(ids(&claim(&db, &desk.shop, 9, NOW).await), expected[..2]);
}

async fn the_limit_takes_those_due_longest(db: TestDb) {
    let desk = desk(&db).await;
    let mut written = Vec::new();
    for n in 0..4 {
        let chat = chat(&db, &desk.shop, &format!("+20100000010{n}")).await;
        // The later written, the earlier due.
        written.push(agent_writes(&db, &desk.mona, &chat, &format!("m{n}"), NOW - n).await.id);
    }
    assert_eq!(claim(&db, &desk.shop, 0, NOW).await, []);
    assert_eq!(ids(&claim(&db, &desk.shop, 3, NOW).await), written[1..], "of those taken, the oldest first");
    assert_eq!(ids(&claim(&db, &desk.shop, 3, NOW).await), written[..1]);
}

async fn a_paused_number_sends_nothing(db: TestDb) {
    let desk = desk(&db).await;
    let due = async || {
        let next = look!(db, read => next_due(&mut read.conn()));
        next.into_iter().filter(|due| due.due_at_ms <= NOW).map(|due| due.channel_id).collect::<Vec<_>>()
    };
    assert_eq!(due().await, []);
    agent_writes(&db, &desk.mona, &desk.chat, "m1", NOW + 1).await;
    assert_eq!(due().await, [], "not yet");
    let other = chat(&db, &desk.shop, "+201000000002").await;
    agent_writes(&db, &desk.mona, &other, "m2", NOW).await;
    agent_writes(&db, &desk.mona, &other, "m3", NOW).await;
    assert_eq!(due().await, std::slice::from_ref(&desk.shop.brief.id), "once, however much is due");
    commit!(db, tx => channels::pause(&mut tx, &desk.shop.brief.id, 190, NOW));
    assert_eq!(due().await, []);
    assert_eq!(look!(db, read => outbox::depth(&mut read.conn())), 3, "the queue is kept");
    commit!(db, tx => channels::update(&mut tx, &desk.shop, NOW));
    assert_eq!(due().await, [desk.shop.brief.id]);
}

async fn a_claim_takes_one_number_only(db: TestDb) {
    let desk = desk(&db).await;
    let clinic = channel(&db, "clinic").await;
    let other = chat(&db, &clinic, "+201000000002").await;
    let here = agent_writes(&db, &desk.mona, &desk.chat, "m1", NOW).await;
    let there = agent_writes(&db, &desk.mona, &other, "m2", NOW).await;
    assert_eq!(ids(&claim(&db, &desk.shop, 9, NOW).await), [here.id]);
    assert_eq!(ids(&claim(&db, &clinic, 9, NOW).await), [there.id]);
}

async fn two_senders_at_once_never_take_the_same_row(db: TestDb) {
    const CHATS: usize = 12;
    const EACH: usize = 2;
    let desk = desk(&db).await;
    for n in 0..CHATS {
        let chat = chat(&db, &desk.shop, &format!("+2010000001{n:02}")).await;
        for m in 0..EACH {
            agent_writes(&db, &desk.mona, &chat, &format!("{n}.{m}"), NOW).await;
        }
    }
    let sender = || {
        let (db, shop) = (db.clone(), desk.shop.clone());
        tokio::spawn(async move {
            let mut taken = Vec::new();
            while look!(db, read => outbox::depth(&mut read.conn())) > 0 {
                let rows = claim(&db, &shop, 3, NOW).await;
                let chats: HashSet<_> = rows.iter().map(|row| &row.conversation_id).collect();
                assert_eq!(chats.len(), rows.len(), "one row a conversation");
                for row in &rows {
                    assert_eq!(row.attempt, 1, "taken by someone else as well");
                    finish(&db, row).await;
                }
                taken.extend(rows.into_iter().map(|row| (row.conversation_id, row.seq)));
            }
            taken
        })
    };
    let (one, other) = (sender(), sender());
    let taken = [one.await.unwrap(), other.await.unwrap()].concat();
    assert_eq!(taken.len(), CHATS * EACH);
    assert_eq!(taken.iter().collect::<HashSet<_>>().len(), CHATS * EACH);
}

async fn an_open_claim_is_passed_by(db: TestDb) {
    let desk = desk(&db).await;
    let other = chat(&db, &desk.shop, "+201000000002").await;
    let first = agent_writes(&db, &desk.mona, &desk.chat, "m1", NOW).await;
    let second = agent_writes(&db, &desk.mona, &desk.chat, "m2", NOW).await;
    let elsewhere = agent_writes(&db, &desk.mona, &other, "m3", NOW).await;
    let mut tx = db.begin().await.unwrap();
    let held = claims::claim(&mut tx.conn(), &desk.shop.brief.id, 1, NOW + 1, NOW).await.unwrap();
    assert_eq!(ids(&held), std::slice::from_ref(&first.id));
    if !db.is_sqlite() {
        // SQLite's one writer waits at its `begin` instead.
        let beside = claim(&db, &desk.shop, 9, NOW).await;
        assert_eq!(ids(&beside), [elsewhere.id], "neither the held row, nor the one behind it, and no waiting");
    }
    drop(tx);
    // PostgreSQL hears of the end when the connection is back in the pool, a moment after this.
    let gone = std::time::Instant::now();
    let after = loop {
        let rows = claim(&db, &desk.shop, 9, NOW).await;
        if !rows.is_empty() {
            break rows;
        }
        assert!(gone.elapsed().as_secs() < 30, "the rows stay held");
        tokio::task::yield_now().await;
    };
    assert_eq!(after[0].message_id, first.id, "a claim that was not committed never was");
    assert!(!ids(&after).contains(&second.id));
}
