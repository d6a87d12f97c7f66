//! The thread: who it is, what was said, and where the answer is written.

mod actions;
mod after;
mod bubble;
mod earlier;
mod event;
mod items;
mod media;
mod parts;
mod reactions;
mod scroll;

use leptos::ev;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::composer::{Compose, Composer};
use super::store::{Inbox, Opened};
use crate::domain::conversation::ConversationRow;
use crate::domain::ids::ConversationId;
use crate::ui::i18n::use_texts;
use crate::ui::parts::browser;
use crate::ui::parts::empty::{Empty, Failure};
use crate::ui::parts::face::Avatar;
use crate::ui::parts::icon::{self, Icon, Mark};
use crate::ui::shell::Panes;
use items::Messages;
pub use parts::{Preview, text};
pub use scroll::Scroll;

#[component]
pub fn ThreadPane(
    inbox: Inbox,
    panes: Panes,
    id: Memo<Option<ConversationId>>,
    mounted: RwSignal<bool>,
) -> impl IntoView {
    let texts = use_texts();
    let navigate = use_navigate();
    let title_of = |row: &Option<ConversationRow>| row.as_ref().map(|row| row.contact.title()).unwrap_or_default();
    let label = move || match inbox.open_row.with(title_of) {
        name if name.is_empty() => texts.thread.conversation.to_owned(),
        name => (texts.thread.conversation_with)(&name),
    };
    let spoken = move || match inbox.spoken.get() {
        text if text.is_empty() => text,
        text => (texts.thread.spoken)(&inbox.open_row.with_untracked(title_of), &text),
    };
    // Escape goes back to the list: to the row it came from, or, where there is one pane only, to the pane.
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() != "Escape" || event.is_composing() || event.default_prevented() {
            return;
        }
        event.prevent_default();
        if browser::is_narrow() {
            navigate(&inbox.address_of(None), NavigateOptions::default());
        } else {
            let _ = browser::focus(".rows .row[aria-current]") || browser::focus(".rows .row[tabindex='0']");
        }
    };
    view! {
        <section class="pane thread" id="thread" aria-label=label on:keydown=on_key>
            {move || match id.get() {
                Some(id) => view! { <Thread inbox panes id mounted /> }.into_any(),
                None => {
                    view! { <Empty sign=icon::MESSAGE_CIRCLE title=texts.thread.choose text=texts.thread.choose_text /> }
                        .into_any()
                }
            }}
            <p class="sr-only" aria-live="polite">
                {spoken}
            </p>
        </section>
    }
}

/// One conversation; another one is another component, so nothing of the last one stays behind.
#[component]
fn Thread(inbox: Inbox, panes: Panes, id: ConversationId, mounted: RwSignal<bool>) -> impl IntoView {
    let texts = use_texts();
    let scroll = Scroll::new(inbox);
    let compose = Compose::new(inbox, &id);
    provide_context(compose);
    // Until the store has followed the address, what it holds belongs to the conversation before.
    let opened = Memo::new(move |_| {
        let followed = inbox.open.with(|open| open.as_ref() == Some(&id));
        if mounted.get() && followed { inbox.opened.get() } else { Opened::Loading }
    });
    view! {
        <Head inbox panes />
        {move || match opened.get() {
            Opened::Loading => view! { <Skeleton /> }.into_any(),
            Opened::Ready => {
                view! {
                    <Messages inbox scroll />
                    <Jump scroll />
                    <div class="dock">
                        <Composer inbox scroll compose />
                    </div>
                }
                    .into_any()
            }
            Opened::Missing => {
                view! {
                    <Empty sign=icon::MESSAGE_CIRCLE_OFF title=texts.thread.missing text=texts.thread.missing_text>
                        <a class="btn" href=move || inbox.address_of(None)>
                            <Icon of=icon::ARROW_LEFT px=16 />
                            {texts.thread.back_to_list}
                        </a>
                    </Empty>
                }
                    .into_any()
            }
            Opened::Failed(error) => {
                view! { <Failure title=texts.thread.thread_failed error retry=move || inbox.fetch_thread() /> }
                    .into_any()
            }
        }}
    }
}

