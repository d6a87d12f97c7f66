//! `POST /media`: a file that is to be sent, cut at what its kind may have while it comes.

use std::time::Duration;

use app::ctx::now_ms;
use app::domain::content::{Media, MediaState};
use app::domain::ids::{ChannelId, ConversationId, MediaId};
use app::domain::media::{DURATION_MAX_MS, File, MediaKind, essence, file_name, waveform};
use app::domain::message::Direction;
use app::domain::permission::{Action, Actor, authorize};
use app::domain::send::check_file;
use app::error::{AppError, FieldProblem};
use app::store::conversations;
use app::store::media::{self as stored, NewMedia, Placed};
use axum::Json;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt as _;
use serde::Deserialize;
use serde_json::Value;

use super::super::problem::Problem;
use super::super::rest;
use super::who;
use crate::media::files::HEAD_BYTES;
use crate::media::{Draft, Drafted, Files, FilesError, look, voice};
use crate::state::AppState;
use crate::workers::media::keep;

/// A sender that is silent for so long has gone.
const STALL: Duration = Duration::from_secs(30);

/// What the address of an upload tells of the file.
#[derive(Deserialize)]
pub struct About {
    conversation_id: Option<String>,
    channel_id: Option<String>,
    /// What it is to be sent as; else its type decides.
    kind: Option<String>,
    file_name: Option<String>,
    /// `true`: recorded into the chat.
    voice: Option<String>,
    duration_ms: Option<String>,
    /// Two hexadecimal digits a bar.
    waveform: Option<String>,
}

/// Takes a file; 201 with what is known of it.
pub async fn upload(
    State(state): State<AppState>,
    Query(about): Query<About>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let locale = rest::language(&headers);
    match take(&state, &about, &headers, body).await {
        Ok(media) => (StatusCode::CREATED, Json(told(&media))).into_response(),
        Err(error) => Problem { error, locale }.into_response(),
    }
}

/// All a screen wants to know of it, and what REST tells of files.
fn told(media: &Media) -> Value {
    let mut all = serde_json::to_value(media).unwrap_or_default();
    if let (Value::Object(all), Value::Object(rest)) = (&mut all, rest::messages::media(media)) {
        all.extend(rest);
    }
    all
}

async fn take(state: &AppState, about: &About, headers: &HeaderMap, body: Body) -> Result<Media, AppError> {
    let actor = who(state, headers, rest::language(headers)).await?;
    authorize(&actor, Action::Reply)?;
    let channel_id = channel_of(state, &actor, about).await?;
    let wished = match about.kind.as_deref() {
        None => None,
        Some(word) => Some(MediaKind::from_word(word).ok_or(AppError::invalid("kind", FieldProblem::Unknown))?),
    };
    let is_note = match about.voice.as_deref() {
        None | Some("false") => false,
        Some("true") => true,
        Some(_) => return Err(AppError::invalid("voice", FieldProblem::Malformed)),
    };
    let mut file =
        NewMedia { uploaded_by: Some(actor.writer()), ..NewMedia::of(MediaKind::Document, MediaState::Ready) };
    file.duration_ms = duration_of(about)?;
    file.waveform = waveform_of(about)?;
    file.file_name = about.file_name.as_deref().and_then(file_name);

    let said = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let longest = MediaKind::Document.max_bytes(Direction::Out);
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<i64>().ok());
    if length.is_some_and(|length| length > wished.map_or(longest, |kind| kind.max_bytes(Direction::Out))) {
        return Err(AppError::FileTooLarge {
            max_bytes: wished.unwrap_or(MediaKind::Document).max_bytes(Direction::Out),
        });
    }
    let (drafted, kind) = receive(&state.files, body, said, wished, is_note).await?;
    let (drafted, note_ms) = match is_note && look::mime(&drafted.head, said).ends_with("/webm") {
        true => as_ogg(&state.files, drafted).await.map(|(note, length_ms)| (note, Some(length_ms)))?,
        false => (drafted, None),
    };
    if drafted.size_bytes == 0 {
        return Err(AppError::invalid("file", FieldProblem::Missing));
    }
    let kept =
        keep(&state.files, drafted, if note_ms.is_some() { "audio/ogg" } else { said }).await.map_err(no_place)?;
    let facts = File { mime: &kept.mime, size_bytes: kept.size_bytes, animated: kept.animated };
    if let Err(refusal) = check_file(kind, &facts) {
        for key in kept.thumbnail_key.iter().chain([&kept.storage_key]) {
            // What stays is only space.
            let _ = state.files.delete(key).await;
        }
        return Err(refusal.into());
    }
    file.kind = kind;
    file.voice = is_note && kept.mime == "audio/ogg";
    file.duration_ms = note_ms.or(file.duration_ms);
    file.mime = kept.mime;
    file.size_bytes = Some(kept.size_bytes);
    file.sha256 = Some(kept.sha256);
    file.animated = kept.animated;
    (file.width, file.height) = (kept.width, kept.height);
    (file.storage_key, file.thumbnail_key) = (Some(kept.storage_key), kept.thumbnail_key);
    let id = MediaId::new();
    let placed = Placed { id: id.clone(), channel_id: &channel_id, message_id: None, file: &file, at_ms: now_ms() };
    let mut tx = state.house.db.begin().await?;
    stored::insert(&mut tx.conn(), &[placed]).await?;
    tx.commit().await?;
    Ok(file.shown(id))
}

