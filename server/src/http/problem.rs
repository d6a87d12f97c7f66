//! Errors over REST, as RFC 9457 problem details, and for pages that cannot be rendered.

use app::domain::agent::Locale;
use app::error::AppError;
use app::ui::i18n::texts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// A refused request, with the language to say it in.
#[derive(Debug)]
pub struct Problem {
    pub error: AppError,
    pub locale: Locale,
}

/// Where the slugs are explained.
const TYPES: &str = "https://majlis.example/problems/";

/// The HTTP status of an error.
pub fn status(error: &AppError) -> StatusCode {
    status_and_slug(error).0
}

fn status_and_slug(error: &AppError) -> (StatusCode, &'static str) {
    match error {
        AppError::SignedOut => (StatusCode::UNAUTHORIZED, "unauthorized"),
        AppError::NotFound => (StatusCode::NOT_FOUND, "not-found"),
        AppError::Forbidden => (StatusCode::FORBIDDEN, "forbidden"),
        AppError::WindowClosed { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "window-closed"),
        AppError::CustomerBlocked => (StatusCode::UNPROCESSABLE_ENTITY, "customer-blocked"),
        AppError::BlockRefused { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "block-refused"),
        AppError::TooLong { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "too-long"),
        AppError::InvalidField { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "invalid-field"),
        AppError::ClientMsgIdReused => (StatusCode::CONFLICT, "client-msg-id-reused"),
        AppError::Throttled { .. } => (StatusCode::TOO_MANY_REQUESTS, "too-many-requests"),
        AppError::DemoFolder
        | AppError::NotEmpty
        | AppError::LastAdmin
        | AppError::ChangedMeanwhile
        | AppError::TooLate => (StatusCode::CONFLICT, "conflict"),
        AppError::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too-large"),
        AppError::FileTooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "too-large"),
        AppError::FileType { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "invalid-field"),
        AppError::Unreadable => (StatusCode::BAD_REQUEST, "unreadable"),
        AppError::Unavailable | AppError::Offline | AppError::MetaAway => {
            (StatusCode::SERVICE_UNAVAILABLE, "unavailable")
        }
        AppError::Internal { .. } => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, slug) = status_and_slug(&self.error);
        let errors = &texts(self.locale).errors;
        let mut body = json!({
            "type": format!("{TYPES}{slug}"),
            "title": errors.title(&self.error),
            "detail": errors.api_sentence(&self.error),
            "status": status.as_u16(),
        });
        match &self.error {
            AppError::WindowClosed { closed_at_ms } => body["window_closed_at_ms"] = json!(closed_at_ms),
            AppError::BlockRefused { code } => body["code"] = json!(code),
            AppError::TooLong { chars, max } => {
                body["field"] = json!("text.body");
                body["length"] = json!(chars);
                body["max"] = json!(max);
            }
            AppError::InvalidField { field, problem } => {
                body["field"] = json!(field);
                body["problem"] = json!(problem);
            }
            AppError::FileTooLarge { max_bytes } => body["max_bytes"] = json!(max_bytes),
            AppError::FileType { mime } => {
                body["field"] = json!("file");
                body["problem"] = json!("malformed");
                body["mime"] = json!(mime);
            }
            AppError::Internal { ref_id } => body["ref"] = json!(ref_id),
            _ => {}
        }
        let mut response = (status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(self.locale.as_str()));
        match &self.error {
            AppError::Throttled { retry_after_s } => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(*retry_after_s));
            }
            AppError::Unavailable => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
            }
            AppError::SignedOut => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            _ => {}
        }
        response
    }
}

/// A page that cannot be rendered: a sentence in both languages, since not even the cookie may have been read.
pub fn page_error(error: &AppError) -> impl IntoResponse + use<> {
    let (status, _) = status_and_slug(error);
    let say = |locale| texts(locale).errors.sentence(error);
    let body = format!("{}\n\n{}\n", say(Locale::Ar), say(Locale::En));
    (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], body)
}
