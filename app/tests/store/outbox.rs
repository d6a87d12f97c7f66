//! A row's way through the queue. Which rows may be taken is in `outbox_claims`.

use app::domain::agent::Role;
use app::domain::ids::ConversationId;
use app::store::agents::Agent;
use app::store::channels::{self, Channel};
use app::store::outbox::{self, OutboxRow};

use crate::house::{NOW, agent, agent_writes, channel, chat, claim, customer_writes};
use crate::support::TestDb;

both![
    a_claimed_row_carries_what_the_sender_needs,
    a_row_leaves_by_claim_flight_and_finish,
    only_a_claimed_row_goes_in_flight_and_only_once,
    a_refused_row_goes_back_for_later,
    a_lost_claim_can_do_nothing_more,
    only_a_flight_ends_unknown,
    a_status_settles_what_may_have_left,
    what_is_overdue_is_found_by_its_state,
    the_next_due_moment_tells_when_to_look,
    the_depth_counts_every_row,
    a_message_is_queued_once,
];

pub struct Desk {
    pub shop: Channel,
    pub mona: Agent,
    pub chat: ConversationId,
}

pub async fn desk(db: &TestDb) -> Desk {
    let shop = channel(db, "shop").await;
    let mona = agent(db, "mona", Role::Agent).await;
    let chat = chat(db, &shop, "+201000000001").await;
    Desk { shop, mona, chat }
}

impl Desk {
    /// One queued row, claimed.
    async fn claimed(&self, db: &TestDb) -> OutboxRow {
        agent_writes(db, &self.mona, &self.chat, "m1", NOW).await;
        claim(db, &self.shop, 1, NOW).await.pop().expect("one row is due")
    }

    /// … and in flight.
    async fn in_flight(&self, db: &TestDb) -> OutboxRow {
        let row = self.claimed(db).await;
        assert!(commit!(db, tx => outbox::mark_in_flight(&mut tx.conn(), &row, NOW + 60_000)));
        row
    }
}

/// `state attempt not_before lease` of every row, times after NOW.
async fn state(db: &TestDb) -> Vec<String> {
    let sql = format!(
        "select state, cast(attempt as text), cast(not_before_ms - {NOW} as text),
            cast(lease_until_ms - {NOW} as text) from outbox"
    );
    db.raw().await.rows(&sql).await
}

async fn a_claimed_row_carries_what_the_sender_needs(db: TestDb) {
    let desk = desk(&db).await;
    customer_writes(&db, &desk.chat, "wamid.1", NOW).await;
    let message = agent_writes(&db, &desk.mona, &desk.chat, "m1", NOW).await;
    let expected = OutboxRow {
        message_id: message.id,
        channel_id: desk.shop.brief.id.clone(),
        conversation_id: desk.chat.clone(),
        seq: 2,
        body: r#"{"type":"text"}"#.to_owned(),
        attempt: 1,
        expires_at_ms: Some(NOW + app::domain::time::DAY_MS),
    };
    assert_eq!(claim(&db, &desk.shop, 9, NOW).await, [expected]);
}

async fn a_row_leaves_by_claim_flight_and_finish(db: TestDb) {
    let desk = desk(&db).await;
    agent_writes(&db, &desk.mona, &desk.chat, "m1", NOW).await;
    assert_eq!(state(&db).await, ["queued 0 0 -1790000000000"]);
    let row = claim(&db, &desk.shop, 1, NOW).await.pop().unwrap();
    assert_eq!(state(&db).await, ["claimed 1 0 60000"]);
    assert!(commit!(db, tx => outbox::mark_in_flight(&mut tx.conn(), &row, NOW + 7)));
    assert_eq!(state(&db).await, ["in_flight 1 0 7"]);
    assert!(commit!(db, tx => outbox::finish(&mut tx.conn(), &row)));
    assert_eq!(state(&db).await, [""; 0]);
    assert!(!commit!(db, tx => outbox::finish(&mut tx.conn(), &row)), "it is gone");
}

