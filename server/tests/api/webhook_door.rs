//! Meta's callback: who may post, how much, and what a 200 means.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use app::store::journal;
use futures_util::future::join_all;
use serde_json::json;
use server::simulator::FakeNumber;

use crate::harness::{ADMIN, Agent, House, Place, VERIFY_TOKEN, Writer, connect, eventually, fixture, read, signature};

both!(
    row_7_only_signed_bodies_are_stored,
    without_a_number_nothing_is_taken,
    row_7_every_number_has_its_own_secret,
    a_rotated_secret_stays_good_beside_the_new_one,
    row_1_the_same_delivery_eight_times_at_once_is_one_message,
    row_8_a_message_again_days_later_changes_nothing,
    row_5_large_bodies_are_taken_and_larger_ones_refused,
    the_handshake_answers_whoever_knows_the_token,
);

async fn stored(place: &Place) -> i64 {
    let db = place.store().await;
    let count = journal::count(&db).await.unwrap();
    db.close().await;
    count
}

async fn row_7_only_signed_bodies_are_stored(place: &Place) {
    let house = House::open(place).await;
    let body = fixture("text", &[]);
    let good = signature("test-app-secret", &body);
    let of_another_body = signature("test-app-secret", b"{}");
    let upper_case = format!("sha256={}", good["sha256=".len()..].to_uppercase());
    for (name, given) in [
        ("missing", None),
        ("empty", Some("")),
        ("another app's", Some(signature("another-secret", &body).as_str())),
        ("another body's", Some(of_another_body.as_str())),
        ("an empty secret's", Some(signature("", &body).as_str())),
        ("cut", Some(&good[..good.len() - 2])),
        ("longer", Some(format!("{good}00").as_str())),
        ("without its name", Some(&good["sha256=".len()..])),
        ("sha1", Some(good.replace("sha256", "sha1").as_str())),
        ("upper case", Some(upper_case.as_str())),
    ] {
        let answer = read(house.webhook(body.clone(), given)).await;
        assert_eq!(answer.status, 401, "{name}");
    }
    assert_eq!(stored(place).await, 0, "nothing unsigned is kept");
    read(house.webhook(body, Some(&good))).await.expect(200);
    assert_eq!(stored(place).await, 1);
    let metrics = house.get("/metrics").await.expect(200).body;
    assert!(metrics.contains("majlis_webhooks_bad_signature_total 10\n"), "{metrics}");
    assert!(metrics.contains("majlis_webhooks_accepted_total 1\n"), "{metrics}");
}

async fn without_a_number_nothing_is_taken(place: &Place) {
    let house = House::open_bare(place, &[]).await;
    let body = fixture("text", &[]);
    for given in [None, Some(signature("", &body)), Some(signature("test-app-secret", &body))] {
        read(house.webhook(body.clone(), given.as_deref())).await.expect(401);
    }
    assert_eq!(stored(place).await, 0);
}

fn second_number() -> FakeNumber {
    FakeNumber {
        phone_number_id: "300000000000002".to_owned(),
        display_phone: "+201000000200".to_owned(),
        verified_name: "Rayhan Books".to_owned(),
        app_secret: "books-app-secret".to_owned(),
        access_token: "books-access-token".to_owned(),
        ..FakeNumber::example()
    }
}

/// Posts what a customer says under a secret, until it is taken: a number just connected is known within a second.
async fn becomes_good(house: &House<'_>, writer: &Writer, secret: &str) {
    let (_, body) = writer.says("أهلًا");
    eventually("the secret is in force", async || {
        let answer = read(house.webhook(body.clone(), Some(&signature(secret, &body)))).await;
        (answer.status == 200).then_some(())
    })
    .await;
}

async fn row_7_every_number_has_its_own_secret(place: &Place) {
    let house = House::open(place).await;
    let number = second_number();
    let books = connect(place, &number, "books-token").await;
    becomes_good(&house, &Writer::nth(1).to(&number), &number.app_secret).await;
    house.receive(Writer::nth(2).says("أهلًا").1).await;
    assert_eq!(house.conversation_of(&Writer::nth(1)).await["channel_id"], books);
    assert_eq!(house.conversation_of(&Writer::nth(2)).await["channel_id"], house.channel_id);
}

async fn a_rotated_secret_stays_good_beside_the_new_one(place: &Place) {
    let house = House::open(place).await;
    let admin = Agent::sign_in(&house, ADMIN).await;
    let change = |secret: &str| {
        json!({ "id": house.channel_id, "read_receipts": "on_open", "input": {
            "name": "Rayhan Shop", "phone_number_id": "300000000000001", "waba_id": "200000000000001",
            "display_phone": "+201000000100", "access_token": "", "app_secret": secret, "verify_token": "",
            "coexistence": false } })
    };
    let _: serde_json::Value = admin.call("channels/update", change("second-secret")).await.unwrap();
    becomes_good(&house, &Writer::nth(1), "second-secret").await;
    becomes_good(&house, &Writer::nth(2), "test-app-secret").await;
    let _: serde_json::Value = admin.call("channels/update", change("third-secret")).await.unwrap();
    becomes_good(&house, &Writer::nth(3), "third-secret").await;
    let (_, body) = Writer::nth(4).says("أهلًا");
    read(house.webhook(body.clone(), Some(&signature("second-secret", &body)))).await.expect(200);
    read(house.webhook(body.clone(), Some(&signature("test-app-secret", &body)))).await.expect(401);
}

