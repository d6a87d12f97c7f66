use app::store::counters;

use crate::support::TestDb;

both![
    numbers_are_taken_in_blocks,
    a_held_counter_is_only_read,
    a_counter_is_set,
    a_rolled_back_number_is_given_again,
    two_nodes_do_not_work_from_the_same_place,
];

async fn numbers_are_taken_in_blocks(db: TestDb) {
    assert_eq!(commit!(db, tx => counters::take(&mut tx.conn(), counters::EVENT, 3)), 3);
    assert_eq!(commit!(db, tx => counters::take(&mut tx.conn(), counters::EVENT, 2)), 5);
    assert_eq!(look!(db, read => counters::get(&mut read.conn(), counters::EVENT)), 5);
    assert_eq!(look!(db, read => counters::get(&mut read.conn(), counters::INBOUND)), 0, "each counts alone");
    let mut tx = db.begin().await.unwrap();
    assert!(counters::take(&mut tx.conn(), "no such", 1).await.is_err());
}

async fn a_held_counter_is_only_read(db: TestDb) {
    commit!(db, tx => counters::set(&mut tx.conn(), counters::INBOUND, 7));
    assert_eq!(commit!(db, tx => counters::hold(&mut tx.conn(), counters::INBOUND)), 7);
    assert_eq!(look!(db, read => counters::get(&mut read.conn(), counters::INBOUND)), 7);
}

async fn a_counter_is_set(db: TestDb) {
    commit!(db, tx => counters::set(&mut tx.conn(), counters::INBOUND_ITEM, 41));
    commit!(db, tx => counters::set(&mut tx.conn(), counters::INBOUND_ITEM, 0));
    assert_eq!(look!(db, read => counters::get(&mut read.conn(), counters::INBOUND_ITEM)), 0);
}

async fn a_rolled_back_number_is_given_again(db: TestDb) {
    let mut tx = db.begin().await.unwrap();
    assert_eq!(counters::take(&mut tx.conn(), counters::EVENT, 1).await.unwrap(), 1);
    drop(tx);
    assert_eq!(commit!(db, tx => counters::take(&mut tx.conn(), counters::EVENT, 1)), 1);
}

async fn two_nodes_do_not_work_from_the_same_place(db: TestDb) {
    let step = || {
        let db = db.clone();
        tokio::spawn(async move {
            let mut tx = db.begin().await.unwrap();
            let place = counters::hold(&mut tx.conn(), counters::INBOUND).await.unwrap();
            counters::set(&mut tx.conn(), counters::INBOUND, place + 1).await.unwrap();
            tx.commit().await.unwrap();
        })
    };
    let steps: Vec<_> = (0..8).map(|_| step()).collect();
    for step in steps {
        step.await.unwrap();
    }
    assert_eq!(look!(db, read => counters::get(&mut read.conn(), counters::INBOUND)), 8, "no step was lost");
}
