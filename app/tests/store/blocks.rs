use app::domain::agent::Role;
use app::domain::block::{Block, BlockDeed, BlockEnd, BlockState, BlockWish, BlockedBy, Step};
use app::domain::graph_error::BLOCKED_WHILE_QUEUED;
use app::domain::ids::ConversationId;
use app::domain::message::{MessageError, MessageStatus};
use app::domain::permission::Action;
use app::domain::time::{DAY_MS, MINUTE_MS};
use app::live::protocol::LiveEvent;
use app::store::agents::Agent;
use app::store::blocks::{self, Asked, LEASE_MS, Wished};
use app::store::{backup, contacts, merges};

use crate::house::{
    NOW, agent, agent_writes, channel, chat, claim, customer_writes, end, failed, fly, log, message, permit, phone, row,
};
use crate::support::TestDb;

both![
    a_wish_goes_its_way_and_everybody_sees_it,
    of_two_at_once_one_asks,
    what_waits_for_a_blocked_customer_fails,
    a_refused_unblocking_leaves_who_blocked_them,
    an_unclear_answer_is_asked_again_by_one,
    a_refused_message_tells_of_a_block_made_elsewhere,
    who_is_unblocked_is_named_as_they_were_blocked,
    a_merge_leaves_a_block_where_it_is,
    a_restored_wish_asks_nobody,
];

const PHONE: &str = "+201000000001";

/// Somebody who wrote a minute ago.
async fn guest(db: &TestDb) -> (app::store::channels::Channel, ConversationId) {
    let shop = channel(db, "shop").await;
    let id = chat(db, &shop, PHONE).await;
    customer_writes(db, &id, "wamid.IN", NOW - MINUTE_MS).await;
    (shop, id)
}

async fn wish(db: &TestDb, by: &Agent, id: &ConversationId, wish: BlockWish, now_ms: i64) -> Wished {
    let (seen, permit) = (row(db, id).await, permit(by, Action::EditCustomer));
    commit!(db, tx => blocks::wish(&mut tx, &permit, &seen, wish, now_ms))
}

async fn ask(db: &TestDb, by: &Agent, id: &ConversationId, what: BlockWish, now_ms: i64) -> Asked {
    match wish(db, by, id, what, now_ms).await {
        Wished::Ask(asked) => asked,
        other => panic!("nobody is asked: {other:?}"),
    }
}

async fn ends(db: &TestDb, asked: &Asked, how: BlockEnd, now_ms: i64) -> bool {
    commit!(db, tx => blocks::end(&mut tx, asked, how, None, now_ms))
}

fn by(agent: &Agent) -> BlockedBy {
    BlockedBy::Agent { id: agent.brief.id.clone() }
}

fn block(state: BlockState, by: BlockedBy, at_ms: i64) -> Option<Block> {
    Some(Block { state, by, at_ms })
}

async fn a_wish_goes_its_way_and_everybody_sees_it(db: TestDb) {
    let ahmed = agent(&db, "ahmed", Role::Agent).await;
    let (shop, id) = guest(&db).await;
    let before = log(&db).await.len();
    let asked = ask(&db, &ahmed, &id, BlockWish::Block, NOW).await;
    assert_eq!(
        (asked.channel_id.clone(), asked.phone.as_deref(), asked.attempt),
        (shop.brief.id.clone(), Some(PHONE), 1)
    );
    assert_eq!(row(&db, &id).await.block, block(BlockState::Blocking, by(&ahmed), NOW));
    assert!(ends(&db, &asked, BlockEnd::Done, NOW + 1).await);
    assert!(!ends(&db, &asked, BlockEnd::Refused, NOW + 2).await, "it has ended");
    assert_eq!(row(&db, &id).await.block, block(BlockState::Blocked, by(&ahmed), NOW + 1));
    assert_eq!(wish(&db, &ahmed, &id, BlockWish::Block, NOW + 3).await, Wished::Not(Step::Nothing));

    let asked = ask(&db, &ahmed, &id, BlockWish::Unblock, NOW + 2 * DAY_MS).await;
    assert_eq!(row(&db, &id).await.block, block(BlockState::Unblocking, by(&ahmed), NOW + 2 * DAY_MS));
    assert!(ends(&db, &asked, BlockEnd::Done, NOW + 2 * DAY_MS + 1).await);
    assert_eq!(row(&db, &id).await.block, None);
    assert_eq!(wish(&db, &ahmed, &id, BlockWish::Block, NOW + 2 * DAY_MS).await, Wished::Not(Step::TooLate));

    let told: Vec<_> = log(&db).await[before..]
        .iter()
        .map(|event| match event {
            LiveEvent::Conversation { row } => row.block.as_ref().map(|block| block.state),
            other => panic!("{other:?}"),
        })
        .collect();
    use BlockState::{Blocked, Blocking, Unblocking};
    assert_eq!(told, [Some(Blocking), Some(Blocked), Some(Unblocking), None]);
    let deed = |wish, at_ms| BlockDeed { wish, end: BlockEnd::Done, by: by(&ahmed), at_ms };
    let latest = look!(db, read => blocks::latest(&mut read.conn(), &id));
    assert_eq!(latest, [deed(BlockWish::Unblock, NOW + 2 * DAY_MS + 1), deed(BlockWish::Block, NOW + 1)]);
}

