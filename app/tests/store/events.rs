use app::domain::agent::{AgentBrief, Role};
use app::domain::ids::{AgentId, ChannelId};
use app::live::protocol::LiveEvent;
use app::store::{Db, events, settings};

use crate::house::NOW;
use crate::support::{Raw, TestDb};

both![
    the_log_is_read_in_order_and_in_parts,
    numbers_have_no_gap,
    events_of_a_dropped_transaction_were_never_there,
    more_events_than_one_statement_takes,
    a_follower_of_many_writers_misses_nothing,
    a_later_number_never_shows_before_an_earlier_one,
    any_text_travels_in_an_event,
];

/// An event told apart by its text.
fn event(name: &str) -> LiveEvent {
    let agent = AgentBrief { id: AgentId::from_text("a"), name: name.to_owned(), role: Role::Agent, disabled: false };
    LiveEvent::Agent { agent: Box::new(agent) }
}

async fn tell(db: &Db, names: &[&str]) {
    let mut tx = db.begin().await.unwrap();
    names.iter().for_each(|name| tx.append(event(name), NOW));
    tx.commit().await.unwrap();
}

/// Numbers and names after `seq`.
async fn after(db: &Db, seq: i64, limit: i64) -> Vec<(i64, String)> {
    let rows = look!(db, read => events::after(&mut read.conn(), seq, limit));
    let name = |body: &str| match serde_json::from_str(body).unwrap() {
        LiveEvent::Agent { agent } => agent.name,
        other => panic!("{other:?}"),
    };
    rows.iter().map(|row| (row.seq, name(&row.body))).collect()
}

async fn head(db: &Db) -> i64 {
    look!(db, read => events::head(&mut read.conn()))
}

async fn the_log_is_read_in_order_and_in_parts(db: TestDb) {
    assert_eq!((head(&db).await, after(&db, 0, 9).await), (0, vec![]));
    tell(&db, &["a", "b"]).await;
    tell(&db, &["c"]).await;
    let named = |seq, name: &str| (seq, name.to_owned());
    assert_eq!(after(&db, 0, 2).await, [named(1, "a"), named(2, "b")]);
    assert_eq!(after(&db, 2, 2).await, [named(3, "c")]);
    assert_eq!((head(&db).await, after(&db, 3, 2).await), (3, vec![]));
}

