use app::domain::agent::{Locale, Role};
use app::domain::ids::AgentId;
use app::domain::permission::Action;
use app::live::protocol::LiveEvent;
use app::store::agents::{self, AccessOutcome, NewAgent};
use app::store::{sessions, sessions::Session};

use crate::house::{NOW, agent, log, permit};
use crate::support::TestDb;

both![
    a_person_is_found_by_address_and_id,
    an_address_is_taken_once,
    everyone_is_listed_also_who_is_disabled,
    only_an_active_admin_counts_as_one,
    a_new_password_ends_the_other_sessions,
    a_rehash_ends_no_session,
    a_profile_changes_and_is_told,
    a_new_role_ends_every_session_and_is_told,
    the_same_role_again_changes_nothing,
    nobody_is_changed_under_an_unknown_id,
    the_last_admin_stays,
    a_refused_change_leaves_nothing_behind,
    two_admins_cannot_demote_each_other_at_once,
];

async fn sign_in(db: &TestDb, id: &AgentId, token_hash: &str) {
    let session = Session {
        token_hash: token_hash.to_owned(),
        agent_id: id.clone(),
        created_at_ms: NOW,
        last_seen_at_ms: NOW,
        expires_at_ms: NOW + 1,
        user_agent: "Firefox".to_owned(),
    };
    commit!(db, tx => sessions::insert(&mut tx.conn(), &session));
}

async fn signed_in(db: &TestDb, token_hash: &str) -> bool {
    look!(db, read => sessions::find(&mut read.conn(), token_hash)).is_some()
}

async fn a_person_is_found_by_address_and_id(db: TestDb) {
    let new = NewAgent {
        email: "mona@rayhan.example",
        name: "منى",
        role: Role::Supervisor,
        password_hash: None,
        locale: Some(Locale::Ar),
    };
    let mona = commit!(db, tx => agents::insert(&mut tx, &new, NOW)).unwrap();
    assert_eq!((mona.brief.name.as_str(), mona.locale, mona.password_hash.clone()), ("منى", Some(Locale::Ar), None));
    assert_eq!(look!(db, read => agents::by_email(&mut read.conn(), "mona@rayhan.example")), Some(mona.clone()));
    assert_eq!(look!(db, read => agents::by_id(&mut read.conn(), &mona.brief.id)), Some(mona.clone()));
    assert_eq!(look!(db, read => agents::by_email(&mut read.conn(), "nobody@rayhan.example")), None);
    assert_eq!(look!(db, read => agents::by_id(&mut read.conn(), &AgentId::new())), None);
    assert_eq!(log(&db).await, [LiveEvent::Agent { agent: Box::new(mona.brief) }]);
}

async fn an_address_is_taken_once(db: TestDb) {
    let first = agent(&db, "mona", Role::Admin).await;
    let again = NewAgent { email: &first.email, name: "Other", role: Role::Agent, password_hash: None, locale: None };
    assert_eq!(commit!(db, tx => agents::insert(&mut tx, &again, NOW)), None);
    assert_eq!(look!(db, read => agents::all(&mut read.conn())), [first]);
    assert_eq!(log(&db).await.len(), 1, "a refused person is not told of");
}

async fn everyone_is_listed_also_who_is_disabled(db: TestDb) {
    let admin = agent(&db, "mona", Role::Admin).await;
    let gone = agent(&db, "ali", Role::Agent).await;
    let permit = permit(&admin, Action::ManagePeople);
    commit!(db, tx => agents::set_access(&mut tx, &permit, &gone.brief.id, Role::Agent, true, NOW));
    let all = look!(db, read => agents::all(&mut read.conn()));
    let seen: Vec<_> = all.iter().map(|agent| (agent.brief.name.as_str(), agent.brief.disabled)).collect();
    assert_eq!(seen, [("mona", false), ("ali", true)]);
}

async fn only_an_active_admin_counts_as_one(db: TestDb) {
    assert!(!look!(db, read => agents::any_admin(&mut read.conn())), "an empty house has none");
    agent(&db, "ali", Role::Supervisor).await;
    assert!(!look!(db, read => agents::any_admin(&mut read.conn())), "a supervisor is none");
    let mona = agent(&db, "mona", Role::Admin).await;
    assert!(look!(db, read => agents::any_admin(&mut read.conn())));
    db.raw().await.execute(&format!("update agents set disabled_at_ms = 1 where id = '{}'", mona.brief.id)).await;
    assert!(!look!(db, read => agents::any_admin(&mut read.conn())), "a disabled one is none");
}

async fn a_new_password_ends_the_other_sessions(db: TestDb) {
    let mona = agent(&db, "mona", Role::Agent).await;
    let ali = agent(&db, "ali", Role::Agent).await;
    sign_in(&db, &mona.brief.id, "here").await;
    sign_in(&db, &mona.brief.id, "elsewhere").await;
    sign_in(&db, &ali.brief.id, "ali's").await;
    commit!(db, tx => agents::set_password(&mut tx.conn(), &mona.brief.id, "new hash", Some("here")));
    let held = look!(db, read => agents::by_id(&mut read.conn(), &mona.brief.id)).unwrap();
    assert_eq!(held.password_hash.as_deref(), Some("new hash"));
    assert!(signed_in(&db, "here").await, "the session that asked stays");
    assert!(!signed_in(&db, "elsewhere").await);
    assert!(signed_in(&db, "ali's").await, "others are not concerned");

    commit!(db, tx => agents::set_password(&mut tx.conn(), &mona.brief.id, "third hash", None));
    assert!(!signed_in(&db, "here").await, "by a link, no session stays");
}

