//! The statuses that follow an accepted send: which, when, in what order.

use std::time::Duration;

use super::dice::Dice;
use super::refusal::Refusal;

/// One status and how long after the one before it (or the send) it is posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub status: &'static str,
    pub after: Duration,
    pub error: Option<Refusal>,
}

/// A plan of statuses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statuses {
    pub steps: Vec<Step>,
}

impl Statuses {
    /// None ever comes.
    pub fn none() -> Self {
        Self::default()
    }

    /// These, in this order, without waiting.
    pub fn of(statuses: &[&'static str]) -> Self {
        let step = |status: &&'static str| Step { status, after: Duration::ZERO, error: None };
        Self { steps: statuses.iter().map(step).collect() }
    }

    /// Sent, delivered and read.
    pub fn read() -> Self {
        Self::of(&["sent", "delivered", "read"])
    }

    /// Sent and delivered.
    pub fn delivered() -> Self {
        Self::of(&["sent", "delivered"])
    }

    /// Accepted first, refused later: how Meta tells of most failures.
    pub fn failed(code: i64) -> Self {
        Self { steps: vec![Step { status: "failed", after: Duration::ZERO, error: Some(Refusal::of(code)) }] }
    }

    /// Waits this long before each.
    pub fn spaced(mut self, wait: Duration) -> Self {
        self.steps.iter_mut().for_each(|step| step.after = wait);
        self
    }

    /// In another order, the same one for the same number.
    pub fn shuffled(mut self, seed: u64) -> Self {
        Dice::new(seed).shuffle(&mut self.steps);
        self
    }

    /// Each twice: at least once is all that Meta promises.
    pub fn duplicated(mut self) -> Self {
        self.steps = self.steps.into_iter().flat_map(|step| [step.clone(), step]).collect();
        self
    }

    /// Ends in a failure, so the customer never sees the message.
    pub fn fails(&self) -> bool {
        self.steps.iter().any(|step| step.status == "failed")
    }
}