async fn numbers_have_no_gap(db: TestDb) {
    let writers: Vec<_> = (0..6)
        .map(|writer: i32| {
            let db = db.clone();
            tokio::spawn(async move {
                for round in 0..4 {
                    let mut tx = db.begin().await.unwrap();
                    tx.append(event(&format!("{writer}.{round}.a")), NOW);
                    tx.append(event(&format!("{writer}.{round}.b")), NOW);
                    // Every second one changes its mind.
                    if (writer + round) % 2 == 0 {
                        tx.commit().await.unwrap();
                    }
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    let told = after(&db, 0, 999).await;
    assert_eq!(told.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), (1..=24).collect::<Vec<_>>());
    for pair in told.chunks(2) {
        let both = pair[0].1.trim_end_matches('a') == pair[1].1.trim_end_matches('b');
        assert!(both, "a transaction's events stand together: {pair:?}");
    }
    assert_eq!(head(&db).await, 24);
}

async fn events_of_a_dropped_transaction_were_never_there(db: TestDb) {
    let mut tx = db.begin().await.unwrap();
    tx.append(event("never"), NOW);
    drop(tx);
    tell(&db, &["a"]).await;
    assert_eq!(after(&db, 0, 9).await, [(1, "a".to_owned())]);
}

async fn more_events_than_one_statement_takes(db: TestDb) {
    let mut tx = db.begin().await.unwrap();
    (0..11_000).for_each(|n| tx.append(event(&n.to_string()), NOW));
    tx.commit().await.unwrap();
    let told = after(&db, 0, 20_000).await;
    assert_eq!(told.len(), 11_000);
    assert!(told.iter().enumerate().all(|(n, (seq, name))| *seq == n as i64 + 1 && *name == n.to_string()));
}

async fn a_follower_of_many_writers_misses_nothing(db: TestDb) {
    const WRITERS: i64 = 4;
    const EACH: i64 = 8;
    let writers: Vec<_> = (0..WRITERS)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move {
                for _ in 0..EACH {
                    tell(&db, &["x"]).await;
                }
            })
        })
        .collect();
    let mut last = 0;
    while last < WRITERS * EACH {
        for (seq, _) in after(&db, last, 3).await {
            assert_eq!(seq, last + 1, "the follower skipped a number");
            last = seq;
        }
        tokio::task::yield_now().await;
    }
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(head(&db).await, last);
}

/// Waits until `count` sessions of this database wait for a lock, or `done` says that they never will.
async fn until_waiting(raw: &mut Raw, count: i64, done: impl Fn() -> bool) {
    const WAITING: &str = "select count(*) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'";
    while raw.number(WAITING).await.unwrap() < count && !done() {
        tokio::task::yield_now().await;
    }
}

/// The race that a sequence loses: the first transaction has its number and is held up in its commit, the second
/// overtakes it. A reader who looks in between must not be told of the second, or it never hears of the first.
async fn a_later_number_never_shows_before_an_earlier_one(db: TestDb) {
    if db.is_sqlite() {
        // One writer: the second cannot even begin before the first is done.
        let first = db.begin().await.unwrap();
        let mut second = tokio::spawn({
            let db = db.clone();
            async move { tell(&db, &["second"]).await }
        });
        tokio::task::yield_now().await;
        assert_eq!(after(&db, 0, 9).await, []);
        first.commit().await.unwrap();
        (&mut second).await.unwrap();
        assert_eq!(after(&db, 0, 9).await, [(1, "second".to_owned())]);
        return;
    }
    // A commit that writes the setting "slow" ends only when we let go of the lock.
    let mut gate = db.raw().await;
    gate.execute(
        "create function wait_at_the_gate() returns trigger language plpgsql as
            $$ begin if new.key = 'slow' then perform pg_advisory_xact_lock(1); end if; return null; end $$",
    )
    .await;
    gate.execute(
        "create constraint trigger gate after insert on settings deferrable initially deferred
            for each row execute function wait_at_the_gate()",
    )
    .await;
    gate.execute("select pg_advisory_lock(1)").await;
    let mut watcher = db.raw().await;

    // Begun in the other order, so that nothing hangs on that.
    let mut second = db.begin().await.unwrap();
    second.append(event("second"), NOW);
    let mut first = db.begin().await.unwrap();
    first.append(event("first"), NOW);
    settings::set(&mut first.conn(), "slow", "1").await.unwrap();
    let first = tokio::spawn(first.commit());
    until_waiting(&mut watcher, 1, || first.is_finished()).await;
    assert!(!first.is_finished(), "the first must be held up for this to mean anything");
    let second = tokio::spawn(second.commit());
    until_waiting(&mut watcher, 2, || second.is_finished()).await;

    let seen = after(&db, 0, 9).await;
    let place = seen.last().map_or(0, |(seq, _)| *seq);
    gate.execute("select pg_advisory_unlock(1)").await;
    first.await.unwrap().unwrap();
    second.await.unwrap().unwrap();
    let told: Vec<_> = seen.into_iter().chain(after(&db, place, 9).await).collect();
    assert_eq!(told, [(1, "first".to_owned()), (2, "second".to_owned())], "a reader skipped an event");
}

async fn any_text_travels_in_an_event(db: TestDb) {
    let name = "\0 \u{202e} \"quoted\" \\ منى 🌙";
    let access = LiveEvent::Access { agent_id: AgentId::from_text(name), channel_id: ChannelId::new(), granted: true };
    let mut tx = db.begin().await.unwrap();
    tx.append(access.clone(), NOW);
    tx.commit().await.unwrap();
    assert_eq!(crate::house::log(&db).await, [access]);
}
