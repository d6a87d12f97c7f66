//! Meta's 24-hour customer service window: inside it any message may go out, outside only templates.
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-messages> (customer service windows)

use super::time::{DAY_MS, MINUTE_MS};

/// Sends this close to the end are refused: Meta's clock and the road to it are not ours.
pub const MARGIN_MS: i64 = MINUTE_MS;

/// The end of the window after a customer's message, never earlier than the end already known: webhooks arrive late
/// and out of order. A message stamped in the future opens no more than a day from now.
pub fn expires_after_message(known_ms: Option<i64>, sent_at_ms: i64, now_ms: i64) -> i64 {
    let opened = sent_at_ms.min(now_ms) + DAY_MS;
    known_ms.map_or(opened, |known| known.max(opened))
}

/// What may be sent now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// Anything, for this much longer.
    Open { left_ms: i64 },
    /// Only templates, since this moment (`None`: the customer never wrote).
    Closed { closed_at_ms: Option<i64> },
}

pub fn at(expires_at_ms: Option<i64>, now_ms: i64) -> Window {
    match expires_at_ms {
        Some(expires) if now_ms < expires - MARGIN_MS => Window::Open { left_ms: expires - now_ms },
        closed_at_ms => Window::Closed { closed_at_ms },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_790_000_000_000;

    #[test]
    fn row_28_only_newer_messages_move_the_end() {
        for (name, known, sent, expected) in [
            ("the first message", None, NOW, NOW + DAY_MS),
            ("a late webhook opens less", None, NOW - DAY_MS / 2, NOW + DAY_MS / 2),
            ("an older one moves nothing", Some(NOW + DAY_MS), NOW - 5, NOW + DAY_MS),
            ("a phone whose clock is ahead", None, NOW + DAY_MS, NOW + DAY_MS),
        ] {
            assert_eq!(expires_after_message(known, sent, NOW), expected, "{name}");
        }
    }

    #[test]
    fn row_28_the_last_minute_is_closed() {
        for (name, expires, expected) in [
            ("never written", None, Window::Closed { closed_at_ms: None }),
            ("wide open", Some(NOW + DAY_MS), Window::Open { left_ms: DAY_MS }),
            ("a moment before the margin", Some(NOW + MARGIN_MS + 1), Window::Open { left_ms: MARGIN_MS + 1 }),
            ("at the margin", Some(NOW + MARGIN_MS), Window::Closed { closed_at_ms: Some(NOW + MARGIN_MS) }),
            ("long past", Some(NOW - 1), Window::Closed { closed_at_ms: Some(NOW - 1) }),
        ] {
            assert_eq!(at(expires, NOW), expected, "{name}");
        }
    }
}
