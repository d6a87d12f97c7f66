//! `GET /api/v1/conversations/{id}/messages`, `POST /api/v1/messages`

use app::ctx::now_ms;
use app::domain::content::{Media, MediaState, Reaction};
use app::domain::ids::{ChannelId, ConversationId, MediaId, MessageId};
use app::domain::media::MediaKind;
use app::domain::message::Message;
use app::domain::phone;
use app::error::{AppError, FieldProblem};
use app::sending::shape::{self, Node};
use app::sending::template::Asked;
use app::sending::{Draft, MediaDraft, Newcomer, On, ReactionDraft, Source, Wish, send as send_message, start};
use app::store::contacts::{self, Identity};
use app::store::messages::FullMessage;
use app::store::{channels, conversations, messages};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{KeyHolder, limit};
use crate::http::problem::Problem;
use crate::state::AppState;

/// What the address of the list may carry.
#[derive(Deserialize)]
pub struct ListQuery {
    before: Option<String>,
    /// `next_cursor` of the page before; the same as `before`.
    cursor: Option<String>,
    limit: Option<String>,
}

/// The messages of a conversation, newest first.
pub async fn list(
    State(state): State<AppState>,
    holder: KeyHolder,
    Path(id): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Value>, Problem> {
    find(&state, &holder, ConversationId::from_text(id), &query).await.map(Json).map_err(|error| holder.problem(error))
}

async fn find(state: &AppState, holder: &KeyHolder, id: ConversationId, query: &ListQuery) -> Result<Value, AppError> {
    let limit = limit(query.limit.as_deref())?;
    let (field, before) = match (&query.before, &query.cursor) {
        (Some(before), _) => ("before", Some(before)),
        (None, cursor) => ("cursor", cursor.as_ref()),
    };
    let before = match before {
        Some(text) => Some(text.parse::<i64>().map_err(|_| AppError::invalid(field, FieldProblem::Malformed))?),
        None => None,
    };
    let mut read = state.house.db.read().await?;
    conversations::visible_to(&mut read.conn(), &holder.actor, &id).await?.ok_or(AppError::NotFound)?;
    let (page, more) = messages::page(&mut read.conn(), &id, before, limit).await?;
    let next = if more { page.first().map(|oldest| oldest.message.seq.to_string()) } else { None };
    let data: Vec<Value> = page.iter().rev().map(message).collect();
    Ok(json!({ "data": data, "next_cursor": next }))
}

/// A file as integrators read it; its address works once it is here.
pub fn media(media: &Media) -> Value {
    let url = match media.state {
        MediaState::Ready => Some(format!("/media/{}", media.id)),
        _ => media.link.clone(),
    };
    json!({
        "id": media.id,
        "state": media.state,
        "mime": media.mime,
        "file_name": media.file_name,
        "size_bytes": media.size_bytes,
        "url": url,
    })
}

/// A reaction; of one sent from here also the message that carries it, and how that stands.
fn reaction(reaction: &Reaction) -> Value {
    let mut told = json!({ "by": reaction.by, "emoji": reaction.emoji, "at_ms": reaction.at_ms,
        "agent_id": reaction.agent_id });
    if let Some(carrier) = &reaction.carrier {
        told["message_id"] = json!(carrier.message_id);
        told["status"] = json!(carrier.status);
        told["error"] = json!(carrier.error);
    }
    told
}

/// A message as integrators read it.
fn message(full: &FullMessage) -> Value {
    let message = &full.message;
    let payload: Option<Value> = full.payload.as_deref().and_then(|payload| serde_json::from_str(payload).ok());
    // One taken back is kept as an empty emoji, for late copies; nobody else needs to know of it.
    let reactions = message.reactions.iter().filter(|reaction| !reaction.emoji.is_empty());
    let reactions: Vec<Value> = reactions.map(reaction).collect();
    json!({
        "id": message.id,
        "wamid": message.wamid,
        "seq": message.seq,
        "direction": message.direction,
        "author": message.author,
        "kind": message.kind,
        "text": message.text,
        "media": message.media.as_deref().map(media),
        "payload": payload,
        "reply_to": message.reply_to,
        "reactions": reactions,
        "edited_at_ms": message.edited_at_ms,
        "revoked_at_ms": message.revoked_at_ms,
        "status": message.status,
        "error": message.error,
        "sent_at_ms": message.sent_at_ms,
        "received_at_ms": message.received_at_ms,
    })
}

/// Queues a message: 202 with its id. The same `client_msg_id` again gives the stored answer.
pub async fn send(State(state): State<AppState>, holder: KeyHolder, body: Bytes) -> Response {
    match queue(&state, &holder, &body).await {
        Ok(answer) => (StatusCode::ACCEPTED, Json(answer)).into_response(),
        Err(error) => holder.problem(error).into_response(),
    }
}

async fn queue(state: &AppState, holder: &KeyHolder, body: &[u8]) -> Result<Value, AppError> {
    let Ok(Value::Object(asked)) = serde_json::from_slice::<Value>(body) else { return Err(AppError::Unreadable) };
    let kind = required(&asked, "type")?;
    let media_kind = MediaKind::from_word(&kind);
    let composed = shape::KINDS.contains(&kind.as_str());
    // Anything else is refused by name instead of being sent wrongly.
    if !composed && media_kind.is_none() && !matches!(kind.as_str(), "text" | "reaction" | "template") {
        return Err(AppError::invalid("type", FieldProblem::Unknown));
    }
    check_names(&asked, &kind)?;
    let client_msg_id = required(&asked, "client_msg_id")?;
    let missing = || AppError::invalid(&kind, FieldProblem::Missing);
    let own = asked.get(&kind).filter(|own| !own.is_null()).ok_or_else(missing)?;
    let media_id = own.get("media_id").filter(|_| media_kind.is_some()).and_then(Value::as_str);
    let media_id = media_id.map(MediaId::from_text);
    let template = (kind == "template").then(|| Asked::read(own)).transpose()?;
    let draft = match (media_kind, &template) {
        (_, Some(template)) => Draft::Template(template.draft()),
        _ if composed => Draft::Composed(shape::read(&kind, own)?),
        _ if kind == "reaction" => Draft::Reaction(reaction_draft(own)?),
        (None, None) => text_draft(own.as_object().ok_or_else(missing)?)?,
        (Some(kind), _) => Draft::Media(media_draft(own.as_object().ok_or_else(missing)?, kind, media_id.as_ref())?),
    };
    let base_seq = match asked.get("base_seq") {
        None | Some(Value::Null) => None,
        Some(value) => Some(value.as_i64().ok_or(AppError::invalid("base_seq", FieldProblem::Malformed))?),
    };
    if asked.get("seen").is_some_and(|seen| !seen.is_null() && !is_list_of_text(seen)) {
        return Err(AppError::invalid("seen", FieldProblem::Malformed));
    }
    let reply_to = optional(&asked, "reply_to")?.map(MessageId::from_text);
    let (db, actor) = (&state.house.db, &holder.actor);
    let sent = match destination(state, holder, &asked).await? {
        Destination::Conversation(conversation_id) => {
            let wish = Wish {
                conversation_id: &conversation_id,
                draft,
                client_msg_id: &client_msg_id,
                base_seq,
                reply_to: reply_to.as_ref(),
                resend_of: None,
            };
            send_message(db, actor, &wish, now_ms()).await?
        }
        Destination::Newcomer(channel_id, identity) => {
            if reply_to.is_some() {
                return Err(AppError::invalid("reply_to", FieldProblem::Unknown));
            }
            let to = Newcomer { channel_id: &channel_id, identity: &identity, name: None };
            start(db, actor, &to, draft, &client_msg_id, base_seq, now_ms()).await?
        }
    };
    let Message { id, conversation_id, status, .. } = sent.message;
    Ok(json!({ "id": id, "conversation_id": conversation_id, "status": status }))
}

/// Where a message goes.
enum Destination {
    Conversation(ConversationId),
    /// A customer without a conversation on this number.
    Newcomer(ChannelId, Identity),
}

/// The conversation a message goes to: by its id, or by number and customer.
async fn destination(
    state: &AppState,
    holder: &KeyHolder,
    asked: &Map<String, Value>,
) -> Result<Destination, AppError> {
    let mut read = state.house.db.read().await?;
    if let Some(id) = optional(asked, "conversation_id")? {
        let id = ConversationId::from_text(id);
        conversations::visible_to(&mut read.conn(), &holder.actor, &id).await?.ok_or(AppError::NotFound)?;
        return Ok(Destination::Conversation(id));
    }
    let (channel_id, to) = match (optional(asked, "channel_id")?, optional(asked, "to")?) {
        (Some(channel_id), Some(to)) => (ChannelId::from_text(channel_id), to),
        (Some(_), None) => return Err(AppError::invalid("to", FieldProblem::Missing)),
        (None, Some(_)) => return Err(AppError::invalid("channel_id", FieldProblem::Missing)),
        (None, None) => return Err(AppError::invalid("conversation_id", FieldProblem::Missing)),
    };
    let unknown = AppError::invalid("channel_id", FieldProblem::Unknown);
    channels::by_id(&mut read.conn(), &channel_id).await?.ok_or(unknown)?;
    let identity = identity_of(&to).ok_or(AppError::invalid("to", FieldProblem::Malformed))?;
    let known = contacts::find(&mut read.conn(), &channel_id, &identity).await?;
    Ok(match known.conversation_id {
        Some(id) => Destination::Conversation(id),
        None => Destination::Newcomer(channel_id, identity),
    })
}

/// A phone number, or one of Meta's user ids (`EG.…`).
fn identity_of(to: &str) -> Option<Identity> {
    if let Some(phone) = phone::e164(to) {
        return Some(Identity { phone: Some(phone), ..Identity::default() });
    }
    let (country, rest) = to.split_once('.')?;
    let is_user_id = country.len() == 2
        && country.bytes().all(|byte| byte.is_ascii_uppercase())
        && (1..=140).contains(&rest.len())
        && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
    is_user_id.then(|| Identity { user_id: Some(to.to_owned()), ..Identity::default() })
}

fn text_draft(text: &Map<String, Value>) -> Result<Draft<'_>, AppError> {
    check_keys(text, "text", &["body", "preview_url"])?;
    let body = match text.get("body") {
        Some(Value::String(body)) => body,
        Some(_) => return Err(AppError::invalid("text.body", FieldProblem::Malformed)),
        None => return Err(AppError::invalid("text.body", FieldProblem::Missing)),
    };
    Ok(Draft::Text { body, preview_url: flag_of(text, "text", "preview_url")? })
}

