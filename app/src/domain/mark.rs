//! What is done to a message after it was sent: a reaction, an edit, a revoke. Each has an id of its own at Meta, beside
//! the id of the message it is about, and may come before it.

use serde::{Deserialize, Serialize};

use super::content::{Content, ReactionSide};
use super::ids::Wamid;
use super::message::Direction;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    pub by: ReactionSide,
    /// The mark's own id: the same webhook again is no second edit.
    pub wamid: Wamid,
    pub at_ms: i64,
    pub deed: Deed,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// An emoji; empty to take it back.
    React(String),
    /// What the message says from now on.
    Edit {
        text: Option<String>,
        content: Box<Content>,
    },
    Revoke,
}

impl Mark {
    /// Anyone in a chat may react; only its own side may change or revoke a message.
    pub fn may_touch(&self, message: Direction) -> bool {
        let own = match self.by {
            ReactionSide::Customer => Direction::In,
            ReactionSide::Business => Direction::Out,
        };
        matches!(self.deed, Deed::React(_)) || message == own
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_own_side_changes_a_message() {
        let edit = || Deed::Edit { text: Some("x".to_owned()), content: Box::default() };
        for (by, deed, message, expected) in [
            (ReactionSide::Customer, edit(), Direction::In, true),
            (ReactionSide::Customer, edit(), Direction::Out, false),
            (ReactionSide::Business, edit(), Direction::Out, true),
            (ReactionSide::Customer, Deed::Revoke, Direction::Out, false),
            (ReactionSide::Business, Deed::Revoke, Direction::In, false),
            (ReactionSide::Customer, Deed::React("👍".to_owned()), Direction::Out, true),
            (ReactionSide::Business, Deed::React(String::new()), Direction::In, true),
        ] {
            let mark = Mark { by, wamid: Wamid::from_text("w"), at_ms: 0, deed };
            assert_eq!(mark.may_touch(message), expected, "{mark:?} of {message}");
        }
    }
}
