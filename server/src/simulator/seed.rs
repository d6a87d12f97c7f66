//! The inbox the demo begins with: about 200 conversations of a living shop, made from the written exchanges.

pub mod exchanges;
pub mod people;
mod plan;
mod sent;
#[cfg(test)]
pub(super) mod tests;
mod variation;

use std::collections::HashMap;

use app::domain::agent::{Locale, Role};
use app::domain::conversation::ListFilter;
use app::domain::ids::{AgentId, ApiKeyId, ChannelId, MessageId, Wamid};
use app::domain::message::{AuthorKind, Direction, MessageError};
use app::domain::permission::Actor;
use app::domain::window;
use app::store::contacts::{Identity, NewContact};
use app::store::conversations::Arrival;
use app::store::messages::NewMessage;
use app::store::{Conn, Db, StoreError, Tx, agents, contacts, conversations, marks, messages, settings};

use exchanges::WrittenAgent;
use plan::{Planned, PlannedMessage};

use super::webhook::{self, Incoming, Number};
use crate::whatsapp::webhook::{News as WebhookNews, items};

/// What the demo begins with.
#[derive(Clone, Debug)]
pub struct SeedOptions {
    /// The same number gives the same people, words and relative times.
    pub number: u64,
    pub conversations: usize,
    /// The language of the agents' names.
    pub locale: Locale,
    pub now_ms: i64,
}

impl SeedOptions {
    pub fn new(now_ms: i64) -> Self {
        Self { number: 20_418, conversations: 222, locale: Locale::Ar, now_ms }
    }
}

/// What was written; nothing when there were conversations already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seeded {
    pub conversations: usize,
    pub messages: usize,
}

#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the written exchanges cannot be read: {0}")]
    Written(#[from] serde_json::Error),
}

/// So many conversations go into one transaction: others may write in between.
const SLICE: usize = 15;

/// Writes the demo's agents (where missing) and, into an empty inbox, its conversations.
///
/// # Errors
/// The database is out of reach.
pub async fn seed(db: &Db, channel_id: &ChannelId, options: &SeedOptions) -> Result<Seeded, SeedError> {
    let written = exchanges::written()?;
    let authors = ensure_agents(db, &written.agents, options).await?;
    if has_conversations(db).await? {
        return Ok(Seeded::default());
    }
    let planned = plan::plan(&written, options.number, options.conversations, options.now_ms);
    let writer = Writer { channel_id, authors: &authors, now_ms: options.now_ms };
    for slice in planned.chunks(SLICE) {
        let mut tx = db.begin().await?;
        for conversation in slice {
            writer.write(&mut tx, conversation).await?;
        }
        tx.commit().await?;
    }
    let messages = planned.iter().flat_map(|conversation| &conversation.messages);
    let messages = messages.filter(|message| !message.is_mark()).count();
    Ok(Seeded { conversations: planned.len(), messages })
}

/// The address a demo agent signs in with: `mona@majlis.example`.
pub fn agent_email(key: &str) -> String {
    format!("{key}@majlis.example")
}

/// The demo's agents have no passwords: its page signs people in with one click.
async fn ensure_agents(
    db: &Db,
    written: &[WrittenAgent],
    options: &SeedOptions,
) -> Result<HashMap<String, AgentId>, SeedError> {
    let arabic = options.locale == Locale::Ar;
    let mut tx = db.begin().await?;
    let mut ids = HashMap::new();
    for agent in written {
        let email = agent_email(&agent.key);
        let new = agents::NewAgent {
            email: &email,
            name: if arabic { &agent.name_ar } else { &agent.name_en },
            role: agent.role,
            password_hash: None,
            locale: None,
        };
        let held = match agents::by_email(&mut tx.conn(), &email).await? {
            Some(held) => Some(held),
            None => agents::insert(&mut tx, &new, options.now_ms).await?,
        };
        if let Some(held) = held {
            ids.insert(agent.key.clone(), held.brief.id);
        }
    }
    if settings::get(&mut tx.conn(), settings::HOUSE_NAME).await?.is_none() {
        settings::set(&mut tx.conn(), settings::HOUSE_NAME, super::channel::name(options.locale)).await?;
    }
    tx.commit().await?;
    Ok(ids)
}

/// Who sees everything: the simulator reads for nobody in particular.
pub(super) fn onlooker() -> Actor {
    Actor::Key { id: ApiKeyId::from_text("simulator"), role: Role::Admin }
}

async fn has_conversations(db: &Db) -> Result<bool, StoreError> {
    let mut read = db.read().await?;
    let page = conversations::list(&mut read.conn(), &onlooker(), &ListFilter::default(), None, 1).await?;
    Ok(!page.rows.is_empty())
}

struct Writer<'a> {
    channel_id: &'a ChannelId,
    authors: &'a HashMap<String, AgentId>,
    now_ms: i64,
}

