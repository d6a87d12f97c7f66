//! Who may use the page: a browser on this machine, and only the page itself. It acts in the customers' names, and any
//! other site a browser has open could otherwise do so too.

use axum::extract::Request;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

/// Script, style and fonts as files of this origin; nothing inline, nothing from elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) async fn guard(request: Request, next: Next) -> Response {
    let mut response = match allowed(request.method(), request.headers()) {
        true => next.run(request).await,
        false => StatusCode::FORBIDDEN.into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

fn allowed(method: &Method, headers: &HeaderMap) -> bool {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    // A name that points at loopback today may have pointed elsewhere a moment ago (DNS rebinding).
    let Some(host) = text(header::HOST).filter(|host| is_loopback(host)) else { return false };
    if matches!(*method, Method::GET | Method::HEAD) {
        return true;
    }
    let is_json = text(header::CONTENT_TYPE).is_some_and(|kind| kind.starts_with("application/json"));
    let same_origin = match (headers.get("sec-fetch-site"), text(header::ORIGIN)) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => origin.strip_prefix("http://") == Some(host),
        (None, None) => false,
    };
    is_json && same_origin
}

fn is_loopback(host: &str) -> bool {
    let Ok(authority) = host.parse::<Authority>() else { return false };
    let name = authority.host();
    matches!(name, "localhost" | "127.0.0.1" | "[::1]") || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_page_itself_may_act() {
        let json = ("content-type", "application/json");
        let host = ("host", "127.0.0.1:4000");
        for (name, method, headers, expected) in [
            ("reading", Method::GET, vec![host], true),
            ("reading under a foreign name", Method::GET, vec![("host", "evil.example:4000")], false),
            ("reading without a name", Method::GET, vec![], false),
            ("a name of this machine", Method::GET, vec![("host", "phones.localhost:4000")], true),
            ("the page", Method::POST, vec![host, json, ("sec-fetch-site", "same-origin")], true),
            ("an old browser", Method::POST, vec![host, json, ("origin", "http://127.0.0.1:4000")], true),
            ("another port", Method::POST, vec![host, json, ("origin", "http://127.0.0.1:3000")], false),
            ("another site", Method::POST, vec![host, json, ("sec-fetch-site", "cross-site")], false),
            ("the app beside us", Method::POST, vec![host, json, ("sec-fetch-site", "same-site")], false),
            ("nobody knows", Method::POST, vec![host, json], false),
            (
                "a form",
                Method::POST,
                vec![host, ("content-type", "text/plain"), ("sec-fetch-site", "same-origin")],
                false,
            ),
        ] {
            let headers = headers
                .into_iter()
                .map(|(name, value)| (name.parse::<header::HeaderName>().unwrap(), HeaderValue::from_static(value)))
                .collect();
            assert_eq!(allowed(&method, &headers), expected, "{name}");
        }
    }
}
