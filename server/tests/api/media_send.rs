//! Files that we send: uploaded here, given to Meta once, sent with the care of a text.

use reqwest::Method;
use serde_json::{Value, json};
use server::simulator::Behaviour;
use server::simulator::files::sample;

use crate::harness::{AHMED, Agent, Answer, House, KARIM, Place, Writer, eventually, read};

both!(
    a_picture_goes_out_with_its_words,
    the_same_file_is_given_to_meta_once,
    an_upload_that_fails_sends_nothing,
    a_refused_upload_fails_the_message,
    limits_are_named_before_anything_is_sent,
    recordings_become_voice_notes,
    metas_own_ids_and_addresses_can_be_sent,
    an_upload_is_its_writers_own,
    uploads_obey_the_rules_of_origins,
);

const PATH: &str = "/api/v1/messages";

fn picture() -> Vec<u8> {
    sample(app::domain::media::MediaKind::Image, 1).bytes.to_vec()
}

async fn upload(house: &House<'_>, query: &str, mime: &str, bytes: Vec<u8>) -> Answer {
    let path = format!("/media?channel_id={}{query}", house.channel_id);
    read(house.rest(Method::POST, &path).header("content-type", mime).body(bytes)).await
}

async fn uploaded(house: &House<'_>, query: &str, mime: &str, bytes: Vec<u8>) -> String {
    upload(house, query, mime, bytes).await.expect(201).json()["id"].as_str().unwrap().to_owned()
}

fn wish(conversation: &str, kind: &str, object: Value, client_msg_id: &str) -> Value {
    json!({ "conversation_id": conversation, "type": kind, kind: object, "client_msg_id": client_msg_id })
}

async fn queued(house: &House<'_>, wish: &Value) -> String {
    house.post(PATH, wish).await.expect(202).json()["id"].as_str().unwrap().to_owned()
}

fn uploads_at_meta(house: &House<'_>) -> usize {
    house.graph.ledger().requests_to("/media").len()
}

async fn a_picture_goes_out_with_its_words(place: &Place) {
    let house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let media = upload(&house, "&file_name=%D9%81.jpg", "image/jpeg", picture()).await.expect(201).json();
    assert_eq!(
        (&media["state"], &media["mime"], &media["file_name"]),
        (&json!("ready"), &json!("image/jpeg"), &json!("ف.jpg"))
    );
    let wish = wish(&conversation, "image", json!({ "media_id": media["id"], "caption": "كتالوج" }), "m1");
    let id = queued(&house, &wish).await;
    let message = house.message_becomes(&conversation, &id, "accepted").await;
    assert_eq!(
        (&message["kind"], &message["text"], &message["media"]["state"]),
        (&json!("image"), &json!("كتالوج"), &json!("ready"))
    );
    let sends = house.graph.ledger().sends();
    let [send] = &sends[..] else { panic!("{sends:?}") };
    let meta_id = send.object["id"].as_str().unwrap();
    assert_eq!(send.object, json!({ "id": meta_id, "caption": "كتالوج" }));
    let given = house.graph.shelf().get(meta_id).unwrap();
    assert_eq!((given.mime.as_str(), given.bytes.to_vec() == picture()), ("image/jpeg", true));
    assert_eq!(house.post(PATH, &wish).await.expect(202).json()["id"], json!(id), "the same wish again");
    let mut other = wish.clone();
    other["image"]["caption"] = json!("other");
    house.post(PATH, &other).await.problem(409, "client-msg-id-reused");
    assert_eq!((house.graph.ledger().sends().len(), uploads_at_meta(&house)), (1, 1));
    let sent = house.get(message["media"]["url"].as_str().unwrap()).await.expect(200);
    assert_eq!(sent.header("content-type"), "image/jpeg");
}

async fn the_same_file_is_given_to_meta_once(place: &Place) {
    let house = House::open(place).await;
    let conversations = house.conversations_with(&[Writer::nth(1), Writer::nth(2)]).await;
    let media = uploaded(&house, "", "application/pdf", b"%PDF-1.4 prices".to_vec()).await;
    for (n, conversation) in conversations.iter().enumerate() {
        let object = json!({ "media_id": media, "filename": "الأسعار.pdf" });
        let id = queued(&house, &wish(conversation, "document", object, &format!("m{n}"))).await;
        house.message_becomes(conversation, &id, "accepted").await;
    }
    let sends = house.graph.ledger().sends();
    assert_eq!((sends.len(), uploads_at_meta(&house)), (2, 1));
    assert_eq!(sends[0].object, sends[1].object);
    assert_eq!(sends[0].object["filename"], "الأسعار.pdf");
}

