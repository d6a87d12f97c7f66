//! What a message said before it was edited or deleted, for those who may look into it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::parts::text::blocks;
use crate::api::history::message_history;
use crate::domain::agent::Role;
use crate::domain::message::Said;
use crate::error::AppError;
use crate::ui::i18n::use_texts;
use crate::ui::inbox::kind;
use crate::ui::inbox::store::{Bubble, Inbox};
use crate::ui::parts::icon::{self, Icon};
use crate::ui::parts::time;

/// Whether this person is told what was taken back (domain/permission.rs decides again on the server).
pub fn may_look(inbox: Inbox) -> bool {
    inbox.me.with(|me| matches!(me.role, Role::Supervisor | Role::Admin))
}

/// The word beside the time of an edited message; a button for those who may look.
#[component]
pub fn Edited(inbox: Inbox, bubble: RwSignal<Bubble>, open: RwSignal<bool>) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.message;
    let at_ms = Memo::new(move |_| {
        bubble.with(|bubble| bubble.message.edited_at_ms.filter(|_| bubble.message.revoked_at_ms.is_none()))
    });
    move || {
        at_ms.get().map(|at_ms| {
            let when = (words.edited_at)(&time::moment(texts.locale, at_ms));
            if may_look(inbox) {
                view! {
                    <button
                        class="bubble__edited"
                        type="button"
                        title=when
                        aria-label=words.show_earlier
                        aria-expanded=move || open.get().to_string()
                        on:click=move |_| open.update(|open| *open = !*open)
                    >
                        {words.edited}
                    </button>
                }
                .into_any()
            } else {
                view! {
                    <span class="bubble__edited" title=when>
                        {words.edited}
                    </span>
                }
                .into_any()
            }
        })
    }
}

/// The way to what was deleted, where its place is kept.
#[component]
pub fn Deleted(inbox: Inbox, bubble: RwSignal<Bubble>, open: RwSignal<bool>) -> impl IntoView {
    let words = &use_texts().message;
    let revoked = Memo::new(move |_| bubble.with(|bubble| bubble.message.revoked_at_ms.is_some()));
    view! {
        <Show when=move || revoked.get() && may_look(inbox) && !open.get()>
            <button class="link-btn msg__deleted" type="button" on:click=move |_| open.set(true)>
                {words.show_deleted}
            </button>
        </Show>
    }
}

/// What it said, newest first.
#[component]
pub fn Earlier(bubble: RwSignal<Bubble>, open: RwSignal<bool>) -> impl IntoView {
    view! {
        <Show when=move || open.get()>
            <List bubble open />
        </Show>
    }
}

#[component]
fn List(bubble: RwSignal<Bubble>, open: RwSignal<bool>) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.message;
    let answer = RwSignal::new(None::<Result<Vec<Said>, AppError>>);
    // Another edit while it is open asks again.
    let mark = Memo::new(move |_| {
        bubble.with(|bubble| (bubble.message.id.clone(), bubble.message.edited_at_ms, bubble.message.revoked_at_ms))
    });
    let load = move || {
        let (id, ..) = mark.get_untracked();
        spawn_local(async move {
            let said = message_history(id).await;
            let _ = answer.try_set(Some(said));
        });
    };
    Effect::new(move |_| {
        mark.track();
        load();
    });
    view! {
        <section class="earlier" aria-label=words.earlier>
            <header class="earlier__head">
                <b>{words.earlier}</b>
                <button
                    class="icon-btn icon-btn--small"
                    type="button"
                    aria-label=words.hide_earlier
                    on:click=move |_| open.set(false)
                >
                    <Icon of=icon::X px=14 />
                </button>
            </header>
            {move || match answer.get() {
                None => view! { <span class="bone bone--line bone--60"></span> }.into_any(),
                Some(Ok(all)) => {
                    all.into_iter()
                        .map(|said| {
                            let until = said.until_ms.map(|at_ms| time::moment(texts.locale, at_ms));
                            let text = said.text.filter(|text| !text.is_empty());
                            view! {
                                <div class="earlier__said">
                                    {match text {
                                        Some(text) => view! { <div class="bubble__text">{blocks(&text)}</div> }.into_any(),
                                        None => {
                                            let name = if said.kind == "text" {
                                                words.no_words.to_owned()
                                            } else {
                                                kind::line(texts, &said.kind, "")
                                            };
                                            view! { <p>{name}</p> }.into_any()
                                        }
                                    }}
                                    {until.map(|until| view! { <p class="earlier__until">{(words.until)(&until)}</p> })}
                                </div>
                            }
                        })
                        .collect::<Vec<_>>()
                        .into_any()
                }
                Some(Err(error)) => {
                    view! {
                        <p class="earlier__failed" role="alert">
                            <span title=texts.errors.sentence(&error)>{words.earlier_failed}</span>
                            <button class="link-btn" type="button" on:click=move |_| load()>
                                <Icon of=icon::ROTATE_CW px=14 />
                                {texts.common.retry}
                            </button>
                        </p>
                    }
                        .into_any()
                }
            }}
        </section>
    }
}
