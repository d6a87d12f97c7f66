//! Messages that are more than words: checked, with their file where they have one, and turned into Meta's shape.

use serde_json::{Value, json};

use super::draft::{MediaDraft, Ready, Source};
use super::shape;
use crate::domain::composed::{Composed, FilePlace, Header};
use crate::domain::content::MediaState;
use crate::domain::conversation::ConversationRow;
use crate::domain::media::{File, file_name};
use crate::domain::permission::Actor;
use crate::domain::send::{check_composed, check_media};
use crate::domain::text::storable;
use crate::error::AppError;
use crate::store::Tx;
use crate::store::media::NewMedia;
use crate::store::messages::FullMessage;

pub(super) async fn prepare(
    composed: &Composed,
    tx: &mut Tx,
    actor: &Actor,
    seen: &ConversationRow,
    now_ms: i64,
) -> Result<Ready, AppError> {
    let composed = cleaned(composed)?;
    check_composed(&composed, seen.window_expires_at_ms, now_ms)?;
    let media = match &composed {
        Composed::Interactive(interactive) => match &interactive.header {
            Some(header @ Header::File { .. }) => Some(header_file(header, tx, actor, seen, now_ms).await?),
            _ => None,
        },
        Composed::Location(_) | Composed::Contacts(_) => None,
    };
    let media = media.flatten();
    let kind = composed.kind();
    let object = shape::write(&composed);
    Ok(Ready {
        kind,
        text: composed.text().map(str::to_owned),
        payload: Some(object.to_string()),
        content: Some(composed.content()),
        media,
        expires_at_ms: None,
        on: None,
        call: json!({ "type": kind, kind: object }),
    })
}

/// The row of the file above the words.
async fn header_file(
    header: &Header,
    tx: &mut Tx,
    actor: &Actor,
    seen: &ConversationRow,
    now_ms: i64,
) -> Result<Option<NewMedia>, AppError> {
    let Header::File { kind, place, name } = header else { return Ok(None) };
    let source = match place {
        FilePlace::Ours(id) => Source::Ours(id),
        FilePlace::Metas(id) => Source::Metas(id),
        FilePlace::Link(link) => Source::Link(link),
    };
    let draft = MediaDraft { kind: *kind, source, caption: None, file_name: name.as_deref(), voice: false };
    let mut file = draft.file(tx, actor, seen, &format!("interactive.header.{kind}"), now_ms).await?;
    let facts = file.size_bytes.map(|size_bytes| File { mime: &file.mime, size_bytes, animated: file.animated });
    let facts = facts.filter(|_| file.state == MediaState::Ready);
    check_media(*kind, facts.as_ref(), None, seen.window_expires_at_ms, now_ms)?;
    if let Some(name) = name.as_deref().and_then(file_name) {
        file.file_name = Some(name);
    }
    Ok(Some(file))
}

/// The same as it can be stored. PostgreSQL takes no NUL, and no reader can see one.
fn cleaned(composed: &Composed) -> Result<Composed, AppError> {
    let mut value = serde_json::to_value(composed).map_err(AppError::internal)?;
    clean(&mut value);
    serde_json::from_value(value).map_err(AppError::internal)
}

fn clean(value: &mut Value) {
    match value {
        Value::String(text) => *text = storable(text),
        Value::Array(values) => values.iter_mut().for_each(clean),
        Value::Object(fields) => fields.values_mut().for_each(clean),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// What a stored message said, to say it once more.
pub(super) fn again(full: &FullMessage) -> Option<Composed> {
    let mut object: Value = serde_json::from_str(full.payload.as_deref()?).ok()?;
    // A file of ours is named by the message's own, since Meta's id of it may be old.
    if let Some(media) = full.message.media.as_deref().filter(|media| media.link.is_none())
        && let Some(word) = object.pointer("/header/type").and_then(Value::as_str).map(str::to_owned)
        && let Some(file) = object.pointer_mut(&format!("/header/{word}")).and_then(Value::as_object_mut)
    {
        file.remove("id");
        file.insert("media_id".to_owned(), json!(media.id));
    }
    shape::read(&full.message.kind, &object).ok()
}
