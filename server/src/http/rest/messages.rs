//! `GET /api/v1/conversations/{id}/messages`, `POST /api/v1/messages`

use app::ctx::now_ms;
use app::domain::ids::{ChannelId, ConversationId, MessageId};
use app::domain::phone;
use app::error::{AppError, FieldProblem};
use app::sending::{Wish, send_text};
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

/// A message as integrators read it.
fn message(full: &FullMessage) -> Value {
    let message = &full.message;
    let payload: Option<Value> = full.payload.as_deref().and_then(|payload| serde_json::from_str(payload).ok());
    // One taken back is kept as an empty emoji, for late copies; nobody else needs to know of it.
    let reactions: Vec<_> = message.reactions.iter().filter(|reaction| !reaction.emoji.is_empty()).collect();
    json!({
        "id": message.id,
        "wamid": message.wamid,
        "seq": message.seq,
        "direction": message.direction,
        "author": message.author,
        "kind": message.kind,
        "text": message.text,
        "media": null,
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
    // Only text can be sent in this version; anything else is refused by name instead of being sent wrongly.
    if kind != "text" {
        return Err(AppError::invalid("type", FieldProblem::Unknown));
    }
    check_names(&asked)?;
    let client_msg_id = required(&asked, "client_msg_id")?;
    let text = asked.get("text").and_then(Value::as_object).ok_or(AppError::invalid("text", FieldProblem::Missing))?;
    if let Some(key) = text.keys().find(|key| !matches!(key.as_str(), "body" | "preview_url")) {
        return Err(AppError::invalid(&format!("text.{key}"), FieldProblem::Unknown));
    }
    let body = match text.get("body") {
        Some(Value::String(body)) => body,
        Some(_) => return Err(AppError::invalid("text.body", FieldProblem::Malformed)),
        None => return Err(AppError::invalid("text.body", FieldProblem::Missing)),
    };
    let preview_url = match text.get("preview_url") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(wanted)) => *wanted,
        Some(_) => return Err(AppError::invalid("text.preview_url", FieldProblem::Malformed)),
    };
    let base_seq = match asked.get("base_seq") {
        None | Some(Value::Null) => None,
        Some(value) => Some(value.as_i64().ok_or(AppError::invalid("base_seq", FieldProblem::Malformed))?),
    };
    if asked.get("seen").is_some_and(|seen| !seen.is_null() && !is_list_of_text(seen)) {
        return Err(AppError::invalid("seen", FieldProblem::Malformed));
    }
    let reply_to = optional(&asked, "reply_to")?.map(MessageId::from_text);
    let conversation_id = conversation(state, holder, &asked).await?;
    let wish = Wish {
        conversation_id: &conversation_id,
        body,
        preview_url,
        client_msg_id: &client_msg_id,
        base_seq,
        reply_to: reply_to.as_ref(),
        resend_of: None,
    };
    let sent = send_text(&state.house.db, &holder.actor, &wish, now_ms()).await?;
    Ok(json!({ "id": sent.message.id, "conversation_id": conversation_id, "status": sent.message.status }))
}

/// The conversation a message goes to: by its id, or by number and customer.
async fn conversation(
    state: &AppState,
    holder: &KeyHolder,
    asked: &Map<String, Value>,
) -> Result<ConversationId, AppError> {
    let mut read = state.house.db.read().await?;
    if let Some(id) = optional(asked, "conversation_id")? {
        let id = ConversationId::from_text(id);
        conversations::visible_to(&mut read.conn(), &holder.actor, &id).await?.ok_or(AppError::NotFound)?;
        return Ok(id);
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
    // A customer who never wrote on this number has no window a text could go into.
    known.conversation_id.ok_or(AppError::WindowClosed { closed_at_ms: None })
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

fn check_names(asked: &Map<String, Value>) -> Result<(), AppError> {
    const NAMES: [&str; 9] =
        ["conversation_id", "channel_id", "to", "type", "text", "reply_to", "client_msg_id", "base_seq", "seen"];
    match asked.keys().find(|key| !NAMES.contains(&key.as_str())) {
        Some(key) => Err(AppError::invalid(key, FieldProblem::Unknown)),
        None => Ok(()),
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
