//! Meta's doors for files: where one is, having it, giving one.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::multipart::Multipart;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Json, Response};
use serde_json::{Value, json};

use super::messages::act;
use super::routes::{Asked, AskedQuery, NodePath, opened, opened_for};
use super::{FakeNumber, Shared};
use crate::simulator::behaviour::{Answer as Behaves, Moment};
use crate::simulator::files::File;
use crate::simulator::refusal::Refusal;

/// What is told of a file that is on the shelf: `GET /{media_id}`.
pub(super) fn describe(
    shared: &Shared,
    number: &FakeNumber,
    asked: &Asked,
    id: &str,
) -> Option<Result<Value, Refusal>> {
    let file = shared.shelf.get(id)?;
    if asked.phone_number_id.as_ref().is_some_and(|given| *given != number.phone_number_id) {
        return Some(Err(Refusal::no_object(id)));
    }
    Some(Ok(json!({
        "messaging_product": "whatsapp",
        "url": format!("{}/files/{id}", shared.origin()),
        "mime_type": file.mime,
        "sha256": file.sha256(),
        "file_size": file.bytes.len().to_string(),
        "id": id,
    })))
}

/// `GET /files/{id}`: the bytes, for whoever has the token.
pub(super) async fn bytes(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    asked: AskedQuery,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    opened(&shared, &headers, &asked)?;
    let Some(file) = shared.shelf.get(&id) else { return Ok(StatusCode::NOT_FOUND.into_response()) };
    let behaviour = shared.downloads().choose(&id);
    let length = file.bytes.len();
    let answer = ([(header::CONTENT_TYPE, file.mime)], file.bytes.clone()).into_response();
    // A file that stops half-way: its head comes, its end waits at the gate.
    if let (Some((Moment::AfterRecord, gate)), Behaves::Normal) = (&behaviour.gate, &behaviour.answer) {
        let (head, rest) = (file.bytes.slice(..length / 2), file.bytes.slice(length / 2..));
        let gate = gate.clone();
        let parts = futures_util::stream::unfold(Some((Some(head), rest, gate)), |state| async move {
            let (head, rest, gate) = state?;
            match head {
                Some(head) => Some((Ok::<_, std::io::Error>(head), Some((None, rest, gate)))),
                None => {
                    gate.pass().await;
                    Some((Ok(rest), None))
                }
            }
        });
        return Ok(([(header::CONTENT_LENGTH, length.to_string())], Body::from_stream(parts)).into_response());
    }
    act(behaviour, || {}, answer).await
}

/// `POST /{phone_number_id}/media`.
pub(super) async fn take(
    State(shared): State<Arc<Shared>>,
    NodePath { 0: (_, id) }: NodePath,
    asked: AskedQuery,
    headers: HeaderMap,
    mut form: Multipart,
) -> Result<Response, Refusal> {
    opened_for(&shared, &headers, &asked, &id, |number| number.phone_number_id == id)?;
    let broken = |_| Refusal::malformed("The form cannot be read");
    let (mut product, mut kind, mut file) = (None, None, None);
    while let Some(field) = form.next_field().await.map_err(broken)? {
        match field.name().unwrap_or_default() {
            "messaging_product" => product = Some(field.text().await.map_err(broken)?),
            "type" => kind = Some(field.text().await.map_err(broken)?),
            "file" => {
                let (name, mime) = (field.file_name().map(str::to_owned), field.content_type().map(str::to_owned));
                file = Some((name, mime, field.bytes().await.map_err(broken)?));
            }
            other => return Err(Refusal::malformed(format!("Unexpected key \"{other}\" on param \"media\"."))),
        }
    }
    let (Some("whatsapp"), Some(kind), Some((name, Some(mime), bytes))) = (product.as_deref(), kind, file) else {
        return Err(Refusal::malformed("The parameters messaging_product, type and file are required."));
    };
    if mime != kind || !METAS_TYPES.contains(&mime.as_str()) {
        return Err(Refusal::malformed(format!("Param file must be a file with one of the listed types, not {mime}")));
    }
    let behaviour = shared.uploads().choose(&id);
    let id = shared.shelf.put(File { mime, bytes, name });
    act(behaviour, || {}, Json(json!({ "id": id })).into_response()).await
}

/// The list in Meta's own words, and what else it is known to take as a document.
const METAS_TYPES: [&str; 24] = [
    "audio/aac",
    "audio/mp4",
    "audio/mpeg",
    "audio/amr",
    "audio/ogg; codecs=opus",
    "application/vnd.ms-powerpoint",
    "application/msword",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.ms-excel",
    "application/pdf",
    "application/zip",
    "application/octet-stream",
    "text/plain",
    "text/csv",
    "image/jpeg",
    "image/png",
    "image/webp",
    "video/mp4",
    "video/3gpp",
    "application/json",
    "text/html",
    "text/xml",
];
