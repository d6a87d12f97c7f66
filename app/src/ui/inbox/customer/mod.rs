//! The customer: what is known beside the chat, before the agent has read the message.

mod block;
mod consent;
mod details;
mod merge;
mod name;

use leptos::prelude::*;

use self::block::Blocking;
pub use self::block::{Question, shown as shown_block};
use self::consent::Consents;
use self::merge::Same;
use self::name::Ident;
use super::store::Inbox;
use super::window::{Shown, shown};
use crate::domain::conversation::ConversationRow;
use crate::domain::phone::spaced;
use crate::ui::i18n::use_texts;
use crate::ui::parts::browser;
use crate::ui::parts::copy::CopyButton;
use crate::ui::parts::icon::{self, Icon, Mark};
use crate::ui::parts::ring::Ring;
use crate::ui::parts::time;
use crate::ui::shell::Panes;

#[component]
pub fn Customer(inbox: Inbox, panes: Panes, mounted: RwSignal<bool>) -> impl IntoView {
    let texts = use_texts();
    let id = Memo::new(move |_| inbox.open_row.with(|row| row.as_ref().map(|row| row.contact.id.to_string())));
    let back = move |_| {
        panes.customer.set(false);
        browser::next_frame(|| {
            browser::focus(".who");
        });
    };
    view! {
        <aside class="pane panel" id="panel" aria-label=texts.inbox.customer>
            <header class="bar panel__head">
                <button
                    class="icon-btn panel__back"
                    type="button"
                    aria-label=texts.inbox.back_to_conversation
                    on:click=back
                >
                    <Icon of=icon::ARROW_LEFT px=20 />
                </button>
                <h2 class="panel__title">{texts.inbox.customer}</h2>
                <button
                    class="icon-btn panel__hide push"
                    type="button"
                    aria-label=texts.inbox.hide_customer
                    title=texts.inbox.hide_customer
                    on:click=move |_| panes.customer_off.set(true)
                >
                    <Icon of=icon::PANEL_RIGHT_CLOSE />
                </button>
            </header>
            <div class="scroll panel__body" tabindex="0">
                {move || match id.get().filter(|_| mounted.get()) {
                    Some(id) => view! { <Known inbox id /> }.into_any(),
                    None => view! { <Skeleton /> }.into_any(),
                }}
            </div>
        </aside>
    }
}

/// One customer; another one is another component.
#[component]
fn Known(inbox: Inbox, id: String) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.inbox;
    let of_row = move |read: fn(&ConversationRow) -> String| {
        Memo::new(move |_| inbox.open_row.with(|row| row.as_ref().map(read).unwrap_or_default()))
    };
    let name = of_row(|row| row.contact.title());
    let phone = of_row(|row| row.contact.phone.clone().unwrap_or_default());
    let username = of_row(|row| row.contact.username.clone().unwrap_or_default());
    let seen = Memo::new(move |_| {
        inbox
            .open_row
            .with(|row| row.as_ref().map_or((0, 0), |row| (row.contact.first_seen_at_ms, row.contact.last_seen_at_ms)))
    });
    let channel = Memo::new(move |_| {
        let id = inbox.open_row.with(|row| row.as_ref().map(|row| row.channel_id.clone()));
        inbox.channels.with(|all| {
            let held = all.iter().find(|channel| Some(&channel.id) == id.as_ref());
            held.map(|channel| (channel.name.clone(), spaced(&channel.display_phone)))
        })
    });
    let details = details::follow(inbox);
    let since = Memo::new(move |_| (words.customer_since)(&time::month(texts.locale, seen.get().0)));
    view! {
        <Ident inbox id name since />
        <div class="pairs">
            <Mark />
            {move || {
                let phone = phone.get();
                if phone.is_empty() {
                    view! {
                        <span class="pairs__val">{words.no_phone}</span>
                        <span></span>
                    }
                        .into_any()
                } else {
                    view! {
                        <span class="pairs__val">
                            <bdi dir="ltr">{spaced(&phone)}</bdi>
                        </span>
                        <CopyButton value=Signal::stored(phone) label=words.copy_phone />
                    }
                        .into_any()
                }
            }}
            {move || {
                Some(username.get())
                    .filter(|username| !username.is_empty())
                    .map(|username| {
                        view! {
                            <Icon of=icon::AT_SIGN px=16 />
                            <span class="pairs__val">
                                <bdi dir="ltr">{username}</bdi>
                            </span>
                            <span></span>
                        }
                    })
            }}
        </div>
        <div class="sect">
            <h3>{words.details}</h3>
        </div>
        <dl class="defs">
            <div>
                <dt>{words.number}</dt>
                <dd>
                    <bdi>{move || channel.get().map(|(name, _)| name)}</bdi>
                    <br />
                    <bdi dir="ltr">{move || channel.get().map(|(_, phone)| phone)}</bdi>
                </dd>
            </div>
            <Moment label=words.first_seen at_ms=Signal::derive(move || seen.get().0) />
            <Moment label=words.last_seen at_ms=Signal::derive(move || seen.get().1) />
        </dl>
        <div class="sect">
            <h3>{words.window_title}</h3>
        </div>
        <Window inbox />
        <Consents details />
        <Same inbox details />
        <Blocking inbox details />
    }
}

