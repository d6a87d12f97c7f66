//! What an actor may see, and in which pages.

use app::domain::agent::Role;
use app::domain::conversation::{ConversationStatus, ListFilter, SortKey};
use app::domain::ids::{ApiKeyId, ConversationId};
use app::domain::permission::Actor;
use app::store::agents::Agent;
use app::store::conversations;

use crate::house::{NOW, actor, agent, channel, chat, customer_writes, hand_to};
use crate::support::TestDb;

both![
    an_open_number_is_seen_by_everyone,
    a_number_for_members_hides_from_the_others,
    what_may_not_be_seen_looks_like_what_is_not_there,
    the_newest_stands_first,
    pages_neither_skip_nor_repeat_also_among_equals,
    pages_hold_while_rows_rise,
    a_filter_narrows_the_list,
    pages_of_a_filtered_list_go_on_within_it,
];

async fn list(db: &TestDb, who: &Actor, filter: &ListFilter) -> Vec<ConversationId> {
    let page = look!(db, read => conversations::list(&mut read.conn(), who, filter, None, 100));
    assert_eq!(page.next, None);
    page.rows.into_iter().map(|row| row.id).collect()
}

/// All pages of a list, one after the other.
async fn paged(db: &TestDb, who: &Actor, filter: &ListFilter, limit: i64) -> Vec<ConversationId> {
    let (mut ids, mut before): (Vec<_>, Option<SortKey>) = (Vec::new(), None);
    loop {
        let page = look!(db, read => conversations::list(&mut read.conn(), who, filter, before.as_ref(), limit));
        assert!(page.rows.len() as i64 <= limit);
        assert_eq!(page.next.is_some().then(|| page.rows.last().unwrap().sort_key()), page.next);
        ids.extend(page.rows.into_iter().map(|row| row.id));
        before = page.next;
        if before.is_none() {
            return ids;
        }
    }
}

fn key(role: Role) -> Actor {
    Actor::Key { id: ApiKeyId::new(), role }
}

struct Floor {
    agent: Agent,
    supervisor: Agent,
    admin: Agent,
    /// A conversation on a number for everyone, and one on a number for members only.
    open: ConversationId,
    closed: ConversationId,
    private: app::store::channels::Channel,
}

async fn floor(db: &TestDb) -> Floor {
    let (shop, private) = (channel(db, "shop").await, channel(db, "private").await);
    let floor = Floor {
        agent: agent(db, "mona", Role::Agent).await,
        supervisor: agent(db, "ali", Role::Supervisor).await,
        admin: agent(db, "huda", Role::Admin).await,
        open: chat(db, &shop, "+201000000001").await,
        closed: chat(db, &private, "+201000000002").await,
        private,
    };
    customer_writes(db, &floor.open, "wamid.1", NOW).await;
    customer_writes(db, &floor.closed, "wamid.2", NOW + 1).await;
    floor
}

