//! What only the browser can do. On the server each does nothing: none is called before the page lives.

#[cfg(feature = "hydrate")]
mod js {
    use wasm_bindgen::prelude::*;

    // `catch`: browsers leave the clipboard out on plain http, and an exception must not pass through our program.
    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(catch, js_namespace = ["navigator", "clipboard"], js_name = writeText)]
        pub fn write_text(text: &str) -> Result<js_sys::Promise, JsValue>;

        #[wasm_bindgen(catch, js_namespace = crypto, js_name = getRandomValues)]
        pub fn fill_random(bytes: &js_sys::Uint8Array) -> Result<JsValue, JsValue>;

        #[wasm_bindgen(catch, js_namespace = document, js_name = execCommand)]
        pub fn exec_command(command: &str) -> Result<bool, JsValue>;

        #[wasm_bindgen(catch, js_name = getSelection)]
        pub fn selection() -> Result<Selection, JsValue>;

        pub type Selection;

        #[wasm_bindgen(catch, method, js_name = selectAllChildren)]
        pub fn select_all_children(this: &Selection, node: &leptos::web_sys::Node) -> Result<(), JsValue>;
    }
}

/// Puts `text` on the clipboard. Where the browser has none for us (plain http), the text shown in `shown` is selected
/// and copied the old way, so that at worst one key press is left.
#[cfg(feature = "hydrate")]
pub async fn copy(text: String, shown: Option<leptos::web_sys::HtmlElement>) -> bool {
    if let Ok(promise) = js::write_text(&text)
        && wasm_bindgen_futures::JsFuture::from(promise).await.is_ok()
    {
        return true;
    }
    let Some(shown) = shown else { return false };
    let Ok(selection) = js::selection() else { return false };
    selection.select_all_children(&shown).is_ok() && js::exec_command("copy").unwrap_or(false)
}

#[cfg(not(feature = "hydrate"))]
pub async fn copy(_text: String, _shown: Option<leptos::web_sys::HtmlElement>) -> bool {
    false
}

/// A secret of 24 random bytes in hexadecimal; `None` when the browser gives no randomness.
pub fn random_token() -> Option<String> {
    #[cfg(feature = "hydrate")]
    {
        let bytes = js_sys::Uint8Array::new_with_length(24);
        js::fill_random(&bytes).ok()?;
        Some(bytes.to_vec().iter().map(|byte| format!("{byte:02x}")).collect())
    }
    #[cfg(not(feature = "hydrate"))]
    None
}

/// A moment in words of the reader's language and time zone; `None` outside a browser.
pub fn moment(at_ms: i64, locale: crate::domain::agent::Locale) -> Option<String> {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsValue;
        // Western digits in both, as everywhere in our text.
        let tag = match locale {
            crate::domain::agent::Locale::Ar => "ar-u-nu-latn",
            crate::domain::agent::Locale::En => "en-GB",
        };
        let options = js_sys::Object::new();
        for (key, value) in [("dateStyle", "medium"), ("timeStyle", "short")] {
            js_sys::Reflect::set(&options, &JsValue::from_str(key), &JsValue::from_str(value)).ok()?;
        }
        let tags = js_sys::Array::of1(&JsValue::from_str(tag));
        let format = js_sys::Intl::DateTimeFormat::new(&tags, &options);
        let date = js_sys::Date::new(&JsValue::from_f64(at_ms as f64));
        format.format().call1(&JsValue::UNDEFINED, &date).ok()?.as_string()
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = (at_ms, locale);
        None
    }
}

/// Loads another page whole: what this one was started with is no longer true.
pub fn go(path: &str) {
    #[cfg(feature = "hydrate")]
    if let Some(window) = web_sys::window() {
        let _ = window.location().set_href(path);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = path;
}

/// Loads this page anew.
pub fn reload() {
    #[cfg(feature = "hydrate")]
    if let Some(window) = web_sys::window() {
        let _ = window.location().reload();
    }
}
