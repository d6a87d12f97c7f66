//! The inbox: snapshots to start from, pages to go on with, sending and reading.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

use crate::domain::composed::Composed;
use crate::domain::conversation::{ConversationPage, ListFilter, SortKey};
use crate::domain::ids::{ConversationId, MediaId, MessageId};
use crate::domain::media::MediaKind;
use crate::domain::message::Message;
use crate::error::AppError;
use crate::live::view::{InboxView, ThreadView};

/// Rows in one page of a list.
pub const LIST_PAGE: i64 = 50;
/// Messages in one page of a thread.
pub const THREAD_PAGE: i64 = 50;

/// A page of a list and the event number it was read at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListPage {
    pub seq: i64,
    pub page: ConversationPage,
}

/// Older messages of a thread, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OlderMessages {
    pub messages: Vec<Message>,
    pub has_older: bool,
}

/// A text an agent wants to send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextToSend {
    pub conversation_id: ConversationId,
    pub body: String,
    /// The browser's name for it, 1-100 characters: a retry under the same name sends once.
    pub client_msg_id: String,
    /// The highest `seq` the writer has really seen.
    pub base_seq: i64,
    /// The message it answers.
    #[serde(default)]
    pub reply_to: Option<MessageId>,
}

/// A fresh snapshot of everything the inbox shows, with the open conversation when there is one. A conversation that is
/// not there (or not for these eyes) comes as no thread.
///
/// # Errors
/// Signed out, or the database is away.
#[server(prefix = "/fn", endpoint = "inbox/load", input = Json)]
pub async fn load_inbox(filter: ListFilter, open: Option<ConversationId>) -> Result<InboxView, AppError> {
    let ctx = crate::ctx::Ctx::extract()?;
    crate::api::snapshot::inbox(ctx.db(), &ctx.me.agent, filter, open.as_ref()).await
}

/// The page below `before`.
///
/// # Errors
/// Signed out, or the database is away.
#[server(prefix = "/fn", endpoint = "inbox/list", input = Json)]
pub async fn load_page(filter: ListFilter, before: SortKey) -> Result<ListPage, AppError> {
    use crate::store::{conversations, events};
    let ctx = crate::ctx::Ctx::extract()?;
    let mut read = ctx.db().read().await?;
    let seq = events::head(&mut read.conn()).await?;
    let page = conversations::list(&mut read.conn(), &ctx.actor(), &filter, Some(&before), LIST_PAGE).await?;
    Ok(ListPage { seq, page })
}

/// A conversation with its newest messages.
///
/// # Errors
/// Not found, signed out, or the database is away.
#[server(prefix = "/fn", endpoint = "inbox/open", input = Json)]
pub async fn open_conversation(id: ConversationId) -> Result<ThreadView, AppError> {
    let ctx = crate::ctx::Ctx::extract()?;
    let mut read = ctx.db().read().await?;
    crate::api::snapshot::thread(&mut read, &ctx.actor(), &id).await?.ok_or(AppError::NotFound)
}

/// The messages below `before_seq`.
///
/// # Errors
/// Not found, signed out, or the database is away.
#[server(prefix = "/fn", endpoint = "inbox/older", input = Json)]
pub async fn load_older(id: ConversationId, before_seq: i64) -> Result<OlderMessages, AppError> {
    use crate::store::{conversations, messages};
    let ctx = crate::ctx::Ctx::extract()?;
    let mut read = ctx.db().read().await?;
    conversations::visible_to(&mut read.conn(), &ctx.actor(), &id).await?.ok_or(AppError::NotFound)?;
    let (page, has_older) = messages::page(&mut read.conn(), &id, Some(before_seq), THREAD_PAGE).await?;
    Ok(OlderMessages { messages: page.into_iter().map(|full| full.message).collect(), has_older })
}

