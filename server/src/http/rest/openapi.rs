//! `GET /api/v1/openapi.json`

use axum::http::header;
use axum::response::IntoResponse;

/// Written by hand, and held to the router by a test.
const DOCUMENT: &str = include_str!("openapi.json");

/// The description of this API; open to everyone, as it tells nothing of this house.
pub async fn document() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT)
}