#[component]
fn Moment(label: &'static str, at_ms: Signal<i64>) -> impl IntoView {
    let locale = use_texts().locale;
    view! {
        <div>
            <dt>{label}</dt>
            <dd>
                <time datetime=move || time::machine(at_ms.get())>
                    {move || time::moment(locale, at_ms.get())}
                </time>
            </dd>
        </div>
    }
}

#[component]
fn Window(inbox: Inbox) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.inbox;
    let expires_at_ms =
        Memo::new(move |_| inbox.open_row.with(|row| row.as_ref().and_then(|row| row.window_expires_at_ms)));
    let state = Memo::new(move |_| shown(expires_at_ms.get(), inbox.clock.now()));
    let open = Memo::new(move |_| match state.get() {
        Shown::Open { level, .. } => Some(level),
        Shown::Closed { .. } => None,
    });
    let left = Signal::derive(move || match state.get() {
        Shown::Open { per_cent, .. } => per_cent,
        Shown::Closed { .. } => 0,
    });
    let number = move || match state.get() {
        Shown::Open { hours, minutes, .. } => (texts.common.left)(hours, minutes),
        Shown::Closed { .. } => String::new(),
    };
    let closes = move || {
        let at_ms = expires_at_ms.get().unwrap_or_default();
        (words.closes_at)(&time::soon(texts.locale, at_ms, inbox.clock.now()))
    };
    let closed = move || match state.get() {
        Shown::Closed { at_ms: Some(at_ms) } => (words.closed_ago)(&time::ago(texts.locale, at_ms, inbox.clock.now())),
        Shown::Closed { at_ms: None } | Shown::Open { .. } => words.never_opened.to_owned(),
    };
    view! {
        <article class="card">
            {move || match open.get() {
                Some(level) => {
                    view! {
                        <p class="card__head">
                            <span class="window" data-level=level>
                                <Ring left />
                            </span>
                            {words.window}
                            <span class="status" data-level=if level == "ok" { "done" } else { level }>
                                <Icon of=icon::CHECK px=12 />
                                {words.open}
                            </span>
                        </p>
                        <p class="card__num">{number}</p>
                        <p class="card__note">{closes}</p>
                        <p class="card__note">{words.window_help}</p>
                    }
                        .into_any()
                }
                None => {
                    view! {
                        <p class="card__head">
                            <Icon of=icon::TIMER px=14 />
                            {words.window}
                            <span class="status">
                                <Icon of=icon::LOCK px=12 />
                                {words.closed}
                            </span>
                        </p>
                        <p class="card__note">{closed}</p>
                        <p class="card__note">{words.window_closed_help}</p>
                    }
                        .into_any()
                }
            }}
        </article>
    }
}

#[component]
fn Skeleton() -> impl IntoView {
    view! {
        <section class="ident" aria-busy="true">
            <span class="bone bone--face"></span>
            <span class="bone bone--line bone--60"></span>
        </section>
    }
}
