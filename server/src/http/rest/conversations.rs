//! `GET /api/v1/conversations`, `GET /api/v1/conversations/{id}`

use app::domain::conversation::{ConversationRow, ConversationStatus, ListFilter, SortKey};
use app::domain::ids::{AgentId, ChannelId, ConversationId};
use app::error::{AppError, FieldProblem};
use app::store::conversations;
use axum::Json;
use axum::extract::{Path, Query, State};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{KeyHolder, limit};
use crate::http::problem::Problem;
use crate::state::AppState;

/// What the address of the list may carry.
#[derive(Deserialize)]
pub struct ListQuery {
    status: Option<String>,
    assignee: Option<String>,
    label: Option<String>,
    channel: Option<String>,
    cursor: Option<String>,
    limit: Option<String>,
}

/// The conversations a key sees, newest first.
pub async fn list(
    State(state): State<AppState>,
    holder: KeyHolder,
    Query(query): Query<ListQuery>,
) -> Result<Json<Value>, Problem> {
    find(&state, &holder, &query).await.map(Json).map_err(|error| holder.problem(error))
}

async fn find(state: &AppState, holder: &KeyHolder, query: &ListQuery) -> Result<Value, AppError> {
    let limit = limit(query.limit.as_deref())?;
    let status = match query.status.as_deref() {
        Some(word) => {
            Some(ConversationStatus::from_word(word).ok_or(AppError::invalid("status", FieldProblem::Unknown))?)
        }
        None => None,
    };
    let before = match query.cursor.as_deref() {
        Some(cursor) => Some(parse_cursor(cursor).ok_or(AppError::invalid("cursor", FieldProblem::Malformed))?),
        None => None,
    };
    // There are no labels yet, so nothing carries one.
    if query.label.is_some() {
        return Ok(json!({ "data": [], "next_cursor": null }));
    }
    let filter = ListFilter {
        channel_id: query.channel.clone().map(ChannelId::from_text),
        status,
        assignee_id: query.assignee.clone().map(AgentId::from_text),
    };
    let mut read = state.house.db.read().await?;
    let page = conversations::list(&mut read.conn(), &holder.actor, &filter, before.as_ref(), limit).await?;
    let data: Vec<Value> = page.rows.iter().map(conversation).collect();
    Ok(json!({ "data": data, "next_cursor": page.next.as_ref().map(cursor_of) }))
}

/// One conversation.
pub async fn get(
    State(state): State<AppState>,
    holder: KeyHolder,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let found = async {
        let mut read = state.house.db.read().await?;
        let id = ConversationId::from_text(id);
        let row = conversations::visible_to(&mut read.conn(), &holder.actor, &id).await?;
        row.ok_or(AppError::NotFound)
    };
    found.await.map(|row| Json(conversation(&row))).map_err(|error| holder.problem(error))
}

/// A conversation as integrators read it.
pub fn conversation(row: &ConversationRow) -> Value {
    let last_message = row.last_message.as_ref().map(|last| {
        json!({
            "id": last.id, "direction": last.direction, "author": { "kind": last.author_kind }, "kind": last.kind,
            "text": last.preview, "status": last.status, "sent_at_ms": last.sent_at_ms,
        })
    });
    json!({
        "id": row.id,
        "channel_id": row.channel_id,
        "contact": {
            "id": row.contact.id, "name": row.contact.given_name.as_ref().unwrap_or(&row.contact.name), "phone": row.contact.phone,
            "user_id": row.contact.user_id,
        },
        "status": row.status,
        "assignee_id": row.assignee_id,
        "team_id": null,
        "labels": [],
        "unread_count": row.unread_count,
        "seq": row.seq,
        "window_expires_at_ms": row.window_expires_at_ms,
        "block": row.block,
        "last_activity_at_ms": row.last_activity_at_ms,
        "last_message": last_message,
    })
}

/// Opaque to clients: where a page ended.
fn cursor_of(key: &SortKey) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}.{}", key.last_activity_at_ms, key.id))
}

fn parse_cursor(cursor: &str) -> Option<SortKey> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let (at_ms, id) = text.split_once('.')?;
    if id.contains('\0') {
        return None;
    }
    Some(SortKey { last_activity_at_ms: at_ms.parse().ok()?, id: ConversationId::from_text(id) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_come_back_as_they_went() {
        let key = SortKey { last_activity_at_ms: 1_790_000_000_000, id: ConversationId::from_text("0198-a") };
        assert_eq!(parse_cursor(&cursor_of(&key)), Some(key));
        for wrong in ["", "x", "!!!", &URL_SAFE_NO_PAD.encode("no-dot"), &URL_SAFE_NO_PAD.encode("x.y")] {
            assert_eq!(parse_cursor(wrong), None, "{wrong}");
        }
    }
}
