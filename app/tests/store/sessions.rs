use app::domain::agent::Role;
use app::domain::ids::AgentId;
use app::store::sessions::{self, Session};

use crate::house::{NOW, agent};
use crate::support::TestDb;

both![
    a_session_is_found_by_its_token,
    a_session_in_use_is_noted,
    an_ended_session_is_gone_and_others_stay,
    a_token_is_given_once_and_to_someone,
];

fn session(token_hash: &str, agent_id: &AgentId) -> Session {
    Session {
        token_hash: token_hash.to_owned(),
        agent_id: agent_id.clone(),
        created_at_ms: NOW,
        last_seen_at_ms: NOW,
        expires_at_ms: NOW + 100,
        user_agent: "Firefox".to_owned(),
    }
}

async fn find(db: &TestDb, token_hash: &str) -> Option<Session> {
    look!(db, read => sessions::find(&mut read.conn(), token_hash))
}

async fn a_session_is_found_by_its_token(db: TestDb) {
    let mona = agent(&db, "mona", Role::Agent).await;
    let session = session("t1", &mona.brief.id);
    commit!(db, tx => sessions::insert(&mut tx.conn(), &session));
    assert_eq!(find(&db, "t1").await, Some(session));
    assert_eq!(find(&db, "t2").await, None);
}

async fn a_session_in_use_is_noted(db: TestDb) {
    let mona = agent(&db, "mona", Role::Agent).await;
    let session = session("t1", &mona.brief.id);
    commit!(db, tx => sessions::insert(&mut tx.conn(), &session));
    commit!(db, tx => sessions::touch(&mut tx.conn(), "t1", NOW + 9));
    assert_eq!(find(&db, "t1").await, Some(Session { last_seen_at_ms: NOW + 9, ..session }));
}

async fn an_ended_session_is_gone_and_others_stay(db: TestDb) {
    let mona = agent(&db, "mona", Role::Agent).await;
    for token_hash in ["t1", "t2"] {
        commit!(db, tx => sessions::insert(&mut tx.conn(), &session(token_hash, &mona.brief.id)));
    }
    commit!(db, tx => sessions::delete(&mut tx.conn(), "t1"));
    assert_eq!(find(&db, "t1").await, None);
    assert!(find(&db, "t2").await.is_some());
    commit!(db, tx => sessions::delete(&mut tx.conn(), "t1"));
}

async fn a_token_is_given_once_and_to_someone(db: TestDb) {
    let mona = agent(&db, "mona", Role::Agent).await;
    commit!(db, tx => sessions::insert(&mut tx.conn(), &session("t1", &mona.brief.id)));
    for refused in [session("t1", &mona.brief.id), session("t2", &AgentId::new())] {
        let mut tx = db.begin().await.unwrap();
        assert!(sessions::insert(&mut tx.conn(), &refused).await.is_err());
    }
}
