use app::domain::agent::Role;
use app::domain::content::MediaState;
use app::domain::ids::{ConversationId, MediaId, MessageId};
use app::domain::media::MediaKind;
use app::domain::permission::Actor;
use app::domain::time::{DAY_MS, MINUTE_MS};
use app::store::media::{self, HeldMedia, Kept, NewMedia, Placed};
use app::store::messages::{self, NewMessage};

use crate::house::{self, NOW, agent, channel, chat, hand_to, incoming, row, wamid};
use crate::support::TestDb;

both![
    a_file_is_written_with_its_message,
    a_file_is_claimed_once_and_kept_once,
    a_lost_claim_writes_nothing,
    what_waits_is_due_again_after_a_restart,
    a_placeholder_gets_its_file_once,
    a_file_is_seen_with_its_conversation,
    what_was_deleted_for_everyone_has_no_file,
    an_upload_is_its_writers_own_and_is_swept,
    bytes_that_somebody_sent_stay,
    metas_id_is_remembered_for_the_same_bytes_of_the_number,
];

fn waiting(meta_id: &str) -> NewMedia {
    NewMedia {
        meta_id: Some(meta_id.to_owned()),
        url: Some("https://lookaside.example/x".to_owned()),
        mime: "image/jpeg".to_owned(),
        file_name: Some("صورة.jpg".to_owned()),
        sha256: Some("ab".repeat(32)),
        waveform: vec![0, 17, 31],
        ..NewMedia::of(MediaKind::Image, MediaState::Waiting)
    }
}

fn kept(key: &str) -> Kept {
    Kept {
        mime: "image/png".to_owned(),
        size_bytes: 77,
        sha256: "cd".repeat(32),
        animated: false,
        width: Some(640),
        height: Some(480),
        storage_key: key.to_owned(),
        thumbnail_key: Some(format!("{key}-small")),
    }
}

async fn message_with(db: &TestDb, chat: &ConversationId, file: &NewMedia, seq: i64) -> MessageId {
    let row = row(db, chat).await;
    let (id, meta_id) = (MessageId::new(), wamid(&format!("wamid.{seq}")));
    let new = NewMessage { kind: "image", media: Some(file), ..incoming(&id, &row, &meta_id, seq) };
    commit!(db, tx => messages::insert(&mut tx.conn(), &new));
    id
}

async fn file_of(db: &TestDb, message_id: &MessageId) -> Option<app::domain::content::Media> {
    let full = look!(db, read => messages::by_id(&mut read.conn(), message_id)).unwrap();
    full.message.media.map(|media| *media)
}

async fn claim(db: &TestDb, limit: i64, now: i64) -> Vec<HeldMedia> {
    commit!(db, tx => media::claim(&mut tx.conn(), limit, now + MINUTE_MS, now))
}

async fn a_file_is_written_with_its_message(db: TestDb) {
    let chat = chat(&db, &channel(&db, "shop").await, "+201000000001").await;
    let id = message_with(&db, &chat, &waiting("9001"), 1).await;
    let shown = file_of(&db, &id).await.unwrap();
    assert_eq!(shown, waiting("9001").shown(shown.id.clone()));
    assert_eq!((shown.waveform.as_slice(), shown.link.as_deref()), (&[0, 17, 31][..], None));
    let held = look!(&db, read => media::by_id(&mut read.conn(), &shown.id)).unwrap();
    assert_eq!(held.file, NewMedia { meta_id_at_ms: Some(NOW), ..waiting("9001") });
    assert_eq!((held.message_id, held.attempt, held.created_at_ms), (Some(id), 0, NOW));
    let linked = NewMedia { state: MediaState::Linked, ..waiting("") };
    let id = message_with(&db, &chat, &NewMedia { meta_id: None, ..linked }, 2).await;
    assert_eq!(file_of(&db, &id).await.unwrap().link.as_deref(), Some("https://lookaside.example/x"));
}

