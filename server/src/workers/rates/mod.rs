//! How fast each number may send now: Meta's rate ([`bucket`]), what it asked for ([`Throttle`]), and whether it answers at
//! all ([`breaker`]). By this process's own clock, which is passed in.

mod breaker;
mod bucket;

use std::collections::HashMap;
use std::time::{Duration, Instant};

use app::domain::ids::ChannelId;

use self::breaker::{Allows, Breaker};
use self::bucket::Bucket;

/// Calls of one number under way at once: as many as it sends in two seconds, within bounds. A Graph that answers slowly
/// must not take all our connections.
const UNDER_WAY: std::ops::RangeInclusive<i64> = 16..=256;
/// After "too fast" a number sends at half its rate, and comes back by a tenth of the whole each second.
const BACK_PER_SECOND: f64 = 0.1;
const LEAST_SHARE: f64 = 0.02;
/// Answers to what was under way when the first refusal came tell nothing new.
const SAME_REFUSAL: Duration = Duration::from_secs(1);

/// How a call ended, as far as rates care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Meta answered.
    Answered,
    /// Meta answered that the number is too fast.
    TooFast,
    /// Meta answered that the number must rest for so long.
    Rest(Duration),
    /// No answer that says anything, or nobody was reached.
    Nothing,
}

/// How much of its rate Meta leaves a number.
struct Throttle {
    share: f64,
    at: Option<Instant>,
    refused: Option<Instant>,
}

struct Number {
    bucket: Bucket,
    throttle: Throttle,
    breaker: Breaker,
    rest_until: Option<Instant>,
    under_way: i64,
}

/// What may go now, and when to ask again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct May {
    pub count: i64,
    pub again_at: Instant,
}

/// All numbers'.
#[derive(Default)]
pub struct Rates {
    numbers: HashMap<ChannelId, Number>,
}

impl Rates {
    /// Is this number one it has sent with?
    pub fn knows(&self, id: &ChannelId) -> bool {
        self.numbers.contains_key(id)
    }

    /// Begins with a number. Whatever was sent with it before `quiet_until` is not known here, and counts. One that was not
    /// answered when the program stopped begins with a try.
    pub fn begin(&mut self, id: &ChannelId, quiet_until: Instant, health: Health, now: Instant) {
        let breaker = match health {
            Health::Answered => Breaker::default(),
            Health::Unanswered => Breaker::half_open(now),
        };
        let number = Number {
            bucket: Bucket::new(now),
            throttle: Throttle { share: 1.0, at: None, refused: None },
            breaker,
            rest_until: (quiet_until > now).then_some(quiet_until),
            under_way: self.numbers.get(id).map_or(0, |known| known.under_way),
        };
        self.numbers.insert(id.clone(), number);
    }

    /// How many messages may leave now at `per_second`. A number that has not begun sends nothing.
    pub fn may(&mut self, id: &ChannelId, per_second: i64, now: Instant) -> May {
        let nothing = |again_at| May { count: 0, again_at };
        let Some(number) = self.numbers.get_mut(id) else { return nothing(now) };
        if let Some(until) = number.rest_until.filter(|until| now < *until) {
            return nothing(until);
        }
        let bound = (per_second * 2).clamp(*UNDER_WAY.start(), *UNDER_WAY.end()) - number.under_way;
        let most = match number.breaker.allows(now) {
            Allows::Everything => bound,
            Allows::One => bound.min(1),
            Allows::Nothing(until) => return nothing(until),
        };
        if most <= 0 {
            // The end of a call wakes whoever asks.
            return nothing(now + Duration::from_millis(500));
        }
        let share = number.throttle.share(now);
        let (count, again_at) = number.bucket.may(per_second, share, now);
        May { count: count.min(most), again_at }
    }

    /// Counts what was taken to leave soon.
    pub fn claimed(&mut self, id: &ChannelId, count: i64) {
        if let Some(number) = self.numbers.get_mut(id) {
            number.bucket.claim(count);
            number.under_way += count;
            number.breaker.tries(count);
        }
    }