fn reaction_draft(reaction: &Value) -> Result<ReactionDraft<'_>, AppError> {
    let node = Node::of("reaction", reaction, &["message_id", "emoji"])?;
    let missing = |field: &str| AppError::invalid(&format!("reaction.{field}"), FieldProblem::Missing);
    let on = node.maybe("message_id")?.filter(|id| !id.is_empty() && !id.contains('\0'));
    // An empty emoji takes one back; none at all is a mistake.
    let emoji = node.maybe("emoji")?.ok_or_else(|| missing("emoji"))?;
    Ok(ReactionDraft { on: On::Named(on.ok_or_else(|| missing("message_id"))?), emoji })
}

fn media_draft<'a>(
    object: &'a Map<String, Value>,
    kind: MediaKind,
    media_id: Option<&'a MediaId>,
) -> Result<MediaDraft<'a>, AppError> {
    let named = kind.as_str();
    let keys: &[&str] = match kind {
        MediaKind::Image | MediaKind::Video => &["media_id", "id", "link", "caption"],
        MediaKind::Audio => &["media_id", "id", "link", "voice"],
        MediaKind::Document => &["media_id", "id", "link", "caption", "filename"],
        MediaKind::Sticker => &["media_id", "id", "link"],
    };
    check_keys(object, named, keys)?;
    text_of(object, named, "media_id")?;
    let source = match (media_id, text_of(object, named, "id")?, text_of(object, named, "link")?) {
        (Some(id), None, None) => Source::Ours(id),
        (None, Some(id), None) => Source::Metas(id),
        (None, None, Some(link)) => Source::Link(link),
        (None, None, None) => return Err(AppError::invalid(&format!("{named}.media_id"), FieldProblem::Missing)),
        // Two places: which one is meant?
        _ => return Err(AppError::invalid(&format!("{named}.media_id"), FieldProblem::Malformed)),
    };
    let caption = text_of(object, named, "caption")?;
    let file_name = text_of(object, named, "filename")?;
    Ok(MediaDraft { kind, source, caption, file_name, voice: flag_of(object, named, "voice")? })
}