async fn of_two_at_once_one_asks(db: TestDb) {
    let (ahmed, sara) = (agent(&db, "ahmed", Role::Agent).await, agent(&db, "sara", Role::Agent).await);
    let (_, id) = guest(&db).await;
    let (one, other) =
        tokio::join!(wish(&db, &ahmed, &id, BlockWish::Block, NOW), wish(&db, &sara, &id, BlockWish::Block, NOW),);
    let asked: Vec<Asked> = [one, other]
        .into_iter()
        .filter_map(|wished| match wished {
            Wished::Ask(asked) => Some(asked),
            Wished::Not(step) => {
                assert_eq!(step, Step::Nothing);
                None
            }
        })
        .collect();
    assert_eq!(asked.len(), 1);
    assert_eq!(wish(&db, &sara, &id, BlockWish::Unblock, NOW).await, Wished::Not(Step::Wait));
    assert!(ends(&db, &asked[0], BlockEnd::Refused, NOW + 1).await);
    assert_eq!(row(&db, &id).await.block, None, "as it was");
    ask(&db, &sara, &id, BlockWish::Block, NOW + 2).await;
}

async fn what_waits_for_a_blocked_customer_fails(db: TestDb) {
    let ahmed = agent(&db, "ahmed", Role::Agent).await;
    let (shop, id) = guest(&db).await;
    let other = chat(&db, &shop, "+201000000002").await;
    customer_writes(&db, &other, "wamid.OTHER", NOW).await;
    let leaving = agent_writes(&db, &ahmed, &id, "m1", NOW).await;
    let waiting = agent_writes(&db, &ahmed, &id, "m2", NOW).await;
    let theirs = agent_writes(&db, &ahmed, &other, "m3", NOW).await;
    let claimed = claim(&db, &shop, 1, NOW).await;
    assert!(fly(&db, &claimed[0], NOW + 1).await);
    let asked = ask(&db, &ahmed, &id, BlockWish::Block, NOW).await;
    assert_eq!(message(&db, &waiting.id).await.status, MessageStatus::Queued, "until it is so");
    assert!(ends(&db, &asked, BlockEnd::Done, NOW + 1).await);
    let stopped = message(&db, &waiting.id).await;
    assert_eq!(stopped.status, MessageStatus::Failed);
    assert_eq!(stopped.error.map(|error| error.code), Some(BLOCKED_WHILE_QUEUED));
    assert_eq!(message(&db, &leaving.id).await.status, MessageStatus::InFlight, "what may have left goes its way");
    assert_eq!(message(&db, &theirs.id).await.status, MessageStatus::Queued);
    let left = claim(&db, &shop, 10, NOW + DAY_MS).await;
    assert_eq!(left.iter().map(|row| &row.message_id).collect::<Vec<_>>(), [&theirs.id]);
}

async fn a_refused_unblocking_leaves_who_blocked_them(db: TestDb) {
    let (ahmed, sara) = (agent(&db, "ahmed", Role::Agent).await, agent(&db, "sara", Role::Agent).await);
    let (_, id) = guest(&db).await;
    let asked = ask(&db, &ahmed, &id, BlockWish::Block, NOW).await;
    ends(&db, &asked, BlockEnd::Done, NOW + 1).await;
    let asked = ask(&db, &sara, &id, BlockWish::Unblock, NOW + 2).await;
    ends(&db, &asked, BlockEnd::Dropped, NOW + 3).await;
    assert_eq!(row(&db, &id).await.block, block(BlockState::Blocked, by(&ahmed), NOW + 1));
}

async fn an_unclear_answer_is_asked_again_by_one(db: TestDb) {
    let ahmed = agent(&db, "ahmed", Role::Agent).await;
    let (_, id) = guest(&db).await;
    let first = ask(&db, &ahmed, &id, BlockWish::Block, NOW).await;
    let any = async |now_ms| look!(db, read => blocks::any_due(&mut read.conn(), now_ms));
    let take = async |now_ms| commit!(db, tx => blocks::take_due(&mut tx.conn(), now_ms));
    assert!(!any(NOW + LEASE_MS - 1).await && any(NOW + LEASE_MS).await);
    assert_eq!(take(NOW + LEASE_MS - 1).await, [], "the first call is under way");
    let again = take(NOW + LEASE_MS).await;
    assert_eq!(again, [Asked { attempt: 2, ..first.clone() }]);
    assert!(!ends(&db, &first, BlockEnd::Done, NOW + LEASE_MS).await, "the call before has nothing to say any more");
    let now = NOW + LEASE_MS + 1;
    commit!(db, tx => blocks::postpone(&mut tx.conn(), &again[0], now));
    assert!(!any(now + 3_999).await && any(now + 4_000).await);
    let taken = take(now + 4_000).await;
    assert!(ends(&db, &taken[0], BlockEnd::Done, now + 4_001).await);
    assert!(!any(NOW + 9 * DAY_MS).await);
}

