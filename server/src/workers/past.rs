//! Applies parts of a phone's history (coexistence), behind what happens now: a little at a time, and as long a rest
//! after each, so that live messages and statuses never wait for it.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use app::ctx::now_ms;
use app::domain::ids::{ChannelId, ContactId, ConversationId, MessageId, Wamid};
use app::domain::message::MessageStatus;
use app::failpoint::{self, Point};
use app::store::contacts::{self, Identity, NewContact};
use app::store::messages::NewMessage;
use app::store::phone::chunks::{self, Chunk};
use app::store::phone::past::{self, Brought};
use app::store::{Db, StoreError, Tx, bulk, channels, counters, delivery, journal, marks, quarantine, suggestions};
use tokio::sync::watch;

use super::inbound::{MessagePlace, row_of};
use crate::whatsapp::webhook::{self, IncomingMessage, Past, PastMessage, Via};

/// Messages of one transaction, and how long it may hold the writer.
const SLICE: usize = 100;
const SMALLEST_SLICE: usize = 10;
const SLICE_TIME: Duration = Duration::from_millis(20);
/// How long a part that another node took in stays unseen.
const POLL: Duration = Duration::from_secs(2);

/// The part of a chunk that one transaction brings over.
struct Slice<'a> {
    messages: &'a [PastMessage],
    received_at_ms: i64,
    /// How many of the chunk's messages are done after it.
    to: usize,
    is_last: bool,
}

/// Is each message stored in a savepoint of its own, and set aside if it cannot be? Only after one has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OneByOne {
    No,
    Yes,
}

/// The worker.
pub struct History {
    db: Db,
    slice: usize,
}

impl History {
    pub fn new(db: Db) -> Self {
        Self { db, slice: SLICE }
    }

