//! How sends end, many at once, and what that means for their customers' next messages.

use app::domain::ids::{ConversationId, MessageId};
use app::domain::message::MessageStatus;
use app::store::delivery;
use app::store::outbox::endings::{self, End, Ending};
use app::store::outbox::{self, OutboxRow, claims, pairs, turns};
use app::store::parked::Report;

use crate::house::{NOW, agent_writes, channel, chat, claim, end, failed, fly, message, wamid};
use crate::outbox::{Desk, desk, later, unknown};
use crate::support::TestDb;

both![
    many_ends_of_every_kind_are_written_together,
    an_end_of_a_lost_attempt_changes_nothing,
    reports_that_came_before_many_answers_are_applied,
    claims_that_were_not_used_go_back_at_once,
    a_customer_gets_45_at_once_and_then_one_in_six_seconds,
    row_15_a_pair_that_was_too_fast_waits_longer_each_time,
    what_did_not_leave_is_given_back_to_its_pair,
    pairs_with_nothing_to_remember_are_forgotten,
    what_comes_while_a_pair_waits_waits_too,
    a_turn_is_one_sender_s_until_it_ends,
];

/// Meta's id for a message.
fn accepted(row: &OutboxRow) -> End {
    End::Accepted(wamid(&format!("wamid.{}", row.seq)))
}

async fn in_flight(db: &TestDb, desk: &Desk, count: usize) -> Vec<OutboxRow> {
    for n in 0..count {
        let chat = chat(db, &desk.shop, &format!("+2010000{n:05}")).await;
        agent_writes(db, &desk.mona, &chat, &format!("m{n}"), NOW).await;
    }
    let rows = claim(db, &desk.shop, count as i64, NOW).await;
    assert_eq!(rows.len(), count);
    let rows = commit!(db, tx => claims::mark_in_flight(&mut tx, rows, NOW + 60_000, NOW));
    assert_eq!(rows.len(), count);
    rows
}

async fn many_ends_of_every_kind_are_written_together(db: TestDb) {
    let desk = desk(&db).await;
    let rows = in_flight(&db, &desk, 77).await;
    let ends = |n: usize, row: &OutboxRow| match n % 5 {
        0 => End::Accepted(wamid(&format!("wamid.{}", row.message_id))),
        1 => failed(131026),
        2 => later(1_000),
        3 => unknown(20_000, 90_000),
        _ => End::PairTooFast,
    };
    let all: Vec<Ending> =
        rows.iter().enumerate().map(|(n, row)| Ending { row: row.clone(), end: ends(n, row) }).collect();
    let changed = commit!(db, tx => endings::write(&mut tx, &all, NOW));
    assert_eq!(changed.len(), rows.len());
    for (n, row) in rows.iter().enumerate() {
        let held = message(&db, &row.message_id).await;
        let (status, code) = match n % 5 {
            0 => (MessageStatus::Accepted, None),
            1 => (MessageStatus::Failed, Some(131026)),
            3 => (MessageStatus::Unknown, None),
            _ => (MessageStatus::Queued, None),
        };
        assert_eq!((held.status, held.error.map(|error| error.code)), (status, code), "{n}");
        let meta_id = (n % 5 == 0).then(|| wamid(&format!("wamid.{}", row.message_id)));
        assert_eq!(held.wamid, meta_id, "{n}");
    }
    let states = db.raw().await.rows("select state, count(*) from outbox group by state order by state").await;
    let kinds: Vec<&str> = states.iter().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(kinds, ["queued", "unknown"], "what was accepted or refused has left");
    let again = claim(&db, &desk.shop, 100, NOW + 1_000).await;
    assert_eq!(again.len(), 15 + 15, "what certainly was not sent goes again");
    assert!(again.iter().all(|row| row.attempt == 2));
}

async fn an_end_of_a_lost_attempt_changes_nothing(db: TestDb) {
    let desk = desk(&db).await;
    let lost = in_flight(&db, &desk, 1).await.pop().unwrap();
    assert!(end(&db, &lost, later(0)).await);
    let held = claim(&db, &desk.shop, 1, NOW).await.pop().unwrap();
    assert!(fly(&db, &held, NOW + 1).await);
    for late in [failed(100), later(9), unknown(1, 1), End::Unconfirmed, End::PairTooFast] {
        assert!(!end(&db, &lost, late.clone()).await, "{late:?}");
        assert_eq!(message(&db, &lost.message_id).await.status, MessageStatus::InFlight, "{late:?}");
    }
    assert!(!fly(&db, &lost, NOW).await);
    // But Meta's id is worth having in every case.
    assert!(end(&db, &lost, accepted(&lost)).await);
    assert_eq!(message(&db, &lost.message_id).await.wamid, Some(wamid("wamid.1")));
    assert_eq!(look!(db, read => outbox::depth(&mut read.conn())), 1);
}

