//! That somebody writes, as customers see it: shown at most once while it lasts, whoever of us types.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use app::domain::ids::ConversationId;
use app::domain::time::SECOND_MS;

/// So long a phone shows it (cloud-api.md §4).
const SHOWN_MS: i64 = 25 * SECOND_MS;
/// Remembered at most; what is older than it is shown is forgotten first.
const REMEMBERED: usize = 1_000;

/// In memory only, like all presence.
#[derive(Default)]
pub struct Typing {
    shown_at_ms: Mutex<HashMap<ConversationId, i64>>,
}

impl Typing {
    /// Whether it may be shown now; then it counts as shown.
    pub fn may_show(&self, id: &ConversationId, now_ms: i64) -> bool {
        let mut shown = self.shown_at_ms.lock().unwrap_or_else(PoisonError::into_inner);
        if shown.get(id).is_some_and(|at_ms| now_ms - at_ms < SHOWN_MS) {
            return false;
        }
        if shown.len() >= REMEMBERED {
            shown.retain(|_, at_ms| now_ms - *at_ms < SHOWN_MS);
        }
        shown.insert(id.clone(), now_ms);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_shown_once_while_it_lasts() {
        let typing = Typing::default();
        let (heba, omar) = (ConversationId::from_text("heba"), ConversationId::from_text("omar"));
        for (id, now_ms, expected) in [
            (&heba, 0, true),
            (&heba, 24_999, false),
            (&omar, 24_999, true),
            (&heba, 25_000, true),
            (&heba, 30_000, false),
        ] {
            assert_eq!(typing.may_show(id, now_ms), expected, "{id} at {now_ms}");
        }
    }
}
