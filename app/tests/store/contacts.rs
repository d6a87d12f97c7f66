use app::domain::agent::Role;
use app::domain::contact::AliasKind;
use app::domain::ids::ContactId;
use app::domain::permission::Action;
use app::domain::text::storable;
use app::store::contacts::{self, Identity, Known, NewContact};
use app::store::conversations;

use crate::house::{NOW, agent, channel, chat, customer, log, permit, phone, row};
use crate::support::TestDb;

both![
    a_stranger_is_known_by_nothing_and_all_names_are_new,
    a_customer_is_found_by_any_name,
    the_conversation_is_the_one_on_that_number,
    new_names_of_a_known_customer_are_filled_in,
    two_people_by_two_names_are_not_merged,
    a_name_belongs_to_whom_it_was_first_written_for,
    a_customer_is_refreshed_by_what_is_new,
    a_given_name_is_shown_everywhere_and_can_be_taken_back,
    text_with_nul_is_made_storable_by_the_caller,
];

fn identity(user_id: Option<&str>, phone: Option<&str>, parent: Option<&str>) -> Identity {
    let owned = |value: Option<&str>| value.map(str::to_owned);
    Identity { phone: owned(phone), user_id: owned(user_id), parent_user_id: owned(parent) }
}

/// A contact with every name of an identity written down.
async fn person(db: &TestDb, identity: &Identity) -> ContactId {
    let mut tx = db.begin().await.unwrap();
    let new = NewContact { name: "Nour", username: None, identity, seen_at_ms: NOW };
    let id = contacts::insert(&mut tx.conn(), &new).await.unwrap();
    let aliases: Vec<_> = identity.aliases().map(|(kind, value)| (kind, value.to_owned())).collect();
    contacts::add_aliases(&mut tx.conn(), &id, &aliases, NOW).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn find(db: &TestDb, identity: &Identity) -> Known {
    let nowhere = app::domain::ids::ChannelId::new();
    look!(db, read => contacts::find(&mut read.conn(), &nowhere, identity))
}

async fn a_stranger_is_known_by_nothing_and_all_names_are_new(db: TestDb) {
    customer(&db, "+201000000001").await;
    let stranger = identity(Some("EG.1"), Some("+201000000009"), Some("EG.P1"));
    assert!(!stranger.is_empty());
    let new_aliases = vec![
        (AliasKind::UserId, "EG.1".to_owned()),
        (AliasKind::Phone, "+201000000009".to_owned()),
        (AliasKind::ParentUserId, "EG.P1".to_owned()),
    ];
    let expected =
        Known { contact_id: None, conversation_id: None, new_aliases, own: stranger.clone(), rivals: vec![] };
    assert_eq!(find(&db, &stranger).await, expected);
    assert!(Identity::default().is_empty());
    assert_eq!(find(&db, &Identity::default()).await, Known::default(), "no name finds nobody");
}

async fn a_customer_is_found_by_any_name(db: TestDb) {
    let whole = identity(Some("EG.1"), Some("+201000000001"), Some("EG.P1"));
    let nour = person(&db, &whole).await;
    for (name, given) in [
        ("all", whole.clone()),
        ("user id", identity(Some("EG.1"), None, None)),
        ("phone", identity(None, Some("+201000000001"), None)),
        ("parent id", identity(None, None, Some("EG.P1"))),
    ] {
        let known = find(&db, &given).await;
        assert_eq!(known.contact_id.as_ref(), Some(&nour), "{name}");
        assert_eq!((known.new_aliases, known.own), (vec![], given), "{name}");
    }
    // The same text is another name when it is of another kind.
    assert_eq!(find(&db, &identity(None, Some("EG.1"), None)).await.contact_id, None);
}

async fn the_conversation_is_the_one_on_that_number(db: TestDb) {
    let (shop, clinic) = (channel(&db, "shop").await, channel(&db, "clinic").await);
    let id = chat(&db, &shop, "+201000000001").await;
    let contact = row(&db, &id).await.contact.id;
    let nour = phone("+201000000001");
    let at_shop = look!(db, read => contacts::find(&mut read.conn(), &shop.brief.id, &nour));
    assert_eq!((at_shop.contact_id, at_shop.conversation_id), (Some(contact.clone()), Some(id)));
    let at_clinic = look!(db, read => contacts::find(&mut read.conn(), &clinic.brief.id, &nour));
    assert_eq!((at_clinic.contact_id, at_clinic.conversation_id), (Some(contact.clone()), None));
    let new = commit!(db, tx => conversations::find_or_insert(&mut tx.conn(), &clinic.brief.id, &contact, NOW));
    let at_clinic = look!(db, read => contacts::find(&mut read.conn(), &clinic.brief.id, &nour));
    assert_eq!(at_clinic.conversation_id, Some(new));
}

async fn new_names_of_a_known_customer_are_filled_in(db: TestDb) {
    let nour = person(&db, &phone("+201000000001")).await;
    let fuller = identity(Some("EG.1"), Some("+201000000001"), Some("EG.P1"));
    let known = find(&db, &fuller).await;
    assert_eq!(known.contact_id.as_ref(), Some(&nour));
    let new = [(AliasKind::UserId, "EG.1".to_owned()), (AliasKind::ParentUserId, "EG.P1".to_owned())];
    assert_eq!(known.new_aliases, new);
    commit!(db, tx => contacts::add_aliases(&mut tx.conn(), &nour, &known.new_aliases, NOW));
    let known = find(&db, &identity(Some("EG.1"), None, None)).await;
    assert_eq!((known.contact_id, known.new_aliases), (Some(nour), vec![]));
}

async fn two_people_by_two_names_are_not_merged(db: TestDb) {
    let nour = person(&db, &identity(Some("EG.1"), None, None)).await;
    let omar = person(&db, &phone("+201000000002")).await;
    assert_ne!(nour, omar);
    // Nour now writes from what was Omar's phone: her own id decides, and the phone stays his.
    let known = find(&db, &identity(Some("EG.1"), Some("+201000000002"), Some("EG.P1"))).await;
    assert_eq!(known.contact_id, Some(nour));
    assert_eq!(known.own, identity(Some("EG.1"), None, Some("EG.P1")));
    assert_eq!(known.new_aliases, [(AliasKind::ParentUserId, "EG.P1".to_owned())]);
    assert_eq!(known.rivals, [(omar.clone(), AliasKind::Phone)], "but they may be one");
    // A new id on Omar's phone is Omar, with one more name.
    let known = find(&db, &identity(Some("EG.2"), Some("+201000000002"), None)).await;
    assert_eq!(known.contact_id, Some(omar));
    assert_eq!(known.new_aliases, [(AliasKind::UserId, "EG.2".to_owned())]);
}

async fn a_name_belongs_to_whom_it_was_first_written_for(db: TestDb) {
    let nour = person(&db, &phone("+201000000001")).await;
    let omar = person(&db, &phone("+201000000002")).await;
    let taken = [(AliasKind::Phone, "+201000000001".to_owned()), (AliasKind::UserId, "EG.2".to_owned())];
    commit!(db, tx => contacts::add_aliases(&mut tx.conn(), &omar, &taken, NOW));
    assert_eq!(find(&db, &phone("+201000000001")).await.contact_id, Some(nour));
    assert_eq!(find(&db, &identity(Some("EG.2"), None, None)).await.contact_id, Some(omar));
}

async fn a_customer_is_refreshed_by_what_is_new(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let id = chat(&db, &shop, "+201000000001").await;
    let contact = row(&db, &id).await.contact;
    assert_eq!((contact.name.as_str(), contact.username.clone()), ("Nour", None));
    let seen = async |name, username, identity: &Identity, seen_at_ms| {
        let seen = NewContact { name, username, identity, seen_at_ms };
        commit!(db, tx => contacts::refresh(&mut tx.conn(), &contact.id, &seen));
        row(&db, &id).await.contact
    };
    let later = seen("نور", Some("nour"), &identity(Some("EG.1"), None, None), NOW + 5).await;
    assert_eq!((later.name.as_str(), later.username.as_deref()), ("نور", Some("nour")));
    assert_eq!((later.phone.as_deref(), later.user_id.as_deref()), (Some("+201000000001"), Some("EG.1")));
    assert_eq!((later.first_seen_at_ms, later.last_seen_at_ms), (NOW, NOW + 5));
    // An old webhook without a name takes nothing away; it only stretches the time.
    let earlier = seen("", None, &Identity::default(), NOW - 5).await;
    assert_eq!((earlier.first_seen_at_ms, earlier.last_seen_at_ms), (NOW - 5, NOW + 5));
    let expected = app::domain::contact::ContactBrief { first_seen_at_ms: NOW - 5, ..later };
    assert_eq!(earlier, expected);
}

async fn a_given_name_is_shown_everywhere_and_can_be_taken_back(db: TestDb) {
    let (shop, clinic) = (channel(&db, "shop").await, channel(&db, "clinic").await);
    let at_shop = chat(&db, &shop, "+201000000001").await;
    let contact = row(&db, &at_shop).await.contact.id;
    let at_clinic = commit!(db, tx => conversations::find_or_insert(&mut tx.conn(), &clinic.brief.id, &contact, NOW));
    let mona = agent(&db, "mona", Role::Agent).await;
    let permit = permit(&mona, Action::EditCustomer);
    for (given, title) in [(Some("أم نور"), "أم نور"), (None, "Nour")] {
        let before = log(&db).await.len();
        let seen = row(&db, &at_shop).await;
        commit!(db, tx => contacts::give_name(&mut tx, &permit, &seen, given, NOW));
        for id in [&at_shop, &at_clinic] {
            let row = row(&db, id).await;
            assert_eq!((row.contact.title().as_str(), row.contact.name.as_str()), (title, "Nour"));
        }
        let told = log(&db).await.split_off(before);
        let mut rows: Vec<_> = told.iter().filter_map(|event| event.conversation_id()).collect();
        rows.sort();
        let mut both = vec![&at_shop, &at_clinic];
        both.sort();
        assert_eq!(rows, both, "every screen that shows one of the conversations hears of it");
    }
}

async fn text_with_nul_is_made_storable_by_the_caller(db: TestDb) {
    let identity = phone("+201000000001");
    let written = "No\0ur";
    let mut tx = db.begin().await.unwrap();
    let new = NewContact { name: written, username: None, identity: &identity, seen_at_ms: NOW };
    let refused = contacts::insert(&mut tx.conn(), &new).await.err();
    assert_eq!(refused.is_some(), !db.is_sqlite(), "PostgreSQL refuses NUL, which is why callers take it out");
    assert!(!refused.is_some_and(|error| error.is_retryable()), "the same again would fail for ever");
    drop(tx);
    let name = storable(written);
    let new = NewContact { name: &name, username: None, identity: &identity, seen_at_ms: NOW };
    commit!(db, tx => contacts::insert(&mut tx.conn(), &new));
    assert_eq!(db.raw().await.rows("select name from contacts").await, ["Nour"]);
}