async fn only_a_claimed_row_goes_in_flight_and_only_once(db: TestDb) {
    let row = desk(&db).await.claimed(&db).await;
    let mark = async || commit!(db, tx => outbox::mark_in_flight(&mut tx.conn(), &row, NOW + 60_000));
    assert!(mark().await);
    assert!(!mark().await);
    assert!(commit!(db, tx => outbox::requeue(&mut tx.conn(), &row, NOW)));
    assert!(!mark().await);
}

async fn a_refused_row_goes_back_for_later(db: TestDb) {
    let desk = desk(&db).await;
    let row = desk.in_flight(&db).await;
    assert!(commit!(db, tx => outbox::requeue(&mut tx.conn(), &row, NOW + 5)));
    assert_eq!(claim(&db, &desk.shop, 9, NOW + 4).await, []);
    let again = claim(&db, &desk.shop, 9, NOW + 5).await;
    assert_eq!(again, [OutboxRow { attempt: 2, ..row.clone() }]);
    // A claim that was not used goes back as well.
    assert!(commit!(db, tx => outbox::requeue(&mut tx.conn(), &again[0], NOW)));
    assert!(!commit!(db, tx => outbox::requeue(&mut tx.conn(), &again[0], NOW)), "it is queued already");
}

async fn a_lost_claim_can_do_nothing_more(db: TestDb) {
    let desk = desk(&db).await;
    let lost = desk.claimed(&db).await;
    assert!(commit!(db, tx => outbox::requeue(&mut tx.conn(), &lost, NOW)));
    let held = claim(&db, &desk.shop, 1, NOW).await.pop().unwrap();
    assert_eq!((lost.attempt, held.attempt), (1, 2));
    let state_before = state(&db).await;
    assert!(!commit!(db, tx => outbox::mark_in_flight(&mut tx.conn(), &lost, NOW)));
    assert!(!commit!(db, tx => outbox::requeue(&mut tx.conn(), &lost, NOW)));
    assert!(!commit!(db, tx => outbox::finish(&mut tx.conn(), &lost)));
    assert!(commit!(db, tx => outbox::mark_in_flight(&mut tx.conn(), &held, NOW + 60_000)));
    assert!(!commit!(db, tx => outbox::mark_unknown(&mut tx.conn(), &lost, NOW, NOW)));
    assert_eq!(state_before, ["claimed 2 0 60000"]);
    assert_eq!(state(&db).await, ["in_flight 2 0 60000"]);
}

async fn only_a_flight_ends_unknown(db: TestDb) {
    let row = desk(&db).await.claimed(&db).await;
    assert!(!commit!(db, tx => outbox::mark_unknown(&mut tx.conn(), &row, NOW, NOW)), "no byte has left");
    assert!(commit!(db, tx => outbox::mark_in_flight(&mut tx.conn(), &row, NOW + 60_000)));
    assert!(commit!(db, tx => outbox::mark_unknown(&mut tx.conn(), &row, NOW + 3, NOW + 9)));
    assert_eq!(state(&db).await, ["unknown 1 9 3"]);
    assert!(!commit!(db, tx => outbox::requeue(&mut tx.conn(), &row, NOW)), "never sent again by the machine");
    assert!(commit!(db, tx => outbox::finish(&mut tx.conn(), &row)), "a person has taken it over");
}

async fn a_status_settles_what_may_have_left(db: TestDb) {
    let desk = desk(&db).await;
    let row = desk.claimed(&db).await;
    let settle = async || {
        commit!(db, tx => outbox::settle(&mut tx.conn(), &row.message_id));
        look!(db, read => outbox::depth(&mut read.conn()))
    };
    assert_eq!(settle().await, 1, "of a row that has not left, no status can speak");
    assert!(commit!(db, tx => outbox::mark_in_flight(&mut tx.conn(), &row, NOW)));
    assert_eq!(settle().await, 0, "in flight");

    agent_writes(&db, &desk.mona, &desk.chat, "m2", NOW).await;
    let row = claim(&db, &desk.shop, 1, NOW).await.pop().unwrap();
    commit!(db, tx => outbox::mark_in_flight(&mut tx.conn(), &row, NOW));
    commit!(db, tx => outbox::mark_unknown(&mut tx.conn(), &row, NOW, NOW));
    commit!(db, tx => outbox::settle(&mut tx.conn(), &row.message_id));
    assert_eq!(look!(db, read => outbox::depth(&mut read.conn())), 0, "unknown");
    assert!(!commit!(db, tx => outbox::finish(&mut tx.conn(), &row)), "the sender hears that it was settled");
}

