//! What Meta's error codes mean for a send (cloud-api.md §7), and the codes of our own that join them.

/// What to do after a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Definitely not sent: try again later, slower.
    Requeue,
    /// It may have been sent: never again by the machine.
    Uncertain,
    /// This message will never go; others may.
    Permanent,
    /// Meta wants much time, or a person, before it is tried again.
    Wait,
    /// Outside the service window.
    NeedsTemplate,
    /// The number or account cannot send until an admin acts.
    PauseChannel,
}

/// Our own reasons, negative so that they never meet one of Meta's.
pub const WINDOW_CLOSED_WHILE_QUEUED: i64 = -1;
/// The number was removed while the message waited.
pub const CHANNEL_GONE: i64 = -2;
/// Its own end came while it waited.
pub const EXPIRED_WHILE_QUEUED: i64 = -3;
/// The customer was blocked while it waited.
pub const BLOCKED_WHILE_QUEUED: i64 = -30;
/// The file of the message is no longer here to be sent.
pub const FILE_GONE: i64 = -20;

/// Judges a well-formed error body that answers a send. Branches on the code alone, as Meta asks: the HTTP status
/// and the title vary.
pub fn class(code: i64, is_transient: bool, http_status: u16) -> Class {
    match code {
        4 | 80007 | 130429 | 131056 | 131057 | 2494100 | 133015 | 134101 => Class::Requeue,
        1 | 2 | 131000 | 131016 | 133004 => Class::Uncertain,
        131047 => Class::NeedsTemplate,
        131048 | 131049 | 131064 | 132015 | 132069 | 133016 | 133008 | 133009 => Class::Wait,
        0
        | 190
        | 3
        | 10
        | 200..=299
        | 131005
        | 33
        | 368
        | 131031
        | 130497
        | 131037
        | 131042
        | 131045
        | 133010
        | 131063
        | 132068
        | 133000
        | 133005
        | 133006
        | 134011
        | 139200
        | 2593107
        | 2593108 => Class::PauseChannel,
        // "No recipient on the allow list" belongs to one message of a test number, not to the number.
        131030 => Class::Permanent,
        _ if is_transient || http_status >= 500 => Class::Uncertain,
        _ => Class::Permanent,
    }
}

/// What a definite refusal slows down beside the message itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slows {
    /// Nothing more: the cause is the message's own.
    Message,
    /// This number and customer ([`super::pace::Pair`] says for how long).
    Pair,
    /// The number sends more slowly for a while.
    Number,
    /// The number sends nothing until this message's time.
    NumberRests,
}

/// Whom a code that asks to requeue concerns.
pub fn slows(code: i64) -> Slows {
    match code {
        131056 => Slows::Pair,
        130429 => Slows::Number,
        4 | 80007 | 131057 | 2494100 | 133015 => Slows::NumberRests,
        _ => Slows::Message,
    }
}

/// Seconds to wait before try `attempt` (1 = the first requeue) after a definite refusal. What concerns a pair is counted
/// by pair, in [`super::pace`].
pub fn requeue_after_s(code: i64, attempt: i64) -> i64 {
    let attempt = attempt.clamp(1, 6) as u32;
    match code {
        131057 | 2494100 => 60 * i64::from(attempt),
        133015 => 300,
        134101 => 600,
        4 | 80007 => 30 * 2_i64.pow(attempt - 1),
        _ => 2_i64.pow(attempt - 1),
    }
}

/// Meta's own word on how long to wait is believed up to this.
const LONGEST_ASKED_S: i64 = 3_600;

/// The longer of our wait and the one Meta asked for.
pub fn with_patience(after_s: i64, asked_s: Option<i64>) -> i64 {
    asked_s.map_or(after_s, |asked| after_s.max(asked.clamp(0, LONGEST_ASKED_S)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_their_class() {
        for (code, transient, status, expected) in [
            (130429, false, 429, Class::Requeue),
            (131056, false, 400, Class::Requeue),
            (131000, false, 500, Class::Uncertain),
            (2, true, 503, Class::Uncertain),
            (131047, false, 400, Class::NeedsTemplate),
            (131049, false, 400, Class::Wait),
            (190, false, 401, Class::PauseChannel),
            (200, false, 403, Class::PauseChannel),
            (299, false, 403, Class::PauseChannel),
            (100, false, 400, Class::Permanent),
            (131026, false, 400, Class::Permanent),
            (999999, false, 400, Class::Permanent),
            (999999, true, 400, Class::Uncertain),
            (999999, false, 502, Class::Uncertain),
        ] {
            assert_eq!(class(code, transient, status), expected, "{code} {transient} {status}");
        }
    }

    #[test]
    fn waits_grow_and_are_bounded() {
        for (code, expected) in [
            (130429, [1, 2, 4]),
            (4, [30, 60, 120]),
            (80007, [30, 60, 120]),
            (131057, [60, 120, 180]),
            (2494100, [60, 120, 180]),
            (133015, [300; 3]),
            (134101, [600; 3]),
        ] {
            assert_eq!([1, 2, 3].map(|n| requeue_after_s(code, n)), expected, "{code}");
            assert_eq!(requeue_after_s(code, 90), requeue_after_s(code, 6), "{code}");
        }
    }

    #[test]
    fn metas_own_wait_counts_when_it_is_longer() {
        for (ours, asked, expected) in
            [(30, None, 30), (30, Some(7), 30), (30, Some(120), 120), (30, Some(-5), 30), (30, Some(86_400), 3_600)]
        {
            assert_eq!(with_patience(ours, asked), expected, "{ours} {asked:?}");
        }
    }

    /// Every code that requeues says whom it slows; no other code is asked.
    #[test]
    fn each_refusal_slows_whom_it_concerns() {
        for (code, expected) in [
            (131056, Slows::Pair),
            (130429, Slows::Number),
            (4, Slows::NumberRests),
            (80007, Slows::NumberRests),
            (131057, Slows::NumberRests),
            (2494100, Slows::NumberRests),
            (133015, Slows::NumberRests),
            (134101, Slows::Message),
        ] {
            assert_eq!((class(code, false, 400), slows(code)), (Class::Requeue, expected), "{code}");
        }
    }
}
