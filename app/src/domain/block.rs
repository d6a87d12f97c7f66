//! A customer whom a number does not let through: Meta stops what they write, and refuses what is written to them.
//!
//! A block holds for a number and an address, so it belongs to a conversation; a merge of customers leaves it where it is.

use serde::{Deserialize, Serialize};

use super::ids::{AgentId, ApiKeyId};
use super::time::{MINUTE_MS, SECOND_MS};
use super::window::{self, Window};

/// Meta refuses to block somebody who has not written to the number within 24 hours.
pub const TOO_LATE_CODE: i64 = 131_047;

/// Meta refuses a message to somebody our number has blocked.
pub const BLOCKED_CODE: i64 = 130_403;

word_enum!(
    /// What somebody wants.
    BlockWish { Block => "block", Unblock => "unblock" }
);

word_enum!(
    /// How it stands; on the way there, Meta's answer is waited for.
    BlockState { Blocking => "blocking", Blocked => "blocked", Unblocking => "unblocking" }
);

word_enum!(
    /// What became of a wish.
    BlockEnd {
        Asked => "asked",
        Done => "done",
        /// By Meta, for this customer.
        Refused => "refused",
        /// Meta was not reached, or did not listen.
        Dropped => "dropped",
    }
);

/// What a conversation shows of it. Nothing is sent while there is one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    pub state: BlockState,
    /// Who wants it so, and since when.
    pub by: BlockedBy,
    pub at_ms: i64,
}

/// Who wanted it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum BlockedBy {
    Agent {
        id: AgentId,
    },
    Api {
        id: ApiKeyId,
    },
    /// Nobody here: Meta refused a message because of a block made elsewhere.
    Meta,
}

impl BlockedBy {
    /// Reads a writer's name (`agent:<id>`, `key:<id>`).
    pub fn of_writer(writer: &str) -> Self {
        match writer.split_once(':') {
            Some(("agent", id)) => Self::Agent { id: AgentId::from_text(id) },
            Some(("key", id)) => Self::Api { id: ApiKeyId::from_text(id) },
            _ => Self::Meta,
        }
    }
}

/// A wish of the past, for the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockDeed {
    pub wish: BlockWish,
    pub end: BlockEnd,
    pub by: BlockedBy,
    pub at_ms: i64,
}

/// What to do about a wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    AskMeta,
    /// It is so, or on its way.
    Nothing,
    /// The opposite is on its way.
    Wait,
    /// The customer has not written within 24 hours.
    TooLate,
}

/// Judges a wish by how it stands now.
pub fn step(wish: BlockWish, state: Option<BlockState>, window_expires_at_ms: Option<i64>, now_ms: i64) -> Step {
    use BlockState::{Blocked, Blocking, Unblocking};
    match (wish, state) {
        (BlockWish::Block, None) if may_block(window_expires_at_ms, now_ms) => Step::AskMeta,
        (BlockWish::Block, None) => Step::TooLate,
        (BlockWish::Unblock, Some(Blocked)) => Step::AskMeta,
        (BlockWish::Block, Some(Blocked | Blocking)) | (BlockWish::Unblock, None | Some(Unblocking)) => Step::Nothing,
        (BlockWish::Block, Some(Unblocking)) | (BlockWish::Unblock, Some(Blocking)) => Step::Wait,
    }
}

/// Has the customer written within 24 hours? Only then Meta lets a number block them.
pub fn may_block(window_expires_at_ms: Option<i64>, now_ms: i64) -> bool {
    matches!(window::at(window_expires_at_ms, now_ms), Window::Open { .. })
}

/// What Meta said to one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    Done,
    /// No, for this customer.
    Refused {
        code: i64,
    },
    /// Certainly nothing was done: no connection, or a call that Meta did not take.
    NotNow {
        code: Option<i64>,
    },
    /// It may have been done.
    Unclear,
}

/// What follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Done,
    Refused {
        code: i64,
    },
    /// Nothing has changed; the person may ask again.
    NotNow {
        code: Option<i64>,
    },
    /// The same call again then: it does no harm twice.
    Again {
        after_ms: i64,
    },
    /// An earlier call may have blocked them all the same: unblock them, so that the refusal is true.
    TakeBack {
        code: i64,
    },
}

