//! Writing a message that is to be sent: message, queue row, read mark and event in one transaction.

use super::announcements::Announcement;
use super::delivery::{self, Changed};
use super::media::NewMedia;
use super::outbox::OutboxRow;
use super::{Conn, Result, Tx, channels, conversations, marks, messages, outbox, receipts};
use crate::domain::channel::ReadReceipts;
use crate::domain::content::Content;
use crate::domain::conversation::ConversationRow;
use crate::domain::ids::{MessageId, Wamid};
use crate::domain::message::{AuthorKind, Direction, Message, MessageStatus};
use crate::domain::permission::{Actor, Permit};

/// A message to be sent, checked by [`crate::domain::send`].
pub struct NewOutgoing<'a> {
    /// The Cloud API's word.
    pub kind: &'a str,
    /// Body or caption.
    pub text: Option<&'a str>,
    /// The type's own object (JSON); nothing for plain text.
    pub payload: Option<&'a str>,
    /// The same as screens show it.
    pub content: Option<&'a Content>,
    pub media: Option<&'a NewMedia>,
    /// It may wait in the queue until then; else until its window ends.
    pub expires_at_ms: Option<i64>,
    /// For a reaction: the message it is shown on.
    pub on: Option<&'a Target>,
    /// The Graph call's body (JSON), without what the sender adds.
    pub graph_body: &'a str,
    pub client_msg_id: &'a str,
    /// Hash of everything the writer asked for: the same name for something else is a mistake to report.
    pub body_hash: &'a str,
    pub reply_to: Option<&'a Wamid>,
    pub base_seq: Option<i64>,
    pub resend_of: Option<&'a MessageId>,
}

/// The message a reaction is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub id: MessageId,
    pub wamid: Wamid,
}

/// What became of a wish to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Queued {
    /// Written now.
    New(Message),
    /// This writer said the same before: here is what became of it.
    Again(Message),
    /// This writer used that name for something else.
    NameReused,
}

#[derive(sqlx::FromRow)]
struct ClientMessage {
    body_hash: String,
    message_id: MessageId,
}

/// Queues a message in a conversation the actor was shown to see (`seen` comes from [`conversations::visible_to`] in this
/// transaction).
///
/// # Errors
/// The database is out of reach.
pub async fn queue(
    tx: &mut Tx,
    permit: &Permit,
    seen: &ConversationRow,
    new: &NewOutgoing<'_>,
    now_ms: i64,
) -> Result<Queued> {
    const CLAIM_NAME: &str = "insert into client_messages (writer, client_msg_id, body_hash, message_id, created_at_ms)
        values ($1, $2, $3, $4, $5) on conflict (writer, client_msg_id) do nothing";
    let actor = permit.actor();
    let id = MessageId::new();
    // The name is claimed first: of two at once, the second waits here and then finds the first's answer.
    let claimed = on!(tx.conn(), c => sqlx::query(CLAIM_NAME).bind(actor.writer()).bind(new.client_msg_id)
        .bind(new.body_hash).bind(&id).bind(now_ms).execute(&mut *c).await?.rows_affected());
    if claimed == 0 {
        return stored_answer(tx, actor, new).await;
    }
    // A reaction asks nobody to read anything and answers nothing: the conversation stays where it is.
    let answered = actor.agent_id().is_some() && new.on.is_none();
    let seq = match new.on {
        None => conversations::depart(&mut tx.conn(), &seen.id, &id, now_ms, answered).await?,
        Some(_) => conversations::next_seq(&mut tx.conn(), &seen.id).await?,
    };
    let (author_kind, author_id) = match actor {
        Actor::Agent { id, .. } => (AuthorKind::Agent, id.as_str()),
        Actor::Key { id, .. } => (AuthorKind::Api, id.as_str()),
    };
    messages::insert(
        &mut tx.conn(),
        &messages::NewMessage {
            id: &id,
            conversation_id: &seen.id,
            channel_id: &seen.channel_id,
            wamid: None,
            seq,
            direction: Direction::Out,
            author_kind,
            author_id: Some(author_id),
            kind: new.kind,
            text: new.text,
            payload: new.payload,
            extras: None,
            content: new.content,
            media: new.media,
            reply_to_wamid: new.reply_to,
            status: MessageStatus::Queued,
            error: None,
            client_msg_id: Some(new.client_msg_id),
            base_seq: new.base_seq,
            resend_of: new.resend_of,
            sent_at_ms: now_ms,
            received_at_ms: now_ms,
        },
    )
    .await?;
    let row = OutboxRow {
        message_id: id.clone(),
        channel_id: seen.channel_id.clone(),
        conversation_id: seen.id.clone(),
        seq,
        body: new.graph_body.to_owned(),
        attempt: 0,
        expires_at_ms: new.expires_at_ms.or(seen.window_expires_at_ms),
    };
    outbox::enqueue(tx, &row, now_ms).await?;
    if answered {
        tick_answered(tx, seen, seq, now_ms).await?;
    }
    let Some(on) = new.on else { return Ok(Queued::New(announce(tx, &id, now_ms).await?)) };
    let emoji = new.text.unwrap_or_default();
    marks::leave(tx, &on.id, actor.agent_id(), emoji, &id, now_ms).await?;
    delivery::announce(tx, &[Changed { conversation_id: seen.id.clone(), message_id: id.clone() }], now_ms).await?;
    let full = messages::by_id(&mut tx.conn(), &id).await?.ok_or(sqlx::Error::RowNotFound)?;
    Ok(Queued::New(full.message))
}