/// Queues a text. The same `client_msg_id` again gives the stored message.
///
/// # Errors
/// The window is closed, the text is too long or empty, the name was used for another text, the message it answers is
/// none of this conversation, not found, signed out.
#[server(prefix = "/fn", endpoint = "inbox/send", input = Json)]
pub async fn send_text(text: TextToSend) -> Result<Message, AppError> {
    let ctx = crate::ctx::Ctx::extract()?;
    let wish = crate::sending::Wish {
        conversation_id: &text.conversation_id,
        draft: crate::sending::Draft::Text { body: &text.body, preview_url: true },
        client_msg_id: &text.client_msg_id,
        base_seq: Some(text.base_seq),
        reply_to: text.reply_to.as_ref(),
        resend_of: None,
    };
    crate::sending::send(ctx.db(), &ctx.actor(), &wish, ctx.now_ms()).await.map(|sent| sent.message)
}

/// A file an agent wants to send; it is uploaded already.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileToSend {
    pub conversation_id: ConversationId,
    pub media_id: MediaId,
    pub kind: MediaKind,
    /// Empty for none.
    pub caption: String,
    pub voice: bool,
    /// The browser's name for it, 1-100 characters: a retry under the same name sends once.
    pub client_msg_id: String,
    /// The highest `seq` the writer has really seen.
    pub base_seq: i64,
    /// The message it answers.
    #[serde(default)]
    pub reply_to: Option<MessageId>,
}

/// Queues a file with its words. The same `client_msg_id` again gives the stored message.
///
/// # Errors
/// As for [`send_text`]; the file is not there, or WhatsApp does not send it as this kind.
#[server(prefix = "/fn", endpoint = "inbox/send-file", input = Json)]
pub async fn send_file(file: FileToSend) -> Result<Message, AppError> {
    use crate::sending::{Draft, MediaDraft, Source, Wish, send};
    let ctx = crate::ctx::Ctx::extract()?;
    let draft = MediaDraft {
        kind: file.kind,
        source: Source::Ours(&file.media_id),
        caption: Some(&file.caption),
        file_name: None,
        voice: file.voice,
    };
    let wish = Wish {
        conversation_id: &file.conversation_id,
        draft: Draft::Media(draft),
        client_msg_id: &file.client_msg_id,
        base_seq: Some(file.base_seq),
        reply_to: file.reply_to.as_ref(),
        resend_of: None,
    };
    send(ctx.db(), &ctx.actor(), &wish, ctx.now_ms()).await.map(|sent| sent.message)
}

/// A message that is more than words, from an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComposedToSend {
    pub conversation_id: ConversationId,
    pub composed: Composed,
    /// The browser's name for it, 1-100 characters: a retry under the same name sends once.
    pub client_msg_id: String,
    /// The highest `seq` the writer has really seen.
    pub base_seq: i64,
    /// The message it answers.
    #[serde(default)]
    pub reply_to: Option<MessageId>,
}

/// Queues something to tap, a place or contact cards. The same `client_msg_id` again gives the stored message.
///
/// # Errors
/// As for [`send_text`]; a field that WhatsApp would refuse, by its path.
#[server(prefix = "/fn", endpoint = "inbox/send-composed", input = Json)]
pub async fn send_composed(message: ComposedToSend) -> Result<Message, AppError> {
    use crate::sending::{Draft, Wish, send};
    let ctx = crate::ctx::Ctx::extract()?;
    let wish = Wish {
        conversation_id: &message.conversation_id,
        draft: Draft::Composed(message.composed),
        client_msg_id: &message.client_msg_id,
        base_seq: Some(message.base_seq),
        reply_to: message.reply_to.as_ref(),
        resend_of: None,
    };
    send(ctx.db(), &ctx.actor(), &wish, ctx.now_ms()).await.map(|sent| sent.message)
}

