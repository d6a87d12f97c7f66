//! What becomes of a message that has waited in the queue.

use super::block::BlockState;
use super::graph_error::{BLOCKED_WHILE_QUEUED, EXPIRED_WHILE_QUEUED, WINDOW_CLOSED_WHILE_QUEUED};
use super::window::{self, Window};

/// Templates need no open window.
const TEMPLATE: &str = "template";

/// Whether a waiting message may still go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Goes,
    /// It is too late, for this reason of ours ([`super::graph_error`]).
    Fails {
        code: i64,
    },
}

/// Judges by the window as it is now: the customer may have written again since. Of a template only its own end counts
/// (`expires_at_ms`); for everything else that is the window's end when it was written. While a block is only on its way,
/// Meta decides.
pub fn fate(
    kind: &str,
    expires_at_ms: Option<i64>,
    window_expires_at_ms: Option<i64>,
    block: Option<BlockState>,
    now_ms: i64,
) -> Fate {
    if matches!(block, Some(BlockState::Blocked | BlockState::Unblocking)) {
        return Fate::Fails { code: BLOCKED_WHILE_QUEUED };
    }
    if kind == TEMPLATE {
        return match expires_at_ms {
            Some(end) if end <= now_ms => Fate::Fails { code: EXPIRED_WHILE_QUEUED },
            _ => Fate::Goes,
        };
    }
    match window::at(window_expires_at_ms, now_ms) {
        Window::Open { .. } => Fate::Goes,
        Window::Closed { .. } => Fate::Fails { code: WINDOW_CLOSED_WHILE_QUEUED },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_790_000_000_000;
    const HOUR: i64 = 3_600_000;

    #[test]
    fn the_window_of_now_decides_and_a_template_s_own_end() {
        let closed = Fate::Fails { code: WINDOW_CLOSED_WHILE_QUEUED };
        let expired = Fate::Fails { code: EXPIRED_WHILE_QUEUED };
        for (name, kind, expires, window, expected) in [
            ("open", "text", Some(NOW + HOUR), Some(NOW + HOUR), Fate::Goes),
            ("closed while it waited", "text", Some(NOW - 1), Some(NOW - 1), closed),
            ("the last minute", "text", Some(NOW + 60_000), Some(NOW + 60_000), closed),
            ("opened anew since", "text", Some(NOW - HOUR), Some(NOW + HOUR), Fate::Goes),
            ("never written", "image", None, None, closed),
            ("a template outside", "template", None, None, Fate::Goes),
            ("a template in time", "template", Some(NOW + 1), None, Fate::Goes),
            ("a template too late", "template", Some(NOW), Some(NOW + HOUR), expired),
        ] {
            assert_eq!(fate(kind, expires, window, None, NOW), expected, "{name}");
        }
    }

    #[test]
    fn nothing_goes_to_a_blocked_customer() {
        let blocked = Fate::Fails { code: BLOCKED_WHILE_QUEUED };
        for (state, expected) in [
            (None, Fate::Goes),
            (Some(BlockState::Blocking), Fate::Goes),
            (Some(BlockState::Blocked), blocked),
            (Some(BlockState::Unblocking), blocked),
        ] {
            for kind in ["text", "template"] {
                assert_eq!(fate(kind, None, Some(NOW + HOUR), state, NOW), expected, "{kind} {state:?}");
            }
        }
    }
}
