//! What goes out besides words, files and templates: things to tap, places, cards, reactions, and that somebody writes.

use app::domain::composed::{Ask, Button, Composed, FilePlace, Header, Interactive};
use app::domain::content::Part;
use app::domain::ids::MediaId;
use app::domain::media::MediaKind;
use app::domain::message::Message;
use app::error::{AppError, FieldProblem};
use serde_json::{Value, json};
use server::simulator::Behaviour;
use server::simulator::files::sample;

use crate::harness::{AHMED, Agent, House, KARIM, Place, Tab, Writer, eventually, read};

both!(
    meta_gets_its_own_object_and_the_thread_shows_it,
    every_limit_is_told_by_its_field,
    a_picture_stands_above_what_can_be_tapped,
    agents_put_a_file_above_what_can_be_tapped,
    what_failed_can_be_said_again,
    agents_send_the_same_and_may_quote,
    a_reaction_of_ours_stands_on_its_message,
    a_refused_reaction_says_so_where_it_stands,
    reactions_have_limits_of_their_own,
    customers_see_that_somebody_writes,
);

const PATH: &str = "/api/v1/messages";

fn wish(conversation: &str, kind: &str, object: Value, client_msg_id: &str) -> Value {
    json!({ "conversation_id": conversation, "type": kind, kind: object, "client_msg_id": client_msg_id })
}

async fn queued(house: &House<'_>, wish: &Value) -> String {
    house.post(PATH, wish).await.expect(202).json()["id"].as_str().unwrap().to_owned()
}

fn buttons() -> Value {
    json!({ "type": "button", "header": { "type": "text", "text": "موعد" }, "body": { "text": "نؤكد الموعد؟" },
        "footer": { "text": "ريحان" }, "action": { "buttons": [
            { "type": "reply", "reply": { "id": "yes", "title": "نعم" } },
            { "type": "reply", "reply": { "id": "no", "title": "لا" } }] } })
}

async fn meta_gets_its_own_object_and_the_thread_shows_it(place: &Place) {
    let house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let list = json!({ "type": "list", "body": { "text": "الفرع؟" }, "action": { "button": "الفروع", "sections": [
        { "rows": [{ "id": "b1", "title": "الزمالك", "description": "١٠-٩" }, { "id": "b2", "title": "المعادي" }] }] } });
    let sent = [
        ("interactive", buttons(), Some("نؤكد الموعد؟")),
        ("interactive", list, Some("الفرع؟")),
        (
            "interactive",
            json!({ "type": "cta_url", "body": { "text": "للدفع" }, "action": { "name": "cta_url",
                "parameters": { "display_text": "ادفع", "url": "https://pay.rayhan.example/1" } } }),
            Some("للدفع"),
        ),
        (
            "interactive",
            json!({ "type": "location_request_message", "body": { "text": "أين أنت؟" },
                "action": { "name": "send_location" } }),
            Some("أين أنت؟"),
        ),
        ("location", json!({ "latitude": "30.0596", "longitude": "31.2234", "name": "ريحان" }), None),
        (
            "contacts",
            json!([{ "name": { "formatted_name": "ليلى", "first_name": "ليلى" },
                "phones": [{ "phone": "+201000000900", "wa_id": "201000000900" }] }]),
            None,
        ),
    ];
    for (n, (kind, object, text)) in sent.iter().enumerate() {
        let wish = wish(&conversation, kind, object.clone(), &format!("m{n}"));
        let id = queued(&house, &wish).await;
        let message = house.message_becomes(&conversation, &id, "accepted").await;
        assert_eq!((&message["kind"], &message["text"]), (&json!(kind), &json!(text)), "{object}");
        assert_eq!(&message["payload"], object);
        assert_eq!(house.post(PATH, &wish).await.expect(202).json()["id"], json!(id), "the same wish again");
    }
    let sends = house.graph.ledger().sends();
    let told: Vec<_> = sends.iter().map(|send| (send.kind.as_str(), &send.object)).collect();
    let asked: Vec<_> = sent.iter().map(|(kind, object, _)| (*kind, object)).collect();
    assert_eq!(told, asked);
    let mut other = wish(&conversation, "interactive", buttons(), "m0");
    other["interactive"]["footer"]["text"] = json!("other");
    house.post(PATH, &other).await.problem(409, "client-msg-id-reused");
}

