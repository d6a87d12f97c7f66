//! Customers change their names: numbers, user ids, in any order.

use serde_json::{Value, json};
use server::simulator::FakeNumber;
use server::simulator::webhook::envelope;

use crate::harness::{House, Place, Writer, fixture};

both!(
    a_changed_number_leads_to_the_same_customer,
    a_user_id_that_changed_leads_to_the_same_customer,
    a_number_of_somebody_else_stays_theirs,
    an_old_number_given_to_another_person_is_another_customer,
);

fn heba_on(phone: &str) -> Writer {
    let mut heba = Writer::nth(1);
    heba.customer.phone = Some(phone.to_owned());
    heba
}

fn user_id_update(previous: &str, current: &str) -> Vec<u8> {
    let number = FakeNumber::example().number();
    let value = json!({ "messaging_product": "whatsapp",
        "metadata": { "display_phone_number": "201000000100", "phone_number_id": number.phone_number_id },
        "user_id_update": [{ "wa_id": "201000001842", "detail": "…", "timestamp": "1790000000",
            "user_id": { "previous": previous, "current": current } }] });
    envelope(&number, "user_id_update", vec![value]).to_string().into_bytes()
}

async fn a_changed_number_leads_to_the_same_customer(place: &Place) {
    let house = House::open(place).await;
    house.receive(fixture("text", &[])).await;
    let before = house.conversation_of(&heba_on("+201000001842")).await;
    house.receive(fixture("system", &[])).await;
    house.applied().await;
    let after = house.conversation(before["id"].as_str().unwrap()).await;
    assert_eq!(after["contact"]["phone"], "+201000001843");
    assert_eq!(after["contact"]["user_id"], "EG.9001002999");
    assert_eq!(after["unread_count"], before["unread_count"], "a note of the system asks for no answer");
    house.receive(heba_on("+201000001843").says("أنا من الرقم الجديد").1).await;
    house.receive(Writer::by_user_id("EG.9001002999").says("وبالمعرف الجديد").1).await;
    // What was under way under the old id still finds her.
    house.receive(Writer::by_user_id("EG.9001002003").says("وبالقديم").1).await;
    house.applied().await;
    assert_eq!(house.conversations().await.len(), 1);
    assert_eq!(house.messages(before["id"].as_str().unwrap()).await.len(), 5);
}

async fn a_user_id_that_changed_leads_to_the_same_customer(place: &Place) {
    let house = House::open(place).await;
    house.receive(fixture("text", &[])).await;
    house.receive(user_id_update("EG.9001002003", "EG.NEW1")).await;
    house.receive(Writer::by_user_id("EG.NEW1").says("أنا هبة").1).await;
    house.receive(user_id_update("EG.9001002003", "EG.NEW1")).await;
    // Of someone who never wrote, nothing is made up.
    house.receive(user_id_update("EG.NOBODY", "EG.NEW2").into_iter().collect::<Vec<u8>>()).await;
    house.applied().await;
    let all = house.conversations().await;
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!(all[0]["contact"]["phone"], "+201000001842");
    assert_eq!(house.quarantine().await, Vec::<Value>::new());
}

async fn a_number_of_somebody_else_stays_theirs(place: &Place) {
    let house = House::open(place).await;
    house.receive(fixture("text", &[])).await;
    let nour = heba_on("+201000001843");
    house.receive(nour.says("أنا نور").1).await;
    house.receive(fixture("system", &[])).await;
    house.applied().await;
    let nours = house.conversation_of(&nour).await;
    assert_eq!(nours["contact"]["phone"], "+201000001843");
    let all = house.conversations().await;
    assert_eq!(all.len(), 2, "two people are never merged silently");
    let hebas = all.iter().find(|row| row["id"] != nours["id"]).unwrap();
    assert_eq!(hebas["contact"]["phone"], "+201000001842", "{hebas}");
    assert_eq!(hebas["contact"]["user_id"], "EG.9001002999");
}

async fn an_old_number_given_to_another_person_is_another_customer(place: &Place) {
    let house = House::open(place).await;
    house.receive(fixture("text", &[])).await;
    house.receive(fixture("system", &[])).await;
    let stranger = heba_on("+201000001842");
    house.receive(stranger.says("الرقم ده بقى بتاعي").1).await;
    house.applied().await;
    assert_eq!(house.conversations().await.len(), 2);
}
