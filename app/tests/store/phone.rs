//! The phone a number lives on too: asked once, its history beneath the conversations, its address book.

use app::domain::contact::AliasKind;
use app::domain::ids::{ChannelId, MessageId};
use app::domain::phone_app::{Bring, Phone};
use app::live::protocol::LiveEvent;
use app::store::contacts::{self, Identity};
use app::store::phone::book::{self, Entry};
use app::store::phone::chunks::{self, NewChunk};
use app::store::phone::past::{self, Brought};
use app::store::phone::{self, Answer};

use crate::house::{NOW, channel, chat, customer_writes, log};
use crate::support::TestDb;

both![
    a_question_is_asked_once_and_its_answer_kept,
    progress_and_signs_of_life_only_go_forward,
    the_one_that_asked_is_known_while_it_waits,
    parts_wait_newest_days_first_and_are_done_once,
    messages_of_the_past_find_free_places_beneath,
    what_was_brought_shows_where_nothing_is_newer,
    the_address_book_names_by_its_newest_entry,
];

/// A number that lives on a phone.
async fn on_a_phone(db: &TestDb, name: &str) -> ChannelId {
    let id = channel(db, name).await.brief.id;
    db.raw().await.execute(&format!("update channels set coexistence = 1 where id = '{id}'")).await;
    id
}

async fn only(db: &TestDb) -> Phone {
    let mut phones = look!(db, read => phone::all(&mut read.conn()));
    assert_eq!(phones.len(), 1);
    phones.remove(0)
}

async fn a_question_is_asked_once_and_its_answer_kept(db: TestDb) {
    let id = on_a_phone(&db, "shop").await;
    let other = channel(&db, "other").await.brief.id;
    assert!(only(&db).await.contacts.is_none() && only(&db).await.channel_id == id && other != id);
    assert!(commit!(db, tx => phone::ask(&mut tx.conn(), &id, Bring::History, NOW)));
    assert!(!commit!(db, tx => phone::ask(&mut tx.conn(), &id, Bring::History, NOW + 1)));
    let asked = only(&db).await.history.unwrap();
    assert_eq!((asked.at_ms, asked.answered, asked.refused_code), (NOW, false, None));
    assert_eq!(only(&db).await.contacts, None, "each for itself");
    let answer = Answer::Taken { request_id: "r1".to_owned() };
    commit!(db, tx => phone::answered(&mut tx.conn(), &id, Bring::History, &answer));
    assert!(only(&db).await.history.unwrap().answered);
    let refused = Answer::Refused { code: 2_593_109, title: "declined".to_owned() };
    commit!(db, tx => phone::answered(&mut tx.conn(), &id, Bring::History, &refused));
    assert_eq!(only(&db).await.history.unwrap().refused_code, Some(2_593_109));
    // What was not asked may be asked again.
    assert!(commit!(db, tx => phone::ask(&mut tx.conn(), &id, Bring::Contacts, NOW)));
    commit!(db, tx => phone::answered(&mut tx.conn(), &id, Bring::Contacts, &Answer::NotAsked));
    assert_eq!(only(&db).await.contacts, None);
    assert!(commit!(db, tx => phone::ask(&mut tx.conn(), &id, Bring::Contacts, NOW)));
}

async fn progress_and_signs_of_life_only_go_forward(db: TestDb) {
    let id = on_a_phone(&db, "shop").await;
    for (told, expected) in [(40, 40), (20, 40), (100, 100), (55, 100)] {
        commit!(db, tx => phone::progress(&mut tx.conn(), &id, told));
        assert_eq!(only(&db).await.history_progress, Some(expected));
    }
    let connected = only(&db).await.seen_at_ms;
    for (after_ms, expected_ms) in
        [(3_000_000, 0), (3_600_001, 3_600_001), (3_600_000, 3_600_001), (9_000_000, 9_000_000)]
    {
        commit!(db, tx => phone::seen(&mut tx.conn(), &id, connected + after_ms));
        assert_eq!(only(&db).await.seen_at_ms, connected + expected_ms, "{after_ms}");
    }
}

async fn the_one_that_asked_is_known_while_it_waits(db: TestDb) {
    let asked = async || look!(db, read => phone::only_asked(&mut read.conn()));
    let (one, two) = (on_a_phone(&db, "one").await, on_a_phone(&db, "two").await);
    assert_eq!(asked().await, None);
    commit!(db, tx => phone::ask(&mut tx.conn(), &one, Bring::History, NOW));
    assert!(asked().await.is_some());
    commit!(db, tx => phone::ask(&mut tx.conn(), &two, Bring::History, NOW));
    assert_eq!(asked().await, None, "either may be meant");
    commit!(db, tx => phone::progress(&mut tx.conn(), &two, 100));
    assert!(asked().await.is_some());
}

