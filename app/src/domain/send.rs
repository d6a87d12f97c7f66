//! What must hold before a message may be queued.

use super::text::TEXT_MAX_CHARS;
use super::window::{self, Window};

/// Characters of a client message id.
pub const CLIENT_MSG_ID_CHARS: std::ops::RangeInclusive<usize> = 1..=100;

/// Why a text may not go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    Empty,
    TooLong { chars: usize, max: usize },
    WindowClosed { closed_at_ms: Option<i64> },
}

/// Checks a text for the window it would go out in; gives it as it will be sent.
///
/// # Errors
/// The first thing wrong with it, with what a person needs to mend it.
pub fn check_text(body: &str, window_expires_at_ms: Option<i64>, now_ms: i64) -> Result<String, Refusal> {
    let body = super::text::storable(body);
    if body.trim().is_empty() {
        return Err(Refusal::Empty);
    }
    let chars = body.chars().count();
    if chars > TEXT_MAX_CHARS {
        return Err(Refusal::TooLong { chars, max: TEXT_MAX_CHARS });
    }
    match window::at(window_expires_at_ms, now_ms) {
        Window::Open { .. } => Ok(body),
        Window::Closed { closed_at_ms } => Err(Refusal::WindowClosed { closed_at_ms }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::DAY_MS;

    #[test]
    fn texts_are_checked_before_the_queue() {
        let now = 1_790_000_000_000;
        let open = Some(now + DAY_MS);
        let full = "ن".repeat(TEXT_MAX_CHARS);
        let over = "ن".repeat(TEXT_MAX_CHARS + 1);
        for (name, body, window, expected) in [
            ("plain", "أهلًا", open, Ok("أهلًا".to_owned())),
            ("exactly full", full.as_str(), open, Ok(full.clone())),
            ("one over", over.as_str(), open, Err(Refusal::TooLong { chars: 4097, max: 4096 })),
            ("only spaces", " \n ", open, Err(Refusal::Empty)),
            ("only NUL", "\0", open, Err(Refusal::Empty)),
            ("closed", "x", Some(now - 1), Err(Refusal::WindowClosed { closed_at_ms: Some(now - 1) })),
            ("never opened", "x", None, Err(Refusal::WindowClosed { closed_at_ms: None })),
        ] {
            assert_eq!(check_text(body, window, now), expected, "{name}");
        }
    }
}
