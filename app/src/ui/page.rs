//! The HTML document around the app.

use leptos::prelude::*;

use super::app::App;
use super::i18n::{direction, texts};
use super::parts::icon::{self, Icon};
use crate::boot::{Boot, Theme};

/// The whole document: language, direction and theme stand in the first byte, so nothing flashes.
pub fn document(boot: Boot) -> impl IntoView {
    let texts = texts(boot.locale);
    let assets = format!("/assets/{}", boot.build);
    let theme = match boot.theme {
        Theme::System => None,
        Theme::Light => Some("light"),
        Theme::Dark => Some("dark"),
    };
    // `<` is the only character that could end the script element; JSON may write it as an escape.
    let data = serde_json::to_string(&boot).unwrap_or_default().replace('<', "\\u003c");
    view! {
        <!DOCTYPE html>
        <html lang=boot.locale.as_str() dir=direction(boot.locale) data-theme=theme>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="color-scheme" content="light dark" />
                <title>{texts.common.app_name}</title>
                <link rel="icon" href=format!("{assets}/favicon.svg") type="image/svg+xml" />
                <link rel="stylesheet" href=format!("{assets}/majlis.css") />
                <link rel="modulepreload" href=format!("{assets}/majlis.js") />
                <script type="application/json" id="boot">
                    {data}
                </script>
                <script type="module" nonce=leptos::nonce::use_nonce() src=format!("{assets}/start.js")></script>
            </head>
            <body>
                <App boot=boot.clone() />
                // Hidden until `start.js` says that the program is dead: HTML and CSS alone, for nothing else may work.
                <div class="banner banner--dead" data-kind="nowasm" data-level="late" role="alert">
                    <Icon of=icon::TRIANGLE_ALERT />
                    <p class="banner__text">
                        <b>{texts.common.dead}</b>
                        " "
                        <span>{texts.common.no_wasm}</span>
                    </p>
                    <a class="btn btn--small btn--primary push" href="">
                        {texts.common.reload}
                    </a>
                </div>
                <noscript>
                    <div class="banner banner--over" data-kind="nowasm" data-level="late">
                        <Icon of=icon::TRIANGLE_ALERT />
                        <p class="banner__text">
                            <b>{texts.common.no_wasm}</b>
                        </p>
                    </div>
                </noscript>
            </body>
        </html>
    }
    .into_any()
}

/// The data the server put into this document. Without it the page cannot start, and `start.js` says so.
#[cfg(feature = "hydrate")]
pub fn boot_of_document() -> Boot {
    let text = document_element("boot").and_then(|element| element.text_content()).unwrap_or_default();
    serde_json::from_str(&text).expect("the page holds what the server rendered it from")
}

#[cfg(feature = "hydrate")]
fn document_element(id: &str) -> Option<web_sys::Element> {
    web_sys::window()?.document()?.get_element_by_id(id)
}
