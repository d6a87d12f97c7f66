//! A new conversation: whose number, from which of ours, then a template. Somebody known is opened instead.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::{Picker, To};
use crate::api::templates::address;
use crate::domain::ids::{ChannelId, ConversationId};
use crate::domain::phone;
use crate::ui::forms::dialog::{CloseButton, Dialog};
use crate::ui::forms::doing::Doing;
use crate::ui::forms::field::TextField;
use crate::ui::forms::form::{SendButton, WorkForm};
use crate::ui::i18n::use_texts;
use crate::ui::inbox::store::Inbox;
use crate::ui::parts::icon::{self, Icon};

#[derive(Clone, PartialEq)]
enum Step {
    Shut,
    Who,
    Template(ChannelId, To),
}

/// The button over the list, and what opens from it.
#[component]
pub fn Begin(inbox: Inbox) -> impl IntoView {
    let words = &use_texts().template;
    let step = RwSignal::new(Step::Shut);
    let navigate = StoredValue::new(use_navigate());
    let open = move |id: &ConversationId| {
        let target = inbox.address_of(Some(id));
        inbox.focus_thread.set_value(true);
        navigate.with_value(|navigate| navigate(&target, NavigateOptions::default()));
    };
    view! {
        <button
            class="icon-btn push"
            type="button"
            aria-haspopup="dialog"
            aria-label=words.begin
            title=words.begin
            on:click=move |_| step.set(Step::Who)
        >
            <Icon of=icon::PLUS px=20 />
        </button>
        {move || match step.get() {
            Step::Shut => ().into_any(),
            Step::Who => view! { <Who inbox step known=Callback::new(move |id| open(&id)) /> }.into_any(),
            Step::Template(channel_id, to) => {
                let name = match &to {
                    To::Newcomer { name, .. } => name.clone(),
                    To::Conversation(_) => String::new(),
                };
                view! {
                    <Picker
                        inbox
                        channel_id
                        name
                        to
                        on_sent=move |message: crate::domain::message::Message| open(&message.conversation_id)
                        on_close=move |()| step.set(Step::Shut)
                    />
                }
                    .into_any()
            }
        }}
    }
}

#[component]
fn Who(inbox: Inbox, step: RwSignal<Step>, known: Callback<ConversationId>) -> impl IntoView {
    let words = &use_texts().template;
    let doing = Doing::idle();
    let channels = inbox.channels.get_untracked();
    let chosen = inbox.filter.with_untracked(|filter| filter.channel_id.clone());
    let first = chosen.or_else(|| channels.first().map(|channel| channel.id.clone()));
    let first = first.map(|id| id.to_string()).unwrap_or_default();
    let several = channels.len() > 1;
    let ids = StoredValue::new(first.clone());
    view! {
        <Dialog id="begin-title" title=words.begin on_close=move |()| {
            if step.get_untracked() == Step::Who {
                step.set(Step::Shut);
            }
        }>
            <WorkForm
                doing
                fields=&["phone", "channel_id"]
                class="tpl"
                on_send=move |values: crate::ui::forms::form::FormValues| {
                    let channel_id = match several {
                        true => values.text("channel_id"),
                        false => ids.get_value(),
                    };
                    let channel_id = ChannelId::from_text(channel_id);
                    let (phone, name) = (values.text("phone"), values.text("name").trim().to_owned());
                    doing.run(address(channel_id.clone(), phone), move |addressed| match addressed.conversation_id {
                        Some(id) => {
                            step.set(Step::Shut);
                            known.run(id);
                        }
                        None => step.set(Step::Template(channel_id, To::Newcomer { addressed, name })),
                    });
                }
            >
                <div class="dialog__body">
                    <p>{words.begin_text}</p>
                    <TextField
                        id="begin-phone"
                        name="phone"
                        label=words.phone
                        help=words.phone_help
                        error=doing.field("phone")
                        kind="tel"
                        inputmode="tel"
                        dir="ltr"
                        autofocus=true
                    />
                    {several.then(|| view! { <Numbers channels=channels.clone() first=first.clone() /> })}
                    <TextField id="begin-name" name="name" label=words.name help=words.name_help dir="auto" />
                </div>
                <footer class="dialog__foot">
                    <SendButton doing label=words.go_on />
                    <CloseButton />
                </footer>
            </WorkForm>
        </Dialog>
    }
}

#[component]
fn Numbers(channels: Vec<crate::domain::channel::ChannelBrief>, first: String) -> impl IntoView {
    let words = &use_texts().template;
    view! {
        <div class="field">
            <label class="field__label" for="begin-channel">
                {words.from_number}
            </label>
            <span class="select">
                <select class="input" id="begin-channel" name="channel_id">
                    {channels
                        .into_iter()
                        .map(|channel| {
                            let id = channel.id.to_string();
                            view! {
                                <option value=id.clone() selected=id == first>
                                    {channel.name}
                                    " "
                                    {format!("\u{2066}{}\u{2069}", phone::spaced(&channel.display_phone))}
                                </option>
                            }
                        })
                        .collect_view()}
                </select>
                <Icon of=icon::CHEVRON_DOWN px=16 />
            </span>
        </div>
    }
}
