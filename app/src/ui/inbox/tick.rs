//! Delivery ticks, each told apart by its shape.

use leptos::prelude::*;

use crate::domain::message::MessageStatus;
use crate::ui::i18n::use_texts;

/// Word, extra class, grid and drawing. Drawings are of our own.
fn drawing(status: MessageStatus) -> (&'static str, &'static str, &'static str, &'static str) {
    use MessageStatus::*;
    const CLOCK: &str = "M1.4 6a4.6 4.6 0 1 0 9.2 0a4.6 4.6 0 1 0 -9.2 0 M6 3.6V6l1.6 1";
    const TAKEN: &str = "M1.1 6a4.9 4.9 0 1 0 9.8 0a4.9 4.9 0 1 0 -9.8 0 M3.9 6.2l1.5 1.5 2.7-3";
    const ONE: &str = "M4.5 6.5l2.8 2.8 6-6.6";
    const TWO: &str = "M1.5 6.5l2.8 2.8 6-6.6 M8 8.8l.5.5 6-6.6";
    const FAILED: &str = "M1.3 6.5a5.2 5.2 0 1 0 10.4 0a5.2 5.2 0 1 0 -10.4 0 M6.5 3.9v3M6.5 9.1v.01";
    const UNKNOWN: &str = "M5.3 5.2a1.25 1.25 0 1 1 1.8 1.2c-.4.2-.6.4-.6.8M6.5 9.1v.01";
    match status {
        Received | Queued | Claimed | InFlight => ("queued", "tick tick--clock", "0 0 12 12", CLOCK),
        Accepted => ("accepted", "tick tick--clock", "0 0 12 12", TAKEN),
        Sent => ("sent", "tick", "0 0 17 12", ONE),
        Delivered => ("delivered", "tick", "0 0 17 12", TWO),
        Read | Played => ("read", "tick", "0 0 17 12", TWO),
        MessageStatus::Failed => ("failed", "tick", "0 0 13 13", FAILED),
        Unknown => ("unknown", "tick", "0 0 13 13", UNKNOWN),
        Unconfirmed => ("unconfirmed", "tick", "0 0 13 13", UNKNOWN),
    }
}

#[component]
pub fn Tick(#[prop(into)] status: Signal<MessageStatus>) -> impl IntoView {
    let texts = use_texts();
    view! {
        <svg
            class=move || drawing(status.get()).1
            data-status=move || drawing(status.get()).0
            viewBox=move || drawing(status.get()).2
            role="img"
            aria-label=move || (texts.thread.tick)(status.get().as_str())
        >
            <path d=move || drawing(status.get()).3 />
            // Uncertain: the ring is broken, which one path cannot be in part.
            {move || {
                matches!(status.get(), MessageStatus::Unknown | MessageStatus::Unconfirmed)
                    .then(|| view! { <circle cx="6.5" cy="6.5" r="5.2" stroke-dasharray="2.5 1.584" /> })
            }}
        </svg>
    }
}
