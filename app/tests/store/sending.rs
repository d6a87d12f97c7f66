use app::domain::agent::Role;
use app::domain::channel::{ChannelBrief, ReadReceipts};
use app::domain::content::ReactionSide;
use app::domain::ids::{ApiKeyId, ConversationId};
use app::domain::message::{AuthorKind, Direction, Message, MessageStatus};
use app::domain::permission::{Action, Actor, authorize};
use app::live::protocol::LiveEvent;
use app::store::channels::{self, Channel};
use app::store::delivery::{self, Changed};
use app::store::sending::{self, NewOutgoing, Queued, Target};
use app::store::{messages, outbox, receipts};

use crate::house::{
    NOW, actor, agent, agent_writes, channel, chat, customer_writes, log, message, permit, row, text, wamid,
};
use crate::support::TestDb;

both![
    a_text_is_written_queued_and_told_at_once,
    a_key_writes_under_its_own_name_and_reads_nothing,
    the_same_name_again_gets_the_stored_answer,
    a_name_used_for_something_else_is_reported,
    names_of_other_writers_are_other_names,
    eight_at_once_send_once,
    what_was_sent_under_a_name_is_found,
    a_dropped_text_frees_its_name,
    reading_moves_the_mark_and_ticks_once,
    ticks_follow_the_number_s_setting,
    an_announcement_carries_message_and_row,
    a_reaction_goes_out_and_stands_on_its_message,
    how_a_reaction_ended_is_told_on_its_message,
];

async fn queue(db: &TestDb, actor: &Actor, chat: &ConversationId, text: &NewOutgoing<'_>) -> Queued {
    let permit = authorize(actor, Action::Reply).unwrap();
    let seen = row(db, chat).await;
    commit!(db, tx => sending::queue(&mut tx, &permit, &seen, text, NOW))
}

fn new(queued: Queued) -> Message {
    match queued {
        Queued::New(message) => message,
        other => panic!("not new: {other:?}"),
    }
}

async fn depth(db: &TestDb) -> i64 {
    look!(db, read => outbox::depth(&mut read.conn()))
}

async fn ticks(db: &TestDb) -> Vec<String> {
    let due = look!(db, read => receipts::due(&mut read.conn(), NOW + 1_000, 10));
    due.into_iter().map(|receipt| receipt.wamid.to_string()).collect()
}

async fn a_text_is_written_queued_and_told_at_once(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let mona = agent(&db, "mona", Role::Agent).await;
    let id = chat(&db, &shop, "+201000000001").await;
    customer_writes(&db, &id, "wamid.1", NOW).await;
    let (question, before) = (wamid("wamid.1"), app::domain::ids::MessageId::new());
    let text = NewOutgoing {
        reply_to: Some(&question),
        base_seq: Some(1),
        resend_of: Some(&before),
        ..text("m1", "نعم، غدا")
    };
    let sent = new(queue(&db, &actor(&mona), &id, &text).await);
    assert_eq!((sent.seq, sent.direction, sent.status), (2, Direction::Out, MessageStatus::Queued));
    assert_eq!((sent.author.kind, sent.author.id.as_deref()), (AuthorKind::Agent, Some(mona.brief.id.as_str())));
    assert_eq!((sent.kind.as_str(), sent.text.as_deref()), ("text", Some("نعم، غدا")));
    assert_eq!((sent.client_msg_id.as_deref(), &sent.resend_of), (Some("m1"), &Some(before.clone())));
    assert!(sent.reply_to.is_some());
    assert_eq!(message(&db, &sent.id).await, sent);
    assert_eq!(db.raw().await.number("select base_seq from messages where seq = 2").await, Some(1));
    assert_eq!(depth(&db).await, 1);
    let after = row(&db, &id).await;
    assert_eq!((after.read_seq, after.unread_count), (2, 0), "an answer shows that everything was read");
    assert_eq!(ticks(&db).await, ["wamid.1"]);
    let told = LiveEvent::Message { row: Box::new(after), message: Box::new(sent) };
    assert_eq!(log(&db).await.last(), Some(&told));
}

