//! One item after the other: what is rare, and everything once a slice has failed.

use app::domain::ids::{ChannelId, ConversationId, MessageId, PhoneNumberId};
use app::domain::message::{AuthorKind, Direction, MessageStatus};
use app::domain::phone_app::Bring;
use app::domain::window;
use app::store::contacts::{self, NewContact};
use app::store::conversations::{self, Arrival};
use app::store::delivery::{self, Changed};
use app::store::messages::{self, NewMessage, Replacement};
use app::store::phone::chunks::{self, NewChunk};
use app::store::phone::{self, book};
use app::store::{Tx, bulk, channels, marks, media, suggestions};

use super::Inbound;
use super::slice::{Due, Refusal};
use crate::whatsapp::webhook::{HistoryNews, IncomingMessage, News, StatusNews, Via};
use crate::workers::past::{self, status_of};

impl Inbound {
    pub(super) async fn apply(
        &self,
        tx: &mut Tx,
        due: &Due<'_>,
        now: i64,
        changed: &mut Vec<Changed>,
    ) -> Result<(), Refusal> {
        match &due.item.news {
            News::Message(message) => {
                changed.extend(self.apply_message(tx, message, due.row.received_at_ms, now).await?);
            }
            News::Mark(mark) => {
                let channel_id = self.channel_of(tx, &mark.phone_number_id).await?;
                let deed = mark.mark(due.row.received_at_ms.min(now));
                changed.extend(marks::apply(tx, &channel_id, &mark.target, &deed, now).await?);
            }
            News::Identity(news) => {
                let channel_id = self.channel_of(tx, &news.phone_number_id).await?;
                let known = contacts::find(&mut tx.conn(), &channel_id, &news.known_as).await?;
                // Nobody we know: they will come with the new name.
                if let Some(id) = known.contact_id {
                    contacts::rename(tx, &id, &news.known_as, &news.change, now).await?;
                }
            }
            News::History(news) => self.apply_history(tx, due, news).await?,
            News::PhoneBook(news) => {
                let channel_id = self.channel_of(tx, &news.phone_number_id).await?;
                let known = contacts::find(&mut tx.conn(), &channel_id, &news.identity).await?;
                let entry = book::Entry {
                    name: news.name.clone(),
                    username: news.username.clone(),
                    at_ms: news.at_ms.unwrap_or(due.row.received_at_ms),
                };
                book::write(tx, &known, &entry, now).await?;
            }
            News::Status(status) => changed.extend(self.apply_status(tx, status, now).await?),
            News::Preference(news) => self.apply_preference(tx, news, due.row.received_at_ms, now).await?,
            News::Standing(news) => self.apply_standing(tx, news, due.row.received_at_ms, now).await?,
            News::Strange { reason, .. } => self.set_aside(tx, due, reason, now).await?,
        }
        Ok(())
    }

    async fn apply_message(
        &self,
        tx: &mut Tx,
        message: &IncomingMessage,
        received_at_ms: i64,
        now: i64,
    ) -> Result<Option<Changed>, Refusal> {
        let channel_id = &self.channel_of(tx, &message.phone_number_id).await?;
        if let Some(held) = bulk::messages::held(&mut tx.conn(), channel_id, &[&message.wamid]).await?.pop() {
            if !message.replaces(&held.kind) {
                return Ok(None);
            }
            messages::replace(&mut tx.conn(), &held.id, &replacement(message)).await?;
            if let Some(file) = &message.media {
                media::attach(&mut tx.conn(), channel_id, &held.id, file, received_at_ms).await?;
            }
            return Ok(Some(Changed { conversation_id: held.conversation_id, message_id: held.id }));
        }
        if message.past {
            // A file of a message that is not here yet: it is put where it belongs.
            past::bring(tx, channel_id, &[(message, status_of(message))], received_at_ms, now).await?;
            return Ok(None);
        }
        let sent_at_ms = sent_at_ms(message, received_at_ms, now);
        let found = bulk::contacts::find(&mut tx.conn(), channel_id, &[&message.customer]).await?.pop();
        let (known, held) = found.unwrap_or_default();
        let seen = NewContact {
            name: &message.profile_name,
            username: message.username.as_deref(),
            identity: &known.own,
            seen_at_ms: sent_at_ms,
        };
        let contact_id = match known.contact_id {
            Some(id) => {
                // What we wrote ourselves is no sign of life of theirs.
                if message.via == Via::Customer {
                    let told = seen.refreshes(&id);
                    bulk::contacts::refresh(&mut tx.conn(), std::slice::from_ref(&told)).await?;
                    if held.is_some_and(|held| told.renames(&held)) {
                        contacts::announce(tx, &id, now).await?;
                    }
                }
                id
            }
            None => contacts::insert(&mut tx.conn(), &seen).await?,
        };
        for (rival, kind) in &known.rivals {
            suggestions::raise(tx, &contact_id, rival, *kind, now).await?;
        }
        if !known.new_aliases.is_empty() {
            contacts::add_aliases(&mut tx.conn(), &contact_id, &known.new_aliases, now).await?;
        }
        let conversation_id: ConversationId = match known.conversation_id {
            Some(id) => id,
            None => conversations::find_or_insert(&mut tx.conn(), channel_id, &contact_id, now).await?,
        };
        let id = MessageId::new();
        let seq = match message.via {
            Via::Customer => {
                let opens = message.opens_window();
                let arrival = Arrival {
                    message_id: &id,
                    sent_at_ms,
                    unread: message.counts_unread(),
                    window_expires_at_ms: opens.then(|| window::expires_after_message(None, sent_at_ms, now)),
                };
                conversations::arrive(&mut tx.conn(), &conversation_id, &arrival).await?
            }
            // Whoever answered on the phone has read what came before.
            Via::PhoneApp => conversations::depart(&mut tx.conn(), &conversation_id, &id, sent_at_ms, true).await?,
        };
        let place = MessagePlace { id: &id, conversation_id: &conversation_id, channel_id, seq };
        let author_id = (message.via == Via::Customer).then_some(contact_id.as_str());
        messages::insert(&mut tx.conn(), &row_of(message, &place, author_id, sent_at_ms, received_at_ms)).await?;
        marks::replay(tx, channel_id, &[&message.wamid], now).await?;
        if message.via == Via::PhoneApp {
            phone::seen(&mut tx.conn(), channel_id, sent_at_ms).await?;
        }
        if let Some(change) = &message.identity {
            contacts::rename(tx, &contact_id, &message.customer, change, now).await?;
        }
        self.metrics.messages_in.inc();
        Ok(Some(Changed { conversation_id, message_id: id }))
    }

