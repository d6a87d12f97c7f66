//! Choosing an emoji: a box with a search, walked with the arrows.

mod data;

use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

use super::browser;
use crate::domain::agent::Locale;
use crate::ui::i18n::use_texts;
pub use data::USUAL;
use data::{Entry, GROUPS, is_meant};

/// In one row of the grid (style/emoji.css).
const COLUMNS: usize = 8;

/// `on_close` is also told when the keyboard leaves the box; `class` says where it stands.
#[component]
pub fn EmojiPicker(on_pick: Callback<String>, on_close: Callback<()>, class: &'static str) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.compose;
    let wanted = RwSignal::new(String::new());
    let search = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(search) = search.get() {
            let _ = search.focus();
        }
    });
    let found = Memo::new(move |_| {
        wanted.with(|wanted| {
            let of = |group: &&'static [Entry]| group.iter().filter(|entry| is_meant(entry, wanted)).copied().collect();
            GROUPS.iter().map(of).collect::<Vec<Vec<Entry>>>()
        })
    });
    let on_key = move |event: ev::KeyboardEvent| {
        // What is typed here is nobody else's.
        event.stop_propagation();
        match event.key().as_str() {
            "Escape" => {
                event.prevent_default();
                on_close.run(());
            }
            "Enter" if !event.is_composing() => {
                let on_search = event.target() == search.get_untracked().map(|search| search.unchecked_into());
                if let Some(first) = found.with_untracked(|found| found.iter().flatten().next().copied())
                    && on_search
                {
                    event.prevent_default();
                    on_pick.run(first.0.to_owned());
                }
            }
            _ => walk(&event),
        }
    };
    let on_leave = move |event: ev::FocusEvent| {
        if event.related_target().is_some() && !super::roving::stays_inside(&event) {
            on_close.run(());
        }
    };
    view! {
        <div class=format!("emoji {class}") role="dialog" aria-label=words.emoji on:keydown=on_key on:focusout=on_leave>
            <input
                class="input emoji__search"
                type="search"
                autocomplete="off"
                dir="auto"
                aria-label=words.find_emoji
                placeholder=words.find_emoji
                node_ref=search
                prop:value=wanted
                on:input=move |event| wanted.set(event_target_value(&event))
            />
            <div class="emoji__all">
                {move || {
                    let found = found.get();
                    if found.iter().all(Vec::is_empty) {
                        return view! { <p class="emoji__none">{words.no_emoji}</p> }.into_any();
                    }
                    found
                        .into_iter()
                        .enumerate()
                        .filter(|(_, entries)| !entries.is_empty())
                        .map(|(group, entries)| view! { <Group name=(words.emoji_group)(group) entries on_pick /> })
                        .collect_view()
                        .into_any()
                }}
            </div>
        </div>
    }
}

#[component]
fn Group(name: &'static str, entries: Vec<Entry>, on_pick: Callback<String>) -> impl IntoView {
    let locale = use_texts().locale;
    let buttons: Vec<_> = entries
        .into_iter()
        .map(|(emoji, ar, en)| {
            let label = if locale == Locale::Ar { ar } else { en };
            view! {
                <button
                    class="emoji__one"
                    type="button"
                    tabindex="-1"
                    aria-label=label
                    title=label
                    on:click=move |_| on_pick.run(emoji.to_owned())
                >
                    {emoji}
                </button>
            }
        })
        .collect();
    view! {
        <div role="group" aria-label=name>
            <p class="emoji__group" aria-hidden="true">{name}</p>
            <div class="emoji__grid">{buttons}</div>
        </div>
    }
}

/// From the search into the grid and about in it, the way the page runs.
fn walk(event: &ev::KeyboardEvent) {
    let key = event.key();
    let Some(frame) = event.current_target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
    let Ok(list) = frame.query_selector_all(".emoji__one") else { return };
    let all: Vec<HtmlElement> = (0..list.length()).filter_map(|at| list.item(at)?.dyn_into().ok()).collect();
    let here = browser::focused().and_then(|focused| all.iter().position(|one| **one == focused));
    let rtl = browser::document().and_then(|page| page.document_element()).and_then(|html| html.get_attribute("dir"));
    let (next, before) =
        if rtl.as_deref() == Some("rtl") { ("ArrowLeft", "ArrowRight") } else { ("ArrowRight", "ArrowLeft") };
    let to = match (here, key.as_str()) {
        (None, "ArrowDown") => Some(0),
        (None, _) => None,
        (Some(at), "ArrowDown") => Some(at + COLUMNS),
        (Some(at), "ArrowUp") if at < COLUMNS => {
            event.prevent_default();
            if let Ok(Some(search)) = frame.query_selector(".emoji__search") {
                let _ = search.unchecked_into::<HtmlElement>().focus();
            }
            None
        }
        (Some(at), "ArrowUp") => Some(at - COLUMNS),
        (Some(at), key) if key == next => Some(at + 1),
        (Some(at), key) if key == before => Some(at.saturating_sub(1)),
        (Some(_), "Home") => Some(0),
        (Some(_), "End") => Some(usize::MAX),
        _ => None,
    };
    if let Some(to) = to
        && let Some(one) = all.get(to.min(all.len().saturating_sub(1)))
    {
        event.prevent_default();
        let _ = one.focus();
    }
}
