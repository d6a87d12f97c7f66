use app::store::quarantine;

use crate::house::NOW;
use crate::support::TestDb;

both![
    an_item_is_set_aside_with_its_reason,
    the_same_item_again_changes_nothing,
    what_a_person_has_handled_is_no_longer_listed,
    a_refusal_of_today_takes_the_place_of_the_old_one,
    pages_follow_one_another_both_ways,
];

async fn set_aside(db: &TestDb, journal_id: i64, place: &str, raw: &str) {
    commit!(db, tx => quarantine::insert(&mut tx.conn(), journal_id, place, "no\0 wamid", raw, NOW));
}

async fn places(db: &TestDb) -> Vec<String> {
    look!(db, read => quarantine::page(&mut read.conn(), None, 10)).into_iter().map(|item| item.place).collect()
}

async fn an_item_is_set_aside_with_its_reason(db: TestDb) {
    set_aside(&db, 7, "entry[0].changes[1].messages[3]", "{\"a\":\0\"b\"}").await;
    let items = look!(db, read => quarantine::page(&mut read.conn(), None, 10));
    assert_eq!(items.len(), 1);
    let item = &items[0];
    assert_eq!((item.journal_id, item.place.as_str()), (7, "entry[0].changes[1].messages[3]"));
    assert_eq!((item.reason.as_str(), item.raw.as_str()), ("no wamid", r#"{"a":"b"}"#), "NUL is taken out");
    assert_eq!(item.created_at_ms, NOW);
}

async fn the_same_item_again_changes_nothing(db: TestDb) {
    set_aside(&db, 7, "", "first").await;
    set_aside(&db, 7, "", "second").await;
    set_aside(&db, 7, "entry[0]", "its part").await;
    set_aside(&db, 8, "", "another body").await;
    let items = look!(db, read => quarantine::page(&mut read.conn(), None, 10));
    let raw: Vec<_> = items.iter().map(|item| item.raw.as_str()).collect();
    assert_eq!(raw, ["another body", "its part", "first"], "newest first");
    assert_eq!(look!(db, read => quarantine::count(&mut read.conn())), 3);
    assert_eq!(look!(db, read => quarantine::page(&mut read.conn(), None, 2)).len(), 2);
}

async fn what_a_person_has_handled_is_no_longer_listed(db: TestDb) {
    set_aside(&db, 7, "a", "").await;
    set_aside(&db, 7, "b", "").await;
    db.raw().await.execute("update quarantine set resolved_at_ms = 1 where place = 'a'").await;
    assert_eq!(places(&db).await, ["b"]);
    assert_eq!(look!(db, read => quarantine::count(&mut read.conn())), 1);
    set_aside(&db, 7, "a", "").await;
    assert_eq!(places(&db).await, ["b"], "a replay does not bring it back");
}

async fn a_refusal_of_today_takes_the_place_of_the_old_one(db: TestDb) {
    set_aside(&db, 7, "a", "{}").await;
    set_aside(&db, 7, "b", "{}").await;
    let refuse = async |place| {
        commit!(db, tx => quarantine::refuse(&mut tx.conn(), 7, place, "today's", "{}", NOW + 1));
    };
    let id = look!(db, read => quarantine::of_request(&mut read.conn(), 7))[1].id.clone();
    assert!(commit!(db, tx => quarantine::resolve(&mut tx.conn(), &id, NOW + 1)));
    assert!(!commit!(db, tx => quarantine::resolve(&mut tx.conn(), &id, NOW + 2)), "once");
    for place in ["a", "b", "c"] {
        refuse(place).await;
    }
    let sql = "select place, reason, case when resolved_at_ms is null then 'waits' else 'handled' end
        from quarantine order by place";
    let expected = ["a today's waits", "b no wamid handled", "c today's waits"];
    assert_eq!(db.raw().await.rows(sql).await, expected, "what was handled stays handled");
    let handled = look!(db, read => quarantine::by_id(&mut read.conn(), &id)).unwrap();
    assert_eq!((handled.resolved_at_ms, handled.created_at_ms), (Some(NOW + 1), NOW));
    assert_eq!(look!(db, read => quarantine::requests(&mut read.conn())), [7]);
}

async fn pages_follow_one_another_both_ways(db: TestDb) {
    for n in 0..5 {
        set_aside(&db, n, "", "").await;
    }
    let requests = |items: &[quarantine::Quarantined]| items.iter().map(|item| item.journal_id).collect::<Vec<_>>();
    let (mut down, mut before) = (Vec::new(), None::<String>);
    loop {
        let items = look!(db, read => quarantine::page(&mut read.conn(), before.as_deref(), 2));
        let Some(last) = items.last() else { break };
        before = Some(last.id.clone());
        down.extend(requests(&items));
    }
    assert_eq!(down, [4, 3, 2, 1, 0]);
    let (mut up, mut after) = (Vec::new(), String::new());
    loop {
        let items = look!(db, read => quarantine::after(&mut read.conn(), &after, 2));
        let Some(last) = items.last() else { break };
        after = last.id.clone();
        up.extend(requests(&items));
    }
    assert_eq!(up, [0, 1, 2, 3, 4]);
}
