//! A list of links or buttons as one stop of the Tab key, walked with the arrows.

use leptos::ev;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, Node};

/// Moves the keyboard among the elements that match `items` inside the element that listens. Says whether it did.
pub fn on_key(event: &ev::KeyboardEvent, items: &str) -> bool {
    if event.is_composing() || event.ctrl_key() || event.alt_key() || event.meta_key() || event.shift_key() {
        return false;
    }
    let Some(list) = event.current_target().and_then(|target| target.dyn_into::<Element>().ok()) else { return false };
    let Some(at) = super::browser::focused().and_then(|focused| focused.closest(items).ok().flatten()) else {
        return false;
    };
    let Ok(all) = list.query_selector_all(items) else { return false };
    let all: Vec<Element> = (0..all.length()).filter_map(|i| all.item(i)?.dyn_into().ok()).collect();
    let Some(here) = all.iter().position(|item| *item == at) else { return false };
    let next = match event.key().as_str() {
        "ArrowDown" => (here + 1).min(all.len() - 1),
        "ArrowUp" => here.saturating_sub(1),
        "Home" => 0,
        "End" => all.len() - 1,
        _ => return false,
    };
    event.prevent_default();
    all[next].dyn_ref::<HtmlElement>().is_some_and(|item| item.focus().is_ok())
}

/// Whether the keyboard, on its way out of one element (`focusout`), stays inside the one that listens.
pub fn stays_inside(event: &ev::FocusEvent) -> bool {
    let Some(list) = event.current_target().and_then(|target| target.dyn_into::<Node>().ok()) else { return false };
    let next = event.related_target().and_then(|target| target.dyn_into::<Node>().ok());
    next.is_some_and(|next| list.contains(Some(&next)))
}
