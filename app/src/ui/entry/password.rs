//! Choosing a password by a one-time link.

use leptos::prelude::*;

use super::setup::{EntryCard, OtherError, VoidLink, of_field};
use crate::boot::Page;
use crate::error::AppError;
use crate::ui::app::use_boot;
use crate::ui::forms::field::SecretField;
use crate::ui::i18n::use_texts;

#[component]
pub fn PasswordPage() -> impl IntoView {
    let Page::Password { token, works, name, error } = use_boot().page else { return ().into_any() };
    let texts = &use_texts().entry;
    let next = format!("/password/{token}");
    view! {
        <EntryCard next>
            {if works {
                view! { <PasswordForm token name error /> }.into_any()
            } else {
                view! { <VoidLink title=texts.void_title text=texts.void /> }.into_any()
            }}
        </EntryCard>
    }
    .into_any()
}

#[component]
fn PasswordForm(token: String, name: String, error: Option<AppError>) -> impl IntoView {
    let texts = use_texts();
    let at_password = of_field(texts, error.as_ref(), "password");
    view! {
        <h1 class="setup__title">{texts.entry.password_title(&name)}</h1>
        <p class="setup__lead">{texts.entry.password_lead}</p>
        <form class="form" method="post" action="/password" novalidate>
            <OtherError error fields=&["password"] />
            <input type="hidden" name="token" value=token />
            <SecretField
                id="password"
                name="password"
                label=texts.entry.new_password
                help=texts.entry.password_rule()
                autocomplete="new-password"
                error=at_password
                required=true
                autofocus=true
            />
            <button class="btn btn--primary btn--large btn--block" type="submit">
                {texts.entry.choose}
            </button>
        </form>
    }
}