async fn row_1_the_same_delivery_eight_times_at_once_is_one_message(place: &Place) {
    let house = House::open(place).await;
    let admin = Agent::sign_in(&house, ADMIN).await;
    let before = admin.load(&Default::default(), None).await.seq;
    let heba = Writer::nth(1);
    let (wamid, body) = heba.says("وصلت؟");
    join_all((0..8).map(|_| house.receive(body.clone()))).await;
    house.applied().await;
    let row = house.conversation_of(&heba).await;
    let messages = house.messages(row["id"].as_str().unwrap()).await;
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert_eq!(messages[0]["wamid"], wamid);
    assert_eq!((row["unread_count"].as_i64(), row["seq"].as_i64()), (Some(1), Some(1)));
    let after = admin.load(&Default::default(), None).await.seq;
    assert_eq!(after - before, 1, "one event");
}

async fn row_8_a_message_again_days_later_changes_nothing(place: &Place) {
    let mut house = House::open(place).await;
    let heba = Writer::nth(1);
    let (_, body) = heba.says("مرة واحدة");
    house.receive(body.clone()).await;
    let id = house.conversation_of(&heba).await["id"].as_str().unwrap().to_owned();
    house.receive(heba.says("وبعدها دي").1).await;
    house.applied().await;
    house.server.terminate();
    assert!(house.server.ended().await.success());
    house.start_again().await;
    let before = house.conversation(&id).await;
    assert_eq!(before["seq"], 2);
    house.receive(body).await;
    house.applied().await;
    assert_eq!(house.conversation(&id).await, before);
}

/// Speaks HTTP by hand, since clients that stop writing when an answer comes early hide what a server does.
fn post_by_hand(address: std::net::SocketAddr, head: &str, body: &[u8]) -> u16 {
    let mut line = TcpStream::connect(address).unwrap();
    line.set_read_timeout(Some(crate::harness::PATIENCE)).unwrap();
    write!(line, "POST /webhooks/whatsapp HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{head}\r\n\r\n").unwrap();
    // A server that has answered may stop reading.
    let _ = line.write_all(body);
    let mut answer = Vec::new();
    let _ = line.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer);
    let status = answer.split(' ').nth(1).unwrap_or_else(|| panic!("no answer: {answer:?}"));
    status.parse().unwrap()
}

/// Valid JSON of exactly this many bytes.
fn body_of(bytes: usize) -> Vec<u8> {
    let (_, body) = Writer::nth(1).says("!");
    let padding = bytes - body.len();
    let mut body = body;
    body.extend(std::iter::repeat_n(b' ', padding));
    body
}

fn chunked(body: &[u8]) -> Vec<u8> {
    let mut wire = Vec::with_capacity(body.len() + 64);
    for chunk in body.chunks(64 * 1024) {
        wire.extend(format!("{:x}\r\n", chunk.len()).into_bytes());
        wire.extend(chunk);
        wire.extend(b"\r\n");
    }
    wire.extend(b"0\r\n\r\n");
    wire
}

async fn row_5_large_bodies_are_taken_and_larger_ones_refused(place: &Place) {
    const MIB: usize = 1024 * 1024;
    let house = House::open(place).await;
    let address = house.server.address;
    for (name, bytes, expected) in
        [("Meta's largest", 3_000_000, 200), ("the limit", 4 * MIB, 200), ("one more", 4 * MIB + 1, 413)]
    {
        let body = body_of(bytes);
        let signed = format!("X-Hub-Signature-256: {}", signature("test-app-secret", &body));
        let announced = format!("{signed}\r\nContent-Length: {}", body.len());
        let unannounced = format!("{signed}\r\nTransfer-Encoding: chunked");
        let posts = move || {
            let first = post_by_hand(address, &announced, &body);
            (first, post_by_hand(address, &unannounced, &chunked(&body)))
        };
        let answers = tokio::task::spawn_blocking(posts).await.unwrap();
        assert_eq!(answers, (expected, expected), "{name}: with and without Content-Length");
    }
    assert_eq!(stored(place).await, 4);
    house.applied().await;
    // A signature does not buy more room, and neither does its absence tell more.
    let unsigned = format!("Content-Length: {}", 4 * MIB + 1);
    let refused = tokio::task::spawn_blocking(move || post_by_hand(address, &unsigned, &body_of(4 * MIB + 1))).await;
    assert_eq!(refused.unwrap(), 413);
    house.receive(Writer::nth(2).says("وأنا؟").1).await;
    house.conversation_of(&Writer::nth(2)).await;
}

async fn the_handshake_answers_whoever_knows_the_token(place: &Place) {
    let house = House::open(place).await;
    let ask = |mode: &str, token: &str| {
        format!("/webhooks/whatsapp?hub.mode={mode}&hub.challenge=1158201444&hub.verify_token={token}")
    };
    let answer = house.http.get(&ask("subscribe", VERIFY_TOKEN)).await.expect(200);
    assert_eq!(answer.body, "1158201444");
    assert!(answer.header("content-type").starts_with("text/plain"), "{answer:?}");
    for (name, path) in [
        ("wrong token", ask("subscribe", "rayhan-verify-tokem")),
        ("empty token", ask("subscribe", "")),
        ("wrong mode", ask("unsubscribe", VERIFY_TOKEN)),
        ("no mode", format!("/webhooks/whatsapp?hub.challenge=1&hub.verify_token={VERIFY_TOKEN}")),
        ("nothing", "/webhooks/whatsapp".to_owned()),
    ] {
        let answer = house.http.get(&path).await.expect(403);
        assert!(!answer.body.contains("1158201444"), "{name}");
    }
}
