//! Language and theme, in cookies, so that the first byte of a page is right.

use app::boot::{LOCALE_COOKIE, Theme};
use app::domain::agent::Locale;
use axum::Form;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use serde::Deserialize;

const THEME: &str = "majlis_theme";

/// The language of a request: its cookie's, else the browser's best of ours, else Arabic.
pub fn locale_of(headers: &HeaderMap) -> Locale {
    let chosen =
        CookieJar::from_headers(headers).get(LOCALE_COOKIE).and_then(|cookie| Locale::from_word(cookie.value()));
    chosen.unwrap_or_else(|| {
        let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        Locale::from_accept_language(accepted, Locale::Ar)
    })
}

pub fn theme_of(headers: &HeaderMap) -> Theme {
    let chosen = CookieJar::from_headers(headers).get(THEME).and_then(|cookie| Theme::from_word(cookie.value()));
    chosen.unwrap_or(Theme::System)
}

pub fn locale_cookie(locale: Locale) -> Cookie<'static> {
    remembered(LOCALE_COOKIE, locale.as_str())
}

fn remembered(name: &'static str, value: &'static str) -> Cookie<'static> {
    let mut cookie = Cookie::build((name, value)).path("/").same_site(SameSite::Lax).http_only(true).build();
    cookie.make_permanent();
    cookie
}

/// What the switches send; each is optional.
#[derive(Deserialize)]
pub struct PreferencesForm {
    #[serde(default)]
    locale: String,
    #[serde(default)]
    theme: String,
    #[serde(default)]
    next: String,
}

/// `POST /preferences`: remembers language and theme in this browser and goes back.
pub async fn save(Form(form): Form<PreferencesForm>) -> Response {
    let mut jar = CookieJar::new();
    if let Some(locale) = Locale::from_word(&form.locale) {
        jar = jar.add(locale_cookie(locale));
    }
    if let Some(theme) = Theme::from_word(&form.theme) {
        jar = jar.add(remembered(THEME, theme.as_str()));
    }
    (jar, Redirect::to(&super::entry::own_path(&form.next))).into_response()
}