async fn stored_answer(tx: &mut Tx, actor: &Actor, new: &NewOutgoing<'_>) -> Result<Queued> {
    const HELD: &str = "select body_hash, message_id from client_messages where writer = $1 and client_msg_id = $2";
    let held: ClientMessage = on!(tx.conn(), c => sqlx::query_as(HELD).bind(actor.writer()).bind(new.client_msg_id)
        .fetch_one(&mut *c).await?);
    if held.body_hash != new.body_hash {
        return Ok(Queued::NameReused);
    }
    let full = messages::by_id(&mut tx.conn(), &held.message_id).await?.ok_or(sqlx::Error::RowNotFound)?;
    Ok(Queued::Again(full.message))
}

/// What this writer sent under that name before, if anything.
///
/// # Errors
/// The database is out of reach.
pub async fn find_sent(conn: &mut Conn<'_>, actor: &Actor, client_msg_id: &str) -> Result<Option<(String, Message)>> {
    const HELD: &str = "select body_hash, message_id from client_messages where writer = $1 and client_msg_id = $2";
    let held: Option<ClientMessage> = on!(conn, c => sqlx::query_as(HELD).bind(actor.writer()).bind(client_msg_id)
        .fetch_optional(&mut **c).await?);
    let Some(held) = held else { return Ok(None) };
    let full = messages::by_id(conn, &held.message_id).await?;
    Ok(full.map(|full| (held.body_hash, full.message)))
}

/// An answer shows that the customer was read: the blue tick follows, unless the number keeps it to itself.
async fn tick_answered(tx: &mut Tx, seen: &ConversationRow, seq: i64, now_ms: i64) -> Result<()> {
    tick(tx, seen, seq, now_ms, |receipts| receipts != ReadReceipts::Off).await
}

async fn tick(
    tx: &mut Tx,
    seen: &ConversationRow,
    up_to_seq: i64,
    now_ms: i64,
    wanted: impl Fn(ReadReceipts) -> bool,
) -> Result<()> {
    let Some(channel) = channels::by_id(&mut tx.conn(), &seen.channel_id).await? else { return Ok(()) };
    if !wanted(channel.brief.read_receipts) {
        return Ok(());
    }
    // On a number that ticks when an answer goes out, what was only opened is still unticked.
    let after_seq = if channel.brief.read_receipts == ReadReceipts::OnReply { 0 } else { seen.read_seq };
    let newest = messages::newest_incoming(&mut tx.conn(), &seen.id, after_seq, up_to_seq).await?;
    if let Some(wamid) = newest {
        receipts::enqueue(&mut tx.conn(), &seen.id, &seen.channel_id, &wamid, now_ms).await?;
        tx.wake_outbox();
    }
    Ok(())
}

/// An agent who may answer has everything up to `up_to_seq` on screen.
///
/// # Errors
/// The database is out of reach.
pub async fn mark_read(
    tx: &mut Tx,
    _permit: &Permit,
    seen: &ConversationRow,
    up_to_seq: i64,
    now_ms: i64,
) -> Result<bool> {
    if !conversations::mark_read(&mut tx.conn(), &seen.id, up_to_seq).await? {
        return Ok(false);
    }
    tick(tx, seen, up_to_seq, now_ms, |receipts| receipts == ReadReceipts::OnOpen).await?;
    tx.announce(Announcement::Conversation(seen.id.clone()), now_ms);
    Ok(true)
}

/// Tells the watchers of a message's conversation how it stands now.
///
/// # Errors
/// The database is out of reach.
pub async fn announce(tx: &mut Tx, id: &MessageId, now_ms: i64) -> Result<Message> {
    let message = messages::by_id(&mut tx.conn(), id).await?.ok_or(sqlx::Error::RowNotFound)?.message;
    tx.announce(Announcement::Message(id.clone()), now_ms);
    Ok(message)
}
