//! What the screen is given: rows, and the items of a thread.

use leptos::prelude::*;

use super::outgoing::Pending;
use crate::domain::conversation::ConversationRow;
use crate::domain::ids::{ConversationId, MessageId};
use crate::domain::message::{Direction, Message};
use crate::ui::inbox::kind;

/// A row of the list, in its place. The same id keeps the same signal, so the row on screen is never built again.
#[derive(Clone)]
pub struct RowItem {
    pub id: ConversationId,
    pub row: ArcRwSignal<ConversationRow>,
}

impl PartialEq for RowItem {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// One line of a thread.
#[derive(Clone)]
pub enum Item {
    /// A day begins, at the reader's midnight.
    Day {
        day: i64,
        at_ms: i64,
    },
    /// What follows was unread when the conversation was opened.
    Unread,
    Bubble(BubbleItem),
}

#[derive(Clone)]
pub struct BubbleItem {
    pub key: String,
    pub bubble: ArcRwSignal<Bubble>,
}

impl BubbleItem {
    /// A line of the timeline. The type of a message never changes.
    pub fn is_event(&self) -> bool {
        self.bubble.with_untracked(|bubble| kind::is_event(&bubble.message.kind))
    }
}

impl Item {
    pub fn key(&self) -> String {
        match self {
            Self::Day { day, .. } => format!("day {day}"),
            Self::Unread => "unread".to_owned(),
            Self::Bubble(item) => item.key.clone(),
        }
    }
}

impl PartialEq for Item {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

/// A message as its bubble shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Bubble {
    pub message: Message,
    /// It is only on its way to the server.
    pub pending: Option<Pending>,
    pub joined: Joined,
    pub quote: Option<Quote>,
    /// A person has sent it once more.
    pub repeated: bool,
}

/// Where a message stands in a run by one writer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Joined {
    pub above: bool,
    pub below: bool,
}

impl Joined {
    /// The word of style/messages.css.
    pub fn word(self) -> Option<&'static str> {
        match (self.above, self.below) {
            (false, false) => None,
            (false, true) => Some("top"),
            (true, true) => Some("mid"),
            (true, false) => Some("1"),
        }
    }
}

/// The message that is answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Quote {
    pub id: MessageId,
    pub direction: Direction,
    pub kind: String,
    pub text: String,
    pub revoked: bool,
}

impl Quote {
    pub fn of(message: &Message) -> Self {
        Self {
            id: message.id.clone(),
            direction: message.direction,
            kind: message.kind.clone(),
            text: message.text.clone().unwrap_or_default(),
            revoked: message.revoked_at_ms.is_some(),
        }
    }
}

/// Runs of one writer hold together for this long.
const RUN_MS: i64 = 10 * crate::domain::time::MINUTE_MS;

/// Whether `next` continues what `message` began.
pub fn continues(message: &Message, next: &Message) -> bool {
    message.direction == next.direction
        && message.author == next.author
        && !kind::is_event(&message.kind)
        && !kind::is_event(&next.kind)
        && next.sent_at_ms - message.sent_at_ms < RUN_MS
}

/// Where the unread line stands in a conversation that is being opened.
pub fn line_of(row: &ConversationRow) -> Option<i64> {
    (row.unread_count > 0).then_some(row.read_seq)
}

/// What a bubble is known by. Own sends keep the name the browser gave them: the bubble that was shown at once and the
/// stored message are one element, which changes in place.
pub fn bubble_key(message: &Message, my_id: &str) -> String {
    match &message.client_msg_id {
        Some(client) if message.author.id.as_deref() == Some(my_id) => client.clone(),
        _ => message.id.to_string(),
    }
}
