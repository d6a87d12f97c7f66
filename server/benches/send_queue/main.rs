//! The send queue's benchmark: a long queue on ten numbers against a Graph API of our own, beside a floor
//! (`send_floor.rs`). What is measured and how to read it stands in `docs/benchmarks.md`; `scripts/bench.sh` runs it.
//!
//! No figure fails a run. A message that was sent twice does.

mod depth;
mod fake;
#[path = "../ingest/machine.rs"]
mod machine;
mod measure;
mod report;
mod seed;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

/// What went wrong, in a sentence.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// How much is run.
pub struct Plan {
    pub quick: bool,
    pub numbers: usize,
    pub queued: usize,
    pub caps: &'static [i64],
    /// How long each cap is watched.
    pub watched: Duration,
    /// How long Graph takes to answer.
    pub answer: Duration,
    pub floor_connections: usize,
    pub floor_sends: usize,
    pub depths: &'static [usize],
}

const FULL: Plan = Plan {
    quick: false,
    numbers: 10,
    queued: 100_000,
    caps: &[80, 1_000],
    watched: Duration::from_secs(30),
    answer: Duration::from_millis(50),
    floor_connections: 512,
    floor_sends: 50_000,
    depths: &[1_000, 100_000, 1_000_000],
};

const QUICK: Plan = Plan {
    quick: true,
    numbers: 10,
    queued: 4_000,
    caps: &[20, 80],
    watched: Duration::from_secs(4),
    answer: Duration::from_millis(50),
    floor_connections: 64,
    floor_sends: 2_000,
    depths: &[1_000, 10_000],
};

fn main() -> ExitCode {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let plan = if given.iter().any(|word| word == "--quick") { QUICK } else { FULL };
    let write_to = given.iter().skip_while(|word| *word != "--write").nth(1).map(PathBuf::from);
    match run(&plan, write_to.as_deref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(plan: &Plan, write_to: Option<&Path>) -> Outcome<()> {
    machine::keep_to_the_load_core()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let fsync = machine::fsync_latency(&seed::target())?;
        let floor = measure::floor(plan).await?;
        let mut figures = Vec::new();
        for &cap in plan.caps {
            figures.push(measure::at(cap, plan).await?);
        }
        let mut depths = Vec::new();
        for &queued in plan.depths {
            depths.push(depth::at(queued, plan).await?);
        }
        let text = report::markdown(plan, &machine::describe(), &fsync, &floor, &figures, &depths);
        println!("{text}");
        if let Some(path) = write_to {
            report::write(path, &text)?;
            eprintln!("bench: written to {}", path.display());
        }
        Ok(())
    })
}
