use app::domain::agent::Role;
use app::domain::consent::{Choice, Consent, MARKETING};
use app::domain::contact::AliasKind;
use app::domain::ids::{ContactId, ConversationId};
use app::domain::merge::UNDO_MS;
use app::domain::permission::{Action, Permit};
use app::store::channels::Channel;
use app::store::contacts::{self, Identity};
use app::store::merges::{self, Merged};
use app::store::{consent, conversations, suggestions};

use crate::house::{NOW, actor, agent, channel, chat, customer_writes, hand_to, log, permit, phone, row};
use crate::support::TestDb;

both![
    a_merge_shows_both_as_one_and_moves_nothing,
    an_undone_merge_leaves_everything_as_it_was,
    of_two_who_merge_at_once_the_second_is_told,
    a_chain_comes_apart_where_it_is_undone,
    a_merge_can_be_undone_for_thirty_days,
    who_said_no_said_it_as_a_person,
    suggestions_are_raised_once_and_can_be_refused,
    what_one_may_not_see_is_neither_suggested_nor_listed,
];

struct World {
    db: TestDb,
    shop: Channel,
    permit: Permit,
    mona: app::store::agents::Agent,
}

async fn world(db: TestDb) -> World {
    let (shop, mona) = (channel(&db, "shop").await, agent(&db, "mona", Role::Agent).await);
    let permit = permit(&mona, Action::EditCustomer);
    World { db, shop, permit, mona }
}

impl World {
    /// A chat of a new customer, and the contact that stands for them.
    async fn chat(&self, number: &str) -> (ConversationId, ContactId) {
        let id = chat(&self.db, &self.shop, number).await;
        let contact = row(&self.db, &id).await.contact.id;
        (id, contact)
    }

    async fn merge(&self, kept: &ContactId, other: &ContactId) -> Merged {
        commit!(self.db, tx => merges::merge(&mut tx, &self.permit, kept, other, NOW))
    }

    async fn undo(&self, customer: &ContactId, merge_id: &str, now_ms: i64) -> Merged {
        commit!(self.db, tx => merges::undo(&mut tx, &self.permit, customer, merge_id, now_ms))
    }

    async fn merges(&self, customer: &ContactId) -> Vec<app::domain::merge::Merge> {
        look!(self.db, read => merges::undoable(&mut read.conn(), customer, NOW))
    }

    async fn who(&self, id: &ConversationId) -> ContactId {
        row(&self.db, id).await.contact.id
    }
}

async fn a_merge_shows_both_as_one_and_moves_nothing(db: TestDb) {
    let world = world(db).await;
    let (db, (nour_chat, nour), (omar_chat, omar)) =
        (&world.db, world.chat("+201000000001").await, world.chat("+201000000002").await);
    customer_writes(db, &nour_chat, "wamid.1", NOW).await;
    customer_writes(db, &omar_chat, "wamid.2", NOW + 5).await;
    let (nour_before, omar_before) = (row(db, &nour_chat).await, row(db, &omar_chat).await);
    let before = log(db).await.len();
    assert_eq!(world.merge(&nour, &omar).await, Merged::Done);
    let told = log(db).await.split_off(before);
    let mut rows: Vec<_> = told.iter().filter_map(|event| event.conversation_id()).collect();
    rows.sort();
    let mut both = vec![&nour_chat, &omar_chat];
    both.sort();
    assert_eq!(rows, both, "both chats are told");
    let (nour_now, omar_now) = (row(db, &nour_chat).await, row(db, &omar_chat).await);
    assert_eq!((&nour_now.contact.id, &omar_now.contact.id), (&nour, &nour));
    assert_eq!(omar_now.contact.phone.as_deref(), Some("+201000000002"), "an answer goes where the question came from");
    assert_eq!((omar_now.seq, omar_now.window_expires_at_ms), (omar_before.seq, omar_before.window_expires_at_ms));
    assert_eq!(nour_now.seq, nour_before.seq);
    // What comes in still finds the contact, and with it the chat, by its name.
    let known = look!(db, read => contacts::find(&mut read.conn(), &world.shop.brief.id, &phone("+201000000002")));
    assert_eq!((known.contact_id, known.conversation_id), (Some(omar), Some(omar_chat.clone())));
    let mona = actor(&world.mona);
    let chats = look!(db, read => conversations::of_customer(&mut read.conn(), &mona, &nour));
    assert_eq!(chats.iter().map(|chat| &chat.id).collect::<Vec<_>>(), [&omar_chat, &nour_chat]);
    let side = look!(db, read => merges::side(&mut read.conn(), &mona, &nour_now));
    assert_eq!((side.messages, side.aliases.len()), (2, 2));
    // Both names in one message are no news any more.
    let mut names = phone("+201000000002");
    names.user_id = Some("EG.1".to_owned());
    let id = (AliasKind::UserId, "EG.1".to_owned());
    commit!(db, tx => contacts::add_aliases(&mut tx.conn(), &nour, std::slice::from_ref(&id), NOW));
    let known = look!(db, read => contacts::find(&mut read.conn(), &world.shop.brief.id, &names));
    assert_eq!((known.contact_id, known.rivals), (Some(nour), vec![]));
}

