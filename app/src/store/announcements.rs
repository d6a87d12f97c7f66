//! What a transaction tells the screens, put together at its end.
//!
//! An event says how a conversation stands. On PostgreSQL another transaction may change the same conversation (its last
//! message, its contact) after this one has read it, and commit first: told as it was read, screens would show for good what
//! is no longer so. A transaction therefore only notes what it will tell, and reads it once it holds the counter of the
//! event log. Whoever told something before has committed by then, and nobody tells anything until this one has.

use std::collections::{HashMap, HashSet};

use super::{Conn, Result, conversations, counters, events, messages};
use crate::domain::conversation::ConversationRow;
use crate::domain::ids::{ConversationId, MessageId};
use crate::live::protocol::LiveEvent;

/// Something to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Announcement {
    /// This, as it is: it speaks of one row, which the transaction has changed and thereby holds.
    Event(LiveEvent),
    /// A message, and with it its conversation.
    Message(MessageId),
    Conversation(ConversationId),
    History {
        conversation_id: ConversationId,
        up_to_seq: i64,
    },
}

/// An announcement and when it was made.
pub(super) type Noted = (Announcement, i64);

/// Numbers and writes what was noted; `false` when nothing was left to tell. Must be the last statements of their
/// transaction (see [`super::Tx::commit`]).
pub(super) async fn write(conn: &mut Conn<'_>, noted: Vec<Noted>) -> Result<bool> {
    let told = put_together(conn, noted).await?;
    if told.is_empty() {
        return Ok(false);
    }
    events::write(conn, &told).await?;
    Ok(true)
}

/// Each thing once, as it stands now: events first, then what came of the past, conversations that no message tells of, and
/// messages in the order of their conversation.
async fn put_together(conn: &mut Conn<'_>, noted: Vec<Noted>) -> Result<Vec<(LiveEvent, i64)>> {
    let mut told = Vec::with_capacity(noted.len());
    let mut past: Vec<(ConversationId, i64, i64)> = Vec::new();
    let mut changed: HashMap<ConversationId, i64> = HashMap::new();
    let mut moved: HashMap<MessageId, i64> = HashMap::new();
    for (announcement, at_ms) in noted {
        match announcement {
            Announcement::Event(event) => told.push((event, at_ms)),
            Announcement::Message(id) => drop(moved.entry(id).or_insert(at_ms)),
            Announcement::Conversation(id) => drop(changed.entry(id).or_insert(at_ms)),
            Announcement::History { conversation_id, up_to_seq } => past.push((conversation_id, up_to_seq, at_ms)),
        }
    }
    if past.is_empty() && changed.is_empty() && moved.is_empty() {
        return Ok(told);
    }
    // SQLite has one writer: nobody else changes anything now.
    if matches!(conn, Conn::Postgres(_)) {
        counters::hold(conn, counters::EVENT).await?;
    }
    let ids: Vec<&MessageId> = moved.keys().collect();
    let mut messages = messages::by_ids(conn, &ids).await?;
    messages.sort_by(|a, b| (&a.conversation_id, a.seq).cmp(&(&b.conversation_id, b.seq)));
    let mut ids: HashSet<&ConversationId> = messages.iter().map(|message| &message.conversation_id).collect();
    changed.retain(|id, _| !ids.contains(id));
    ids.extend(changed.keys().chain(past.iter().map(|(id, ..)| id)));
    let mut ids: Vec<&ConversationId> = ids.into_iter().collect();
    ids.sort();
    let rows = conversations::rows(conn, &ids).await?;
    let rows: HashMap<ConversationId, ConversationRow> = rows.into_iter().map(|row| (row.id.clone(), row)).collect();
    let row = |id: &ConversationId| rows.get(id).cloned().map(Box::new);
    for (id, up_to_seq, at_ms) in &past {
        told.extend(row(id).map(|row| (LiveEvent::History { row, up_to_seq: *up_to_seq }, *at_ms)));
    }
    let mut changed: Vec<(&ConversationId, &i64)> = changed.iter().collect();
    changed.sort();
    for (id, at_ms) in changed {
        told.extend(row(id).map(|row| (LiveEvent::Conversation { row }, *at_ms)));
    }
    for message in messages {
        let at_ms = moved.get(&message.id).copied().unwrap_or_default();
        let Some(row) = row(&message.conversation_id) else { continue };
        told.push((LiveEvent::Message { row, message: Box::new(message) }, at_ms));
    }
    Ok(told)
}
