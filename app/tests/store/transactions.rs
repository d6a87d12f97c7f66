//! What the seam itself promises: transactions, savepoints, snapshots, wakes.

use app::domain::agent::Role;
use app::domain::ids::{AgentId, ChannelId, ContactId};
use app::live::protocol::LiveEvent;
use app::store::{StoreError, agents, conversations, outbox, settings};
use futures_util::FutureExt as _;

use crate::house::{NOW, agent, agent_writes, channel, chat, log};
use crate::support::TestDb;

both![
    a_bad_item_is_undone_with_its_events_and_no_other,
    a_savepoint_goes_with_its_transaction,
    a_dropped_transaction_never_was,
    a_snapshot_sees_one_moment,
    a_snapshot_does_not_write,
    a_commit_wakes_who_waits,
    what_cannot_be_read_says_where,
];

fn told(name: &str) -> LiveEvent {
    LiveEvent::Access { agent_id: AgentId::from_text(name), channel_id: ChannelId::from_text("c"), granted: true }
}

async fn set(tx: &mut app::store::Tx, key: &str) -> Result<(), StoreError> {
    settings::set(&mut tx.conn(), key, "1").await?;
    tx.append(told(key), NOW);
    Ok(())
}

async fn keys(db: &TestDb) -> Vec<String> {
    db.raw().await.rows("select key from settings order by key").await
}

async fn a_bad_item_is_undone_with_its_events_and_no_other(db: TestDb) {
    let mut tx = db.begin().await.unwrap();
    set(&mut tx, "a").await.unwrap();
    for (item, good) in [("b", true), ("c", false), ("d", true)] {
        let mark = tx.savepoint().await.unwrap();
        set(&mut tx, item).await.unwrap();
        if good {
            tx.release(mark).await.unwrap();
            continue;
        }
        // A statement that fails: PostgreSQL takes no other until the savepoint is rolled back.
        assert!(
            conversations::find_or_insert(&mut tx.conn(), &ChannelId::new(), &ContactId::new(), NOW).await.is_err()
        );
        tx.roll_back_to(mark).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(keys(&db).await, ["a", "b", "d"]);
    assert_eq!(log(&db).await, ["a", "b", "d"].map(told));
}

async fn a_savepoint_goes_with_its_transaction(db: TestDb) {
    let mut tx = db.begin().await.unwrap();
    let mark = tx.savepoint().await.unwrap();
    set(&mut tx, "a").await.unwrap();
    tx.release(mark).await.unwrap();
    drop(tx);
    assert_eq!((keys(&db).await.len(), log(&db).await.len()), (0, 0));
    let mut tx = db.begin().await.unwrap();
    let _open = tx.savepoint().await.unwrap();
    set(&mut tx, "b").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!((keys(&db).await, log(&db).await), (vec!["b".to_owned()], vec![told("b")]), "an open one is kept");
}

async fn a_dropped_transaction_never_was(db: TestDb) {
    let mut tx = db.begin().await.unwrap();
    set(&mut tx, "a").await.unwrap();
    drop(tx);
    assert_eq!((keys(&db).await.len(), log(&db).await.len()), (0, 0));
    // The writer is free again.
    let mut tx = db.begin().await.unwrap();
    set(&mut tx, "b").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(keys(&db).await, ["b"]);
}

async fn a_snapshot_sees_one_moment(db: TestDb) {
    agent(&db, "mona", Role::Admin).await;
    let mut read = db.read().await.unwrap();
    assert_eq!(agents::all(&mut read.conn()).await.unwrap().len(), 1);
    agent(&db, "ali", Role::Agent).await;
    commit!(db, tx => settings::set(&mut tx.conn(), "a", "1"));
    assert_eq!(agents::all(&mut read.conn()).await.unwrap().len(), 1);
    assert_eq!(settings::get(&mut read.conn(), "a").await.unwrap(), None, "also what it had not looked at");
    drop(read);
    assert_eq!(look!(db, read => agents::all(&mut read.conn())).len(), 2);
}

async fn a_snapshot_does_not_write(db: TestDb) {
    let mut read = db.read().await.unwrap();
    assert!(settings::set(&mut read.conn(), "a", "1").await.is_err());
    drop(read);
    assert_eq!(keys(&db).await, [""; 0]);
}

async fn a_commit_wakes_who_waits(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let mona = agent(&db, "mona", Role::Agent).await;
    let id = chat(&db, &shop, "+201000000001").await;
    // Forget what the making of the house left.
    let _ = db.wakes().events.notified().now_or_never();
    let awake = || {
        let wakes = db.wakes();
        [&wakes.events, &wakes.outbox, &wakes.journal].map(|wake| wake.notified().now_or_never().is_some())
    };
    assert_eq!(awake(), [false; 3]);
    commit!(db, tx => settings::set(&mut tx.conn(), "a", "1"));
    assert_eq!(awake(), [false; 3], "nothing to look for");
    let mut tx = db.begin().await.unwrap();
    set(&mut tx, "b").await.unwrap();
    tx.wake_outbox();
    drop(tx);
    assert_eq!(awake(), [false; 3], "nothing has happened");
    let mut tx = db.begin().await.unwrap();
    set(&mut tx, "c").await.unwrap();
    assert_eq!(awake(), [false; 3], "nothing can be seen yet");
    tx.commit().await.unwrap();
    assert_eq!(awake(), [true, false, false]);
    agent_writes(&db, &mona, &id, "m1", NOW).await;
    assert_eq!(awake(), [true, true, false]);
    assert_eq!(look!(db, read => outbox::depth(&mut read.conn())), 1);
    app::store::journal::append(&db, &[(b"{}", NOW)]).await.unwrap();
    assert_eq!(awake(), [false, false, true]);
}

async fn what_cannot_be_read_says_where(db: TestDb) {
    agent(&db, "mona", Role::Admin).await;
    db.raw().await.execute("update agents set role = 'owner'").await;
    let mut read = db.read().await.unwrap();
    let error = agents::all(&mut read.conn()).await.unwrap_err();
    assert!(error.to_string().contains("agents.role"), "{error}");
    assert!(!error.is_retryable());
}
