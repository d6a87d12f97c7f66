//! Blocking and unblocking the customer of a conversation on its number. Who may see the conversation may do it: it can be
//! taken back by anyone, and stands there with a name.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use crate::domain::block::BlockWish;
use crate::domain::ids::ConversationId;
use crate::error::AppError;

/// Asks Meta. That it is so, or still on its way, comes over the line, here as in every other tab.
///
/// # Errors
/// [`AppError::BlockRefused`] with Meta's code, [`AppError::ChangedMeanwhile`] while a colleague does the opposite,
/// [`AppError::MetaAway`], not found, signed out, or the database is away.
#[server(prefix = "/fn", endpoint = "customer/block", input = Json)]
pub async fn set_block(id: ConversationId, wish: BlockWish) -> Result<(), AppError> {
    let ctx = crate::ctx::Ctx::extract()?;
    crate::blocking::set(&ctx.house, &ctx.actor(), &id, wish, ctx.now_ms()).await.map(drop)
}