/// Leaves an emoji on a message, in place of the team's last one; an empty one takes it back. It is shown on its message.
///
/// # Errors
/// It is no emoji, the message is none of this conversation or too old, the window is closed, not found, signed out.
#[server(prefix = "/fn", endpoint = "inbox/react", input = Json)]
pub async fn react(
    conversation_id: ConversationId,
    message_id: MessageId,
    emoji: String,
    client_msg_id: String,
) -> Result<(), AppError> {
    use crate::sending::{Draft, On, ReactionDraft, Wish, send};
    let ctx = crate::ctx::Ctx::extract()?;
    let wish = Wish {
        conversation_id: &conversation_id,
        draft: Draft::Reaction(ReactionDraft { on: On::Ours(&message_id), emoji: &emoji }),
        client_msg_id: &client_msg_id,
        base_seq: None,
        reply_to: None,
        resend_of: None,
    };
    send(ctx.db(), &ctx.actor(), &wish, ctx.now_ms()).await.map(drop)
}

/// Somebody who may answer is writing: the customer sees it, where the number sends blue ticks on opening. Costs nothing
/// when it is said too often.
///
/// # Errors
/// Not found, signed out, or the database is away.
#[server(prefix = "/fn", endpoint = "inbox/typing", input = Json)]
pub async fn typing(id: ConversationId) -> Result<(), AppError> {
    use crate::domain::channel::ReadReceipts;
    use crate::domain::permission::Action;
    use crate::domain::window::{Window, at};
    use crate::store::{channels, conversations, messages};
    let ctx = crate::ctx::Ctx::extract()?;
    if ctx.authorize(Action::Reply).is_err() {
        return Ok(());
    }
    let mut read = ctx.db().read().await?;
    let seen = conversations::visible_to(&mut read.conn(), &ctx.actor(), &id).await?.ok_or(AppError::NotFound)?;
    let Window::Open { .. } = at(seen.window_expires_at_ms, ctx.now_ms()) else { return Ok(()) };
    // The sign always ticks what came before it: only where opening does that anyway.
    let channel = channels::by_id(&mut read.conn(), &seen.channel_id).await?;
    if channel.is_none_or(|channel| channel.brief.read_receipts != ReadReceipts::OnOpen) {
        return Ok(());
    }
    let newest = messages::newest_incoming(&mut read.conn(), &seen.id, 0, i64::MAX).await?;
    drop(read);
    if let Some(wamid) = newest {
        ctx.house.services.typing(&seen.id, &seen.channel_id, wamid);
    }
    Ok(())
}

/// Sends an uncertain or failed message once more, at a person's word: it may arrive twice.
///
/// # Errors
/// As for [`send_text`]; a message that is neither uncertain nor failed is not found.
#[server(prefix = "/fn", endpoint = "inbox/resend", input = Json)]
pub async fn resend(message_id: MessageId, client_msg_id: String) -> Result<Message, AppError> {
    let ctx = crate::ctx::Ctx::extract()?;
    crate::sending::resend(ctx.db(), &ctx.actor(), &message_id, &client_msg_id, ctx.now_ms()).await
}

/// Everything up to `up_to_seq` is on screen in a visible, focused tab. Moves the shared read mark where the person's
/// role may; who only watches moves nothing.
///
/// # Errors
/// Not found, signed out, or the database is away.
#[server(prefix = "/fn", endpoint = "inbox/read", input = Json)]
pub async fn mark_read(id: ConversationId, up_to_seq: i64) -> Result<(), AppError> {
    use crate::domain::permission::Action;
    use crate::store::{conversations, sending};
    let ctx = crate::ctx::Ctx::extract()?;
    let Ok(permit) = ctx.authorize(Action::MarkRead) else { return Ok(()) };
    let mut tx = ctx.db().begin().await?;
    let seen = conversations::visible_to(&mut tx.conn(), &ctx.actor(), &id).await?.ok_or(AppError::NotFound)?;
    if sending::mark_read(&mut tx, &permit, &seen, up_to_seq, ctx.now_ms()).await? {
        tx.commit().await?;
    }
    Ok(())
}
