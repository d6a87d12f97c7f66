//! The pages: who may see which, and what they start from.

use app::boot::{Boot, DemoPerson, Page};
use app::ctx::{SignedIn, now_ms};
use app::domain::conversation::ListFilter;
use app::domain::ids::{ChannelId, ConversationId};
use app::error::AppError;
use app::store::links::{self, Purpose};
use app::store::{agents, settings};
use app::tokens;
use app::ui::page::document;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, http};
use leptos::prelude::{provide_context, use_context};
use serde::Deserialize;

use super::preferences::{locale_of, theme_of};
use super::problem::page_error;
use super::security::ScriptNonce;
use crate::state::AppState;

/// What the address of the inbox may carry.
#[derive(Deserialize)]
pub struct InboxQuery {
    channel: Option<String>,
}

/// `GET /`
pub async fn home() -> Redirect {
    Redirect::to("/inbox")
}

/// `GET /inbox`, `GET /inbox/{id}`
pub async fn inbox(
    State(state): State<AppState>,
    me: Option<Extension<SignedIn>>,
    id: Option<Path<String>>,
    Query(query): Query<InboxQuery>,
    headers: HeaderMap,
    uri: http::Uri,
) -> Response {
    let Some(Extension(me)) = me else { return to_sign_in(&uri) };
    let open = id.map(|Path(id)| ConversationId::from_text(id));
    let filter = ListFilter { channel_id: query.channel.map(ChannelId::from_text), ..ListFilter::default() };
    app_page(&state, &headers, &me, filter, open, &uri).await
}

/// `GET /settings`, `GET /settings/{section}`
pub async fn settings_page(
    State(state): State<AppState>,
    me: Option<Extension<SignedIn>>,
    headers: HeaderMap,
    uri: http::Uri,
) -> Response {
    let Some(Extension(me)) = me else { return to_sign_in(&uri) };
    app_page(&state, &headers, &me, ListFilter::default(), None, &uri).await
}

async fn app_page(
    state: &AppState,
    headers: &HeaderMap,
    me: &SignedIn,
    filter: ListFilter,
    open: Option<ConversationId>,
    uri: &http::Uri,
) -> Response {
    match app::api::snapshot::inbox(&state.house.db, &me.agent, filter, open.as_ref()).await {
        Ok(inbox) => {
            let missing = open.is_some() && inbox.thread.is_none();
            let page = Page::App {
                email: me.email.clone(),
                inbox: Box::new(inbox),
                missing,
                phones_url: state.demo.phones_url(),
            };
            let status = if missing { StatusCode::NOT_FOUND } else { StatusCode::OK };
            // With its query: a number's page is named there, and both halves must render the same.
            let path = uri.path_and_query().map_or(uri.path(), |path| path.as_str());
            render_at(state, headers, page, status, path).await
        }
        Err(error) => page_error(&error).into_response(),
    }
}

