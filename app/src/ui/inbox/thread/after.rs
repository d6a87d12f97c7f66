//! Below a message: why it did not go, what is not certain, and what a person can do.

use leptos::prelude::*;

use super::scroll::Scroll;
use crate::domain::media::MediaKind;
use crate::domain::message::{Message, MessageStatus};
use crate::ui::i18n::use_texts;
use crate::ui::inbox::composer::Compose;
use crate::ui::inbox::store::{Bubble, Inbox, Pending};
use crate::ui::parts::browser;
use crate::ui::parts::icon::{self, Icon};

/// What there is to say.
#[derive(Clone, Debug, PartialEq)]
enum State {
    Nothing,
    /// Kept here until the server can be reached.
    Waiting,
    /// Our server refused it; it exists nowhere else.
    Refused(String),
    /// WhatsApp refused it.
    Failed {
        reason: String,
        repeated: bool,
    },
    Uncertain {
        words: &'static str,
        class: &'static str,
        repeated: bool,
    },
}

#[component]
pub fn After(inbox: Inbox, scroll: Scroll, bubble: RwSignal<Bubble>) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.thread;
    let state = Memo::new(move |_| {
        bubble.with(|bubble| match (&bubble.pending, bubble.message.status) {
            (Some(Pending::Sending), _) => State::Nothing,
            (Some(Pending::Waiting), _) => State::Waiting,
            (Some(Pending::Refused(error)), _) => State::Refused(texts.errors.sentence(error)),
            (None, MessageStatus::Failed) => State::Failed {
                reason: bubble
                    .message
                    .error
                    .as_ref()
                    .map_or_else(|| words.failed_unexplained.to_owned(), |error| texts.errors.message_error(error)),
                repeated: bubble.repeated,
            },
            (None, MessageStatus::Unknown) => State::Uncertain {
                words: words.unknown,
                class: "msg__state msg__state--unknown",
                repeated: bubble.repeated,
            },
            (None, MessageStatus::Unconfirmed) => State::Uncertain {
                words: words.unconfirmed,
                class: "msg__state msg__state--unconfirmed",
                repeated: bubble.repeated,
            },
            (None, _) => State::Nothing,
        })
    });
    move || match state.get() {
        State::Nothing => ().into_any(),
        State::Waiting => view! {
            <div class="msg__after">
                <p class="msg__state">
                    <span>{words.waiting_for_connection}</span>
                </p>
            </div>
        }
        .into_any(),
        State::Refused(reason) => view! { <Refused inbox scroll bubble reason /> }.into_any(),
        State::Failed { reason, repeated } => view! {
            <div class="msg__after">
                <p class="msg__state msg__state--failed" role="status">
                    <span>{(words.not_sent)(&reason)}</span>
                    {if repeated {
                        view! { <span>{words.repeated}</span> }.into_any()
                    } else {
                        view! { <Again inbox scroll bubble doubt=false /> }.into_any()
                    }}
                </p>
            </div>
        }
        .into_any(),
        State::Uncertain { words: said, class, repeated } => view! {
            <div class="msg__after">
                <p class=class role="status">
                    <span>{said}</span>
                    {if repeated {
                        view! { <span>{words.repeated}</span> }.into_any()
                    } else {
                        view! { <Again inbox scroll bubble doubt=true /> }.into_any()
                    }}
                </p>
            </div>
        }
        .into_any(),
    }
}

/// Refused by our own server: the same again, or back into the composer.
#[component]
fn Refused(inbox: Inbox, scroll: Scroll, bubble: RwSignal<Bubble>, reason: String) -> impl IntoView {
    let texts = use_texts();
    let compose: Option<Compose> = use_context();
    let name = move || bubble.with_untracked(|bubble| bubble.message.client_msg_id.clone()).unwrap_or_default();
    let retry = move |_| {
        inbox.retry(&name());
        scroll.to_end();
    };
    let is_text = bubble.with_untracked(|bubble| bubble.message.kind == "text");
    // Words go back to where they are written; what else was sent is let go.
    let edit = move |_| {
        if let (Some((text, quote)), Some(compose)) = (inbox.take_back(&name()), compose) {
            compose.take_in(&text, quote);
        }
    };
    view! {
        <div class="msg__after">
            <p class="msg__state msg__state--failed" role="alert">
                <span>{(texts.thread.not_sent)(&reason)}</span>
                <button class="link-btn" type="button" on:click=retry>
                    <Icon of=icon::ROTATE_CW px=14 />
                    {texts.common.retry}
                </button>
                <button class="link-btn" type="button" on:click=edit>
                    <Icon of=if is_text { icon::PENCIL } else { icon::X } px=14 />
                    {if is_text { texts.thread.edit } else { texts.compose.discard }}
                </button>
            </p>
        </div>
    }
}

/// Of the types that can be said again as they were (`sending::Draft::of_message`).
fn can_be_repeated(message: &Message) -> bool {
    match message.kind.as_str() {
        "text" => message.text.as_ref().is_some_and(|text| !text.is_empty()),
        "interactive" | "location" | "contacts" => true,
        kind => MediaKind::of_message(kind).is_some() && message.media.is_some(),
    }
}

/// Sends it once more: at once when it surely failed, after a second word when it may have arrived.
#[component]
fn Again(inbox: Inbox, scroll: Scroll, bubble: RwSignal<Bubble>, doubt: bool) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.thread;
    let asking = RwSignal::new(false);
    let can = Memo::new(move |_| bubble.with(|bubble| can_be_repeated(&bubble.message)));
    let go = move || {
        inbox.send_again(&bubble.with_untracked(|bubble| bubble.message.clone()));
        scroll.to_end();
    };
    let ask = move |_| {
        if doubt {
            asking.set(true);
            // The button that was pressed is gone: the keyboard goes on where it stood.
            browser::next_frame(|| {
                browser::focus(".msg__sure");
            });
        } else {
            go();
        }
    };
    let label = if doubt { words.send_again_twice } else { words.send_again };
    view! {
        <Show when=move || can.get()>
            <Show
                when=move || asking.get()
                fallback=move || {
                    view! {
                        <button class="link-btn" type="button" on:click=ask>
                            <Icon of=icon::ROTATE_CW px=14 />
                            {label}
                        </button>
                    }
                }
            >
                <span>{words.may_arrive_twice}</span>
                <button
                    class="link-btn msg__sure"
                    type="button"
                    on:click=move |_| {
                        asking.set(false);
                        go();
                    }
                >
                    {words.send_anyway}
                </button>
                <button class="link-btn" type="button" on:click=move |_| asking.set(false)>
                    {texts.common.cancel}
                </button>
            </Show>
        </Show>
    }
}
