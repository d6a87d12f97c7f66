use app::domain::consent::{Choice, Consent, MARKETING, STOPPED_CODE};
use app::domain::ids::ChannelId;
use app::domain::message::MessageError;
use app::store::{consent, conversations};

use crate::house::{NOW, channel, chat, log, row, wamid};
use crate::support::TestDb;

both![
    the_newest_choice_of_each_number_and_category_counts,
    a_choice_is_added_once_and_told,
    a_refusal_stops_marketing_until_they_resume,
];

fn chose(channel_id: &ChannelId, category: &str, choice: Choice, told_at_ms: i64) -> Consent {
    Consent {
        channel_id: channel_id.clone(),
        category: category.to_owned(),
        choice,
        words: "User requested it".to_owned(),
        wamid: None,
        told_at_ms,
        received_at_ms: NOW,
    }
}

async fn the_newest_choice_of_each_number_and_category_counts(db: TestDb) {
    let (shop, clinic) = (channel(&db, "shop").await, channel(&db, "clinic").await);
    let at_shop = chat(&db, &shop, "+201000000001").await;
    let contact = row(&db, &at_shop).await.contact.id;
    let at_clinic = commit!(db, tx => conversations::find_or_insert(&mut tx.conn(), &clinic.brief.id, &contact, NOW));
    let (shop, clinic) = (&shop.brief.id, &clinic.brief.id);
    for consent in [
        chose(shop, MARKETING, Choice::Resume, NOW + 2),
        chose(shop, MARKETING, Choice::Stop, NOW + 1),
        chose(shop, "something_new", Choice::Stop, NOW),
        chose(clinic, MARKETING, Choice::Stop, NOW),
    ] {
        commit!(db, tx => consent::note(&mut tx, &contact, &consent, NOW));
    }
    let of = async |id| look!(db, read => consent::of_conversation(&mut read.conn(), id));
    let expected = [chose(shop, MARKETING, Choice::Resume, NOW + 2), chose(shop, "something_new", Choice::Stop, NOW)];
    assert_eq!(of(&at_shop).await, expected);
    assert_eq!(of(&at_clinic).await, [chose(clinic, MARKETING, Choice::Stop, NOW)]);
    let stopped = async |id| look!(db, read => consent::marketing_stopped(&mut read.conn(), id));
    assert_eq!(stopped(&at_shop).await, None, "resumed; another category does not count");
    assert_eq!(stopped(&at_clinic).await, Some(chose(clinic, MARKETING, Choice::Stop, NOW)));
}

async fn a_choice_is_added_once_and_told(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let id = chat(&db, &shop, "+201000000001").await;
    let contact = row(&db, &id).await.contact.id;
    let stop = chose(&shop.brief.id, MARKETING, Choice::Stop, NOW);
    for (version, told) in [(1, 1), (1, 0)] {
        let before = log(&db).await.len();
        commit!(db, tx => consent::note(&mut tx, &contact, &stop, NOW));
        assert_eq!(row(&db, &id).await.contact.version, version);
        assert_eq!(log(&db).await.len() - before, told);
    }
}

async fn a_refusal_stops_marketing_until_they_resume(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let id = chat(&db, &shop, "+201000000001").await;
    let contact = row(&db, &id).await.contact.id;
    let error = |code| MessageError { code, title: "Refused".to_owned(), details: "why".to_owned() };
    let refused = async |code, at_ms| {
        let wamid = wamid("wamid.M");
        commit!(db, tx => consent::refused(&mut tx, &id, &error(code), Some(&wamid), at_ms));
        look!(db, read => consent::marketing_stopped(&mut read.conn(), &id))
    };
    assert_eq!(refused(131_026, NOW).await, None, "another reason");
    let stopped = refused(STOPPED_CODE, NOW + 1).await.unwrap();
    assert_eq!((stopped.wamid.as_deref(), stopped.words.as_str()), (Some("wamid.M"), "Refused: why"));
    assert_eq!(refused(STOPPED_CODE, NOW + 2).await, Some(stopped), "known already");
    let resume = chose(&shop.brief.id, MARKETING, Choice::Resume, NOW + 3);
    commit!(db, tx => consent::note(&mut tx, &contact, &resume, NOW));
    assert_eq!(look!(db, read => consent::marketing_stopped(&mut read.conn(), &id)), None);
    assert!(refused(STOPPED_CODE, NOW + 4).await.is_some());
}
