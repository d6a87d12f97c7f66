//! A row's way through the queue. Which rows may be taken is in `outbox_claims`.

use app::domain::agent::Role;
use app::domain::ids::ConversationId;
use app::store::agents::Agent;
use app::store::channels::{self, Channel};
use app::store::outbox::claims::next_due;
use app::store::outbox::endings::End;
use app::store::outbox::overdue::{Overdue, extend, overdue};
use app::store::outbox::{self, OutboxRow};

use crate::house::{NOW, agent, agent_writes, channel, chat, claim, customer_writes, end, failed, fly};
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
    what_waits_is_overdue_when_its_window_closes,
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
        assert!(fly(db, &row, NOW + 60_000).await);
        row
    }
}

pub fn later(after_ms: i64) -> End {
    End::Later { not_before_ms: NOW + after_ms }
}

pub fn unknown(hold_ms: i64, unconfirmed_ms: i64) -> End {
    End::Unknown { hold_until_ms: NOW + hold_ms, unconfirmed_at_ms: NOW + unconfirmed_ms }
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
    assert!(fly(&db, &row, NOW + 7).await);
    assert_eq!(state(&db).await, ["in_flight 1 0 7"]);
    assert!(end(&db, &row, failed(100)).await);
    assert_eq!(state(&db).await, [""; 0]);
    assert!(!end(&db, &row, failed(100)).await, "it is gone");
}

async fn only_a_claimed_row_goes_in_flight_and_only_once(db: TestDb) {
    let row = desk(&db).await.claimed(&db).await;
    let mark = async || fly(&db, &row, NOW + 60_000).await;
    assert!(mark().await);
    assert!(!mark().await);
    assert!(end(&db, &row, later(0)).await);
    assert!(!mark().await);
}

async fn a_refused_row_goes_back_for_later(db: TestDb) {
    let desk = desk(&db).await;
    let row = desk.in_flight(&db).await;
    assert!(end(&db, &row, later(5)).await);
    assert_eq!(claim(&db, &desk.shop, 9, NOW + 4).await, []);
    let again = claim(&db, &desk.shop, 9, NOW + 5).await;
    assert_eq!(again, [OutboxRow { attempt: 2, ..row.clone() }]);
    // A claim that was not used goes back as well.
    assert!(end(&db, &again[0], later(0)).await);
    assert!(!end(&db, &again[0], later(0)).await, "it is queued already");
}

async fn a_lost_claim_can_do_nothing_more(db: TestDb) {
    let desk = desk(&db).await;
    let lost = desk.claimed(&db).await;
    assert!(end(&db, &lost, later(0)).await);
    let held = claim(&db, &desk.shop, 1, NOW).await.pop().unwrap();
    assert_eq!((lost.attempt, held.attempt), (1, 2));
    let state_before = state(&db).await;
    assert!(!fly(&db, &lost, NOW).await);
    assert!(!end(&db, &lost, later(0)).await);
    assert!(!end(&db, &lost, failed(100)).await);
    assert!(fly(&db, &held, NOW + 60_000).await);
    assert!(!end(&db, &lost, unknown(0, 0)).await);
    assert_eq!(state_before, ["claimed 2 0 60000"]);
    assert_eq!(state(&db).await, ["in_flight 2 0 60000"]);
}

async fn only_a_flight_ends_unknown(db: TestDb) {
    let row = desk(&db).await.claimed(&db).await;
    assert!(!end(&db, &row, unknown(0, 0)).await, "no byte has left");
    assert!(fly(&db, &row, NOW + 60_000).await);
    assert!(end(&db, &row, unknown(3, 9)).await);
    assert_eq!(state(&db).await, ["unknown 1 9 3"]);
    assert!(!end(&db, &row, later(0)).await, "never sent again by the machine");
    assert!(end(&db, &row, End::Unconfirmed).await, "a person has taken it over");
}

