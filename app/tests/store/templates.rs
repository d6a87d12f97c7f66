use app::domain::ids::WabaId;
use app::domain::template::{Category, Format, Parts, Quality, Status, Template};
use app::domain::time::{DAY_MS, MINUTE_MS, SECOND_MS};
use app::store::templates::{self, Change, Sync};

use crate::house::{NOW, channel, new_channel};
use crate::support::TestDb;

both![
    a_list_is_taken_over_whole,
    newer_news_stay_when_an_older_list_comes,
    older_news_change_nothing,
    what_meta_no_longer_lists_goes,
    connecting_a_number_makes_its_list_due,
    an_account_is_claimed_once_and_put_off_when_it_fails,
    what_is_asked_for_meanwhile_stays_due,
    a_long_list_fits,
];

fn waba() -> WabaId {
    WabaId::from_text("waba")
}

fn template(name: &str, language: &str) -> Template {
    Template {
        meta_id: format!("id-{name}"),
        name: name.to_owned(),
        language: language.to_owned(),
        category: Category::Utility,
        next_category: None,
        status: Status::Approved,
        reason: None,
        quality: Quality::Green,
        format: Format::Positional,
        parts: Parts { body: "أهلًا {{1}}".to_owned(), ..Parts::default() },
    }
}

async fn replace(db: &TestDb, all: &[Template], read_at_ms: i64) {
    commit!(db, tx => templates::replace(&mut tx, &waba(), all, read_at_ms, read_at_ms + 5));
}

async fn change(db: &TestDb, name: &str, change: Change, at_ms: i64) -> bool {
    commit!(db, tx => templates::change(&mut tx, &waba(), name, "ar", &change, at_ms))
}

async fn all(db: &TestDb) -> Vec<Template> {
    look!(db, read => templates::of_account(&mut read.conn(), &waba()))
}

async fn sync(db: &TestDb) -> Sync {
    look!(db, read => templates::syncs(&mut read.conn())).pop().unwrap()
}

fn paused() -> Change {
    Change::Status { status: Status::Paused, reason: Some("FIRST_PAUSE".to_owned()) }
}

async fn a_list_is_taken_over_whole(db: TestDb) {
    let list = [template("b", "ar"), template("a", "en"), template("a", "ar")];
    replace(&db, &list, NOW).await;
    assert_eq!(all(&db).await, [list[2].clone(), list[1].clone(), list[0].clone()]);
    let named = look!(db, read => templates::by_name(&mut read.conn(), &waba(), "a"));
    assert_eq!(named, [list[2].clone(), list[1].clone()]);
    let other = WabaId::from_text("another");
    assert_eq!(look!(db, read => templates::of_account(&mut read.conn(), &other)), []);
    let mut changed = template("a", "ar");
    (changed.status, changed.reason) = (Status::Rejected, Some("INVALID_FORMAT".to_owned()));
    changed.parts.body = "مرحبًا".to_owned();
    // The same twice, as it may come when the list moves between two pages: the last counts.
    replace(&db, &[template("a", "ar"), changed.clone()], NOW + 1).await;
    assert_eq!(all(&db).await, [changed]);
}

async fn newer_news_stay_when_an_older_list_comes(db: TestDb) {
    replace(&db, &[template("a", "ar")], NOW).await;
    let at = NOW + 10 * SECOND_MS;
    assert!(change(&db, "a", paused(), at).await);
    assert!(change(&db, "a", Change::Quality(Quality::Red), at).await);
    assert!(change(&db, "a", Change::Category(Category::Marketing), at).await);
    // Read from before the news on: its words are new, what the news told is not.
    let mut listed = template("a", "ar");
    listed.parts.body = "مرحبًا {{1}}".to_owned();
    replace(&db, std::slice::from_ref(&listed), at - 1).await;
    let held = all(&db).await.remove(0);
    assert_eq!((held.status, held.quality, held.category), (Status::Paused, Quality::Red, Category::Marketing));
    assert_eq!((held.reason.as_deref(), held.parts), (Some("FIRST_PAUSE"), listed.parts.clone()));
    replace(&db, std::slice::from_ref(&listed), at + 1).await;
    assert_eq!(all(&db).await, [listed]);
}

