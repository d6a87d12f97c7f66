//! Choosing a template, filling it in and sending it, in a dialog: the way on when the window is closed, and the first
//! word to somebody new.

mod begin;
mod choose;
mod fill;
mod header;
mod look;

use leptos::prelude::*;

use super::store::Inbox;
use crate::api::templates::{Addressed, choose_template};
use crate::domain::ids::{ChannelId, ConversationId};
use crate::domain::message::Message;
use crate::domain::template::Template;
use crate::ui::forms::dialog::Dialog;
use crate::ui::forms::fetched::Fetched;
use crate::ui::i18n::use_texts;
use crate::ui::parts::icon::{self, Icon};
pub use begin::Begin;
use choose::Choose;
use fill::Fill;

/// Whom a template goes to.
#[derive(Clone, Debug, PartialEq)]
pub enum To {
    Conversation(ConversationId),
    Newcomer { addressed: Addressed, name: String },
}

/// A template on its way to somebody. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Picking {
    inbox: Inbox,
    channel_id: StoredValue<ChannelId>,
    /// What to call the customer; empty when nobody knows.
    name: StoredValue<String>,
    to: StoredValue<To>,
    chosen: RwSignal<Option<Template>>,
    /// Runs when it is queued.
    sent: Callback<Message>,
}

#[component]
pub fn Picker(
    inbox: Inbox,
    channel_id: ChannelId,
    #[prop(into)] name: String,
    to: To,
    #[prop(into)] on_sent: Callback<Message>,
    #[prop(into)] on_close: Callback<()>,
) -> impl IntoView {
    let words = &use_texts().template;
    let asked = channel_id.clone();
    let templates = Fetched::new(move || choose_template(asked.clone()));
    let called = match &to {
        To::Newcomer { addressed, .. } if name.is_empty() => addressed.shown.clone(),
        _ => name.clone(),
    };
    let picking = Picking {
        inbox,
        channel_id: StoredValue::new(channel_id),
        name: StoredValue::new(name),
        to: StoredValue::new(to),
        chosen: RwSignal::new(None),
        sent: on_sent,
    };
    view! {
        <Dialog id="template-title" title=words.choose class="dialog dialog--template" on_close>
            <p class="tpl__to">
                <bdi>{(words.to)(&format!("\u{2068}{called}\u{2069}"))}</bdi>
            </p>
            {move || match picking.chosen.get() {
                None => view! { <Choose picking templates /> }.into_any(),
                Some(template) => view! { <Fill picking template /> }.into_any(),
            }}
        </Dialog>
    }
}

/// Opens the picker of [`TemplateDialog`].
#[component]
pub fn SendTemplate(open: RwSignal<bool>, #[prop(default = false)] as_icon: bool) -> impl IntoView {
    let words = &use_texts().template;
    view! {
        <button
            class=if as_icon { "icon-btn" } else { "btn btn--primary btn--small push" }
            type="button"
            aria-haspopup="dialog"
            aria-label=as_icon.then_some(words.send_template)
            title=as_icon.then_some(words.send_template)
            on:click=move |_| open.set(true)
        >
            <Icon of=icon::LAYOUT_TEMPLATE px=if as_icon { 18 } else { 16 } />
            {(!as_icon).then_some(words.send_template)}
        </button>
    }
}

/// The picker for the open conversation. It stands beside the composer, so that what is filled in stays when the window
/// opens or closes meanwhile.
#[component]
pub fn TemplateDialog(inbox: Inbox, open: RwSignal<bool>) -> impl IntoView {
    move || {
        if !open.get() {
            return None;
        }
        let row = inbox.open_row.get_untracked()?;
        let name = Some(row.contact.name.clone()).filter(|name| !name.is_empty());
        let name = name.unwrap_or_else(|| row.contact.title());
        let sent = Callback::new(|_: Message| ());
        Some(view! {
            <Picker
                inbox
                channel_id=row.channel_id
                name
                to=To::Conversation(row.id)
                on_sent=sent
                on_close=move |()| open.set(false)
            />
        })
    }
}
