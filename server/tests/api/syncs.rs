//! A 200 means "on disk": counted in the calls that put it there.

use std::path::Path;
use std::process::Command;

use futures_util::future::join_all;

use crate::harness::{Backend, House, Place, Server, Writer, read, run};

/// Calls of `fsync` and `fdatasync` on the journal's files so far.
fn syncs(trace: &Path) -> usize {
    let text = std::fs::read_to_string(trace).unwrap();
    text.lines().filter(|line| line.contains("sync(") && line.contains("majlis.journal.sqlite")).count()
}

/// Only on SQLite: PostgreSQL syncs in a process that is not ours.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_answer_waits_for_a_sync_and_many_share_one() {
    run(Backend::Sqlite, counted).await;
}

async fn counted(place: &Place) {
    const ONE_BY_ONE: usize = 20;
    const AT_ONCE: usize = 64;
    let there = Command::new("strace").arg("-V").output().is_ok_and(|said| said.status.success());
    assert!(there, "this test counts syncs with strace: run scripts/setup.sh test (Debian's package is strace)");
    let mut house = House::open(place).await;
    house.server.kill();
    let trace = place.folder.join("trace");
    let mut command = Command::new("strace");
    // Each sync is made to last 5 ms: fast disks would hide who waits for whom. Counted line by line instead of with -c,
    // whose table comes only at the end.
    command.args(["-f", "-D", "-y", "-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:delay_enter=5000"]);
    command.arg("-o").arg(&trace).arg(env!("CARGO_BIN_EXE_majlis")).envs(place.settings()).current_dir(&place.folder);
    command.env("MAJLIS_LISTEN", house.server.address.to_string()).env("MAJLIS_GRAPH_URL", house.graph.url());
    house.server = Server::start(command).await;

    let before = syncs(&trace);
    for n in 0..ONE_BY_ONE {
        let held = syncs(&trace);
        house.receive(Writer::nth(n).says("أهلًا").1).await;
        assert!(syncs(&trace) > held, "answered before it was on disk");
    }
    assert!(syncs(&trace) - before >= ONE_BY_ONE);

    let bodies: Vec<_> = (0..AT_ONCE).map(|n| Writer::nth(n).says("كلنا مع بعض").1).collect();
    let before = syncs(&trace);
    for answer in join_all(bodies.into_iter().map(|body| read(house.signed(body)))).await {
        answer.expect(200);
    }
    let shared = syncs(&trace) - before;
    assert!((1..=AT_ONCE / 2).contains(&shared), "{shared} syncs for {AT_ONCE} webhooks at once");
    house.applied().await;
    let received: i64 = house.conversations().await.iter().map(|row| row["unread_count"].as_i64().unwrap()).sum();
    assert_eq!(received as usize, ONE_BY_ONE + AT_ONCE);
}
