//! Meta's callback: verify, store, answer. What it says is worked out later.

use app::ctx::now_ms;
use app::failpoint::{self, Point};
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use subtle::ConstantTimeEq as _;

use crate::state::AppState;
use crate::whatsapp::signature;

/// Meta's bodies have up to 3 MB; a little more is let in.
pub const BODY_BYTES: usize = 4 * 1024 * 1024;

/// What Meta asks when a callback address or its token is edited.
#[derive(Deserialize)]
pub struct Handshake {
    #[serde(rename = "hub.mode", default)]
    mode: String,
    #[serde(rename = "hub.challenge", default)]
    challenge: String,
    #[serde(rename = "hub.verify_token", default)]
    verify_token: String,
}

/// `GET`: proves to Meta that this address knows the token.
pub async fn handshake(State(state): State<AppState>, Query(asked): Query<Handshake>) -> Response {
    let mut known = subtle::Choice::from(0);
    for channel in state.channels.all() {
        known |= channel.secrets.verify_token.as_bytes().ct_eq(asked.verify_token.as_bytes());
    }
    if asked.mode != "subscribe" || !bool::from(known) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let mut handshakes = state.handshakes.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    handshakes.insert(app::tokens::hash(&asked.verify_token));
    drop(handshakes);
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], asked.challenge).into_response()
}

/// `POST`: 200 once the body is on disk, whatever it says. 401 without a valid signature, 413 when too large, 503 when
/// it cannot be stored, so that Meta sends it again.
pub async fn receive(State(state): State<AppState>, headers: HeaderMap, body: Body) -> Response {
    let body = match read(body, &headers).await {
        Ok(body) => body,
        Err(TooLarge::Yes) => {
            state.metrics.webhooks_refused_size.inc();
            return StatusCode::PAYLOAD_TOO_LARGE.into_response();
        }
        Err(TooLarge::Broken) => return StatusCode::BAD_REQUEST.into_response(),
    };
    let given = headers.get("x-hub-signature-256").and_then(|value| value.to_str().ok());
    let channels = state.channels.all();
    let secrets = channels.iter().flat_map(|channel| channel.secrets.app_secrets.iter().map(String::as_str));
    if !signature::is_valid(given, &body, secrets) {
        state.metrics.webhooks_refused_signature.inc();
        let count = state.metrics.webhooks_refused_signature.get();
        // Powers of two: an alarm that repeats, but never floods the log.
        if count.is_power_of_two() {
            tracing::warn!(count, "webhook: {count} requests without a valid signature since the start");
        }
        return StatusCode::UNAUTHORIZED.into_response();
    }
    failpoint::reach(Point::WebhookRead);
    match state.journal.append(body, now_ms()).await {
        Ok(()) => {
            failpoint::reach(Point::WebhookStored);
            state.metrics.webhooks_accepted.inc();
            StatusCode::OK.into_response()
        }
        Err(crate::workers::journal::NotStored) => {
            state.metrics.webhooks_not_stored.inc();
            ([(header::RETRY_AFTER, "5")], StatusCode::SERVICE_UNAVAILABLE).into_response()
        }
    }
}

enum TooLarge {
    Yes,
    Broken,
}

async fn read(body: Body, headers: &HeaderMap) -> Result<Bytes, TooLarge> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > BODY_BYTES) {
        return Err(TooLarge::Yes);
    }
    axum::body::to_bytes(body, BODY_BYTES).await.map_err(|error| {
        // The only error of ours in the chain is the limit; everything else is the connection's.
        let limit = std::error::Error::source(&error).is_some_and(|source| source.to_string().contains("limit"));
        if limit { TooLarge::Yes } else { TooLarge::Broken }
    })
}
