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

/// Seconds to wait before try `attempt` (1 = the first requeue) after a definite refusal.
pub fn requeue_after_s(code: i64, attempt: i64) -> i64 {
    let attempt = attempt.clamp(1, 6) as u32;
    match code {
        // Pair rate: Meta asks for 4^n seconds, n = 0, 1, 2, …
        131056 => 4_i64.pow(attempt - 1),
        131057 | 2494100 => 60 * i64::from(attempt),
        133015 => 300,
        134101 => 600,
        4 | 80007 => 30 * 2_i64.pow(attempt - 1),
        _ => 2_i64.pow(attempt - 1),
    }
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
        assert_eq!([1, 2, 3].map(|n| requeue_after_s(131056, n)), [1, 4, 16]);
        assert_eq!([1, 2, 3].map(|n| requeue_after_s(130429, n)), [1, 2, 4]);
        assert_eq!(requeue_after_s(130429, 90), requeue_after_s(130429, 6));
    }
}
