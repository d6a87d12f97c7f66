//! Meta's sending rates: a token bucket per number, and a rest after answers that asked for it.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use app::domain::ids::ChannelId;

/// Messages a second of a number (cloud-api.md §7), and of one that lives in the phone app too.
const STANDARD: f64 = 80.0;
const COEXISTENCE: f64 = 20.0;
/// After uncertain ends in a row a number rests, longer each time: more calls into a fault only make more doubt.
const LONGEST_REST: Duration = Duration::from_secs(30);

struct Bucket {
    tokens: f64,
    per_second: f64,
    refilled: Instant,
    rest_until: Option<Instant>,
    uncertain_in_a_row: u32,
}

/// The buckets of all numbers, by this process's own clock.
#[derive(Default)]
pub struct Rates {
    buckets: HashMap<ChannelId, Bucket>,
}

impl Rates {
    fn bucket(&mut self, channel_id: &ChannelId, coexistence: bool, now: Instant) -> &mut Bucket {
        let per_second = if coexistence { COEXISTENCE } else { STANDARD };
        let bucket = self.buckets.entry(channel_id.clone()).or_insert(Bucket {
            tokens: per_second / 10.0,
            per_second,
            refilled: now,
            rest_until: None,
            uncertain_in_a_row: 0,
        });
        let since = now.saturating_duration_since(bucket.refilled).as_secs_f64();
        bucket.per_second = per_second;
        // A tenth of a second's worth may gather: more would go out as a burst above the rate.
        bucket.tokens = (bucket.tokens + since * per_second).min((per_second / 10.0).max(1.0));
        bucket.refilled = now;
        bucket
    }

    /// How many messages may leave now.
    pub fn available(&mut self, channel_id: &ChannelId, coexistence: bool, now: Instant) -> i64 {
        let bucket = self.bucket(channel_id, coexistence, now);
        if bucket.rest_until.is_some_and(|until| now < until) {
            return 0;
        }
        bucket.tokens.floor() as i64
    }

    /// When the next message may leave, if not now.
    pub fn next_at(&mut self, channel_id: &ChannelId, coexistence: bool, now: Instant) -> Instant {
        let bucket = self.bucket(channel_id, coexistence, now);
        if let Some(until) = bucket.rest_until.filter(|until| now < *until) {
            return until;
        }
        now + Duration::from_secs_f64(((1.0 - bucket.tokens) / bucket.per_second).max(0.0))
    }

    /// Counts messages that leave.
    pub fn take(&mut self, channel_id: &ChannelId, count: usize) {
        if let Some(bucket) = self.buckets.get_mut(channel_id) {
            bucket.tokens -= count as f64;
        }
    }

    /// Meta asked this number to slow down.
    pub fn rest(&mut self, channel_id: &ChannelId, length: Duration, now: Instant) {
        if let Some(bucket) = self.buckets.get_mut(channel_id) {
            bucket.rest_until = Some(now + length);
        }
    }

    /// Notes how a call ended.
    pub fn ended(&mut self, channel_id: &ChannelId, uncertain: bool, now: Instant) {
        let Some(bucket) = self.buckets.get_mut(channel_id) else { return };
        if !uncertain {
            bucket.uncertain_in_a_row = 0;
            return;
        }
        bucket.uncertain_in_a_row += 1;
        // One lost answer is an accident; from the third on it is a fault.
        if bucket.uncertain_in_a_row >= 3 {
            let length = Duration::from_secs(1 << (bucket.uncertain_in_a_row - 2).min(5)).min(LONGEST_REST);
            bucket.rest_until = Some(now + length);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_never_exceeds_its_rate() {
        for (name, coexistence, per_second) in [("standard", false, 80), ("coexistence", true, 20)] {
            let (id, start) = (ChannelId::from_text("c"), Instant::now());
            let mut rates = Rates::default();
            let mut sent = 0;
            for ms in 0..10_000 {
                let now = start + Duration::from_millis(ms);
                let may = rates.available(&id, coexistence, now);
                rates.take(&id, may as usize);
                sent += may;
            }
            assert!((per_second * 10 - 1..=per_second * 10 + per_second / 10).contains(&sent), "{name}: {sent}");
        }
    }

    #[test]
    fn it_rests_when_asked_and_after_doubts_in_a_row() {
        let (id, now) = (ChannelId::from_text("c"), Instant::now());
        let mut rates = Rates::default();
        assert!(rates.available(&id, false, now) > 0, "there is something to hold back");
        rates.rest(&id, Duration::from_secs(2), now);
        assert_eq!(rates.available(&id, false, now + Duration::from_secs(1)), 0);
        let later = now + Duration::from_secs(3);
        assert!(rates.available(&id, false, later) > 0);
        rates.ended(&id, true, later);
        rates.ended(&id, true, later);
        assert!(rates.available(&id, false, later) > 0, "two may be an accident");
        rates.ended(&id, true, later);
        assert_eq!(rates.available(&id, false, later), 0);
        rates.ended(&id, false, later);
        assert!(rates.available(&id, false, later + Duration::from_secs(31)) > 0);
    }
}
