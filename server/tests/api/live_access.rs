//! The live line's door, and who sees what through it.

use app::error::AppError;
use app::live::protocol::{ClientFrame, ServerFrame};
use serde_json::{Value, json};
use server::simulator::FakeNumber;
use tokio_tungstenite::tungstenite::{self, Message};

use crate::harness::{ADMIN, AHMED, Agent, House, KARIM, Place, SARA, Tab, Writer, connect, connect_line, eventually};

both!(
    only_our_own_pages_open_a_line,
    lines_that_speak_otherwise_are_closed,
    what_one_may_not_see_does_not_exist,
    members_come_and_go_while_they_watch,
    who_is_disabled_is_out_at_once,
    a_new_role_begins_with_a_new_sign_in,
    supervisors_watch_and_admins_see_all,
);

async fn only_our_own_pages_open_a_line(place: &Place) {
    let house = House::open(place).await;
    let cookie = Agent::sign_in(&house, AHMED).await.cookie;
    let url = house.url();
    let port = house.server.address.port();
    let localhost = format!("http://localhost:{port}");
    let person = format!("http://mona.localhost:{port}");
    let elsewhere = format!("http://127.0.0.1:{}", port ^ 1);
    let cookie = ("cookie", cookie.as_str());
    for (name, headers, expected) in [
        ("our page", vec![cookie, ("origin", url.as_str())], 101),
        ("localhost", vec![cookie, ("origin", localhost.as_str())], 101),
        ("a name of localhost", vec![cookie, ("origin", person.as_str())], 101),
        ("a browser that says so", vec![cookie, ("sec-fetch-site", "same-origin")], 101),
        ("no origin", vec![cookie], 403),
        ("another site", vec![cookie, ("origin", "https://evil.example")], 403),
        ("another port", vec![cookie, ("origin", elsewhere.as_str())], 403),
        ("no site at all", vec![cookie, ("origin", "null")], 403),
        ("cross-site", vec![cookie, ("origin", url.as_str()), ("sec-fetch-site", "cross-site")], 403),
        ("same-site", vec![cookie, ("origin", url.as_str()), ("sec-fetch-site", "same-site")], 403),
        ("signed out", vec![("origin", url.as_str())], 401),
        ("a made-up session", vec![("cookie", "__Host-majlis=x"), ("origin", url.as_str())], 401),
    ] {
        let status = match connect_line(&url, &headers).await {
            Ok(_) => 101,
            Err(tungstenite::Error::Http(answer)) => answer.status().as_u16(),
            Err(error) => panic!("{name}: {error}"),
        };
        assert_eq!(status, expected, "{name}");
    }
    let key = format!("Bearer {}", house.key);
    let refused = connect_line(&url, &[("authorization", &key), ("origin", &url)]).await;
    assert!(refused.is_err(), "a key has no eyes");
}

