//! `POST /api/v1/conversations/{id}/block`, `DELETE /api/v1/conversations/{id}/block`

use app::blocking;
use app::ctx::now_ms;
use app::domain::block::{BlockState, BlockWish};
use app::domain::ids::ConversationId;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};

use super::KeyHolder;
use super::conversations::conversation;
use crate::state::AppState;

/// Blocks the customer on the conversation's number.
pub async fn block(State(state): State<AppState>, holder: KeyHolder, Path(id): Path<String>) -> Response {
    set(&state, &holder, id, BlockWish::Block).await
}

/// Unblocks them.
pub async fn unblock(State(state): State<AppState>, holder: KeyHolder, Path(id): Path<String>) -> Response {
    set(&state, &holder, id, BlockWish::Unblock).await
}

/// 200 with the conversation once it is so, 202 while Meta's answer is waited for.
async fn set(state: &AppState, holder: &KeyHolder, id: String, wish: BlockWish) -> Response {
    let id = ConversationId::from_text(id);
    match blocking::set(&state.house, &holder.actor, &id, wish, now_ms()).await {
        Ok(row) => {
            let settled = row.block.as_ref().is_none_or(|block| block.state == BlockState::Blocked);
            let status = if settled { StatusCode::OK } else { StatusCode::ACCEPTED };
            (status, Json(conversation(&row))).into_response()
        }
        Err(error) => holder.problem(error).into_response(),
    }
}
