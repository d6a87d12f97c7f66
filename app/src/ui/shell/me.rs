//! One's own menu: language, theme, the way out. Plain forms, so that they work while the program is still loading, and
//! so that the cookie is the server's to set.

use leptos::ev;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use wasm_bindgen::JsCast;

use crate::boot::{Page, Theme};
use crate::domain::agent::Locale;
use crate::ui::app::use_boot;
use crate::ui::i18n::use_texts;
use crate::ui::inbox::Inbox;
use crate::ui::parts::browser;
use crate::ui::parts::face::{hue, letter};
use crate::ui::parts::icon::{self, Icon, Shape};
use crate::ui::parts::roving;

#[component]
pub fn Me(inbox: Inbox) -> impl IntoView {
    let texts = use_texts();
    let boot = use_boot();
    let location = use_location();
    let here = move || location.pathname.get();
    let email = match &boot.page {
        Page::App { email, .. } => email.clone(),
        Page::SignIn { .. } | Page::Setup { .. } | Page::Password { .. } => String::new(),
    };
    // The server renders the path alone; when it is sent, the form knows where it stands.
    let on_submit = move |event: ev::SubmitEvent| {
        let form = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let next = form.and_then(|form| form.query_selector("[name=next]").ok().flatten());
        if let Some(next) = next {
            let _ = next.set_attribute("value", &browser::here());
        }
    };
    let shown = RwSignal::new(false);
    let name = move || inbox.me.with(|me| me.name.clone());
    let close = move || {
        if shown.get_untracked() {
            shown.set(false);
            browser::focus(".rail__me");
        }
    };
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && shown.get_untracked() {
            event.prevent_default();
            close();
        } else {
            roving::on_key(&event, ".menu__item");
        }
    };
    // A click, or the keyboard, elsewhere closes it.
    let on_leave = move |event: ev::FocusEvent| {
        if !roving::stays_inside(&event) {
            shown.set(false);
        }
    };
    let toggle = move |_| {
        shown.update(|shown| *shown = !*shown);
        if shown.get_untracked() {
            browser::next_frame(|| {
                let _ = browser::query(".menu:focus-within").is_some() || browser::focus(".rail .menu__item");
            });
        }
    };
    let language = [(Locale::Ar, "العربية"), (Locale::En, "English")];
    let theme: [(Theme, Shape, &str); 3] = [
        (Theme::System, icon::MONITOR, texts.common.theme_system),
        (Theme::Light, icon::SUN, texts.common.theme_light),
        (Theme::Dark, icon::MOON, texts.common.theme_dark),
    ];
    let hue = hue(inbox.me.with_untracked(|me| me.id.to_string()).as_str());
    view! {
        <div class="menu-box" on:keydown=on_key on:focusout=on_leave>
            <button
                class="rail__me"
                type="button"
                aria-haspopup="menu"
                aria-expanded=move || shown.get().to_string()
                aria-label=move || (texts.common.account)(&name())
                title=name
                on:click=toggle
            >
                <span class="face face--28" data-face=hue>
                    {move || letter(&name())}
                </span>
            </button>
            <div class="menu menu--up" role="menu" tabindex="-1" hidden=move || !shown.get()>
                <p class="menu__head">
                    <bdi>{name}</bdi>
                    <br />
                    <bdi dir="ltr">{email}</bdi>
                </p>
                <hr class="menu__line" />
                <form method="post" action="/preferences" on:submit=on_submit role="group" aria-label=texts.common.language>
                    <input type="hidden" name="theme" value=boot.theme.as_str() />
                    <input type="hidden" name="next" value=here />
                    {language
                        .map(|(locale, name)| {
                            view! {
                                <button
                                    class="menu__item"
                                    role="menuitemradio"
                                    name="locale"
                                    value=locale.as_str()
                                    lang=locale.as_str()
                                    aria-checked=(locale == boot.locale).to_string()
                                >
                                    <Icon of=icon::LANGUAGES px=16 />
                                    <span>{name}</span>
                                </button>
                            }
                        })}
                </form>
                <hr class="menu__line" />
                <form method="post" action="/preferences" on:submit=on_submit role="group" aria-label=texts.common.theme>
                    <input type="hidden" name="locale" value=boot.locale.as_str() />
                    <input type="hidden" name="next" value=here />
                    {theme
                        .map(|(theme, shape, name)| {
                            view! {
                                <button
                                    class="menu__item"
                                    role="menuitemradio"
                                    name="theme"
                                    value=theme.as_str()
                                    aria-checked=(theme == boot.theme).to_string()
                                >
                                    <Icon of=shape px=16 />
                                    <span>{name}</span>
                                </button>
                            }
                        })}
                </form>
                <hr class="menu__line" />
                <form method="post" action="/session/end">
                    <button class="menu__item menu__item--danger" role="menuitem">
                        <Icon of=icon::LOG_OUT px=16 />
                        <span>{texts.common.sign_out}</span>
                    </button>
                </form>
            </div>
        </div>
    }
}