impl Writer<'_> {
    async fn write(&self, tx: &mut Tx, planned: &Planned) -> Result<(), StoreError> {
        let (Some(first), Some(last)) = (planned.messages.first(), planned.messages.last()) else { return Ok(()) };
        let customer = &planned.person.customer;
        let identity =
            Identity { phone: customer.phone.clone(), user_id: customer.user_id.clone(), parent_user_id: None };
        let contact = |seen_at_ms| NewContact {
            name: &customer.name,
            username: customer.username.as_deref(),
            identity: &identity,
            seen_at_ms,
        };
        let conn = &mut tx.conn();
        let known = contacts::find(conn, self.channel_id, &identity).await?;
        let contact_id = match known.contact_id {
            Some(id) => id,
            None => contacts::insert(conn, &contact(first.sent_at_ms)).await?,
        };
        contacts::add_aliases(conn, &contact_id, &known.new_aliases, first.sent_at_ms).await?;
        // Known from the first to the last message.
        contacts::refresh(conn, &contact_id, &contact(last.sent_at_ms)).await?;
        let id = conversations::find_or_insert(conn, self.channel_id, &contact_id, first.sent_at_ms).await?;
        let mut window_expires_at_ms = None;
        let mut seq = 0;
        for message in planned.messages.iter().filter(|message| !message.is_mark()) {
            let message_id = MessageId::new();
            seq = if message.is_customers() {
                let expires = window::expires_after_message(window_expires_at_ms, message.sent_at_ms, self.now_ms);
                window_expires_at_ms = Some(expires);
                let arrival = Arrival {
                    message_id: &message_id,
                    sent_at_ms: message.sent_at_ms,
                    unread: true,
                    window_expires_at_ms,
                };
                conversations::arrive(conn, &id, &arrival).await?
            } else {
                conversations::depart(conn, &id, &message_id, message.sent_at_ms, true).await?
            };
            self.insert(conn, &id, &message_id, seq, message).await?;
        }
        if planned.seen {
            conversations::mark_read(conn, &id, seq).await?;
        }
        for message in planned.messages.iter().filter(|message| message.is_mark()) {
            self.mark(tx, planned, message).await?;
        }
        Ok(())
    }

    /// As it would come: told by a webhook, read by our own reader.
    async fn mark(&self, tx: &mut Tx, planned: &Planned, message: &PlannedMessage) -> Result<(), StoreError> {
        let number = Number { phone_number_id: "-".to_owned(), waba_id: "-".to_owned(), display_phone: "-".to_owned() };
        let incoming = Incoming {
            customer: &planned.person.customer,
            wamid: message.wamid.as_deref().unwrap_or_default(),
            sent_at_ms: message.sent_at_ms,
            content: &message.content,
            reply_to: None,
        };
        for item in items(&webhook::body(&number, vec![webhook::message(&number, &incoming)])) {
            if let WebhookNews::Mark(news) = item.news {
                let mark = news.mark(message.received_at_ms);
                marks::apply(tx, self.channel_id, &news.target, &mark, message.received_at_ms).await?;
            }
        }
        Ok(())
    }

    async fn insert(
        &self,
        conn: &mut Conn<'_>,
        conversation_id: &app::domain::ids::ConversationId,
        id: &MessageId,
        seq: i64,
        message: &PlannedMessage,
    ) -> Result<(), StoreError> {
        let wamid = message.wamid.as_deref().map(Wamid::from_text);
        let author_id = self.authors.get(&message.from);
        let customers = message.is_customers();
        let payload = (message.content.kind != "text").then(|| message.content.object.to_string());
        let error = message.error.as_ref().map(|error| MessageError {
            code: error.code,
            title: error.title.clone(),
            details: error.details.clone(),
        });
        let file = crate::whatsapp::webhook::file_of(&message.content.kind, Some(&message.content.object));
        // As it would be read on arrival.
        let content = if customers { message.content.read() } else { sent::content(&message.content) };
        let new = NewMessage {
            id,
            conversation_id,
            channel_id: self.channel_id,
            wamid: wamid.as_ref(),
            seq,
            direction: if customers { Direction::In } else { Direction::Out },
            author_kind: if customers { AuthorKind::Customer } else { AuthorKind::Agent },
            author_id: author_id.map(AgentId::as_str),
            kind: &message.content.kind,
            text: message.content.plain(),
            extras: None,
            content: content.as_ref(),
            media: file.as_ref(),
            payload: payload.as_deref(),
            reply_to_wamid: None,
            status: message.status,
            error: error.as_ref(),
            client_msg_id: None,
            base_seq: None,
            resend_of: None,
            sent_at_ms: message.sent_at_ms,
            received_at_ms: message.received_at_ms,
        };
        messages::insert(conn, &new).await
    }
}