fn check_names(asked: &Map<String, Value>, kind: &str) -> Result<(), AppError> {
    const NAMES: [&str; 8] =
        ["conversation_id", "channel_id", "to", "type", "reply_to", "client_msg_id", "base_seq", "seen"];
    match asked.keys().find(|key| !NAMES.contains(&key.as_str()) && *key != kind) {
        Some(key) => Err(AppError::invalid(key, FieldProblem::Unknown)),
        None => Ok(()),
    }
}

fn check_keys(object: &Map<String, Value>, of: &str, keys: &[&str]) -> Result<(), AppError> {
    match object.keys().find(|key| !keys.contains(&key.as_str())) {
        Some(key) => Err(AppError::invalid(&format!("{of}.{key}"), FieldProblem::Unknown)),
        None => Ok(()),
    }
}

fn text_of<'a>(object: &'a Map<String, Value>, of: &str, field: &str) -> Result<Option<&'a str>, AppError> {
    match object.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(AppError::invalid(&format!("{of}.{field}"), FieldProblem::Malformed)),
    }
}

fn flag_of(object: &Map<String, Value>, of: &str, field: &str) -> Result<bool, AppError> {
    match object.get(field) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(_) => Err(AppError::invalid(&format!("{of}.{field}"), FieldProblem::Malformed)),
    }
}

