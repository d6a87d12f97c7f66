//! Two contacts that a person says are one customer.
//!
//! A merge says who is who; it moves nothing. A chat belongs to an address: its 24-hour window, its pace and its order are
//! WhatsApp's with that one phone number or user id, and an answer must go where the question came from. So every
//! conversation stays with the contact (the address) it began with, with its messages, its `seq`s and the places readers
//! have reached in it, and two conversations on one number stay two threads of one customer. The contact that was merged
//! stays as a shadow that points at the other; both are shown under the other's id and name. Nothing can be lost by that,
//! what comes in meanwhile finds its contact by its names as before, and undoing is taking the pointer away.

use serde::{Deserialize, Serialize};

use super::contact::{AliasKind, ContactBrief};
use super::conversation::ConversationRow;
use super::ids::{AgentId, ContactId, ConversationId};
use super::time::DAY_MS;

/// A merge can be undone for so long.
pub const UNDO_MS: i64 = 30 * DAY_MS;

/// Until when a merge can be undone.
pub fn undo_until_ms(merged_at_ms: i64) -> i64 {
    merged_at_ms + UNDO_MS
}

/// A merge that can still be undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merge {
    pub id: String,
    /// What the one that was merged is called by itself.
    pub name: String,
    pub merged_by: Option<AgentId>,
    pub merged_at_ms: i64,
}

/// Meta's names in one message belonged to two contacts: they may be one customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    pub other: ContactBrief,
    /// A conversation of theirs.
    pub conversation_id: ConversationId,
    /// Which of the names was the other's.
    pub kind: AliasKind,
    pub raised_at_ms: i64,
}

/// One of two who may be merged, as whoever asks may see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    pub contact: ContactBrief,
    /// Newest first.
    pub chats: Vec<ConversationRow>,
    pub messages: i64,
    pub aliases: Vec<(AliasKind, String)>,
}

/// What a merge would bring together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    pub this: Side,
    pub other: Side,
}

impl Preview {
    /// Have both a conversation on one number? They stay two threads.
    pub fn meet_on_a_number(&self) -> bool {
        self.this.chats.iter().any(|chat| self.other.chats.iter().any(|other| other.channel_id == chat.channel_id))
    }
}

/// One node of the tree of contacts that are one customer: who it points at, if anyone.
pub type Node = (ContactId, Option<ContactId>);

/// Everyone who points at `top`, directly or over others.
pub fn below(nodes: &[Node], top: &ContactId) -> Vec<ContactId> {
    let mut found: Vec<ContactId> = Vec::new();
    let mut next = vec![top.clone()];
    while let Some(at) = next.pop() {
        for (id, parent) in nodes {
            if parent.as_ref() == Some(&at) && id != top && !found.contains(id) {
                found.push(id.clone());
                next.push(id.clone());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_branch_below_a_contact() {
        let id = |name: &str| ContactId::from_text(name);
        let nodes: Vec<Node> = [("a", ""), ("b", "a"), ("c", "b"), ("d", "a"), ("e", "c"), ("x", "x")]
            .iter()
            .map(|(name, parent)| (id(name), (!parent.is_empty()).then(|| id(parent))))
            .collect();
        for (top, expected) in [("a", "bcde"), ("b", "ce"), ("d", ""), ("e", ""), ("x", ""), ("nobody", "")] {
            let mut found: Vec<String> = below(&nodes, &id(top)).iter().map(ToString::to_string).collect();
            found.sort();
            assert_eq!(found.concat(), expected, "{top}");
        }
    }
}
