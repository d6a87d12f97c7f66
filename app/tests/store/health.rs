use app::domain::health::{Fact, FactKind, Level};
use app::live::protocol::LiveEvent;
use app::store::{channels, health};

use crate::house::{NOW, channel, log, new_channel};
use crate::support::TestDb;

both![
    the_newest_word_of_each_part_stays,
    what_changes_is_told_and_counted,
    throughput_is_the_rate_but_not_of_a_number_in_the_phone_app,
    a_webhook_moves_its_moment_forward_only,
];

fn told(kind: FactKind, value: &str, told_at_ms: i64) -> Fact {
    Fact { told_at_ms, ..Fact::new(kind, value) }
}

async fn the_newest_word_of_each_part_stays(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let id = &shop.brief.id;
    let spam = told(FactKind::Violation, "SPAM", NOW).about("SPAM");
    let news = [
        told(FactKind::Quality, "RED", NOW),
        spam.clone(),
        told(FactKind::Violation, "SCAM", NOW).about("SCAM"),
        told(FactKind::Quality, "GREEN", NOW + 1),
        told(FactKind::Quality, "YELLOW", NOW),
    ];
    for fact in &news {
        commit!(db, tx => health::note(&mut tx, id, std::slice::from_ref(fact), NOW));
    }
    let restriction = Fact {
        until_ms: Some(NOW + 9),
        ..told(FactKind::Restriction, "ACTIVE", NOW).about("R").with(Some("d".to_owned()))
    };
    commit!(db, tx => health::note(&mut tx, id, std::slice::from_ref(&restriction), NOW));
    let facts = look!(db, read => health::facts(&mut read.conn(), id));
    let expected = [told(FactKind::Quality, "GREEN", NOW + 1), restriction, news[2].clone(), spam];
    assert_eq!(facts, expected);
    let stored = look!(db, read => channels::by_id(&mut read.conn(), id)).unwrap();
    let card = look!(db, read => health::card_of(&mut read.conn(), &stored, NOW));
    assert_eq!(card.level(), Level::Red);
    let card = look!(db, read => health::card_of(&mut read.conn(), &stored, NOW + 9));
    assert_eq!(card.level(), Level::Amber, "the restriction has ended by itself");
}

async fn what_changes_is_told_and_counted(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let id = &shop.brief.id;
    for (name, fact, version) in [
        ("first", told(FactKind::Quality, "RED", NOW), 1),
        ("the same again", told(FactKind::Quality, "RED", NOW), 1),
        ("the same later", told(FactKind::Quality, "RED", NOW + 5), 1),
        ("older", told(FactKind::Quality, "GREEN", NOW + 4), 1),
        ("new", told(FactKind::Quality, "GREEN", NOW + 6), 2),
    ] {
        let before = log(&db).await.len();
        commit!(db, tx => health::note(&mut tx, id, &[fact], NOW));
        let stored = look!(db, read => channels::by_id(&mut read.conn(), id)).unwrap();
        assert_eq!(stored.brief.health_version, version, "{name}");
        for event in log(&db).await.split_off(before) {
            assert_eq!(event, LiveEvent::Channel { channel: Box::new(stored.brief.clone()) }, "{name}");
        }
    }
    let told = log(&db).await.iter().filter(|event| matches!(event, LiveEvent::Channel { .. })).count();
    assert_eq!(told, 3, "connected, red, green");
}

async fn throughput_is_the_rate_but_not_of_a_number_in_the_phone_app(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let mut on_phone = new_channel("phone");
    on_phone.brief.coexistence = true;
    on_phone.rate = app::domain::pace::Rate::coexistence();
    commit!(db, tx => channels::insert(&mut tx, &on_phone));
    let rate = async |id| look!(db, read => channels::by_id(&mut read.conn(), id)).unwrap().rate.max_per_second;
    for (word, at, shops) in [("HIGH", 1, 1_000), ("NOT_APPLICABLE", 2, 1_000), ("STANDARD", 3, 80)] {
        for id in [&shop.brief.id, &on_phone.brief.id] {
            commit!(db, tx => health::note(&mut tx, id, &[told(FactKind::Throughput, word, NOW + at)], NOW));
        }
        assert_eq!((rate(&shop.brief.id).await, rate(&on_phone.brief.id).await), (shops, 20), "{word}");
    }
}

async fn a_webhook_moves_its_moment_forward_only(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let before = log(&db).await.len();
    for at_ms in [NOW, NOW + 5, NOW + 3] {
        commit!(db, tx => health::heard(&mut tx.conn(), &shop.brief.id, at_ms));
    }
    let facts = look!(db, read => health::facts(&mut read.conn(), &shop.brief.id));
    assert_eq!(facts, [told(FactKind::Webhook, "", NOW + 5)]);
    assert_eq!(log(&db).await.len(), before, "nobody is woken for that");
}