/// The number a file is to go out by: named, or the conversation's.
async fn channel_of(state: &AppState, actor: &Actor, about: &About) -> Result<ChannelId, AppError> {
    let mut read = state.house.db.read().await?;
    if let Some(id) = &about.conversation_id {
        let id = ConversationId::from_text(id.as_str());
        let seen = conversations::visible_to(&mut read.conn(), actor, &id).await?.ok_or(AppError::NotFound)?;
        return Ok(seen.channel_id);
    }
    let Some(id) = &about.channel_id else {
        return Err(AppError::invalid("conversation_id", FieldProblem::Missing));
    };
    let visible = app::api::snapshot::visible_channels(&mut read, actor).await?;
    let found = visible.into_iter().find(|channel| channel.id.as_str() == id);
    found.map(|channel| channel.id).ok_or(AppError::invalid("channel_id", FieldProblem::Unknown))
}

/// Reads the body to its end. Its first bytes say what it is, and with that how long it may be.
async fn receive(
    files: &Files,
    body: Body,
    said: &str,
    wished: Option<MediaKind>,
    is_note: bool,
) -> Result<(Drafted, MediaKind), AppError> {
    let mut draft = files.draft(MediaKind::Document.max_bytes(Direction::Out)).await.map_err(no_place)?;
    let mut parts = body.into_data_stream();
    let mut kind = None;
    loop {
        let part = tokio::time::timeout(STALL, parts.next()).await.map_err(|_| AppError::Unreadable)?;
        let Some(part) = part else { break };
        draft.write(&part.map_err(|_| AppError::Unreadable)?).await.map_err(no_place)?;
        if kind.is_none() && draft.head().len() >= HEAD_BYTES {
            kind = Some(decide(&mut draft, said, wished, is_note)?);
        }
    }
    let kind = match kind {
        Some(kind) => kind,
        None => decide(&mut draft, said, wished, is_note)?,
    };
    Ok((draft.finish().await.map_err(no_place)?, kind))
}

fn decide(draft: &mut Draft, said: &str, wished: Option<MediaKind>, is_note: bool) -> Result<MediaKind, AppError> {
    let mime = look::mime(draft.head(), said);
    // A recording is moved into WhatsApp's own box once it is whole.
    let recorded = is_note && mime.ends_with("/webm");
    let kind = match wished {
        Some(kind) => kind,
        None if recorded => MediaKind::Audio,
        None => MediaKind::for_mime(&mime),
    };
    let moved = recorded && kind == MediaKind::Audio;
    if !(draft.head().is_empty() || kind.takes(&mime) || moved) {
        return Err(AppError::FileType { mime });
    }
    draft.set_max_bytes(kind.max_bytes(Direction::Out)).map_err(no_place)?;
    Ok(kind)
}

async fn as_ogg(files: &Files, recording: Drafted) -> Result<(Drafted, i64), AppError> {
    let path = recording.path().to_owned();
    let moved = tokio::task::spawn_blocking(move || {
        let mut note = Vec::new();
        // Whole in memory: the demuxer leaps beyond the end of a stream without lengths, which a file does not allow.
        let recorded = std::io::Cursor::new(std::fs::read(path)?);
        voice::webm_to_ogg(recorded, &mut note).map(|length_ms| (note, length_ms))
    });
    let (note, length_ms) = match moved.await {
        Ok(Ok(moved)) => moved,
        Ok(Err(error)) => {
            tracing::info!("media: a recording was refused: {error}");
            return Err(AppError::FileType { mime: essence("audio/webm") });
        }
        Err(panicked) => return Err(AppError::internal(panicked)),
    };
    let mut draft = files.draft(MediaKind::Audio.max_bytes(Direction::Out)).await.map_err(no_place)?;
    draft.write(&note).await.map_err(no_place)?;
    Ok((draft.finish().await.map_err(no_place)?, length_ms))
}

fn duration_of(about: &About) -> Result<Option<i64>, AppError> {
    let Some(written) = &about.duration_ms else { return Ok(None) };
    let duration_ms = written.parse::<i64>().ok().filter(|length_ms| (0..=DURATION_MAX_MS).contains(length_ms));
    duration_ms.map(Some).ok_or(AppError::invalid("duration_ms", FieldProblem::Malformed))
}

fn waveform_of(about: &About) -> Result<Vec<u8>, AppError> {
    let Some(written) = about.waveform.as_deref().filter(|written| !written.is_empty()) else { return Ok(Vec::new()) };
    let digits = written.as_bytes().chunks(2);
    let bars: Option<Vec<u8>> = digits
        .map(|pair| match pair {
            [_, _] if pair.iter().all(u8::is_ascii_hexdigit) => {
                u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()
            }
            _ => None,
        })
        .collect();
    bars.and_then(|bars| waveform(&bars)).ok_or(AppError::invalid("waveform", FieldProblem::Malformed))
}

fn no_place(error: FilesError) -> AppError {
    match error {
        FilesError::TooLarge(max_bytes) => AppError::FileTooLarge { max_bytes },
        other => {
            tracing::error!(error.cause = %other, "media: an upload could not be kept: {other}");
            AppError::Unavailable
        }
    }
}