async fn a_file_is_claimed_once_and_kept_once(db: TestDb) {
    let chat = chat(&db, &channel(&db, "shop").await, "+201000000001").await;
    let id = message_with(&db, &chat, &waiting("9001"), 1).await;
    message_with(&db, &chat, &NewMedia::of(MediaKind::Image, MediaState::Gone), 2).await;
    assert_eq!(look!(&db, read => media::next_due(&mut read.conn())), Some(NOW));
    assert_eq!(claim(&db, 9, NOW - 1).await, []);
    let claimed = claim(&db, 9, NOW).await;
    assert_eq!(
        claimed.iter().map(|held| (&held.message_id, held.attempt)).collect::<Vec<_>>(),
        [(&Some(id.clone()), 1)]
    );
    assert_eq!(claim(&db, 9, NOW).await, [], "it is another's until the lease is over");
    assert!(commit!(&db, tx => media::keep(&mut tx.conn(), &claimed[0], &kept("k"))));
    let shown = file_of(&db, &id).await.unwrap();
    assert_eq!((shown.state, shown.mime.as_str(), shown.size_bytes), (MediaState::Ready, "image/png", Some(77)));
    assert_eq!((shown.width, shown.height, shown.has_thumbnail), (Some(640), Some(480), true));
    assert_eq!(look!(&db, read => media::next_due(&mut read.conn())), None);
    assert_eq!(claim(&db, 9, NOW + DAY_MS).await, []);
}

async fn a_lost_claim_writes_nothing(db: TestDb) {
    let chat = chat(&db, &channel(&db, "shop").await, "+201000000001").await;
    let id = message_with(&db, &chat, &waiting("9001"), 1).await;
    let late = claim(&db, 1, NOW).await.remove(0);
    let ours = claim(&db, 1, NOW + MINUTE_MS).await.remove(0);
    assert_eq!(ours.attempt, 2);
    assert!(!commit!(&db, tx => media::keep(&mut tx.conn(), &late, &kept("late"))));
    assert!(!commit!(&db, tx => media::put_off(&mut tx.conn(), &late, MediaState::Gone, NOW, "late")));
    assert_eq!(file_of(&db, &id).await.unwrap().state, MediaState::Waiting);
    let again = NOW + 5 * MINUTE_MS;
    assert!(commit!(&db, tx => media::put_off(&mut tx.conn(), &ours, MediaState::Retrying, again, "Away")));
    assert_eq!(file_of(&db, &id).await.unwrap().state, MediaState::Retrying);
    assert_eq!(claim(&db, 1, again - 1).await, []);
    assert_eq!(claim(&db, 1, again).await.len(), 1);
}

async fn what_waits_is_due_again_after_a_restart(db: TestDb) {
    let chat = chat(&db, &channel(&db, "shop").await, "+201000000001").await;
    message_with(&db, &chat, &waiting("9001"), 1).await;
    assert_eq!(claim(&db, 1, NOW).await.len(), 1);
    assert_eq!(claim(&db, 1, NOW + 1).await.len(), 0, "it must be claimed for this test to mean anything");
    commit!(&db, tx => media::release_claims(&mut tx.conn(), NOW + 1));
    assert_eq!(claim(&db, 1, NOW + 1).await.len(), 1);
}

async fn a_placeholder_gets_its_file_once(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let chat = chat(&db, &shop, "+201000000001").await;
    let id = message_with(&db, &chat, &NewMedia::of(MediaKind::Image, MediaState::Gone), 1).await;
    let attach = async |file: &NewMedia| {
        commit!(&db, tx => media::attach(&mut tx.conn(), &shop.brief.id, &id, file, NOW));
        file_of(&db, &id).await.unwrap()
    };
    assert_eq!(attach(&waiting("9001")).await.state, MediaState::Waiting);
    let claimed = claim(&db, 1, NOW).await.remove(0);
    assert!(commit!(&db, tx => media::keep(&mut tx.conn(), &claimed, &kept("k"))));
    assert_eq!(attach(&waiting("9002")).await.state, MediaState::Ready, "what is here stays");
}

async fn a_file_is_seen_with_its_conversation(db: TestDb) {
    let (shop, clinic) = (channel(&db, "shop").await, channel(&db, "clinic").await);
    let (mona, omar) = (agent(&db, "mona", Role::Agent).await, agent(&db, "omar", Role::Agent).await);
    hand_to(&db, &clinic, &[&mona]).await;
    for (channel, phone, seq, expected) in
        [(&shop, "+201000000001", 1, [true, true]), (&clinic, "+201000000002", 2, [true, false])]
    {
        let chat = chat(&db, channel, phone).await;
        let id = message_with(&db, &chat, &waiting("9001"), seq).await;
        let file = file_of(&db, &id).await.unwrap().id;
        for (agent, expected) in [&mona, &omar].into_iter().zip(expected) {
            let seen = look!(&db, read => media::visible_to(&mut read.conn(), &house::actor(agent), &file));
            assert_eq!(seen.is_some(), expected, "{} {phone}", agent.brief.name);
        }
    }
    let nothing = look!(&db, read => media::visible_to(&mut read.conn(), &house::actor(&mona), &MediaId::new()));
    assert_eq!(nothing, None);
}