async fn an_upload_that_fails_sends_nothing(place: &Place) {
    let house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let media = uploaded(&house, "", "image/jpeg", picture()).await;
    house.graph.next_upload(Behaviour::hang_up());
    house.graph.next_upload(Behaviour::server_error());
    let id = queued(&house, &wish(&conversation, "image", json!({ "media_id": media }), "m1")).await;
    // A text behind it keeps its place.
    let text = house.send(&conversation, "بعد الصورة", "m2").await;
    house.message_becomes(&conversation, &text, "accepted").await;
    assert_eq!(house.message(&conversation, &id).await["status"], "accepted");
    let kinds: Vec<String> = house.graph.ledger().sends().into_iter().map(|send| send.kind).collect();
    assert_eq!(kinds, ["image", "text"]);
    assert_eq!(uploads_at_meta(&house), 3);
    assert_eq!(house.graph.ledger().requests_to("/messages").len(), 2, "each message was called once");
}

async fn a_refused_upload_fails_the_message(place: &Place) {
    let house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let media = uploaded(&house, "", "image/jpeg", picture()).await;
    house.graph.next_upload(Behaviour::refuse(131_053));
    let id = queued(&house, &wish(&conversation, "image", json!({ "media_id": media }), "m1")).await;
    let failed = house.message_becomes(&conversation, &id, "failed").await;
    assert_eq!(failed["error"]["code"], 131_053);
    assert_eq!(house.graph.ledger().sends().len(), 0);
    // Once more, at a person's word.
    let karim = Agent::sign_in(&house, KARIM).await;
    let arguments = json!({ "message_id": id, "client_msg_id": "again" });
    let again: app::domain::message::Message = karim.call("inbox/resend", arguments).await.unwrap();
    house.message_becomes(&conversation, again.id.as_str(), "accepted").await;
    assert_eq!(house.graph.ledger().sends().len(), 1);
}

async fn limits_are_named_before_anything_is_sent(place: &Place) {
    let house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let mut large = picture();
    large.resize(5 * 1_024 * 1_024 + 1, 0);
    let problem = upload(&house, "", "image/jpeg", large.clone()).await.problem(413, "too-large");
    assert_eq!(problem["max_bytes"], 5 * 1_024 * 1_024);
    upload(&house, "&kind=document", "image/jpeg", large).await.expect(201);
    let problem = upload(&house, "&kind=video", "video/mp4", picture()).await.problem(422, "invalid-field");
    assert_eq!((&problem["field"], &problem["mime"]), (&json!("file"), &json!("image/jpeg")));
    assert_eq!(upload(&house, "", "image/jpeg", Vec::new()).await.problem(422, "invalid-field")["field"], "file");
    for (query, field) in [
        ("&kind=film", "kind"),
        ("&voice=maybe", "voice"),
        ("&duration_ms=-1", "duration_ms"),
        ("&waveform=zz", "waveform"),
        ("&waveform=20", "waveform"),
    ] {
        assert_eq!(upload(&house, query, "image/jpeg", picture()).await.problem(422, "invalid-field")["field"], field);
    }
    let media = uploaded(&house, "", "image/jpeg", picture()).await;
    for (kind, object, field) in [
        ("image", json!({ "media_id": media, "caption": "x".repeat(1_025) }), "image.caption"),
        ("image", json!({ "media_id": "0198c0de" }), "image.media_id"),
        ("image", json!({}), "image.media_id"),
        ("image", json!({ "media_id": media, "link": "https://x.example/a.jpg" }), "image.media_id"),
        ("image", json!({ "link": "ftp://x.example/a.jpg" }), "image.link"),
        ("image", json!({ "id": "../me" }), "image.id"),
        ("image", json!({ "media_id": media, "filename": "a" }), "image.filename"),
        ("audio", json!({ "media_id": media, "caption": "a" }), "audio.caption"),
        ("video", json!({ "media_id": media }), "file"),
    ] {
        let problem = house.post(PATH, &wish(&conversation, kind, object, "m1")).await.problem(422, "invalid-field");
        assert_eq!(problem["field"], field, "{problem}");
    }
    assert_eq!(house.messages(&conversation).await.len(), 1);
    assert_eq!(uploads_at_meta(&house), 0);
}

