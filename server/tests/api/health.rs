//! How Meta sees a number: told by webhooks, asked on the screen; and what customers chose to receive.

use app::api::channels::ChannelsPage;
use app::api::customer::CustomerDetails;
use app::ctx::now_ms;
use app::domain::consent::{Choice, MARKETING};
use app::domain::health::{FactKind, HealthCard, Level};
use app::domain::time::{DAY_MS, HOUR_MS};
use app::error::AppError;
use serde_json::json;
use server::simulator::management::{self, Change, body};
use server::simulator::{Behaviour, FakeNumber};

use crate::harness::{ADMIN, AHMED, Agent, House, Place, Tab, Writer, fixture};

both!(
    what_meta_tells_is_on_the_card_and_the_list,
    asking_meta_brings_the_card_up_to_date,
    a_refused_token_is_a_red_line_with_its_code,
    news_in_any_order_end_the_same,
    news_of_an_account_nobody_has_are_set_aside,
    a_throughput_upgrade_sets_the_rate,
    what_a_customer_chose_is_kept_with_its_proof,
    a_refusal_for_marketing_is_a_choice_too,
    the_card_is_for_admins,
);

async fn tell(house: &House<'_>, change: Change, at_ms: i64) {
    house.receive(body(&FakeNumber::example().number(), change, at_ms)).await;
}

async fn card(mona: &Agent, house: &House<'_>) -> HealthCard {
    mona.call("channels/health", json!({ "id": house.channel_id })).await.unwrap()
}

/// What the card says of a part: `value` and how bad it is.
fn said(card: &HealthCard, kind: FactKind) -> Vec<(String, Option<Level>)> {
    let of_kind = card.lines.iter().filter(|line| line.fact.kind == kind);
    of_kind.map(|line| (line.fact.value.clone(), line.level)).collect()
}

async fn what_meta_tells_is_on_the_card_and_the_list(place: &Place) {
    let house = House::open(place).await;
    let mona = Agent::sign_in(&house, ADMIN).await;
    let mut tab = Tab::open(&mona, None).await;
    let number = FakeNumber::example().number();
    let now = now_ms();
    for change in [
        management::quality(&number, "FLAGGED", Some("TIER_2K")),
        management::name(&number, "REJECTED", "Rayhan", Some("NAME_NOT_CONSISTENT")),
        management::security(&number, "PIN_CHANGED"),
        management::restriction("RESTRICTED_BIZ_INITIATED_MESSAGING", now + HOUR_MS),
        management::violation("SPAM"),
        management::alert("OBA_REJECTED", "WARNING", "ACTIVE"),
        management::review("APPROVED"),
        management::account("AD_ACCOUNT_LINKED"),
    ] {
        tell(&house, change, now).await;
    }
    house.receive(fixture("account_update", &[])).await;
    house.receive(Writer::nth(1).says("أهلًا").1).await;
    tab.until("all was told", |view| view.channels[0].health_version == 9).await;
    house.applied().await;
    let card = card(&mona, &house).await;
    let is = |value: &str, level| vec![(value.to_owned(), Some(level))];
    for (kind, expected) in [
        (FactKind::Sending, is("ok", Level::Green)),
        (FactKind::Quality, is("RED", Level::Red)),
        (FactKind::Limit, is("TIER_2K", Level::Green)),
        (FactKind::Name, is("REJECTED", Level::Red)),
        (FactKind::Security, is("PIN_CHANGED", Level::Amber)),
        (FactKind::Restriction, is("ACTIVE", Level::Red)),
        (FactKind::Violation, is("SPAM", Level::Amber)),
        (FactKind::Alert, is("WARNING", Level::Amber)),
        (FactKind::Review, is("APPROVED", Level::Green)),
        (FactKind::Connection, is("PARTNER_REMOVED", Level::Red)),
        (FactKind::Notice, is("AD_ACCOUNT_LINKED", Level::Green)),
        (FactKind::Token, vec![(String::new(), None)]),
    ] {
        assert_eq!(said(&card, kind), expected, "{kind}");
    }
    assert_eq!(card.level(), Level::Red);
    let page: ChannelsPage = mona.call("channels/list", json!({})).await.unwrap();
    assert_eq!(page.channels[0].health, Level::Red);
    assert_eq!(house.quarantine().await, Vec::<serde_json::Value>::new());
    // The same once more changes nothing, and nobody is woken.
    tell(&house, management::violation("SPAM"), now).await;
    tell(&house, management::account("ACCOUNT_RECONNECTED"), now).await;
    tab.until("only the second was news", |view| view.channels[0].health_version == 10).await;
    tab.until_fresh().await;
}

