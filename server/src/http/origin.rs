//! Cross-site requests are refused where a cookie would act (design.md, "Origins").

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::state::AppState;

/// From where browsers may act.
#[derive(Clone, Debug)]
pub struct Origins {
    /// `MAJLIS_PUBLIC_URL`'s origin.
    public: Option<String>,
    /// The port of a loopback listener.
    loopback_port: Option<u16>,
}

impl Origins {
    pub fn new(public_url: Option<&str>, listen: std::net::SocketAddr) -> Self {
        let public =
            public_url.and_then(|url| reqwest::Url::parse(url).ok()).map(|url| url.origin().ascii_serialization());
        Self { public, loopback_port: listen.ip().is_loopback().then_some(listen.port()) }
    }

    /// May a request with these headers change something in the name of its cookie?
    pub fn allow(&self, headers: &HeaderMap) -> bool {
        let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let site = text(header::HeaderName::from_static("sec-fetch-site"));
        if site.is_some_and(|site| site != "same-origin") {
            return false;
        }
        match text(header::ORIGIN) {
            // Our pages send no referrer, and browsers then hide the origin of a form too; they still say "same-origin".
            Some("null") => site.is_some(),
            Some(origin) => self.is_ours(origin, text(header::HOST)),
            // An origin may be missing, but then the browser must have said where it stands.
            None => site.is_some(),
        }
    }

    fn is_ours(&self, origin: &str, host: Option<&str>) -> bool {
        let Some((scheme, authority)) = origin.split_once("://") else { return false };
        if self.public.as_deref() == Some(origin) {
            return true;
        }
        if let Some(port) = self.loopback_port {
            let name = match authority.rsplit_once(':') {
                Some((name, given)) if given == port.to_string() => name,
                None if port == 80 => authority,
                _ => return false,
            };
            let named = name.strip_suffix(".localhost").is_some_and(|label| {
                !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            });
            return scheme == "http" && (name == "127.0.0.1" || name == "localhost" || named);
        }
        self.public.is_none() && host == Some(authority)
    }
}

/// Refuses what would act with a cookie from elsewhere. Bearer requests carry none; Meta's deliveries do not come by.
pub async fn guard(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let is_live = path == "/live";
    // Who brings a key acts by it alone: the cookie, should there be one, is not looked at.
    let by_key = path == "/media" && request.headers().contains_key(header::AUTHORIZATION);
    let exempt = path.starts_with("/api/") || by_key;
    if (!reads || is_live) && !exempt && !state.origins.allow(request.headers()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (header::HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    #[test]
    fn only_our_own_pages_may_act() {
        let loopback = Origins::new(None, "127.0.0.1:3000".parse().unwrap());
        let public = Origins::new(Some("https://inbox.example/"), "0.0.0.0:3000".parse().unwrap());
        let bare = Origins::new(None, "0.0.0.0:3000".parse().unwrap());
        let both = Origins::new(Some("https://inbox.example"), "127.0.0.1:3000".parse().unwrap());
        for (name, origins, given, expected) in [
            ("same origin said", &loopback, vec![("sec-fetch-site", "same-origin")], true),
            (
                "cross-site",
                &loopback,
                vec![("sec-fetch-site", "cross-site"), ("origin", "http://127.0.0.1:3000")],
                false,
            ),
            ("same-site is not same-origin", &loopback, vec![("sec-fetch-site", "same-site")], false),
            ("typed address", &loopback, vec![("sec-fetch-site", "none")], false),
            ("neither", &loopback, vec![("host", "127.0.0.1:3000")], false),
            ("loopback", &loopback, vec![("origin", "http://127.0.0.1:3000")], true),
            ("localhost", &loopback, vec![("origin", "http://localhost:3000")], true),
            ("a demo person's host", &loopback, vec![("origin", "http://mona.localhost:3000")], true),
            ("no name before localhost", &loopback, vec![("origin", "http://.localhost:3000")], false),
            ("another port", &loopback, vec![("origin", "http://localhost:3001")], false),
            ("https on loopback", &loopback, vec![("origin", "https://localhost:3000")], false),
            (
                "rebound name",
                &loopback,
                vec![("origin", "http://evil.example:3000"), ("host", "evil.example:3000")],
                false,
            ),
            ("null", &loopback, vec![("origin", "null")], false),
            (
                "a form of a page without referrer",
                &loopback,
                vec![("sec-fetch-site", "same-origin"), ("origin", "null")],
                true,
            ),
            ("a hidden origin elsewhere", &loopback, vec![("sec-fetch-site", "cross-site"), ("origin", "null")], false),
            ("public", &public, vec![("origin", "https://inbox.example")], true),
            ("public, other scheme", &public, vec![("origin", "http://inbox.example")], false),
            ("public, host alone does not do", &public, vec![("origin", "http://a:3000"), ("host", "a:3000")], false),
            ("bare, equal to host", &bare, vec![("origin", "http://10.0.0.5:3000"), ("host", "10.0.0.5:3000")], true),
            ("bare, not equal", &bare, vec![("origin", "http://10.0.0.6:3000"), ("host", "10.0.0.5:3000")], false),
            ("both: public", &both, vec![("origin", "https://inbox.example")], true),
            ("both: loopback", &both, vec![("origin", "http://localhost:3000")], true),
        ] {
            assert_eq!(origins.allow(&headers(&given)), expected, "{name}");
        }
    }
}
