//! The foot of the pages before one is signed in: the other language, and where one is.

use leptos::prelude::*;

use crate::domain::agent::Locale;
use crate::ui::app::use_boot;
use crate::ui::i18n::{direction, use_texts};

/// `next` is the page to come back to in the other language.
#[component]
pub fn Foot(next: String, #[prop(default = "signin__foot")] class: &'static str) -> impl IntoView {
    let texts = &use_texts().entry;
    view! {
        <footer class=class>
            <LanguageSwitch next />
            <span class="push">{texts.own_server}</span>
        </footer>
    }
}

/// A plain form, so that it works before the page's program does.
#[component]
pub fn LanguageSwitch(next: String) -> impl IntoView {
    let texts = &use_texts().entry;
    let boot = use_boot();
    let other = match boot.locale {
        Locale::Ar => Locale::En,
        Locale::En => Locale::Ar,
    };
    view! {
        <form method="post" action="/preferences">
            <input type="hidden" name="locale" value=other.as_str() />
            <input type="hidden" name="theme" value=boot.theme.as_str() />
            <input type="hidden" name="next" value=next />
            <button class="link-btn" type="submit" lang=other.as_str() dir=direction(other)>
                {texts.other_language}
            </button>
        </form>
    }
}

/// A path as the value of a query: everything but letters, digits and a few marks is escaped.
pub fn query_value(path: &str) -> String {
    let mut escaped = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                escaped.push(char::from(byte))
            }
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_one_value() {
        for (path, expected) in [
            ("/inbox/0199-a_b", "/inbox/0199-a_b"),
            ("/inbox?a=1&b=2#c", "/inbox%3Fa%3D1%26b%3D2%23c"),
            ("/م", "/%D9%85"),
        ] {
            assert_eq!(query_value(path), expected);
        }
    }
}