async fn every_limit_is_told_by_its_field(place: &Place) {
    let house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let with = |pointer: &str, value: Value| {
        let mut object = buttons();
        *object.pointer_mut(pointer).unwrap() = value;
        object
    };
    for (kind, object, field, problem) in [
        (
            "interactive",
            with("/action/buttons/1/reply/title", json!("x".repeat(21))),
            "interactive.action.buttons[1].reply.title",
            "too_long",
        ),
        (
            "interactive",
            with("/action/buttons/1/reply/title", json!("نعم")),
            "interactive.action.buttons[1].reply.title",
            "repeated",
        ),
        ("interactive", with("/action/buttons", json!([])), "interactive.action.buttons", "missing"),
        ("interactive", with("/body", json!({})), "interactive.body.text", "missing"),
        ("interactive", with("/type", json!("carousel")), "interactive.type", "unknown"),
        ("interactive", with("/action", json!({ "url": "x" })), "interactive.action.url", "unknown"),
        ("location", json!({ "latitude": "91", "longitude": "0" }), "location.latitude", "malformed"),
        ("contacts", json!([]), "contacts", "missing"),
        ("contacts", json!([{ "name": {} }]), "contacts[0].name.formatted_name", "missing"),
        ("interactive", Value::Null, "interactive", "missing"),
        ("interactive", json!("x"), "interactive", "malformed"),
    ] {
        let told = house.post(PATH, &wish(&conversation, kind, object, "m1")).await.problem(422, "invalid-field");
        assert_eq!((&told["field"], &told["problem"]), (&json!(field), &json!(problem)), "{told}");
    }
    assert_eq!(house.messages(&conversation).await.len(), 1);
    assert_eq!(house.graph.ledger().requests_to("/messages").len(), 0);
    house
        .post(
            PATH,
            &json!({ "channel_id": house.channel_id, "to": "+201000009999", "type": "location",
        "location": { "latitude": 1, "longitude": 1 }, "client_msg_id": "m2" }),
        )
        .await
        .problem(422, "window-closed");
}

async fn a_picture_stands_above_what_can_be_tapped(place: &Place) {
    let house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let picture = sample(MediaKind::Image, 1).bytes.to_vec();
    let path = format!("/media?channel_id={}", house.channel_id);
    let upload = house.rest(reqwest::Method::POST, &path).header("content-type", "image/jpeg").body(picture);
    let media = read(upload).await.expect(201).json();
    let mut object = buttons();
    object["header"] = json!({ "type": "image", "image": { "media_id": media["id"] } });
    house.graph.next(Behaviour::refuse(131_026));
    let id = queued(&house, &wish(&conversation, "interactive", object.clone(), "m1")).await;
    let failed = house.message_becomes(&conversation, &id, "failed").await;
    assert_eq!(failed["media"]["state"], "ready");
    // Once more, with the same file.
    let karim = Agent::sign_in(&house, KARIM).await;
    let again: Message =
        karim.call("inbox/resend", json!({ "message_id": id, "client_msg_id": "again" })).await.unwrap();
    house.message_becomes(&conversation, again.id.as_str(), "accepted").await;
    let send = house.graph.ledger().sends().remove(0);
    let meta_id = send.object["header"]["image"]["id"].as_str().unwrap();
    assert!(house.graph.shelf().get(meta_id).is_some());
    assert_eq!(send.object["action"], object["action"]);
    object["header"]["image"] = json!({ "media_id": "0198c0de" });
    let told = house.post(PATH, &wish(&conversation, "interactive", object, "m2")).await.problem(422, "invalid-field");
    assert_eq!(told["field"], "interactive.header.image.media_id");
}

