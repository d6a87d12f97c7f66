//! The composer when WhatsApp takes no free text: why, since when, and the way out.

use leptos::prelude::*;

use super::text::Compose;
use crate::ui::i18n::use_texts;
use crate::ui::inbox::store::Inbox;
use crate::ui::inbox::template::SendTemplate;
use crate::ui::inbox::window::Shown;
use crate::ui::parts::icon::{self, Icon};
use crate::ui::parts::time;

#[component]
pub fn Closed(inbox: Inbox, compose: Compose, window: Memo<Shown>, template: RwSignal<bool>) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.inbox;
    let title = Memo::new(move |_| match window.get() {
        Shown::Closed { at_ms: Some(at_ms) } => (words.closed_ago)(&time::ago(texts.locale, at_ms, inbox.clock.now())),
        Shown::Closed { at_ms: None } | Shown::Open { .. } => words.never_opened.to_owned(),
    });
    let reason = Memo::new(move |_| {
        let name = inbox.open_row.with(|row| row.as_ref().map(|row| row.contact.title())).unwrap_or_default();
        // Isolated: a Latin name must not turn an Arabic sentence around.
        (texts.thread.closed_reason)(&format!("\u{2068}{name}\u{2069}"))
    });
    let kept = Memo::new(move |_| compose.text.with(|text| !text.trim().is_empty()));
    view! {
        <div class="composer" data-state="closed">
            <div class="closed">
                <Icon of=icon::LOCK px=20 />
                <p class="closed__text" id="closed-reason">
                    <b>{title}</b>
                    <span>{reason}</span>
                    <Show when=move || kept.get()>
                        <span>" " {texts.thread.text_kept}</span>
                    </Show>
                </p>
                <SendTemplate open=template />
            </div>
            <Show when=move || kept.get()>
                <label class="sr-only" for="draft">
                    {texts.thread.your_reply}
                </label>
                <textarea
                    class="composer__text"
                    id="draft"
                    dir="auto"
                    rows="2"
                    disabled
                    aria-describedby="closed-reason"
                    prop:value=compose.text
                ></textarea>
            </Show>
        </div>
    }
}
