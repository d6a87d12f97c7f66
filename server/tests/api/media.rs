//! Customers' files: fetched beside the messages, and told to nobody else.

use base64::Engine as _;
use reqwest::Method;
use serde_json::{Value, json};
use server::simulator::files::{File, sample};
use server::simulator::webhook::{self, Content, Incoming};
use server::simulator::{Behaviour, Moment};

use crate::harness::{AHMED, Agent, House, Place, Writer, eventually, read};

both!(
    a_customers_picture_is_fetched_and_served,
    row_37_text_never_waits_for_a_file,
    parts_of_a_file_are_served,
    what_could_do_harm_is_only_handed_over,
    a_file_is_for_those_who_see_its_conversation,
    row_37_a_message_without_a_usable_file_says_so,
    row_37_a_restart_goes_on_with_what_was_not_fetched,
);

/// A message with this file, as Meta would tell of it.
fn with_file(writer: &Writer, kind: &str, object: Value) -> Vec<u8> {
    let wamid = webhook::new_wamid();
    let content = Content::of(kind, object);
    let sent_at_ms = app::ctx::now_ms();
    let incoming =
        Incoming { customer: &writer.customer, wamid: &wamid, sent_at_ms, content: &content, reply_to: None };
    webhook::body(&writer.number.number(), vec![webhook::message(&writer.number.number(), &incoming)])
}

/// Puts a file at Meta; gives what a webhook says of it.
fn at_meta(house: &House<'_>, mime: &str, bytes: &[u8]) -> Value {
    let file = File { mime: mime.to_owned(), bytes: bytes.to_vec().into(), name: None };
    let sha256 = file.sha256();
    json!({ "id": house.graph.shelf().put(file), "mime_type": mime, "sha256": sha256 })
}

/// The file of the newest message, once it stands so.
async fn file_becomes(house: &House<'_>, conversation: &str, state: &str) -> Value {
    eventually(state, async || {
        let media = house.messages(conversation).await.into_iter().next()?["media"].clone();
        (media["state"] == state).then_some(media)
    })
    .await
}

/// Lets a customer send a file; gives it once it is here.
async fn arrives(house: &House<'_>, writer: &Writer, kind: &str, object: Value) -> Value {
    house.receive(with_file(writer, kind, object)).await;
    let conversation = house.conversation_of(writer).await["id"].as_str().unwrap().to_owned();
    file_becomes(house, &conversation, "ready").await
}

async fn a_customers_picture_is_fetched_and_served(place: &Place) {
    let house = House::open(place).await;
    let mut picture = sample(app::domain::media::MediaKind::Image, 0).bytes.to_vec();
    // Readers stop at the picture's end; a file of this size is worth a small copy.
    picture.resize(90_000, 0);
    let mut object = at_meta(&house, "image/jpeg", &picture);
    object["caption"] = json!("الفاتورة");
    let media = arrives(&house, &Writer::nth(1), "image", object).await;
    assert_eq!((&media["mime"], &media["size_bytes"]), (&json!("image/jpeg"), &json!(picture.len())));
    let url = media["url"].as_str().unwrap();
    assert_eq!(url, format!("/media/{}", media["id"].as_str().unwrap()));
    let response = house.rest(Method::GET, url).send().await.unwrap();
    assert_eq!(response.status(), 200);
    for (name, expected) in [
        ("content-type", "image/jpeg"),
        ("content-disposition", "inline"),
        ("x-content-type-options", "nosniff"),
        ("cache-control", "private, max-age=31536000, immutable"),
        ("accept-ranges", "bytes"),
    ] {
        assert_eq!(response.headers()[name], expected, "{name}");
    }
    assert!(response.headers()["content-security-policy"].to_str().unwrap().contains("sandbox"));
    assert_eq!(response.bytes().await.unwrap(), picture);
    let small = house.rest(Method::GET, &format!("{url}/thumbnail")).send().await.unwrap();
    assert_eq!((small.status().as_u16(), &small.headers()["content-type"]), (200, &"image/jpeg".parse().unwrap()));
    assert!(small.bytes().await.unwrap().len() < picture.len());
    let asked = house.graph.ledger().requests();
    assert!(asked.iter().all(|seen| !seen.path.contains("token")), "{asked:?}");
}

async fn row_37_text_never_waits_for_a_file(place: &Place) {
    let house = House::open(place).await;
    let heba = Writer::nth(1);
    let (stall, held) = Behaviour::hold(Moment::AfterRecord);
    house.graph.next_download(stall);
    let object = at_meta(&house, "text/plain", &[b'x'; 300_000]);
    house.receive(with_file(&heba, "document", object)).await;
    held.reached(1).await;
    let (wamid, body) = heba.says("هل وصل الملف؟");
    house.receive(body).await;
    let conversation = house.conversation_of(&heba).await["id"].as_str().unwrap().to_owned();
    eventually("the text is there", async || {
        house.messages(&conversation).await.into_iter().find(|message| message["wamid"] == wamid)
    })
    .await;
    let waiting = house.messages(&conversation).await.pop().unwrap();
    assert_eq!((&waiting["kind"], &waiting["media"]["state"]), (&json!("document"), &json!("waiting")));
    assert_eq!(waiting["media"]["url"], Value::Null);
    house.get(&format!("/media/{}", waiting["media"]["id"].as_str().unwrap())).await.problem(404, "not-found");
    held.release();
    eventually("the file is there", async || {
        let oldest = house.messages(&conversation).await.pop()?;
        (oldest["media"]["state"] == "ready").then_some(())
    })
    .await;
}

