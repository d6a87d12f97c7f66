//! Signing in.

use leptos::prelude::*;

use super::demo::DemoPeople;
use super::foot::{Foot, query_value};
use super::room::Room;
use crate::boot::{DemoPerson, Page};
use crate::error::{AppError, FieldProblem};
use crate::ui::app::use_boot;
use crate::ui::forms::field::{SecretField, TextField};
use crate::ui::i18n::use_texts;
use crate::ui::parts::icon::{self, Icon, Logo};

#[component]
pub fn SignInPage() -> impl IntoView {
    let Page::SignIn { email, error, next, insecure, demo_people } = use_boot().page else { return ().into_any() };
    let texts = use_texts();
    let here = format!("/signin?next={}", query_value(&next));
    view! {
        <div class="signin">
            <main class="signin__side">
                <p class="signin__brand">
                    <Logo />
                    {texts.common.app_name}
                </p>
                <SignInForm email error next insecure demo_people />
                <Foot next=here />
            </main>
            <Room />
        </div>
    }
    .into_any()
}

#[component]
fn SignInForm(
    email: String,
    error: Option<AppError>,
    next: String,
    insecure: bool,
    demo_people: Vec<DemoPerson>,
) -> impl IntoView {
    let texts = use_texts();
    let demo = !demo_people.is_empty();
    // After a refusal the password is what has to be typed again.
    let refused = !email.is_empty();
    let (at_password, above) = match error {
        Some(AppError::InvalidField { .. } | AppError::NotFound | AppError::Forbidden) => {
            // Whatever was wrong, one sentence: which addresses exist is nobody's business.
            (Some(texts.errors.sentence(&AppError::invalid("password", FieldProblem::Wrong))), None)
        }
        Some(other) => (None, Some(texts.errors.sentence(&other))),
        None => (None, None),
    };
    view! {
        <div class="signin__form">
            {insecure.then(|| view! { <Insecure /> })}
            {demo
                .then(|| {
                    view! {
                        <DemoPeople people=demo_people next=next.clone() />
                        <p class="or">{texts.entry.demo_or}</p>
                    }
                })}
            <form class="form" method="post" action="/session" novalidate>
                {(!demo)
                    .then(|| {
                        view! {
                            <div>
                                <h1 class="signin__title">{texts.entry.welcome_back}</h1>
                                <p class="signin__lead">{texts.entry.lead}</p>
                            </div>
                        }
                    })}
                {above
                    .map(|sentence| {
                        view! {
                            <div class="form__error" role="alert">
                                <Icon of=icon::CIRCLE_ALERT px=16 />
                                <p>{sentence}</p>
                            </div>
                        }
                    })} <input type="hidden" name="next" value=next />
                <TextField
                    id="email"
                    name="email"
                    label=texts.entry.email
                    kind="email"
                    dir="ltr"
                    autocomplete="username"
                    value=email
                    required=true
                    autofocus=!refused && !demo
                />
                <SecretField
                    id="password"
                    name="password"
                    label=texts.entry.password
                    autocomplete="current-password"
                    error=at_password
                    help=texts.entry.forgotten
                    required=true
                    autofocus=refused
                />
                <button class="btn btn--primary btn--large btn--block" type="submit">
                    {texts.entry.sign_in}
                </button>
            </form>
        </div>
    }
}

/// The browser will drop the cookie, so signing in would seem to do nothing.
#[component]
fn Insecure() -> impl IntoView {
    let texts = &use_texts().entry;
    view! {
        <div class="banner" data-kind="insecure" data-level="late" role="alert">
            <Icon of=icon::TRIANGLE_ALERT />
            <p class="banner__text">
                <b>{texts.insecure}</b>
                " "
                <span>{texts.insecure_way}</span>
            </p>
        </div>
    }
}
