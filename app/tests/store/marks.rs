use app::domain::content::ReactionSide;
use app::domain::ids::Wamid;
use app::domain::mark::{Deed, Mark};
use app::store::channels::Channel;
use app::store::marks;

use crate::house::{NOW, channel, chat, customer_writes, message, row};
use crate::support::TestDb;

both![
    a_mark_changes_its_message_once,
    a_mark_before_its_message_waits_for_it,
    an_older_edit_is_kept_and_changes_nothing,
];

fn mark(id: &str, at_ms: i64, deed: Deed) -> Mark {
    Mark { by: ReactionSide::Customer, wamid: Wamid::from_text(id), at_ms, deed }
}

fn edit(text: &str) -> Deed {
    Deed::Edit { text: Some(text.to_owned()), content: Box::default() }
}

async fn put(db: &TestDb, shop: &Channel, target: &str, mark: &Mark) -> bool {
    commit!(db, tx => marks::apply(&mut tx, &shop.brief.id, &Wamid::from_text(target), mark, NOW)).is_some()
}

async fn a_mark_changes_its_message_once(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let conversation = chat(&db, &shop, "+201000000001").await;
    let id = customer_writes(&db, &conversation, "wamid.1", NOW).await;
    for (name, mark) in [
        ("reaction", mark("wamid.r", NOW, Deed::React("👍".to_owned()))),
        ("edit", mark("wamid.e", NOW, edit("بعد التعديل"))),
        ("revoke", mark("wamid.d", NOW, Deed::Revoke)),
    ] {
        assert!(put(&db, &shop, "wamid.1", &mark).await, "{name}");
        assert!(!put(&db, &shop, "wamid.1", &mark).await, "{name} again");
    }
    let held = message(&db, &id).await;
    assert_eq!(held.reactions.iter().map(|reaction| reaction.emoji.as_str()).collect::<Vec<_>>(), ["👍"]);
    assert_eq!((held.edited_at_ms, held.revoked_at_ms), (Some(NOW), Some(NOW)));
    assert_eq!(held.text, None, "what was revoked is told no more");
    let row = row(&db, &conversation).await;
    assert_eq!(row.seq, 3, "the message, the edit and the revoke");
    let last = row.last_message.unwrap();
    assert_eq!((last.kind.as_str(), last.preview.as_str()), ("revoke", ""));
}

async fn a_mark_before_its_message_waits_for_it(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let early = mark("wamid.e", NOW + 5, edit("الجديد"));
    assert!(!put(&db, &shop, "wamid.1", &early).await);
    assert!(!put(&db, &shop, "wamid.1", &early).await, "parked once");
    assert!(!put(&db, &shop, "wamid.other", &early).await);
    let conversation = chat(&db, &shop, "+201000000001").await;
    let id = customer_writes(&db, &conversation, "wamid.1", NOW).await;
    let wamid = Wamid::from_text("wamid.1");
    commit!(db, tx => marks::replay(&mut tx, &shop.brief.id, &[&wamid], NOW));
    assert_eq!(message(&db, &id).await.text.as_deref(), Some("الجديد"));
    commit!(db, tx => marks::replay(&mut tx, &shop.brief.id, &[&wamid], NOW));
    assert_eq!(row(&db, &conversation).await.seq, 2, "once");
    commit!(db, tx => marks::replay(&mut tx, &shop.brief.id, &[], NOW));
}

async fn an_older_edit_is_kept_and_changes_nothing(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let conversation = chat(&db, &shop, "+201000000001").await;
    let id = customer_writes(&db, &conversation, "wamid.1", NOW).await;
    assert!(put(&db, &shop, "wamid.1", &mark("wamid.e2", NOW + 20, edit("الثاني"))).await);
    assert!(!put(&db, &shop, "wamid.1", &mark("wamid.e1", NOW + 10, edit("الأول"))).await);
    let held = message(&db, &id).await;
    assert_eq!((held.text.as_deref(), held.edited_at_ms), (Some("الثاني"), Some(NOW + 20)));
    assert_eq!(row(&db, &conversation).await.seq, 3);
}