async fn agents_put_a_file_above_what_can_be_tapped(place: &Place) {
    let house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let [ahmed, karim] = [Agent::sign_in(&house, AHMED).await, Agent::sign_in(&house, KARIM).await];
    let path = format!("/media?conversation_id={conversation}&kind=document&file_name=offer.pdf");
    let upload = ahmed.http.request(reqwest::Method::POST, &path).header("cookie", &ahmed.cookie);
    let upload = upload.header("sec-fetch-site", "same-origin").header("content-type", "application/pdf");
    let upload = read(upload.body(b"%PDF-1.7 offer".to_vec())).await.expect(201).json();
    let message = |id: &Value, name: &str| {
        let place = FilePlace::Ours(MediaId::from_text(id.as_str().unwrap().to_owned()));
        let header = Header::File { kind: MediaKind::Document, place, name: Some("العرض.pdf".to_owned()) };
        let ask = Ask::Link { label: "التفاصيل".to_owned(), url: "https://rayhan.example/offer".to_owned() };
        let interactive = Interactive { header: Some(header), body: "عرضنا".to_owned(), footer: None, ask };
        json!({ "message": { "conversation_id": conversation, "composed": Composed::Interactive(Box::new(interactive)),
            "client_msg_id": name, "base_seq": 1 } })
    };
    // Another's upload is nobody's who has not sent it.
    let refused = karim.call::<Message>("inbox/send-composed", message(&upload["id"], "k1")).await.unwrap_err();
    assert_eq!(refused, AppError::invalid("interactive.header.document.media_id", FieldProblem::Unknown));
    let sent: Message = ahmed.call("inbox/send-composed", message(&upload["id"], "a1")).await.unwrap();
    assert_eq!(sent.media.as_ref().unwrap().file_name.as_deref(), Some("العرض.pdf"));
    let Some(Part::Interactive(shown)) = sent.content.unwrap().part else { panic!() };
    assert_eq!(shown.file, Some(MediaKind::Document));
    house.message_becomes(&conversation, sent.id.as_str(), "accepted").await;
    let send = house.graph.ledger().sends().remove(0);
    assert_eq!(send.object["header"]["document"]["filename"], "العرض.pdf");
    assert!(house.graph.shelf().get(send.object["header"]["document"]["id"].as_str().unwrap()).is_some());
}

async fn what_failed_can_be_said_again(place: &Place) {
    let house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let karim = Agent::sign_in(&house, KARIM).await;
    for (n, (kind, object)) in [
        ("interactive", buttons()),
        ("location", json!({ "latitude": "30.1", "longitude": "31.2" })),
        ("contacts", json!([{ "name": { "formatted_name": "ليلى", "first_name": "ليلى" } }])),
    ]
    .into_iter()
    .enumerate()
    {
        house.graph.next(Behaviour::refuse(131_026));
        let id = queued(&house, &wish(&conversation, kind, object.clone(), &format!("m{n}"))).await;
        house.message_becomes(&conversation, &id, "failed").await;
        let arguments = json!({ "message_id": id, "client_msg_id": format!("again {n}") });
        let again: Message = karim.call("inbox/resend", arguments).await.unwrap();
        assert!(again.content.is_some(), "{kind}");
        house.message_becomes(&conversation, again.id.as_str(), "accepted").await;
        assert_eq!(house.graph.ledger().sends().last().unwrap().object, object);
    }
}

async fn agents_send_the_same_and_may_quote(place: &Place) {
    let house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let question = house.messages(&conversation).await.remove(0);
    let ahmed = Agent::sign_in(&house, AHMED).await;
    let ask = Ask::Buttons(vec![Button { id: "1".to_owned(), title: "نعم".to_owned() }]);
    let message = |body: &str| {
        let interactive = Interactive { header: None, body: body.to_owned(), footer: None, ask: ask.clone() };
        json!({ "message": { "conversation_id": conversation, "composed": Composed::Interactive(Box::new(interactive)),
            "client_msg_id": "m1", "base_seq": 1, "reply_to": question["id"] } })
    };
    let refused = ahmed.call::<Message>("inbox/send-composed", message(" ")).await.unwrap_err();
    assert_eq!(refused, AppError::invalid("interactive.body.text", FieldProblem::Missing));
    let sent: Message = ahmed.call("inbox/send-composed", message("تمام\0؟")).await.unwrap();
    let told = house.message_becomes(&conversation, sent.id.as_str(), "accepted").await;
    assert_eq!((&told["text"], &told["reply_to"]), (&json!("تمام؟"), &question["id"]), "no NUL is stored");
    let send = house.graph.ledger().sends().remove(0);
    assert_eq!(send.reply_to.as_deref(), question["wamid"].as_str());
}

