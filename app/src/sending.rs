//! A wish to send, from the screen or over REST: the same checks, the same transaction.

use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::domain::ids::{ConversationId, MessageId, Wamid};
use crate::domain::message::{Direction, Message, MessageStatus};
use crate::domain::permission::{Action, Actor, authorize};
use crate::domain::send::{CLIENT_MSG_ID_CHARS, check_text};
use crate::error::{AppError, FieldProblem};
use crate::store::sending::{NewText, Queued};
use crate::store::{Db, conversations, messages, sending};

/// A text someone wants to send.
pub struct Wish<'a> {
    pub conversation_id: &'a ConversationId,
    pub body: &'a str,
    /// Meta shows a picture of the first link.
    pub preview_url: bool,
    pub client_msg_id: &'a str,
    pub base_seq: Option<i64>,
    pub reply_to: Option<&'a MessageId>,
    pub resend_of: Option<&'a MessageId>,
}

/// A message in the queue, and whether this wish put it there.
pub struct Sent {
    pub message: Message,
    pub new: bool,
}

/// Queues a text, once for each `client_msg_id` of the writer.
///
/// # Errors
/// What the writer must mend ([`AppError::InvalidField`], [`AppError::TooLong`], [`AppError::WindowClosed`],
/// [`AppError::ClientMsgIdReused`]), not found, or the database is away.
pub async fn send_text(db: &Db, actor: &Actor, wish: &Wish<'_>, now_ms: i64) -> Result<Sent, AppError> {
    let permit = authorize(actor, Action::Reply)?;
    let chars = wish.client_msg_id.chars().count();
    if !CLIENT_MSG_ID_CHARS.contains(&chars) || wish.client_msg_id.contains('\0') {
        let problem = if chars == 0 { FieldProblem::Missing } else { FieldProblem::Malformed };
        return Err(AppError::invalid("client_msg_id", problem));
    }
    let body_hash = hash_of(wish);
    let mut tx = db.begin().await?;
    let seen =
        conversations::visible_to(&mut tx.conn(), actor, wish.conversation_id).await?.ok_or(AppError::NotFound)?;
    // Said before: the stored answer, also when the window has closed since.
    if let Some((held_hash, message)) = sending::find_sent(&mut tx.conn(), actor, wish.client_msg_id).await? {
        return if held_hash == body_hash {
            Ok(Sent { message, new: false })
        } else {
            Err(AppError::ClientMsgIdReused)
        };
    }
    let body = check_text(wish.body, seen.window_expires_at_ms, now_ms)?;
    let reply_to = match wish.reply_to {
        Some(id) => Some(quoted(&mut tx, &seen.id, id).await?),
        None => None,
    };
    let graph_body = graph_text(&body, wish.preview_url, reply_to.as_ref());
    let text = NewText {
        body: &body,
        graph_body: &graph_body,
        client_msg_id: wish.client_msg_id,
        body_hash: &body_hash,
        reply_to: reply_to.as_ref(),
        base_seq: wish.base_seq,
        resend_of: wish.resend_of,
    };
    match sending::queue_text(&mut tx, &permit, &seen, &text, now_ms).await? {
        Queued::New(message) => {
            tx.commit().await?;
            Ok(Sent { message, new: true })
        }
        Queued::Again(message) => Ok(Sent { message, new: false }),
        Queued::NameReused => Err(AppError::ClientMsgIdReused),
    }
}

/// Sends an uncertain or failed message once more as a new, linked one.
///
/// # Errors
/// As for [`send_text`]; a message on its way, or one that arrived, is not found.
pub async fn resend(
    db: &Db,
    actor: &Actor,
    message_id: &MessageId,
    client_msg_id: &str,
    now_ms: i64,
) -> Result<Message, AppError> {
    let mut read = db.read().await?;
    let held = messages::by_id(&mut read.conn(), message_id).await?.ok_or(AppError::NotFound)?.message;
    // Before anything is told about it: may this person see it at all?
    conversations::visible_to(&mut read.conn(), actor, &held.conversation_id).await?.ok_or(AppError::NotFound)?;
    drop(read);
    let again = matches!(held.status, MessageStatus::Unknown | MessageStatus::Unconfirmed | MessageStatus::Failed);
    if held.direction != Direction::Out || !again {
        return Err(AppError::NotFound);
    }
    let wish = Wish {
        conversation_id: &held.conversation_id,
        body: held.text.as_deref().unwrap_or_default(),
        preview_url: true,
        client_msg_id,
        base_seq: None,
        reply_to: held.reply_to.as_ref(),
        resend_of: Some(message_id),
    };
    send_text(db, actor, &wish, now_ms).await.map(|sent| sent.message)
}

/// Meta's id of the message to quote, if it is one of this conversation that Meta knows.
async fn quoted(
    tx: &mut crate::store::Tx,
    conversation_id: &ConversationId,
    id: &MessageId,
) -> Result<Wamid, AppError> {
    messages::by_id(&mut tx.conn(), id)
        .await?
        .map(|full| full.message)
        .filter(|message| message.conversation_id == *conversation_id)
        .and_then(|message| message.wamid)
        .ok_or(AppError::invalid("reply_to", FieldProblem::Unknown))
}

fn graph_text(body: &str, preview_url: bool, reply_to: Option<&Wamid>) -> String {
    let mut call = json!({ "type": "text", "text": { "body": body, "preview_url": preview_url } });
    if let Some(wamid) = reply_to {
        call["context"] = json!({ "message_id": wamid });
    }
    call.to_string()
}

/// Two wishes under one name are the same when all of this is the same.
fn hash_of(wish: &Wish<'_>) -> String {
    let parts = json!([wish.conversation_id, wish.body, wish.preview_url, wish.reply_to, wish.resend_of]);
    crate::tokens::hex(&Sha256::digest(parts.to_string().as_bytes()))
}
