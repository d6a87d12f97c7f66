//! Headers on every answer (faults.md R4).

use std::sync::LazyLock;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::state::AppState;

/// The nonce of a page's scripts, put into its answer by whoever rendered it.
#[derive(Clone)]
pub struct ScriptNonce(pub String);

/// The content security policy; without a nonce no script runs at all.
pub fn policy(nonce: Option<&str>) -> String {
    let script = match nonce {
        Some(nonce) => format!("'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'"),
        None => "'none'".to_owned(),
    };
    format!(
        "default-src 'none'; script-src {script}; style-src 'self'; img-src 'self' blob:; media-src 'self' blob:; \
         font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; \
         form-action 'self'; frame-ancestors 'none'"
    )
}

const PLAIN: [(HeaderName, HeaderValue); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];

pub async fn headers(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    // Written once: an ack of Meta's must not cost a policy.
    static NO_SCRIPT: LazyLock<Option<HeaderValue>> = LazyLock::new(|| HeaderValue::from_str(&policy(None)).ok());
    let policy = match response.extensions().get::<ScriptNonce>() {
        Some(nonce) => HeaderValue::from_str(&policy(Some(&nonce.0))).ok(),
        None => NO_SCRIPT.clone(),
    };
    let headers = response.headers_mut();
    if let Some(policy) = policy {
        headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(policy);
    }
    for (name, value) in PLAIN {
        headers.entry(name).or_insert(value);
    }
    if state.config.public_url.as_deref().is_some_and(|url| url.starts_with("https://")) {
        let a_year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, a_year);
    }
    response
}