    /// A part of the history only takes its place in a queue: what happens now goes before it.
    async fn apply_history(&self, tx: &mut Tx, due: &Due<'_>, news: &HistoryNews) -> Result<(), Refusal> {
        match news {
            HistoryNews::Chunk(chunk) => {
                let channel_id = self.channel_of(tx, &chunk.phone_number_id).await?;
                let new = NewChunk {
                    channel_id: &channel_id,
                    journal_id: due.row.id,
                    place: &due.item.place,
                    phase: chunk.phase,
                    order: chunk.order,
                    messages: chunk.messages,
                    received_at_ms: due.row.received_at_ms,
                };
                chunks::put(&mut tx.conn(), &new).await?;
                if let Some(percent) = chunk.progress {
                    phone::progress(&mut tx.conn(), &channel_id, percent).await?;
                }
                tx.wake_history();
            }
            HistoryNews::Declined { phone_number_id, error } => {
                let number = match phone_number_id {
                    Some(number) => Some(number.clone()),
                    None => phone::only_asked(&mut tx.conn()).await?,
                };
                let unknown =
                    || Refusal::Item(format!("Meta does not say whose history: {} {}", error.code, error.title));
                let channel_id = self.channel_of(tx, &number.ok_or_else(unknown)?).await?;
                let answer = phone::Answer::Refused { code: error.code, title: error.title.clone() };
                phone::answered(&mut tx.conn(), &channel_id, Bring::History, &answer).await?;
                tracing::info!(channel.id = %channel_id, "the phone's history will not come: {} {}", error.code, error.title);
            }
        }
        Ok(())
    }

    async fn apply_status(&self, tx: &mut Tx, status: &StatusNews, now: i64) -> Result<Option<Changed>, Refusal> {
        let channel_id = self.channel_of(tx, &status.phone_number_id).await?;
        Ok(delivery::apply(tx, &channel_id, &status.report, status.ours.as_ref(), now).await?)
    }

    /// The channel of a number. One connected a moment ago, by another process perhaps, is not in memory yet.
    pub(super) async fn channel_of(&self, tx: &mut Tx, number: &PhoneNumberId) -> Result<ChannelId, Refusal> {
        if let Some(known) = self.channels.by_phone_number_id(number) {
            return Ok(known.brief.id.clone());
        }
        let stored = channels::all(&mut tx.conn()).await?;
        let found = stored.into_iter().find(|channel| channel.brief.phone_number_id == *number);
        let unknown = || Refusal::Item(format!("the number {number} is not connected"));
        found.map(|channel| channel.brief.id).ok_or_else(unknown)
    }
}

/// When the customer's phone sent it. A stamp from the future would hold the conversation at the top of the list.
pub fn sent_at_ms(message: &IncomingMessage, received_at_ms: i64, now: i64) -> i64 {
    message.sent_at_ms.unwrap_or(received_at_ms).min(now)
}

/// Where a message goes.
pub struct MessagePlace<'a> {
    pub id: &'a MessageId,
    pub conversation_id: &'a ConversationId,
    pub channel_id: &'a ChannelId,
    pub seq: i64,
}

/// What a stored placeholder becomes.
fn replacement(message: &IncomingMessage) -> Replacement<'_> {
    Replacement {
        kind: &message.kind,
        text: message.text.as_deref(),
        payload: message.payload.as_deref(),
        extras: message.extras.as_deref(),
        content: &message.content,
        reply_to_wamid: message.reply_to.as_ref(),
        error: message.error.as_ref(),
    }
}

/// A message as it is stored.
pub fn row_of<'a>(
    message: &'a IncomingMessage,
    place: &MessagePlace<'a>,
    author_id: Option<&'a str>,
    sent_at_ms: i64,
    received_at_ms: i64,
) -> NewMessage<'a> {
    let (direction, author_kind, status) = match message.via {
        Via::Customer => (Direction::In, AuthorKind::Customer, MessageStatus::Received),
        Via::PhoneApp => (Direction::Out, AuthorKind::PhoneApp, MessageStatus::Sent),
    };
    NewMessage {
        id: place.id,
        conversation_id: place.conversation_id,
        channel_id: place.channel_id,
        wamid: Some(&message.wamid),
        seq: place.seq,
        direction,
        author_kind,
        author_id,
        kind: &message.kind,
        text: message.text.as_deref(),
        payload: message.payload.as_deref(),
        extras: message.extras.as_deref(),
        content: Some(&message.content),
        media: message.media.as_ref(),
        reply_to_wamid: message.reply_to.as_ref(),
        status,
        error: message.error.as_ref(),
        client_msg_id: None,
        base_seq: None,
        resend_of: None,
        sent_at_ms,
        received_at_ms,
    }
}
