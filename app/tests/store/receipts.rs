use app::domain::ids::ConversationId;
use app::store::channels::Channel;
use app::store::receipts::{self, Receipt};

use crate::house::{NOW, channel, chat, wamid};
use crate::support::TestDb;

both![
    a_receipt_is_due_at_its_time,
    the_newest_message_replaces_the_one_waiting,
    a_postponed_receipt_comes_back_and_counts,
    a_receipt_that_grew_newer_is_not_finished_by_the_old_one,
    the_longest_due_go_first,
];

async fn desk(db: &TestDb) -> (Channel, ConversationId) {
    let shop = channel(db, "shop").await;
    let chat = chat(db, &shop, "+201000000001").await;
    (shop, chat)
}

async fn enqueue(db: &TestDb, desk: &(Channel, ConversationId), meta_id: &str, at_ms: i64) -> Receipt {
    let (channel, chat) = (&desk.0.brief.id, &desk.1);
    commit!(db, tx => receipts::enqueue(&mut tx.conn(), chat, channel, &wamid(meta_id), at_ms));
    Receipt { conversation_id: chat.clone(), channel_id: channel.clone(), wamid: wamid(meta_id), attempt: 0 }
}

async fn due(db: &TestDb, now_ms: i64) -> Vec<Receipt> {
    look!(db, read => receipts::due(&mut read.conn(), now_ms, 10))
}

async fn a_receipt_is_due_at_its_time(db: TestDb) {
    let desk = desk(&db).await;
    let receipt = enqueue(&db, &desk, "wamid.1", NOW).await;
    assert_eq!(due(&db, NOW - 1).await, []);
    assert_eq!(due(&db, NOW).await, std::slice::from_ref(&receipt));
    commit!(db, tx => receipts::finish(&mut tx.conn(), &receipt));
    assert_eq!(due(&db, NOW).await, []);
}

async fn the_newest_message_replaces_the_one_waiting(db: TestDb) {
    let desk = desk(&db).await;
    let old = enqueue(&db, &desk, "wamid.1", NOW).await;
    commit!(db, tx => receipts::postpone(&mut tx.conn(), &old, NOW + 99));
    let new = enqueue(&db, &desk, "wamid.2", NOW + 1).await;
    assert_eq!(due(&db, NOW + 1).await, [new], "with its tries and time anew");
}

async fn a_postponed_receipt_comes_back_and_counts(db: TestDb) {
    let desk = desk(&db).await;
    let receipt = enqueue(&db, &desk, "wamid.1", NOW).await;
    commit!(db, tx => receipts::postpone(&mut tx.conn(), &receipt, NOW + 5));
    assert_eq!(due(&db, NOW + 4).await, []);
    assert_eq!(due(&db, NOW + 5).await, [Receipt { attempt: 1, ..receipt }]);
}

async fn a_receipt_that_grew_newer_is_not_finished_by_the_old_one(db: TestDb) {
    let desk = desk(&db).await;
    let old = enqueue(&db, &desk, "wamid.1", NOW).await;
    let new = enqueue(&db, &desk, "wamid.2", NOW).await;
    commit!(db, tx => receipts::finish(&mut tx.conn(), &old));
    commit!(db, tx => receipts::postpone(&mut tx.conn(), &old, NOW + 99));
    assert_eq!(due(&db, NOW).await, [new]);
}

async fn the_longest_due_go_first(db: TestDb) {
    let first = desk(&db).await;
    let second = (first.0.clone(), chat(&db, &first.0, "+201000000002").await);
    let late = enqueue(&db, &first, "wamid.1", NOW).await;
    let early = enqueue(&db, &second, "wamid.2", NOW - 1).await;
    assert_eq!(due(&db, NOW).await, [early.clone(), late]);
    assert_eq!(look!(db, read => receipts::due(&mut read.conn(), NOW, 1)), [early]);
}