async fn reports_that_came_before_many_answers_are_applied(db: TestDb) {
    let desk = desk(&db).await;
    let rows = in_flight(&db, &desk, 3).await;
    let name = |row: &OutboxRow| wamid(&format!("wamid.{}", row.message_id));
    for (row, status) in rows.iter().zip([MessageStatus::Read, MessageStatus::Delivered]) {
        let report = Report { wamid: name(row), status, at_ms: NOW, error: None };
        commit!(db, tx => delivery::apply(&mut tx, &desk.shop.brief.id, &report, None, NOW));
    }
    let all: Vec<_> = rows.iter().map(|row| Ending { row: row.clone(), end: End::Accepted(name(row)) }).collect();
    commit!(db, tx => endings::write(&mut tx, &all, NOW));
    let mut stand = Vec::new();
    for row in &rows {
        stand.push(message(&db, &row.message_id).await.status);
    }
    assert_eq!(stand, [MessageStatus::Read, MessageStatus::Delivered, MessageStatus::Accepted]);
}

async fn claims_that_were_not_used_go_back_at_once(db: TestDb) {
    let desk = desk(&db).await;
    agent_writes(&db, &desk.mona, &desk.chat, "m1", NOW).await;
    let rows = claim(&db, &desk.shop, 9, NOW).await;
    assert_eq!(rows.len(), 1);
    commit!(db, tx => endings::give_back(&mut tx.conn(), &rows, NOW + 5));
    let again = claim(&db, &desk.shop, 9, NOW + 5).await;
    assert_eq!(again, [OutboxRow { attempt: 2, ..rows[0].clone() }]);
    assert!(fly(&db, &again[0], NOW).await);
    commit!(db, tx => endings::give_back(&mut tx.conn(), &again, NOW));
    assert_eq!(claim(&db, &desk.shop, 9, NOW + 5).await, [], "what has left is never given back");
}

async fn a_customer_gets_45_at_once_and_then_one_in_six_seconds(db: TestDb) {
    let desk = desk(&db).await;
    for n in 0..47 {
        agent_writes(&db, &desk.mona, &desk.chat, &format!("m{n}"), NOW).await;
    }
    let mut sent = 0;
    while let Some(row) = claim(&db, &desk.shop, 9, NOW).await.pop() {
        assert!(fly(&db, &row, NOW + 60_000).await);
        assert!(end(&db, &row, accepted(&row)).await);
        sent += 1;
    }
    assert_eq!(sent, 45);
    assert_eq!(claim(&db, &desk.shop, 9, NOW + 5_999).await, []);
    assert_eq!(claim(&db, &desk.shop, 9, NOW + 6_000).await.len(), 1);
}

async fn row_15_a_pair_that_was_too_fast_waits_longer_each_time(db: TestDb) {
    let desk = desk(&db).await;
    agent_writes(&db, &desk.mona, &desk.chat, "m1", NOW).await;
    let other = chat(&db, &desk.shop, "+201000000002").await;
    agent_writes(&db, &desk.mona, &other, "m2", NOW + 1).await;
    for (n, wait_ms) in [1_000, 4_000, 16_000, 64_000].into_iter().enumerate() {
        let row = claim(&db, &desk.shop, 1, NOW + 100_000).await.pop().unwrap();
        assert_eq!(row.conversation_id, desk.chat);
        assert!(fly(&db, &row, NOW + 60_000).await);
        assert!(end(&db, &row, End::PairTooFast).await);
        let due = db.raw().await.number("select due_at_ms from outbox_pairs where refusals > 0").await;
        assert_eq!(due, Some(NOW + wait_ms), "refusal {n}");
        let next = claim(&db, &desk.shop, 9, NOW + 1).await;
        assert_eq!(next.len(), 1, "another customer does not wait");
        assert_eq!(next[0].conversation_id, other);
        assert!(end(&db, &next[0], later(500_000)).await);
        db.raw().await.execute(&format!("update outbox_pairs set due_at_ms = {} where refusals = 0", NOW + 1)).await;
        db.raw().await.execute(&format!("update outbox_pairs set due_at_ms = {NOW} where refusals > 0")).await;
    }
    let row = claim(&db, &desk.shop, 1, NOW).await.pop().unwrap();
    assert!(fly(&db, &row, NOW + 60_000).await);
    assert!(end(&db, &row, accepted(&row)).await);
    let counted = db.raw().await.number("select max(refusals) from outbox_pairs").await;
    assert_eq!(counted, Some(0), "one that is taken begins anew");
}

