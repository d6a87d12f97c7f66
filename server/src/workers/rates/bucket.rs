//! A number's rate: spread evenly, and never more than allowed in any second.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Somewhat more than a second: what left evenly does not arrive evenly, and Meta counts what arrives.
const WINDOW: Duration = Duration::from_millis(1_005);
/// What a busy moment kept from leaving may be made up for, so much of it at most.
const MADE_UP: f64 = 0.05;
/// Slow numbers may be late by a whole message.
const LEAST_BURST: f64 = 2.0;

pub struct Bucket {
    tokens: f64,
    refilled: Instant,
    /// When how many left, oldest first, within the window.
    departed: VecDeque<(Instant, i64)>,
    in_window: i64,
    /// Taken, to leave after a commit.
    claimed: i64,
}

impl Bucket {
    pub fn new(now: Instant) -> Self {
        Self { tokens: 1.0, refilled: now, departed: VecDeque::new(), in_window: 0, claimed: 0 }
    }

    /// How many may leave now, and when it is worth asking again. `share` of the rate is left.
    pub fn may(&mut self, per_second: i64, share: f64, now: Instant) -> (i64, Instant) {
        let rate = per_second as f64 * share;
        let gained = now.saturating_duration_since(self.refilled).as_secs_f64() * rate;
        self.tokens = (self.tokens + gained).min((rate * MADE_UP).max(LEAST_BURST));
        self.refilled = now;
        while let Some((_, count)) =
            self.departed.front().filter(|(at, _)| now.saturating_duration_since(*at) >= WINDOW)
        {
            self.in_window -= count;
            self.departed.pop_front();
        }
        let room = per_second - self.in_window - self.claimed;
        let count = (self.tokens.floor() as i64).min(room).max(0);
        let next_token = now + Duration::from_secs_f64(((1.0 - self.tokens.fract()) / rate).min(60.0));
        let again_at = match self.departed.front() {
            Some((oldest, _)) if room <= count => next_token.max(*oldest + WINDOW),
            _ => next_token,
        };
        (count, again_at)
    }

    pub fn claim(&mut self, count: i64) {
        self.tokens -= count as f64;
        self.claimed += count;
    }

    pub fn depart(&mut self, count: i64, now: Instant) {
        self.claimed -= count;
        self.in_window += count;
        self.departed.push_back((now, count));
    }

    pub fn stay(&mut self, count: i64) {
        self.claimed -= count;
        self.tokens += count as f64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Departures of a queue that never runs dry, asked every `step_ms` (or as told), each commit taking `commit_ms`.
    fn departures(per_second: i64, seconds: u64, wait_ms: impl Fn(usize) -> u64, commit_ms: u64) -> Vec<Instant> {
        let start = Instant::now();
        let (mut now, mut bucket, mut left, mut step) = (start, Bucket::new(start), Vec::new(), 0);
        while now < start + Duration::from_secs(seconds) {
            let (count, _) = bucket.may(per_second, 1.0, now);
            bucket.claim(count);
            now += Duration::from_millis(commit_ms);
            bucket.depart(count, now);
            left.extend(std::iter::repeat_n(now, count as usize));
            now += Duration::from_millis(wait_ms(step));
            step += 1;
        }
        left
    }

    /// The most in any second, wherever it begins.
    fn worst_second(departures: &[Instant]) -> usize {
        let mut first = 0;
        let mut worst = 0;
        for (last, at) in departures.iter().enumerate() {
            while *at - departures[first] >= Duration::from_secs(1) {
                first += 1;
            }
            worst = worst.max(last + 1 - first);
        }
        worst
    }

    #[test]
    fn the_rate_is_reached_and_never_exceeded_in_any_second() {
        for per_second in [20, 80, 1_000] {
            for (name, wait, commit_ms) in [
                ("at once", (|_| 1) as fn(usize) -> u64, 0),
                ("by tens", |_| 10, 1),
                ("slow disk", |_| 10, 8),
                ("with stalls", |step| if step % 50 == 0 { 40 } else { 5 }, 2),
                ("long stalls", |step| if step % 200 == 199 { 2_500 } else { 5 }, 1),
            ] {
                let left = departures(per_second, 30, wait, commit_ms);
                let worst = worst_second(&left);
                assert!(worst <= per_second as usize, "{name} at {per_second}: {worst}");
                let part = left.len() as f64 / (30 * per_second) as f64;
                let least = if name == "long stalls" { 0.2 } else { 0.97 };
                assert!((least..=1.01).contains(&part), "{name} at {per_second}: {part}");
            }
        }
    }

    #[test]
    fn what_stayed_may_leave_later() {
        let now = Instant::now();
        let mut bucket = Bucket::new(now);
        assert_eq!(bucket.may(80, 1.0, now).0, 1);
        bucket.claim(1);
        assert_eq!(bucket.may(80, 1.0, now).0, 0);
        bucket.stay(1);
        assert_eq!(bucket.may(80, 1.0, now).0, 1);
    }

    #[test]
    fn it_says_when_to_ask_again() {
        let now = Instant::now();
        let mut bucket = Bucket::new(now);
        bucket.claim(1);
        bucket.depart(1, now);
        let (count, again_at) = bucket.may(80, 1.0, now);
        assert_eq!(count, 0);
        assert!(again_at > now && again_at <= now + Duration::from_millis(13));
        let (count, _) = bucket.may(80, 1.0, again_at + Duration::from_micros(1));
        assert_eq!(count, 1);
    }
}