async fn a_key_writes_under_its_own_name_and_reads_nothing(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let id = chat(&db, &shop, "+201000000001").await;
    customer_writes(&db, &id, "wamid.1", NOW).await;
    let key = ApiKeyId::new();
    let bot = Actor::Key { id: key.clone(), role: Role::Agent };
    let sent = new(queue(&db, &bot, &id, &text("m1", "نعم")).await);
    assert_eq!((sent.author.kind, sent.author.id.as_deref()), (AuthorKind::Api, Some(key.as_str())));
    let after = row(&db, &id).await;
    assert_eq!((after.read_seq, after.unread_count), (0, 1), "a key has no eyes");
    assert_eq!(ticks(&db).await, [""; 0]);
}

async fn the_same_name_again_gets_the_stored_answer(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let mona = actor(&agent(&db, "mona", Role::Agent).await);
    let id = chat(&db, &shop, "+201000000001").await;
    let sent = new(queue(&db, &mona, &id, &text("m1", "نعم")).await);
    let told = log(&db).await.len();
    assert_eq!(queue(&db, &mona, &id, &text("m1", "نعم")).await, Queued::Again(sent.clone()));
    db.raw().await.execute("update messages set status = 'read'").await;
    let read = Message { status: MessageStatus::Read, ..sent };
    assert_eq!(queue(&db, &mona, &id, &text("m1", "نعم")).await, Queued::Again(read), "as it stands now");
    assert_eq!((depth(&db).await, row(&db, &id).await.seq, log(&db).await.len()), (1, 1, told));
}

async fn a_name_used_for_something_else_is_reported(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let mona = actor(&agent(&db, "mona", Role::Agent).await);
    let id = chat(&db, &shop, "+201000000001").await;
    let sent = new(queue(&db, &mona, &id, &text("m1", "نعم")).await);
    assert_eq!(queue(&db, &mona, &id, &text("m1", "لا")).await, Queued::NameReused);
    assert_eq!((depth(&db).await, row(&db, &id).await.seq), (1, 1));
    assert_eq!(message(&db, &sent.id).await, sent);
}

async fn names_of_other_writers_are_other_names(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let id = chat(&db, &shop, "+201000000001").await;
    let mona = actor(&agent(&db, "mona", Role::Agent).await);
    let ali = actor(&agent(&db, "ali", Role::Agent).await);
    let bot = Actor::Key { id: ApiKeyId::from_text(mona.agent_id().unwrap().as_str()), role: Role::Agent };
    for writer in [mona, ali, bot] {
        new(queue(&db, &writer, &id, &text("m1", "نعم")).await);
    }
    assert_eq!(depth(&db).await, 3);
}

async fn eight_at_once_send_once(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let mona = actor(&agent(&db, "mona", Role::Agent).await);
    let id = chat(&db, &shop, "+201000000001").await;
    let tries: Vec<_> = (0..8)
        .map(|_| {
            let (db, mona, id) = (db.clone(), mona.clone(), id.clone());
            tokio::spawn(async move { queue(&db, &mona, &id, &text("m1", "نعم")).await })
        })
        .collect();
    let (mut fresh, mut again) = (Vec::new(), Vec::new());
    for queued in tries {
        match queued.await.unwrap() {
            Queued::New(message) => fresh.push(message),
            Queued::Again(message) => again.push(message),
            Queued::NameReused => panic!("it was the same"),
        }
    }
    assert_eq!((fresh.len(), again.len()), (1, 7));
    assert!(again.iter().all(|message| *message == fresh[0]));
    assert_eq!((depth(&db).await, row(&db, &id).await.seq), (1, 1));
}