async fn what_is_overdue_is_found_by_its_state(db: TestDb) {
    let row = desk(&db).await.claimed(&db).await;
    let overdue =
        async |state: &'static str, now_ms| look!(db, read => outbox::overdue(&mut read.conn(), state, now_ms)).len();
    let lease = NOW + 60_000;
    assert_eq!((overdue("claimed", lease - 1).await, overdue("claimed", lease).await), (0, 1));
    assert_eq!(overdue("in_flight", lease).await, 0);
    commit!(db, tx => outbox::mark_in_flight(&mut tx.conn(), &row, lease));
    assert_eq!(overdue("claimed", lease).await, 0);
    assert_eq!((overdue("in_flight", lease - 1).await, overdue("in_flight", lease).await), (0, 1));
    commit!(db, tx => outbox::mark_unknown(&mut tx.conn(), &row, NOW + 3, NOW + 9));
    assert_eq!(overdue("in_flight", lease).await, 0);
    assert_eq!((overdue("unknown", NOW + 8).await, overdue("unknown", NOW + 9).await), (0, 1), "by its due time");
    assert_eq!(look!(db, read => outbox::overdue(&mut read.conn(), "unknown", lease)), [row]);
}

async fn the_next_due_moment_tells_when_to_look(db: TestDb) {
    let desk = desk(&db).await;
    let next = async || look!(db, read => outbox::next_due(&mut read.conn()));
    assert_eq!(next().await, None);
    let row = desk.claimed(&db).await;
    assert_eq!(next().await, Some(NOW + 60_000), "the claim's lease");
    commit!(db, tx => outbox::requeue(&mut tx.conn(), &row, NOW + 5));
    assert_eq!(next().await, Some(NOW + 5), "the row's time");
    commit!(db, tx => channels::pause(&mut tx, &desk.shop.brief.id, 190, NOW));
    assert_eq!(next().await, None, "a paused number has none");
    commit!(db, tx => channels::update(&mut tx, &desk.shop, NOW));
    let row = claim(&db, &desk.shop, 1, NOW + 5).await.pop().unwrap();
    commit!(db, tx => outbox::mark_in_flight(&mut tx.conn(), &row, NOW + 70));
    commit!(db, tx => channels::pause(&mut tx, &desk.shop.brief.id, 190, NOW));
    assert_eq!(next().await, Some(NOW + 70), "but what is on its way is watched");
    commit!(db, tx => outbox::mark_unknown(&mut tx.conn(), &row, NOW + 80, NOW + 90));
    assert_eq!(next().await, Some(NOW + 90));
}

async fn the_depth_counts_every_row(db: TestDb) {
    let desk = desk(&db).await;
    assert_eq!(look!(db, read => outbox::depth(&mut read.conn())), 0);
    for name in ["m1", "m2", "m3"] {
        agent_writes(&db, &desk.mona, &desk.chat, name, NOW).await;
    }
    claim(&db, &desk.shop, 1, NOW).await;
    assert_eq!(look!(db, read => outbox::depth(&mut read.conn())), 3);
}

async fn a_message_is_queued_once(db: TestDb) {
    let row = desk(&db).await.claimed(&db).await;
    let mut tx = db.begin().await.unwrap();
    assert!(outbox::enqueue(&mut tx, &row, NOW).await.is_err());
    drop(tx);
    let unknown = OutboxRow { message_id: app::domain::ids::MessageId::new(), ..row };
    let mut tx = db.begin().await.unwrap();
    assert!(outbox::enqueue(&mut tx, &unknown, NOW).await.is_err(), "there is no such message");
}