async fn what_was_deleted_for_everyone_has_no_file(db: TestDb) {
    let chat = chat(&db, &channel(&db, "shop").await, "+201000000001").await;
    let mona = agent(&db, "mona", Role::Admin).await;
    let actor = Actor::Agent { id: mona.brief.id, role: Role::Admin };
    let id = message_with(&db, &chat, &waiting("9001"), 1).await;
    let file = file_of(&db, &id).await.unwrap().id;
    assert!(look!(&db, read => media::visible_to(&mut read.conn(), &actor, &file)).is_some());
    let mut raw = db.raw().await;
    raw.execute(&format!("update messages set revoked_at_ms = {NOW}")).await;
    raw.close().await;
    assert_eq!(look!(&db, read => media::visible_to(&mut read.conn(), &actor, &file)), None);
}

fn upload(key: &str, by: &Actor) -> NewMedia {
    NewMedia {
        storage_key: Some(key.to_owned()),
        thumbnail_key: Some(format!("{key}-small")),
        size_bytes: Some(5),
        uploaded_by: Some(by.writer()),
        ..NewMedia::of(MediaKind::Document, MediaState::Ready)
    }
}

async fn place(
    db: &TestDb,
    channel: &app::store::channels::Channel,
    message: Option<&MessageId>,
    file: &NewMedia,
) -> MediaId {
    let id = MediaId::new();
    let placed = Placed { id: id.clone(), channel_id: &channel.brief.id, message_id: message, file, at_ms: NOW };
    commit!(db, tx => media::insert(&mut tx.conn(), &[placed]));
    id
}

async fn an_upload_is_its_writers_own_and_is_swept(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let actor = |agent: app::store::agents::Agent| Actor::Agent { id: agent.brief.id, role: Role::Admin };
    let (mona, omar) = (actor(agent(&db, "mona", Role::Admin).await), actor(agent(&db, "omar", Role::Admin).await));
    let id = place(&db, &shop, None, &upload("k", &mona)).await;
    assert!(look!(&db, read => media::visible_to(&mut read.conn(), &mona, &id)).is_some());
    assert_eq!(look!(&db, read => media::visible_to(&mut read.conn(), &omar, &id)), None);
    let none: [String; 0] = [];
    assert_eq!(commit!(&db, tx => media::sweep_unsent(&mut tx.conn(), NOW, 9)), none);
    commit!(&db, tx => media::hold(&mut tx.conn(), &id, NOW + 5));
    assert_eq!(commit!(&db, tx => media::sweep_unsent(&mut tx.conn(), NOW + 5, 9)), none, "held for another day");
    assert_eq!(commit!(&db, tx => media::sweep_unsent(&mut tx.conn(), NOW + 6, 9)), ["k", "k-small"]);
    assert_eq!(look!(&db, read => media::by_id(&mut read.conn(), &id)), None);
}

async fn bytes_that_somebody_sent_stay(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let chat = chat(&db, &shop, "+201000000001").await;
    let mona = Actor::Agent { id: agent(&db, "mona", Role::Admin).await.brief.id, role: Role::Admin };
    place(&db, &shop, None, &upload("k", &mona)).await;
    let sent = message_with(&db, &chat, &upload("k", &mona), 1).await;
    let none: [String; 0] = [];
    assert_eq!(commit!(&db, tx => media::sweep_unsent(&mut tx.conn(), NOW + 1, 9)), none);
    assert_eq!(file_of(&db, &sent).await.map(|file| file.state), Some(MediaState::Ready));
}

async fn metas_id_is_remembered_for_the_same_bytes_of_the_number(db: TestDb) {
    let (shop, clinic) = (channel(&db, "shop").await, channel(&db, "clinic").await);
    let mona = Actor::Agent { id: agent(&db, "mona", Role::Admin).await.brief.id, role: Role::Admin };
    let uploaded = place(&db, &shop, None, &upload("k", &mona)).await;
    let same = place(&db, &shop, None, &upload("k", &mona)).await;
    let elsewhere = place(&db, &clinic, None, &upload("k", &mona)).await;
    let held = look!(&db, read => media::by_id(&mut read.conn(), &uploaded)).unwrap();
    commit!(&db, tx => media::remember_meta_id(&mut tx.conn(), &held, "9001", NOW + 7));
    for (id, expected) in [(&uploaded, Some("9001")), (&same, Some("9001")), (&elsewhere, None)] {
        let held = look!(&db, read => media::by_id(&mut read.conn(), id)).unwrap();
        assert_eq!(held.file.meta_id.as_deref(), expected);
        assert_eq!(held.file.meta_id_at_ms, expected.map(|_| NOW + 7));
    }
}
