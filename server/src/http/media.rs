//! `GET /media/{id}`, `GET /media/{id}/thumbnail`, `POST /media`: files of messages, for who may see the conversation.

mod range;
mod upload;

use app::domain::agent::Locale;
use app::domain::content::MediaState;
use app::domain::ids::MediaId;
use app::domain::media::disposition;
use app::domain::permission::{Action, Actor, authorize};
use app::error::AppError;
use app::store::media::{self as stored, HeldMedia};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use self::range::{Asked, asked_range};
pub use self::upload::upload;
use super::problem::Problem;
use super::{rest, session};
use crate::media::{FilesError, look};
use crate::state::AppState;

/// Who asks: the key, where one is given, else the session.
async fn who(state: &AppState, headers: &HeaderMap, locale: Locale) -> Result<Actor, AppError> {
    if headers.contains_key(header::AUTHORIZATION) {
        return Ok(rest::holder(headers, state, locale).await?.actor);
    }
    Ok(session::who(&state.house.db, headers).await?.ok_or(AppError::SignedOut)?.actor())
}

/// A file, whole or in part.
pub async fn file(State(state): State<AppState>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let locale = rest::language(&headers);
    let answer = async {
        let held = visible(&state, &headers, locale, id).await?;
        let key = held.file.storage_key.as_deref().ok_or(AppError::NotFound)?;
        let size = u64::try_from(held.file.size_bytes.unwrap_or_default()).unwrap_or_default();
        let etag = format!("\"{}\"", held.file.sha256.as_deref().unwrap_or(held.id.as_str()));
        let sent_as = Served {
            key,
            size,
            etag,
            mime: &held.file.mime,
            disposition: disposition(&held.file.mime, held.file.file_name.as_deref()),
        };
        serve(&state, &headers, sent_as).await
    };
    answer.await.unwrap_or_else(|error| Problem { error, locale }.into_response())
}

/// The small copy of a picture.
pub async fn thumbnail(State(state): State<AppState>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let locale = rest::language(&headers);
    let answer = async {
        let held = visible(&state, &headers, locale, id).await?;
        let key = held.file.thumbnail_key.as_deref().ok_or(AppError::NotFound)?;
        let size = state.files.size(key).await.map_err(lost)?;
        // PNG where there is something to see through, else JPEG: what we made ourselves.
        let head = first_bytes(&state, key, size.min(16)).await?;
        let mime = look::mime(&head, "");
        let etag = format!("\"{}-small\"", held.id);
        serve(&state, &headers, Served { key, size, etag, mime: &mime, disposition: "inline".to_owned() }).await
    };
    answer.await.unwrap_or_else(|error| Problem { error, locale }.into_response())
}

/// The file, if it is here and this person may see it; what one may not see looks like what is not there.
async fn visible(state: &AppState, headers: &HeaderMap, locale: Locale, id: String) -> Result<HeldMedia, AppError> {
    let actor = who(state, headers, locale).await?;
    authorize(&actor, Action::ReadConversations)?;
    let mut read = state.house.db.read().await?;
    let held = stored::visible_to(&mut read.conn(), &actor, &MediaId::from_text(id)).await?;
    held.filter(|held| held.file.state == MediaState::Ready).ok_or(AppError::NotFound)
}

struct Served<'a> {
    key: &'a str,
    size: u64,
    etag: String,
    mime: &'a str,
    disposition: String,
}

async fn serve(state: &AppState, headers: &HeaderMap, served: Served<'_>) -> Result<Response, AppError> {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let mut answer = HeaderMap::new();
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            answer.insert(name, value);
        }
    };
    set(header::ETAG, &served.etag);
    // Its bytes never change under its id; nobody between us and the browser may keep them.
    set(header::CACHE_CONTROL, "private, max-age=31536000, immutable");
    set(header::ACCEPT_RANGES, "bytes");
    set(header::CONTENT_TYPE, served.mime);
    set(header::CONTENT_DISPOSITION, &served.disposition);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    // Should a browser open it as a page all the same: no scripts, no forms, an origin of its own.
    set(header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; sandbox");
    let known =
        |list: &str| list.split(',').any(|tag| tag.trim().trim_start_matches("W/") == served.etag || tag.trim() == "*");
    if text(header::IF_NONE_MATCH).is_some_and(known) {
        return Ok((StatusCode::NOT_MODIFIED, answer).into_response());
    }
    // A part of another version would not fit to what the browser holds.
    let same = text(header::IF_RANGE).is_none_or(|tag| tag == served.etag);
    let asked = text(header::RANGE).filter(|_| same);
    let (status, range) = match asked_range(asked, served.size) {
        Asked::Whole => (StatusCode::OK, 0..served.size),
        Asked::Part(range) => {
            let shown = format!("bytes {}-{}/{}", range.start, range.end - 1, served.size);
            set(header::CONTENT_RANGE, &shown);
            (StatusCode::PARTIAL_CONTENT, range)
        }
        Asked::Nowhere => {
            set(header::CONTENT_RANGE, &format!("bytes */{}", served.size));
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, answer).into_response());
        }
    };
    set(header::CONTENT_LENGTH, &(range.end - range.start).to_string());
    let parts = state.files.read(served.key, range).await.map_err(lost)?;
    Ok((status, answer, Body::from_stream(parts)).into_response())
}

async fn first_bytes(state: &AppState, key: &str, count: u64) -> Result<Vec<u8>, AppError> {
    use futures_util::StreamExt as _;
    let mut parts = state.files.read(key, 0..count).await.map_err(lost)?;
    let mut bytes = Vec::new();
    while let Some(part) = parts.next().await {
        bytes.extend_from_slice(&part.map_err(lost)?);
    }
    Ok(bytes)
}

/// A row without its file is no secret to keep from its reader, but one for the log.
fn lost(error: FilesError) -> AppError {
    match error {
        FilesError::Missing => {
            tracing::error!("media: a file that should be here is not");
            AppError::NotFound
        }
        other => {
            tracing::warn!(error.cause = %other, "media: {other}");
            AppError::Unavailable
        }
    }
}
