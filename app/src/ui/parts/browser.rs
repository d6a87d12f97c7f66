//! The browser, asked carefully: every question has an answer when the browser has none, since a panic here would take
//! the whole page with it. Only called from events, effects and timers, so never on the server.

use std::time::Duration;

use leptos::prelude::{set_timeout_with_handle, window_event_listener_untyped};
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, HtmlElement, VisibilityState, Window};

pub fn window() -> Option<Window> {
    web_sys::window()
}

pub fn document() -> Option<Document> {
    window()?.document()
}

/// The browser's own clock, in milliseconds UTC. For what people see, ask [`super::clock`].
pub fn now_ms() -> i64 {
    js_sys::Date::now() as i64
}

/// Runs `work` once after `wait`.
pub fn after(wait: Duration, work: impl FnOnce() + 'static) {
    let _ = set_timeout_with_handle(work, wait);
}

/// Runs `work` before the next painting, or a moment later in a tab that does not paint.
pub fn next_frame(work: impl Fn() + Clone + 'static) {
    let painted = work.clone();
    leptos::prelude::request_animation_frame(painted);
    // Hidden tabs paint nothing, but their title still counts what is unread.
    after(Duration::from_millis(200), work);
}

/// Hears an event of the window for as long as the page lives.
pub fn on_window(event: &str, heard: impl Fn() + 'static) {
    let _ = window_event_listener_untyped(event, move |_| heard());
}

/// Hears `visibilitychange`, which browsers fire on the document.
pub fn on_visibility(heard: impl Fn() + 'static) {
    let Some(document) = document() else { return };
    let heard = Closure::<dyn Fn()>::new(heard);
    if document.add_event_listener_with_callback("visibilitychange", heard.as_ref().unchecked_ref()).is_ok() {
        heard.forget(); // As long as the page lives.
    }
}

pub fn is_visible() -> bool {
    document().is_some_and(|document| document.visibility_state() == VisibilityState::Visible)
}

/// Somebody looks at this tab: it is visible and has the keyboard.
pub fn is_attended() -> bool {
    is_visible() && document().is_some_and(|document| document.has_focus().unwrap_or(false))
}

pub fn matches_media(query: &str) -> bool {
    window().and_then(|window| window.match_media(query).ok().flatten()).is_some_and(|list| list.matches())
}

/// A phone's width: one pane at a time (style/shell.css).
pub fn is_narrow() -> bool {
    matches_media("(max-width: 719px)")
}

/// Leaves this page for another address, with all that is in memory.
pub fn go_to(address: &str) {
    if let Some(window) = window() {
        let _ = window.location().assign(address);
    }
}

/// Gives the page its own address where a refused form has left another in the bar: the router finds its
/// screen by it, and a reload does not send the form again.
pub fn stand_at(path: &str) {
    let Some(window) = window() else { return };
    if window.location().pathname().as_deref() == Ok(path) {
        return;
    }
    if let Ok(history) = window.history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(path));
    }
}

pub fn reload() {
    if let Some(window) = window() {
        let _ = window.location().reload();
    }
}

/// The path and query of this page, as a server may send the browser back to.
pub fn here() -> String {
    let Some(window) = window() else { return "/".to_owned() };
    let location = window.location();
    location.pathname().unwrap_or_default() + &location.search().unwrap_or_default()
}

pub fn query(selector: &str) -> Option<Element> {
    document()?.query_selector(selector).ok().flatten()
}

/// Puts the keyboard on the first element that matches. Says whether there was one.
pub fn focus(selector: &str) -> bool {
    query(selector).and_then(|element| element.dyn_into::<HtmlElement>().ok()).is_some_and(|it| it.focus().is_ok())
}

pub fn focused() -> Option<Element> {
    document()?.active_element()
}

/// What this browser keeps under a name; nothing where it keeps nothing for us.
pub fn kept(name: &str) -> Option<String> {
    let (storage, get) = storage_fn("getItem")?;
    get.call1(&storage, &name.into()).ok()?.as_string()
}

/// Keeps a text under a name, in this browser alone: nothing of a customer's belongs here.
pub fn keep(name: &str, value: &str) {
    if let Some((storage, set)) = storage_fn("setItem") {
        let _ = set.call2(&storage, &name.into(), &value.into());
    }
}

/// `localStorage` with one of its functions; a browser may refuse to hand it out.
fn storage_fn(name: &str) -> Option<(JsValue, js_sys::Function)> {
    let window = JsValue::from(window()?);
    let storage = js_sys::Reflect::get(&window, &"localStorage".into()).ok()?;
    let function = js_sys::Reflect::get(&storage, &name.into()).ok()?.dyn_into().ok()?;
    Some((storage, function))
}

/// 128 random bits as text, for names that must not meet.
pub fn random_id() -> String {
    let mut bytes = [0_u8; 16];
    if !fill_random(&mut bytes) {
        bytes.fill_with(|| (js_sys::Math::random() * 256.0) as u8);
    }
    hex(&bytes)
}

/// A secret of 192 bits as text; `None` when the browser gives no randomness.
pub fn random_token() -> Option<String> {
    let mut bytes = [0_u8; 24];
    fill_random(&mut bytes).then(|| hex(&bytes))
}

fn fill_random(bytes: &mut [u8]) -> bool {
    let crypto = window().and_then(|window| window.crypto().ok());
    crypto.is_some_and(|crypto| crypto.get_random_values_with_u8_array(bytes).is_ok())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A number from 0 up to 1. Good enough to spread load, not to guard a secret.
pub fn chance() -> f64 {
    js_sys::Math::random()
}

/// Puts `text` on the clipboard. Where the browser has none for us (plain http), the text shown in `shown` is selected
/// and copied the old way, so that at worst one key press is left.
pub async fn copy(text: String, shown: Option<HtmlElement>) -> bool {
    if let Some(promise) = clipboard_write(&text)
        && wasm_bindgen_futures::JsFuture::from(promise).await.is_ok()
    {
        return true;
    }
    let (Some(shown), Some(window)) = (shown, window()) else { return false };
    let selected = || window.get_selection().ok().flatten()?.select_all_children(&shown).ok();
    selected().is_some() && exec_copy().unwrap_or(false)
}

/// Begins to write to the clipboard; `None` where there is none.
fn clipboard_write(text: &str) -> Option<js_sys::Promise> {
    let navigator = window()?.navigator();
    let clipboard = js_sys::Reflect::get(&navigator, &"clipboard".into()).ok()?;
    let write = js_sys::Reflect::get(&clipboard, &"writeText".into()).ok()?.dyn_into::<js_sys::Function>().ok()?;
    write.call1(&clipboard, &text.into()).ok()?.dyn_into().ok()
}

fn exec_copy() -> Option<bool> {
    let document = document()?;
    let command = js_sys::Reflect::get(&document, &"execCommand".into()).ok()?.dyn_into::<js_sys::Function>().ok()?;
    command.call1(&document, &"copy".into()).ok()?.as_bool()
}