async fn a_rehash_ends_no_session(db: TestDb) {
    let mona = agent(&db, "mona", Role::Agent).await;
    sign_in(&db, &mona.brief.id, "here").await;
    commit!(db, tx => agents::rehash(&mut tx.conn(), &mona.brief.id, "stronger"));
    let held = look!(db, read => agents::by_id(&mut read.conn(), &mona.brief.id)).unwrap();
    assert_eq!(held.password_hash.as_deref(), Some("stronger"));
    assert!(signed_in(&db, "here").await);
}

async fn a_profile_changes_and_is_told(db: TestDb) {
    let mona = agent(&db, "mona", Role::Agent).await;
    let brief = commit!(db, tx => agents::set_profile(&mut tx, &mona, "Mona A.", Some(Locale::En), NOW));
    let held = look!(db, read => agents::by_id(&mut read.conn(), &mona.brief.id)).unwrap();
    assert_eq!((held.brief.clone(), held.locale), (brief.clone(), Some(Locale::En)));
    assert_eq!(brief.name, "Mona A.");
    assert_eq!(log(&db).await.last(), Some(&LiveEvent::Agent { agent: Box::new(brief) }));
}

async fn a_new_role_ends_every_session_and_is_told(db: TestDb) {
    let admin = agent(&db, "mona", Role::Admin).await;
    let ali = agent(&db, "ali", Role::Agent).await;
    sign_in(&db, &ali.brief.id, "ali's").await;
    sign_in(&db, &admin.brief.id, "mona's").await;
    let permit = permit(&admin, Action::ManagePeople);
    let outcome = commit!(db, tx => agents::set_access(&mut tx, &permit, &ali.brief.id, Role::Supervisor, false, NOW));
    assert_eq!(outcome, AccessOutcome::Changed);
    let held = look!(db, read => agents::by_id(&mut read.conn(), &ali.brief.id)).unwrap();
    assert_eq!((held.brief.role, held.brief.disabled), (Role::Supervisor, false));
    assert!(!signed_in(&db, "ali's").await);
    assert!(signed_in(&db, "mona's").await);
    assert_eq!(log(&db).await.last(), Some(&LiveEvent::Agent { agent: Box::new(held.brief) }));
}

async fn the_same_role_again_changes_nothing(db: TestDb) {
    let admin = agent(&db, "mona", Role::Admin).await;
    sign_in(&db, &admin.brief.id, "mona's").await;
    let permit = permit(&admin, Action::ManagePeople);
    let outcome = commit!(db, tx => agents::set_access(&mut tx, &permit, &admin.brief.id, Role::Admin, false, NOW));
    assert_eq!(outcome, AccessOutcome::Changed);
    assert!(signed_in(&db, "mona's").await);
    assert_eq!(log(&db).await.len(), 1);
}

async fn nobody_is_changed_under_an_unknown_id(db: TestDb) {
    let admin = agent(&db, "mona", Role::Admin).await;
    let permit = permit(&admin, Action::ManagePeople);
    let outcome = commit!(db, tx => agents::set_access(&mut tx, &permit, &AgentId::new(), Role::Agent, true, NOW));
    assert_eq!(outcome, AccessOutcome::NotFound);
}

async fn the_last_admin_stays(db: TestDb) {
    let mona = agent(&db, "mona", Role::Admin).await;
    let ali = agent(&db, "ali", Role::Admin).await;
    let permit = permit(&mona, Action::ManagePeople);
    for (role, disabled) in [(Role::Agent, false), (Role::Admin, true)] {
        let one = commit!(db, tx => agents::set_access(&mut tx, &permit, &ali.brief.id, role, disabled, NOW));
        assert_eq!(one, AccessOutcome::Changed, "one of two may go");
        let mut tx = db.begin().await.unwrap();
        let other = agents::set_access(&mut tx, &permit, &mona.brief.id, role, disabled, NOW).await.unwrap();
        assert_eq!(other, AccessOutcome::LastAdmin);
        drop(tx);
        let back = commit!(db, tx => agents::set_access(&mut tx, &permit, &ali.brief.id, Role::Admin, false, NOW));
        assert_eq!(back, AccessOutcome::Changed);
    }
}

async fn a_refused_change_leaves_nothing_behind(db: TestDb) {
    let mona = agent(&db, "mona", Role::Admin).await;
    sign_in(&db, &mona.brief.id, "mona's").await;
    let permit = permit(&mona, Action::ManagePeople);
    let outcome = commit!(db, tx => agents::set_access(&mut tx, &permit, &mona.brief.id, Role::Agent, true, NOW));
    assert_eq!(outcome, AccessOutcome::LastAdmin);
    // Also for a caller who commits all the same.
    assert_eq!(look!(db, read => agents::all(&mut read.conn())), [mona]);
    assert!(signed_in(&db, "mona's").await);
    assert_eq!(log(&db).await.len(), 1);
}

async fn two_admins_cannot_demote_each_other_at_once(db: TestDb) {
    let mona = agent(&db, "mona", Role::Admin).await;
    let ali = agent(&db, "ali", Role::Admin).await;
    let demote = |who: AgentId, by| {
        let (db, permit) = (db.clone(), permit(by, Action::ManagePeople));
        tokio::spawn(
            async move { commit!(db, tx => agents::set_access(&mut tx, &permit, &who, Role::Agent, false, NOW)) },
        )
    };
    let (one, other) = (demote(ali.brief.id.clone(), &mona), demote(mona.brief.id.clone(), &ali));
    let mut outcomes = [one.await.unwrap(), other.await.unwrap()];
    outcomes.sort_by_key(|outcome| *outcome == AccessOutcome::LastAdmin);
    assert_eq!(outcomes, [AccessOutcome::Changed, AccessOutcome::LastAdmin]);
    assert!(look!(db, read => agents::any_admin(&mut read.conn())));
}
