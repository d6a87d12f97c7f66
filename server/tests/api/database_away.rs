//! A database that is busy or gone for a while: Meta hears 503 and keeps what it has; nothing answered is lost.

use futures_util::future::join_all;
use reqwest::Method;
use server::simulator::Behaviour;
use server::simulator::Statuses;

use crate::harness::{Backend, House, Place, Writer, eventually, read, run, text_to, try_read};

postgres!(row_21_a_postgres_that_drops_everyone_costs_503s_only);

/// PostgreSQL has no such lock.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn row_19_a_locked_sqlite_is_waited_for_and_then_refused() {
    run(Backend::Sqlite, a_locked_file).await;
}

async fn a_locked_file(place: &Place) {
    let house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let mut main = place.raw().await;
    main.execute("begin immediate").await;
    // The journal is a file of its own: Meta is answered while the worker waits.
    let (wamid, body) = Writer::nth(1).says("والكتابة مشغولة");
    house.receive(body).await;
    assert!(!house.all_messages().await.contains_key(&wamid), "the lock holds");
    main.execute("rollback").await;
    house.applied().await;
    assert_eq!(house.all_messages().await[&wamid].len(), 1);

    let mut journal = place.raw_at("majlis.journal.sqlite").await;
    journal.execute("begin immediate").await;
    main.execute("begin immediate").await;
    let (later, body) = Writer::nth(1).says("بعد شوية");
    let wish = text_to(&conversation, "حالًا", "m1");
    let (webhook, send) = tokio::join!(read(house.signed(body.clone())), house.post("/api/v1/messages", &wish));
    assert_eq!((webhook.status, send.status), (503, 503), "{} {}", webhook.body, send.body);
    journal.execute("rollback").await;
    main.execute("rollback").await;
    journal.close().await;
    main.close().await;
    house.receive(body).await;
    house.post("/api/v1/messages", &wish).await.expect(202);
    house.applied().await;
    assert_eq!(house.all_messages().await[&later].len(), 1);
    eventually("it is sent", async || (house.graph.ledger().sends().len() == 1).then_some(())).await;
}

async fn row_21_a_postgres_that_drops_everyone_costs_503s_only(place: &Place) {
    const EACH: usize = 25;
    let house = House::open(place).await;
    house.graph.by_default(Behaviour::normal().then(Statuses::read()));
    let writers: Vec<_> = (0..5).map(Writer::nth).collect();
    let conversations = house.conversations_with(&writers).await;
    let traffic = join_all(writers.iter().zip(&conversations).map(async |(writer, conversation)| {
        let mut said = Vec::new();
        for n in 0..EACH {
            let (wamid, body) = writer.says(&format!("رسالة {n}"));
            until(200, || house.signed(body.clone())).await;
            let wish = text_to(conversation, &format!("رد {n}"), &format!("{conversation} {n}"));
            until(202, || house.rest(Method::POST, "/api/v1/messages").json(&wish)).await;
            said.push(wamid);
        }
        said
    }));
    let failovers = async {
        for n in 1..=3 {
            house.graph.ledger().wait_for_sends(n * 12).await;
            place.drop_everyone().await;
            let refused = eventually("it is noticed", async || {
                let answer = read(house.signed(Writer::nth(99).says("هل من أحد؟").1)).await;
                (answer.status != 200).then_some(answer)
            })
            .await;
            assert_eq!(refused.status, 503);
            place.let_everyone_in().await;
        }
    };
    let (said, ()) = tokio::join!(traffic, failovers);
    eventually("it works again", async || (house.http.get("/readyz").await.status == 200).then_some(())).await;
    house.applied().await;
    for ((writer, conversation), said) in writers.iter().zip(&conversations).zip(said) {
        eventually("every reply was sent", async || {
            (house.graph.ledger().sends_to(writer.key()).len() >= EACH).then_some(())
        })
        .await;
        let bodies: Vec<_> = house.graph.ledger().sends_to(writer.key()).into_iter().map(|send| send.body).collect();
        assert_eq!(bodies, (0..EACH).map(|n| format!("رد {n}")).collect::<Vec<_>>(), "each once and in order");
        eventually("each was read", async || {
            let messages = house.messages(conversation).await;
            let out: Vec<_> = messages.iter().filter(|message| message["direction"] == "out").collect();
            (out.len() == EACH && out.iter().all(|message| message["status"] == "read")).then_some(())
        })
        .await;
        let mut messages = house.messages(conversation).await;
        messages.reverse();
        let heard = messages.iter().filter(|message| message["direction"] == "in").skip(1);
        let heard: Vec<_> = heard.map(|message| message["wamid"].as_str().unwrap().to_owned()).collect();
        assert_eq!(heard, said, "each once and in order");
    }
}

/// Asks again while the database is away.
async fn until(status: u16, request: impl Fn() -> reqwest::RequestBuilder) {
    eventually("the database is back", async || {
        let answer = try_read(request()).await.unwrap();
        assert!([status, 503].contains(&answer.status), "{}: {}", answer.status, answer.body);
        (answer.status == status).then_some(())
    })
    .await;
}
