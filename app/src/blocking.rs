//! Blocking and unblocking a customer on a number, from the screen or over REST.
//!
//! The wish is written down first, then Meta is asked. Asking twice does no harm, so whatever got no clear answer (a
//! timeout, a crash in between) is asked again by the server until it is clear; meanwhile the conversation says so.

use crate::ctx::House;
use crate::domain::block::{BlockWish, Step, TOO_LATE_CODE};
use crate::domain::conversation::ConversationRow;
use crate::domain::ids::ConversationId;
use crate::domain::permission::{Action, Actor, authorize};
use crate::error::AppError;
use crate::store::blocks::{self, Wished};
use crate::store::conversations;

/// Blocks or unblocks the customer of a conversation on its number. Gives the conversation as it stands then: settled, or
/// still on the way there. What is so already is no error.
///
/// # Errors
/// [`AppError::BlockRefused`] with Meta's code, also where Meta would surely refuse; [`AppError::ChangedMeanwhile`] while
/// the opposite is under way; [`AppError::MetaAway`]; not found, or the database is away.
pub async fn set(
    house: &House,
    actor: &Actor,
    id: &ConversationId,
    wish: BlockWish,
    now_ms: i64,
) -> Result<ConversationRow, AppError> {
    let permit = authorize(actor, Action::EditCustomer)?;
    let mut tx = house.db.begin().await?;
    let seen = conversations::visible_to(&mut tx.conn(), actor, id).await?.ok_or(AppError::NotFound)?;
    match blocks::wish(&mut tx, &permit, &seen, wish, now_ms).await? {
        Wished::Ask(asked) => {
            tx.commit().await?;
            house.services.ask_block(asked).await?;
        }
        Wished::Not(Step::Wait) => return Err(AppError::ChangedMeanwhile),
        Wished::Not(Step::TooLate) => return Err(AppError::BlockRefused { code: TOO_LATE_CODE }),
        Wished::Not(Step::AskMeta | Step::Nothing) => drop(tx),
    }
    let mut read = house.db.read().await?;
    conversations::visible_to(&mut read.conn(), actor, id).await?.ok_or(AppError::NotFound)
}