async fn react(agent: &Agent, conversation: &str, message: &Value, emoji: &str, name: &str) -> Result<(), AppError> {
    let arguments = json!({ "conversation_id": conversation, "message_id": message["id"], "emoji": emoji,
        "client_msg_id": name });
    agent.call("inbox/react", arguments).await
}

async fn becomes(house: &House<'_>, conversation: &str, emoji: &str, status: &str) -> Value {
    eventually(&format!("{emoji} becomes {status}"), async || {
        let first = house.messages(conversation).await.into_iter().find(|message| message["seq"] == 1)?;
        let ours = first["reactions"].as_array()?.iter().find(|reaction| reaction["by"] == "business")?.clone();
        (ours["emoji"] == emoji && ours["status"] == status).then_some(ours)
    })
    .await
}

async fn a_reaction_of_ours_stands_on_its_message(place: &Place) {
    let house = House::open(place).await;
    let heba = Writer::nth(1);
    let conversation = house.conversation_with(&heba).await;
    let question = house.messages(&conversation).await.remove(0);
    let ahmed = Agent::sign_in(&house, AHMED).await;
    let mut tab = Tab::open(&ahmed, Some(&conversation)).await;
    let before = house.conversation(&conversation).await;
    react(&ahmed, &conversation, &question, "👍", "r1").await.unwrap();
    react(&ahmed, &conversation, &question, "👍", "r1").await.unwrap();
    becomes(&house, &conversation, "👍", "accepted").await;
    let send = house.graph.ledger().sends().remove(0);
    assert_eq!(send.object, json!({ "message_id": question["wamid"], "emoji": "👍" }));
    assert_eq!((send.kind.as_str(), send.reply_to), ("reaction", None));
    let after = house.conversation(&conversation).await;
    for field in ["unread_count", "last_activity_at_ms", "last_message"] {
        assert_eq!(after[field], before[field], "{field}");
    }
    assert_eq!(house.messages(&conversation).await.len(), 1, "it is no message of the thread");
    // A report moves it on, on its message.
    let callback = send.biz_opaque_callback_data.clone();
    house.receive(crate::harness::status_of(&heba, &send.wamid, "delivered", callback.as_deref())).await;
    becomes(&house, &conversation, "👍", "delivered").await;
    // Over REST by Meta's name: it takes the place of the last one, and is taken back.
    let reaction = |emoji: &str| json!({ "message_id": question["wamid"], "emoji": emoji });
    queued(&house, &wish(&conversation, "reaction", reaction("❤️"), "r2")).await;
    becomes(&house, &conversation, "❤️", "accepted").await;
    tab.until("the tab shows it on its message", |view| {
        let messages = &view.thread.as_ref().unwrap().messages;
        messages.len() == 1 && messages[0].reactions.iter().any(|reaction| reaction.emoji == "❤️")
    })
    .await;
    queued(&house, &wish(&conversation, "reaction", reaction(""), "r3")).await;
    eventually("it is taken back", async || {
        let first = house.messages(&conversation).await.remove(0);
        (first["reactions"] == json!([])).then_some(())
    })
    .await;
    let sends = house.graph.ledger().wait_for_sends(3).await;
    assert_eq!(sends[2].object["emoji"], "");
    tab.until_fresh().await;
}

