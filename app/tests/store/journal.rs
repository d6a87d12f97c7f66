use app::store::journal::{self, Prune};

use crate::house::NOW;
use crate::support::TestDb;

both![
    requests_are_kept_as_they_came,
    a_batch_of_any_size_is_numbered_in_order,
    nothing_is_written_for_no_requests,
    a_reader_takes_no_more_than_it_can_hold,
    the_oldest_unread_request_tells_how_far_behind,
    only_what_is_applied_and_old_is_pruned,
    what_quarantine_needs_stays,
    a_number_is_never_given_twice,
    appends_at_once_never_hide_one_from_the_reader,
];

const ALL: usize = usize::MAX;

async fn ids(db: &TestDb, after: i64) -> Vec<i64> {
    journal::after(db, after, 10_000, ALL).await.unwrap().iter().map(|row| row.id).collect()
}

async fn requests_are_kept_as_they_came(db: TestDb) {
    let bodies: [&[u8]; 3] = [b"{}", b"\0\xff not text", b""];
    for (n, body) in bodies.iter().enumerate() {
        journal::append(&db, &[(body, NOW + n as i64)]).await.unwrap();
    }
    let rows = journal::after(&db, 0, 10, ALL).await.unwrap();
    let kept: Vec<_> = rows.iter().map(|row| (row.id, row.body.as_slice(), row.received_at_ms)).collect();
    assert_eq!(kept, [(1, bodies[0], NOW), (2, bodies[1], NOW + 1), (3, bodies[2], NOW + 2)]);
    assert_eq!(journal::count(&db).await.unwrap(), 3);
}

async fn a_batch_of_any_size_is_numbered_in_order(db: TestDb) {
    let mut written = Vec::new();
    for size in [1, 3, 1_023, 1_024, 2_500] {
        let batch: Vec<(Vec<u8>, i64)> = (0..size).map(|n| (format!("{size}/{n}").into_bytes(), NOW + n)).collect();
        journal::append(&db, &batch).await.unwrap();
        written.extend(batch);
    }
    let rows = journal::after(&db, 0, 10_000, ALL).await.unwrap();
    assert!(rows.iter().map(|row| row.id).eq(1..=written.len() as i64), "one number after the other");
    assert!(rows.into_iter().map(|row| (row.body, row.received_at_ms)).eq(written), "in the order of the batches");
}

async fn nothing_is_written_for_no_requests(db: TestDb) {
    journal::append(&db, &[] as &[(Vec<u8>, i64)]).await.unwrap();
    assert_eq!(journal::count(&db).await.unwrap(), 0);
    journal::append(&db, &[(b"a", NOW)]).await.unwrap();
    assert_eq!(ids(&db, 0).await, [1]);
}

async fn a_reader_takes_no_more_than_it_can_hold(db: TestDb) {
    let batch: Vec<(Vec<u8>, i64)> = [10, 10, 50, 1].iter().map(|size| (vec![b'x'; *size], NOW)).collect();
    journal::append(&db, &batch).await.unwrap();
    for (name, after, limit, max_bytes, expected) in [
        ("all", 0, 10, ALL, vec![1, 2, 3, 4]),
        ("by number", 0, 2, ALL, vec![1, 2]),
        ("after a place", 2, 10, ALL, vec![3, 4]),
        ("up to the first that goes over", 0, 10, 15, vec![1, 2]),
        ("exactly full", 0, 10, 20, vec![1, 2]),
        ("one that is too big alone", 2, 10, 1, vec![3]),
        ("at the end", 4, 10, ALL, vec![]),
    ] {
        let rows = journal::after(&db, after, limit, max_bytes).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), expected, "{name}");
    }
}

async fn the_oldest_unread_request_tells_how_far_behind(db: TestDb) {
    assert_eq!(journal::oldest_after(&db, 0).await.unwrap(), None);
    journal::append(&db, &[(b"a", NOW), (b"b", NOW + 7)]).await.unwrap();
    assert_eq!(journal::oldest_after(&db, 0).await.unwrap(), Some(NOW));
    assert_eq!(journal::oldest_after(&db, 1).await.unwrap(), Some(NOW + 7));
    assert_eq!(journal::oldest_after(&db, 2).await.unwrap(), None);
}

async fn only_what_is_applied_and_old_is_pruned(db: TestDb) {
    let batch: Vec<_> = (0..6).map(|n| (b"x", NOW + n)).collect();
    journal::append(&db, &batch).await.unwrap();
    let prune = async |up_to_id, before_ms| {
        let part = Prune { after_id: 0, up_to_id, before_ms, limit: 2, held: &[] };
        journal::prune(&db, part).await.unwrap()
    };
    assert_eq!(prune(0, NOW + 99).await, None, "nothing is applied yet");
    assert_eq!(prune(6, NOW).await, None, "nothing is old yet");
    assert_eq!(prune(3, NOW + 99).await, Some(2), "a part at a time");
    assert_eq!(ids(&db, 0).await, [3, 4, 5, 6]);
    assert_eq!(prune(3, NOW + 99).await, None, "and the last");
    assert_eq!(prune(6, NOW + 4).await, None);
    assert_eq!(ids(&db, 0).await, [5, 6]);
}

async fn what_quarantine_needs_stays(db: TestDb) {
    let batch: Vec<_> = (0..7).map(|n| (b"x", NOW + n)).collect();
    journal::append(&db, &batch).await.unwrap();
    let mut part = Prune { after_id: 0, up_to_id: 7, before_ms: NOW + 99, limit: 3, held: &[1, 2, 3, 6] };
    while let Some(last) = journal::prune(&db, part).await.unwrap() {
        part.after_id = last;
    }
    assert_eq!(ids(&db, 0).await, [1, 2, 3, 6], "also a whole part that stays does not stop the rest");
    assert_eq!(journal::by_id(&db, 6).await.unwrap().unwrap().received_at_ms, NOW + 5);
    assert_eq!(journal::by_id(&db, 7).await.unwrap(), None);
}

async fn a_number_is_never_given_twice(db: TestDb) {
    journal::append(&db, &[(b"a", NOW), (b"b", NOW)]).await.unwrap();
    let part = Prune { after_id: 0, up_to_id: 2, before_ms: NOW + 1, limit: 10, held: &[] };
    assert_eq!(journal::prune(&db, part).await.unwrap(), None);
    assert_eq!(journal::count(&db).await.unwrap(), 0);
    journal::append(&db, &[(b"c", NOW)]).await.unwrap();
    assert_eq!(ids(&db, 2).await, [3], "a worker whose place is 2 must see it");
}

async fn appends_at_once_never_hide_one_from_the_reader(db: TestDb) {
    const WRITERS: usize = 4;
    const EACH: usize = 6;
    let writers: Vec<_> = (0..WRITERS)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move {
                for size in 1..=EACH {
                    journal::append(&db, &vec![(b"x", NOW); size]).await.unwrap();
                }
            })
        })
        .collect();
    let total = (WRITERS * EACH * (EACH + 1) / 2) as i64;
    let mut place = 0;
    while place < total {
        for id in ids(&db, place).await {
            assert_eq!(id, place + 1, "the reader skipped a request");
            place = id;
        }
        tokio::task::yield_now().await;
    }
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(journal::count(&db).await.unwrap(), total);
}