#[component]
fn Head(inbox: Inbox, panes: Panes) -> impl IntoView {
    let texts = use_texts();
    let who = Memo::new(move |_| {
        inbox.open_row.with(|row| {
            row.as_ref().map(|row| (row.contact.id.to_string(), row.contact.title(), row.channel_id.clone()))
        })
    });
    let channel = Memo::new(move |_| {
        let id = who.get().map(|(_, _, channel)| channel);
        inbox.channels.with(|all| all.iter().find(|it| Some(&it.id) == id.as_ref()).map(|it| it.name.clone()))
    });
    let show_customer = move |_| {
        panes.customer.set(true);
        panes.customer_off.set(false);
        if browser::is_narrow() {
            browser::next_frame(|| {
                browser::focus(".panel__back");
            });
        }
    };
    view! {
        <header class="bar thread__head">
            <a class="icon-btn thread__back" href=move || inbox.address_of(None) aria-label=texts.thread.back_to_list>
                <Icon of=icon::ARROW_LEFT px=20 />
            </a>
            {move || match who.get() {
                Some((id, name, _)) => {
                    view! {
                        <button
                            class="who"
                            type="button"
                            title=texts.inbox.show_customer
                            aria-controls="panel"
                            on:click=show_customer
                        >
                            <Avatar id name=Signal::stored(name.clone()) class="avatar avatar--36" />
                            <span class="who__text">
                                <bdi class="who__name truncate">{name}</bdi>
                                <span class="who__sub">
                                    <Mark />
                                    <bdi class="truncate">{channel}</bdi>
                                </span>
                            </span>
                        </button>
                    }
                        .into_any()
                }
                None if inbox.opened.get() == Opened::Missing => {
                    view! { <h2 class="list__title">{texts.thread.conversation}</h2> }.into_any()
                }
                None => {
                    view! {
                        <span class="bone bone--face"></span>
                        <span class="bone bone--line bone--25"></span>
                    }
                        .into_any()
                }
            }}
            <div class="head__acts push" hidden=move || inbox.opened.get() == Opened::Missing>
                <button
                    class="icon-btn head__panel"
                    type="button"
                    aria-label=texts.inbox.customer
                    title=texts.inbox.customer
                    aria-pressed=move || (!panes.customer_off.get()).to_string()
                    on:click=move |_| panes.customer_off.update(|off| *off = !*off)
                >
                    <Icon of=icon::PANEL_RIGHT />
                </button>
            </div>
        </header>
    }
}

/// To the newest message, when it is out of sight.
#[component]
fn Jump(scroll: Scroll) -> impl IntoView {
    let texts = use_texts();
    view! {
        <div class="thread__jump" hidden=move || scroll.at_end.get()>
            <button
                class="pill"
                type="button"
                aria-label=move || (texts.thread.new_below)(scroll.below.get())
                on:click=move |_| scroll.to_end()
            >
                <Icon of=icon::ARROW_DOWN px=14 />
                {texts.thread.latest}
                <Show when=move || { scroll.below.get() > 0 }>
                    <span class="badge">{move || scroll.below.get()}</span>
                </Show>
            </button>
        </div>
    }
}

#[component]
fn Skeleton() -> impl IntoView {
    let texts = use_texts();
    view! {
        <div class="skeleton skeleton--thread" aria-busy="true" aria-label=texts.inbox.loading>
            <span class="bone bone--bubble bone--60"></span>
            <span class="bone bone--bubble bone--40"></span>
            <span class="bone bone--bubble bone--tall bone--out bone--60"></span>
            <span class="bone bone--bubble bone--40"></span>
        </div>
    }
}