async fn a_refused_reaction_says_so_where_it_stands(place: &Place) {
    let house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let question = house.messages(&conversation).await.remove(0);
    let karim = Agent::sign_in(&house, KARIM).await;
    house.graph.next(Behaviour::refuse(131_026));
    react(&karim, &conversation, &question, "🙏", "r1").await.unwrap();
    let failed = becomes(&house, &conversation, "🙏", "failed").await;
    assert_eq!(failed["error"]["code"], 131_026);
    let arguments = json!({ "message_id": failed["message_id"], "client_msg_id": "r2" });
    let _: Message = karim.call("inbox/resend", arguments).await.unwrap();
    becomes(&house, &conversation, "🙏", "accepted").await;
    assert_eq!(house.graph.ledger().sends().len(), 1);
}

async fn reactions_have_limits_of_their_own(place: &Place) {
    let house = House::open(place).await;
    let conversations = house.conversations_with(&[Writer::nth(1), Writer::nth(2)]).await;
    let question = house.messages(&conversations[0]).await.remove(0);
    let on = |wamid: &Value, emoji: &str| json!({ "message_id": wamid, "emoji": emoji });
    let wamid = &question["wamid"];
    for (conversation, object, field, problem) in [
        (0, on(wamid, "ok"), "reaction.emoji", "malformed"),
        (0, on(wamid, "👍👍"), "reaction.emoji", "malformed"),
        (0, json!({ "message_id": wamid }), "reaction.emoji", "missing"),
        (0, json!({ "emoji": "👍" }), "reaction.message_id", "missing"),
        (0, on(&json!("wamid.NOBODY"), "👍"), "reaction.message_id", "unknown"),
        (1, on(wamid, "👍"), "reaction.message_id", "unknown"),
    ] {
        let wish = wish(&conversations[conversation], "reaction", object, "r1");
        let told = house.post(PATH, &wish).await.problem(422, "invalid-field");
        assert_eq!((&told["field"], &told["problem"]), (&json!(field), &json!(problem)), "{told}");
    }
    let mut quoting = wish(&conversations[0], "reaction", on(wamid, "👍"), "r1");
    quoting["reply_to"] = question["id"].clone();
    assert_eq!(house.post(PATH, &quoting).await.problem(422, "invalid-field")["field"], "reply_to");
    place.raw().await.execute("update messages set sent_at_ms = sent_at_ms - 2592000001").await;
    let old = house.post(PATH, &wish(&conversations[0], "reaction", on(wamid, "👍"), "r1")).await;
    assert_eq!(old.problem(422, "invalid-field")["problem"], "too_old");
    assert_eq!(house.graph.ledger().requests_to("/messages").len(), 0);
}

async fn customers_see_that_somebody_writes(place: &Place) {
    let house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let ahmed = Agent::sign_in(&house, AHMED).await;
    let typing = async |agent: &Agent| agent.call::<()>("inbox/typing", json!({ "id": conversation })).await;
    typing(&ahmed).await.unwrap();
    let reads = house.graph.ledger().wait_for_reads(1).await;
    let question = house.messages(&conversation).await.remove(0);
    assert_eq!((reads[0].typing, json!(reads[0].wamid)), (true, question["wamid"].clone()));
    // Once while it lasts, whoever types.
    let karim = Agent::sign_in(&house, KARIM).await;
    typing(&karim).await.unwrap();
    typing(&ahmed).await.unwrap();
    let id = house.send(&conversation, "نعم", "m1").await;
    house.message_becomes(&conversation, &id, "accepted").await;
    assert_eq!(house.graph.ledger().reads().iter().filter(|read| read.typing).count(), 1);
    // It would tick what was only opened: a number that ticks otherwise shows nothing.
    let other = house.conversation_with(&Writer::nth(2)).await;
    place.raw().await.execute("update channels set read_receipts = 'on_reply'").await;
    ahmed.call::<()>("inbox/typing", json!({ "id": other })).await.unwrap();
    let id = house.send(&other, "نعم", "m2").await;
    house.message_becomes(&other, &id, "accepted").await;
    assert_eq!(house.graph.ledger().reads().iter().filter(|read| read.typing).count(), 1);
    let nobody = ahmed.call::<()>("inbox/typing", json!({ "id": "nobody" })).await;
    assert_eq!(nobody, Err(AppError::NotFound));
}