async fn what_did_not_leave_is_given_back_to_its_pair(db: TestDb) {
    let desk = desk(&db).await;
    let whole = async || db.raw().await.number("select whole_at_ms from outbox_pairs").await.unwrap();
    agent_writes(&db, &desk.mona, &desk.chat, "m1", NOW).await;
    let row = claim(&db, &desk.shop, 1, NOW).await.pop().unwrap();
    assert_eq!(whole().await, 0, "a claim has sent nothing");
    assert!(fly(&db, &row, NOW + 60_000).await);
    assert_eq!(whole().await, NOW + 6_000);
    assert!(end(&db, &row, later(0)).await);
    assert_eq!(whole().await, NOW);
}

async fn pairs_with_nothing_to_remember_are_forgotten(db: TestDb) {
    let desk = desk(&db).await;
    let forget = async |at_ms| commit!(db, tx => pairs::forget_idle(&mut tx.conn(), at_ms));
    agent_writes(&db, &desk.mona, &desk.chat, "m1", NOW).await;
    assert_eq!(forget(NOW + 9_000).await, 0, "one waits");
    let row = claim(&db, &desk.shop, 1, NOW).await.pop().unwrap();
    assert!(fly(&db, &row, NOW + 60_000).await);
    assert_eq!(forget(NOW + 9_000).await, 0, "one is on its way");
    assert!(end(&db, &row, accepted(&row)).await);
    assert_eq!(forget(NOW + 5_999).await, 0, "its rate is not whole");
    assert_eq!(forget(NOW + 6_001).await, 1);
    // And it is there again when it is needed.
    agent_writes(&db, &desk.mona, &desk.chat, "m2", NOW).await;
    assert_eq!(claim(&db, &desk.shop, 9, NOW).await.len(), 1);
}

async fn what_comes_while_a_pair_waits_waits_too(db: TestDb) {
    let desk = desk(&db).await;
    let write = async |name: &'static str| agent_writes(&db, &desk.mona, &desk.chat, name, NOW).await;
    write("m1").await;
    let first = claim(&db, &desk.shop, 9, NOW).await.pop().unwrap();
    write("m2").await;
    assert_eq!(claim(&db, &desk.shop, 9, NOW).await, [], "the first is on its way");
    assert!(fly(&db, &first, NOW + 60_000).await);
    write("m3").await;
    assert!(end(&db, &first, unknown(20_000, 90_000)).await);
    write("m4").await;
    assert_eq!(claim(&db, &desk.shop, 9, NOW + 19_999).await, [], "the first is uncertain");
    let settled: (&ConversationId, &MessageId) = (&desk.chat, &first.message_id);
    commit!(db, tx => outbox::settle(&mut tx, settled.0, settled.1));
    let rows = claim(&db, &desk.shop, 9, NOW).await;
    assert_eq!(rows.iter().map(|row| row.seq).collect::<Vec<_>>(), [2], "told by a status: the next may go");
}

async fn a_turn_is_one_sender_s_until_it_ends(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let clinic = channel(&db, "clinic").await;
    let take = async |channel: &app::store::channels::Channel, sender: &'static str, now_ms| commit!(db, tx => turns::take(&mut tx.conn(), &channel.brief.id, sender, now_ms + 3_000, now_ms));
    assert_eq!(take(&shop, "a", NOW).await, Some(0), "there was none before");
    assert_eq!(take(&shop, "b", NOW + 1).await, None);
    assert_eq!(take(&clinic, "b", NOW + 1).await, Some(0), "another number's is free");
    assert_eq!(take(&shop, "a", NOW + 2_000).await, Some(0), "kept by using it");
    assert_eq!(take(&shop, "b", NOW + 4_999).await, None);
    assert_eq!(take(&shop, "b", NOW + 5_000).await, Some(NOW + 2_000), "it hears when the other sent last");
    assert_eq!(take(&shop, "b", NOW + 6_000).await, Some(NOW + 2_000));
    assert_eq!(take(&shop, "a", NOW + 6_001).await, None);
    commit!(db, tx => turns::give_up(&mut tx.conn(), "b"));
    assert_eq!(take(&shop, "a", NOW + 6_001).await, Some(NOW + 6_000));
    commit!(db, tx => turns::end_all(&mut tx.conn()));
    assert_eq!(take(&shop, "c", NOW + 6_002).await, Some(NOW + 6_001));
}