    /// Counts what leaves now.
    pub fn departed(&mut self, id: &ChannelId, count: i64, now: Instant) {
        if let Some(number) = self.numbers.get_mut(id) {
            number.bucket.depart(count, now);
        }
    }

    /// What was taken and does not leave after all.
    pub fn stayed(&mut self, id: &ChannelId, count: i64) {
        if count > 0
            && let Some(number) = self.numbers.get_mut(id)
        {
            number.bucket.stay(count);
            number.under_way -= count;
            number.breaker.not_tried();
        }
    }

    /// A call that began at `started` has ended.
    pub fn ended(&mut self, id: &ChannelId, told: Told, started: Instant, now: Instant) {
        let Some(number) = self.numbers.get_mut(id) else { return };
        number.under_way -= 1;
        match told {
            Told::Nothing => return number.breaker.unanswered(started, now),
            Told::TooFast => number.throttle.refuse(now),
            Told::Rest(length) => {
                let until = now + length;
                number.rest_until = Some(number.rest_until.map_or(until, |held| held.max(until)));
            }
            Told::Answered => {}
        }
        number.breaker.answered();
    }

    /// The numbers that Meta does not answer.
    pub fn unanswered(&self, id: &ChannelId) -> bool {
        self.numbers.get(id).is_some_and(|number| number.breaker.is_open())
    }
}

/// How a number stood when the program last heard of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    Answered,
    Unanswered,
}

impl Throttle {
    fn share(&mut self, now: Instant) -> f64 {
        if let Some(at) = self.at {
            let back = now.saturating_duration_since(at).as_secs_f64() * BACK_PER_SECOND;
            self.share = (self.share + back).min(1.0);
            self.at = (self.share < 1.0).then_some(now);
        }
        self.share
    }

