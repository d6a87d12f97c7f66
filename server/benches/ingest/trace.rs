//! How often Majlis waits for the disk: its calls of fsync and fdatasync, journal and worker together. A run of its own,
//! for strace slows what it watches.

use std::fs;
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::Outcome;
use crate::measure::Subject;
use crate::seed::Seed;
use crate::servers::Server;

/// For 1,000 webhooks, until the worker had applied them.
pub struct Fsyncs {
    pub closed: PerThousand,
    /// At the sustained rate. Few requests wait together then, so each commit holds few.
    pub paced: PerThousand,
}

pub struct PerThousand {
    pub journal: f64,
    pub database: f64,
}

impl PerThousand {
    pub fn sum(&self) -> f64 {
        self.journal + self.database
    }
}

/// None where there is no strace.
pub async fn fsyncs(connections: usize, rate: f64, duration: Duration, seed: &Seed) -> Outcome<Option<Fsyncs>> {
    if Command::new("strace").arg("--version").output().is_err() {
        return Ok(None);
    }
    let copy = seed.copy("trace")?;
    // -D: the server stays our child. seccomp: only the calls counted are stopped for.
    let strace = "strace -D -f --seccomp-bpf -q -ttt -y -e trace=fsync,fdatasync -o fsyncs.txt";
    let under: Vec<&str> = strace.split(' ').collect();
    let server = Server::majlis(&copy.folder, &under).await?;
    let mut subject = Subject::new(server, Some(copy.key.clone()), seed.size);
    let start = (now(), subject.webhooks());
    subject.closed(connections, duration).await?;
    let middle = (now(), subject.webhooks());
    subject.paced(connections, 0.0, rate, duration).await?;
    let end = (now(), subject.webhooks());
    subject.stop().await?;
    let calls = fs::read_to_string(copy.folder.join("fsyncs.txt"))?;
    Ok(Some(Fsyncs { closed: between(&calls, start, middle), paced: between(&calls, middle, end) }))
}

/// Counts lines like `123 1790000000.000001 fdatasync(9</…/majlis.sqlite-wal>) = 0` between two moments, each given with
/// the webhooks answered until then.
fn between(calls: &str, from: (f64, usize), to: (f64, usize)) -> PerThousand {
    let (mut journal, mut database) = (0, 0);
    for call in calls.lines().filter(|line| line.contains("sync(")) {
        let at: f64 = call.split_whitespace().nth(1).and_then(|word| word.parse().ok()).unwrap_or_default();
        if (from.0..to.0).contains(&at) {
            *(if call.contains("majlis.journal.sqlite") { &mut journal } else { &mut database }) += 1;
        }
    }
    let thousands = to.1.saturating_sub(from.1).max(1) as f64 / 1_000.0;
    PerThousand { journal: f64::from(journal) / thousands, database: f64::from(database) / thousands }
}

fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64())
}
