use app::domain::agent::Role;
use app::domain::channel::{ChannelBrief, ReadReceipts};
use app::domain::ids::ChannelId;
use app::domain::permission::Action;
use app::live::protocol::LiveEvent;
use app::store::channels::{self, Channel};

use crate::house::{NOW, agent, channel, hand_to, log, new_channel, permit};
use crate::support::TestDb;

both![
    a_number_is_read_back_as_it_was_added,
    a_phone_number_id_is_connected_once,
    an_update_replaces_what_an_admin_may_change,
    an_update_ends_a_pause,
    a_pause_keeps_its_first_reason,
    a_number_for_some_is_told_to_those_it_concerns,
    a_number_opened_again_is_told_to_the_others,
    members_and_memberships_agree,
    the_members_of_no_number_change_nothing,
    an_unanswered_number_is_told_once,
    meta_sets_a_number_s_rate_and_an_admin_may_lower_it,
];

async fn held(db: &TestDb, id: &ChannelId) -> Channel {
    look!(db, read => channels::by_id(&mut read.conn(), id)).expect("the number is there")
}

async fn a_number_is_read_back_as_it_was_added(db: TestDb) {
    let mut new = new_channel("shop");
    (new.brief.coexistence, new.brief.simulated, new.members_only) = (true, true, true);
    new.brief.read_receipts = ReadReceipts::Off;
    assert!(commit!(db, tx => channels::insert(&mut tx, &new)));
    let second = channel(&db, "clinic").await;
    assert_eq!(held(&db, &new.brief.id).await, new);
    assert_eq!(look!(db, read => channels::all(&mut read.conn())), [new.clone(), second.clone()]);
    assert_eq!(look!(db, read => channels::by_id(&mut read.conn(), &ChannelId::new())), None);
    let told = [new, second].map(|channel| LiveEvent::Channel { channel: Box::new(channel.brief) });
    assert_eq!(log(&db).await, told);
}

async fn a_phone_number_id_is_connected_once(db: TestDb) {
    let first = channel(&db, "shop").await;
    let again = new_channel("shop");
    assert_ne!(first.brief.id, again.brief.id);
    assert!(!commit!(db, tx => channels::insert(&mut tx, &again)));
    assert_eq!(look!(db, read => channels::all(&mut read.conn())), [first]);
    assert_eq!(log(&db).await.len(), 1);
}

async fn an_update_replaces_what_an_admin_may_change(db: TestDb) {
    let before = channel(&db, "shop").await;
    let other = channel(&db, "clinic").await;
    let after = Channel {
        brief: ChannelBrief {
            name: "Shop, Nasr City".to_owned(),
            display_phone: "+20227654321".to_owned(),
            read_receipts: ReadReceipts::OnReply,
            ..before.brief.clone()
        },
        access_token_sealed: "token 2".to_owned(),
        app_secret_sealed: "secret 2".to_owned(),
        previous_app_secret_sealed: Some("sealed secret".to_owned()),
        verify_token_sealed: "word 2".to_owned(),
        ..before
    };
    commit!(db, tx => channels::update(&mut tx, &after, NOW));
    assert_eq!(held(&db, &after.brief.id).await, after);
    assert_eq!(held(&db, &other.brief.id).await, other, "no other number is touched");
    assert_eq!(log(&db).await.last(), Some(&LiveEvent::Channel { channel: Box::new(after.brief) }));
}

async fn an_update_ends_a_pause(db: TestDb) {
    let shop = channel(&db, "shop").await;
    commit!(db, tx => channels::pause(&mut tx, &shop.brief.id, 190, NOW));
    let paused = held(&db, &shop.brief.id).await;
    assert_eq!(paused.brief.paused_code, Some(190));
    commit!(db, tx => channels::update(&mut tx, &paused, NOW));
    assert_eq!(held(&db, &shop.brief.id).await.brief.paused_code, None);
    assert_eq!(log(&db).await.last(), Some(&LiveEvent::Channel { channel: Box::new(shop.brief) }));
}

async fn a_pause_keeps_its_first_reason(db: TestDb) {
    let shop = channel(&db, "shop").await;
    commit!(db, tx => channels::pause(&mut tx, &shop.brief.id, 190, NOW));
    let paused = held(&db, &shop.brief.id).await.brief;
    assert_eq!(log(&db).await.last(), Some(&LiveEvent::Channel { channel: Box::new(paused.clone()) }));
    commit!(db, tx => channels::pause(&mut tx, &shop.brief.id, 368, NOW + 1));
    commit!(db, tx => channels::pause(&mut tx, &ChannelId::new(), 368, NOW + 1));
    assert_eq!(held(&db, &shop.brief.id).await.brief, paused);
    assert_eq!(log(&db).await.len(), 2, "added, paused once");
}