fn required(asked: &Map<String, Value>, field: &str) -> Result<String, AppError> {
    optional(asked, field)?.ok_or(AppError::invalid(field, FieldProblem::Missing))
}

fn optional(asked: &Map<String, Value>, field: &str) -> Result<Option<String>, AppError> {
    match asked.get(field) {
        None | Some(Value::Null) => Ok(None),
        // PostgreSQL takes no NUL, and no id holds one.
        Some(Value::String(text)) if !text.contains('\0') => Ok(Some(text.clone())),
        Some(_) => Err(AppError::invalid(field, FieldProblem::Malformed)),
    }
}

fn is_list_of_text(value: &Value) -> bool {
    value.as_array().is_some_and(|list| list.iter().all(Value::is_string))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn customers_are_named_by_phone_or_user_id() {
        for (to, expected) in [
            ("+20 100 000 1842", Some((Some("+201000001842"), None))),
            ("201000001842", Some((Some("+201000001842"), None))),
            ("EG.9001002003", Some((None, Some("EG.9001002003")))),
            ("EG.ENT.77", Some((None, Some("EG.ENT.77")))),
            ("heba", None),
            ("", None),
            ("eg.9001", None),
        ] {
            let found = identity_of(to);
            let found = found.as_ref().map(|identity| (identity.phone.as_deref(), identity.user_id.as_deref()));
            assert_eq!(found, expected, "{to}");
        }
    }
}
