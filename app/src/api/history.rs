//! What messages said before they were edited or deleted.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use crate::domain::ids::MessageId;
use crate::domain::message::Said;
use crate::error::AppError;

/// Everything a message said before what it says now, newest first.
///
/// # Errors
/// Not found (also for those who may not look into it), signed out, or the database is away.
#[server(prefix = "/fn", endpoint = "message/history", input = Json)]
pub async fn message_history(message_id: MessageId) -> Result<Vec<Said>, AppError> {
    use crate::domain::permission::Action;
    use crate::store::{conversations, history, messages};
    let ctx = crate::ctx::Ctx::extract()?;
    // Whoever may not know it does not learn that there is something to know.
    let permit = ctx.authorize(Action::ReadHistory).map_err(|_| AppError::NotFound)?;
    let mut read = ctx.db().read().await?;
    let message = messages::by_id(&mut read.conn(), &message_id).await?.ok_or(AppError::NotFound)?.message;
    conversations::visible_to(&mut read.conn(), permit.actor(), &message.conversation_id)
        .await?
        .ok_or(AppError::NotFound)?;
    Ok(history::of(&mut read.conn(), &permit, &message_id).await?)
}
