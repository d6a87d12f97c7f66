//! The site's files, embedded in the program: wasm, styles, fonts, precompressed.

use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "../target/site"]
struct Site;

/// Names the site this program carries; empty when it was built without one.
pub fn build_id() -> String {
    Site::get("build-id")
        .and_then(|file| String::from_utf8(file.data.into_owned()).ok())
        .map(|id| id.trim().to_owned())
        .unwrap_or_default()
}

/// `/assets/{build}/{path}`: the address changes with the content, so browsers may keep it for good.
pub async fn asset(Path(path): Path<String>, headers: HeaderMap) -> Response {
    let name = format!("assets/{path}");
    let takes_brotli = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.split(',').any(|coding| coding.trim().split(';').next() == Some("br")));
    let packed = if takes_brotli { Site::get(&format!("{name}.br")) } else { None };
    let is_packed = packed.is_some();
    let Some(file) = packed.or_else(|| Site::get(&name)) else { return StatusCode::NOT_FOUND.into_response() };
    let mut response = body_of(file);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(&name)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    // Public files, the same for everyone; the simulator's phones page borrows styles and fonts from its own origin.
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("cross-origin"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if is_packed {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    response
}

/// `/favicon.ico`, which browsers ask for whatever the page says.
pub async fn favicon() -> Response {
    let name = format!("assets/{}/favicon.svg", build_id());
    match Site::get(&name) {
        Some(file) => ([(header::CONTENT_TYPE, "image/svg+xml")], body_of(file)).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    }
}

fn body_of(file: EmbeddedFile) -> Response {
    match file.data {
        std::borrow::Cow::Borrowed(bytes) => bytes.into_response(),
        std::borrow::Cow::Owned(bytes) => bytes.into_response(),
    }
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