async fn a_number_for_some_is_told_to_those_it_concerns(db: TestDb) {
    let shop = channel(&db, "shop").await;
    agent(&db, "admin", Role::Admin).await;
    let (inside, outside) = (agent(&db, "mona", Role::Agent).await, agent(&db, "ali", Role::Supervisor).await);
    let told_before = log(&db).await.len();
    hand_to(&db, &shop, &[&inside]).await;
    assert!(held(&db, &shop.brief.id).await.members_only);
    let lost =
        LiveEvent::Access { agent_id: outside.brief.id.clone(), channel_id: shop.brief.id.clone(), granted: false };
    assert_eq!(log(&db).await[told_before..], [lost], "neither the member nor the admin lost anything");

    hand_to(&db, &shop, &[&inside]).await;
    assert_eq!(log(&db).await.len(), told_before + 1, "the same members again change nothing");

    hand_to(&db, &shop, &[&outside]).await;
    let access = |agent: &app::store::agents::Agent, granted| LiveEvent::Access {
        agent_id: agent.brief.id.clone(),
        channel_id: shop.brief.id.clone(),
        granted,
    };
    assert_eq!(log(&db).await[told_before + 1..], [access(&inside, false), access(&outside, true)]);
}

async fn a_number_opened_again_is_told_to_the_others(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let (inside, outside) = (agent(&db, "mona", Role::Agent).await, agent(&db, "ali", Role::Agent).await);
    hand_to(&db, &shop, &[&inside]).await;
    commit!(db, tx => channels::set_members(&mut tx, &shop.brief.id, None, NOW));
    assert!(!held(&db, &shop.brief.id).await.members_only);
    assert_eq!(look!(db, read => channels::members(&mut read.conn(), &shop.brief.id)), []);
    let gained = LiveEvent::Access { agent_id: outside.brief.id, channel_id: shop.brief.id, granted: true };
    assert_eq!(log(&db).await.last(), Some(&gained));
}

async fn members_and_memberships_agree(db: TestDb) {
    let (shop, clinic) = (channel(&db, "shop").await, channel(&db, "clinic").await);
    let (mona, ali) = (agent(&db, "mona", Role::Agent).await, agent(&db, "ali", Role::Agent).await);
    hand_to(&db, &shop, &[&ali, &mona]).await;
    hand_to(&db, &clinic, &[&ali]).await;
    let members = look!(db, read => channels::members(&mut read.conn(), &shop.brief.id));
    assert_eq!(members, [mona.brief.id.clone(), ali.brief.id.clone()]);
    let of = async |agent: &app::store::agents::Agent| look!(db, read => channels::memberships(&mut read.conn(), &agent.brief.id));
    assert_eq!(of(&mona).await, std::slice::from_ref(&shop.brief.id));
    assert_eq!(of(&ali).await, [shop.brief.id.clone(), clinic.brief.id.clone()]);
}

async fn the_members_of_no_number_change_nothing(db: TestDb) {
    let mona = agent(&db, "mona", Role::Agent).await;
    let shop = channel(&db, "shop").await;
    let nobody = app::domain::ids::AgentId::new();
    commit!(db, tx => channels::set_members(&mut tx, &ChannelId::new(), Some(&[]), NOW));
    let both = [mona.brief.id.clone(), nobody];
    commit!(db, tx => channels::set_members(&mut tx, &shop.brief.id, Some(&both), NOW));
    let members = look!(db, read => channels::members(&mut read.conn(), &shop.brief.id));
    assert_eq!(members, [mona.brief.id], "who is not in the house is left out");
}

async fn an_unanswered_number_is_told_once(db: TestDb) {
    let shop = channel(&db, "shop").await;
    let told = log(&db).await.len();
    for since_ms in [Some(NOW), Some(NOW + 5), None, None] {
        commit!(db, tx => channels::set_unanswered(&mut tx, &shop.brief.id, since_ms, NOW + 9));
        let first = since_ms.map(|_| NOW);
        assert_eq!(held(&db, &shop.brief.id).await.brief.unanswered_since_ms, first, "the first moment stays");
    }
    let events: Vec<_> = log(&db).await.split_off(told);
    let expected = [Some(NOW), None].map(|since_ms| LiveEvent::Channel {
        channel: Box::new(ChannelBrief { unanswered_since_ms: since_ms, ..shop.brief.clone() }),
    });
    assert_eq!(events, expected);
}

async fn meta_sets_a_number_s_rate_and_an_admin_may_lower_it(db: TestDb) {
    use app::domain::pace::Rate;
    let shop = channel(&db, "shop").await;
    let mona = agent(&db, "mona", Role::Admin).await;
    let other = Channel { rate: Rate::coexistence(), ..new_channel("phone") };
    assert!(commit!(db, tx => channels::insert(&mut tx, &other)));
    let rate = async |channel: &Channel| held(&db, &channel.brief.id).await.rate;
    assert_eq!((rate(&shop).await.per_second(), rate(&other).await.per_second()), (80, 20));
    let raise = async || commit!(db, tx => channels::set_max_per_second(&mut tx, &shop.brief.id, 1_000));
    assert_eq!((raise().await, raise().await), (true, false), "only news is news");
    assert_eq!(rate(&shop).await.per_second(), 1_000);
    let permit = permit(&mona, Action::ManageChannels);
    for (own, expected) in [(Some(10), 10), (None, 1_000)] {
        commit!(db, tx => channels::set_own_per_second(&mut tx, &permit, &shop.brief.id, own));
        assert_eq!(rate(&shop).await, Rate { max_per_second: 1_000, own_per_second: own });
        assert_eq!(rate(&shop).await.per_second(), expected);
    }
    assert_eq!(rate(&other).await.per_second(), 20, "no other number is touched");
}
