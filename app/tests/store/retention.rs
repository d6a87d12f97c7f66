use app::domain::agent::Role;
use app::domain::ids::ChannelId;
use app::domain::message::MessageStatus;
use app::live::protocol::LiveEvent;
use app::store::links::{self, OneTimeLink};
use app::store::parked::{self, Report};
use app::store::sessions::{self, Session};
use app::store::{events, quarantine, retention};

use crate::house::{NOW, agent, wamid};
use crate::support::TestDb;

both![
    old_events_go_a_part_at_a_time_and_numbers_go_on,
    parked_statuses_go_when_nobody_came_for_them,
    sessions_go_after_their_absolute_end,
    links_go_after_their_time,
    what_was_handled_goes_and_what_waits_stays,
];

async fn old_events_go_a_part_at_a_time_and_numbers_go_on(db: TestDb) {
    let tell = async |count: i64, at_ms: i64| {
        let mut tx = db.begin().await.unwrap();
        for n in 0..count {
            let agent_id = app::domain::ids::AgentId::from_text(n.to_string());
            tx.append(LiveEvent::Access { agent_id, channel_id: ChannelId::from_text("c"), granted: true }, at_ms);
        }
        tx.commit().await.unwrap();
    };
    tell(2_003, NOW).await;
    tell(2, NOW + 1).await;
    let prune = async |before_ms| commit!(db, tx => retention::events(&mut tx.conn(), before_ms));
    assert_eq!(prune(NOW).await, 0);
    assert_eq!(prune(NOW + 1).await, 2_000);
    assert_eq!(prune(NOW + 1).await, 3);
    assert_eq!(prune(NOW + 1).await, 0);
    let left = look!(db, read => events::after(&mut read.conn(), 0, 10));
    assert_eq!(left.iter().map(|row| row.seq).collect::<Vec<_>>(), [2_004, 2_005]);
    assert_eq!(prune(NOW + 2).await, 2);
    assert_eq!(look!(db, read => events::head(&mut read.conn())), 2_005, "an empty log keeps its place");
    tell(1, NOW + 2).await;
    let left = look!(db, read => events::after(&mut read.conn(), 2_005, 10));
    assert_eq!(left.iter().map(|row| row.seq).collect::<Vec<_>>(), [2_006]);
}

async fn parked_statuses_go_when_nobody_came_for_them(db: TestDb) {
    let channel = ChannelId::new();
    for (meta_id, received_at_ms) in [("wamid.old", NOW), ("wamid.new", NOW + 1)] {
        // The phone's own time does not count, ours does.
        let report = Report { wamid: wamid(meta_id), status: MessageStatus::Sent, at_ms: NOW + 50, error: None };
        commit!(db, tx => parked::park(&mut tx.conn(), &channel, &report, received_at_ms));
    }
    assert_eq!(commit!(db, tx => retention::parked_statuses(&mut tx.conn(), NOW + 1)), 1);
    assert_eq!(commit!(db, tx => parked::take(&mut tx.conn(), &channel, &[&wamid("wamid.old")])), []);
    assert_eq!(commit!(db, tx => parked::take(&mut tx.conn(), &channel, &[&wamid("wamid.new")])).len(), 1);
}

async fn sessions_go_after_their_absolute_end(db: TestDb) {
    let mona = agent(&db, "mona", Role::Agent).await;
    for (token_hash, expires_at_ms) in [("old", NOW), ("new", NOW + 1)] {
        let session = Session {
            token_hash: token_hash.to_owned(),
            agent_id: mona.brief.id.clone(),
            created_at_ms: NOW,
            last_seen_at_ms: NOW,
            expires_at_ms,
            user_agent: String::new(),
        };
        commit!(db, tx => sessions::insert(&mut tx.conn(), &session));
    }
    assert_eq!(commit!(db, tx => retention::sessions(&mut tx.conn(), NOW + 1)), 1);
    assert!(look!(db, read => sessions::find(&mut read.conn(), "old")).is_none());
    assert!(look!(db, read => sessions::find(&mut read.conn(), "new")).is_some());
}

async fn links_go_after_their_time(db: TestDb) {
    let mona = agent(&db, "mona", Role::Agent).await;
    for (token_hash, agent_id, expires_at_ms) in [("old", None, NOW), ("new", Some(mona.brief.id), NOW + 1)] {
        let purpose = "password".to_owned();
        let link =
            OneTimeLink { token_hash: token_hash.to_owned(), purpose, agent_id, created_at_ms: NOW, expires_at_ms };
        commit!(db, tx => links::insert(&mut tx.conn(), &link));
    }
    assert_eq!(commit!(db, tx => retention::one_time_links(&mut tx.conn(), NOW + 1)), 1);
    assert_eq!(db.raw().await.rows("select token_hash from one_time_links").await, ["new"]);
}

async fn what_was_handled_goes_and_what_waits_stays(db: TestDb) {
    for place in ["old", "young", "waits"] {
        commit!(db, tx => quarantine::insert(&mut tx.conn(), 1, place, "why", "{}", NOW - 99));
    }
    let items = look!(db, read => quarantine::page(&mut read.conn(), None, 10));
    for item in &items {
        let at_ms = if item.place == "old" { NOW } else { NOW + 1 };
        if item.place != "waits" {
            commit!(db, tx => quarantine::resolve(&mut tx.conn(), &item.id, at_ms));
        }
    }
    assert_eq!(commit!(db, tx => retention::handled_quarantine(&mut tx.conn(), NOW + 1)), 1);
    assert_eq!(db.raw().await.rows("select place from quarantine order by place").await, ["waits", "young"]);
}
