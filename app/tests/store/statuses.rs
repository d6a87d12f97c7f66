//! What status reports do to messages.

use app::domain::agent::Role;
use app::domain::ids::MessageId;
use app::domain::message::{MessageError, MessageStatus};
use app::store::channels::Channel;
use app::store::messages::{self, StatusTarget};

use crate::house::{NOW, agent, agent_writes, channel, chat, customer_writes, message, wamid};
use crate::support::TestDb;

both![
    a_report_finds_its_message_by_wamid,
    a_report_heals_an_unanswered_send_by_our_id,
    another_wamid_under_our_id_is_another_send,
    each_state_has_its_time_and_the_first_stays,
    a_wamid_fills_in_once,
    an_error_is_shown_while_the_message_has_failed,
    a_contradiction_is_kept_beside_the_state,
];

struct Sent {
    shop: Channel,
    id: MessageId,
}

/// A message in the queue that Meta has not answered yet.
async fn sent(db: &TestDb) -> Sent {
    let shop = channel(db, "shop").await;
    let mona = agent(db, "mona", Role::Agent).await;
    let chat = chat(db, &shop, "+201000000001").await;
    customer_writes(db, &chat, "wamid.in", NOW).await;
    let id = agent_writes(db, &mona, &chat, "m1", NOW).await.id;
    Sent { shop, id }
}

async fn find(db: &TestDb, channel: &Channel, meta_id: &str, ours: Option<&MessageId>) -> Option<StatusTarget> {
    let meta_id = wamid(meta_id);
    look!(db, read => messages::for_status(&mut read.conn(), &channel.brief.id, &meta_id, ours))
}

async fn set(db: &TestDb, id: &MessageId, status: MessageStatus, at_ms: i64, meta_id: Option<&str>) {
    let meta_id = meta_id.map(wamid);
    commit!(db, tx => messages::set_status(&mut tx.conn(), id, status, at_ms, meta_id.as_ref(), None));
}

fn error() -> MessageError {
    MessageError { code: 131026, title: "Undeliverable".to_owned(), details: "no WhatsApp".to_owned() }
}

async fn a_report_finds_its_message_by_wamid(db: TestDb) {
    let sent = sent(&db).await;
    let clinic = channel(&db, "clinic").await;
    set(&db, &sent.id, MessageStatus::Accepted, NOW, Some("wamid.out")).await;
    let held = message(&db, &sent.id).await;
    let expected = StatusTarget {
        id: sent.id.clone(),
        conversation_id: held.conversation_id,
        has_wamid: true,
        status: MessageStatus::Accepted,
    };
    assert_eq!(find(&db, &sent.shop, "wamid.out", None).await, Some(expected.clone()));
    assert_eq!(find(&db, &sent.shop, "wamid.out", Some(&MessageId::new())).await, Some(expected), "Meta's id decides");
    assert_eq!(find(&db, &sent.shop, "wamid.none", None).await, None);
    assert_eq!(find(&db, &clinic, "wamid.out", None).await, None, "another number's");
    assert_eq!(find(&db, &sent.shop, "wamid.in", None).await, None, "what came in has no delivery");
}

async fn a_report_heals_an_unanswered_send_by_our_id(db: TestDb) {
    let sent = sent(&db).await;
    let clinic = channel(&db, "clinic").await;
    set(&db, &sent.id, MessageStatus::Unknown, NOW, None).await;
    assert_eq!(find(&db, &sent.shop, "wamid.out", None).await, None, "it must be unknown by wamid");
    let target = find(&db, &sent.shop, "wamid.out", Some(&sent.id)).await.unwrap();
    assert_eq!((target.id, target.has_wamid, target.status), (sent.id.clone(), false, MessageStatus::Unknown));
    assert_eq!(find(&db, &sent.shop, "wamid.out", Some(&MessageId::new())).await, None);
    assert_eq!(find(&db, &clinic, "wamid.out", Some(&sent.id)).await, None, "another number's");
}

async fn another_wamid_under_our_id_is_another_send(db: TestDb) {
    let sent = sent(&db).await;
    set(&db, &sent.id, MessageStatus::Accepted, NOW, Some("wamid.out")).await;
    assert_eq!(find(&db, &sent.shop, "wamid.twin", Some(&sent.id)).await, None);
}

async fn each_state_has_its_time_and_the_first_stays(db: TestDb) {
    let sent = sent(&db).await;
    use MessageStatus::*;
    let sql = "select concat_ws(' ', accepted_at_ms - 1790000000000, delivered_at_ms - 1790000000000,
        read_at_ms - 1790000000000, failed_at_ms - 1790000000000) from messages where direction = 'out'";
    for (status, at_ms, expected) in [
        (Sent, 1, ""),
        (Accepted, 2, "2"),
        (Delivered, 4, "2 4"),
        (Delivered, 5, "2 4"),
        (Read, 6, "2 4 6"),
        (Played, 7, "2 4 6"),
        (Accepted, 8, "2 4 6"),
        (Failed, 9, "2 4 6 9"),
        (Failed, 10, "2 4 6 9"),
    ] {
        set(&db, &sent.id, status, NOW + at_ms, None).await;
        assert_eq!(message(&db, &sent.id).await.status, status);
        assert_eq!(db.raw().await.rows(sql).await, [expected], "{status} at {at_ms}");
    }
}

async fn a_wamid_fills_in_once(db: TestDb) {
    let sent = sent(&db).await;
    assert_eq!(message(&db, &sent.id).await.wamid, None);
    set(&db, &sent.id, MessageStatus::Sent, NOW, Some("wamid.out")).await;
    set(&db, &sent.id, MessageStatus::Delivered, NOW, Some("wamid.other")).await;
    set(&db, &sent.id, MessageStatus::Read, NOW, None).await;
    assert_eq!(message(&db, &sent.id).await.wamid, Some(wamid("wamid.out")));
    set(&db, &MessageId::new(), MessageStatus::Read, NOW, Some("wamid.out")).await;
}

async fn an_error_is_shown_while_the_message_has_failed(db: TestDb) {
    let sent = sent(&db).await;
    let failed = MessageStatus::Failed;
    commit!(db, tx => messages::set_status(&mut tx.conn(), &sent.id, failed, NOW, None, Some(&error())));
    let held = message(&db, &sent.id).await;
    assert_eq!((held.status, held.error), (MessageStatus::Failed, Some(error())));
    set(&db, &sent.id, MessageStatus::Delivered, NOW, None).await;
    let held = message(&db, &sent.id).await;
    assert_eq!((held.status, held.error), (MessageStatus::Delivered, None));
}

async fn a_contradiction_is_kept_beside_the_state(db: TestDb) {
    let sent = sent(&db).await;
    set(&db, &sent.id, MessageStatus::Read, NOW, None).await;
    commit!(db, tx => messages::flag(&mut tx.conn(), &sent.id, &error(), NOW + 1));
    commit!(db, tx => messages::flag(&mut tx.conn(), &sent.id, &error(), NOW + 2));
    let held = message(&db, &sent.id).await;
    assert_eq!((held.status, held.error), (MessageStatus::Read, Some(error())));
    let failed_at = "select failed_at_ms from messages where direction = 'out'";
    assert_eq!(db.raw().await.number(failed_at).await, Some(NOW + 1));
}