async fn older_news_change_nothing(db: TestDb) {
    replace(&db, &[template("a", "ar")], NOW).await;
    assert!(change(&db, "a", paused(), NOW - 2 * SECOND_MS).await, "it is known");
    assert_eq!(all(&db).await[0].status, Status::Approved);
    assert!(change(&db, "a", paused(), NOW - NOW % SECOND_MS).await);
    assert_eq!(all(&db).await[0].status, Status::Paused, "stamps are whole seconds");
    assert!(!change(&db, "nobody", paused(), NOW).await);
    assert!(change(&db, "a", Change::NextCategory(Category::Marketing), NOW + 1).await);
    let held = all(&db).await.remove(0);
    assert_eq!((held.category, held.next_category), (Category::Utility, Some(Category::Marketing)));
    replace(&db, &[template("a", "ar")], NOW + 2).await;
    assert_eq!(all(&db).await[0].next_category, Some(Category::Marketing), "announced until it is done");
    assert!(change(&db, "a", Change::Category(Category::Marketing), NOW + DAY_MS).await);
    assert_eq!(all(&db).await[0].next_category, None);
}

async fn what_meta_no_longer_lists_goes(db: TestDb) {
    replace(&db, &[template("a", "ar"), template("b", "ar")], NOW).await;
    replace(&db, &[template("b", "ar")], NOW + 1).await;
    assert_eq!(all(&db).await.len(), 1);
    // Told of since the list was read: a list from before cannot know.
    change(&db, "b", paused(), NOW + MINUTE_MS).await;
    replace(&db, &[], NOW + 2).await;
    assert_eq!(all(&db).await.len(), 1);
    replace(&db, &[], NOW + 2 * MINUTE_MS).await;
    assert_eq!(all(&db).await, []);
}

async fn connecting_a_number_makes_its_list_due(db: TestDb) {
    assert_eq!(look!(db, read => templates::next_due(&mut read.conn())), None);
    let mut shop = channel(&db, "shop").await;
    assert_eq!(look!(db, read => templates::next_due(&mut read.conn())), Some(NOW));
    shop.brief.waba_id = WabaId::from_text("another");
    commit!(db, tx => app::store::channels::update(&mut tx, &shop, NOW + 7));
    let due: Vec<_> = look!(db, read => templates::syncs(&mut read.conn()));
    let due: Vec<_> = due.into_iter().map(|sync| (sync.waba_id.to_string(), sync.due_at_ms)).collect();
    assert_eq!(due, [("another".to_owned(), NOW + 7), ("waba".to_owned(), NOW)]);
    // The old account has no number any more: nobody reads it.
    let claimed = commit!(db, tx => templates::claim(&mut tx, NOW + MINUTE_MS, NOW + 7));
    assert_eq!(claimed, [WabaId::from_text("another")]);
    assert_eq!(new_channel("x").brief.waba_id, waba());
}

async fn an_account_is_claimed_once_and_put_off_when_it_fails(db: TestDb) {
    channel(&db, "shop").await;
    assert_eq!(commit!(db, tx => templates::claim(&mut tx, NOW + MINUTE_MS, NOW)), [waba()]);
    assert_eq!(commit!(db, tx => templates::claim(&mut tx, NOW + MINUTE_MS, NOW)), []);
    for wait in [1, 5, 30, 240, 240] {
        commit!(db, tx => templates::failed(&mut tx, &waba(), 190, NOW));
        let held = sync(&db).await;
        assert_eq!((held.due_at_ms, held.failed_at_ms), (NOW + wait * MINUTE_MS, Some(NOW)));
        assert_eq!((held.failed_code, held.synced_at_ms), (Some(190), None));
    }
    replace(&db, &[], NOW).await;
    let held = sync(&db).await;
    assert_eq!((held.failed_at_ms, held.failed_code, held.synced_at_ms), (None, None, Some(NOW + 5)));
    assert_eq!(held.due_at_ms, NOW + 5 + DAY_MS);
}

async fn what_is_asked_for_meanwhile_stays_due(db: TestDb) {
    channel(&db, "shop").await;
    commit!(db, tx => templates::claim(&mut tx, NOW + MINUTE_MS, NOW));
    commit!(db, tx => templates::ask(&mut tx, &waba(), NOW + 3));
    replace(&db, &[], NOW).await;
    assert_eq!(sync(&db).await.due_at_ms, NOW + 3, "it is read once more");
    replace(&db, &[], NOW + 10).await;
    assert_eq!(sync(&db).await.due_at_ms, NOW + 15 + DAY_MS);
}

async fn a_long_list_fits(db: TestDb) {
    let list: Vec<Template> = (0..1_000).map(|n| template(&format!("t{n:04}"), "ar")).collect();
    replace(&db, &list, NOW).await;
    assert_eq!(all(&db).await, list);
}
