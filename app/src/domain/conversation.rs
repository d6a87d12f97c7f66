//! A conversation: one customer on one number.

use serde::{Deserialize, Serialize};

use super::block::Block;
use super::contact::ContactBrief;
use super::ids::{AgentId, ChannelId, ConversationId, MessageId};
use super::message::{AuthorKind, Direction, MessageStatus};

word_enum!(
    ConversationStatus { Open => "open", Snoozed => "snoozed", Closed => "closed" }
);

/// The newest message, cut to what a list row shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastMessage {
    pub id: MessageId,
    pub direction: Direction,
    pub author_kind: AuthorKind,
    /// The Cloud API's word: `text`, `image`, …
    pub kind: String,
    /// At most [`super::text::PREVIEW_CHARS`] characters on one line; empty when the type has no text.
    pub preview: String,
    pub status: MessageStatus,
    pub sent_at_ms: i64,
}

/// A conversation as lists and headers show it. Events carry it whole, so a row can appear from one event alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationRow {
    pub id: ConversationId,
    pub channel_id: ChannelId,
    pub contact: ContactBrief,
    pub status: ConversationStatus,
    pub assignee_id: Option<AgentId>,
    pub unread_count: i64,
    /// Counts what a reader must have seen (design.md, "Seq and unseen").
    pub seq: i64,
    /// The shared read mark: everything up to this `seq` was seen by an agent.
    pub read_seq: i64,
    /// End of the 24-hour service window; `None` when no customer message ever opened one.
    pub window_expires_at_ms: Option<i64>,
    /// The customer is blocked on this number, or about to be, or about to be let in again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block: Option<Block>,
    pub last_activity_at_ms: i64,
    pub last_message: Option<LastMessage>,
}

/// Where a row stands in a list, newest first. Larger sorts earlier.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SortKey {
    pub last_activity_at_ms: i64,
    pub id: ConversationId,
}

impl ConversationRow {
    pub fn sort_key(&self) -> SortKey {
        SortKey { last_activity_at_ms: self.last_activity_at_ms, id: self.id.clone() }
    }
}

/// Which conversations a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ListFilter {
    pub channel_id: Option<ChannelId>,
    pub status: Option<ConversationStatus>,
    pub assignee_id: Option<AgentId>,
}

impl ListFilter {
    pub fn matches(&self, row: &ConversationRow) -> bool {
        self.channel_id.as_ref().is_none_or(|id| *id == row.channel_id)
            && self.status.is_none_or(|status| status == row.status)
            && self.assignee_id.as_ref().is_none_or(|id| row.assignee_id.as_ref() == Some(id))
    }
}

/// One page of a list, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationPage {
    pub rows: Vec<ConversationRow>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<SortKey>,
}