async fn parts_wait_newest_days_first_and_are_done_once(db: TestDb) {
    let id = on_a_phone(&db, "shop").await;
    for (journal_id, phase, order) in [(3, 1, 2), (4, 1, 1), (5, 0, 7)] {
        let new = NewChunk {
            channel_id: &id,
            journal_id,
            place: "entry[0]",
            phase,
            order,
            messages: 10,
            received_at_ms: NOW,
        };
        commit!(db, tx => chunks::put(&mut tx.conn(), &new));
        commit!(db, tx => chunks::put(&mut tx.conn(), &new));
    }
    assert_eq!(look!(db, read => chunks::requests(&mut read.conn())), [3, 4, 5]);
    assert_eq!(only(&db).await.waiting, 3);
    for expected in [5, 4, 3] {
        let chunk = look!(db, read => chunks::first(&mut read.conn())).unwrap();
        assert_eq!(chunk.journal_id, expected);
        assert!(commit!(db, tx => chunks::advance(&mut tx.conn(), &chunk, 4, None)));
        assert!(!commit!(db, tx => chunks::advance(&mut tx.conn(), &chunk, 4, None)), "another was here first");
        let chunk = look!(db, read => chunks::first(&mut read.conn())).unwrap();
        assert_eq!(chunk.next, 4);
        assert!(commit!(db, tx => chunks::advance(&mut tx.conn(), &chunk, 10, Some(NOW))));
    }
    assert_eq!(look!(db, read => chunks::first(&mut read.conn())), None);
    assert_eq!((only(&db).await.messages, only(&db).await.waiting), (30, 0));
}

async fn messages_of_the_past_find_free_places_beneath(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let chat = chat(&db, &shop, "+201000000001").await;
    let times = [5_000, 5_900, 7_000, 5_000];
    let seqs = look!(db, read => past::places(&mut read.conn(), &chat, &times));
    assert!(seqs.iter().all(|seq| *seq < 0), "{seqs:?}");
    assert_eq!((seqs[1] - seqs[0], seqs[3] - seqs[0]), (1, 2), "of one second in their order: {seqs:?}");
    assert!(seqs[2] > seqs[3]);
    let message = customer_writes(&db, &chat, "wamid.1", NOW).await;
    db.raw().await.execute(&format!("update messages set seq = {} where id = '{message}'", seqs[1])).await;
    let next = look!(db, read => past::places(&mut read.conn(), &chat, &[5_000]));
    assert_eq!(next, [seqs[1] + 1], "after the one that is there");
    assert_eq!(look!(db, read => past::places(&mut read.conn(), &chat, &[])), Vec::<i64>::new());
}

async fn what_was_brought_shows_where_nothing_is_newer(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let chat = chat(&db, &shop, "+201000000001").await;
    let message = customer_writes(&db, &chat, "wamid.1", NOW).await;
    for (newest_at_ms, shown) in [(NOW - 1, false), (NOW + 1, true)] {
        let brought = Brought {
            conversation_id: chat.clone(),
            newest_id: if shown { message.clone() } else { MessageId::new() },
            newest_at_ms,
            up_to_seq: -7,
        };
        commit!(db, tx => past::announce(&mut tx, &[brought], NOW));
        let event = log(&db).await.pop().unwrap();
        let LiveEvent::History { row, up_to_seq } = event else { panic!("{event:?}") };
        assert_eq!((up_to_seq, row.unread_count, row.seq), (-7, 1, 1));
        assert_eq!(row.last_activity_at_ms, newest_at_ms.max(NOW));
    }
}

async fn the_address_book_names_by_its_newest_entry(db: TestDb) {
    let shop = channel(&db, "shop").await.brief.id;
    let identity = Identity { phone: Some("+201000000001".to_owned()), ..Identity::default() };
    let write = async |name: Option<&str>, at_ms: i64| {
        let known = look!(db, read => contacts::find(&mut read.conn(), &shop, &identity));
        let entry = Entry { name: name.map(str::to_owned), username: None, at_ms };
        commit!(db, tx => book::write(&mut tx, &known, &entry, NOW));
    };
    let name = async || {
        let known = look!(db, read => contacts::find(&mut read.conn(), &shop, &identity));
        let id = known.contact_id?;
        let chat = commit!(db, tx => past::conversation(&mut tx.conn(), &shop, &id, NOW));
        let rows = look!(db, read => app::store::conversations::rows(&mut read.conn(), &[&chat]));
        Some(rows[0].contact.name.clone())
    };
    write(None, 1).await;
    assert_eq!(name().await, None, "taking out nobody makes nobody");
    write(Some("هبة"), 5).await;
    assert_eq!(name().await.as_deref(), Some("هبة"));
    write(Some("old"), 4).await;
    assert_eq!(name().await.as_deref(), Some("هبة"));
    write(None, 6).await;
    assert_eq!(name().await.as_deref(), Some(""));
    let found = look!(db, read => contacts::find(&mut read.conn(), &shop, &identity));
    assert_eq!(found.new_aliases, Vec::<(AliasKind, String)>::new());
}
