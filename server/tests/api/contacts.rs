//! Customers as people: what the team calls them, and who is who.

use app::api::customer::CustomerDetails;
use app::domain::contact::AliasKind;
use app::domain::merge::Preview;
use app::error::{AppError, FieldProblem};
use serde_json::{Value, json};

use crate::harness::{ADMIN, AHMED, Agent, House, Place, SARA, Tab, Writer};

both!(
    a_name_given_by_one_is_on_every_screen,
    what_one_may_not_see_one_does_not_name,
    ids_of_two_raise_a_suggestion_and_a_person_merges,
    a_merge_that_was_looked_at_too_long_ago_is_not_done,
    the_other_customer_is_found_by_number,
    a_profile_name_is_new_on_every_chat_of_the_customer,
);

async fn rename(agent: &Agent, conversation_id: &str, name: &str) -> Result<(), AppError> {
    agent.call("customer/rename", json!({ "id": conversation_id, "name": name })).await
}

async fn a_name_given_by_one_is_on_every_screen(place: &Place) {
    let house = House::open(place).await;
    let heba = Writer::nth(1);
    let id = house.conversation_with(&heba).await;
    let (ahmed, sara) = (Agent::sign_in(&house, AHMED).await, Agent::sign_in(&house, SARA).await);
    let mut tab = Tab::open(&sara, Some(&id)).await;
    rename(&ahmed, &id, "  مدام  هبة ").await.unwrap();
    let shows = |title: &'static str| {
        move |view: &app::live::view::InboxView| {
            let thread = view.thread.as_ref().map(|thread| thread.row.contact.title());
            view.list.rows[0].contact.title() == title && thread.as_deref() == Some(title)
        }
    };
    tab.until("the given name", shows("مدام هبة")).await;
    assert_eq!(house.conversation(&id).await["contact"]["name"], "مدام هبة", "integrators read it too");
    // A message brings the profile name again; the given one stays in front.
    house.receive(heba.says("أهلًا").1).await;
    tab.until("the message", |view| view.list.rows[0].seq == 2).await;
    tab.until("still the given name", shows("مدام هبة")).await;
    assert_eq!(tab.view.list.rows[0].contact.name, "Customer 1");
    tab.until_fresh().await;
    rename(&ahmed, &id, " ").await.unwrap();
    tab.until("the profile name", shows("Customer 1")).await;
    let long = AppError::invalid("name", FieldProblem::TooLong);
    assert_eq!(rename(&ahmed, &id, &"ن".repeat(81)).await, Err(long));
}

async fn what_one_may_not_see_one_does_not_name(place: &Place) {
    let house = House::open(place).await;
    let id = house.conversation_with(&Writer::nth(1)).await;
    let (mona, ahmed) = (Agent::sign_in(&house, ADMIN).await, Agent::sign_in(&house, AHMED).await);
    let nobody: Vec<String> = vec![];
    let members = json!({ "id": house.channel_id, "members": nobody });
    mona.call::<()>("channels/members", members).await.unwrap();
    assert_eq!(rename(&ahmed, &id, "X").await, Err(AppError::NotFound));
    assert_eq!(rename(&ahmed, "0198-none", "X").await, Err(AppError::NotFound));
    assert_eq!(house.conversation(&id).await["contact"]["name"], "Customer 1");
    rename(&mona, &id, "X").await.unwrap();
}

async fn details(agent: &Agent, id: &str) -> CustomerDetails {
    agent.call("customer/details", json!({ "id": id })).await.unwrap()
}

async fn preview(agent: &Agent, id: &str, with: &str) -> Result<Preview, AppError> {
    agent.call("customer/merge-preview", json!({ "id": id, "with": with })).await
}

/// Keeps the first, as the preview showed both.
fn wish(preview: &Preview) -> Value {
    let (this, other) = (&preview.this, &preview.other);
    json!({ "wish": { "keep": this.chats[0].id, "merge": other.chats[0].id, "keep_contact": this.contact.id,
                      "merge_contact": other.contact.id } })
}

async fn merge(agent: &Agent, preview: &Preview) -> Result<(), AppError> {
    agent.call("customer/merge", wish(preview)).await
}

