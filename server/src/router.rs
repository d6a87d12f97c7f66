//! Every door of the server: this file is the index.

use std::sync::Arc;

use app::ctx::House;
use app::error::AppError;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use leptos::prelude::provide_context;
use tower_http::catch_panic::CatchPanicLayer;

use crate::http::{
    entry, health, live, media, origin, pages, preferences, problem, rest, security, session, site, webhook,
};
use crate::metrics::Metrics;
use crate::state::AppState;
use crate::workers::anew::said;

/// Bodies of everything but Meta's callback.
const BODY_BYTES: usize = 256 * 1024;

pub fn router(state: AppState) -> Router {
    let pages = Router::new()
        .route("/", get(pages::home))
        .route("/inbox", get(pages::inbox))
        .route("/inbox/{id}", get(pages::inbox))
        .route("/settings", get(pages::settings_page))
        .route("/settings/{section}", get(pages::settings_page))
        .route("/signin", get(pages::sign_in_page))
        .route("/setup/{token}", get(pages::set_up_page))
        .route("/password/{token}", get(pages::password_page))
        .route("/session", post(entry::sign_in))
        .route("/session/end", post(entry::sign_out))
        .route("/setup", post(entry::set_up))
        .route("/password", post(entry::choose_password))
        .route("/demo/enter", post(entry::enter_demo))
        .route("/preferences", post(preferences::save))
        .route("/fn/{*function}", post(server_function))
        .route("/live", get(live::live))
        .route_layer(middleware::from_fn_with_state(state.clone(), session::layer));

    let api = Router::new()
        .route("/api/v1/openapi.json", get(rest::openapi::document))
        .route("/api/v1/conversations", get(rest::conversations::list))
        .route("/api/v1/conversations/{id}", get(rest::conversations::get))
        .route("/api/v1/conversations/{id}/block", post(rest::blocks::block).delete(rest::blocks::unblock))
        .route("/api/v1/conversations/{id}/messages", get(rest::messages::list))
        .route("/api/v1/messages", post(rest::messages::send))
        .route("/api/{*path}", get(rest::unknown).post(rest::unknown))
        .route_layer(middleware::from_fn(rest::refusals));

    // Meta's deliveries read their body themselves, up to a limit of their own. No browser is meant, and no cookie acts:
    // what guards cookies is not asked.
    let deliveries = Router::new()
        .route("/webhooks/whatsapp", post(webhook::receive))
        .layer(DefaultBodyLimit::disable())
        .layer(catch_panics(state.metrics.clone()));

    // Uploads are cut at what their kind may have, while they come.
    let files = Router::new()
        .route("/media", post(media::upload).layer(DefaultBodyLimit::disable()))
        .route("/media/{id}", get(media::file))
        .route("/media/{id}/thumbnail", get(media::thumbnail));

    let rest = Router::new()
        .route("/webhooks/whatsapp", get(webhook::handshake))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .route("/assets/{*path}", get(site::asset))
        .route("/favicon.ico", get(site::favicon));

    Router::new()
        .merge(pages)
        .merge(api)
        .merge(files)
        .merge(rest)
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        // Inside the headers: also a request that panicked gets them.
        .layer(catch_panics(state.metrics.clone()))
        .layer(middleware::from_fn_with_state(state.clone(), origin::guard))
        .merge(deliveries)
        .layer(middleware::from_fn_with_state(state.clone(), security::headers))
        .with_state(state)
}

/// A server function of the app, with the house in its context.
async fn server_function(State(state): State<AppState>, request: Request) -> Response {
    let house: House = state.house.clone();
    let (parts, body) = request.into_parts();
    // Server functions read their body whole and know no limit of their own.
    let Ok(body) = axum::body::to_bytes(body, BODY_BYTES).await else {
        return (StatusCode::PAYLOAD_TOO_LARGE, Json(AppError::TooLarge)).into_response();
    };
    let request = Request::from_parts(parts, Body::from(body));
    let answer = leptos_axum::handle_server_fns_with_context(move || provide_context(house.clone()), request).await;
    with_true_status(answer.into_response()).await
}

/// Every refusal of a server function leaves Leptos as 500. A field that is not right is no failure of the server, in
/// the browser's console as little as in what watches the server.
async fn with_true_status(response: Response) -> Response {
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR {
        return response;
    }
    let (mut head, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, BODY_BYTES).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    if let Ok(error) = serde_json::from_slice::<AppError>(&bytes) {
        head.status = problem::status(&error);
    }
    Response::from_parts(head, Body::from(bytes))
}

/// A handler that panics fails its request; the server lives.
fn catch_panics(metrics: Arc<Metrics>) -> CatchPanicLayer<impl Fn(Box<dyn std::any::Any + Send>) -> Response + Clone> {
    CatchPanicLayer::custom(move |cause: Box<dyn std::any::Any + Send>| {
        metrics.panics.inc();
        panicked(cause.as_ref())
    })
}

fn panicked(cause: &(dyn std::any::Any + Send)) -> Response {
    let ref_id = app::tokens::reference();
    tracing::error!(error.ref_id = %ref_id, "a request panicked: {}", said(cause));
    (StatusCode::INTERNAL_SERVER_ERROR, format!("internal error {ref_id}\n")).into_response()
}
