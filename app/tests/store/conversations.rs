use app::domain::conversation::ConversationStatus;
use app::domain::ids::{ConversationId, MessageId};
use app::store::conversations::{self, Arrival};

use crate::house::{NOW, agent, agent_writes, channel, chat, customer, customer_writes, message, row};
use crate::support::TestDb;
use app::domain::agent::Role;

both![
    one_conversation_for_a_customer_on_a_number,
    two_at_once_find_the_same_conversation,
    rows_come_by_id_without_asking_who_looks,
    an_arrival_counts_opens_and_orders,
    a_late_arrival_takes_its_seq_but_not_the_top,
    a_message_that_is_not_unread_opens_nothing,
    an_answer_moves_the_read_mark,
    what_is_no_answer_leaves_the_read_mark,
    the_read_mark_only_moves_forward,
    the_mark_stops_at_the_newest_message,
    what_is_no_message_of_its_own_is_never_unread,
    the_preview_is_one_short_line,
];

async fn one_conversation_for_a_customer_on_a_number(db: TestDb) {
    let (shop, clinic) = (channel(&db, "shop").await, channel(&db, "clinic").await);
    let nour = customer(&db, "+201000000001").await;
    let find = async |channel: &app::store::channels::Channel| commit!(db, tx => conversations::find_or_insert(&mut tx.conn(), &channel.brief.id, &nour, NOW));
    let first = find(&shop).await;
    assert_eq!(find(&shop).await, first);
    assert_ne!(find(&clinic).await, first);
    let row = row(&db, &first).await;
    assert_eq!((row.status, row.seq, row.unread_count), (ConversationStatus::Open, 0, 0));
    assert_eq!((row.contact.id, row.last_message, row.window_expires_at_ms), (nour.clone(), None, None));
}

async fn two_at_once_find_the_same_conversation(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let nour = customer(&db, "+201000000001").await;
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let (db, channel, nour) = (db.clone(), shop.brief.id.clone(), nour.clone());
            tokio::spawn(async move {
                commit!(db, tx => conversations::find_or_insert(&mut tx.conn(), &channel, &nour, NOW))
            })
        })
        .collect();
    let mut found = Vec::new();
    for task in tasks {
        found.push(task.await.unwrap());
    }
    found.dedup();
    assert_eq!(found.len(), 1);
}

async fn rows_come_by_id_without_asking_who_looks(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let (one, other) = (chat(&db, &shop, "+201000000001").await, chat(&db, &shop, "+201000000002").await);
    let mut rows = look!(db, read => conversations::rows(&mut read.conn(), &[&other, &one, &ConversationId::new()]));
    rows.sort_by(|a, b| a.id.cmp(&b.id));
    assert_eq!(rows.iter().map(|row| &row.id).collect::<Vec<_>>(), [&one, &other]);
    assert_eq!(look!(db, read => conversations::rows(&mut read.conn(), &[])), []);
}

async fn an_arrival_counts_opens_and_orders(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let id = chat(&db, &shop, "+201000000001").await;
    db.raw().await.execute("update conversations set status = 'closed'").await;
    assert_eq!(row(&db, &id).await.status, ConversationStatus::Closed);
    customer_writes(&db, &id, "wamid.1", NOW).await;
    let second = customer_writes(&db, &id, "wamid.2", NOW + 5).await;
    let after = row(&db, &id).await;
    assert_eq!((after.status, after.unread_count, after.seq), (ConversationStatus::Open, 2, 2));
    assert_eq!(after.read_seq, 0);
    assert_eq!(after.last_activity_at_ms, NOW + 5);
    assert_eq!(after.window_expires_at_ms, Some(NOW + 5 + app::domain::time::DAY_MS));
    let last = after.last_message.unwrap();
    assert_eq!((&last.id, last.sent_at_ms, last.preview.as_str()), (&second, NOW + 5, "هل عندكم توصيل؟"));
}

async fn a_late_arrival_takes_its_seq_but_not_the_top(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let id = chat(&db, &shop, "+201000000001").await;
    let newer = customer_writes(&db, &id, "wamid.2", NOW + 5).await;
    let before = row(&db, &id).await;
    let late = customer_writes(&db, &id, "wamid.1", NOW).await;
    let after = row(&db, &id).await;
    assert_eq!(after.last_message.as_ref().map(|last| &last.id), Some(&newer));
    assert_eq!(after.window_expires_at_ms, before.window_expires_at_ms, "an earlier end changes nothing");
    assert_eq!(after.last_activity_at_ms, NOW + 5);
    assert_eq!((after.seq, message(&db, &late).await.seq, after.unread_count), (2, 2, 2));
    // Of two in the same second, the one stored last is on top.
    let same = customer_writes(&db, &id, "wamid.3", NOW + 5).await;
    assert_eq!(row(&db, &id).await.last_message.map(|last| last.id), Some(same));
}

