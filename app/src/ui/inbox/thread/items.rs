//! The scroller and the lines in it.

use leptos::ev;
use leptos::prelude::*;

use super::actions::Stops;
use super::bubble::Message;
use super::event::Event;
use super::scroll::Scroll;
use crate::ui::i18n::use_texts;
use crate::ui::inbox::store::{Filling, Inbox, Item};
use crate::ui::parts::icon::{self, Dots, Icon};
use crate::ui::parts::{roving, time};

#[component]
pub fn Messages(inbox: Inbox, scroll: Scroll) -> impl IntoView {
    let texts = use_texts();
    let stops = Stops::new(inbox);
    // From the options of one message to those of the next.
    let on_key = move |event: ev::KeyboardEvent| {
        roving::on_key(&event, ".msg__more");
    };
    view! {
        // The log is not live: a page of older messages would be read aloud. New ones are spoken apart.
        <div
            class="msgs-scroll"
            tabindex="0"
            role="log"
            aria-live="off"
            aria-label=texts.thread.messages
            node_ref=scroll.element
            on:scroll=move |_| scroll.look()
        >
            <ol class="msgs" on:keydown=on_key>
                <Older inbox />
                <For each=move || inbox.items.get() key=Item::key let(item)>
                    {match item {
                        Item::Day { at_ms, .. } => view! { <Day inbox at_ms /> }.into_any(),
                        Item::Unread => view! { <UnreadLine inbox /> }.into_any(),
                        Item::Bubble(item) if item.is_event() => view! { <Event item /> }.into_any(),
                        Item::Bubble(item) => view! { <Message inbox scroll stops item /> }.into_any(),
                    }}
                </For>
            </ol>
        </div>
    }
}

#[component]
fn Day(inbox: Inbox, at_ms: i64) -> impl IntoView {
    let texts = use_texts();
    // Today becomes yesterday while the page is open.
    let name = Memo::new(move |_| time::day_name(texts.locale, at_ms, inbox.clock.now()));
    view! {
        <li class="day">
            <span>{name}</span>
        </li>
    }
}

#[component]
fn UnreadLine(inbox: Inbox) -> impl IntoView {
    let texts = use_texts();
    view! {
        <li class="unread">
            <span>{move || (texts.thread.new_messages)(inbox.unread_line.get())}</span>
        </li>
    }
}

/// The top of the thread: its beginning, or the way to what is older.
#[component]
fn Older(inbox: Inbox) -> impl IntoView {
    let texts = use_texts();
    move || match (inbox.has_older.get(), inbox.older_filling.get()) {
        (false, _) => view! { <li class="older older--end">{texts.thread.beginning}</li> }.into_any(),
        (true, Filling::Busy) => view! {
            <li class="older" aria-busy="true">
                <Dots />
                <span>{texts.thread.loading_older}</span>
            </li>
        }
        .into_any(),
        (true, Filling::Done) => view! {
            <li class="older">
                <button class="btn btn--quiet btn--small" type="button" on:click=move |_| inbox.fetch_older()>
                    {texts.thread.older}
                </button>
            </li>
        }
        .into_any(),
        (true, Filling::Failed(error)) => view! {
            <li class="older" role="alert">
                <Icon of=icon::CIRCLE_ALERT px=14 />
                <span title=texts.errors.sentence(&error)>{texts.thread.older_failed}</span>
                <button class="link-btn" type="button" on:click=move |_| inbox.fetch_older()>
                    <Icon of=icon::ROTATE_CW px=14 />
                    {texts.common.retry}
                </button>
            </li>
        }
        .into_any(),
    }
}
