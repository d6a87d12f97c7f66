//! Customers as people: what the team calls them.

use app::error::{AppError, FieldProblem};
use serde_json::json;

use crate::harness::{ADMIN, AHMED, Agent, House, Place, SARA, Tab, Writer};

both!(a_name_given_by_one_is_on_every_screen, what_one_may_not_see_one_does_not_name,);

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