async fn recordings_become_voice_notes(place: &Place) {
    let house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let recording = include_bytes!("../fixtures/media/note.webm").to_vec();
    let about = "&voice=true&duration_ms=1&waveform=00051f";
    let media = upload(&house, about, "audio/webm;codecs=opus", recording).await.expect(201).json();
    assert_eq!(
        (&media["mime"], &media["voice"], &media["waveform"]),
        (&json!("audio/ogg"), &json!(true), &json!([0, 5, 31]))
    );
    assert!((4_000..4_500).contains(&media["duration_ms"].as_i64().unwrap()), "the recording tells its own length");
    let object = json!({ "media_id": media["id"], "voice": true });
    let id = queued(&house, &wish(&conversation, "audio", object, "m1")).await;
    house.message_becomes(&conversation, &id, "accepted").await;
    let send = house.graph.ledger().sends().remove(0);
    assert_eq!(send.object["voice"], true);
    let given = house.graph.shelf().get(send.object["id"].as_str().unwrap()).unwrap();
    assert_eq!((given.mime.as_str(), &given.bytes[..4]), ("audio/ogg; codecs=opus", b"OggS".as_slice()));
    upload(&house, "&voice=true", "audio/webm", b"\x1a\x45\xdf\xa3webm".to_vec()).await.problem(422, "invalid-field");
}

async fn metas_own_ids_and_addresses_can_be_sent(place: &Place) {
    let house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let file = server::simulator::files::File { mime: "image/jpeg".to_owned(), bytes: picture().into(), name: None };
    let meta_id = house.graph.shelf().put(file);
    let id = queued(&house, &wish(&conversation, "image", json!({ "id": meta_id }), "m1")).await;
    house.message_becomes(&conversation, &id, "accepted").await;
    eventually("we have it, too", async || {
        (house.message(&conversation, &id).await["media"]["state"] == "ready").then_some(())
    })
    .await;
    let link = "https://shop.example/catalogue.jpg";
    let id = queued(&house, &wish(&conversation, "image", json!({ "link": link }), "m2")).await;
    let linked = house.message_becomes(&conversation, &id, "accepted").await;
    assert_eq!((&linked["media"]["state"], &linked["media"]["url"]), (&json!("linked"), &json!(link)));
    let sends = house.graph.ledger().sends();
    assert_eq!((&sends[0].object, &sends[1].object), (&json!({ "id": meta_id }), &json!({ "link": link })));
    assert_eq!(uploads_at_meta(&house), 0);
}

async fn an_upload_is_its_writers_own(place: &Place) {
    let house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let media = uploaded(&house, "", "image/jpeg", picture()).await;
    let ahmed = Agent::sign_in(&house, AHMED).await;
    house.get(&format!("/media/{media}")).await.expect(200);
    ahmed.page(&format!("/media/{media}")).await.problem(404, "not-found");
    let file = json!({ "file": { "conversation_id": conversation, "media_id": media, "kind": "image", "caption": "",
        "voice": false, "client_msg_id": "m1", "base_seq": 1 } });
    let refused = ahmed.call::<app::domain::message::Message>("inbox/send-file", file).await.unwrap_err();
    assert!(matches!(refused, app::error::AppError::InvalidField { .. }), "{refused:?}");
    assert_eq!(house.messages(&conversation).await.len(), 1);
}

async fn uploads_obey_the_rules_of_origins(place: &Place) {
    let house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let ahmed = Agent::sign_in(&house, AHMED).await;
    let path = format!("/media?conversation_id={conversation}");
    let post = |site: &str| {
        let request = ahmed.http.request(Method::POST, &path).header("cookie", &ahmed.cookie);
        request.header("sec-fetch-site", site).header("content-type", "image/jpeg").body(picture())
    };
    assert_eq!(read(post("cross-site")).await.status, 403);
    let media = read(post("same-origin")).await.expect(201).json();
    let file = json!({ "file": { "conversation_id": conversation, "media_id": media["id"], "kind": "image", "caption": "تفضلي",
        "voice": false, "client_msg_id": "m1", "base_seq": 1 } });
    let sent = ahmed.call::<app::domain::message::Message>("inbox/send-file", file).await.unwrap();
    house.message_becomes(&conversation, sent.id.as_str(), "accepted").await;
    let anybody = house.http.request(Method::POST, &path).header("sec-fetch-site", "same-origin").body(picture());
    read(anybody).await.problem(401, "unauthorized");
}
