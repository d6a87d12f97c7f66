use app::domain::agent::Role;
use app::domain::message::Said;
use app::domain::permission::Action;
use app::store::history;

use crate::house::{NOW, agent, channel, chat, customer_writes, message, permit};
use crate::support::TestDb;

both![what_was_edited_and_deleted_is_kept_in_its_order, messages_nobody_touched_have_no_history];

fn said(text: &str, until_ms: i64) -> Said {
    Said { kind: "text".to_owned(), text: Some(text.to_owned()), content: None, until_ms: Some(until_ms) }
}

async fn what_was_edited_and_deleted_is_kept_in_its_order(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let salma = agent(&db, "salma", Role::Supervisor).await;
    let conversation = chat(&db, &shop, "+201000000001").await;
    let id = customer_writes(&db, &conversation, "wamid.1", NOW).await;
    let mut raw = db.raw().await;
    for (wamid, seq, text, at_ms) in [("wamid.E2", 3, "second", NOW + 2), ("wamid.E1", 2, "first", NOW + 1)] {
        raw.execute(&format!(
            "insert into message_edits (channel_id, wamid, message_id, seq, text_before, content_before, edited_at_ms)
             values ('{}', '{wamid}', '{id}', {seq}, '{text}', null, {at_ms})",
            shop.brief.id
        ))
        .await;
    }
    let permit = permit(&salma, Action::ReadHistory);
    let held = look!(db, read => history::of(&mut read.conn(), &permit, &id));
    assert_eq!(held, [said("second", NOW + 2), said("first", NOW + 1)]);
    // Deleted: what it said at last is kept, and told here only.
    raw.execute(&format!("update messages set revoked_at_ms = {} where id = '{id}'", NOW + 3)).await;
    raw.close().await;
    let held = look!(db, read => history::of(&mut read.conn(), &permit, &id));
    assert_eq!(held, [said("هل عندكم توصيل؟", NOW + 3), said("second", NOW + 2), said("first", NOW + 1)]);
    assert_eq!(message(&db, &id).await.text, None);
}

async fn messages_nobody_touched_have_no_history(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let salma = agent(&db, "salma", Role::Supervisor).await;
    let id = customer_writes(&db, &chat(&db, &shop, "+201000000001").await, "wamid.1", NOW).await;
    let permit = permit(&salma, Action::ReadHistory);
    assert_eq!(look!(db, read => history::of(&mut read.conn(), &permit, &id)), []);
}