fn to_sign_in(uri: &http::Uri) -> Response {
    let next = uri.path_and_query().map_or("/inbox", |path| path.as_str());
    let query: String = next
        .bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b == b'/' || b == b'-' {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect();
    Redirect::to(&format!("/signin?next={query}")).into_response()
}

/// What the address of the sign-in page may carry.
#[derive(Deserialize)]
pub struct SignInQuery {
    #[serde(default)]
    next: String,
}

/// `GET /signin`
pub async fn sign_in_page(
    State(state): State<AppState>,
    me: Option<Extension<SignedIn>>,
    Query(query): Query<SignInQuery>,
    headers: HeaderMap,
) -> Response {
    let next = super::entry::own_path(&query.next);
    if me.is_some() {
        return Redirect::to(&next).into_response();
    }
    let page = sign_in(&state, &headers, String::new(), None, next);
    render(&state, &headers, page, StatusCode::OK).await
}

/// The sign-in page's start. The demo's people are added when it is rendered.
pub fn sign_in(state: &AppState, headers: &HeaderMap, email: String, error: Option<AppError>, next: String) -> Page {
    Page::SignIn { email, error, next, insecure: drops_cookie(state, headers), demo_people: Vec::new() }
}

/// Will this browser drop our cookie? `Secure` cookies live on https and on this machine's own names only.
fn drops_cookie(state: &AppState, headers: &HeaderMap) -> bool {
    if state.config.public_url.as_deref().is_some_and(|url| url.starts_with("https://")) {
        return false;
    }
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let local = name == "localhost" || name.ends_with(".localhost") || name.starts_with("127.") || name == "[::1]";
    let by_proxy = headers.get("x-forwarded-proto").is_some_and(|value| value == "https");
    !local && !by_proxy
}

/// `GET /setup/{token}`
pub async fn set_up_page(State(state): State<AppState>, Path(token): Path<String>, headers: HeaderMap) -> Response {
    match set_up(&state, token).await {
        Ok(page) => render(&state, &headers, page, StatusCode::OK).await,
        Err(error) => page_error(&error).into_response(),
    }
}

async fn set_up(state: &AppState, token: String) -> Result<Page, AppError> {
    let mut read = state.house.db.read().await?;
    let link = links::find(&mut read.conn(), &tokens::hash(&token), Purpose::Setup, now_ms()).await?;
    let works = link.is_some() && !agents::any_admin(&mut read.conn()).await?;
    Ok(Page::Setup { token, works, email: String::new(), name: String::new(), error: None })
}

/// `GET /password/{token}`
pub async fn password_page(State(state): State<AppState>, Path(token): Path<String>, headers: HeaderMap) -> Response {
    match password(&state, &token).await {
        Ok(page) => render(&state, &headers, page, StatusCode::OK).await,
        Err(error) => page_error(&error).into_response(),
    }
}

/// The start of the page behind a password link.
///
/// # Errors
/// The database is away.
pub async fn password(state: &AppState, token: &str) -> Result<Page, AppError> {
    let mut read = state.house.db.read().await?;
    let link = links::find(&mut read.conn(), &tokens::hash(token), Purpose::Password, now_ms()).await?;
    let agent = match link.and_then(|link| link.agent_id) {
        Some(id) => agents::by_id(&mut read.conn(), &id).await?.filter(|agent| !agent.brief.disabled),
        None => None,
    };
    let works = agent.is_some();
    let name = agent.map(|agent| agent.brief.name).unwrap_or_default();
    Ok(Page::Password { token: token.to_owned(), works, name, error: None })
}

/// Renders a page that has an address of its own.
pub async fn render(state: &AppState, headers: &HeaderMap, page: Page, status: StatusCode) -> Response {
    // The router inside the page must find the same page whatever address a refused form was sent to.
    let path = page.address().unwrap_or_else(|| "/inbox".to_owned());
    render_at(state, headers, page, status, &path).await
}

async fn render_at(state: &AppState, headers: &HeaderMap, page: Page, status: StatusCode, path: &str) -> Response {
    let (demo, page) = match with_demo(state, headers, page).await {
        Ok(known) => known,
        Err(error) => return page_error(&error).into_response(),
    };
    let boot = Boot {
        locale: locale_of(headers),
        theme: theme_of(headers),
        build: state.build.clone(),
        now_ms: now_ms(),
        demo,
        page,
    };
    let request = Request::builder().uri(path).body(Body::empty());
    let Ok(request) = request else { return StatusCode::NOT_FOUND.into_response() };
    let nonce = std::sync::Arc::new(std::sync::Mutex::new(None));
    let seen = nonce.clone();
    let handler = leptos_axum::render_app_async_with_context(
        move || {
            // leptos_axum has made the nonce by now; the header needs the same one.
            let made = use_context::<leptos::nonce::Nonce>().map(|nonce| nonce.to_string());
            *seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = made;
            provide_context(());
        },
        move || document(boot.clone()),
    );
    let mut response = handler(request).await;
    *response.status_mut() = status;
    if let Some(nonce) = nonce.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take() {
        response.extensions_mut().insert(ScriptNonce(nonce));
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn with_demo(state: &AppState, headers: &HeaderMap, page: Page) -> Result<(bool, Page), AppError> {
    let mut read = state.house.db.read().await?;
    let demo = settings::get(&mut read.conn(), settings::DEMO).await?.is_some();
    let page = match page {
        Page::SignIn { email, error, next, insecure, .. } if demo && state.config.listen.ip().is_loopback() => {
            let people = agents::all(&mut read.conn()).await?;
            let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
            let port = state.config.listen.port();
            let demo_people = people
                .into_iter()
                .filter(|agent| agent.email.ends_with(app::people::DEMO_PEOPLE_AT) && !agent.brief.disabled)
                .map(|agent| {
                    let label = agent.email.split('@').next().unwrap_or_default();
                    let home = format!("{label}.localhost:{port}");
                    DemoPerson {
                        id: agent.brief.id,
                        name: agent.brief.name,
                        role: agent.brief.role,
                        here: host == home,
                        url: format!("http://{home}/signin"),
                        email: agent.email,
                    }
                })
                .collect();
            Page::SignIn { email, error, next, insecure, demo_people }
        }
        page => page,
    };
    Ok((demo, page))
}
