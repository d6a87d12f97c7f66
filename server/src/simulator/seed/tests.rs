use std::collections::HashSet;

use app::domain::channel::{ChannelBrief, ReadReceipts};
use app::domain::conversation::ConversationRow;
use app::domain::ids::{PhoneNumberId, WabaId};
use app::domain::message::MessageStatus;
use app::domain::time::{DAY_MS, HOUR_MS};
use app::store::channels::{self, Channel};
use app::store::{OpenOptions, open};

use super::exchanges::{Ending, written};
use super::plan::{Planned, plan};
use super::*;

const NOW: i64 = 1_790_000_000_000;

fn planned() -> Vec<Planned> {
    let options = SeedOptions::new(NOW);
    plan(&written().unwrap(), options.number, options.conversations, NOW)
}

#[test]
fn the_plan_is_large_enough_and_everyone_is_someone_else() {
    let planned = planned();
    assert_eq!(planned.len(), SeedOptions::new(NOW).conversations);
    let messages: usize = planned.iter().map(|conversation| conversation.messages.len()).sum();
    assert!((4_500..=5_500).contains(&messages), "{messages} messages");
    let names: HashSet<_> = planned.iter().map(|conversation| &conversation.person.customer.name).collect();
    let keys: HashSet<_> = planned.iter().map(|conversation| conversation.person.customer.key()).collect();
    assert_eq!((names.len(), keys.len()), (planned.len(), planned.len()));
    let phoneless = planned.iter().filter(|conversation| conversation.person.customer.phone.is_none()).count();
    assert!((2..=3).contains(&phoneless), "{phoneless} without a phone");
}

#[test]
fn the_same_number_gives_the_same_plan_at_any_time() {
    assert_eq!(planned(), planned());
    let written = written().unwrap();
    let other = plan(&written, 7, 222, NOW);
    assert_ne!(planned()[0].person, other[0].person);
    let words = |planned: &[Planned]| {
        let all = planned.iter().flat_map(|conversation| &conversation.messages);
        all.map(|message| message.content.clone()).collect::<Vec<_>>()
    };
    assert_eq!(words(&planned()), words(&plan(&written, SeedOptions::new(0).number, 222, NOW + 3 * HOUR_MS)));
}

#[test]
fn no_placeholder_is_left() {
    for conversation in planned() {
        for message in conversation.messages {
            let text = message.content.plain().unwrap_or_default();
            assert!(!text.contains(['{', '}']), "{text}");
            assert!(message.content.kind != "text" || !text.trim().is_empty());
        }
    }
}

#[test]
fn times_run_forward_and_never_ahead_of_now() {
    let planned = planned();
    for conversation in &planned {
        let times: Vec<i64> = conversation.messages.iter().map(|message| message.sent_at_ms).collect();
        assert!(times.is_sorted(), "{times:?}");
        assert!(conversation.messages.iter().all(|message| message.received_at_ms <= NOW));
        assert!(times.last().is_some_and(|last| *last < NOW && *last > NOW - 22 * DAY_MS));
    }
    let within = |age_ms: i64| {
        planned.iter().filter(|planned| planned.messages.last().unwrap().sent_at_ms > NOW - age_ms).count()
    };
    assert!((10..60).contains(&within(HOUR_MS)), "{} in the last hour", within(HOUR_MS));
    assert!(within(DAY_MS) > 60 && within(DAY_MS) < 180, "{} in the last day", within(DAY_MS));
}

#[test]
fn every_ending_is_there() {
    let planned = planned();
    let of = |ending| planned.iter().filter(move |conversation| conversation.ending == ending);
    for (ending, at_least) in [
        (Ending::Answered, 100),
        (Ending::Waiting, 30),
        (Ending::ClosedWindow, 15),
        (Ending::Failed, 5),
        (Ending::Unknown, 5),
    ] {
        assert!(of(ending).count() >= at_least, "{ending:?}: {}", of(ending).count());
    }
    assert!(of(Ending::Waiting).all(|conversation| conversation.messages.last().unwrap().is_customers()));
    for conversation in of(Ending::ClosedWindow) {
        let last = conversation.messages.iter().rfind(|message| message.is_customers()).unwrap();
        assert!(last.sent_at_ms + DAY_MS < NOW);
    }
    for conversation in of(Ending::Failed) {
        let last = conversation.messages.last().unwrap();
        assert_eq!(last.status, MessageStatus::Failed);
        assert!([131_026, 131_000].contains(&last.error.as_ref().unwrap().code));
    }
    for conversation in of(Ending::Unknown) {
        let last = conversation.messages.last().unwrap();
        assert_eq!((last.status, &last.wamid), (MessageStatus::Unconfirmed, &None));
    }
}

