//! The live line: what happens is seen without asking, and after any absence the view is what a fresh one would be.

use app::domain::conversation::ListFilter;
use app::domain::ids::ChannelId;
use app::live::protocol::{ClientFrame, WatchList};
use server::simulator::{Behaviour, FakeNumber, Statuses, webhook};

use crate::harness::{AHMED, Agent, House, Place, SARA, Tab, Writer, connect, eventually};

both!(
    two_agents_see_a_message_without_asking,
    what_one_reads_is_read_for_all,
    a_tab_resumes_where_it_was,
    a_tab_resumes_over_a_crash,
    a_tab_too_far_behind_starts_anew,
    a_tab_ahead_of_the_log_starts_anew,
    a_tab_that_does_not_listen_harms_nobody,
    a_list_of_one_number_hears_of_that_number,
    what_commands_change_is_seen_in_open_tabs,
);

async fn two_agents_see_a_message_without_asking(place: &Place) {
    let house = House::open(place).await;
    let heba = Writer::nth(1);
    let conversation = house.conversation_with(&heba).await;
    let (ahmed, sara) = (Agent::sign_in(&house, AHMED).await, Agent::sign_in(&house, SARA).await);
    let mut his = Tab::open(&ahmed, Some(&conversation)).await;
    let mut hers = Tab::open(&sara, Some(&conversation)).await;
    house.receive(heba.says("حد موجود؟").1).await;
    house.receive(Writer::nth(2).says("أنا جديدة هنا").1).await;
    for tab in [&mut his, &mut hers] {
        tab.until("a message in the thread", |view| view.thread.as_ref().is_some_and(|t| t.messages.len() == 2)).await;
        tab.until("a new row on top", |view| view.list.rows.len() == 2).await;
        assert_eq!(tab.view.list.rows[1].unread_count, 2);
    }
    // Her answer is on his screen, and its ticks change in place.
    house.graph.next(Behaviour::normal().then(Statuses::read()));
    let sent = sara.send(&conversation, "معاكي سارة", "m1").await.unwrap();
    for tab in [&mut his, &mut hers] {
        tab.until("the answer was read", |view| {
            let thread = view.thread.as_ref().unwrap();
            thread.messages.iter().any(|message| message.id == sent.id && message.status.as_str() == "read")
        })
        .await;
        assert_eq!(tab.view.thread.as_ref().unwrap().messages.len(), 3);
        assert_eq!(tab.view.list.rows[0].last_message.as_ref().unwrap().id, sent.id);
        tab.until_fresh().await;
        assert_eq!(tab.resyncs, 0);
    }
}

async fn what_one_reads_is_read_for_all(place: &Place) {
    let house = House::open(place).await;
    let heba = Writer::nth(1);
    let conversation = house.conversation_with(&heba).await;
    let (ahmed, sara) = (Agent::sign_in(&house, AHMED).await, Agent::sign_in(&house, SARA).await);
    let mut hers = Tab::open(&sara, None).await;
    assert_eq!(hers.view.list.rows[0].unread_count, 1);
    ahmed.mark_read(&conversation, 1).await.unwrap();
    hers.until("nothing is unread", |view| view.list.rows[0].unread_count == 0).await;
    house.receive(heba.says("وكمان سؤال").1).await;
    hers.until("one is unread", |view| view.list.rows[0].unread_count == 1).await;
    // Both at once, on screens of different age: the newer one counts.
    let (older, newer) = tokio::join!(sara.mark_read(&conversation, 1), ahmed.mark_read(&conversation, 2));
    older.and(newer).unwrap();
    hers.until("nothing is unread again", |view| view.list.rows[0].unread_count == 0).await;
    assert_eq!(hers.view.list.rows[0].read_seq, 2);
    hers.until_fresh().await;
}

async fn a_tab_resumes_where_it_was(place: &Place) {
    let house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let mut tab = Tab::open(&Agent::sign_in(&house, AHMED).await, Some(&conversation)).await;
    tab.settle().await;
    for round in 0..3 {
        tab.disconnect();
        for n in 0..20 {
            house.receive(Writer::nth(n % 4).says(&format!("وانت مش هنا {round}")).1).await;
        }
        house.applied().await;
        tab.connect().await;
        tab.until_fresh().await;
    }
    assert_eq!(tab.resyncs, 0, "only what was missed is sent");
}

async fn a_tab_resumes_over_a_crash(place: &Place) {
    let mut house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let mut tab = Tab::open(&Agent::sign_in(&house, AHMED).await, Some(&conversation)).await;
    house.receive(Writer::nth(1).says("قبل ما تقع").1).await;
    house.server.kill();
    while tab.step().await {}
    house.start_again().await;
    house.receive(Writer::nth(1).says("وبعد ما قامت").1).await;
    tab.connect().await;
    tab.until("all is there", |view| view.thread.as_ref().unwrap().messages.len() == 3).await;
    tab.until_fresh().await;
    assert_eq!(tab.resyncs, 0);
}

