use app::store::quarantine;

use crate::house::NOW;
use crate::support::TestDb;

both![
    an_item_is_set_aside_with_its_reason,
    the_same_item_again_changes_nothing,
    what_a_person_has_handled_is_no_longer_listed,
];

async fn set_aside(db: &TestDb, journal_id: i64, place: &str, raw: &str) {
    commit!(db, tx => quarantine::insert(&mut tx.conn(), journal_id, place, "no\0 wamid", raw, NOW));
}

async fn places(db: &TestDb) -> Vec<String> {
    look!(db, read => quarantine::list(&mut read.conn(), 10)).into_iter().map(|item| item.place).collect()
}

async fn an_item_is_set_aside_with_its_reason(db: TestDb) {
    set_aside(&db, 7, "entry[0].changes[1].messages[3]", "{\"a\":\0\"b\"}").await;
    let items = look!(db, read => quarantine::list(&mut read.conn(), 10));
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
    let items = look!(db, read => quarantine::list(&mut read.conn(), 10));
    let raw: Vec<_> = items.iter().map(|item| item.raw.as_str()).collect();
    assert_eq!(raw, ["another body", "its part", "first"], "newest first");
    assert_eq!(look!(db, read => quarantine::count(&mut read.conn())), 3);
    assert_eq!(look!(db, read => quarantine::list(&mut read.conn(), 2)).len(), 2);
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
