//! The power goes: what was not synced is gone. `kill -9` cannot show that, since the kernel keeps what was written; a
//! layer under the program (`powerloss/`) keeps only what was synced, and the next start finds only that.
//!
//! On SQLite: PostgreSQL writes in processes of its own, whose durability is its own promise.

use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::future::join_all;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use reqwest::Method;
use rustix::process::{Pid, Signal, kill_process};

use crate::harness::{Backend, House, Place, Writer, run, seed, text_to, try_read};

const WRITERS: usize = 5;

/// Cargo puts it beside this test, which depends on its crate and never names it: linked, it would take the place of
/// this process's own `fsync`.
fn layer() -> PathBuf {
    let layer = std::env::current_exe().unwrap().with_file_name("libpowerloss.so");
    assert!(layer.is_file(), "{} is not there", layer.display());
    layer
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn row_11_a_power_cut_loses_nothing_that_was_answered() {
    run(Backend::Sqlite, power_cuts).await;
}

#[test]
fn the_layer_keeps_what_was_synced_and_nothing_else() {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("powerloss_{}", std::process::id()));
    let (folder, kept) = (place.join("folder"), place.join("kept"));
    std::fs::create_dir_all(&folder).unwrap();
    // `sync FILE` is an fsync.
    let script = "echo one >a; echo lost >b; sync a; echo two >>a; mv a c; sync .; echo three >>c";
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", script]).current_dir(&folder).env("LD_PRELOAD", layer());
    shell.env("POWERLOSS_FOLDER", &folder).env("POWERLOSS_KEPT", &kept);
    assert!(shell.status().unwrap().success());
    let read = |name: &str| std::fs::read_to_string(kept.join("tree").join(name)).ok();
    assert_eq!((read("a"), read("b"), read("c")), (None, Some(String::new()), Some("one\n".to_owned())));
    std::fs::remove_dir_all(place).unwrap();
}

async fn power_cuts(place: &Place) {
    let cuts: usize = std::env::var("MAJLIS_POWER_CUTS").map_or(6, |cuts| cuts.parse().expect("a number"));
    let mut dice = StdRng::seed_from_u64(seed());
    let mut house = House::open(place).await;
    let writers: Vec<_> = (0..WRITERS).map(Writer::nth).collect();
    let conversations = house.conversations_with(&writers).await;
    house.server.terminate();
    assert!(house.server.ended().await.success());
    let kept = place.folder.join("kept");
    let (mut acked, mut wished) = (vec![Vec::new(); WRITERS], vec![Vec::new(); WRITERS]);
    let mut dropped_bytes = 0;
    for cut in 0..cuts {
        begin_keeping(&place.data(), &kept);
        let layered = [
            ("LD_PRELOAD", layer().to_str().unwrap().to_owned()),
            ("POWERLOSS_FOLDER", place.data().to_str().unwrap().to_owned()),
            ("POWERLOSS_KEPT", kept.to_str().unwrap().to_owned()),
        ];
        assert!(house.start_again_with(&layered).await, "nobody kills it here");
        let traffic = join_all(writers.iter().zip(&conversations).map(async |(writer, conversation)| {
            let (mut acked, mut wished) = (Vec::new(), Vec::new());
            for n in 0.. {
                let (wamid, body) = writer.says(&format!("رسالة {cut}.{n}"));
                match try_read(house.signed(body)).await {
                    Ok(answer) if answer.status == 200 => acked.push(wamid),
                    _ => break,
                }
                // A customer takes 45 at once; a few in each life stay below that.
                if n < 3 {
                    let wish = text_to(conversation, &format!("رد {cut}.{n}"), &format!("{conversation} {cut}.{n}"));
                    match try_read(house.rest(Method::POST, "/api/v1/messages").json(&wish)).await {
                        Ok(answer) if answer.status == 202 => {
                            wished.push(answer.json()["id"].as_str().unwrap().to_owned())
                        }
                        _ => break,
                    }
                }
            }
            (acked, wished)
        }));
        let pid = Pid::from_raw(house.server.pid() as i32).unwrap();
        let patience = Duration::from_millis(dice.random_range(150..900));
        let power = async {
            tokio::time::sleep(patience).await;
            kill_process(pid, Signal::KILL).unwrap();
        };
        let (heard, ()) = tokio::join!(traffic, power);
        for (n, (new_acked, new_wished)) in heard.into_iter().enumerate() {
            acked[n].extend(new_acked);
            wished[n].extend(new_wished);
        }
        house.server.ended().await;
        dropped_bytes += the_power_is_back(&place.data(), &kept);
        for file in ["majlis.sqlite", "majlis.journal.sqlite"] {
            let mut raw = place.raw_at(file).await;
            let faults = raw.number("select count(*) from pragma_integrity_check where integrity_check <> 'ok'").await;
            assert_eq!(faults, 0, "{file} is damaged");
            raw.close().await;
        }
        house.start_again().await;
        house.time_passes().await;
        house.applied().await;
        let there = house.everything().await;
        for (n, acked) in acked.iter().enumerate() {
            let lost: Vec<_> = acked.iter().filter(|wamid| there.get(*wamid) != Some(&1)).collect();
            assert!(lost.is_empty(), "answered 200 and lost, or doubled: {lost:?}");
            for id in &wished[n] {
                assert_eq!(there.get(id), Some(&1), "answered 202 and lost");
                let sent = house.graph.ledger().sends().into_iter();
                let sent =
                    sent.filter(|send| send.biz_opaque_callback_data.as_ref().is_some_and(|ours| ours.starts_with(id)));
                assert!(sent.count() <= 1, "sent twice");
            }
        }
        house.server.terminate();
        assert!(house.server.ended().await.success());
    }
    let count = |lists: &[Vec<String>]| lists.iter().map(Vec::len).sum::<usize>();
    assert!(count(&acked) > cuts, "somebody was heard before each cut");
    println!(
        "{cuts} power cuts: {} webhooks answered 200 and {} sends answered 202, lost 0, sent twice 0; {dropped_bytes} bytes of \
         files that were not synced were dropped",
        count(&acked),
        count(&wished)
    );
}

/// What is on the disk before the program begins is synced.
fn begin_keeping(data: &Path, kept: &Path) {
    let _ = std::fs::remove_dir_all(kept);
    copy_all(data, &kept.join("tree"));
}

/// The data folder becomes what was synced; gives how many bytes differed in length.
fn the_power_is_back(data: &Path, kept: &Path) -> u64 {
    let size = |path: &Path| -> u64 {
        std::fs::read_dir(path).unwrap().flatten().map(|entry| entry.metadata().map_or(0, |about| about.len())).sum()
    };
    let before = size(data);
    std::fs::remove_dir_all(data).unwrap();
    copy_all(&kept.join("tree"), data);
    before.abs_diff(size(data))
}

fn copy_all(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let name = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_all(&entry.path(), &name);
        } else if entry.path().extension().is_none_or(|ending| ending != "half") {
            std::fs::copy(entry.path(), name).unwrap();
        }
    }
}
