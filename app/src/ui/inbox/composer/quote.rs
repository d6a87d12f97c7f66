//! The message that is being answered, above what is written.

use leptos::prelude::*;

use super::text::Compose;
use crate::domain::message::Direction;
use crate::ui::i18n::use_texts;
use crate::ui::inbox::kind;
use crate::ui::inbox::store::Inbox;
use crate::ui::parts::icon::{self, Icon};

#[component]
pub fn Answering(inbox: Inbox, compose: Compose) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.message;
    move || {
        compose.answering.get().map(|quote| {
            let name = match quote.direction {
                Direction::Out => texts.thread.our_side.to_owned(),
                Direction::In => inbox
                    .open_row
                    .with(|row| row.as_ref().map(|row| row.contact.title()))
                    .unwrap_or_else(|| texts.inbox.customer.to_owned()),
            };
            view! {
                <div class="composer__quote">
                    <div class="quote" id="draft-quote">
                        // Isolated: a Latin name must not turn an Arabic sentence around.
                        <b>{(words.replying_to)(&format!("\u{2068}{name}\u{2069}"))}</b>
                        <span class="truncate" dir="auto">
                            {kind::line(texts, &quote.kind, &quote.text)}
                        </span>
                    </div>
                    <button
                        class="icon-btn icon-btn--small"
                        type="button"
                        aria-label=words.cancel_reply
                        title=words.cancel_reply
                        on:click=move |_| compose.answer_nothing()
                    >
                        <Icon of=icon::X px=16 />
                    </button>
                </div>
            }
        })
    }
}
