//! One call of Graph for one message, and what it meant.

use std::sync::Arc;
use std::time::{Duration, Instant};

use app::domain::graph_error::Slows;
use app::domain::time::SECOND_MS;
use app::failpoint::{self, Point};
use app::store::outbox::OutboxRow;
use app::store::outbox::endings::{End, Ending};
use rand::RngExt as _;
use tokio::sync::mpsc;

use super::Sender;
use crate::channels::Known;
use crate::whatsapp::client::Recipient;
use crate::whatsapp::send_outcome::SendOutcome;
use crate::workers::rates::Told;

/// An uncertain message holds its conversation so long, in the hope of a status.
const HOLD_MS: i64 = 20 * SECOND_MS;
/// After so long without a status a person decides.
const UNCONFIRMED_MS: i64 = 90 * SECOND_MS;

/// A message that leaves: committed as in flight.
pub struct Call {
    pub row: OutboxRow,
    pub channel: Arc<Known>,
    pub to: Recipient,
}

/// A call that has ended.
pub struct Ended {
    pub row: OutboxRow,
    pub channel: Arc<Known>,
    pub outcome: SendOutcome,
    pub started: Instant,
    /// Tries to write it down.
    pub tries: u32,
}

impl Sender {
    pub(super) fn call(&self, call: Call, ended: mpsc::Sender<Ended>) {
        let Call { row, channel, to } = call;
        let graph = self.graph.of(&channel.brief);
        let metrics = self.metrics.clone();
        tokio::spawn(async move {
            let started = Instant::now();
            let callback = format!("{}.{}", row.message_id, row.attempt);
            let token = &channel.secrets.access_token;
            let number = &channel.brief.phone_number_id;
            failpoint::reach(Point::OutboxCalling);
            let outcome = match graph {
                Some(graph) => graph.send(number, token, &to, &row.body, &callback, row.attempt).await,
                None => SendOutcome::Unreachable { after_s: 2, why: "the simulator is not running".to_owned() },
            };
            failpoint::reach(Point::OutboxAnswered);
            metrics.sends.inc();
            let _ = ended.send(Ended { row, channel, outcome, started, tries: 0 }).await;
        });
    }
}

impl SendOutcome {
    /// What it tells about the number.
    pub(super) fn told(&self) -> Told {
        match self {
            Self::Unknown { .. } | Self::Unreachable { .. } => Told::Nothing,
            Self::Requeue { slows: Slows::Number, .. } => Told::TooFast,
            Self::Requeue { slows: Slows::NumberRests, after_s, .. } => {
                Told::Rest(Duration::from_secs((*after_s).max(0) as u64))
            }
            Self::Requeue { .. } | Self::Accepted(_) | Self::Failed(_) | Self::Pause(_) => Told::Answered,
        }
    }
}

impl Ended {
    /// What is written of it.
    pub fn ending(&self, now_ms: i64) -> Ending {
        let end = match &self.outcome {
            SendOutcome::Accepted(wamid) => End::Accepted(wamid.clone()),
            SendOutcome::Requeue { slows: Slows::Pair, .. } => End::PairTooFast,
            SendOutcome::Requeue { after_s, .. } => End::Later { not_before_ms: now_ms + after_s * SECOND_MS },
            SendOutcome::Unreachable { after_s, .. } => {
                // Not all at the same moment when the road is open again.
                let spread_ms = rand::rng().random_range(0..=after_s * SECOND_MS / 4);
                End::Later { not_before_ms: now_ms + after_s * SECOND_MS + spread_ms }
            }
            SendOutcome::Pause(_) => End::Later { not_before_ms: now_ms },
            SendOutcome::Failed(error) => End::Failed(error.clone()),
            SendOutcome::Unknown { .. } => unknown(now_ms),
        };
        Ending { row: self.row.clone(), end }
    }
}

/// It may have been sent.
pub fn unknown(now_ms: i64) -> End {
    End::Unknown { hold_until_ms: now_ms + HOLD_MS, unconfirmed_at_ms: now_ms + UNCONFIRMED_MS }
}
