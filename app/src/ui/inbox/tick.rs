//! Delivery ticks, each told apart by its shape.

use leptos::prelude::*;

use crate::domain::message::MessageStatus;
use crate::ui::i18n::use_texts;

/// Word, extra class, grid and drawing. Drawings are of our own.
fn drawing(status: MessageStatus) -> (&'static str, &'static str, &'static str, &'static str) {
    use MessageStatus::*;
    const CLOCK: &str = r#"<circle cx="6" cy="6" r="4.6"/><path d="M6 3.6V6l1.6 1"/>"#;
    const TAKEN: &str = r#"<circle cx="6" cy="6" r="4.9"/><path d="m3.9 6.2 1.5 1.5 2.7-3"/>"#;
    const ONE: &str = r#"<path d="m4.5 6.5 2.8 2.8 6-6.6"/>"#;
    const TWO: &str = r#"<path d="m1.5 6.5 2.8 2.8 6-6.6"/><path d="m8 8.8.5.5 6-6.6"/>"#;
    const FAILED: &str = r#"<circle cx="6.5" cy="6.5" r="5.2"/><path d="M6.5 3.9v3M6.5 9.1v.01"/>"#;
    const UNKNOWN: &str = r#"<circle cx="6.5" cy="6.5" r="5.2" stroke-dasharray="2.5 1.584"/><path d="M5.3 5.2a1.25 1.25 0 1 1 1.8 1.2c-.4.2-.6.4-.6.8M6.5 9.1v.01"/>"#;
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
            inner_html=move || drawing(status.get()).3
        ></svg>
    }
}
