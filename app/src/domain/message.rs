//! A message: immutable, but for its delivery marks.

use serde::{Deserialize, Serialize};

use super::content::{Content, Media, Reaction};
use super::ids::{ConversationId, MessageId, Wamid};

word_enum!(Direction { In => "in", Out => "out" });

word_enum!(
    /// Who wrote a message.
    AuthorKind {
        Customer => "customer",
        Agent => "agent",
        PhoneApp => "phone_app",
        Automation => "automation",
        Persona => "persona",
        Campaign => "campaign",
        Api => "api",
        System => "system",
    }
);

word_enum!(
    /// Where a message is on its way. Incoming ones are always `received`.
    MessageStatus {
        Received => "received",
        Queued => "queued",
        Claimed => "claimed",
        /// Its first byte may have left; it is never sent again by the machine.
        InFlight => "in_flight",
        Accepted => "accepted",
        Sent => "sent",
        Delivered => "delivered",
        Read => "read",
        Played => "played",
        Failed => "failed",
        /// The end of the call is not known; a status may still tell.
        Unknown => "unknown",
        /// No status came in time: a person decides.
        Unconfirmed => "unconfirmed",
    }
);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    pub kind: AuthorKind,
    /// The agent's or key's id, where there is one.
    pub id: Option<String>,
}

/// Why a message failed: Meta's words, or ours with a code of our own (see [`super::graph_error`]).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageError {
    pub code: i64,
    pub title: String,
    pub details: String,
}

/// A message as a thread shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub id: MessageId,
    pub conversation_id: ConversationId,
    pub wamid: Option<Wamid>,
    pub seq: i64,
    pub direction: Direction,
    pub author: Author,
    /// The Cloud API's word: `text`, `image`, `interactive`, …
    pub kind: String,
    /// The plain string: body or caption.
    pub text: Option<String>,
    /// What it carries beside its words; absent for plain text, and once it was revoked.
    pub content: Option<Box<Content>>,
    pub media: Option<Box<Media>>,
    /// At most one of each side; an empty emoji is one taken back.
    pub reactions: Vec<Reaction>,
    /// When its sender last changed it.
    pub edited_at_ms: Option<i64>,
    /// When its sender deleted it for everyone; its words are no longer told.
    pub revoked_at_ms: Option<i64>,
    /// The message this one answers, where we hold it.
    pub reply_to: Option<MessageId>,
    pub status: MessageStatus,
    pub error: Option<MessageError>,
    /// When the customer's phone, or we, sent it.
    pub sent_at_ms: i64,
    /// When it was stored here.
    pub received_at_ms: i64,
    /// The writer's own name for it; lets the sender's screen recognise its bubble.
    pub client_msg_id: Option<String>,
    /// The uncertain message this one repeats at a person's word.
    pub resend_of: Option<MessageId>,
}

/// What a message once said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The Cloud API's word.
    pub kind: String,
    pub text: Option<String>,
    pub content: Option<Box<Content>>,
    /// When it was changed or deleted.
    pub until_ms: Option<i64>,
}
