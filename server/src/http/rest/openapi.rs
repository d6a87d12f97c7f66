//! `GET /api/v1/openapi.json`

use axum::http::header;
use axum::response::IntoResponse;

/// Written by hand, and held to the router by a test.
const DOCUMENT: &str = include_str!("openapi.json");

/// The description of this API; open to everyone, as it tells nothing of this house.
pub async fn document() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::DOCUMENT;

    /// The index of all doors, as people read it.
    const ROUTER: &str = include_str!("../../router.rs");
    const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

    /// `get /api/v1/…` for each route in the router's text.
    fn routed() -> BTreeSet<String> {
        let routes = ROUTER.lines().filter_map(|line| line.trim().strip_prefix(r#".route("/api/v1"#)?.split_once('"'));
        routes
            .flat_map(|(path, handlers)| {
                let called = |method: &&str| {
                    handlers.contains(&format!(" {method}(")) || handlers.contains(&format!(".{method}("))
                };
                METHODS.into_iter().filter(called).map(move |method| format!("{method} /api/v1{path}"))
            })
            .collect()
    }

    fn documented() -> BTreeSet<String> {
        let document: Value = serde_json::from_str(DOCUMENT).expect("the document is JSON");
        let paths = document["paths"].as_object().expect("the document has paths");
        paths
            .iter()
            .flat_map(|(path, operations)| {
                let given = move |method: &&str| operations.get(*method).is_some();
                METHODS.into_iter().filter(given).map(move |method| format!("{method} {path}"))
            })
            .collect()
    }

    #[test]
    fn every_route_is_documented_and_nothing_else_is() {
        assert!(routed().len() >= 5, "the router's text was understood");
        assert_eq!(documented(), routed());
    }
}