#[test]
fn no_two_conversations_end_in_the_same_words() {
    let planned = planned();
    let mut lasts: Vec<&str> =
        planned.iter().filter_map(|conversation| conversation.messages.last().unwrap().content.plain()).collect();
    let all = lasts.len();
    lasts.sort_unstable();
    lasts.dedup();
    // Thanks are thanks: a few may meet.
    assert!(lasts.len() * 100 >= all * 93, "{} of {all} differ", lasts.len());
}

/// A test's folder, gone with it.
pub(in crate::simulator) struct Folder(std::path::PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A database of its own for a test, with the simulated channel in it.
pub(in crate::simulator) async fn database() -> (Db, ChannelId, Folder) {
    let folder = Folder(std::env::temp_dir().join(format!("majlis-simulator-{}", MessageId::new())));
    std::fs::create_dir_all(&folder.0).unwrap();
    let file = folder.0.join("majlis.sqlite");
    let options = OpenOptions { address: file.to_string_lossy().into_owned(), readers: 2, background: None };
    let db = open(&options).await.unwrap();
    let id = ChannelId::new();
    let brief = ChannelBrief {
        id: id.clone(),
        name: "متجر ريحان".to_owned(),
        phone_number_id: PhoneNumberId::from_text("300000000000001"),
        waba_id: WabaId::from_text("200000000000001"),
        display_phone: "+201000000100".to_owned(),
        read_receipts: ReadReceipts::OnOpen,
        coexistence: false,
        simulated: true,
        paused_code: None,
        unanswered_since_ms: None,
        health_version: 0,
    };
    let channel = Channel {
        brief,
        access_token_sealed: String::new(),
        app_secret_sealed: String::new(),
        previous_app_secret_sealed: None,
        verify_token_sealed: String::new(),
        members_only: false,
        rate: app::domain::pace::Rate::standard(),
        created_at_ms: 0,
    };
    let mut tx = db.begin().await.unwrap();
    assert!(channels::insert(&mut tx, &channel).await.unwrap());
    tx.commit().await.unwrap();
    (db, id, folder)
}

async fn rows(db: &Db) -> Vec<ConversationRow> {
    let mut read = db.read().await.unwrap();
    let filter = ListFilter::default();
    conversations::list(&mut read.conn(), &onlooker(), &filter, None, 1_000).await.unwrap().rows
}

#[tokio::test]
async fn the_seed_is_written_once() {
    let (db, channel_id, _folder) = database().await;
    let options = SeedOptions::new(NOW);
    let seeded = seed(&db, &channel_id, &options).await.unwrap();
    assert_eq!(seeded.conversations, options.conversations);
    assert_eq!(seed(&db, &channel_id, &options).await.unwrap(), Seeded::default());

    let rows = rows(&db).await;
    assert_eq!(rows.len(), options.conversations);
    // Edits and deletions count: a reader must have seen them.
    let planned = planned();
    let changes = planned.iter().flat_map(|conversation| &conversation.messages);
    let changes = changes.filter(|message| matches!(message.content.kind.as_str(), "edit" | "revoke")).count();
    assert!(changes > 0);
    assert_eq!(rows.iter().map(|row| row.seq).sum::<i64>() as usize, seeded.messages + changes);
    assert!(rows.iter().any(|row| row.unread_count > 0));
    assert!(rows.iter().all(|row| row.last_message.is_some() && row.last_activity_at_ms < NOW));
    assert!(rows.iter().any(|row| row.contact.phone.is_none() && row.contact.username.is_some()));
    let closed = |row: &&ConversationRow| row.window_expires_at_ms.is_some_and(|end| end < NOW);
    assert!(rows.iter().filter(closed).count() > 20);

    let mut read = db.read().await.unwrap();
    let agents = agents::all(&mut read.conn()).await.unwrap();
    let people: Vec<_> = agents.iter().map(|agent| (agent.email.as_str(), agent.brief.role)).collect();
    assert_eq!(people.len(), 4);
    assert!(people.contains(&("yasmine@majlis.example", Role::Admin)));
    assert!(agents.iter().all(|agent| agent.password_hash.is_none()));
    let (thread, _) = messages::page(&mut read.conn(), &rows[0].id, None, 100).await.unwrap();
    assert_eq!(thread.len() as i64, rows[0].seq);
    let authored = thread.iter().filter(|full| full.message.direction == Direction::Out);
    assert!(authored.into_iter().all(|full| full.message.author.id.is_some()));
}