async fn what_was_sent_under_a_name_is_found(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let mona = actor(&agent(&db, "mona", Role::Agent).await);
    let ali = actor(&agent(&db, "ali", Role::Agent).await);
    let id = chat(&db, &shop, "+201000000001").await;
    let find = async |who: &Actor| look!(db, read => sending::find_sent(&mut read.conn(), who, "m1"));
    assert_eq!(find(&mona).await, None);
    let sent = new(queue(&db, &mona, &id, &NewOutgoing { body_hash: "hash", ..text("m1", "نعم") }).await);
    assert_eq!(find(&mona).await, Some(("hash".to_owned(), sent)));
    assert_eq!(find(&ali).await, None);
}

async fn a_dropped_text_frees_its_name(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let mona = agent(&db, "mona", Role::Agent).await;
    let id = chat(&db, &shop, "+201000000001").await;
    let told = log(&db).await.len();
    let (permit, seen) = (permit(&mona, Action::Reply), row(&db, &id).await);
    let mut tx = db.begin().await.unwrap();
    new(sending::queue(&mut tx, &permit, &seen, &text("m1", "نعم"), NOW).await.unwrap());
    drop(tx);
    assert_eq!((depth(&db).await, row(&db, &id).await, log(&db).await.len()), (0, seen, told));
    new(queue(&db, &actor(&mona), &id, &text("m1", "لا")).await);
}

async fn reading_moves_the_mark_and_ticks_once(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let mona = agent(&db, "mona", Role::Agent).await;
    let id = chat(&db, &shop, "+201000000001").await;
    for n in 1..=2 {
        customer_writes(&db, &id, &format!("wamid.{n}"), NOW).await;
    }
    let permit = permit(&mona, Action::MarkRead);
    let read_up_to = async |up_to: i64| {
        let seen = row(&db, &id).await;
        commit!(db, tx => sending::mark_read(&mut tx, &permit, &seen, up_to, NOW))
    };
    assert!(read_up_to(1).await);
    assert_eq!(ticks(&db).await, ["wamid.1"]);
    let after = row(&db, &id).await;
    assert_eq!((after.read_seq, after.unread_count), (1, 1));
    assert_eq!(log(&db).await.last(), Some(&LiveEvent::Conversation { row: Box::new(after) }));
    let told = log(&db).await.len();
    assert!(!read_up_to(1).await, "again");
    assert_eq!(log(&db).await.len(), told, "and nobody is told");
    assert!(read_up_to(2).await);
    assert_eq!(ticks(&db).await, ["wamid.2"]);
}

async fn ticks_follow_the_number_s_setting(db: TestDb) {
    let mona = agent(&db, "mona", Role::Agent).await;
    let may_read = permit(&mona, Action::MarkRead);
    for (setting, opened, answered) in [
        (ReadReceipts::OnOpen, vec!["wamid.1"], vec!["wamid.1"]),
        (ReadReceipts::OnReply, vec![], vec!["wamid.1"]),
        (ReadReceipts::Off, vec![], vec![]),
    ] {
        let shop = channel(&db, setting.as_str()).await;
        let brief = ChannelBrief { read_receipts: setting, ..shop.brief.clone() };
        let shop = Channel { brief, ..shop };
        commit!(db, tx => channels::update(&mut tx, &shop, NOW));
        let id = chat(&db, &shop, &format!("+2010{setting}")).await;
        customer_writes(&db, &id, "wamid.1", NOW).await;
        let seen = row(&db, &id).await;
        assert!(commit!(db, tx => sending::mark_read(&mut tx, &may_read, &seen, 1, NOW)));
        assert_eq!(ticks(&db).await, opened, "{setting}: opened");
        agent_writes(&db, &mona, &id, &format!("{setting}"), NOW).await;
        assert_eq!(ticks(&db).await, answered, "{setting}: answered");
        db.raw().await.execute("delete from read_receipts").await;
    }
}

