//! Copying a value to the clipboard.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::browser;
use super::icon::{self, Icon};
use crate::ui::i18n::use_texts;

/// Copies `text`, then calls `done`. Browsers give no clipboard to plain http; nothing happens there.
pub fn write_to_clipboard(text: String, done: impl FnOnce() + 'static) {
    spawn_local(async move {
        if browser::copy(text, None).await {
            done();
        }
    });
}

/// An icon button that copies and says so for two seconds.
#[component]
pub fn CopyButton(#[prop(into)] value: Signal<String>, label: &'static str) -> impl IntoView {
    let texts = use_texts();
    let copied = RwSignal::new(false);
    let copy = move |_| {
        write_to_clipboard(value.get_untracked(), move || {
            let _ = copied.try_set(true);
            browser::after(Duration::from_secs(2), move || {
                let _ = copied.try_set(false);
            });
        });
    };
    view! {
        <button
            class="icon-btn icon-btn--small"
            type="button"
            aria-label=move || if copied.get() { texts.common.copied } else { label }
            data-copied=move || copied.get().then_some("")
            on:click=copy
        >
            {move || {
                let shape = if copied.get() { icon::CHECK } else { icon::COPY };
                view! { <Icon of=shape px=14 /> }
            }}
        </button>
    }
}
