//! Who wrote it, when it was neither the customer nor oneself; at the head of a run.

use leptos::prelude::*;

use crate::domain::message::AuthorKind;
use crate::ui::inbox::store::{Bubble, Inbox};
use crate::ui::inbox::thread::bubble::{machine, name_of};
use crate::ui::parts::face::hue;

#[component]
pub fn By(inbox: Inbox, bubble: RwSignal<Bubble>) -> impl IntoView {
    let author = bubble.with_untracked(|bubble| bubble.message.author.clone());
    let begins = Memo::new(move |_| !bubble.with(|bubble| bubble.joined.above));
    let (kind, id) = (author.kind, author.id);
    if kind == AuthorKind::Customer {
        return ().into_any();
    }
    if let Some((_, name)) = machine(kind) {
        return view! {
            <Show when=move || begins.get()>
                <p class="bubble__by">{name}</p>
            </Show>
        }
        .into_any();
    }
    let face = hue(id.as_deref().unwrap_or_default());
    let id = StoredValue::new(id);
    let colleague = Memo::new(move |_| inbox.me.with(|me| id.with_value(|id| id.as_deref() != Some(me.id.as_str()))));
    let face = StoredValue::new(face);
    view! {
        <Show when=move || begins.get() && colleague.get()>
            <p class="bubble__by">
                <b data-face=face.get_value()>
                    <bdi>{move || id.with_value(|id| name_of(inbox, id.as_deref()))}</bdi>
                </b>
            </p>
        </Show>
    }
    .into_any()
}