async fn lines_that_speak_otherwise_are_closed(place: &Place) {
    let house = House::open(place).await;
    let ahmed = Agent::sign_in(&house, AHMED).await;
    let watch = r#"{"frame":"watch","list":null,"thread":null"#;
    for (name, message) in [
        ("binary", Message::binary(b"{}".to_vec())),
        ("no JSON", Message::text("hello")),
        ("an unknown frame", Message::text(r#"{"frame":"dance"}"#)),
        ("an unknown key", Message::text(format!(r#"{watch},"more":1}}"#))),
        ("oversized", Message::text(format!("{watch}{}}}", " ".repeat(64 * 1024)))),
    ] {
        let mut tab = Tab::open(&ahmed, None).await;
        tab.say_raw(message).await;
        assert_eq!(tab.until_end().await, None, "{name}: closed without a word");
    }
    // The premise: what the protocol knows keeps the line open.
    let mut tab = Tab::open(&ahmed, None).await;
    tab.say(&ClientFrame::Pong).await;
    tab.say_raw(Message::text(format!("{watch}{}}}", " ".repeat(60 * 1024)))).await;
    tab.watch().await;
    house.receive(Writer::nth(1).says("أهلًا").1).await;
    tab.until("a message", |view| !view.list.rows.is_empty()).await;
}

/// A second number that only Ahmed (and admins) see, with a customer on each number.
struct TwoNumbers {
    books: FakeNumber,
    books_id: String,
    shop: String,
    secret: String,
}

async fn two_numbers(house: &House<'_>, admin: &Agent) -> TwoNumbers {
    let books = FakeNumber {
        phone_number_id: "300000000000002".to_owned(),
        display_phone: "+201000000200".to_owned(),
        ..FakeNumber::example()
    };
    let books_id = connect(house.place, &books, "books-token").await;
    let ahmed = Agent::sign_in(house, AHMED).await.load(&Default::default(), None).await.me.id;
    let members = json!({ "id": books_id, "members": [ahmed] });
    admin.call::<()>("channels/members", members).await.unwrap();
    let shop = house.conversation_with(&Writer::nth(1)).await;
    let secret = house.conversation_with(&Writer::nth(2).to(&books)).await;
    TwoNumbers { books, books_id, shop, secret }
}

async fn what_one_may_not_see_does_not_exist(place: &Place) {
    let house = House::open(place).await;
    let admin = Agent::sign_in(&house, ADMIN).await;
    let numbers = two_numbers(&house, &admin).await;
    let sara = Agent::sign_in(&house, SARA).await;
    // She asks for the secret thread too; it comes as none.
    let mut hers = Tab::open(&sara, Some(&numbers.secret)).await;
    assert_eq!(hers.view.thread, None);
    assert_eq!((hers.view.list.rows.len(), hers.view.channels.len()), (1, 1));
    let mut his = Tab::open(&Agent::sign_in(&house, AHMED).await, Some(&numbers.secret)).await;
    assert_eq!((his.view.list.rows.len(), his.view.channels.len()), (2, 2));
    // And the line asked for by hand tells nothing either.
    let thread = his.view.thread.as_ref().unwrap();
    let watched = app::live::protocol::WatchThread { conversation_id: thread.row.id.clone(), since: 0 };
    hers.say(&ClientFrame::Watch { list: None, thread: Some(watched) }).await;
    house.receive(Writer::nth(2).to(&numbers.books).says("سر تاني").1).await;
    his.until("he sees it", |view| view.list.rows[0].unread_count >= 2).await;
    hers.watch().await;
    house.receive(Writer::nth(1).says("مش سر").1).await;
    while hers.view.list.rows[0].unread_count < 2 {
        let frame = hers.frame().await.unwrap();
        assert!(!format!("{frame:?}").contains("سر تاني"), "{frame:?}");
        if let ServerFrame::Event { seq, event } = frame {
            app::live::view::apply(&mut hers.view, seq, &event);
        }
    }
    let not_found = Err(AppError::NotFound);
    let (there, nowhere) = (json!(numbers.secret), json!("0198c0de-0000-7000-8000-000000000000"));
    for id in [&there, &nowhere] {
        assert_eq!(sara.call::<Value>("inbox/open", json!({ "id": id })).await, not_found);
        let older = json!({ "id": id, "before_seq": 100 });
        assert_eq!(sara.call::<Value>("inbox/older", older).await, not_found);
        let sent = sara.send(id.as_str().unwrap(), "x", "m1").await;
        assert_eq!(sent, Err(AppError::NotFound));
        assert_eq!(sara.mark_read(id.as_str().unwrap(), 5).await, Err(AppError::NotFound));
    }
    let filter = json!({ "channel_id": numbers.books_id, "status": null, "assignee_id": null });
    let narrowed: Value = sara.call("inbox/load", json!({ "filter": filter, "open": null })).await.unwrap();
    assert_eq!(narrowed["list"]["rows"], json!([]));
    // A message of a conversation she may not see cannot be sent again, nor answered from elsewhere.
    let secret = house.messages(&numbers.secret).await[0]["id"].clone();
    let resend = json!({ "message_id": secret, "client_msg_id": "m2" });
    assert_eq!(sara.call::<Value>("inbox/resend", resend).await, not_found);
}

async fn members_come_and_go_while_they_watch(place: &Place) {
    let house = House::open(place).await;
    let admin = Agent::sign_in(&house, ADMIN).await;
    let numbers = two_numbers(&house, &admin).await;
    let sara = Agent::sign_in(&house, SARA).await;
    let mut hers = Tab::open(&sara, Some(&numbers.shop)).await;
    let me = hers.view.me.id.clone();
    let members = async |members: Value| {
        admin.call::<()>("channels/members", json!({ "id": numbers.books_id, "members": members })).await.unwrap();
    };
    members(json!([me])).await;
    hers.until("she sees the number", |view| view.list.rows.len() == 2 && view.channels.len() == 2).await;
    hers.until_fresh().await;
    members(json!([])).await;
    hers.until("it is gone", |view| view.list.rows.len() == 1 && view.channels.len() == 1).await;
    house.receive(Writer::nth(2).to(&numbers.books).says("سر").1).await;
    house.receive(Writer::nth(1).says("مش سر").1).await;
    hers.until("the open one goes on", |view| view.list.rows[0].unread_count == 2).await;
    hers.until_fresh().await;
    assert_eq!(hers.view.list.rows.len(), 1);
    members(Value::Null).await;
    hers.until("for everyone again", |view| view.list.rows.len() == 2).await;
    hers.until_fresh().await;
}

async fn who_is_disabled_is_out_at_once(place: &Place) {
    let house = House::open(place).await;
    let admin = Agent::sign_in(&house, ADMIN).await;
    let sara = Agent::sign_in(&house, SARA).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let mut hers = Tab::open(&sara, Some(&conversation)).await;
    let mut watching = Tab::open(&admin, None).await;
    let id = hers.view.me.id.clone();
    let access = json!({ "id": id, "role": "agent", "disabled": true });
    admin.call::<()>("people/access", access).await.unwrap();
    assert_eq!(hers.until_end().await, Some(ServerFrame::SignedOut));
    assert_eq!(sara.send(&conversation, "لسه هنا", "m1").await, Err(AppError::SignedOut));
    let page = sara.page("/inbox").await.expect(303);
    assert!(page.header("location").starts_with("/signin"), "{page:?}");
    watching.until("colleagues see it", |view| view.agents.iter().any(|agent| agent.id == id && agent.disabled)).await;
    let fields = [("email", SARA), ("password", crate::harness::PASSWORD)];
    crate::harness::read(crate::harness::post_form(&house.http, "/session", &fields)).await.expect(422);
    let refused = connect_line(&house.url(), &[("cookie", &sara.cookie), ("origin", &house.url())]).await;
    assert!(matches!(refused, Err(tungstenite::Error::Http(answer)) if answer.status() == 401));
}

async fn a_new_role_begins_with_a_new_sign_in(place: &Place) {
    let house = House::open(place).await;
    let admin = Agent::sign_in(&house, ADMIN).await;
    let ahmed = Agent::sign_in(&house, AHMED).await;
    let mut his = Tab::open(&ahmed, None).await;
    let me = his.view.me.id.clone();
    let refused = ahmed.call::<Value>("people/list", json!({})).await;
    assert_eq!(refused, Err(AppError::Forbidden));
    admin.call::<()>("people/access", json!({ "id": me, "role": "admin", "disabled": false })).await.unwrap();
    assert_eq!(his.until_end().await, Some(ServerFrame::SignedOut));
    let ahmed = Agent::sign_in(&house, AHMED).await;
    ahmed.call::<Value>("people/list", json!({})).await.unwrap();
    // Of two admins one may go, the last one stays.
    let mona = admin.load(&Default::default(), None).await.me.id;
    ahmed.call::<()>("people/access", json!({ "id": mona, "role": "agent", "disabled": false })).await.unwrap();
    let last = ahmed.call::<()>("people/access", json!({ "id": me, "role": "agent", "disabled": false })).await;
    assert_eq!(last, Err(AppError::LastAdmin));
}

async fn supervisors_watch_and_admins_see_all(place: &Place) {
    let house = House::open(place).await;
    let admin = Agent::sign_in(&house, ADMIN).await;
    let numbers = two_numbers(&house, &admin).await;
    let karim = Agent::sign_in(&house, KARIM).await;
    assert_eq!(karim.load(&Default::default(), None).await.list.rows.len(), 1, "supervisors see their numbers");
    let mut all = Tab::open(&admin, Some(&numbers.secret)).await;
    assert_eq!(all.view.list.rows.len(), 2);
    house.receive(Writer::nth(2).to(&numbers.books).says("سر").1).await;
    all.until("also what is not for everyone", |view| view.list.rows[0].unread_count >= 2).await;
    all.until_fresh().await;
    for function in ["channels/list", "people/list"] {
        assert_eq!(karim.call::<Value>(function, json!({})).await, Err(AppError::Forbidden), "{function}");
    }
}