async fn ids_of_two_raise_a_suggestion_and_a_person_merges(place: &Place) {
    let house = House::open(place).await;
    let (by_id, by_phone) = (Writer::by_user_id("EG.1"), Writer::nth(2));
    let id_chat = house.conversation_with(&by_id).await;
    let phone_chat = house.conversation_with(&by_phone).await;
    let (ahmed, sara) = (Agent::sign_in(&house, AHMED).await, Agent::sign_in(&house, SARA).await);
    let mut tab = Tab::open(&sara, Some(&phone_chat)).await;
    // One message names both: it goes to the one of the user id, twice over.
    let mut both = by_phone.clone();
    both.customer.user_id = by_id.customer.user_id.clone();
    house.receive(both.says("أنا الاتنين").1).await;
    house.receive(both.says("مرة تانية").1).await;
    tab.until("both say look again", |view| view.list.rows.iter().all(|row| row.contact.version == 1)).await;
    house.applied().await;
    assert_eq!(house.messages(&id_chat).await.len(), 3);
    assert_eq!(house.messages(&phone_chat).await.len(), 1);
    assert_eq!(house.conversations().await.len(), 2, "nobody is merged silently");
    let suggested = details(&sara, &phone_chat).await.suggestions;
    assert_eq!(suggested.len(), 1);
    assert_eq!((suggested[0].conversation_id.as_str(), suggested[0].kind), (id_chat.as_str(), AliasKind::Phone));

    let shown = preview(&ahmed, &id_chat, &phone_chat).await.unwrap();
    assert_eq!((shown.this.messages, shown.other.messages, shown.meet_on_a_number()), (3, 1, true));
    merge(&ahmed, &shown).await.unwrap();
    tab.until("one customer", |view| view.list.rows[0].contact.id == view.list.rows[1].contact.id).await;
    tab.until_fresh().await;
    let (one, other) = (house.conversation(&id_chat).await, house.conversation(&phone_chat).await);
    assert_eq!(one["contact"]["id"], other["contact"]["id"]);
    assert_eq!(other["contact"]["phone"], by_phone.key(), "each chat keeps its address");
    let found = details(&sara, &id_chat).await;
    assert_eq!((found.chats.len(), found.suggestions.len(), found.merges.len()), (1, 0, 1));
    // An answer goes where the chat is, and what comes in finds its chat.
    let sent = house.send(&phone_chat, "أهلًا بيك", "m1").await;
    house.message_becomes(&phone_chat, &sent, "accepted").await;
    assert_eq!(house.graph.ledger().wait_for_sends(1).await[0].to, by_phone.key());
    house.receive(by_phone.says("من الرقم").1).await;
    house.applied().await;
    assert_eq!(house.messages(&phone_chat).await.len(), 3);
    assert_eq!(details(&sara, &id_chat).await.suggestions, [], "and asks nothing any more");

    let undo = json!({ "id": phone_chat, "merge_id": found.merges[0].id });
    let (first, second) =
        tokio::join!(ahmed.call::<()>("customer/unmerge", undo.clone()), sara.call::<()>("customer/unmerge", undo));
    let mut ends = [first, second];
    ends.sort_by_key(|end| end.is_err());
    assert_eq!(ends, [Ok(()), Err(AppError::ChangedMeanwhile)], "two at once: one undoes it");
    tab.until("two again", |view| view.list.rows[0].contact.id != view.list.rows[1].contact.id).await;
    tab.until_fresh().await;
    let other = details(&sara, &phone_chat).await.suggestions.pop().unwrap().other.id;
    ahmed.call::<()>("customer/dismiss-suggestion", json!({ "id": phone_chat, "other": other })).await.unwrap();
    assert_eq!(details(&sara, &id_chat).await.suggestions, []);
    house.receive(both.says("والثالثة").1).await;
    house.applied().await;
    assert_eq!(details(&sara, &id_chat).await.suggestions, [], "a person has said no");
}

async fn a_merge_that_was_looked_at_too_long_ago_is_not_done(place: &Place) {
    let house = House::open(place).await;
    let writers = [Writer::nth(1), Writer::nth(2), Writer::nth(3)];
    let ids = house.conversations_with(&writers).await;
    let (ahmed, sara) = (Agent::sign_in(&house, AHMED).await, Agent::sign_in(&house, SARA).await);
    let looked_at = preview(&ahmed, &ids[0], &ids[1]).await.unwrap();
    merge(&sara, &preview(&sara, &ids[2], &ids[1]).await.unwrap()).await.unwrap();
    assert_eq!(merge(&ahmed, &looked_at).await, Err(AppError::ChangedMeanwhile), "the second is the third by now");
    let again = preview(&ahmed, &ids[0], &ids[1]).await.unwrap();
    assert_eq!(again.other.chats.len(), 2);
    merge(&ahmed, &again).await.unwrap();
    assert_eq!(preview(&ahmed, &ids[0], &ids[2]).await, Err(AppError::ChangedMeanwhile), "they are one");
    assert_eq!(details(&ahmed, &ids[0]).await.chats.len(), 2);
    assert_eq!(preview(&ahmed, &ids[0], "0198-none").await, Err(AppError::NotFound));
    let nothing = json!({ "id": ids[0], "merge_id": "\0nothing" });
    assert_eq!(ahmed.call::<()>("customer/unmerge", nothing).await, Err(AppError::ChangedMeanwhile));
}

async fn the_other_customer_is_found_by_number(place: &Place) {
    let house = House::open(place).await;
    let writers = [Writer::nth(1), Writer::nth(2)];
    let ids = house.conversations_with(&writers).await;
    let hidden = house.conversation_with(&Writer::by_user_id("EG.9")).await;
    let ahmed = Agent::sign_in(&house, AHMED).await;
    let find = async |name: &str| -> Result<String, AppError> {
        ahmed.call("customer/find", json!({ "id": ids[0], "name": name })).await
    };
    let wrong = |problem| Err(AppError::invalid("customer", problem));
    for (name, expected) in [
        ("+20 10 0000 0002", Ok(ids[1].clone())),
        (" EG.9 ", Ok(hidden)),
        ("+201000000001", wrong(FieldProblem::Taken)),
        ("+201000000777", wrong(FieldProblem::Unknown)),
        ("", wrong(FieldProblem::Unknown)),
        ("نور\0", wrong(FieldProblem::Unknown)),
    ] {
        assert_eq!(find(name).await, expected, "{name:?}");
    }
}

async fn a_profile_name_is_new_on_every_chat_of_the_customer(place: &Place) {
    let house = House::open(place).await;
    let writers = [Writer::nth(1), Writer::nth(2)];
    let ids = house.conversations_with(&writers).await;
    let ahmed = Agent::sign_in(&house, AHMED).await;
    merge(&ahmed, &preview(&ahmed, &ids[0], &ids[1]).await.unwrap()).await.unwrap();
    let mut tab = Tab::open(&ahmed, Some(&ids[1])).await;
    let mut renamed = writers[0].clone();
    renamed.customer.name = "هبة".to_owned();
    house.receive(renamed.says("اسمي اتغيّر").1).await;
    let named = |view: &app::live::view::InboxView| view.list.rows.iter().all(|row| row.contact.name == "هبة");
    tab.until("both chats", named).await;
}
