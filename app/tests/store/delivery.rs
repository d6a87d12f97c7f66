use std::time::Duration;

use app::domain::agent::Role;
use app::domain::ids::{ConversationId, MessageId};
use app::domain::message::{MessageError, MessageStatus};
use app::live::protocol::LiveEvent;
use app::store::channels::Channel;
use app::store::delivery::{self, Changed};
use app::store::outbox::endings::{self, End, Ending};
use app::store::outbox::{self, OutboxRow};
use app::store::parked::{self, Report};

use crate::house::{
    NOW, agent, agent_writes, channel, chat, claim, customer_writes, end, fly, log, message, row, wamid,
};
use crate::support::TestDb;

both![
    a_report_moves_its_message_on,
    old_news_changes_nothing,
    row_3_a_report_before_its_message_is_parked_and_applied_when_meta_answers,
    row_3_a_report_and_the_answer_that_cross_are_both_kept,
    a_report_that_overtakes_the_answer_is_not_taken_back,
    a_report_by_our_id_heals_an_uncertain_send,
    a_failure_of_what_was_delivered_is_kept_beside_it,
    many_changes_are_told_once_each_with_the_row_as_it_stands,
];

struct Sent {
    shop: Channel,
    chat: ConversationId,
    id: MessageId,
    row: OutboxRow,
}

/// A message whose call is on its way.
async fn in_flight(db: &TestDb) -> Sent {
    in_flight_as(db, 0).await
}

async fn in_flight_as(db: &TestDb, n: usize) -> Sent {
    let shop = channel(db, &format!("shop{n}")).await;
    let mona = agent(db, &format!("mona{n}"), Role::Agent).await;
    let chat = chat(db, &shop, "+201000000001").await;
    let id = agent_writes(db, &mona, &chat, "m1", NOW).await.id;
    let row = claim(db, &shop, 1, NOW).await.pop().unwrap();
    assert!(fly(db, &row, NOW).await);
    assert_eq!(message(db, &id).await.status, MessageStatus::InFlight);
    Sent { shop, chat, id, row }
}

impl Sent {
    async fn report(&self, db: &TestDb, status: MessageStatus, ours: bool) -> Option<Changed> {
        let error = (status == MessageStatus::Failed).then(error);
        let report = Report { wamid: wamid("wamid.1"), status, at_ms: NOW + 1, error };
        let ours = ours.then_some(&self.id);
        commit!(db, tx => delivery::apply(&mut tx, &self.shop.brief.id, &report, ours, NOW + 2))
    }

    async fn accepted(&self, db: &TestDb) {
        assert!(end(db, &self.row, End::Accepted(wamid("wamid.1"))).await);
    }

    async fn status(&self, db: &TestDb) -> MessageStatus {
        message(db, &self.id).await.status
    }

    fn changed(&self) -> Option<Changed> {
        Some(Changed { conversation_id: self.chat.clone(), message_id: self.id.clone() })
    }
}

fn error() -> MessageError {
    MessageError { code: 131026, title: "Undeliverable".to_owned(), details: String::new() }
}

async fn depth(db: &TestDb) -> i64 {
    look!(db, read => outbox::depth(&mut read.conn()))
}

async fn a_report_moves_its_message_on(db: TestDb) {
    let sent = in_flight(&db).await;
    sent.accepted(&db).await;
    let held = message(&db, &sent.id).await;
    assert_eq!((held.status, held.wamid), (MessageStatus::Accepted, Some(wamid("wamid.1"))));
    for status in [MessageStatus::Sent, MessageStatus::Delivered, MessageStatus::Read] {
        assert_eq!(sent.report(&db, status, false).await, sent.changed());
        assert_eq!(sent.status(&db).await, status);
    }
}

async fn old_news_changes_nothing(db: TestDb) {
    let sent = in_flight(&db).await;
    sent.accepted(&db).await;
    sent.report(&db, MessageStatus::Read, false).await;
    for status in [MessageStatus::Read, MessageStatus::Delivered, MessageStatus::Sent] {
        assert_eq!(sent.report(&db, status, false).await, None, "{status}");
        assert_eq!(sent.status(&db).await, MessageStatus::Read);
    }
}

async fn row_3_a_report_before_its_message_is_parked_and_applied_when_meta_answers(db: TestDb) {
    let sent = in_flight(&db).await;
    assert_eq!(sent.report(&db, MessageStatus::Delivered, false).await, None);
    assert_eq!(sent.status(&db).await, MessageStatus::InFlight, "nobody knows yet whose it is");
    sent.accepted(&db).await;
    assert_eq!(sent.status(&db).await, MessageStatus::Delivered);
    let left = commit!(db, tx => parked::take(&mut tx.conn(), &sent.shop.brief.id, &[&wamid("wamid.1")]));
    assert_eq!(left, [], "it waits no longer");
}

