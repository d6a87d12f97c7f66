use app::domain::agent::Role;
use app::domain::ids::{ChannelId, ConversationId, MessageId};
use app::domain::message::{AuthorKind, Direction, MessageError, MessageStatus};
use app::store::messages::{self, NewMessage};

use crate::house::{NOW, agent, agent_writes, channel, chat, customer_writes, incoming, message, row, wamid};
use crate::support::TestDb;

both![
    every_field_comes_back,
    a_wamid_is_stored_once_on_a_number,
    a_seq_is_stored_once_in_a_conversation,
    what_is_answered_is_found_where_we_hold_it,
    pages_go_back_without_gap_or_double,
    messages_come_by_id,
    the_newest_incoming_is_the_one_to_tick,
];

async fn insert(db: &TestDb, new: &NewMessage<'_>) {
    commit!(db, tx => messages::insert(&mut tx.conn(), new));
}

async fn every_field_comes_back(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let row = row(&db, &chat(&db, &shop, "+201000000001").await).await;
    let (id, meta_id, before) = (MessageId::new(), wamid("wamid.1"), MessageId::new());
    let error = MessageError { code: 131051, title: "Unsupported".to_owned(), details: "type".to_owned() };
    let new = NewMessage {
        direction: Direction::Out,
        author_kind: AuthorKind::PhoneApp,
        author_id: Some("someone"),
        kind: "image",
        text: None,
        payload: Some(r#"{"sha256":"…"}"#),
        status: MessageStatus::Failed,
        error: Some(&error),
        client_msg_id: Some("m1"),
        base_seq: Some(4),
        resend_of: Some(&before),
        sent_at_ms: NOW - 1,
        ..incoming(&id, &row, &meta_id, 5)
    };
    insert(&db, &new).await;
    let full = look!(db, read => messages::by_id(&mut read.conn(), &id)).unwrap();
    assert_eq!(full.payload.as_deref(), new.payload);
    let held = full.message;
    assert_eq!((&held.id, &held.conversation_id, &held.wamid, held.seq), (&id, &row.id, &Some(meta_id.clone()), 5));
    assert_eq!(
        (held.direction, held.author.kind, held.author.id.as_deref()),
        (Direction::Out, AuthorKind::PhoneApp, Some("someone"))
    );
    assert_eq!((held.kind.as_str(), held.text, held.reply_to), ("image", None, None));
    assert_eq!((held.status, held.error), (MessageStatus::Failed, Some(error)));
    assert_eq!((held.client_msg_id.as_deref(), held.resend_of), (Some("m1"), Some(before)));
    assert_eq!((held.sent_at_ms, held.received_at_ms), (NOW - 1, NOW));
    assert_eq!(look!(db, read => messages::by_id(&mut read.conn(), &MessageId::new())), None);
}

async fn a_wamid_is_stored_once_on_a_number(db: TestDb) {
    let (shop, clinic) = (channel(&db, "shop").await, channel(&db, "clinic").await);
    let at_shop = row(&db, &chat(&db, &shop, "+201000000001").await).await;
    let at_clinic = row(&db, &chat(&db, &clinic, "+201000000002").await).await;
    let meta_id = wamid("wamid.1");
    let exists = async |channel: &ChannelId| look!(db, read => messages::exists(&mut read.conn(), channel, &meta_id));
    assert!(!exists(&shop.brief.id).await);
    insert(&db, &incoming(&MessageId::new(), &at_shop, &meta_id, 1)).await;
    assert!(exists(&shop.brief.id).await);
    assert!(!exists(&clinic.brief.id).await, "another number's message is another message");
    let again = MessageId::new();
    let mut tx = db.begin().await.unwrap();
    assert!(messages::insert(&mut tx.conn(), &incoming(&again, &at_shop, &meta_id, 2)).await.is_err());
    drop(tx);
    insert(&db, &incoming(&again, &at_clinic, &meta_id, 1)).await;
    // Ours have no wamid until Meta answers: any number of them may wait.
    let mona = agent(&db, "mona", Role::Agent).await;
    let waiting = chat(&db, &clinic, "+201000000003").await;
    agent_writes(&db, &mona, &waiting, "m1", NOW).await;
    agent_writes(&db, &mona, &waiting, "m2", NOW).await;
}

async fn a_seq_is_stored_once_in_a_conversation(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let row = row(&db, &chat(&db, &shop, "+201000000001").await).await;
    insert(&db, &incoming(&MessageId::new(), &row, &wamid("wamid.1"), 1)).await;
    let mut tx = db.begin().await.unwrap();
    let (id, other) = (MessageId::new(), wamid("wamid.2"));
    assert!(messages::insert(&mut tx.conn(), &incoming(&id, &row, &other, 1)).await.is_err());
}

async fn what_is_answered_is_found_where_we_hold_it(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let id = chat(&db, &shop, "+201000000001").await;
    let row = row(&db, &id).await;
    let (answered, missing) = (wamid("wamid.1"), wamid("wamid.gone"));
    let (held, lost) = (MessageId::new(), MessageId::new());
    let meta_ids = (wamid("wamid.2"), wamid("wamid.3"));
    let question = customer_writes(&db, &id, "wamid.1", NOW).await;
    insert(&db, &NewMessage { reply_to_wamid: Some(&answered), ..incoming(&held, &row, &meta_ids.0, 2) }).await;
    insert(&db, &NewMessage { reply_to_wamid: Some(&missing), ..incoming(&lost, &row, &meta_ids.1, 3) }).await;
    assert_eq!(message(&db, &held).await.reply_to, Some(question));
    assert_eq!(message(&db, &lost).await.reply_to, None);
}

async fn pages_go_back_without_gap_or_double(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let (id, other) = (chat(&db, &shop, "+201000000001").await, chat(&db, &shop, "+201000000002").await);
    for n in 1..=7 {
        customer_writes(&db, &id, &format!("wamid.{n}"), NOW).await;
    }
    customer_writes(&db, &other, "wamid.other", NOW).await;
    for (before, limit, expected, more) in [
        (None, 3, vec![5, 6, 7], true),
        (Some(5), 3, vec![2, 3, 4], true),
        (Some(2), 3, vec![1], false),
        (Some(1), 3, vec![], false),
        (None, 7, (1..=7).collect(), false),
        (None, 6, (2..=7).collect(), true),
    ] {
        let (page, has_older) = look!(db, read => messages::page(&mut read.conn(), &id, before, limit));
        let seqs: Vec<_> = page.iter().map(|full| full.message.seq).collect();
        assert_eq!((seqs, has_older), (expected, more), "before {before:?} by {limit}");
    }
    let nowhere = ConversationId::new();
    assert_eq!(look!(db, read => messages::page(&mut read.conn(), &nowhere, None, 3)), (vec![], false));
}

async fn messages_come_by_id(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let id = chat(&db, &shop, "+201000000001").await;
    let first = customer_writes(&db, &id, "wamid.1", NOW).await;
    let second = customer_writes(&db, &id, "wamid.2", NOW).await;
    let ids = [&second, &MessageId::new(), &first];
    let mut held = look!(db, read => messages::by_ids(&mut read.conn(), &ids));
    held.sort_by_key(|message| message.seq);
    assert_eq!(held, [message(&db, &first).await, message(&db, &second).await]);
    assert_eq!(look!(db, read => messages::by_ids(&mut read.conn(), &[])), []);
}

async fn the_newest_incoming_is_the_one_to_tick(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let mona = agent(&db, "mona", Role::Agent).await;
    let id = chat(&db, &shop, "+201000000001").await;
    customer_writes(&db, &id, "wamid.1", NOW).await;
    customer_writes(&db, &id, "wamid.2", NOW).await;
    agent_writes(&db, &mona, &id, "m1", NOW).await;
    for (after, up_to, expected) in
        [(0, 3, Some("wamid.2")), (0, 1, Some("wamid.1")), (1, 3, Some("wamid.2")), (2, 3, None), (0, 0, None)]
    {
        let newest = look!(db, read => messages::newest_incoming(&mut read.conn(), &id, after, up_to));
        assert_eq!(newest, expected.map(wamid), "({after}, {up_to}]");
    }
}
