//! The message that is answered: its words where it is loaded, with the way to it.

use leptos::prelude::*;

use crate::domain::message::Direction;
use crate::ui::i18n::use_texts;
use crate::ui::inbox::kind;
use crate::ui::inbox::store::{Bubble, Inbox};
use crate::ui::inbox::thread::scroll::Scroll;

#[component]
pub fn Quoted(inbox: Inbox, scroll: Scroll, bubble: RwSignal<Bubble>) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.message;
    let quote = Memo::new(move |_| bubble.with(|bubble| bubble.quote.clone()));
    let answers = Memo::new(move |_| bubble.with(|bubble| bubble.message.reply_to.is_some()));
    let customer = move || inbox.open_row.with(|row| row.as_ref().map(|row| row.contact.title()));
    move || match quote.get() {
        Some(quote) => {
            let text = if quote.revoked {
                words.deleted_message.to_owned()
            } else {
                kind::line(texts, &quote.kind, &quote.text)
            };
            let name = match quote.direction {
                Direction::Out => texts.thread.our_side.to_owned(),
                Direction::In => customer().unwrap_or_else(|| texts.inbox.customer.to_owned()),
            };
            let id = quote.id.clone();
            view! {
                <button
                    class="quote"
                    type="button"
                    title=words.go_to_answered
                    on:click=move |_| scroll.jump_to(&id)
                >
                    <b>
                        <bdi>{name}</bdi>
                    </b>
                    <span class="truncate" dir="auto">
                        {text}
                    </span>
                </button>
            }
            .into_any()
        }
        // It answers something that is not loaded: that much is said.
        None if answers.get() => view! {
            <p class="quote quote--far">
                <span>{words.earlier_message}</span>
            </p>
        }
        .into_any(),
        None => ().into_any(),
    }
}
