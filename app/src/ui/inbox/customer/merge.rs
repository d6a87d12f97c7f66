//! Who may be the same customer, who was merged, and the way to do either.

use leptos::prelude::*;

use crate::api::customer::CustomerDetails;
use crate::api::merge::{MergeWish, dismiss_suggestion, find_customer, merge_customers, preview_merge, undo_merge};
use crate::domain::agent::Locale;
use crate::domain::contact::AliasKind;
use crate::domain::conversation::ConversationRow;
use crate::domain::ids::ConversationId;
use crate::domain::merge::{Merge, Preview, Side, Suggestion, undo_until_ms};
use crate::domain::phone::spaced;
use crate::ui::forms::dialog::{CloseButton, Dialog, use_close_dialog};
use crate::ui::forms::doing::Doing;
use crate::ui::forms::fetched::{Fetched, WhenFetched};
use crate::ui::forms::field::TextField;
use crate::ui::forms::form::{DoButton, FormValues, SendButton, WorkError, WorkForm};
use crate::ui::i18n::use_texts;
use crate::ui::inbox::store::Inbox;
use crate::ui::parts::icon::{self, Icon};
use crate::ui::parts::time;

/// The other chats with this customer, who else they may be, and what was merged.
#[component]
pub fn Same(inbox: Inbox, details: RwSignal<CustomerDetails>) -> impl IntoView {
    let words = &use_texts().customer;
    let suggestions = Memo::new(move |_| details.with(|details| details.suggestions.clone()));
    let merges = Memo::new(move |_| details.with(|details| details.merges.clone()));
    let chats = Memo::new(move |_| details.with(|details| details.chats.clone()));
    let with = RwSignal::new(None::<ConversationId>);
    let finding = RwSignal::new(false);
    view! {
        <div class="sect">
            <h3>{words.same}</h3>
            <button
                class="link-btn"
                id="merge-with"
                type="button"
                aria-haspopup="dialog"
                on:click=move |_| finding.set(true)
            >
                {words.merge_with}
            </button>
        </div>
        <div class="cards">
            {move || {
                let suggestions = suggestions.get();
                suggestions.into_iter().map(|suggestion| view! { <Suggested inbox suggestion with /> }).collect_view()
            }}
            {move || {
                let chats = chats.get();
                (!chats.is_empty()).then(|| view! { <Chats inbox chats /> })
            }}
            {move || merges.get().into_iter().map(|merge| view! { <Undo inbox merge /> }).collect_view()}
            {move || {
                let alone = chats.with(Vec::is_empty) && suggestions.with(Vec::is_empty) && merges.with(Vec::is_empty);
                alone.then(|| view! { <p class="card__note">{words.no_other_chats}</p> })
            }}
        </div>
        {move || {
            finding
                .get()
                .then(|| {
                    let shut = Callback::new(move |()| finding.set(false));
                    view! {
                        <Dialog id="find-title" title=words.merge_with class="dialog dialog--small" on_close=shut>
                            <Find inbox with />
                        </Dialog>
                    }
                })
        }}
        {move || {
            with.get()
                .map(|other| {
                    let shut = Callback::new(move |()| with.set(None));
                    view! {
                        <Dialog id="merge-title" title=words.merge_title on_close=shut>
                            <Look inbox other />
                        </Dialog>
                    }
                })
        }}
    }
}

/// The number or id a chat goes to.
fn address(chat: &ConversationRow) -> String {
    let contact = &chat.contact;
    contact.phone.as_deref().map(spaced).or_else(|| contact.user_id.clone()).unwrap_or_default()
}

fn channel_name(inbox: Inbox, chat: &ConversationRow) -> String {
    inbox.channels.with(|all| {
        all.iter().find(|channel| channel.id == chat.channel_id).map(|channel| channel.name.clone()).unwrap_or_default()
    })
}

