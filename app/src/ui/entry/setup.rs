//! Making the first admin by the one-time link that the server prints.

use leptos::prelude::*;

use super::foot::Foot;
use crate::boot::Page;
use crate::domain::agent::Locale;
use crate::error::AppError;
use crate::ui::app::use_boot;
use crate::ui::forms::field::{SecretField, TextField};
use crate::ui::i18n::{Texts, use_texts};
use crate::ui::parts::icon::{self, Icon, Logo};

/// The card of these pages, with its brand and foot.
#[component]
pub fn EntryCard(next: String, children: Children) -> impl IntoView {
    let texts = use_texts();
    view! {
        <main class="setup">
            <p class="setup__brand">
                <Logo />
                {texts.common.app_name}
            </p>
            <section class="setup__card">{children()}</section>
            <Foot next class="signin__foot setup__legal" />
        </main>
    }
}

/// A link that leads nowhere any more, and who can help.
#[component]
pub fn VoidLink(title: &'static str, text: &'static str) -> impl IntoView {
    let texts = &use_texts().entry;
    view! {
        <div>
            <h1 class="setup__title">{title}</h1>
        </div>
        <p class="setup__lead">{text}</p>
        <footer class="setup__foot">
            <a class="btn btn--large" href="/signin" rel="external">
                {texts.to_sign_in}
            </a>
        </footer>
    }
}

/// What the server said of one field of a plain form.
pub fn of_field(texts: &Texts, error: Option<&AppError>, name: &str) -> Option<String> {
    error
        .filter(|error| matches!(error, AppError::InvalidField { field, .. } if field == name))
        .map(|error| texts.errors.sentence(error))
}

/// What the server said of anything but these fields.
#[component]
pub fn OtherError(error: Option<AppError>, fields: &'static [&'static str]) -> impl IntoView {
    let texts = use_texts();
    error
        .filter(|error| !matches!(error, AppError::InvalidField { field, .. } if fields.contains(&field.as_str())))
        .map(|error| {
            view! {
                <div class="form__error" role="alert">
                    <Icon of=icon::CIRCLE_ALERT px=16 />
                    <p>{texts.errors.sentence(&error)}</p>
                </div>
            }
        })
}

#[component]
pub fn SetupPage() -> impl IntoView {
    let Page::Setup { token, works, email, name, error } = use_boot().page else { return ().into_any() };
    let texts = &use_texts().entry;
    let next = format!("/setup/{token}");
    view! {
        <EntryCard next>
            {if works {
                view! { <SetupForm token email name error /> }.into_any()
            } else {
                view! { <VoidLink title=texts.setup_void_title text=texts.setup_void /> }.into_any()
            }}
        </EntryCard>
    }
    .into_any()
}

#[component]
fn SetupForm(token: String, email: String, name: String, error: Option<AppError>) -> impl IntoView {
    let texts = use_texts();
    let entry = &texts.entry;
    let locale = use_boot().locale;
    let of = |field: &str| of_field(texts, error.as_ref(), field);
    let (at_name, at_email, at_password) = (of("name"), of("email"), of("password"));
    // The first field that needs the hand: the wrong one, or what is still empty.
    let focus = match (&at_name, &at_email, &at_password) {
        (None, Some(_), _) => "email",
        (None, None, Some(_)) => "password",
        _ => "name",
    };
    view! {
        <ol class="stepper" aria-label=entry.steps>
            <li data-state="now" aria-current="step">
                <span class="stepper__dot">"1"</span>
                <span>{entry.step_account}</span>
            </li>
            <li data-state="next">
                <span class="stepper__dot">"2"</span>
                <span>{entry.step_number}</span>
            </li>
        </ol>
        <h1 class="setup__title">{entry.setup_title}</h1>
        <p class="setup__lead">{entry.setup_lead}</p>
        <form class="form" method="post" action="/setup" novalidate>
            <OtherError error=error.clone() fields=&["name", "email", "password"] />
            <input type="hidden" name="token" value=token />
            <TextField
                id="name"
                name="name"
                label=entry.name
                help=entry.name_help
                dir="auto"
                autocomplete="name"
                value=name
                error=at_name
                required=true
                autofocus=focus == "name"
            />
            <TextField
                id="email"
                name="email"
                label=entry.email
                help=entry.email_help
                kind="email"
                dir="ltr"
                autocomplete="username"
                value=email
                error=at_email
                required=true
                autofocus=focus == "email"
            />
            <SecretField
                id="password"
                name="password"
                label=entry.password
                help=entry.password_rule()
                autocomplete="new-password"
                error=at_password
                required=true
                autofocus=focus == "password"
            />
            <LocaleChoice label=entry.language chosen=locale />
            <button class="btn btn--primary btn--large btn--block" type="submit">
                {entry.create}
            </button>
        </form>
    }
}

/// Both languages, each in its own words.
#[component]
pub fn LocaleChoice(label: &'static str, chosen: Locale) -> impl IntoView {
    let choice = |locale: Locale, words: &'static str| {
        view! {
            <label class="check">
                <input type="radio" name="locale" value=locale.as_str() checked=locale == chosen />
                <span lang=locale.as_str()>{words}</span>
            </label>
        }
    };
    view! {
        <fieldset class="check-group">
            <legend class="form__legend">{label}</legend>
            {choice(Locale::Ar, "العربية")}
            {choice(Locale::En, "English")}
        </fieldset>
    }
}
