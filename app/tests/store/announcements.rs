//! What is told is how things stand when it is told.

use std::time::Duration;

use app::domain::agent::Role;
use app::domain::ids::MessageId;
use app::domain::message::MessageStatus;
use app::domain::permission::Action;
use app::live::protocol::LiveEvent;
use app::store::announcements::Announcement;
use app::store::delivery::{self, Changed};
use app::store::sending::Target;
use app::store::{contacts, counters, messages, sending};

use crate::house::{NOW, agent, channel, chat, customer_writes, log, message, permit, row, text, wamid};
use crate::support::TestDb;

both![
    each_is_told_once_and_a_message_tells_of_its_conversation,
    what_is_gone_is_not_told_and_takes_no_number,
    what_others_committed_meanwhile_is_told_too,
    a_reaction_is_told_as_it_stands,
];

async fn each_is_told_once_and_a_message_tells_of_its_conversation(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let (busy, quiet) = (chat(&db, &shop, "+201000000001").await, chat(&db, &shop, "+201000000002").await);
    let first = customer_writes(&db, &busy, "wamid.1", NOW).await;
    let second = customer_writes(&db, &busy, "wamid.2", NOW).await;
    let told = log(&db).await.len();
    let mut tx = db.begin().await.unwrap();
    for announcement in [
        Announcement::Message(second.clone()),
        Announcement::Conversation(quiet.clone()),
        Announcement::Conversation(busy.clone()),
        Announcement::Message(first.clone()),
        Announcement::Message(second.clone()),
        Announcement::History { conversation_id: quiet.clone(), up_to_seq: -7 },
        Announcement::Conversation(quiet.clone()),
    ] {
        tx.announce(announcement, NOW);
    }
    tx.commit().await.unwrap();
    let (busy, quiet) = (row(&db, &busy).await, row(&db, &quiet).await);
    let mut expected = vec![
        LiveEvent::History { row: Box::new(quiet.clone()), up_to_seq: -7 },
        LiveEvent::Conversation { row: Box::new(quiet) },
    ];
    for id in [&first, &second] {
        let message = Box::new(message(&db, id).await);
        expected.push(LiveEvent::Message { row: Box::new(busy.clone()), message });
    }
    assert_eq!(log(&db).await[told..], expected);
}

async fn what_is_gone_is_not_told_and_takes_no_number(db: TestDb) {
    let number = async || look!(db, read => counters::get(&mut read.conn(), counters::EVENT));
    let before = number().await;
    let mut tx = db.begin().await.unwrap();
    tx.announce(Announcement::Message(MessageId::new()), NOW);
    tx.commit().await.unwrap();
    assert_eq!(number().await, before);
}

/// One has looked and is about to tell when another changes the same and tells first: the later event must not take back
/// what the earlier one showed.
async fn what_others_committed_meanwhile_is_told_too(db: TestDb) {
    if db.is_sqlite() {
        return; // It has one writer: nobody is between looking and telling.
    }
    let shop = channel(&db, "shop").await;
    let chat = chat(&db, &shop, "+201000000001").await;
    let id = customer_writes(&db, &chat, "wamid.1", NOW).await;
    let changed = [Changed { conversation_id: chat.clone(), message_id: id.clone() }];
    let contact = row(&db, &chat).await.contact.id;
    for n in 0..2 {
        let mut slow = db.begin().await.unwrap();
        match n {
            0 => delivery::announce(&mut slow, &changed, NOW).await.unwrap(),
            _ => contacts::announce(&mut slow, &contact, NOW).await.unwrap(),
        }
        let mut quick = db.begin().await.unwrap();
        let seen = row(&db, &chat).await;
        let mona = permit(&agent(&db, &format!("mona{n}"), Role::Agent).await, Action::Reply);
        let name = format!("هبة {n}");
        contacts::give_name(&mut quick, &mona, &seen, Some(&name), NOW).await.unwrap();
        delivery::announce(&mut quick, &changed, NOW).await.unwrap();
        quick.commit().await.unwrap();
        slow.commit().await.unwrap();
        let last = log(&db).await.pop().unwrap();
        assert_eq!(last.row(), Some(&row(&db, &chat).await));
        assert_eq!(last.row().unwrap().contact.given_name.as_deref(), Some(name.as_str()));
    }
}

/// The same for the state that a reaction of ours shows on its message.
async fn a_reaction_is_told_as_it_stands(db: TestDb) {
    if db.is_sqlite() {
        return;
    }
    let shop = channel(&db, "shop").await;
    let chat = chat(&db, &shop, "+201000000001").await;
    let on = Target { id: customer_writes(&db, &chat, "wamid.1", NOW).await, wamid: wamid("wamid.1") };
    let mona = permit(&agent(&db, "mona", Role::Agent).await, Action::Reply);
    let seen = row(&db, &chat).await;
    let reaction =
        sending::NewOutgoing { kind: "reaction", on: Some(&on), reply_to: Some(&on.wamid), ..text("r1", "👍") };
    let sent = commit!(db, tx => sending::queue(&mut tx, &mona, &seen, &reaction, NOW));
    let sending::Queued::New(carrier) = sent else { panic!("{sent:?}") };
    let changed = vec![Changed { conversation_id: chat.clone(), message_id: carrier.id.clone() }];
    // One holds the message and has told that the reaction was read; another waits with what it saw before.
    let mut quick = db.begin().await.unwrap();
    messages::set_status(&mut quick.conn(), &carrier.id, MessageStatus::Read, NOW, None, None).await.unwrap();
    delivery::announce(&mut quick, &changed, NOW).await.unwrap();
    let (worker, late) = (db.clone(), changed.clone());
    let mut slow = tokio::spawn(async move {
        commit!(worker, tx => delivery::announce(&mut tx, &late, NOW));
    });
    let ended = tokio::time::timeout(Duration::from_millis(300), &mut slow).await;
    assert!(ended.is_err(), "it waits for the message");
    quick.commit().await.unwrap();
    slow.await.unwrap();
    let held = message(&db, &on.id).await;
    assert_eq!(held.reactions[0].carrier.as_ref().unwrap().status, MessageStatus::Read);
}
