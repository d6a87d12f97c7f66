//! The list: newest first, in pages, still while somebody reads it.

mod held;
mod row;
mod states;

use leptos::ev;
use leptos::html;
use leptos::prelude::*;

use super::store::{Filling, Inbox};
use super::template::Begin;
use crate::error::AppError;
use crate::ui::i18n::use_texts;
use crate::ui::parts::browser;
use crate::ui::parts::empty::Failure;
use crate::ui::parts::icon::{self, Dots, Icon};
use crate::ui::parts::roving;
use crate::ui::shell::Panes;
use held::Held;
use row::Row;
use states::{Nothing, Skeleton};

/// Rows this close to the end bring the next page.
const AHEAD_PX: i32 = 600;

/// What stands under the head.
#[derive(Clone, Debug, PartialEq)]
enum Body {
    Skeleton,
    Failed(AppError),
    Nothing,
    Rows,
}

#[component]
pub fn List(inbox: Inbox, panes: Panes, mounted: RwSignal<bool>) -> impl IntoView {
    let texts = use_texts();
    let held = Held::new(inbox);
    let body = Memo::new(move |_| match inbox.list_filling.get() {
        _ if !mounted.get() => Body::Skeleton,
        Filling::Busy => Body::Skeleton,
        Filling::Failed(error) => Body::Failed(error),
        Filling::Done if held.shown.with(Vec::is_empty) => Body::Nothing,
        Filling::Done => Body::Rows,
    });
    let title = move || {
        let chosen = inbox.filter.with(|filter| filter.channel_id.clone());
        let name = chosen.and_then(|id| {
            inbox.channels.with(|all| all.iter().find(|channel| channel.id == id).map(|channel| channel.name.clone()))
        });
        name.unwrap_or_else(|| texts.inbox.all.to_owned())
    };
    // A list that is not loaded to its end does not know how long it is.
    let count = move || match (body.get(), inbox.rows.with(Vec::len)) {
        (Body::Rows, rows) if inbox.has_more.get() => format!("{rows}+"),
        (Body::Rows, rows) => rows.to_string(),
        _ => String::new(),
    };
    let on_enter = move |event: ev::PointerEvent| {
        // A finger does not hover; its leaving is not told.
        if event.pointer_type() != "touch" {
            held.pointer.set(true);
        }
    };
    view! {
        <section
            class="pane list"
            id="list"
            aria-labelledby="list-title"
            on:pointerenter=on_enter
            on:pointerleave=move |_| held.pointer.set(false)
        >
            <header class="bar list__head">
                <button
                    class="icon-btn list__menu"
                    type="button"
                    aria-label=texts.inbox.views
                    aria-expanded=move || panes.views.get().to_string()
                    on:click=move |_| panes.views.update(|open| *open = !*open)
                >
                    <Icon of=icon::PANEL_RIGHT px=20 />
                </button>
                <h1 class="list__title" id="list-title">
                    <bdi>{title}</bdi>
                </h1>
                <span class="count list__count">
                    <bdi dir="ltr">{count}</bdi>
                </span>
                <Begin inbox />
            </header>
            <Moved held />
            {move || match body.get() {
                Body::Skeleton => view! { <Skeleton /> }.into_any(),
                Body::Failed(error) => {
                    view! { <Failure title=texts.inbox.list_failed error retry=move || inbox.fetch_list() /> }.into_any()
                }
                Body::Nothing => view! { <Nothing inbox /> }.into_any(),
                Body::Rows => view! { <Rows inbox held /> }.into_any(),
            }}
        </section>
    }
}

/// Says how many rows would stand elsewhere, and puts them there.
#[component]
fn Moved(held: Held) -> impl IntoView {
    let texts = use_texts();
    let take = move |event: ev::MouseEvent| {
        held.let_go();
        // By the keyboard: the pill is about to vanish under it.
        if event.detail() == 0 {
            browser::next_frame(|| {
                let _ = browser::focus(".rows .row");
            });
        }
    };
    view! {
        <div class="list__moved" role="status">
            <Show when=move || { held.moved.get() > 0 }>
                <button class="pill" type="button" on:click=take>
                    <Icon of=icon::ARROW_UP px=14 />
                    {move || (texts.inbox.moved)(held.moved.get() as i64)}
                </button>
            </Show>
        </div>
    }
}

#[component]
fn Rows(inbox: Inbox, held: Held) -> impl IntoView {
    let scroller = NodeRef::<html::Ol>::new();
    let look_ahead = move || {
        let Some(list) = scroller.try_get_untracked().flatten() else { return };
        let below = list.scroll_height() - list.client_height() - list.scroll_top();
        let may = inbox.has_more.get_untracked() && inbox.more_filling.get_untracked() == Filling::Done;
        if may && list.client_height() > 0 && below < AHEAD_PX {
            inbox.fetch_more();
        }
    };
    // A page that does not fill the pane brings the next one.
    Effect::new(move |_| {
        held.shown.track();
        browser::next_frame(look_ahead);
    });
    let walk = move |event: ev::KeyboardEvent| {
        roving::on_key(&event, ".row");
    };
    let on_leave = move |event: ev::FocusEvent| held.focus.set(roving::stays_inside(&event));
    view! {
        <ol
            class="rows scroll"
            node_ref=scroller
            on:scroll=move |_| look_ahead()
            on:keydown=walk
            on:focusin=move |_| held.focus.set(true)
            on:focusout=on_leave
        >
            <For each=move || held.shown.get() key=|item| item.id.clone() let(item)>
                <li>
                    <Row inbox held item />
                </li>
            </For>
            <More inbox />
        </ol>
    }
}

/// The end of the list, or the way to it.
#[component]
fn More(inbox: Inbox) -> impl IntoView {
    let texts = use_texts();
    move || match (inbox.has_more.get(), inbox.more_filling.get()) {
        (false, _) => view! { <li class="more more--end">{texts.inbox.list_end}</li> }.into_any(),
        (true, Filling::Busy) => view! {
            <li class="more" aria-busy="true">
                <Dots />
                <span>{texts.inbox.loading_more}</span>
            </li>
        }
        .into_any(),
        (true, Filling::Done) => view! {
            <li class="more">
                <button class="btn btn--quiet btn--small" type="button" on:click=move |_| inbox.fetch_more()>
                    {texts.inbox.load_more}
                </button>
            </li>
        }
        .into_any(),
        (true, Filling::Failed(error)) => view! {
            <li class="more" role="alert">
                <Icon of=icon::CIRCLE_ALERT px=14 />
                <span title=texts.errors.sentence(&error)>{texts.inbox.more_failed}</span>
                <button class="link-btn" type="button" on:click=move |_| inbox.fetch_more()>
                    <Icon of=icon::ROTATE_CW px=14 />
                    {texts.common.retry}
                </button>
            </li>
        }
        .into_any(),
    }
}
