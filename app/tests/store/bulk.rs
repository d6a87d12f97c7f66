use app::domain::ids::{ContactId, MessageId, Wamid};
use app::domain::message::{MessageError, MessageStatus};
use app::domain::time::{DAY_MS, MINUTE_MS};
use app::store::bulk;
use app::store::bulk::contacts::Refresh;
use app::store::bulk::conversations::Arrivals;
use app::store::bulk::messages::Progress;
use app::store::contacts::Identity;

use crate::house::{NOW, channel, chat, customer_writes, incoming, message, phone, row, wamid};
use crate::support::TestDb;

both![
    messages_are_found_by_their_ids,
    many_messages_take_their_places,
    states_move_on_and_keep_their_first_times,
    customers_are_recognised_in_the_order_asked,
    customers_are_brought_up_to_date_where_it_matters,
];

async fn messages_are_found_by_their_ids(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let conversation = chat(&db, &shop, "+201000000001").await;
    let mut ids = Vec::new();
    for at in 0..5 {
        ids.push(customer_writes(&db, &conversation, &format!("wamid.{at}"), NOW + at).await);
    }
    let asked: Vec<Wamid> = (0..70).map(|at| wamid(&format!("wamid.{at}"))).collect();
    let asked: Vec<&Wamid> = asked.iter().collect();
    let mut held = look!(db, read => bulk::messages::held(&mut read.conn(), &shop.brief.id, &asked));
    held.sort_by(|a, b| a.wamid.cmp(&b.wamid));
    assert_eq!(held.iter().map(|message| message.id.clone()).collect::<Vec<_>>(), ids);
    assert_eq!((held[0].kind.as_str(), held[0].status), ("text", MessageStatus::Received));
    assert_eq!(look!(db, read => bulk::messages::held(&mut read.conn(), &shop.brief.id, &[])), []);
}

async fn many_messages_take_their_places(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let (a, b) = (chat(&db, &shop, "+201000000001").await, chat(&db, &shop, "+201000000002").await);
    customer_writes(&db, &a, "wamid.first", NOW).await;
    let names: Vec<Wamid> = (0..9).map(|at| wamid(&format!("wamid.{at}"))).collect();
    let ids: Vec<MessageId> = (0..9).map(|_| MessageId::new()).collect();
    let sum = |conversation_id: &_, count, unread, newest: usize| Arrivals {
        conversation_id: Clone::clone(conversation_id),
        count,
        unread,
        newest_id: ids[newest].clone(),
        newest_at_ms: NOW + newest as i64,
        window_expires_at_ms: NOW + DAY_MS + newest as i64,
    };
    let sums = [sum(&a, 6, 5, 5), sum(&b, 3, 0, 8)];
    let (row_a, row_b) = (row(&db, &a).await, row(&db, &b).await);
    let mut seqs = commit!(db, tx => bulk::conversations::arrive(&mut tx.conn(), &sums));
    seqs.sort_by_key(|(_, seq)| *seq);
    assert_eq!(seqs, [(b.clone(), 3), (a.clone(), 7)]);
    let rows: Vec<_> = (0..9)
        .map(|at| match at {
            0..6 => incoming(&ids[at], &row_a, &names[at], at as i64 + 2),
            _ => incoming(&ids[at], &row_b, &names[at], at as i64 - 5),
        })
        .collect();
    commit!(db, tx => bulk::messages::insert(&mut tx.conn(), &rows));
    let (row_a, row_b) = (row(&db, &a).await, row(&db, &b).await);
    assert_eq!((row_a.seq, row_a.unread_count, row_a.window_expires_at_ms), (7, 6, Some(NOW + DAY_MS + 5)));
    assert_eq!((row_b.seq, row_b.unread_count, row_b.last_activity_at_ms), (3, 0, NOW + 8));
    assert_eq!(row_a.last_message.unwrap().id, ids[5]);
    assert_eq!(message(&db, &ids[8]).await.seq, 3);
}