async fn asking_meta_brings_the_card_up_to_date(place: &Place) {
    let house = House::open(place).await;
    let mona = Agent::sign_in(&house, ADMIN).await;
    let number = FakeNumber::example().number();
    tell(&house, management::quality(&number, "FLAGGED", None), now_ms() - DAY_MS).await;
    house.applied().await;
    let asked: HealthCard = mona.call("channels/health-check", json!({ "id": house.channel_id })).await.unwrap();
    let green = |value: &str| vec![(value.to_owned(), Some(Level::Green))];
    for (kind, value) in [
        (FactKind::Token, "ok"),
        (FactKind::Status, "CONNECTED"),
        (FactKind::Quality, "GREEN"),
        (FactKind::Limit, "TIER_2K"),
        (FactKind::Throughput, "STANDARD"),
        (FactKind::Name, "APPROVED"),
        (FactKind::Review, "APPROVED"),
    ] {
        assert_eq!(said(&asked, kind), green(value), "{kind}");
    }
    assert_eq!(card(&mona, &house).await, asked, "and it is stored");
    house.receive(Writer::nth(1).says("أهلًا").1).await;
    crate::harness::eventually("Meta has called", async || {
        (said(&card(&mona, &house).await, FactKind::Webhook) == green("")).then_some(())
    })
    .await;
    house.graph.shutdown();
    let away = mona.call::<HealthCard>("channels/health-check", json!({ "id": house.channel_id })).await;
    assert_eq!(away, Err(AppError::MetaAway));
    assert_eq!(said(&card(&mona, &house).await, FactKind::Status), green("CONNECTED"), "what is known stays");
}

async fn a_refused_token_is_a_red_line_with_its_code(place: &Place) {
    let house = House::open(place).await;
    let mona = Agent::sign_in(&house, ADMIN).await;
    house.graph.replace_token(&FakeNumber::example().phone_number_id, "another-token");
    let asked: HealthCard = mona.call("channels/health-check", json!({ "id": house.channel_id })).await.unwrap();
    assert_eq!(said(&asked, FactKind::Token), [("190".to_owned(), Some(Level::Red))]);
    assert!(!format!("{asked:?}").contains(&FakeNumber::example().access_token), "no secret leaves");
}

async fn news_in_any_order_end_the_same(place: &Place) {
    let house = House::open(place).await;
    let mona = Agent::sign_in(&house, ADMIN).await;
    let now = now_ms();
    for (state, at_ms) in
        [("DISABLE", now - HOUR_MS), ("REINSTATE", now), ("SCHEDULE_FOR_DISABLE", now - DAY_MS), ("REINSTATE", now)]
    {
        tell(&house, management::ban(state, "April 17, 2026"), at_ms).await;
    }
    // A moment in the future is taken for now.
    tell(&house, management::review("PENDING"), now + DAY_MS).await;
    house.applied().await;
    assert_eq!(said(&card(&mona, &house).await, FactKind::Account), [("REINSTATE".to_owned(), Some(Level::Green))]);
    let reviewed: HealthCard = mona.call("channels/health-check", json!({ "id": house.channel_id })).await.unwrap();
    assert_eq!(said(&reviewed, FactKind::Review), [("APPROVED".to_owned(), Some(Level::Green))]);
}

async fn news_of_an_account_nobody_has_are_set_aside(place: &Place) {
    let house = House::open(place).await;
    let mut stranger = FakeNumber::example().number();
    stranger.waba_id = "299999999999999".to_owned();
    house.receive(body(&stranger, management::review("REJECTED"), now_ms())).await;
    let mut other = FakeNumber::example().number();
    other.display_phone = "+201000000900".to_owned();
    house.receive(body(&other, management::quality(&other, "FLAGGED", None), now_ms())).await;
    tell(&house, ("phone_number_quality_update", json!({})), now_ms()).await;
    house.receive(fixture("unknown_field", &[])).await;
    house.applied().await;
    assert_eq!(house.quarantine().await.len(), 4);
    let mona = Agent::sign_in(&house, ADMIN).await;
    assert_eq!(card(&mona, &house).await.level(), Level::Green, "the number here is not meant");
}

