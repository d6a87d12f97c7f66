//! The browser's entry point.

use app::boot::Boot;
use app::ui::app::App;
use wasm_bindgen::prelude::wasm_bindgen;

/// Takes over the page the server rendered.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    let boot: Boot = app::ui::page::boot_of_document();
    if let Some(address) = boot.page.address() {
        app::ui::parts::browser::stand_at(&address);
    }
    leptos::mount::hydrate_body(move || leptos::view! { <App boot /> });
}
