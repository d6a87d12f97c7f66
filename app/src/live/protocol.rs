//! What travels over `/live`: the one set of types both ends share.

use serde::{Deserialize, Serialize};

use crate::domain::agent::AgentBrief;
use crate::domain::channel::ChannelBrief;
use crate::domain::conversation::{ConversationRow, ListFilter, SortKey};
use crate::domain::ids::{AgentId, ChannelId, ConversationId};
use crate::domain::message::Message;

/// One change, as the event log keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum LiveEvent {
    /// A message was added or changed; `row` is its conversation afterwards.
    Message { row: Box<ConversationRow>, message: Box<Message> },
    /// A conversation changed without a message: read mark, contact's name, status.
    Conversation { row: Box<ConversationRow> },
    /// Messages of the time before the number was ours were put beneath a conversation; `up_to_seq` is the highest of them.
    /// There may be thousands: who wants them fetches them.
    History { row: Box<ConversationRow>, up_to_seq: i64 },
    /// A number was added, renamed, paused or resumed.
    Channel { channel: Box<ChannelBrief> },
    /// A colleague joined, was renamed, or got another role. Disabling is a change too.
    Agent { agent: Box<AgentBrief> },
    /// An agent may (or may no longer) see a number's conversations.
    Access { agent_id: AgentId, channel_id: ChannelId, granted: bool },
}

impl LiveEvent {
    /// The conversation whose watchers want it.
    pub fn conversation_id(&self) -> Option<&ConversationId> {
        self.row().map(|row| &row.id)
    }

    /// The row it carries.
    pub fn row(&self) -> Option<&ConversationRow> {
        match self {
            Self::Message { row, .. } | Self::Conversation { row } | Self::History { row, .. } => Some(row),
            Self::Channel { .. } | Self::Agent { .. } | Self::Access { .. } => None,
        }
    }
}

/// How the house itself stands. Not an event: it may be the event log that cannot be written. Agents hear of the storage,
/// admins also of the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HouseState {
    /// Items set aside that wait for a person.
    pub set_aside: i64,
    pub storage: Storage,
    /// Phones that must be opened, or whose history is on its way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<PhoneNews>,
}

/// What admins are told of a phone a number lives on too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneNews {
    pub channel_id: ChannelId,
    /// The number's name.
    pub name: String,
    /// The app must be opened on it, lest Meta disconnects the number.
    pub is_asleep: bool,
    /// Its history is on its way: how far, in percent.
    pub bringing: Option<i64>,
}

/// How the database stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Storage {
    #[default]
    Sound,
    /// It takes no writes just now: the disk is full, or the database away. It heals by itself.
    Stuck,
    /// Its contents are broken: nothing more is written, and a backup has to be restored.
    Damaged,
}

/// Browser to server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "frame", rename_all = "snake_case", deny_unknown_fields)]
pub enum ClientFrame {
    /// What this tab shows from now on; replaces what it said before.
    Watch {
        /// The list on screen and the number its view has reached.
        list: Option<WatchList>,
        /// The open conversation and the number its view has reached.
        thread: Option<WatchThread>,
    },
    /// Answers [`ServerFrame::Ping`]; a tab that stays silent is dropped.
    Pong,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchList {
    pub filter: ListFilter,
    /// Sort key of the oldest loaded row; `None` when the list is loaded to its end.
    pub horizon: Option<SortKey>,
    /// The last event this list has applied.
    pub since: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WatchThread {
    pub conversation_id: ConversationId,
    /// The last event this thread has applied.
    pub since: i64,
}

/// Server to browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "frame", rename_all = "snake_case")]
pub enum ServerFrame {
    /// First on every connection: which site the server carries, and its clock.
    Hello { build: String, now_ms: i64, head: i64 },
    /// Answers [`ClientFrame::Watch`] with what it said. Everything after `since` follows, in order, also what was sent
    /// before: the view takes its place from here, see [`super::view::watching`].
    Watching { list: Option<WatchList>, thread: Option<WatchThread> },
    /// One change and its number.
    Event { seq: i64, event: LiveEvent },
    /// Everything up to `head` that concerns this tab was sent; asks for a [`ClientFrame::Pong`].
    Ping { head: i64, now_ms: i64 },
    /// Follows the hello when there is something to say, and comes again when that changes.
    House { house: HouseState },
    /// Events were lost to this tab: fetch a fresh snapshot.
    Resync,
    /// The server stops or restarts: come back after `after_ms`.
    Goodbye { after_ms: u32 },
    /// This session is over: go to the sign-in page.
    SignedOut,
}
