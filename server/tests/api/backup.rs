//! A backup is taken while the house works, and a house made from it is the one of that moment.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use server::simulator::{Behaviour, Moment};

use crate::harness::{ADMIN, AHMED, Agent, Backend, House, Place, Writer, eventually, read, text_to};

both!(
    a_backup_under_load_is_whole_and_sends_nothing_twice,
    nothing_is_written_over,
    a_backup_that_was_touched_is_refused,
);

const WRITERS: usize = 4;

/// Every file below a folder.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

fn take_key(from: &Place, to: &Place) {
    std::fs::copy(from.data().join("master.key"), to.data().join("master.key")).unwrap();
}

/// A file of a message's media, as the database names it, and one it does not know.
async fn lay_media(place: &Place, channel_id: &str) {
    let folder = place.data().join("media/ab");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("cdef"), b"a picture").unwrap();
    std::fs::write(folder.join("stray"), b"nobody's").unwrap();
    let mut raw = place.raw().await;
    raw.execute(&format!(
        "insert into media (id, channel_id, kind, state, mime, voice, animated, waveform, storage_key, thumbnail_key,
           attempt, not_before_ms, created_at_ms)
         values ('m1', '{channel_id}', 'image', 'ready', 'image/png', 0, 0, '', 'ab/cdef', 'ab/gone', 0, 0, 1)"
    ))
    .await;
    raw.close().await;
}

