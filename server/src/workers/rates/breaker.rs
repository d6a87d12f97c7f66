//! More calls into a fault only make more doubt: a number that Meta does not answer stops, for longer each time, and tries
//! again with one message.

use std::time::{Duration, Instant};

/// One lost answer is an accident; from the third on it is a fault.
const FAULT: u32 = 3;
const FIRST_REST: Duration = Duration::from_secs(2);
const LONGEST_REST: Duration = Duration::from_secs(60);

/// What may leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allows {
    Everything,
    /// A try.
    One,
    Nothing(Instant),
}

#[derive(Default)]
pub struct Breaker {
    /// Calls without an answer since the last one with.
    lost: u32,
    open: Option<Open>,
}

struct Open {
    until: Instant,
    rest: Duration,
    trying: bool,
}

impl Breaker {
    /// Waits for its try.
    pub fn half_open(now: Instant) -> Self {
        let open = Open { until: now, rest: FIRST_REST, trying: false };
        Self { lost: FAULT, open: Some(open) }
    }

    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    pub fn allows(&self, now: Instant) -> Allows {
        match &self.open {
            None => Allows::Everything,
            Some(open) if now < open.until => Allows::Nothing(open.until),
            // The end of the try wakes whoever asks.
            Some(open) if open.trying => Allows::Nothing(now + Duration::from_millis(500)),
            Some(_) => Allows::One,
        }
    }

    pub fn tries(&mut self, count: i64) {
        if let Some(open) = self.open.as_mut().filter(|_| count > 0) {
            open.trying = true;
        }
    }

    pub fn not_tried(&mut self) {
        if let Some(open) = &mut self.open {
            open.trying = false;
        }
    }

    pub fn answered(&mut self) {
        *self = Self::default();
    }

    /// A call that began at `started` ended without an answer.
    pub fn unanswered(&mut self, started: Instant, now: Instant) {
        self.lost += 1;
        match &mut self.open {
            // What was under way when it opened tells nothing new.
            Some(open) if started < open.until || !open.trying => {}
            Some(open) => {
                open.rest = (open.rest * 2).min(LONGEST_REST);
                *open = Open { until: now + open.rest, rest: open.rest, trying: false };
            }
            None if self.lost >= FAULT => {
                self.open = Some(Open { until: now + FIRST_REST, rest: FIRST_REST, trying: false });
            }
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_end_of_an_earlier_call_neither_lengthens_nor_frees_the_try() {
        let start = Instant::now();
        let mut breaker = Breaker::default();
        (0..3).for_each(|_| breaker.unanswered(start, start));
        let until = start + FIRST_REST;
        breaker.unanswered(start, start + Duration::from_secs(1));
        assert_eq!(breaker.allows(start), Allows::Nothing(until));
        assert_eq!(breaker.allows(until), Allows::One);
        breaker.tries(1);
        breaker.unanswered(start, until + Duration::from_millis(1));
        assert!(matches!(breaker.allows(until + Duration::from_millis(2)), Allows::Nothing(_)), "the try is still out");
        breaker.not_tried();
        assert_eq!(breaker.allows(until + Duration::from_millis(2)), Allows::One);
    }
}
