//! The 24-hour window as people see it, by the server's clock.

use leptos::prelude::*;

use crate::domain::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use crate::domain::window::{MARGIN_MS, Window, at};
use crate::ui::i18n::use_texts;
use crate::ui::parts::icon::{self, Icon};
use crate::ui::parts::ring::Ring;

const LATE_MS: i64 = HOUR_MS;
const SOON_MS: i64 = 3 * HOUR_MS;

/// What to show of a window; equal while nothing on the screen changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    Open { level: &'static str, per_cent: u8, hours: i64, minutes: i64 },
    Closed { at_ms: Option<i64> },
}

pub fn shown(expires_at_ms: Option<i64>, now_ms: i64) -> Shown {
    match at(expires_at_ms, now_ms) {
        Window::Closed { closed_at_ms } => Shown::Closed { at_ms: closed_at_ms },
        Window::Open { left_ms } => {
            // What is left for writing: sends are refused a little before Meta's own end.
            let left_ms = left_ms - MARGIN_MS;
            let level = match left_ms {
                ..LATE_MS => "late",
                LATE_MS..SOON_MS => "soon",
                _ => "ok",
            };
            let per_cent = (left_ms * 100 / DAY_MS).clamp(1, 100) as u8;
            Shown::Open { level, per_cent, hours: left_ms / HOUR_MS, minutes: left_ms % HOUR_MS / MINUTE_MS }
        }
    }
}

/// The ring of a list row; words join it when time runs short.
#[component]
pub fn RowWindow(state: Memo<Shown>) -> impl IntoView {
    let texts = use_texts();
    let left = move || match state.get() {
        Shown::Open { hours, minutes, .. } => (texts.common.left)(hours, minutes),
        Shown::Closed { .. } => String::new(),
    };
    let level = Memo::new(move |_| match state.get() {
        Shown::Open { level, .. } => Some(level),
        Shown::Closed { .. } => None,
    });
    let per_cent = Signal::derive(move || match state.get() {
        Shown::Open { per_cent, .. } => per_cent,
        Shown::Closed { .. } => 0,
    });
    move || match level.get() {
        Some(level) => view! {
            <span class="window" data-level=level title=texts.inbox.window_title>
                <Ring left=per_cent />
                <span class=if level == "ok" { "sr-only" } else { "" }>{left}</span>
                <span class="sr-only">{texts.inbox.of_window}</span>
            </span>
        }
        .into_any(),
        None => view! {
            <span class="window" title=texts.inbox.window_closed_title>
                <Icon of=icon::LOCK px=14 />
                <span>{texts.inbox.window_closed}</span>
            </span>
        }
        .into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_follow_what_is_left() {
        let now = 1_790_000_000_000;
        for (name, left_ms, expected) in [
            ("just opened", DAY_MS, Some("ok")),
            ("two hours", 2 * HOUR_MS, Some("soon")),
            ("half an hour", HOUR_MS / 2, Some("late")),
            ("the last minute", MARGIN_MS, None),
            ("over", -HOUR_MS, None),
        ] {
            let level = match shown(Some(now + left_ms), now) {
                Shown::Open { level, .. } => Some(level),
                Shown::Closed { .. } => None,
            };
            assert_eq!(level, expected, "{name}");
        }
    }
}
