use app::domain::ids::ChannelId;
use app::domain::message::{MessageError, MessageStatus};
use app::store::parked::{self, Report};

use crate::house::{NOW, wamid};
use crate::support::TestDb;

both![
    reports_wait_for_their_message_and_are_taken_once,
    the_same_report_again_changes_nothing,
    reports_of_other_messages_and_numbers_stay,
];

fn report(meta_id: &str, status: MessageStatus, at_ms: i64) -> Report {
    Report { wamid: wamid(meta_id), status, at_ms, error: None }
}

async fn park(db: &TestDb, channel: &ChannelId, report: &Report) {
    commit!(db, tx => parked::park(&mut tx.conn(), channel, report, NOW));
}

async fn take(db: &TestDb, channel: &ChannelId, meta_id: &str) -> Vec<Report> {
    let mut reports = commit!(db, tx => parked::take(&mut tx.conn(), channel, &[&wamid(meta_id)]));
    reports.sort_by_key(|report| report.at_ms);
    reports
}

async fn reports_wait_for_their_message_and_are_taken_once(db: TestDb) {
    let channel = ChannelId::new();
    let error = MessageError { code: 131026, title: "Undeliverable".to_owned(), details: String::new() };
    let failed = Report { error: Some(error), ..report("wamid.1", MessageStatus::Failed, NOW + 2) };
    let sent = report("wamid.1", MessageStatus::Sent, NOW);
    assert_eq!(take(&db, &channel, "wamid.1").await, []);
    park(&db, &channel, &failed).await;
    park(&db, &channel, &sent).await;
    assert_eq!(take(&db, &channel, "wamid.1").await, [sent, failed]);
    assert_eq!(take(&db, &channel, "wamid.1").await, []);
}

async fn the_same_report_again_changes_nothing(db: TestDb) {
    let channel = ChannelId::new();
    let first = report("wamid.1", MessageStatus::Sent, NOW);
    park(&db, &channel, &first).await;
    park(&db, &channel, &report("wamid.1", MessageStatus::Sent, NOW + 9)).await;
    assert_eq!(take(&db, &channel, "wamid.1").await, [first]);
}

async fn reports_of_other_messages_and_numbers_stay(db: TestDb) {
    let (shop, clinic) = (ChannelId::new(), ChannelId::new());
    let (one, other) = (report("wamid.1", MessageStatus::Read, NOW), report("wamid.2", MessageStatus::Read, NOW));
    park(&db, &shop, &one).await;
    park(&db, &shop, &other).await;
    park(&db, &clinic, &one).await;
    assert_eq!(take(&db, &shop, "wamid.1").await, std::slice::from_ref(&one));
    assert_eq!(take(&db, &shop, "wamid.2").await, [other]);
    assert_eq!(take(&db, &clinic, "wamid.1").await, [one]);
}
