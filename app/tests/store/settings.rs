use app::store::settings;

use crate::support::TestDb;

both![a_setting_is_what_was_set_last, two_who_hold_a_setting_decide_one_after_the_other];

async fn a_setting_is_what_was_set_last(db: TestDb) {
    let get = async |key: &'static str| look!(db, read => settings::get(&mut read.conn(), key));
    assert_eq!(get(settings::HOUSE_NAME).await, None);
    commit!(db, tx => settings::set(&mut tx.conn(), settings::HOUSE_NAME, "Rayhan"));
    commit!(db, tx => settings::set(&mut tx.conn(), settings::HOUSE_NAME, "ريحان"));
    commit!(db, tx => settings::set(&mut tx.conn(), settings::DEMO, "1"));
    assert_eq!(get(settings::HOUSE_NAME).await.as_deref(), Some("ريحان"));
    assert_eq!(get(settings::DEMO).await.as_deref(), Some("1"));
    assert_eq!(get(settings::MASTER_KEY_ID).await, None);
}

async fn two_who_hold_a_setting_decide_one_after_the_other(db: TestDb) {
    let decide = |mine: &'static str| {
        let db = db.clone();
        tokio::spawn(async move {
            let mut tx = db.begin().await.unwrap();
            let held = settings::hold(&mut tx.conn(), "first").await.unwrap();
            if held.is_none() {
                settings::set(&mut tx.conn(), "first", mine).await.unwrap();
            }
            tx.commit().await.unwrap();
            held.unwrap_or(mine.to_owned())
        })
    };
    let (one, other) = (decide("one"), decide("other"));
    let (one, other) = (one.await.unwrap(), other.await.unwrap());
    assert_eq!(one, other, "the second heard what the first had decided");
    assert_eq!(look!(db, read => settings::get(&mut read.conn(), "first")), Some(one));
    assert_eq!(commit!(db, tx => settings::hold(&mut tx.conn(), "held only")), None);
    assert_eq!(look!(db, read => settings::get(&mut read.conn(), "held only")), None);
}