async fn an_announcement_carries_message_and_row(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let id = chat(&db, &shop, "+201000000001").await;
    let message_id = customer_writes(&db, &id, "wamid.1", NOW).await;
    let told = commit!(db, tx => sending::announce(&mut tx, &message_id, NOW));
    let event = LiveEvent::Message { row: Box::new(row(&db, &id).await), message: Box::new(told.clone()) };
    assert_eq!(told, message(&db, &message_id).await);
    assert_eq!(log(&db).await.last(), Some(&event));
    let mut tx = db.begin().await.unwrap();
    assert!(sending::announce(&mut tx, &app::domain::ids::MessageId::new(), NOW).await.is_err());
}

fn reaction<'a>(name: &'a str, emoji: &'a str, on: &'a Target) -> NewOutgoing<'a> {
    NewOutgoing { kind: "reaction", on: Some(on), reply_to: Some(&on.wamid), ..text(name, emoji) }
}

/// A customer's message, and Mona's 👍 on it.
async fn reacted(db: &TestDb) -> (ConversationId, Target, Message) {
    let shop = channel(db, "shop").await;
    let mona = actor(&agent(db, "mona", Role::Agent).await);
    let chat = chat(db, &shop, "+201000000001").await;
    let id = customer_writes(db, &chat, "wamid.1", NOW).await;
    let on = Target { id, wamid: wamid("wamid.1") };
    let sent = new(queue(db, &mona, &chat, &reaction("r1", "👍", &on)).await);
    (chat, on, sent)
}

async fn a_reaction_goes_out_and_stands_on_its_message(db: TestDb) {
    let (chat, on, sent) = reacted(&db).await;
    assert_eq!((sent.kind.as_str(), &sent.reply_to), ("reaction", &Some(on.id.clone())));
    assert_eq!(depth(&db).await, 1);
    let held = message(&db, &on.id).await;
    let [ours] = &held.reactions[..] else { panic!("{held:?}") };
    assert_eq!((ours.by, ours.emoji.as_str()), (ReactionSide::Business, "👍"));
    assert_eq!(ours.carrier.as_ref().map(|carrier| &carrier.message_id), Some(&sent.id));
    assert!(ours.agent_id.is_some());
    let after = row(&db, &chat).await;
    assert_eq!((after.unread_count, after.read_seq), (1, 0), "it answers nothing");
    assert_eq!(after.last_message.as_ref().map(|last| &last.id), Some(&on.id));
    assert_eq!(ticks(&db).await, [""; 0]);
    let told = LiveEvent::Message { row: Box::new(after), message: Box::new(held) };
    assert_eq!(log(&db).await.last(), Some(&told), "its message changed");
    let (page, _) = look!(db, read => messages::page(&mut read.conn(), &chat, None, 10));
    assert_eq!(page.iter().map(|full| &full.message.id).collect::<Vec<_>>(), [&on.id], "no line of its own");
}

async fn how_a_reaction_ended_is_told_on_its_message(db: TestDb) {
    let (chat, on, first) = reacted(&db).await;
    let mona = actor(&agent(&db, "sara", Role::Agent).await);
    let second = new(queue(&db, &mona, &chat, &reaction("r2", "❤️", &on)).await);
    for (sent, expected) in [(&first, MessageStatus::Queued), (&second, MessageStatus::Failed)] {
        let sql = format!("update messages set status = 'failed' where id = '{}'", sent.id);
        db.raw().await.execute(&sql).await;
        let changed = Changed { conversation_id: chat.clone(), message_id: sent.id.clone() };
        commit!(db, tx => delivery::announce(&mut tx, &[changed], NOW));
        let held = message(&db, &on.id).await;
        let carrier = held.reactions[0].carrier.as_ref().unwrap();
        assert_eq!(
            (&carrier.message_id, carrier.status),
            (&second.id, expected),
            "one that was replaced tells nothing"
        );
        let last = log(&db).await.pop();
        let carried = matches!(&last, Some(LiveEvent::Message { message, .. }) if message.id == on.id);
        assert!(carried, "{last:?}");
    }
}