/// Many texts of one customer in one webhook.
async fn receive_many(house: &House<'_>, count: usize, text: &str) {
    let now = app::ctx::now_ms();
    let values = (0..count).map(|_| Writer::nth(1).value(&webhook::new_wamid(), text, now)).collect();
    house.receive(webhook::body(&FakeNumber::example().number(), values)).await;
}

async fn a_tab_too_far_behind_starts_anew(place: &Place) {
    let house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let mut tab = Tab::open(&Agent::sign_in(&house, AHMED).await, Some(&conversation)).await;
    tab.settle().await;
    tab.disconnect();
    // More than a socket's queue holds.
    receive_many(&house, 300, "كتير").await;
    house.applied().await;
    // What is not published yet comes bit by bit, which is no falling behind.
    let mut raw = place.raw().await;
    let newest = raw.number("select value from counters where name = 'event'").await;
    raw.close().await;
    let sara = Agent::sign_in(&house, SARA).await;
    eventually("all is published", async || (Tab::open(&sara, None).await.told_head >= newest).then_some(())).await;
    tab.connect().await;
    tab.until("a fresh start", |view| view.list.rows[0].unread_count == 301).await;
    tab.until_fresh().await;
    assert!(tab.resyncs >= 1);
    house.receive(Writer::nth(1).says("وبعدها عادي").1).await;
    tab.until("life goes on", |view| view.list.rows[0].unread_count == 302).await;
    tab.until_fresh().await;
}

async fn a_tab_ahead_of_the_log_starts_anew(place: &Place) {
    let house = House::open(place).await;
    house.conversation_with(&Writer::nth(1)).await;
    let mut tab = Tab::open(&Agent::sign_in(&house, AHMED).await, None).await;
    tab.settle().await;
    let before = tab.resyncs;
    // It saw a database that is no more: a backup from before was put back.
    let ahead = WatchList { filter: ListFilter::default(), horizon: None, since: tab.view.list.seq + 1_000 };
    tab.say(&ClientFrame::Watch { list: Some(ahead), thread: None }).await;
    while tab.resyncs == before {
        assert!(tab.step().await);
    }
    house.receive(Writer::nth(2).says("أهلًا").1).await;
    tab.until("life goes on", |view| view.list.rows.len() == 2).await;
    tab.until_fresh().await;
}

async fn a_tab_that_does_not_listen_harms_nobody(place: &Place) {
    const COUNT: usize = 1_500;
    const AT_ONCE: usize = 300;
    let house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let mut deaf = Tab::open(&Agent::sign_in(&house, SARA).await, Some(&conversation)).await;
    let mut tab = Tab::open(&Agent::sign_in(&house, AHMED).await, None).await;
    // More than the road between takes in, so that the socket's queue runs over.
    for _ in 0..COUNT / AT_ONCE {
        receive_many(&house, AT_ONCE, &"كلام كتير ".repeat(300)).await;
    }
    tab.until("the other tab sees all", |view| view.list.rows[0].unread_count == COUNT as i64 + 1).await;
    tab.until_fresh().await;
    // When it listens again it is told to start anew; a tab that slept too long finds its line closed and comes back.
    deaf.settle().await;
    if deaf.resyncs == 0 {
        deaf.connect().await;
    }
    deaf.until_fresh().await;
    assert!(deaf.resyncs >= 1, "it cannot have got every event");
}

fn books() -> FakeNumber {
    FakeNumber {
        phone_number_id: "300000000000002".to_owned(),
        display_phone: "+201000000200".to_owned(),
        verified_name: "Rayhan Books".to_owned(),
        ..FakeNumber::example()
    }
}

async fn a_list_of_one_number_hears_of_that_number(place: &Place) {
    let house = House::open(place).await;
    let mut tab = Tab::open(&Agent::sign_in(&house, AHMED).await, None).await;
    let id = connect(place, &books(), "books-token").await;
    tab.until("the number appears", |view| view.channels.len() == 2).await;
    let filter = ListFilter { channel_id: Some(ChannelId::from_text(&id)), ..ListFilter::default() };
    tab.view = tab.agent.load(&filter, None).await;
    tab.watch().await;
    house.receive(Writer::nth(1).says("للمتجر").1).await;
    house.receive(Writer::nth(2).to(&books()).says("للكتب").1).await;
    tab.until("the number's row appears", |view| !view.list.rows.is_empty()).await;
    house.applied().await;
    tab.until_fresh().await;
    assert_eq!(tab.view.list.rows.len(), 1);
    assert_eq!(tab.view.list.rows[0].contact.phone.as_deref(), Some(Writer::nth(2).key()));
}

async fn what_commands_change_is_seen_in_open_tabs(place: &Place) {
    let house = House::open(place).await;
    let mut tab = Tab::open(&Agent::sign_in(&house, AHMED).await, None).await;
    let count = tab.view.agents.len();
    let add = ["user", "add", "--email", "nour@rayhan.example", "--name", "Nour", "--role", "agent"];
    place.majlis_with(&[&add[..], &["--password-stdin"]].concat(), "a password of hers").await.succeeded();
    tab.until("a colleague joins", |view| view.agents.len() == count + 1).await;
    tab.until_fresh().await;
}
