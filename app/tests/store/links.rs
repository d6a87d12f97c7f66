use app::domain::agent::Role;
use app::domain::ids::AgentId;
use app::store::links::{self, OneTimeLink, Purpose};

use crate::house::{NOW, agent};
use crate::support::TestDb;

both![
    a_link_works_for_its_purpose_until_its_time,
    a_newer_link_voids_the_older,
    links_of_others_stay,
    a_link_is_used_up_once,
    of_two_at_once_one_uses_the_link,
];

fn link(token_hash: &str, purpose: Purpose, agent_id: Option<&AgentId>) -> OneTimeLink {
    OneTimeLink {
        token_hash: token_hash.to_owned(),
        purpose: purpose.as_str().to_owned(),
        agent_id: agent_id.cloned(),
        created_at_ms: NOW,
        expires_at_ms: NOW + 10,
    }
}

async fn add(db: &TestDb, link: &OneTimeLink) {
    commit!(db, tx => links::insert(&mut tx.conn(), link));
}

async fn find(db: &TestDb, token_hash: &str, purpose: Purpose, now_ms: i64) -> Option<OneTimeLink> {
    look!(db, read => links::find(&mut read.conn(), token_hash, purpose, now_ms))
}

async fn a_link_works_for_its_purpose_until_its_time(db: TestDb) {
    let setup = link("t1", Purpose::Setup, None);
    add(&db, &setup).await;
    assert_eq!(find(&db, "t1", Purpose::Setup, NOW + 9).await, Some(setup));
    assert_eq!(find(&db, "t1", Purpose::Setup, NOW + 10).await, None, "its time is over");
    assert_eq!(find(&db, "t1", Purpose::Password, NOW).await, None, "it is for something else");
    assert_eq!(find(&db, "t2", Purpose::Setup, NOW).await, None);
}

async fn a_newer_link_voids_the_older(db: TestDb) {
    let mona = agent(&db, "mona", Role::Agent).await;
    for (name, purpose, who) in
        [("the house's", Purpose::Setup, None), ("a person's", Purpose::Password, Some(&mona.brief.id))]
    {
        add(&db, &link(&format!("{name} old"), purpose, who)).await;
        assert!(find(&db, &format!("{name} old"), purpose, NOW).await.is_some(), "{name}");
        add(&db, &link(&format!("{name} new"), purpose, who)).await;
        assert!(find(&db, &format!("{name} old"), purpose, NOW).await.is_none(), "{name}");
        assert!(find(&db, &format!("{name} new"), purpose, NOW).await.is_some(), "{name}");
    }
}

async fn links_of_others_stay(db: TestDb) {
    let (mona, ali) = (agent(&db, "mona", Role::Agent).await, agent(&db, "ali", Role::Agent).await);
    add(&db, &link("setup", Purpose::Setup, None)).await;
    add(&db, &link("mona's", Purpose::Password, Some(&mona.brief.id))).await;
    add(&db, &link("ali's", Purpose::Password, Some(&ali.brief.id))).await;
    assert!(find(&db, "setup", Purpose::Setup, NOW).await.is_some());
    let held = find(&db, "mona's", Purpose::Password, NOW).await.unwrap();
    assert_eq!(held.agent_id, Some(mona.brief.id));
}

async fn a_link_is_used_up_once(db: TestDb) {
    add(&db, &link("t1", Purpose::Setup, None)).await;
    assert!(commit!(db, tx => links::consume(&mut tx.conn(), "t1")));
    assert!(!commit!(db, tx => links::consume(&mut tx.conn(), "t1")));
    assert_eq!(find(&db, "t1", Purpose::Setup, NOW).await, None);
}

async fn of_two_at_once_one_uses_the_link(db: TestDb) {
    add(&db, &link("t1", Purpose::Setup, None)).await;
    let consume = || {
        let db = db.clone();
        tokio::spawn(async move { commit!(db, tx => links::consume(&mut tx.conn(), "t1")) })
    };
    let (one, other) = (consume(), consume());
    assert!(one.await.unwrap() ^ other.await.unwrap());
}