async fn an_undone_merge_leaves_everything_as_it_was(db: TestDb) {
    let world = world(db).await;
    let ((nour_chat, nour), (omar_chat, omar)) = (world.chat("+201000000001").await, world.chat("+201000000002").await);
    let before = row(&world.db, &omar_chat).await.contact;
    world.merge(&nour, &omar).await;
    let seen = row(&world.db, &omar_chat).await;
    commit!(world.db, tx => contacts::give_name(&mut tx, &world.permit, &seen, Some("أم نور"), NOW));
    assert_eq!(row(&world.db, &omar_chat).await.contact.title(), "أم نور");
    let merge = world.merges(&nour).await.pop().unwrap();
    assert_eq!((merge.name.as_str(), merge.merged_at_ms), ("Nour", NOW));
    assert_eq!(merge.merged_by.as_ref(), Some(&world.mona.brief.id));
    assert_eq!(world.undo(&nour, &merge.id, NOW).await, Merged::Done);
    let after = row(&world.db, &omar_chat).await.contact;
    assert_eq!((&after.id, &after.name, &after.given_name), (&before.id, &before.name, &None));
    assert_eq!(row(&world.db, &nour_chat).await.contact.title(), "أم نور", "the name was given to who stayed");
    assert_eq!(world.merges(&nour).await, []);
    assert_eq!(world.undo(&nour, &merge.id, NOW).await, Merged::Changed, "once");
    assert_eq!(world.merge(&omar, &nour).await, Merged::Done, "and the other way round");
    assert_eq!(world.who(&nour_chat).await, omar);
}

async fn of_two_who_merge_at_once_the_second_is_told(db: TestDb) {
    let world = world(db).await;
    let ((nour_chat, nour), (omar_chat, omar)) = (world.chat("+201000000001").await, world.chat("+201000000002").await);
    let (one, other) = tokio::join!(world.merge(&nour, &omar), world.merge(&omar, &nour));
    let mut ends = [one, other];
    ends.sort_by_key(|end| *end != Merged::Done);
    assert_eq!(ends, [Merged::Done, Merged::Changed], "no circle");
    assert_eq!(world.who(&nour_chat).await, world.who(&omar_chat).await);
    assert_eq!(world.merge(&nour, &nour).await, Merged::Changed, "oneself");
    assert_eq!(world.merge(&nour, &ContactId::from_text("nobody")).await, Merged::Changed);
}

async fn a_chain_comes_apart_where_it_is_undone(db: TestDb) {
    let world = world(db).await;
    let (a, b, c) =
        (world.chat("+201000000001").await, world.chat("+201000000002").await, world.chat("+201000000003").await);
    world.merge(&b.1, &c.1).await;
    world.merge(&a.1, &b.1).await;
    for (chat, _) in [&a, &b, &c] {
        assert_eq!(world.who(chat).await, a.1);
    }
    let merges = world.merges(&a.1).await;
    assert_eq!(merges.len(), 2);
    let of_b = look!(world.db, read => merges::undoable(&mut read.conn(), &b.1, NOW));
    assert_eq!(of_b, [], "b stands for nobody now");
    let mut raw = world.db.raw().await;
    let id = raw.rows(&format!("select id from contact_merges where contact_id = '{}'", b.1)).await.pop().unwrap();
    assert_eq!(world.undo(&a.1, &id, NOW).await, Merged::Done);
    assert_eq!(world.who(&a.0).await, a.1);
    assert_eq!((world.who(&b.0).await, world.who(&c.0).await), (b.1.clone(), b.1.clone()), "c is still b");
    let id = world.merges(&b.1).await.pop().unwrap().id;
    assert_eq!(world.undo(&a.1, &id, NOW).await, Merged::Changed, "it is not a's");
    assert_eq!(world.undo(&b.1, &id, NOW).await, Merged::Done);
    assert_eq!(world.who(&c.0).await, c.1);
}

async fn a_merge_can_be_undone_for_thirty_days(db: TestDb) {
    let world = world(db).await;
    let ((_, nour), (_, omar)) = (world.chat("+201000000001").await, world.chat("+201000000002").await);
    world.merge(&nour, &omar).await;
    let id = world.merges(&nour).await.pop().unwrap().id;
    assert_eq!(world.undo(&nour, &id, NOW + UNDO_MS + 1).await, Merged::TooLate);
    let late = look!(world.db, read => merges::undoable(&mut read.conn(), &nour, NOW + UNDO_MS + 1));
    assert_eq!(late, [], "and is not offered");
    assert_eq!(world.undo(&nour, &id, NOW + UNDO_MS).await, Merged::Done);
}

