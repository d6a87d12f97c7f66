//! The doors of the fake Graph API, behind the ledger's notes and the check of the token.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{DefaultBodyLimit, Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::Value;

use super::serve::HangUp;
use super::{FakeNumber, Shared, account, blocks, files, messages, templates};
use crate::simulator::ledger::SeenRequest;
use crate::simulator::refusal::Refusal;
use crate::simulator::webhook;

/// Meta takes larger ones, but nothing we send comes near.
const BODY_BYTES: usize = 1024 * 1024;
/// The largest file with its form around it.
const UPLOAD_BYTES: usize = 101 * 1024 * 1024;

pub(super) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/{version}/debug_token", get(account::debug_token))
        .route("/{version}/{id}", get(account::node))
        .route("/{version}/{id}/phone_numbers", get(account::phone_numbers))
        .route("/{version}/{id}/subscribed_apps", get(account::subscribed_apps).post(account::subscribe))
        .route("/{version}/{id}/message_templates", get(templates::list))
        .route("/{version}/{id}/messages", post(messages::take))
        .route("/{version}/{id}/block_users", get(blocks::list).post(blocks::block).delete(blocks::unblock))
        .route("/{version}/{id}/smb_app_data", post(account::bring))
        .route("/{version}/{id}/media", post(files::take))
        .route("/files/{id}", get(files::bytes))
        .layer(middleware::from_fn_with_state(shared.clone(), note))
        .layer(DefaultBodyLimit::disable())
        .with_state(shared)
}

/// The error code of an answer, for the ledger.
#[derive(Clone, Copy)]
struct Code(i64);

/// Writes every request down before anything is decided, and its answer after.
async fn note(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let is_upload = parts.uri.path().ends_with("/media");
    let most = if is_upload { UPLOAD_BYTES } else { BODY_BYTES };
    let Ok(body) = to_bytes(body, most).await else { return StatusCode::PAYLOAD_TOO_LARGE.into_response() };
    let place = shared.ledger.note_request(SeenRequest {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        // Nobody reads a file here, and some are large.
        body: if is_upload { String::new() } else { String::from_utf8_lossy(&body).into_owned() },
        answered: None,
        code: None,
    });
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    if response.extensions().get::<HangUp>().is_none() {
        let code = response.extensions().get::<Code>().map(|code| code.0);
        shared.ledger.note_answer(place, response.status().as_u16(), code);
    }
    response
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.http_status).unwrap_or(StatusCode::BAD_REQUEST);
        let mut response = (status, Json(self.body())).into_response();
        for (name, value) in self.headers() {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(name, value);
            }
        }
        response.extensions_mut().insert(Code(self.code));
        response
    }
}

pub(super) type Answer = Result<Json<Value>, Refusal>;

#[derive(Default, Deserialize)]
pub(super) struct Asked {
    pub fields: Option<String>,
    pub phone_number_id: Option<String>,
    pub input_token: Option<String>,
    pub access_token: Option<String>,
    pub appsecret_proof: Option<String>,
    pub after: Option<String>,
    pub limit: Option<String>,
}

pub(super) type AskedQuery = Query<Asked>;
pub(super) type NodePath = Path<(String, String)>;

/// The number whose token opens this request.
pub(super) fn opened(shared: &Shared, headers: &HeaderMap, asked: &Asked) -> Result<FakeNumber, Refusal> {
    let token = bearer(headers).or(asked.access_token.as_deref()).unwrap_or_default();
    let number = shared.numbers().iter().find(|number| number.access_token == token).cloned();
    let number = number.ok_or_else(|| Refusal::of(190))?;
    // A server that proves its app secret must prove the right one.
    if let Some(proof) = &asked.appsecret_proof {
        let expected = webhook::sign(&number.app_secret, token.as_bytes());
        if expected.strip_prefix("sha256=") != Some(proof) {
            return Err(Refusal::malformed("Invalid appsecret_proof provided in the API argument"));
        }
    }
    Ok(number)
}

/// As [`opened`], for a node that the token must reach.
pub(super) fn opened_for(
    shared: &Shared,
    headers: &HeaderMap,
    asked: &Asked,
    id: &str,
    reaches: impl Fn(&FakeNumber) -> bool,
) -> Result<FakeNumber, Refusal> {
    let number = opened(shared, headers, asked)?;
    if reaches(&number) { Ok(number) } else { Err(Refusal::no_object(id)) }
}

pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

pub(super) fn parse(body: &Bytes) -> Result<Value, Refusal> {
    serde_json::from_slice(body).map_err(|_| Refusal::malformed("The request body is no valid JSON"))
}
