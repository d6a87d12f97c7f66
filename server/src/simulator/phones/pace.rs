//! How fast simulated phones and people are.

use std::time::Duration;

use crate::simulator::dice::Dice;

/// Spans in milliseconds, from shortest to longest.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// From Meta's answer to "sent".
    pub sent: (i64, i64),
    /// From there to the phone.
    pub delivered: (i64, i64),
    /// Until somebody whose phone is open has read it.
    pub glance: (i64, i64),
    /// Until a customer whom nobody plays reads it.
    pub read: (i64, i64),
}

impl Pace {
    pub fn lifelike() -> Self {
        Self { sent: (150, 500), delivered: (250, 1_200), glance: (300, 900), read: (3_500, 22_000) }
    }

    /// Without any waiting, for tests.
    pub fn instant() -> Self {
        Self { sent: (0, 0), delivered: (0, 0), glance: (0, 0), read: (0, 0) }
    }

    pub(super) async fn wait((shortest, longest): (i64, i64)) {
        let wait_ms = Dice::fresh().between(shortest, longest);
        tokio::time::sleep(Duration::from_millis(wait_ms.unsigned_abs())).await;
    }
}