    /// Works until told to stop; the slice at hand is finished first.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            match self.chunk(&stop).await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => {
                    tracing::error!(error.cause = %error, "history: it waits, trying again: {error}");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
            tokio::select! {
                _ = tokio::time::timeout(POLL, self.db.wakes().history.notified()) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Works through the part whose turn it is; `false` when none waits.
    async fn chunk(&mut self, stop: &watch::Receiver<bool>) -> Result<bool, StoreError> {
        let mut read = self.db.read().await?;
        let Some(mut chunk) = chunks::first(&mut read.conn()).await? else { return Ok(false) };
        let channel = channels::by_id(&mut read.conn(), &chunk.channel_id).await?;
        drop(read);
        // Parts hold their requests in the journal; one that is gone all the same has nothing left to apply.
        let row = journal::by_id(&self.db, chunk.journal_id).await?;
        let messages = match (&row, &channel) {
            (Some(row), Some(channel)) => webhook::messages_at(&row.body, &channel.brief.phone_number_id, &chunk.place),
            _ => Vec::new(),
        };
        let received_at_ms = row.as_ref().map_or(0, |row| row.received_at_ms);
        failpoint::reach(Point::HistoryRead);
        while !*stop.borrow() {
            let from = usize::try_from(chunk.next).unwrap_or_default().min(messages.len());
            let to = (from + self.slice).min(messages.len());
            let is_last = to == messages.len();
            let started = Instant::now();
            let slice = Slice { messages: &messages[from..to], received_at_ms, to, is_last };
            let ours = match self.try_slice(&chunk, &slice, OneByOne::No).await {
                Err(error) if !error.is_retryable() => self.try_slice(&chunk, &slice, OneByOne::Yes).await?,
                other => other?,
            };
            let took = started.elapsed();
            self.slice = match took {
                took if took > SLICE_TIME => (slice.messages.len() / 2).max(SMALLEST_SLICE),
                _ => (self.slice + SMALLEST_SLICE).min(SLICE),
            };
            if !ours || is_last {
                break;
            }
            chunk.next = to as i64;
            tokio::time::sleep(took).await;
        }
        Ok(true)
    }

    /// Applies a slice and moves its part on; `false` when another process did that meanwhile.
    async fn try_slice(&self, chunk: &Chunk, slice: &Slice<'_>, one_by_one: OneByOne) -> Result<bool, StoreError> {
        let Slice { received_at_ms, to, is_last, .. } = *slice;
        let now = now_ms();
        let mut tx = self.db.begin().await?;
        // Customers are made by one at a time: the inbound worker makes them too.
        counters::hold(&mut tx.conn(), counters::INBOUND).await?;
        if !chunks::advance(&mut tx.conn(), chunk, to as i64, is_last.then_some(now)).await? {
            return Ok(false);
        }
        failpoint::reach(Point::HistoryHeld);
        let mut messages: Vec<(&IncomingMessage, MessageStatus)> = Vec::with_capacity(slice.messages.len());
        let mut late = Vec::new();
        for past in slice.messages {
            match &past.read {
                Ok(Past::Message { message, status }) if one_by_one == OneByOne::Yes => {
                    let mark = tx.savepoint().await?;
                    match bring(&mut tx, &chunk.channel_id, &[(message, *status)], received_at_ms, now).await {
                        Ok(()) => tx.release(mark).await?,
                        Err(error) if error.is_retryable() => return Err(error),
                        Err(error) => {
                            tx.roll_back_to(mark).await?;
                            self.set_aside(&mut tx, chunk, &past.place, &format!("could not be stored: {error}"), now)
                                .await?;
                        }
                    }
                }
                Ok(Past::Message { message, status }) => messages.push((message, *status)),
                Ok(Past::Mark(mark)) => late.push(mark),
                Err(reason) => self.set_aside(&mut tx, chunk, &past.place, reason, now).await?,
            }
        }
        bring(&mut tx, &chunk.channel_id, &messages, received_at_ms, now).await?;
        let mut changed = Vec::new();
        for mark in late {
            let deed = mark.mark(received_at_ms.min(now));
            changed.extend(marks::apply(&mut tx, &chunk.channel_id, &mark.target, &deed, now).await?);
        }
        delivery::announce(&mut tx, &changed, now).await?;
        tx.wake_media();
        failpoint::reach(Point::HistoryBrought);
        tx.commit().await?;
        failpoint::reach(Point::HistoryCommitted);
        Ok(true)
    }

    async fn set_aside(
        &self,
        tx: &mut Tx,
        chunk: &Chunk,
        place: &str,
        reason: &str,
        now: i64,
    ) -> Result<(), StoreError> {
        let row = journal::by_id(&self.db, chunk.journal_id).await?;
        let raw = row.map(|row| webhook::raw_at(&row.body, place)).unwrap_or_default();
        quarantine::refuse(&mut tx.conn(), chunk.journal_id, place, reason, &raw, now).await
    }
}

/// What is known of a message's way from itself alone.
pub fn status_of(message: &IncomingMessage) -> MessageStatus {
    match message.via {
        Via::Customer => MessageStatus::Received,
        Via::PhoneApp => MessageStatus::Sent,
    }
}

/// Puts messages of the past where they belong. One that is here already stays, unless only its place was held.
///
/// # Errors
/// The database is out of reach, or a message cannot be stored; nothing of the transaction holds then.
pub async fn bring(
    tx: &mut Tx,
    channel_id: &ChannelId,
    messages: &[(&IncomingMessage, MessageStatus)],
    received_at_ms: i64,
    now: i64,
) -> Result<(), StoreError> {
    let wamids: Vec<&Wamid> = messages.iter().map(|(message, _)| &message.wamid).collect();
    let held = bulk::messages::held(&mut tx.conn(), channel_id, &wamids).await?;
    let mut seen: HashSet<&Wamid> = held.iter().map(|held| &held.wamid).collect();
    let fresh: Vec<_> = messages.iter().filter(|(message, _)| seen.insert(&message.wamid)).collect();
    let mut threads: HashMap<ConversationId, Thread<'_>> = HashMap::new();
    let mut known: HashMap<&Identity, (ConversationId, ContactId)> = HashMap::new();
    for (message, status) in fresh {
        let (conversation_id, contact_id) = match known.get(&message.customer) {
            Some(ids) => ids.clone(),
            None => {
                let ids = conversation_of(tx, channel_id, message, now).await?;
                known.insert(&message.customer, ids.clone());
                ids
            }
        };
        let thread = threads.entry(conversation_id).or_insert_with(|| Thread { contact_id, messages: Vec::new() });
        thread.messages.push((message, *status));
    }
    let mut threads: Vec<_> = threads.into_iter().collect();
    threads.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut brought = Vec::with_capacity(threads.len());
    for (conversation_id, thread) in &threads {
        brought.push(put(tx, channel_id, conversation_id, thread, received_at_ms, now).await?);
    }
    past::announce(tx, &brought, now).await
}

/// What one conversation gets, in its order.
struct Thread<'m> {
    contact_id: ContactId,
    messages: Vec<(&'m IncomingMessage, MessageStatus)>,
}

async fn conversation_of(
    tx: &mut Tx,
    channel_id: &ChannelId,
    message: &IncomingMessage,
    now: i64,
) -> Result<(ConversationId, ContactId), StoreError> {
    let known = contacts::find(&mut tx.conn(), channel_id, &message.customer).await?;
    let seen = NewContact {
        name: "",
        username: message.username.as_deref(),
        identity: &known.own,
        seen_at_ms: message.sent_at_ms.unwrap_or(now).min(now),
    };
    let contact_id = match known.contact_id {
        Some(id) => {
            // Today's names are newer than those of back then; only the first meeting moves back.
            if message.via == Via::Customer {
                let met = NewContact { username: None, identity: &Identity::default(), ..seen };
                contacts::refresh(&mut tx.conn(), &id, &met).await?;
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
    let conversation_id = match known.conversation_id {
        Some(id) => id,
        None => past::conversation(&mut tx.conn(), channel_id, &contact_id, now).await?,
    };
    Ok((conversation_id, contact_id))
}

/// Puts messages into one conversation; they stand in the order of their time.
async fn put(
    tx: &mut Tx,
    channel_id: &ChannelId,
    conversation_id: &ConversationId,
    thread: &Thread<'_>,
    received_at_ms: i64,
    now: i64,
) -> Result<Brought, StoreError> {
    let Thread { contact_id, messages } = thread;
    let times: Vec<i64> =
        messages.iter().map(|(message, _)| message.sent_at_ms.unwrap_or(received_at_ms).min(now)).collect();
    let seqs = past::places(&mut tx.conn(), conversation_id, &times).await?;
    let ids: Vec<MessageId> = messages.iter().map(|_| MessageId::new()).collect();
    let mut rows: Vec<NewMessage<'_>> = Vec::with_capacity(messages.len());
    for (((message, status), id), (seq, at_ms)) in messages.iter().zip(&ids).zip(seqs.iter().zip(&times)) {
        let place = MessagePlace { id, conversation_id, channel_id, seq: *seq };
        let author_id = (message.via == Via::Customer).then_some(contact_id.as_str());
        rows.push(NewMessage { status: *status, ..row_of(message, &place, author_id, *at_ms, received_at_ms) });
    }
    bulk::messages::insert(&mut tx.conn(), &rows).await?;
    let wamids: Vec<&Wamid> = messages.iter().map(|(message, _)| &message.wamid).collect();
    marks::replay(tx, channel_id, &wamids, now).await?;
    let newest = (0..times.len()).max_by_key(|at| seqs[*at]).unwrap_or_default();
    Ok(Brought {
        conversation_id: conversation_id.clone(),
        newest_id: ids[newest].clone(),
        newest_at_ms: times[newest],
        up_to_seq: seqs[newest],
    })
}