#[component]
fn Chats(inbox: Inbox, chats: Vec<ConversationRow>) -> impl IntoView {
    let texts = use_texts();
    let one = move |chat: ConversationRow| {
        view! {
            <a class="chat-link" href=inbox.address_of(Some(&chat.id))>
                <Icon of=icon::MESSAGE_CIRCLE px=14 />
                <span class="chat-link__text">
                    <bdi dir="ltr">{address(&chat)}</bdi>
                    <bdi class="truncate">{channel_name(inbox, &chat)}</bdi>
                </span>
                <time class="push" datetime=time::machine(chat.last_activity_at_ms)>
                    {time::list_time(texts.locale, chat.last_activity_at_ms, inbox.clock.now())}
                </time>
            </a>
        }
    };
    view! {
        <nav class="card" aria-label=texts.customer.other_chats>
            <p class="card__head">{texts.customer.other_chats}</p>
            {chats.into_iter().map(one).collect_view()}
        </nav>
    }
}

#[component]
fn Suggested(inbox: Inbox, suggestion: Suggestion, with: RwSignal<Option<ConversationId>>) -> impl IntoView {
    let words = &use_texts().customer;
    let refusing = Doing::idle();
    let (other, chat) = (suggestion.other.id.clone(), suggestion.conversation_id.clone());
    let refuse = move |()| {
        let Some(id) = inbox.open.get_untracked() else { return };
        // That it is gone comes over the line.
        refusing.run(dismiss_suggestion(id, other.clone()), |()| {});
    };
    let why = match suggestion.kind {
        AliasKind::Phone => words.same_phone,
        AliasKind::UserId | AliasKind::ParentUserId => words.same_user_id,
    };
    view! {
        <article class="card" data-kind="suggestion">
            <p class="card__head">
                <Icon of=icon::USERS_ROUND px=14 />
                {words.may_be_same}
            </p>
            <p class="card__who">
                <bdi>{suggestion.other.title()}</bdi>
            </p>
            <p class="card__note">{why}</p>
            <WorkError doing=refusing />
            <div class="card__acts">
                <button
                    class="btn btn--small"
                    type="button"
                    aria-haspopup="dialog"
                    on:click=move |_| with.set(Some(chat.clone()))
                >
                    {words.compare}
                </button>
                <DoButton doing=refusing label=words.not_same class="btn btn--small btn--quiet" on_press=refuse />
            </div>
        </article>
    }
}

#[component]
fn Undo(inbox: Inbox, merge: Merge) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.customer;
    let undoing = Doing::idle();
    let merge_id = merge.id.clone();
    let undo = move |()| {
        let Some(id) = inbox.open.get_untracked() else { return };
        undoing.run(undo_merge(id, merge_id.clone()), |()| {});
    };
    let by = merge.merged_by.and_then(|id| {
        inbox.agents.with_untracked(|all| all.iter().find(|agent| agent.id == id).map(|agent| agent.name.clone()))
    });
    let until = time::moment(texts.locale, undo_until_ms(merge.merged_at_ms));
    view! {
        <article class="card">
            <p class="card__head">
                <Icon of=icon::USERS_ROUND px=14 />
                {words.merged}
            </p>
            <p class="card__who">
                <bdi>{merge.name}</bdi>
            </p>
            <p class="card__note">
                {by.map(|by| view! { <bdi>{by}</bdi> " · " })}
                <time datetime=time::machine(merge.merged_at_ms)>{time::moment(texts.locale, merge.merged_at_ms)}</time>
            </p>
            <WorkError doing=undoing />
            <div class="card__acts">
                <DoButton doing=undoing label=words.undo class="btn btn--small" on_press=undo />
            </div>
            <p class="card__note">{(words.undo_until)(&until)}</p>
        </article>
    }
}

/// Somebody whom no message has named as the same: found by number or id.
#[component]
fn Find(inbox: Inbox, with: RwSignal<Option<ConversationId>>) -> impl IntoView {
    let words = &use_texts().customer;
    let close = use_close_dialog();
    let finding = Doing::idle();
    let find = move |values: FormValues| {
        let Some(id) = inbox.open.get_untracked() else { return };
        finding.run(find_customer(id, values.text("customer")), move |found| {
            close.close();
            with.set(Some(found));
        });
    };
    view! {
        <div class="dialog__body">
            <WorkForm id="find-customer" doing=finding fields=&["customer"] on_send=find>
                <TextField
                    id="other-customer"
                    name="customer"
                    label=words.find_label
                    help=words.find_help
                    dir="ltr"
                    autocomplete="off"
                    autofocus=true
                    error=finding.field("customer")
                />
            </WorkForm>
        </div>
        <footer class="dialog__foot">
            <SendButton doing=finding form="find-customer" label=words.compare />
            <CloseButton />
        </footer>
    }
}

