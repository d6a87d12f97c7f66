//! Meta and the customers, played by us: a fake Graph API, the customers' phones and a seeded inbox. The demo runs on
//! it, and so do the tests.

pub mod behaviour;
#[cfg(test)]
mod callback;
mod content;
pub mod courier;
mod dice;
pub mod graph;
pub mod ledger;
pub mod refusal;
pub mod seed;
pub mod statuses;
pub mod webhook;

pub use behaviour::{Behaviour, Held, Moment};
pub use courier::Courier;
pub use graph::{FakeGraph, FakeNumber};
pub use ledger::Ledger;
pub use refusal::Refusal;
pub use statuses::Statuses;

/// What the simulated number is called.
pub const CHANNEL_NAME_AR: &str = "متجر ريحان";
pub const CHANNEL_NAME_EN: &str = "Rayhan Shop";