async fn a_message_that_is_not_unread_opens_nothing(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let id = chat(&db, &shop, "+201000000001").await;
    db.raw().await.execute("update conversations set status = 'closed'").await;
    let message_id = MessageId::new();
    let arrival = Arrival { message_id: &message_id, sent_at_ms: NOW, unread: false, window_expires_at_ms: None };
    assert_eq!(commit!(db, tx => conversations::arrive(&mut tx.conn(), &id, &arrival)), 1);
    let after = row(&db, &id).await;
    assert_eq!((after.status, after.unread_count, after.window_expires_at_ms), (ConversationStatus::Closed, 0, None));
}

async fn an_answer_moves_the_read_mark(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let mona = agent(&db, "mona", Role::Agent).await;
    let id = chat(&db, &shop, "+201000000001").await;
    customer_writes(&db, &id, "wamid.1", NOW).await;
    assert_eq!(row(&db, &id).await.unread_count, 1);
    let sent = agent_writes(&db, &mona, &id, "m1", NOW + 1).await;
    let after = row(&db, &id).await;
    assert_eq!((after.seq, after.read_seq, after.unread_count), (2, 2, 0));
    assert_eq!(after.last_message.map(|last| last.id), Some(sent.id));
    assert_eq!(after.last_activity_at_ms, NOW + 1);
}

async fn what_is_no_answer_leaves_the_read_mark(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let id = chat(&db, &shop, "+201000000001").await;
    let first = customer_writes(&db, &id, "wamid.1", NOW).await;
    // Our clock behind the customer's: the row never moves down the list.
    let seq = commit!(db, tx => conversations::depart(&mut tx.conn(), &id, &first, NOW - 9, false));
    let after = row(&db, &id).await;
    assert_eq!((seq, after.seq, after.read_seq, after.unread_count), (2, 2, 0, 1));
    assert_eq!(after.last_activity_at_ms, NOW);
}

async fn the_read_mark_only_moves_forward(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let id = chat(&db, &shop, "+201000000001").await;
    for n in 1..=3 {
        customer_writes(&db, &id, &format!("wamid.{n}"), NOW + n).await;
    }
    let mark = async |up_to: i64| {
        let moved = commit!(db, tx => conversations::mark_read(&mut tx.conn(), &id, up_to));
        let row = row(&db, &id).await;
        (moved, row.read_seq, row.unread_count)
    };
    assert_eq!(mark(2).await, (true, 2, 1));
    assert_eq!(mark(2).await, (false, 2, 1), "the same again");
    assert_eq!(mark(1).await, (false, 2, 1), "back");
    assert_eq!(mark(0).await, (false, 2, 1));
    assert_eq!(mark(3).await, (true, 3, 0));
    let nowhere = ConversationId::new();
    assert!(!commit!(db, tx => conversations::mark_read(&mut tx.conn(), &nowhere, 3)));
}

async fn the_mark_stops_at_the_newest_message(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let id = chat(&db, &shop, "+201000000001").await;
    customer_writes(&db, &id, "wamid.1", NOW).await;
    assert!(commit!(db, tx => conversations::mark_read(&mut tx.conn(), &id, 99)));
    assert_eq!(row(&db, &id).await.read_seq, 1, "what comes next is not read in advance");
    assert!(!commit!(db, tx => conversations::mark_read(&mut tx.conn(), &id, 99)), "and again");
    customer_writes(&db, &id, "wamid.2", NOW).await;
    assert_eq!(row(&db, &id).await.unread_count, 1);
}

async fn what_is_no_message_of_its_own_is_never_unread(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let id = chat(&db, &shop, "+201000000001").await;
    let kinds = ["text", "text", "system", "reaction", "edit", "revoke", "image"];
    let mut raw = db.raw().await;
    for (n, kind) in (1..).zip(kinds) {
        customer_writes(&db, &id, &format!("wamid.{n}"), NOW).await;
        raw.execute(&format!("update messages set kind = '{kind}' where seq = {n}")).await;
    }
    assert!(commit!(db, tx => conversations::mark_read(&mut tx.conn(), &id, 1)));
    assert_eq!(row(&db, &id).await.unread_count, 2, "the second text and the image");
}

async fn the_preview_is_one_short_line(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let id = chat(&db, &shop, "+201000000001").await;
    customer_writes(&db, &id, "wamid.1", NOW).await;
    let text = "سطر\n\n".repeat(200);
    db.raw().await.execute(&format!("update messages set text = '{text}'")).await;
    let preview = row(&db, &id).await.last_message.unwrap().preview;
    assert_eq!(preview, app::domain::text::preview(&text));
    assert!(!preview.contains('\n') && preview.starts_with("سطر سطر"));
}
