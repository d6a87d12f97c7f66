//! The program is killed again and again, at chosen points and at any moment, while webhooks come and messages go out.
//! Meta's side outlives it: it posts again what was not answered, and its ledger knows what it accepted.
//!
//! `MAJLIS_KILLS` says how often on each database (50), `MAJLIS_TEST_SEED` repeats a run; `make faults KILLS=10000` does
//! both in numbers worth telling.

mod judge;
mod load;
mod tally;

use std::time::Duration;

use app::failpoint::Point;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use rustix::process::{Pid, Signal, kill_process};
use server::simulator::{Behaviour, Moment};

use self::load::Load;
use self::tally::Tally;
use crate::harness::{Backend, House, Place, run, seed};

/// Kills of one house; then it is judged, and the next one opened.
const SERIES: usize = 25;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_9_10_12_no_kill_loses_or_doubles_anything_sqlite() {
    kills_of(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_9_10_12_no_kill_loses_or_doubles_anything_postgres() {
    kills_of(Backend::Postgres).await;
}

async fn kills_of(backend: Backend) {
    if !backend.is_wanted() {
        return;
    }
    let wanted = std::env::var("MAJLIS_KILLS").map_or(50, |count| count.parse().expect("MAJLIS_KILLS is a number"));
    let seed = seed();
    let mut tally = Tally::default();
    for nth in 0.. {
        if tally.kills() >= wanted {
            break;
        }
        let kills = SERIES.min(wanted - tally.kills());
        // Each house has a seed of its own, so that one can be had again without those before it.
        let house_seed = seed.wrapping_add(nth);
        run(backend, async |place| tally.add(series(place, house_seed, kills).await)).await;
        println!("{backend:?}, house {nth} (MAJLIS_TEST_SEED={house_seed}): {tally}");
    }
    println!("{backend:?}, seed {seed}, in all: {tally}\n{}", tally.points());
}

/// How a life ends.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// At a point in the program, when it comes there for the n-th time.
    At(Point, u32),
    /// While Meta holds a send, which it has taken or not.
    Held(Moment),
    /// Whatever it does then.
    After(Duration),
}

impl Way {
    fn any(dice: &mut StdRng) -> Self {
        match dice.random_range(0..10) {
            0 => Self::Held(Moment::BeforeRecord),
            1 => Self::Held(Moment::AfterRecord),
            2 => Self::After(Duration::from_millis(dice.random_range(1..400))),
            _ => {
                let point = Point::ALL[dice.random_range(0..Point::ALL.len())];
                // What every transaction passes is met often in one life.
                let often = matches!(point, Point::Committed | Point::EventsNumbered);
                Self::At(point, dice.random_range(1..=if often { 25 } else { 2 }))
            }
        }
    }
}

/// No point is reached later than this in a life; whoever still lives then is killed from outside.
const LONGEST_LIFE: Duration = Duration::from_millis(700);

async fn series(place: &Place, seed: u64, kills: usize) -> Tally {
    let mut dice = StdRng::seed_from_u64(seed);
    let mut house = House::open(place).await;
    let load = Load::begin(&house, &mut dice).await;
    house.server.kill();
    let mut tally = Tally::default();
    for _ in 0..kills {
        let way = Way::any(&mut dice);
        load.more(&house, &mut dice);
        // Now and then the next start finds the leases of the dead still running.
        if dice.random_range(0..4) > 0 {
            house.time_passes().await;
        }
        tally.note(way, live_once(&mut house, &load, way).await);
    }
    house.time_passes().await;
    house.start_again().await;
    judge::judge(&house, &load, &mut tally).await;
    tally
}

/// Starts the program, lets it work, and kills it; whether it came to the point.
async fn live_once(house: &mut House<'_>, load: &Load, way: Way) -> bool {
    let armed = match way {
        Way::At(point, count) => vec![("MAJLIS_FAILPOINT", format!("{point}:{count}"))],
        Way::Held(_) | Way::After(_) => Vec::new(),
    };
    if !house.start_again_with(&armed).await {
        assert!(matches!(way, Way::At(..)), "it ended at its start, and nobody killed it");
        return true;
    }
    let held = match way {
        Way::Held(moment) => {
            let (hold, held) = Behaviour::hold(moment);
            house.graph.next(hold.then(server::simulator::Statuses::read()));
            Some(held)
        }
        Way::At(..) | Way::After(_) => None,
    };
    let pid = Pid::from_raw(house.server.pid() as i32).unwrap();
    let end = async {
        let time = if let Way::After(time) = way { time } else { LONGEST_LIFE };
        let reached = async {
            match &held {
                Some(held) => held.reached(1).await,
                None => house.server.gone().await,
            }
        };
        let reached = tokio::time::timeout(time, reached).await.is_ok();
        // A zombie takes the signal too.
        let _ = kill_process(pid, Signal::KILL);
        house.server.gone().await;
        reached
    };
    let (reached, ()) = tokio::join!(end, load.work(house));
    house.server.kill();
    if let Some(held) = held {
        held.release();
    }
    reached
}
