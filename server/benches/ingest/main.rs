//! The ingest benchmark: signed webhooks into a seeded database, beside the floor (`ingest_floor.rs`). What is measured
//! and how to read it stands in `docs/benchmarks.md`; `scripts/bench.sh` runs it.
//!
//! No figure fails a run. A webhook that was not answered 200, or was and is not in the database afterwards, does.

mod history;
mod load;
mod machine;
mod measure;
mod mix;
mod report;
mod seed;
mod servers;
mod trace;
mod verify;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use tokio::task::LocalSet;

/// What went wrong, in a sentence.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// How much is run.
pub struct Plan {
    pub quick: bool,
    pub connections: &'static [usize],
    /// Runs of the floor and of Majlis, in turns.
    pub pairs: usize,
    pub closed: Duration,
    pub paced: Duration,
    pub traced: Duration,
    /// Of the floor's rate, rising.
    pub fractions: &'static [f64],
    /// Two seconds each, before a history comes in.
    pub looks: usize,
    /// Of a thousand messages.
    pub history_parts: usize,
    pub size: seed::Size,
}

const FULL: Plan = Plan {
    quick: false,
    connections: &[1, 64, 256],
    pairs: 5,
    closed: Duration::from_secs(4),
    paced: Duration::from_secs(6),
    traced: Duration::from_secs(3),
    fractions: &[0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8],
    looks: 10,
    history_parts: 100,
    size: seed::Size { conversations: 100_000, messages: 1_000_000 },
};

const QUICK: Plan = Plan {
    quick: true,
    connections: &[1, 64, 256],
    pairs: 1,
    closed: Duration::from_secs(1),
    paced: Duration::from_secs(2),
    traced: Duration::from_secs(1),
    fractions: &[0.1, 0.25, 0.4],
    looks: 2,
    history_parts: 5,
    size: seed::Size { conversations: 5_000, messages: 50_000 },
};

fn main() -> ExitCode {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let after = |name: &str| given.iter().skip_while(|word| *word != name).nth(1);
    let plan = if given.iter().any(|word| word == "--quick") { QUICK } else { FULL };
    let write_to = after("--write").map(PathBuf::from);
    let only = after("--connections").and_then(|word| word.parse().ok());
    let part = match given.iter().any(|word| word == "--history") {
        true => Part::History,
        false => Part::Webhooks { only },
    };
    match run(&plan, part, write_to.as_deref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What is measured.
enum Part {
    /// With these connections only, if they are named.
    Webhooks {
        only: Option<usize>,
    },
    History,
}

fn run(plan: &Plan, part: Part, write_to: Option<&Path>) -> Outcome<()> {
    machine::keep_to_the_load_core()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, async {
        let seed = seed::ready(plan.size).await?;
        let Part::Webhooks { only } = part else { return history(plan, &seed, write_to).await };
        let fsync = machine::fsync_latency(&seed::target())?;
        let mut figures = Vec::new();
        for &connections in plan.connections.iter().filter(|connections| only.is_none_or(|only| only == **connections))
        {
            figures.push(measure::at(connections, plan, &seed).await?);
        }
        let text = report::markdown(plan, &machine::describe(), &fsync, &figures);
        println!("{text}");
        if let Some(path) = write_to {
            report::write(path, (report::BEGIN, report::END), &text)?;
            eprintln!("bench: written to {}", path.display());
        }
        Ok(())
    })
}

async fn history(plan: &Plan, seed: &seed::Seed, write_to: Option<&Path>) -> Outcome<()> {
    let figures = history::run(plan, seed).await?;
    let text = history::markdown(plan, &machine::describe(), &figures);
    println!("{text}");
    if let Some(path) = write_to {
        history::write(path, &text)?;
        eprintln!("bench: written to {}", path.display());
    }
    Ok(())
}