async fn who_said_no_said_it_as_a_person(db: TestDb) {
    let world = world(db).await;
    let ((nour_chat, nour), (_, omar)) = (world.chat("+201000000001").await, world.chat("+201000000002").await);
    let stop = Consent {
        channel_id: world.shop.brief.id.clone(),
        category: MARKETING.to_owned(),
        choice: Choice::Stop,
        words: String::new(),
        wamid: None,
        told_at_ms: NOW,
        received_at_ms: NOW,
    };
    commit!(world.db, tx => consent::note(&mut tx, &omar, &stop, NOW));
    let stopped = async || look!(world.db, read => consent::marketing_stopped(&mut read.conn(), &nour_chat));
    assert_eq!(stopped().await, None);
    world.merge(&nour, &omar).await;
    assert_eq!(stopped().await, Some(stop));
    let version = row(&world.db, &nour_chat).await.contact.version;
    let resume = Consent { choice: Choice::Resume, told_at_ms: NOW + 1, ..stopped().await.unwrap() };
    commit!(world.db, tx => consent::note(&mut tx, &omar, &resume, NOW));
    assert_eq!(stopped().await, None);
    assert_eq!(row(&world.db, &nour_chat).await.contact.version, version + 1, "who stands for them tells it");
}

async fn suggestions_are_raised_once_and_can_be_refused(db: TestDb) {
    let world = world(db).await;
    let ((_, nour), (omar_chat, omar)) = (world.chat("+201000000001").await, world.chat("+201000000002").await);
    let mona = actor(&world.mona);
    let of = async |customer| look!(world.db, read => suggestions::of_customer(&mut read.conn(), &mona, customer));
    for (one, other) in [(&nour, &omar), (&omar, &nour), (&nour, &omar)] {
        commit!(world.db, tx => suggestions::raise(&mut tx, one, other, AliasKind::Phone, NOW));
    }
    let found = of(&nour).await;
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0].other.id, &found[0].conversation_id, found[0].kind), (&omar, &omar_chat, AliasKind::Phone));
    assert_eq!(of(&omar).await[0].other.id, nour, "from either side");
    assert_eq!(row(&world.db, &omar_chat).await.contact.version, 1, "told once");
    world.merge(&omar, &nour).await;
    assert_eq!(of(&omar).await, [], "nobody is the same as themselves");
    let id = world.merges(&omar).await.pop().unwrap().id;
    world.undo(&omar, &id, NOW).await;
    assert_eq!(of(&omar).await.len(), 1, "taken apart, it is a question again");
    commit!(world.db, tx => suggestions::dismiss(&mut tx, &world.permit, &omar, &nour, NOW));
    assert_eq!((of(&nour).await, of(&omar).await), (vec![], vec![]));
    commit!(world.db, tx => suggestions::raise(&mut tx, &nour, &omar, AliasKind::UserId, NOW));
    assert_eq!(of(&nour).await, [], "a refused one does not come back");
    // A number that is somebody else's is no reason to merge, but one to ask.
    let (_, karim) = world.chat("+201000000003").await;
    let was = Identity { phone: Some("+201000000003".to_owned()), ..Identity::default() };
    commit!(world.db, tx => contacts::rename(&mut tx, &karim, &was, &phone("+201000000001"), NOW));
    assert_eq!(of(&karim).await[0].other.id, nour);
}

async fn what_one_may_not_see_is_neither_suggested_nor_listed(db: TestDb) {
    let world = world(db).await;
    let clinic = channel(&world.db, "clinic").await;
    let doctor = agent(&world.db, "doctor", Role::Agent).await;
    hand_to(&world.db, &clinic, &[&doctor]).await;
    let (_, nour) = world.chat("+201000000001").await;
    let hidden = chat(&world.db, &clinic, "+201000000002").await;
    let omar = row(&world.db, &hidden).await.contact.id;
    commit!(world.db, tx => suggestions::raise(&mut tx, &nour, &omar, AliasKind::Phone, NOW));
    for (who, expected) in [(&world.mona, 0), (&doctor, 1)] {
        let actor = actor(who);
        let found = look!(world.db, read => suggestions::of_customer(&mut read.conn(), &actor, &nour));
        assert_eq!(found.len(), expected);
    }
    world.merge(&nour, &omar).await;
    for (who, expected) in [(&world.mona, 1), (&doctor, 2)] {
        let actor = actor(who);
        let chats = look!(world.db, read => conversations::of_customer(&mut read.conn(), &actor, &nour));
        assert_eq!(chats.len(), expected);
    }
}
