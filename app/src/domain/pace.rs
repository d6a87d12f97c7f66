//! How fast Meta lets a number send (cloud-api.md §7): so many messages a second in all, and so many to one customer.

use serde::{Deserialize, Serialize};

use super::time::SECOND_MS;

/// Messages a second of a number, before and after Meta's throughput upgrade.
pub const STANDARD: i64 = 80;
pub const UPGRADED: i64 = 1_000;
/// Of a number that lives in the phone app too.
pub const COEXISTENCE: i64 = 20;

/// How fast a number may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// What Meta allows.
    pub max_per_second: i64,
    /// What an admin allows, where that is less.
    pub own_per_second: Option<i64>,
}

impl Rate {
    /// Of a number that was just connected.
    pub fn standard() -> Self {
        Self { max_per_second: STANDARD, own_per_second: None }
    }

    /// Of one that lives in the phone app too.
    pub fn coexistence() -> Self {
        Self { max_per_second: COEXISTENCE, own_per_second: None }
    }

    /// The lower of both.
    pub fn per_second(self) -> i64 {
        self.own_per_second.unwrap_or(i64::MAX).min(self.max_per_second).max(1)
    }
}

/// What Meta's word for a number's throughput allows (`throughput.level`); `None` for one we do not know.
pub fn of_level(level: &str) -> Option<i64> {
    match level {
        "STANDARD" => Some(STANDARD),
        "HIGH" => Some(UPGRADED),
        _ => None,
    }
}

/// One message to a customer in so long …
const PAIR_EVERY_MS: i64 = 6 * SECOND_MS;
/// … of which so many may go at once, borrowed from later.
const PAIR_BURST: i64 = 45;
/// Meta asks for 4^n seconds, n = 0, 1, 2, …; beyond an hour it is of no more use.
const PAIR_LONGEST_WAIT: u32 = 6;

/// How much a number has sent to one customer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pair {
    /// When the whole burst is there again.
    pub whole_at_ms: i64,
    /// Refusals in a row because it was too fast.
    pub refusals: i64,
}

impl Pair {
    /// A message leaves.
    pub fn leave(self, now_ms: i64) -> Self {
        Self { whole_at_ms: self.whole_at_ms.max(now_ms) + PAIR_EVERY_MS, ..self }
    }

    /// It certainly did not leave.
    pub fn stayed(self) -> Self {
        Self { whole_at_ms: self.whole_at_ms - PAIR_EVERY_MS, ..self }
    }

    /// Meta has taken it.
    pub fn taken(self) -> Self {
        Self { refusals: 0, ..self }
    }

    /// Meta found it too fast; gives how long the pair waits.
    pub fn refused(self) -> (Self, i64) {
        let exponent = u32::try_from(self.refusals).unwrap_or_default().min(PAIR_LONGEST_WAIT);
        (Self { refusals: self.refusals + 1, ..self.stayed() }, 4_i64.pow(exponent) * SECOND_MS)
    }

    /// When the next message may leave; past or now when at once.
    pub fn free_at_ms(self) -> i64 {
        self.whole_at_ms - (PAIR_BURST - 1) * PAIR_EVERY_MS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_790_000_000_000;

    #[test]
    fn the_lower_rate_holds() {
        for (max, own, expected) in
            [(80, None, 80), (80, Some(10), 10), (80, Some(500), 80), (1_000, Some(500), 500), (80, Some(0), 1)]
        {
            assert_eq!(Rate { max_per_second: max, own_per_second: own }.per_second(), expected, "{max} {own:?}");
        }
        assert_eq!(["STANDARD", "HIGH", "NOT_APPLICABLE"].map(of_level), [Some(80), Some(1_000), None]);
    }

    /// Sends as early as allowed; gives when each left, in milliseconds after the first.
    fn departures(count: usize) -> Vec<i64> {
        let (mut pair, mut now, mut left) = (Pair::default(), NOW, Vec::new());
        for _ in 0..count {
            now = now.max(pair.free_at_ms());
            pair = pair.leave(now);
            left.push(now - NOW);
        }
        left
    }

    #[test]
    fn a_burst_of_45_then_one_in_six_seconds() {
        let left = departures(48);
        assert_eq!(left[44], 0, "45 at once");
        assert_eq!(left[45..], [6_000, 12_000, 18_000]);
    }

    #[test]
    fn what_was_borrowed_comes_back_with_time() {
        let pair = (0..20).fold(Pair::default(), |pair, _| pair.leave(NOW));
        assert_eq!(pair.whole_at_ms, NOW + 120_000, "20 sent: two minutes until all is there again");
        assert!(pair.free_at_ms() <= NOW, "25 more could go now");
        assert_eq!(pair.stayed().whole_at_ms, NOW + 114_000, "what did not leave is given back");
        assert_eq!(pair.leave(NOW + 500_000).whole_at_ms, NOW + 506_000, "what is not used does not gather");
    }

    #[test]
    fn refusals_wait_longer_each_time_until_one_is_taken() {
        let mut pair = Pair::default();
        let mut waits = Vec::new();
        for _ in 0..9 {
            let (next, wait_ms) = pair.leave(NOW).refused();
            (pair, waits) = (next, [waits, vec![wait_ms / 1_000]].concat());
        }
        assert_eq!(waits, [1, 4, 16, 64, 256, 1_024, 4_096, 4_096, 4_096]);
        assert_eq!(pair.taken().refused().1, 1_000);
    }
}