/// Judges the answer to call number `attempt` (from 1). Whatever the calls before the last did is not known: they got no
/// clear answer, or there would be no further one.
pub fn verdict(wish: BlockWish, told: Told, attempt: i64) -> Verdict {
    let again = Verdict::Again { after_ms: again_after_ms(attempt) };
    match (told, wish) {
        (Told::Done, _) => Verdict::Done,
        (Told::Unclear, _) => again,
        (Told::NotNow { code }, _) if attempt <= 1 => Verdict::NotNow { code },
        (Told::NotNow { .. }, _) => again,
        (Told::Refused { code }, BlockWish::Block) if attempt > 1 => Verdict::TakeBack { code },
        (Told::Refused { code }, _) => Verdict::Refused { code },
    }
}

/// How long to wait after call number `attempt`.
pub fn again_after_ms(attempt: i64) -> i64 {
    (SECOND_MS << attempt.clamp(1, 10)).min(5 * MINUTE_MS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::DAY_MS;

    const NOW: i64 = 1_790_000_000_000;

    #[test]
    fn a_wish_meets_what_is_so() {
        use BlockState::{Blocked, Blocking, Unblocking};
        use BlockWish::{Block, Unblock};
        let (open, closed) = (Some(NOW + DAY_MS), Some(NOW - 1));
        for (name, wish, state, window, expected) in [
            ("somebody who wrote today", Block, None, open, Step::AskMeta),
            ("who wrote the day before", Block, None, closed, Step::TooLate),
            ("who never wrote", Block, None, None, Step::TooLate),
            ("blocked already", Block, Some(Blocked), closed, Step::Nothing),
            ("a colleague is at it", Block, Some(Blocking), open, Step::Nothing),
            ("a colleague lets them in", Block, Some(Unblocking), open, Step::Wait),
            ("unblocking has no time", Unblock, Some(Blocked), closed, Step::AskMeta),
            ("not blocked", Unblock, None, open, Step::Nothing),
            ("being let in", Unblock, Some(Unblocking), open, Step::Nothing),
            ("a colleague blocks them", Unblock, Some(Blocking), open, Step::Wait),
        ] {
            assert_eq!(step(wish, state, window, NOW), expected, "{name}");
        }
    }

    #[test]
    fn what_is_unclear_is_asked_until_it_is_clear() {
        use BlockWish::{Block, Unblock};
        let again = |after_ms| Verdict::Again { after_ms };
        let no = Told::Refused { code: 131_047 };
        for (name, wish, told, attempt, expected) in [
            ("done", Block, Told::Done, 1, Verdict::Done),
            ("done at last", Unblock, Told::Done, 7, Verdict::Done),
            ("refused at once", Block, no, 1, Verdict::Refused { code: 131_047 }),
            ("refused after a doubt", Block, no, 2, Verdict::TakeBack { code: 131_047 }),
            ("refused to unblock", Unblock, no, 2, Verdict::Refused { code: 131_047 }),
            ("nobody there", Block, Told::NotNow { code: None }, 1, Verdict::NotNow { code: None }),
            ("nobody there after a doubt", Block, Told::NotNow { code: None }, 2, again(4_000)),
            ("a dead token after a doubt", Unblock, Told::NotNow { code: Some(190) }, 3, again(8_000)),
            ("no answer", Block, Told::Unclear, 1, again(2_000)),
            ("no answer for long", Block, Told::Unclear, 400, again(300_000)),
        ] {
            assert_eq!(verdict(wish, told, attempt), expected, "{name}");
        }
    }

    #[test]
    fn writers_are_people_keys_or_meta() {
        for (writer, expected) in [
            ("agent:a", BlockedBy::Agent { id: AgentId::from_text("a") }),
            ("key:k", BlockedBy::Api { id: ApiKeyId::from_text("k") }),
            ("meta", BlockedBy::Meta),
        ] {
            assert_eq!(BlockedBy::of_writer(writer), expected);
        }
    }
}