async fn states_move_on_and_keep_their_first_times(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let conversation = chat(&db, &shop, "+201000000001").await;
    let (a, b) = (
        customer_writes(&db, &conversation, "wamid.a", NOW).await,
        customer_writes(&db, &conversation, "wamid.b", NOW).await,
    );
    let mut first = Progress::from(a.clone(), MessageStatus::Sent);
    first.reach(MessageStatus::Delivered, NOW + 1, None);
    first.reach(MessageStatus::Read, NOW + 2, None);
    let mut second = Progress::from(b.clone(), MessageStatus::Sent);
    let error = MessageError { code: 131_026, title: "t".to_owned(), details: "d".to_owned() };
    second.reach(MessageStatus::Failed, NOW + 3, Some(&error));
    commit!(db, tx => bulk::messages::advance(&mut tx.conn(), &[first, second]));
    let mut later = Progress::from(a.clone(), MessageStatus::Read);
    later.reach(MessageStatus::Played, NOW + 9, None);
    commit!(db, tx => bulk::messages::advance(&mut tx.conn(), &[later]));
    let (a, b) = (message(&db, &a).await, message(&db, &b).await);
    assert_eq!((a.status, a.error), (MessageStatus::Played, None));
    assert_eq!((b.status, b.error), (MessageStatus::Failed, Some(error)));
    let mut raw = db.raw().await;
    let times = "select count(*) from messages where wamid = 'wamid.a' and delivered_at_ms - 1 = read_at_ms - 2";
    assert_eq!(raw.number(times).await, Some(1), "the first time of a state stays");
    raw.close().await;
}

async fn customers_are_recognised_in_the_order_asked(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let conversation = chat(&db, &shop, "+201000000001").await;
    let (known, stranger) = (phone("+201000000001"), phone("+201000000009"));
    let nobody = Identity::default();
    let asked = [&stranger, &known, &nobody, &known];
    let found = look!(db, read => bulk::contacts::find(&mut read.conn(), &shop.brief.id, &asked));
    let conversations: Vec<_> = found.iter().map(|(known, _)| known.conversation_id.clone()).collect();
    assert_eq!(conversations, [None, Some(conversation.clone()), None, Some(conversation)]);
    assert_eq!(found[1].1.as_ref().unwrap().name, "Nour");
    assert_eq!(found[0].0.new_aliases.len(), 1);
}

async fn customers_are_brought_up_to_date_where_it_matters(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let conversation = chat(&db, &shop, "+201000000001").await;
    let contact = row(&db, &conversation).await.contact;
    let nour = phone("+201000000001");
    let (_, held) = look!(db, read => bulk::contacts::find(&mut read.conn(), &shop.brief.id, &[&nour])).remove(0);
    let held = held.unwrap();
    let same = |id: ContactId| Refresh {
        id,
        name: String::new(),
        username: None,
        phone: Some("+201000000001".to_owned()),
        user_id: None,
        from_ms: NOW,
        to_ms: NOW,
    };
    let new_name = Refresh { name: "نور".to_owned(), ..same(contact.id.clone()) };
    let new_id = Refresh { user_id: Some("EG.2".to_owned()), ..same(contact.id.clone()) };
    let later = Refresh { to_ms: NOW + MINUTE_MS, ..same(contact.id.clone()) };
    let earlier = Refresh { from_ms: NOW - 1, ..same(contact.id.clone()) };
    assert!(!same(contact.id.clone()).matters(&held));
    for (what, refresh) in [("name", new_name), ("user id", new_id), ("later", later), ("earlier", earlier)] {
        assert!(refresh.matters(&held), "{what}");
        commit!(db, tx => bulk::contacts::refresh(&mut tx.conn(), &[refresh]));
    }
    let after = row(&db, &conversation).await.contact;
    assert_eq!((after.name.as_str(), after.user_id.as_deref()), ("نور", Some("EG.2")));
    assert_eq!((after.first_seen_at_ms, after.last_seen_at_ms), (NOW - 1, NOW + MINUTE_MS));
}
