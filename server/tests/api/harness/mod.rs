//! The house under test: the real program on a database of its own, a fake Graph API, and everyone who talks to it.

mod agent;
mod database;
mod house;
mod http;
mod place;
mod server;
mod tab;
mod webhooks;

use std::time::{Duration, Instant};

pub use agent::{Agent, boot_of, cookie_of, form, post_form};
pub use database::Backend;
pub use house::{ADMIN, AHMED, House, KARIM, PASSWORD, SARA, VERIFY_TOKEN, connect, text_to};
pub use http::{Answer, Http, read, try_read};
pub use place::{Place, run};
pub use server::Server;
pub use tab::{Tab, connect as connect_line};
pub use webhooks::{Writer, all_fixtures, fixture, signature, status_of};

/// Makes two tests of each story: `name::sqlite` and `name::postgres`.
macro_rules! both {
    ($($story:ident),+ $(,)?) => { $(
        mod $story {
            use crate::harness::{Backend, run};

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                run(Backend::Sqlite, super::$story).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                run(Backend::Postgres, super::$story).await;
            }
        }
    )+ };
}

/// Makes a test of each story that only PostgreSQL can tell.
macro_rules! postgres {
    ($($story:ident),+ $(,)?) => { $(
        mod $story {
            use crate::harness::{Backend, run};

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                run(Backend::Postgres, super::$story).await;
            }
        }
    )+ };
}

/// How long anything may take that should happen at once: generous, since machines that test are busy.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Looks again and again until there is something, and fails with `what` when there never is.
pub async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(began.elapsed() < PATIENCE, "waited in vain: {what}");
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
}

/// The seed of a random test: given by `MAJLIS_TEST_SEED`, else a new one; printed, so that a failure can be had again.
pub fn seed() -> u64 {
    let given = std::env::var("MAJLIS_TEST_SEED").ok().map(|seed| seed.parse().expect("MAJLIS_TEST_SEED is a number"));
    let seed = given.unwrap_or_else(rand::random);
    println!("seed: MAJLIS_TEST_SEED={seed}");
    seed
}