impl Floor {
    fn everyone(&self) -> [(&'static str, Actor); 5] {
        [
            ("agent", actor(&self.agent)),
            ("supervisor", actor(&self.supervisor)),
            ("admin", actor(&self.admin)),
            ("agent's key", key(Role::Agent)),
            ("admin's key", key(Role::Admin)),
        ]
    }
}

async fn sees(db: &TestDb, who: &Actor, id: &ConversationId) -> bool {
    let seen = look!(db, read => conversations::visible_to(&mut read.conn(), who, id));
    assert!(seen.iter().all(|row| row.id == *id));
    assert_eq!(list(db, who, &ListFilter::default()).await.contains(id), seen.is_some(), "list and row agree");
    seen.is_some()
}

async fn an_open_number_is_seen_by_everyone(db: TestDb) {
    let floor = floor(&db).await;
    for (name, who) in floor.everyone() {
        assert!(sees(&db, &who, &floor.open).await, "{name}");
        assert!(sees(&db, &who, &floor.closed).await, "{name}");
    }
}

async fn a_number_for_members_hides_from_the_others(db: TestDb) {
    let floor = floor(&db).await;
    for (members, agent, supervisor) in
        [(vec![], false, false), (vec![&floor.agent], true, false), (vec![&floor.supervisor], false, true)]
    {
        hand_to(&db, &floor.private, &members).await;
        for ((name, who), expected) in floor.everyone().iter().zip([agent, supervisor, true, false, true]) {
            assert_eq!(sees(&db, who, &floor.closed).await, expected, "{name} with {} member(s)", members.len());
            assert!(sees(&db, who, &floor.open).await, "{name}");
        }
    }
}

async fn what_may_not_be_seen_looks_like_what_is_not_there(db: TestDb) {
    let floor = floor(&db).await;
    let mona = actor(&floor.agent);
    assert!(sees(&db, &mona, &floor.closed).await, "she must lose it for this to mean anything");
    hand_to(&db, &floor.private, &[]).await;
    for id in [&floor.closed, &ConversationId::new()] {
        assert_eq!(look!(db, read => conversations::visible_to(&mut read.conn(), &mona, id)), None);
    }
    let filter = ListFilter { channel_id: Some(floor.private.brief.id.clone()), ..ListFilter::default() };
    assert_eq!(list(&db, &mona, &filter).await, []);
}

async fn the_newest_stands_first(db: TestDb) {
    let floor = floor(&db).await;
    let who = actor(&floor.admin);
    assert_eq!(list(&db, &who, &ListFilter::default()).await, [floor.closed.clone(), floor.open.clone()]);
    customer_writes(&db, &floor.open, "wamid.3", NOW + 2).await;
    assert_eq!(list(&db, &who, &ListFilter::default()).await, [floor.open, floor.closed]);
}

/// Conversations in the order of a list: `ties` of them share each moment.
async fn many(db: &TestDb, count: i64, ties: i64) -> Vec<ConversationId> {
    let shop = channel(db, "shop").await;
    let mut chats = Vec::new();
    for n in 0..count {
        let id = chat(db, &shop, &format!("+2010000{n:05}")).await;
        customer_writes(db, &id, &format!("wamid.{n}"), NOW + n / ties).await;
        chats.push((NOW + n / ties, id));
    }
    chats.sort();
    chats.into_iter().rev().map(|(_, id)| id).collect()
}

async fn pages_neither_skip_nor_repeat_also_among_equals(db: TestDb) {
    let who = key(Role::Agent);
    assert_eq!(paged(&db, &who, &ListFilter::default(), 3).await, [], "an empty list has one empty page");
    let expected = many(&db, 13, 5).await;
    for limit in [1, 2, 4, 5, 12, 13, 14] {
        assert_eq!(paged(&db, &who, &ListFilter::default(), limit).await, expected, "by {limit}");
    }
}

async fn pages_hold_while_rows_rise(db: TestDb) {
    let who = key(Role::Agent);
    let all = many(&db, 6, 3).await;
    let filter = ListFilter::default();
    let first = look!(db, read => conversations::list(&mut read.conn(), &who, &filter, None, 3));
    // The last of the first page and one below it rise to the top between two pages.
    customer_writes(&db, &all[2], "wamid.a", NOW + 100).await;
    customer_writes(&db, &all[4], "wamid.b", NOW + 101).await;
    let next = first.next.as_ref();
    let second = look!(db, read => conversations::list(&mut read.conn(), &who, &filter, next, 3));
    let ids: Vec<_> = second.rows.iter().map(|row| &row.id).collect();
    assert_eq!(ids, [&all[3], &all[5]], "what rose is told by events, the rest comes in its order");
    assert_eq!(second.next, None);
}

async fn a_filter_narrows_the_list(db: TestDb) {
    let floor = floor(&db).await;
    let who = actor(&floor.admin);
    let mona = floor.agent.brief.id.clone();
    let mut raw = db.raw().await;
    raw.execute(&format!("update conversations set assignee_id = '{mona}' where id = '{}'", floor.open)).await;
    raw.execute(&format!("update conversations set status = 'closed' where id = '{}'", floor.closed)).await;
    let any = ListFilter::default();
    for (name, filter, expected) in [
        ("mona's", ListFilter { assignee_id: Some(mona.clone()), ..any.clone() }, vec![&floor.open]),
        ("closed", ListFilter { status: Some(ConversationStatus::Closed), ..any.clone() }, vec![&floor.closed]),
        ("a number", ListFilter { channel_id: Some(floor.private.brief.id.clone()), ..any }, vec![&floor.closed]),
        (
            "all three",
            ListFilter {
                channel_id: Some(floor.private.brief.id.clone()),
                status: Some(ConversationStatus::Closed),
                assignee_id: Some(mona),
            },
            vec![],
        ),
    ] {
        assert_eq!(list(&db, &who, &filter).await.iter().collect::<Vec<_>>(), expected, "{name}");
        for id in [&floor.open, &floor.closed] {
            let row = crate::house::row(&db, id).await;
            assert_eq!(filter.matches(&row), expected.contains(&id), "{name}: the browser judges the same");
        }
    }
}

async fn pages_of_a_filtered_list_go_on_within_it(db: TestDb) {
    let who = key(Role::Agent);
    let all = many(&db, 12, 4).await;
    let mut raw = db.raw().await;
    let closed: Vec<_> = all.iter().step_by(2).cloned().collect();
    for id in &closed {
        raw.execute(&format!("update conversations set status = 'closed' where id = '{id}'")).await;
    }
    let filter = ListFilter { status: Some(ConversationStatus::Closed), ..ListFilter::default() };
    assert_eq!(paged(&db, &who, &filter, 4).await, closed);
}