async fn a_status_settles_what_may_have_left(db: TestDb) {
    let desk = desk(&db).await;
    let row = desk.claimed(&db).await;
    let settle = async || {
        commit!(db, tx => outbox::settle(&mut tx, &row.conversation_id, &row.message_id));
        look!(db, read => outbox::depth(&mut read.conn()))
    };
    assert_eq!(settle().await, 1, "of a row that has not left, no status can speak");
    assert!(fly(&db, &row, NOW).await);
    assert_eq!(settle().await, 0, "in flight");

    agent_writes(&db, &desk.mona, &desk.chat, "m2", NOW).await;
    let row = claim(&db, &desk.shop, 1, NOW).await.pop().unwrap();
    assert!(fly(&db, &row, NOW).await);
    end(&db, &row, unknown(0, 0)).await;
    commit!(db, tx => outbox::settle(&mut tx, &row.conversation_id, &row.message_id));
    assert_eq!(look!(db, read => outbox::depth(&mut read.conn())), 0, "unknown");
    assert!(!end(&db, &row, failed(100)).await, "the sender hears that it was settled");
}

async fn what_is_overdue_is_found_by_its_state(db: TestDb) {
    use Overdue::*;
    let desk = desk(&db).await;
    let row = desk.claimed(&db).await;
    let overdue = async |what, now_ms| look!(db, read => overdue(&mut read.conn(), what, now_ms)).len();
    let lease = NOW + 60_000;
    assert_eq!((overdue(Claimed, lease - 1).await, overdue(Claimed, lease).await), (0, 1));
    assert_eq!(overdue(InFlight, lease).await, 0);
    assert!(fly(&db, &row, lease).await);
    assert_eq!(overdue(Claimed, lease).await, 0);
    assert_eq!((overdue(InFlight, lease - 1).await, overdue(InFlight, lease).await), (0, 1));
    assert!(end(&db, &row, unknown(3, 9)).await);
    assert_eq!(overdue(InFlight, lease).await, 0);
    assert_eq!((overdue(Unknown, NOW + 8).await, overdue(Unknown, NOW + 9).await), (0, 1), "by its due time");
    assert_eq!(look!(db, read => app::store::outbox::overdue::overdue(&mut read.conn(), Unknown, lease)), [row]);
}

async fn what_waits_is_overdue_when_its_window_closes(db: TestDb) {
    let desk = desk(&db).await;
    customer_writes(&db, &desk.chat, "wamid.1", NOW).await;
    let row = desk.claimed(&db).await;
    let end_ms = NOW + app::domain::time::DAY_MS - app::domain::window::MARGIN_MS;
    let waiting = async |now_ms| look!(db, read => overdue(&mut read.conn(), Overdue::Waiting, now_ms)).len();
    assert_eq!(waiting(end_ms).await, 0, "it does not wait any more");
    assert!(end(&db, &row, later(0)).await);
    assert_eq!((waiting(end_ms - 1).await, waiting(end_ms).await), (0, 1));
    commit!(db, tx => extend(&mut tx.conn(), &[(row, NOW + 2 * app::domain::time::DAY_MS)]));
    assert_eq!(waiting(end_ms).await, 0, "the customer has written again");
}

async fn the_next_due_moment_tells_when_to_look(db: TestDb) {
    let desk = desk(&db).await;
    let next = async || {
        let due = look!(db, read => next_due(&mut read.conn()));
        due.iter().map(|due| due.due_at_ms - NOW).collect::<Vec<_>>()
    };
    assert_eq!(next().await, [0; 0]);
    let row = desk.claimed(&db).await;
    assert_eq!(next().await, [0; 0], "what is on its way is not due");
    assert!(end(&db, &row, later(5)).await);
    assert_eq!(next().await, [5], "the row's time");
    commit!(db, tx => channels::pause(&mut tx, &desk.shop.brief.id, 190, NOW));
    assert_eq!(next().await, [0; 0], "a paused number has none");
    commit!(db, tx => channels::update(&mut tx, &desk.shop, NOW));
    assert_eq!(next().await, [5]);
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
