//! The app's style sheet and fonts, fetched from the app and served under our own origin: fonts of another origin would
//! need its permission, and our policy names no other origin.

use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

/// Where the app's style sheet is.
#[derive(Clone)]
pub(super) struct Stylesheet {
    client: reqwest::Client,
    /// The folder's address, with a slash at its end.
    folder: String,
    file: String,
}

/// The whole style sheet is a tenth of this.
const BYTES: usize = 2 * 1024 * 1024;

impl Stylesheet {
    /// `None` for an address that is no `http://…/….css`.
    pub(super) fn new(url: &str, client: reqwest::Client) -> Option<Self> {
        let (folder, file) = url.rsplit_once('/')?;
        let well_formed = folder.starts_with("http://") && file.ends_with(".css") && is_plain(file);
        well_formed.then(|| Self { client, folder: format!("{folder}/"), file: file.to_owned() })
    }

    /// The address under which the page finds it.
    pub(super) fn href(&self) -> String {
        format!("/phones/style/{}", self.file)
    }

    /// A file of the style sheet's folder.
    pub(super) async fn file(&self, path: &str) -> Response {
        let Some(kind) = kind(path).filter(|_| is_plain(path)) else { return StatusCode::NOT_FOUND.into_response() };
        match self.fetch(path).await {
            Ok(Some(bytes)) => {
                let headers: [(HeaderName, &str); 2] =
                    [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")];
                (headers, bytes).into_response()
            }
            Ok(None) => StatusCode::NOT_FOUND.into_response(),
            Err(error) => {
                tracing::warn!(%error, "the phones' page could not get the app's style sheet");
                StatusCode::BAD_GATEWAY.into_response()
            }
        }
    }

    async fn fetch(&self, path: &str) -> reqwest::Result<Option<Vec<u8>>> {
        let answer = self.client.get(format!("{}{path}", self.folder)).send().await?;
        if !answer.status().is_success() {
            return Ok(None);
        }
        let bytes = answer.bytes().await?;
        Ok((bytes.len() <= BYTES).then(|| bytes.to_vec()))
    }
}

/// Names of files and folders, and nothing that climbs out of ours.
fn is_plain(path: &str) -> bool {
    let is_name = |part: &str| !part.is_empty() && !part.starts_with('.');
    path.split('/').all(is_name)
        && path.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/'))
}

fn kind(path: &str) -> Option<&'static str> {
    match path.rsplit_once('.')?.1 {
        "css" => Some("text/css; charset=utf-8"),
        "woff2" => Some("font/woff2"),
        "svg" => Some("image/svg+xml"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_the_folder_are_fetched() {
        for (path, expected) in [
            ("main.css", true),
            ("fonts/plex-arabic-400.woff2", true),
            ("../api/v1/conversations.css", false),
            ("fonts//x.css", false),
            ("a%2e%2e/x.css", false),
            ("x.css?y", false),
            ("", false),
        ] {
            assert_eq!(is_plain(path), expected, "{path}");
        }
        assert_eq!(kind("main.js"), None);
    }
}