async fn a_refused_message_tells_of_a_block_made_elsewhere(db: TestDb) {
    let ahmed = agent(&db, "ahmed", Role::Agent).await;
    let (shop, id) = guest(&db).await;
    let refused = async |name: &str, code, at_ms| {
        agent_writes(&db, &ahmed, &id, name, at_ms).await;
        let claimed = claim(&db, &shop, 1, at_ms).await;
        fly(&db, &claimed[0], at_ms + 1).await;
        assert!(end(&db, &claimed[0], failed(code)).await);
        row(&db, &id).await.block
    };
    assert_eq!(refused("m1", 131_026, NOW).await, None, "another reason");
    assert_eq!(refused("m2", 130_403, NOW + 1).await, block(BlockState::Blocked, BlockedBy::Meta, NOW));
    let asked = ask(&db, &ahmed, &id, BlockWish::Unblock, NOW + 2).await;
    assert_eq!(asked.phone.as_deref(), Some(PHONE));
    let late = agent_writes(&db, &ahmed, &id, "m3", NOW + 3).await;
    assert!(ends(&db, &asked, BlockEnd::Done, NOW + 4).await);
    let error = MessageError { code: 130_403, title: "No".to_owned(), details: String::new() };
    commit!(db, tx => blocks::refused(&mut tx, &id, &late.id, &error, NOW + 5));
    assert_eq!(row(&db, &id).await.block, None, "it was refused before they were let in");
}

async fn who_is_unblocked_is_named_as_they_were_blocked(db: TestDb) {
    let ahmed = agent(&db, "ahmed", Role::Agent).await;
    let (_, id) = guest(&db).await;
    let asked = ask(&db, &ahmed, &id, BlockWish::Block, NOW).await;
    ends(&db, &asked, BlockEnd::Done, NOW + 1).await;
    let contact = row(&db, &id).await.contact.id;
    commit!(db, tx => contacts::rename(&mut tx, &contact, &phone(PHONE), &phone("+201000000077"), NOW + 2));
    assert_eq!(row(&db, &id).await.contact.phone.as_deref(), Some("+201000000077"));
    let asked = ask(&db, &ahmed, &id, BlockWish::Unblock, NOW + 3).await;
    assert_eq!(asked.phone.as_deref(), Some(PHONE));
}

async fn a_merge_leaves_a_block_where_it_is(db: TestDb) {
    let ahmed = agent(&db, "ahmed", Role::Agent).await;
    let (shop, id) = guest(&db).await;
    let other = chat(&db, &shop, "+201000000002").await;
    let asked = ask(&db, &ahmed, &id, BlockWish::Block, NOW).await;
    ends(&db, &asked, BlockEnd::Done, NOW + 1).await;
    let (kept, merged) = (row(&db, &other).await.contact.id, row(&db, &id).await.contact.id);
    let may = permit(&ahmed, Action::EditCustomer);
    commit!(db, tx => merges::merge(&mut tx, &may, &kept, &merged, NOW + 2));
    assert_eq!(row(&db, &id).await.contact.id, kept);
    assert!(row(&db, &id).await.block.is_some(), "this address stays blocked");
    assert_eq!(row(&db, &other).await.block, None, "the other never was");
}

async fn a_restored_wish_asks_nobody(db: TestDb) {
    let ahmed = agent(&db, "ahmed", Role::Agent).await;
    let (shop, id) = guest(&db).await;
    let other = chat(&db, &shop, "+201000000002").await;
    customer_writes(&db, &other, "wamid.OTHER", NOW).await;
    ask(&db, &ahmed, &id, BlockWish::Block, NOW).await;
    let asked = ask(&db, &ahmed, &other, BlockWish::Block, NOW).await;
    ends(&db, &asked, BlockEnd::Done, NOW + 1).await;
    ask(&db, &ahmed, &other, BlockWish::Unblock, NOW + 2).await;
    backup::settle(&db, NOW + 3).await.unwrap();
    assert!(!look!(db, read => blocks::any_due(&mut read.conn(), NOW + DAY_MS)));
    assert_eq!(row(&db, &id).await.block, None);
    assert_eq!(row(&db, &other).await.block.map(|block| block.state), Some(BlockState::Blocked));
}
