//! Reactions, edits and revokes: messages by their envelope, changes of another message by what they say.

use app::domain::content::ReactionSide;
use app::domain::ids::{PhoneNumberId, Wamid};
use app::domain::mark::{Deed, Mark};
use serde_json::Value;

use super::content::content_of;
use super::message::{Via, text_of};
use super::read::{stamp, text_at};

/// What is done to a message.
#[derive(Clone, Debug, PartialEq)]
pub struct MarkNews {
    pub phone_number_id: PhoneNumberId,
    pub target: Wamid,
    by: ReactionSide,
    wamid: Wamid,
    /// `None` when Meta's stamp cannot be read.
    at_ms: Option<i64>,
    deed: Deed,
}

impl MarkNews {
    /// The mark, made when it came where Meta does not say when.
    pub fn mark(&self, received_at_ms: i64) -> Mark {
        let at_ms = self.at_ms.unwrap_or(received_at_ms);
        Mark { by: self.by, wamid: self.wamid.clone(), at_ms, deed: self.deed.clone() }
    }
}

/// Is a message of this type a mark?
pub fn is_mark(kind: &str) -> bool {
    matches!(kind, "reaction" | "edit" | "revoke")
}

pub fn read(number: &PhoneNumberId, kind: &str, wamid: String, message: &Value, via: Via) -> Result<MarkNews, String> {
    let nothing = Value::Null;
    let own = message.get(kind).unwrap_or(&nothing);
    let (target, deed) = match kind {
        // Taken back: an empty emoji, or none at all.
        "reaction" => (text_at(own, "/message_id"), Deed::React(text_at(own, "/emoji").unwrap_or_default())),
        "edit" => {
            let edited = own.get("message").ok_or("the edit holds no message")?;
            let kind = text_at(edited, "/type").ok_or("the edited message has no `type`")?;
            let text = text_of(&kind, edited.get(&kind));
            (text_at(own, "/original_message_id"), Deed::Edit { text, content: Box::new(content_of(&kind, edited)) })
        }
        _ => (text_at(own, "/original_message_id"), Deed::Revoke),
    };
    Ok(MarkNews {
        phone_number_id: number.clone(),
        target: Wamid::from_text(target.ok_or_else(|| format!("the {kind} does not say of which message"))?),
        by: match via {
            Via::Customer => ReactionSide::Customer,
            Via::PhoneApp => ReactionSide::Business,
        },
        wamid: Wamid::from_text(wamid),
        at_ms: stamp(message.get("timestamp")),
        deed,
    })
}
