//! A disk that is full, a page that is broken, a database that is not there: said plainly, nothing acked and lost.

use std::io::{Seek as _, SeekFrom, Write as _};

use app::live::protocol::Storage;
use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};

use crate::harness::{ADMIN, AHMED, Agent, Backend, House, Place, Tab, Writer, eventually, read, run};

both!(a_tab_older_than_the_log_starts_anew);

/// PostgreSQL keeps its disk itself: these are SQLite's.
mod sqlite {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn row_18_a_full_disk_refuses_webhooks_and_heals_alone() {
        run(Backend::Sqlite, a_full_disk).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn row_20_a_damaged_page_stops_all_writing() {
        run(Backend::Sqlite, a_damaged_page).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn row_21_a_postgres_out_of_reach_is_named() {
        run(Backend::Sqlite, an_absent_postgres).await;
    }
}

/// Lets the server's files grow up to here only, as a full disk would; `None` takes that away.
fn limit_files(house: &House<'_>, bytes: Option<u64>) {
    let pid = Pid::from_raw(house.server.pid().cast_signed());
    let maximum = getrlimit(Resource::Fsize).maximum;
    prlimit(pid, Resource::Fsize, Rlimit { current: bytes.or(maximum), maximum }).unwrap();
}

async fn a_full_disk(place: &Place) {
    let house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let (mona, ahmed) = (Agent::sign_in(&house, ADMIN).await, Agent::sign_in(&house, AHMED).await);
    let mut tab = Tab::open(&ahmed, Some(&conversation)).await;
    limit_files(&house, Some(0));
    let (wamid, body) = Writer::nth(1).says("القرص ممتلئ");
    read(house.signed(body.clone())).await.expect(503);
    tab.until_house("nothing can be saved", |house| house.storage == Storage::Stuck).await;
    house.http.get("/readyz").await.expect(503);
    house.http.get("/healthz").await.expect(200);
    house.get("/api/v1/conversations").await.expect(200);
    assert_eq!(mona.load(&Default::default(), Some(&conversation)).await.list.rows.len(), 1, "reads work");
    assert!(ahmed.send(&conversation, "لن يُحفظ", "m1").await.is_err());

    limit_files(&house, None);
    eventually("what Meta sends again is taken", async || {
        let answer = read(house.signed(body.clone())).await;
        (answer.status == 200).then_some(())
    })
    .await;
    tab.until_house("all is well again", |house| house.storage == Storage::Sound).await;
    house.http.get("/readyz").await.expect(200);
    house.applied().await;
    let held = house.messages(&conversation).await;
    assert_eq!(held.iter().filter(|message| message["wamid"] == wamid.as_str()).count(), 1);
    ahmed.send(&conversation, "عاد الحفظ", "m1").await.unwrap();
}

async fn a_damaged_page(place: &Place) {
    let mut house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    house.server.terminate();
    house.server.ended().await;
    let mut raw = place.raw().await;
    let page = raw.number("select rootpage from sqlite_schema where name = 'parked_marks_by_target'").await;
    let size = raw.number("pragma page_size").await;
    raw.execute("pragma wal_checkpoint(truncate)").await;
    raw.close().await;
    let mut file = std::fs::OpenOptions::new().write(true).open(place.database()).unwrap();
    file.seek(SeekFrom::Start(((page - 1) * size).cast_unsigned())).unwrap();
    file.write_all(&vec![0xA5; usize::try_from(size).unwrap()]).unwrap();
    drop(file);

    house.start_again().await;
    house.server.says("restore the last backup").await;
    read(house.signed(Writer::nth(2).says("هل من أحد؟").1)).await.expect(503);
    let answer = house.http.get("/readyz").await.expect(503);
    assert!(answer.body.contains("damaged"), "{}", answer.body);
    house.get(&format!("/api/v1/conversations/{conversation}/messages")).await.expect(200);
    house.post("/api/v1/messages", &crate::harness::text_to(&conversation, "لا", "m1")).await.expect(503);
}

async fn an_absent_postgres(place: &Place) {
    for args in [["serve"].as_slice(), &["user", "list"]] {
        let mut command = place.program();
        command.env("MAJLIS_DATABASE_URL", "postgres://majlis:very-secret@127.0.0.1:9/majlis");
        command.env("MAJLIS_LISTEN", "127.0.0.1:0").args(args);
        let said = place.run(command, "").await.refused();
        assert!(said.contains("PostgreSQL at 127.0.0.1:9 cannot be reached"), "{said}");
        assert!(!said.contains("very-secret"), "{said}");
    }
}

async fn a_tab_older_than_the_log_starts_anew(place: &Place) {
    let mut house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let mut tab = Tab::open(&Agent::sign_in(&house, AHMED).await, Some(&conversation)).await;
    tab.settle().await;
    tab.disconnect();
    let before = tab.resyncs;
    house.receive(Writer::nth(1).says("وأنت بعيد").1).await;
    house.applied().await;
    house.server.kill();
    let mut raw = place.raw().await;
    raw.execute("delete from events").await;
    raw.close().await;
    house.start_again().await;
    tab.connect().await;
    tab.until("the message of meanwhile", |view| view.list.rows[0].unread_count == 2).await;
    assert_eq!(tab.resyncs, before + 1, "by a snapshot, since its events are gone");
    tab.until_fresh().await;
}
