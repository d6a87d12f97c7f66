//! Meta and the customers, played by us: a fake Graph API, the customers' phones and a seeded inbox. The demo runs on
//! it, and so do the tests.

pub mod behaviour;
#[cfg(test)]
mod callback;
pub mod courier;
mod dice;
pub mod graph;
pub mod ledger;
pub mod refusal;
pub mod statuses;
pub mod webhook;

pub use behaviour::{Behaviour, Held, Moment};
pub use courier::Courier;
pub use graph::{FakeGraph, FakeNumber};
pub use ledger::Ledger;
pub use refusal::Refusal;
pub use statuses::Statuses;
