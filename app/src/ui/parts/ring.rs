//! A ring that runs down.

use leptos::prelude::*;

/// `left` is in per cent. The value is an SVG attribute: the content security policy forbids style attributes.
#[component]
pub fn Ring(#[prop(into)] left: Signal<u8>) -> impl IntoView {
    view! {
        <svg class="ring" viewBox="0 0 16 16" aria-hidden="true">
            <circle class="ring__track" cx="8" cy="8" r="6"></circle>
            <circle
                class="ring__arc"
                cx="8"
                cy="8"
                r="6"
                pathLength="100"
                stroke-dasharray=move || format!("{} 100", left.get())
                transform="rotate(-90 8 8)"
            ></circle>
        </svg>
    }
}
