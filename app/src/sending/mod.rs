//! A wish to send, from the screen or over REST: the same checks, the same transaction.

mod composed;
mod draft;
mod newcomer;
mod reaction;
pub mod shape;
pub mod template;

use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::domain::ids::{ConversationId, MessageId, Wamid};
use crate::domain::message::{Direction, Message, MessageStatus};
use crate::domain::permission::{Action, Actor, Permit, authorize};
use crate::domain::send::CLIENT_MSG_ID_CHARS;
use crate::error::{AppError, FieldProblem};
use crate::failpoint::{self, Point};
use crate::store::sending::{NewOutgoing, Queued};
use crate::store::{Db, Tx, conversations, messages, sending};

pub use draft::{Draft, MediaDraft, Source};
pub use newcomer::{Newcomer, start};
pub use reaction::{On, ReactionDraft};
pub use template::TemplateDraft;

/// A message someone wants to send.
pub struct Wish<'a> {
    pub conversation_id: &'a ConversationId,
    pub draft: Draft<'a>,
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

/// Queues a message, once for each `client_msg_id` of the writer.
///
/// # Errors
/// What the writer must mend ([`AppError::InvalidField`], [`AppError::TooLong`], [`AppError::FileType`],
/// [`AppError::FileTooLarge`], [`AppError::WindowClosed`], [`AppError::CustomerBlocked`], [`AppError::ClientMsgIdReused`]), not found, or the database is
/// away.
pub async fn send(db: &Db, actor: &Actor, wish: &Wish<'_>, now_ms: i64) -> Result<Sent, AppError> {
    let permit = authorize(actor, Action::Reply)?;
    check_name(wish.client_msg_id)?;
    queue(db.begin().await?, &permit, wish, now_ms).await
}

fn check_name(client_msg_id: &str) -> Result<(), AppError> {
    let chars = client_msg_id.chars().count();
    if CLIENT_MSG_ID_CHARS.contains(&chars) && !client_msg_id.contains('\0') {
        return Ok(());
    }
    let problem = if chars == 0 { FieldProblem::Missing } else { FieldProblem::Malformed };
    Err(AppError::invalid("client_msg_id", problem))
}

/// The rest of the transaction; dropped with an error, nothing in it has happened.
async fn queue(mut tx: Tx, permit: &Permit, wish: &Wish<'_>, now_ms: i64) -> Result<Sent, AppError> {
    let actor = permit.actor();
    let body_hash = hash_of(wish);
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
    // Also while Meta's answer is waited for: what somebody wants to stop must not go out meanwhile.
    if seen.block.is_some() {
        return Err(AppError::CustomerBlocked);
    }
    let ready = wish.draft.prepare(&mut tx, actor, &seen, now_ms).await?;
    let mut reply_to = match wish.reply_to {
        // A reaction is on a message, and answers none.
        Some(_) if ready.on.is_some() => return Err(AppError::invalid("reply_to", FieldProblem::Unknown)),
        Some(id) => Some(quoted(&mut tx, &seen.id, id).await?),
        None => None,
    };
    let mut call = ready.call;
    if let Some(on) = &ready.on {
        reply_to = Some(on.wamid.clone());
    } else if let Some(wamid) = &reply_to {
        call["context"] = json!({ "message_id": wamid });
    }
    let new = NewOutgoing {
        kind: ready.kind,
        text: ready.text.as_deref(),
        payload: ready.payload.as_deref(),
        content: ready.content.as_ref(),
        media: ready.media.as_ref(),
        expires_at_ms: ready.expires_at_ms,
        on: ready.on.as_ref(),
        graph_body: &call.to_string(),
        client_msg_id: wish.client_msg_id,
        body_hash: &body_hash,
        reply_to: reply_to.as_ref(),
        base_seq: wish.base_seq,
        resend_of: wish.resend_of,
    };
    match sending::queue(&mut tx, permit, &seen, &new, now_ms).await? {
        Queued::New(message) => {
            failpoint::reach(Point::WishQueued);
            tx.commit().await?;
            failpoint::reach(Point::WishCommitted);
            Ok(Sent { message, new: true })
        }
        Queued::Again(message) => Ok(Sent { message, new: false }),
        Queued::NameReused => Err(AppError::ClientMsgIdReused),
    }
}

/// Sends an uncertain or failed message once more as a new, linked one.
///
/// # Errors
/// As for [`send`]; a message on its way, or one that arrived, is not found.
pub async fn resend(
    db: &Db,
    actor: &Actor,
    message_id: &MessageId,
    client_msg_id: &str,
    now_ms: i64,
) -> Result<Message, AppError> {
    let mut read = db.read().await?;
    let full = messages::by_id(&mut read.conn(), message_id).await?.ok_or(AppError::NotFound)?;
    let held = &full.message;
    // Before anything is told about it: may this person see it at all?
    conversations::visible_to(&mut read.conn(), actor, &held.conversation_id).await?.ok_or(AppError::NotFound)?;
    drop(read);
    let again = matches!(held.status, MessageStatus::Unknown | MessageStatus::Unconfirmed | MessageStatus::Failed);
    if held.direction != Direction::Out || !again {
        return Err(AppError::NotFound);
    }
    let template = template::Asked::of_message(&full).filter(|_| held.kind == "template");
    let draft = match &template {
        Some(template) => Some(Draft::Template(template.draft())),
        None => Draft::of_message(&full),
    };
    let wish = Wish {
        conversation_id: &held.conversation_id,
        draft: draft.ok_or(AppError::NotFound)?,
        client_msg_id,
        base_seq: None,
        reply_to: held.reply_to.as_ref().filter(|_| held.kind != "reaction"),
        resend_of: Some(message_id),
    };
    send(db, actor, &wish, now_ms).await.map(|sent| sent.message)
}

/// Meta's id of the message to quote, if it is one of this conversation that Meta knows.
async fn quoted(tx: &mut Tx, conversation_id: &ConversationId, id: &MessageId) -> Result<Wamid, AppError> {
    messages::by_id(&mut tx.conn(), id)
        .await?
        .map(|full| full.message)
        .filter(|message| message.conversation_id == *conversation_id)
        .and_then(|message| message.wamid)
        .ok_or(AppError::invalid("reply_to", FieldProblem::Unknown))
}

/// Two wishes under one name are the same when all of this is the same.
fn hash_of(wish: &Wish<'_>) -> String {
    let mut parts = vec![json!(wish.conversation_id)];
    parts.extend(wish.draft.fingerprint());
    parts.extend([json!(wish.reply_to), json!(wish.resend_of)]);
    crate::tokens::hex(&Sha256::digest(serde_json::Value::from(parts).to_string().as_bytes()))
}