/// What a merge brings together, before it is done.
#[component]
fn Look(inbox: Inbox, other: ConversationId) -> impl IntoView {
    let words = &use_texts().customer;
    let Some(id) = inbox.open.get_untracked() else { return ().into_any() };
    let (this_chat, other_chat) = (id.clone(), other.clone());
    let preview = Fetched::new(move || preview_merge(id.clone(), other.clone()));
    let close = use_close_dialog();
    let merging = Doing::idle();
    let keep_other = RwSignal::new(false);
    let merge = move |()| {
        let Some((this, other)) =
            preview.with_untracked(|preview| (preview.this.contact.id.clone(), preview.other.contact.id.clone()))
        else {
            return;
        };
        let (this_chat, other_chat) = (this_chat.clone(), other_chat.clone());
        let wish = if keep_other.get_untracked() {
            MergeWish { keep: other_chat, merge: this_chat, keep_contact: other, merge_contact: this }
        } else {
            MergeWish { keep: this_chat, merge: other_chat, keep_contact: this, merge_contact: other }
        };
        merging.run(merge_customers(wish), move |()| close.close());
    };
    let ready = Memo::new(move |_| preview.with(|_| ()).is_some());
    view! {
        <div class="dialog__body">
            <WorkError doing=merging />
            <WhenFetched fetched=preview>
                {move || preview.get().map(|preview| view! { <Compared inbox preview keep_other /> })}
            </WhenFetched>
        </div>
        <footer class="dialog__foot">
            <Show when=move || ready.get()>
                <DoButton doing=merging label=words.merge class="btn btn--primary" on_press=merge.clone() />
            </Show>
            <CloseButton />
        </footer>
    }
    .into_any()
}

#[component]
fn Compared(inbox: Inbox, preview: Preview, keep_other: RwSignal<bool>) -> impl IntoView {
    let words = &use_texts().customer;
    let meet = preview.meet_on_a_number();
    view! {
        <fieldset class="merge">
            <legend class="form__legend">{words.which_name}</legend>
            <OneSide inbox side=preview.this keep_other of_other=false />
            <OneSide inbox side=preview.other keep_other of_other=true />
        </fieldset>
        <ul class="merge__says">
            <li>{words.merge_says_chats}</li>
            {meet.then(|| view! { <li>{words.merge_says_meet}</li> })}
            <li>{words.merge_says_undo}</li>
        </ul>
    }
}

/// One of the two; choosing it keeps its name.
#[component]
fn OneSide(inbox: Inbox, side: Side, keep_other: RwSignal<bool>, of_other: bool) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.customer;
    let names: Vec<String> = side
        .aliases
        .iter()
        .map(|(kind, value)| if *kind == AliasKind::Phone { spaced(value) } else { value.clone() })
        .collect();
    let between = if texts.locale == Locale::Ar { "، " } else { ", " };
    let channels = side.chats.iter().map(|chat| format!("\u{2068}{}\u{2069}", channel_name(inbox, chat)));
    let channels = channels.collect::<Vec<_>>().join(between);
    view! {
        <label class="merge__side">
            <input
                type="radio"
                name="keep"
                prop:checked=move || keep_other.get() == of_other
                on:change=move |_| keep_other.set(of_other)
            />
            <span class="merge__text">
                <bdi class="merge__name">{side.contact.title()}</bdi>
                {names
                    .into_iter()
                    .map(|name| {
                        view! {
                            <bdi class="merge__alias" dir="ltr">
                                {name}
                            </bdi>
                        }
                    })
                    .collect_view()}
                <span class="merge__count">
                    {(words.messages_in)(side.messages)} " · " {channels}
                </span>
            </span>
        </label>
    }
}