/// The sender has the answer but has not committed when the report is read: whoever comes second sees the first.
async fn row_3_a_report_and_the_answer_that_cross_are_both_kept(db: TestDb) {
    for (n, ours) in [false, true].into_iter().enumerate() {
        let sent = in_flight_as(&db, n).await;
        let report = Report {
            wamid: wamid(&format!("wamid.{n}")),
            status: MessageStatus::Failed,
            at_ms: NOW + 1,
            error: Some(error()),
        };
        let answer = Ending { row: sent.row.clone(), end: End::Accepted(report.wamid.clone()) };
        let mut sender = db.begin().await.unwrap();
        endings::write(&mut sender, &[answer], NOW + 1).await.unwrap();
        let (worker, shop, id) = (db.clone(), sent.shop.brief.id.clone(), ours.then(|| sent.id.clone()));
        let mut inbound = tokio::spawn(async move {
            commit!(worker, tx => delivery::apply(&mut tx, &shop, &report, id.as_ref(), NOW + 2))
        });
        // Far enough to look; it must not be able to end.
        let ended = tokio::time::timeout(Duration::from_millis(300), &mut inbound).await;
        assert!(ended.is_err(), "it waits for the sender");
        sender.commit().await.unwrap();
        assert!(inbound.await.unwrap().is_some());
        assert_eq!(sent.status(&db).await, MessageStatus::Failed, "ours: {ours}");
    }
}

async fn a_report_that_overtakes_the_answer_is_not_taken_back(db: TestDb) {
    let sent = in_flight(&db).await;
    assert_eq!(sent.report(&db, MessageStatus::Failed, true).await, sent.changed());
    sent.accepted(&db).await;
    let held = message(&db, &sent.id).await;
    assert_eq!((held.status, held.error), (MessageStatus::Failed, Some(error())));
}

async fn a_report_by_our_id_heals_an_uncertain_send(db: TestDb) {
    let sent = in_flight(&db).await;
    db.raw().await.execute("update messages set status = 'unknown'").await;
    assert_eq!(depth(&db).await, 1);
    assert_eq!(sent.report(&db, MessageStatus::Sent, true).await, sent.changed());
    let held = message(&db, &sent.id).await;
    assert_eq!((held.status, held.wamid), (MessageStatus::Sent, Some(wamid("wamid.1"))));
    assert_eq!(depth(&db).await, 0, "it has left the queue and is never sent again");
}

async fn a_failure_of_what_was_delivered_is_kept_beside_it(db: TestDb) {
    let sent = in_flight(&db).await;
    sent.accepted(&db).await;
    sent.report(&db, MessageStatus::Delivered, false).await;
    assert_eq!(sent.report(&db, MessageStatus::Failed, false).await, sent.changed());
    let held = message(&db, &sent.id).await;
    assert_eq!((held.status, held.error), (MessageStatus::Delivered, Some(error())));
}

async fn many_changes_are_told_once_each_with_the_row_as_it_stands(db: TestDb) {
    let sent = in_flight(&db).await;
    let other = chat(&db, &sent.shop, "+201000000002").await;
    let second = customer_writes(&db, &sent.chat, "wamid.2", NOW + 5).await;
    let third = customer_writes(&db, &other, "wamid.3", NOW + 6).await;
    let told = log(&db).await.len();
    let changed =
        |chat: &ConversationId, id: &MessageId| Changed { conversation_id: chat.clone(), message_id: id.clone() };
    let changes = [
        changed(&other, &third),
        changed(&sent.chat, &second),
        changed(&sent.chat, &sent.id),
        changed(&sent.chat, &second),
        changed(&other, &MessageId::new()),
    ];
    commit!(db, tx => delivery::announce(&mut tx, &changes, NOW));
    commit!(db, tx => delivery::announce(&mut tx, &[], NOW));
    let mut expected = Vec::new();
    for (chat, id) in [(&sent.chat, &sent.id), (&sent.chat, &second), (&other, &third)] {
        let (row, message) = (row(&db, chat).await, message(&db, id).await);
        expected.push(LiveEvent::Message { row: Box::new(row), message: Box::new(message) });
    }
    assert_eq!(log(&db).await[told..], expected, "in the order of each conversation");
}
