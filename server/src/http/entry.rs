//! The forms of people who are not signed in yet. Plain HTML forms: they work before the browser's program is loaded.

use std::net::SocketAddr;

use app::boot::Page;
use app::ctx::now_ms;
use app::domain::agent::{Locale, normal_email};
use app::error::{AppError, FieldProblem};
use app::passwords::{self, Verdict};
use app::people;
use app::store::links::{self, Purpose};
use app::store::{agents, sessions, settings};
use app::tokens;
use axum::Form;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use serde::Deserialize;

use super::forwarded::client_ip;
use super::{pages, session};
use crate::state::AppState;

/// The sign-in form.
#[derive(Deserialize)]
pub struct SignInForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

/// `POST /session`: signs in.
pub async fn sign_in(
    State(state): State<AppState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Form(form): Form<SignInForm>,
) -> Response {
    match try_sign_in(&state, peer, &headers, &form).await {
        Ok(jar) => (jar, Redirect::to(&own_path(&form.next))).into_response(),
        Err(error) => {
            let next = own_path(&form.next);
            let page = pages::sign_in(&state, &headers, form.email, Some(error), next);
            pages::render(&state, &headers, page, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

async fn try_sign_in(
    state: &AppState,
    peer: SocketAddr,
    headers: &HeaderMap,
    form: &SignInForm,
) -> Result<CookieJar, AppError> {
    let address = client_ip(peer, headers, &state.config.trusted_proxies);
    let account = normal_email(&form.email).unwrap_or_default();
    let wait = state.throttle.wait_ms(&account, address, now_ms());
    if wait > 0 {
        return Err(AppError::Throttled { retry_after_s: (wait as u64).div_ceil(1_000) });
    }
    // Counted before the password is looked at, so that many tries at once do not all slip through.
    state.throttle.wrong(&account, address, now_ms());
    let mut read = state.house.db.read().await?;
    let agent = agents::by_email(&mut read.conn(), &account).await?.filter(|agent| !agent.brief.disabled);
    drop(read);
    let stored = agent.as_ref().and_then(|agent| agent.password_hash.as_deref());
    let verdict = passwords::verify(&form.password, stored).await.map_err(AppError::internal)?;
    let wrong = || AppError::invalid("password", FieldProblem::Wrong);
    let agent = agent.ok_or_else(wrong)?;
    if verdict == Verdict::Wrong {
        return Err(wrong());
    }
    state.throttle.right(&account, Some(address));
    let mut tx = state.house.db.begin().await?;
    if let Verdict::RightRehash(hash) = &verdict {
        agents::rehash(&mut tx.conn(), &agent.brief.id, hash).await?;
    }
    // A new token with every sign-in: one planted before is worth nothing after.
    if let Some(old) = session::token_hash(headers) {
        sessions::delete(&mut tx.conn(), &old).await?;
    }
    let cookie = session::start(&mut tx, &agent.brief.id, headers).await?;
    tx.commit().await?;
    let jar = CookieJar::new().add(cookie);
    Ok(match agent.locale {
        Some(locale) => jar.add(super::preferences::locale_cookie(locale)),
        None => jar,
    })
}

/// `POST /session/end`: signs out.
pub async fn sign_out(State(state): State<AppState>, headers: HeaderMap) -> Response {
    if let Some(hash) = session::token_hash(&headers)
        && let Err(error) = end(&state, &hash).await
    {
        return super::problem::page_error(&error).into_response();
    }
    (CookieJar::new().add(session::ended()), Redirect::to("/signin")).into_response()
}

async fn end(state: &AppState, hash: &str) -> Result<(), AppError> {
    let mut tx = state.house.db.begin().await?;
    let session = sessions::find(&mut tx.conn(), hash).await?;
    sessions::delete(&mut tx.conn(), hash).await?;
    if let Some(session) = session {
        agents::recheck_sessions(&mut tx, &session.agent_id, now_ms()).await?;
    }
    Ok(tx.commit().await?)
}

/// The form of the first admin.
#[derive(Deserialize)]
pub struct SetupForm {
    #[serde(default)]
    token: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    locale: String,
}

/// `POST /setup`: makes the first admin and signs them in.
pub async fn set_up(State(state): State<AppState>, headers: HeaderMap, Form(form): Form<SetupForm>) -> Response {
    match try_set_up(&state, &headers, &form).await {
        Ok(jar) => (jar, Redirect::to("/inbox")).into_response(),
        Err(error) => {
            let works = error != AppError::NotFound;
            let page = Page::Setup { token: form.token, works, email: form.email, name: form.name, error: Some(error) };
            pages::render(&state, &headers, page, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

async fn try_set_up(state: &AppState, headers: &HeaderMap, form: &SetupForm) -> Result<CookieJar, AppError> {
    let now = now_ms();
    let hash = tokens::hash(&form.token);
    let mut read = state.house.db.read().await?;
    links::find(&mut read.conn(), &hash, Purpose::Setup, now).await?.ok_or(AppError::NotFound)?;
    drop(read);
    people::check_password(&form.password)?;
    let password = passwords::hash(&form.password).await.map_err(AppError::internal)?;
    let locale = Locale::from_word(&form.locale).unwrap_or_else(|| super::preferences::locale_of(headers));
    let mut tx = state.house.db.begin().await?;
    let agent = people::first_admin(&mut tx, &form.token, &form.email, &form.name, &password, locale, now).await?;
    let cookie = session::start(&mut tx, &agent.brief.id, headers).await?;
    tx.commit().await?;
    Ok(CookieJar::new().add(cookie).add(super::preferences::locale_cookie(locale)))
}

/// The form behind a password link.
#[derive(Deserialize)]
pub struct PasswordForm {
    #[serde(default)]
    token: String,
    #[serde(default)]
    password: String,
}

/// `POST /password`: sets the password of the link's person and signs them in.
pub async fn choose_password(
    State(state): State<AppState>,
    headers: HeaderMap,
    Form(form): Form<PasswordForm>,
) -> Response {
    match try_choose(&state, &headers, &form).await {
        Ok(jar) => (jar, Redirect::to("/inbox")).into_response(),
        Err(error) => {
            let works = error != AppError::NotFound;
            let page = match pages::password(&state, &form.token).await {
                Ok(Page::Password { token, name, .. }) => Page::Password { token, works, name, error: Some(error) },
                Ok(page) => page,
                Err(error) => return super::problem::page_error(&error).into_response(),
            };
            pages::render(&state, &headers, page, StatusCode::UNPROCESSABLE_ENTITY).await
        }
    }
}

async fn try_choose(state: &AppState, headers: &HeaderMap, form: &PasswordForm) -> Result<CookieJar, AppError> {
    let now = now_ms();
    let hash = tokens::hash(&form.token);
    let mut read = state.house.db.read().await?;
    links::find(&mut read.conn(), &hash, Purpose::Password, now).await?.ok_or(AppError::NotFound)?;
    drop(read);
    people::check_password(&form.password)?;
    let password = passwords::hash(&form.password).await.map_err(AppError::internal)?;
    let mut tx = state.house.db.begin().await?;
    let link = links::find(&mut tx.conn(), &hash, Purpose::Password, now).await?.ok_or(AppError::NotFound)?;
    let id = link.agent_id.ok_or(AppError::NotFound)?;
    let agent = agents::by_id(&mut tx.conn(), &id).await?.filter(|agent| !agent.brief.disabled);
    let agent = agent.ok_or(AppError::NotFound)?;
    // Of two at once, one uses the link up.
    if !links::consume(&mut tx.conn(), &hash).await? {
        return Err(AppError::NotFound);
    }
    agents::set_password(&mut tx.conn(), &id, &password, None).await?;
    agents::recheck_sessions(&mut tx, &id, now).await?;
    let cookie = session::start(&mut tx, &id, headers).await?;
    tx.commit().await?;
    state.throttle.right(&agent.email, None);
    Ok(CookieJar::new().add(cookie))
}

/// The demo's one-click sign-in.
#[derive(Deserialize)]
pub struct DemoForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    next: String,
}

/// `POST /demo/enter`: signs in as one of the demo's people, without a password. Only in a demo folder, and only on a
/// listener nobody but this machine can reach.
pub async fn enter_demo(State(state): State<AppState>, headers: HeaderMap, Form(form): Form<DemoForm>) -> Response {
    match try_enter(&state, &headers, &form).await {
        Ok(jar) => (jar, Redirect::to(&own_path(&form.next))).into_response(),
        Err(error) => super::problem::page_error(&error).into_response(),
    }
}

async fn try_enter(state: &AppState, headers: &HeaderMap, form: &DemoForm) -> Result<CookieJar, AppError> {
    let mut tx = state.house.db.begin().await?;
    let demo = settings::get(&mut tx.conn(), settings::DEMO).await?.is_some();
    if !demo || !state.config.listen.ip().is_loopback() || !form.email.ends_with(app::people::DEMO_PEOPLE_AT) {
        return Err(AppError::NotFound);
    }
    let agent = agents::by_email(&mut tx.conn(), &form.email).await?.filter(|agent| !agent.brief.disabled);
    let agent = agent.ok_or(AppError::NotFound)?;
    let cookie = session::start(&mut tx, &agent.brief.id, headers).await?;
    tx.commit().await?;
    Ok(CookieJar::new().add(cookie))
}

/// A path of our own to go to; anything else would let a link send people elsewhere after signing in.
pub fn own_path(next: &str) -> String {
    let own = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && !next.contains("/../")
        && next.bytes().all(|byte| byte.is_ascii_graphic());
    if own { next.to_owned() } else { "/inbox".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_paths_are_followed() {
        for (next, expected) in [
            ("/inbox/0198", "/inbox/0198"),
            ("/settings?x=1", "/settings?x=1"),
            ("", "/inbox"),
            ("https://evil.example", "/inbox"),
            ("//evil.example", "/inbox"),
            ("/\\evil.example", "/inbox"),
            ("/a\r\nSet-Cookie: x", "/inbox"),
        ] {
            assert_eq!(own_path(next), expected, "{next:?}");
        }
    }
}