async fn a_throughput_upgrade_sets_the_rate(place: &Place) {
    let house = House::open(place).await;
    let mona = Agent::sign_in(&house, ADMIN).await;
    let number = FakeNumber::example().number();
    tell(&house, management::quality(&number, "THROUGHPUT_UPGRADE", None), now_ms()).await;
    house.applied().await;
    let page: ChannelsPage = mona.call("channels/list", json!({})).await.unwrap();
    assert_eq!(page.channels[0].rate.max_per_second, 1_000);
    // Meta's own answer is newer.
    let _: HealthCard = mona.call("channels/health-check", json!({ "id": house.channel_id })).await.unwrap();
    let page: ChannelsPage = mona.call("channels/list", json!({})).await.unwrap();
    assert_eq!(page.channels[0].rate.max_per_second, 80);
}

async fn details(agent: &Agent, id: &str) -> CustomerDetails {
    agent.call("customer/details", json!({ "id": id })).await.unwrap()
}

async fn what_a_customer_chose_is_kept_with_its_proof(place: &Place) {
    let house = House::open(place).await;
    let (heba, number) = (Writer::nth(1), FakeNumber::example().number());
    let id = house.conversation_with(&heba).await;
    let ahmed = Agent::sign_in(&house, AHMED).await;
    let mut tab = Tab::open(&ahmed, Some(&id)).await;
    let at = now_ms() / 1_000 * 1_000 - HOUR_MS;
    let chose = |choice, at_ms| management::preference(&number, &heba.customer, choice, at_ms);
    tell(&house, chose("stop", at), at).await;
    tab.until("the row says look again", |view| view.list.rows[0].contact.version == 1).await;
    let stopped = details(&ahmed, &id).await.consents;
    assert_eq!(stopped.len(), 1);
    assert_eq!((stopped[0].choice, stopped[0].category.as_str()), (Choice::Stop, MARKETING));
    assert_eq!((stopped[0].told_at_ms, stopped[0].words.contains("stop marketing")), (at, true), "{stopped:?}");
    assert!(stopped[0].stops_marketing());
    // Twice, and an older one late: the newest counts.
    tell(&house, chose("stop", at), at).await;
    tell(&house, chose("resume", at + 60_000), at).await;
    tell(&house, chose("stop", at - 60_000), at).await;
    tab.until("two more", |view| view.list.rows[0].contact.version == 3).await;
    assert_eq!(details(&ahmed, &id).await.consents[0].choice, Choice::Resume);
    tab.until_fresh().await;
    // Who never wrote is remembered too.
    let nour = Writer::nth(2);
    tell(&house, management::preference(&number, &nour.customer, "stop", at), at).await;
    house.applied().await;
    let id = house.conversation_with(&nour).await;
    assert_eq!(details(&ahmed, &id).await.consents[0].choice, Choice::Stop);
    assert_eq!(house.conversations().await.len(), 2);
    let strange = json!({ "user_preferences": [{ "wa_id": "201000000001", "value": "maybe" }],
        "metadata": { "phone_number_id": number.phone_number_id } });
    tell(&house, ("user_preferences", strange), at).await;
    house.applied().await;
    let set_aside = house.quarantine().await;
    assert!(set_aside[0]["place"].as_str().unwrap().ends_with("user_preferences[0]"), "{set_aside:?}");
}

async fn a_refusal_for_marketing_is_a_choice_too(place: &Place) {
    let house = House::open(place).await;
    let id = house.conversation_with(&Writer::nth(1)).await;
    house.graph.next(Behaviour::refuse(131_050));
    let message = house.send(&id, "عرض اليوم", "m1").await;
    house.message_becomes(&id, &message, "failed").await;
    let ahmed = Agent::sign_in(&house, AHMED).await;
    let consents = details(&ahmed, &id).await.consents;
    assert_eq!(consents.len(), 1);
    assert!(consents[0].stops_marketing(), "{consents:?}");
    house.graph.next(Behaviour::refuse(131_050));
    let message = house.send(&id, "عرض الغد", "m2").await;
    house.message_becomes(&id, &message, "failed").await;
    assert_eq!(details(&ahmed, &id).await.consents, consents, "once is enough");
}

async fn the_card_is_for_admins(place: &Place) {
    let house = House::open(place).await;
    let ahmed = Agent::sign_in(&house, AHMED).await;
    let id = json!({ "id": house.channel_id });
    for function in ["channels/health", "channels/health-check"] {
        assert_eq!(ahmed.call::<HealthCard>(function, id.clone()).await, Err(AppError::Forbidden), "{function}");
    }
    let mona = Agent::sign_in(&house, ADMIN).await;
    let nowhere = json!({ "id": "0198-none" });
    assert_eq!(mona.call::<HealthCard>("channels/health", nowhere).await, Err(AppError::NotFound));
}