    fn refuse(&mut self, now: Instant) {
        if self.refused.is_some_and(|refused| now.saturating_duration_since(refused) < SAME_REFUSAL) {
            return;
        }
        self.share = (self.share(now) / 2.0).max(LEAST_SHARE);
        self.at = Some(now);
        self.refused = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn begun(now: Instant) -> (Rates, ChannelId) {
        let (mut rates, id) = (Rates::default(), ChannelId::from_text("c"));
        rates.begin(&id, now, Health::Answered, now);
        (rates, id)
    }

    /// Sends all that may leave in each step; each call is answered at once.
    fn send(rates: &mut Rates, id: &ChannelId, per_second: i64, now: Instant) -> i64 {
        let may = rates.may(id, per_second, now);
        rates.claimed(id, may.count);
        rates.departed(id, may.count, now);
        (0..may.count).for_each(|_| rates.ended(id, Told::Answered, now, now));
        may.count
    }

    fn send_for(rates: &mut Rates, id: &ChannelId, per_second: i64, from: Instant, length_ms: u32) -> i64 {
        (0..length_ms).map(|ms| send(rates, id, per_second, from + MS * ms)).sum()
    }

    #[test]
    fn too_fast_halves_a_number_and_it_comes_back() {
        let start = Instant::now();
        let (mut rates, id) = begun(start);
        let full = send_for(&mut rates, &id, 100, start, 2_000);
        let refused = start + MS * 2_000;
        for _ in 0..9 {
            // What was under way together is one refusal.
            rates.claimed(&id, 1);
            rates.departed(&id, 1, refused);
            rates.ended(&id, Told::TooFast, refused, refused);
        }
        let slow = send_for(&mut rates, &id, 100, refused, 2_000);
        assert!((195..=201).contains(&full), "{full}");
        assert!((100..=150).contains(&slow), "half, and slowly more: {slow}");
        let later = refused + MS * 8_000;
        send_for(&mut rates, &id, 100, later, 1_000);
        let again = send_for(&mut rates, &id, 100, later + MS * 1_000, 1_000);
        assert!((97..=101).contains(&again), "{again}");
    }

    #[test]
    fn others_keep_their_rate_when_one_is_too_fast() {
        let start = Instant::now();
        let (mut rates, id) = begun(start);
        let other = ChannelId::from_text("other");
        rates.begin(&other, start, Health::Answered, start);
        rates.claimed(&id, 1);
        rates.ended(&id, Told::Rest(Duration::from_secs(300)), start, start);
        assert_eq!(rates.may(&id, 80, start + MS * 299_999), May { count: 0, again_at: start + MS * 300_000 });
        assert!(rates.may(&other, 80, start + MS * 100).count > 0);
        assert!(rates.may(&id, 80, start + MS * 300_100).count > 0);
    }

    #[test]
    fn what_was_sent_before_the_start_counts() {
        let start = Instant::now();
        let (mut rates, id) = (Rates::default(), ChannelId::from_text("c"));
        assert_eq!(rates.may(&id, 80, start).count, 0, "it has not begun");
        rates.begin(&id, start + MS * 700, Health::Answered, start);
        assert_eq!(rates.may(&id, 80, start + MS * 699), May { count: 0, again_at: start + MS * 700 });
        assert!(rates.may(&id, 80, start + MS * 700).count > 0);
    }

    #[test]
    fn what_is_under_way_is_bounded() {
        let start = Instant::now();
        let (mut rates, id) = begun(start);
        let mut under_way = 0;
        for ms in 0..60_000 {
            let now = start + MS * ms;
            let may = rates.may(&id, 80, now);
            rates.claimed(&id, may.count);
            rates.departed(&id, may.count, now);
            under_way += may.count;
        }
        assert_eq!(under_way, 160, "two seconds' worth, though nothing is answered");
        rates.ended(&id, Told::Answered, start, start + MS * 60_000);
        assert_eq!(rates.may(&id, 80, start + MS * 60_000).count, 1);
    }

    #[test]
    fn row_14_a_number_without_answers_stops_for_longer_each_time_and_tries_with_one() {
        let start = Instant::now();
        let (mut rates, id) = begun(start);
        let lose = |rates: &mut Rates, count, now| {
            rates.claimed(&id, count);
            rates.departed(&id, count, now);
            (0..count).for_each(|_| rates.ended(&id, Told::Nothing, now, now));
        };
        lose(&mut rates, 2, start);
        assert!(!rates.unanswered(&id), "two may be an accident");
        lose(&mut rates, 1, start);
        assert!(rates.unanswered(&id));
        let mut now = start;
        for rest_s in [2, 4, 8, 16, 32, 60, 60] {
            let until = now + Duration::from_secs(rest_s);
            assert_eq!(rates.may(&id, 80, until - MS), May { count: 0, again_at: until }, "{rest_s}");
            now = until;
            assert_eq!(rates.may(&id, 80, now).count, 1, "one tries");
            rates.claimed(&id, 1);
            rates.stayed(&id, 0);
            rates.departed(&id, 1, now);
            assert_eq!(rates.may(&id, 80, now + MS * 100).count, 0, "only one");
            rates.ended(&id, Told::Nothing, now, now);
        }
        now += Duration::from_secs(60);
        assert_eq!(rates.may(&id, 80, now).count, 1);
        rates.claimed(&id, 1);
        rates.ended(&id, Told::Answered, now, now);
        assert!(!rates.unanswered(&id), "an answer, even a refusal, ends it");
        assert!(rates.may(&id, 80, now + MS * 100).count > 1);
    }

    #[test]
    fn a_number_that_was_not_answered_begins_with_a_try() {
        let start = Instant::now();
        let (mut rates, id) = (Rates::default(), ChannelId::from_text("c"));
        rates.begin(&id, start, Health::Unanswered, start);
        assert!(rates.unanswered(&id));
        assert_eq!(rates.may(&id, 80, start + MS * 200).count, 1);
    }
}