async fn parts_of_a_file_are_served(place: &Place) {
    let house = House::open(place).await;
    let bytes: Vec<u8> = (0..100_u8).map(|n| b'a' + n % 26).collect();
    let media = arrives(&house, &Writer::nth(1), "document", at_meta(&house, "text/plain", &bytes)).await;
    let url = media["url"].as_str().unwrap().to_owned();
    let ask = async |headers: &[(&'static str, &str)]| {
        let mut request = house.rest(Method::GET, &url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        read(request).await
    };
    let whole = ask(&[]).await.expect(200);
    let etag = whole.header("etag").to_owned();
    for (asked, status, range, body) in [
        ("bytes=0-9", 206, "bytes 0-9/100", &bytes[..10]),
        ("bytes=-5", 206, "bytes 95-99/100", &bytes[95..]),
        ("bytes=90-", 206, "bytes 90-99/100", &bytes[90..]),
        ("bytes=100-", 416, "bytes */100", &[][..]),
    ] {
        let answer = ask(&[("range", asked)]).await.expect(status);
        assert_eq!((answer.header("content-range"), answer.body.as_bytes()), (range, body), "{asked}");
    }
    assert_eq!(ask(&[("if-none-match", &etag)]).await.expect(304).body, "");
    assert_eq!(ask(&[("range", "bytes=0-0"), ("if-range", &etag)]).await.status, 206);
    assert_eq!(ask(&[("range", "bytes=0-0"), ("if-range", "\"other\"")]).await.status, 200);
}

async fn what_could_do_harm_is_only_handed_over(place: &Place) {
    let house = House::open(place).await;
    let page = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>";
    for (n, (kind, mime, name, disposition)) in [
        ("image", "image/png", None, "attachment"),
        (
            "document",
            "text/html",
            Some("x\u{202E}gpj.html"),
            "attachment; filename=\"x_U+202E_gpj.html\"; filename*=UTF-8''x%5BU+202E%5Dgpj.html",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let mut object = at_meta(&house, mime, page);
        if let Some(name) = name {
            object["filename"] = json!(name);
        }
        let media = arrives(&house, &Writer::nth(n), kind, object).await;
        assert_eq!(media["mime"], "text/html", "its bytes tell");
        let answer = house.get(media["url"].as_str().unwrap()).await.expect(200);
        assert_eq!(answer.header("content-disposition"), disposition);
        assert!(answer.header("content-security-policy").contains("sandbox"));
    }
}

async fn a_file_is_for_those_who_see_its_conversation(place: &Place) {
    let house = House::open(place).await;
    let media = arrives(&house, &Writer::nth(1), "document", at_meta(&house, "text/plain", b"private")).await;
    let url = media["url"].as_str().unwrap();
    let ahmed = Agent::sign_in(&house, AHMED).await;
    assert_eq!(ahmed.page(url).await.expect(200).body, "private");
    house.http.get(url).await.problem(401, "unauthorized");
    let mut raw = place.raw().await;
    raw.execute("update channels set members_only = 1").await;
    raw.close().await;
    let missing = ahmed.page("/media/0198c0de-0000-7000-8000-000000000000").await.problem(404, "not-found");
    assert_eq!(ahmed.page(url).await.problem(404, "not-found"), missing, "not yours looks like not there");
    ahmed.page(&format!("{url}/thumbnail")).await.problem(404, "not-found");
    assert_eq!(house.get(url).await.expect(200).body, "private", "an admin's key sees every number");
}

async fn row_37_a_message_without_a_usable_file_says_so(place: &Place) {
    let house = House::open(place).await;
    let heba = Writer::nth(1);
    house.receive(with_file(&heba, "image", json!({ "caption": "الصورة" }))).await;
    let conversation = house.conversation_of(&heba).await["id"].as_str().unwrap().to_owned();
    let message = house.messages(&conversation).await.remove(0);
    assert_eq!((&message["text"], &message["media"]["state"]), (&json!("الصورة"), &json!("gone")));
    let wrong = base64::engine::general_purpose::STANDARD.encode([7; 32]);
    let mut object = at_meta(&house, "text/plain", b"other bytes");
    object["sha256"] = json!(wrong);
    house.receive(with_file(&heba, "document", object)).await;
    let media = file_becomes(&house, &conversation, "retrying").await;
    assert_eq!(media["url"], Value::Null, "what is not what was signed is never handed out");
}

async fn row_37_a_restart_goes_on_with_what_was_not_fetched(place: &Place) {
    let mut house = House::open(place).await;
    let heba = Writer::nth(1);
    let (stall, held) = Behaviour::hold(Moment::AfterRecord);
    house.graph.next_download(stall);
    house.receive(with_file(&heba, "document", at_meta(&house, "text/plain", &[b'x'; 300_000]))).await;
    held.reached(1).await;
    let conversation = house.conversation_of(&heba).await["id"].as_str().unwrap().to_owned();
    house.server.kill();
    // On PostgreSQL another process might hold the claim; here it is dead, and its lease over.
    let mut raw = place.raw().await;
    raw.execute("update media set not_before_ms = 0").await;
    raw.close().await;
    house.start_again().await;
    let media = file_becomes(&house, &conversation, "ready").await;
    assert_eq!(house.get(media["url"].as_str().unwrap()).await.expect(200).body.len(), 300_000);
}