async fn a_backup_under_load_is_whole_and_sends_nothing_twice(place: &Place) {
    let house = House::open(place).await;
    lay_media(place, &house.channel_id).await;
    let heba = Writer::nth(77);
    let conversation = house.conversation_with(&heba).await;
    let answered = house.send(&conversation, "وصلت", "m0").await;
    house.message_becomes(&conversation, &answered, "accepted").await;
    // One is on its way, one waits behind it.
    let (hold, held) = Behaviour::hold(Moment::AfterRecord);
    house.graph.next(hold);
    let in_flight = house.send(&conversation, "في الطريق", "m1").await;
    held.reached(1).await;
    let queued = house.send(&conversation, "بعدها", "m2").await;

    let enough = Arc::new(AtomicBool::new(false));
    let posting = futures_util::future::join_all((0..WRITERS).map(|n| {
        let (writer, house, enough) = (Writer::nth(n), &house, enough.clone());
        async move {
            let mut acked = Vec::new();
            while !enough.load(Ordering::Relaxed) {
                let (wamid, body) = writer.says("رسالة");
                read(house.signed(body)).await.expect(200);
                acked.push((std::time::Instant::now(), wamid));
            }
            acked
        }
    }));
    let folder = place.folder.join("backup");
    let taking = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let began = std::time::Instant::now();
        let made = place.majlis_json(&["backup", folder.to_str().unwrap()]).await;
        enough.store(true, Ordering::Relaxed);
        (began, made)
    };
    let (acked, (began, made)) = tokio::join!(posting, taking);
    let before: Vec<String> =
        acked.into_iter().flatten().filter(|(at, _)| *at < began).map(|(_, wamid)| wamid).collect();
    assert!(before.len() > WRITERS, "there was load before the backup");
    held.release();
    house.message_becomes(&conversation, &queued, "accepted").await;

    let manifest: Value = serde_json::from_slice(&std::fs::read(folder.join("manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest, made["manifest"]);
    assert_eq!((&manifest["format"], &manifest["missing_media"]), (&json!(1), &json!(1)));
    assert!(manifest["counts"]["messages"].as_i64().unwrap() >= 3, "{manifest}");
    let key = std::fs::read_to_string(place.data().join("master.key")).unwrap();
    for file in files(&folder) {
        assert_ne!(file.file_name().unwrap(), "master.key");
        let bytes = std::fs::read(&file).unwrap();
        assert!(!bytes.windows(key.trim().len()).any(|part| part == key.trim().as_bytes()), "{file:?}");
    }

    let other = Place::make(place.backend).await;
    let said = other.majlis_json(&["restore", folder.to_str().unwrap()]).await;
    assert_eq!((&said["unconfirmed"], &said["put_aside"]), (&json!(2), &Value::Null), "{said}");
    take_key(place, &other);
    assert_eq!(std::fs::read(other.data().join("media/ab/cdef")).unwrap(), b"a picture");
    assert!(!other.data().join("media/ab/stray").exists(), "only what the database names");
    let mut again = House::open_bare(&other, &[]).await;
    (again.key, again.channel_id) = (house.key.clone(), house.channel_id.clone());
    again.applied().await;
    let mut raw = other.raw().await;
    for wamid in &before {
        let found = raw.number(&format!("select count(*) from messages where wamid = '{wamid}'")).await;
        assert_eq!(found, 1, "answered 200 before the backup, and not in it once: {wamid}");
    }
    assert_eq!(raw.number("select count(*) from outbox").await, 0);
    raw.close().await;
    for id in [&in_flight, &queued] {
        let message = again.message(&conversation, id).await;
        assert_eq!(message["status"], "unconfirmed", "{message}");
    }
    assert_eq!(again.message(&conversation, &answered).await["status"], "accepted");
    // The house works, and sends what is asked of it now and nothing else.
    again.receive(heba.says("مرحبًا من جديد").1).await;
    let fresh = again.send(&conversation, "أهلًا بعودتك", "m9").await;
    again.message_becomes(&conversation, &fresh, "accepted").await;
    assert_eq!(again.graph.ledger().sends().len(), 1);
    // Whoever was signed in signs in again; the same people may.
    Agent::sign_in(&again, AHMED).await;
    drop(again);
    other.clear().await;
}

async fn nothing_is_written_over(place: &Place) {
    let mut house = House::open(place).await;
    let conversation = house.conversation_with(&Writer::nth(1)).await;
    let session = Agent::sign_in(&house, ADMIN).await;
    let folder = place.folder.join("backup");
    let folder = folder.to_str().unwrap();
    place.majlis(&["backup", folder]).await;
    let said = place.majlis_with(&["backup", folder], "").await.refused();
    assert!(said.contains("not empty"), "{said}");

    house.receive(Writer::nth(2).says("بعد النسخة").1).await;
    house.conversation_of(&Writer::nth(2)).await;
    for args in [["restore", folder].as_slice(), &["restore", folder, "--replace"]] {
        let said = place.majlis_with(args, "").await.refused();
        assert!(said.contains("using"), "a running server: {said}");
    }
    house.server.terminate();
    house.server.ended().await;
    let said = place.majlis_with(&["restore", folder], "").await.refused();
    assert!(said.contains("--replace"), "{said}");
    let done = place.majlis_json(&["restore", folder, "--replace"]).await;
    let aside = done["put_aside"].as_str().unwrap();
    if place.backend == Backend::Sqlite {
        assert!(Path::new(aside).join("majlis.sqlite").exists(), "what was there is kept: {aside}");
    }
    house.start_again().await;
    let rows = house.conversations().await;
    assert_eq!(rows.len(), 1, "as it was at the backup");
    assert_eq!(rows[0]["id"], conversation.as_str());
    assert_eq!(session.page("/inbox").await.status, 303, "sessions of before are over");
    // The restored journal goes on where the database stands: nothing that comes now is taken for old.
    house.receive(Writer::nth(3).says("بعد الاسترجاع").1).await;
    eventually("it is applied", async || (house.conversations().await.len() == 2).then_some(())).await;
    let sent = house.post("/api/v1/messages", &text_to(&conversation, "نعم", "n1")).await.expect(202).json();
    house.message_becomes(&conversation, sent["id"].as_str().unwrap(), "accepted").await;
}

async fn a_backup_that_was_touched_is_refused(place: &Place) {
    let house = House::open(place).await;
    lay_media(place, &house.channel_id).await;
    let folder = place.folder.join("backup");
    place.majlis(&["backup", folder.to_str().unwrap()]).await;
    let other = Place::make(place.backend).await;
    let restore = async |expected: &str| {
        let said = other.majlis_with(&["restore", folder.to_str().unwrap()], "").await.refused();
        assert!(said.contains(expected), "{expected}: {said}");
        assert!(!other.data().join("majlis.sqlite").exists(), "nothing was made");
    };
    let manifest = folder.join("manifest.json");
    let written = std::fs::read_to_string(&manifest).unwrap();
    for (from, to, expected) in [
        ("\"format\": 1", "\"format\": 2", "newer"),
        ("media/ab/cdef", "media/../cdef", "leads elsewhere"),
        ("\"bytes\": 9,", "\"bytes\": 8,", "not what was backed up"),
        ("{", "[", "cannot be read"),
    ] {
        assert!(written.contains(from), "{from} in {written}");
        std::fs::write(&manifest, written.replacen(from, to, 1)).unwrap();
        restore(expected).await;
    }
    std::fs::write(&manifest, &written).unwrap();
    // The picture in the house has the same bytes by another name: changing the copy must not change it.
    std::fs::remove_file(folder.join("media/ab/cdef")).unwrap();
    std::fs::write(folder.join("media/ab/cdef"), b"a pictur!").unwrap();
    restore("media/ab/cdef is not what was backed up").await;
    std::fs::remove_file(&manifest).unwrap();
    restore("unfinished").await;
    other.clear().await;
}
