//! An emoji of ours on a message: it travels like any message and is shown on the one it is about.

use serde_json::{Value, json};

use super::draft::Ready;
use crate::domain::conversation::ConversationRow;
use crate::domain::ids::{MessageId, Wamid};
use crate::domain::message::Message;
use crate::domain::send::check_reaction;
use crate::error::{AppError, FieldProblem};
use crate::store::sending::Target;
use crate::store::{Tx, messages};

/// A reaction someone wants to leave.
pub struct ReactionDraft<'a> {
    pub on: On<'a>,
    /// Empty to take it back.
    pub emoji: &'a str,
}

/// The message it is on.
#[derive(Clone, Copy)]
pub enum On<'a> {
    Ours(&'a MessageId),
    /// Meta's id of it, or ours, as integrators write it.
    Named(&'a str),
}

impl<'a> ReactionDraft<'a> {
    pub(super) fn again(message: &'a Message) -> Option<Self> {
        let on = On::Ours(message.reply_to.as_ref()?);
        Some(Self { on, emoji: message.text.as_deref().unwrap_or_default() })
    }

    pub(super) fn fingerprint(&self) -> Vec<Value> {
        let on = match self.on {
            On::Ours(id) => json!(id),
            On::Named(name) => json!(name),
        };
        vec![json!("reaction"), on, json!(self.emoji)]
    }

    pub(super) async fn prepare(&self, tx: &mut Tx, seen: &ConversationRow, now_ms: i64) -> Result<Ready, AppError> {
        let unknown = || AppError::invalid("reaction.message_id", FieldProblem::Unknown);
        let held = match self.on {
            On::Ours(id) => messages::by_id(&mut tx.conn(), id).await?,
            On::Named(name) => {
                let wamid = Wamid::from_text(name);
                match messages::by_wamid(&mut tx.conn(), &seen.channel_id, &wamid).await? {
                    Some(held) => Some(held),
                    None => messages::by_id(&mut tx.conn(), &MessageId::from_text(name)).await?,
                }
            }
        };
        let held = held.map(|full| full.message).filter(|held| held.conversation_id == seen.id);
        let held = held.filter(|held| held.kind != "reaction" && held.revoked_at_ms.is_none()).ok_or_else(unknown)?;
        // Meta knows a message by its own name only.
        let wamid = held.wamid.ok_or_else(unknown)?;
        let emoji = check_reaction(self.emoji, held.sent_at_ms, seen.window_expires_at_ms, now_ms)?;
        let object = json!({ "message_id": wamid, "emoji": emoji });
        Ok(Ready {
            kind: "reaction",
            payload: Some(object.to_string()),
            text: Some(emoji),
            content: None,
            media: None,
            expires_at_ms: None,
            on: Some(Target { id: held.id, wamid }),
            call: json!({ "type": "reaction", "reaction": object }),
        })
    }
}
