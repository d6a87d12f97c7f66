//! Writing to somebody who has no conversation yet: customer, conversation and message are one transaction, so that a
//! refused message leaves nobody behind.

use super::{Draft, Sent, Wish, check_name, queue};
use crate::domain::ids::{ChannelId, ConversationId};
use crate::domain::permission::{Action, Actor, authorize};
use crate::domain::text::storable;
use crate::error::{AppError, FieldProblem};
use crate::store::contacts::{self, Identity, NewContact};
use crate::store::{Db, Tx, channels, conversations, counters};

/// Longer names are cut.
const NAME_CHARS: usize = 120;

/// Whom a first message goes to.
pub struct Newcomer<'a> {
    pub channel_id: &'a ChannelId,
    pub identity: &'a Identity,
    /// What to call them until they tell their own name.
    pub name: Option<&'a str>,
}

/// Queues a message to a customer by number; somebody known gets it in their conversation.
///
/// # Errors
/// As for [`super::send`]; the number is not there for this actor (`channel_id`). A newcomer has no window: what is no
/// template is refused.
pub async fn start(
    db: &Db,
    actor: &Actor,
    to: &Newcomer<'_>,
    draft: Draft<'_>,
    client_msg_id: &str,
    base_seq: Option<i64>,
    now_ms: i64,
) -> Result<Sent, AppError> {
    let permit = authorize(actor, Action::Reply)?;
    check_name(client_msg_id)?;
    let mut tx = db.begin().await?;
    let channel = channels::by_id(&mut tx.conn(), to.channel_id).await?;
    let unknown = || AppError::invalid("channel_id", FieldProblem::Unknown);
    let channel = channel.ok_or_else(unknown)?;
    if !conversations::reaches(&mut tx.conn(), actor, to.channel_id).await? {
        return Err(unknown());
    }
    if to.identity.phone.as_ref() == Some(&channel.brief.display_phone) {
        return Err(AppError::invalid("to", FieldProblem::Malformed));
    }
    let conversation_id = conversation(&mut tx, to, now_ms).await?;
    let wish =
        Wish { conversation_id: &conversation_id, draft, client_msg_id, base_seq, reply_to: None, resend_of: None };
    queue(tx, &permit, &wish, now_ms).await
}

async fn conversation(tx: &mut Tx, to: &Newcomer<'_>, now_ms: i64) -> Result<ConversationId, AppError> {
    let known = contacts::find(&mut tx.conn(), to.channel_id, to.identity).await?;
    if let Some(id) = known.conversation_id {
        return Ok(id);
    }
    // They may be writing to us at this moment: whoever makes customers takes turns, so that nobody is made twice.
    counters::hold(&mut tx.conn(), counters::INBOUND).await?;
    let known = contacts::find(&mut tx.conn(), to.channel_id, to.identity).await?;
    if let Some(id) = known.conversation_id {
        return Ok(id);
    }
    let contact_id = match known.contact_id {
        Some(id) => id,
        None => {
            let name: String = storable(to.name.unwrap_or_default().trim()).chars().take(NAME_CHARS).collect();
            let new = NewContact { name: &name, username: None, identity: to.identity, seen_at_ms: now_ms };
            let id = contacts::insert(&mut tx.conn(), &new).await?;
            let aliases: Vec<_> = to.identity.aliases().map(|(kind, value)| (kind, value.to_owned())).collect();
            contacts::add_aliases(&mut tx.conn(), &id, &aliases, now_ms).await?;
            id
        }
    };
    Ok(conversations::find_or_insert(&mut tx.conn(), to.channel_id, &contact_id, now_ms).await?)
}
