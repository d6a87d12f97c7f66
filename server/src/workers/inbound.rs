//! Reads the journal in order and applies it. Its place moves in the same transaction, so nothing is applied twice and
//! nothing is skipped, whenever the process dies.

use std::sync::Arc;
use std::time::{Duration, Instant};

use app::ctx::now_ms;
use app::domain::ids::{ChannelId, ConversationId, MessageId, PhoneNumberId};
use app::domain::message::{AuthorKind, Direction, MessageStatus};
use app::domain::window;
use app::store::contacts::{self, NewContact};
use app::store::conversations::{self, Arrival};
use app::store::delivery::{self, Changed};
use app::store::journal::{self, JournalRow};
use app::store::messages::{self, NewMessage};
use app::store::{Db, StoreError, Tx, channels, counters, quarantine};
use tokio::sync::watch;

use crate::channels::Channels;
use crate::metrics::Metrics;
use crate::whatsapp::webhook::{self, IncomingMessage, Item, News, StatusNews};

/// Items applied in one transaction, and how long it may hold the writer.
const SLICE: usize = 100;
const SMALLEST_SLICE: usize = 10;
const SLICE_TIME: Duration = Duration::from_millis(20);
/// Journal read at once: rows, and bytes (one body may have 4 MiB).
const READ_ROWS: i64 = 200;
const READ_BYTES: usize = 8 * 1024 * 1024;
/// How long a row written by another node stays unseen.
const POLL: Duration = Duration::from_millis(250);

/// The worker and what it needs.
pub struct Inbound {
    db: Db,
    channels: Arc<Channels>,
    metrics: Arc<Metrics>,
    /// Items in the next slice.
    slice: usize,
}

/// Where the worker stands: the last row applied whole, and how many items of the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    row: i64,
    item: i64,
}

/// How an attempt at a slice ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SliceEnd {
    Applied,
    /// Another node was there first; nothing was done.
    Elsewhere,
    /// An item could not be applied; nothing was done.
    BadItem,
}

/// Is each item applied in a savepoint of its own? It costs a third more, so only after one has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OneByOne {
    No,
    Yes,
}

/// Why an item was not applied.
enum Refusal {
    /// It will never apply: set it aside.
    Item(String),
    /// The database did not do its part.
    Store(StoreError),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// One item on its way, with the journal row it came in.
struct Due<'a> {
    row_id: i64,
    received_at_ms: i64,
    item: &'a Item,
}

impl Inbound {
    pub fn new(db: Db, channels: Arc<Channels>, metrics: Arc<Metrics>) -> Self {
        Self { db, channels, metrics, slice: SLICE }
    }

    /// Works until told to stop; the slice at hand is finished first.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            match self.step().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => {
                    self.metrics.inbound_errors.inc();
                    tracing::error!(error.cause = %error, "inbound: the journal waits, trying again: {error}");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
            tokio::select! {
                _ = tokio::time::timeout(POLL, self.db.wakes().journal.notified()) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Applies what is there, at most one read's worth; `false` when there was nothing.
    async fn step(&mut self) -> Result<bool, StoreError> {
        let mut place = self.place().await?;
        let rows = journal::after(&self.db, place.row, READ_ROWS, READ_BYTES).await?;
        if rows.is_empty() {
            return Ok(false);
        }
        let read: Vec<(&JournalRow, Vec<Item>)> = rows.iter().map(|row| (row, webhook::items(&row.body))).collect();
        let mut due: Vec<Due<'_>> = Vec::with_capacity(SLICE);
        // Places to move to once all items before them are applied.
        for (row, items) in &read {
            let skip = usize::try_from(place.item).unwrap_or_default();
            place.item = 0;
            for (i, item) in items.iter().enumerate().skip(skip) {
                due.push(Due { row_id: row.id, received_at_ms: row.received_at_ms, item });
                if due.len() >= self.slice && i + 1 < items.len() {
                    let to = Place { row: row.id - 1, item: i as i64 + 1 };
                    if !self.apply_slice(&mut due, to).await? {
                        return Ok(true);
                    }
                }
            }
            let to = Place { row: row.id, item: 0 };
            if (due.len() >= self.slice || row.id == rows[rows.len() - 1].id) && !self.apply_slice(&mut due, to).await?
            {
                return Ok(true);
            }
        }
        Ok(true)
    }

    async fn place(&self) -> Result<Place, StoreError> {
        let mut read = self.db.read().await?;
        Ok(Place {
            row: counters::get(&mut read.conn(), counters::INBOUND).await?,
            item: counters::get(&mut read.conn(), counters::INBOUND_ITEM).await?,
        })
    }

    /// Applies a slice and moves the place to `to`; `false` when another node was there first.
    async fn apply_slice(&mut self, due: &mut Vec<Due<'_>>, to: Place) -> Result<bool, StoreError> {
        let slice = std::mem::take(due);
        let started = Instant::now();
        let mut end = self.try_slice(&slice, to, OneByOne::No).await?;
        if end == SliceEnd::BadItem {
            end = self.try_slice(&slice, to, OneByOne::Yes).await?;
        }
        // Slices shrink when they hold the writer too long, and grow back slowly.
        self.slice = match started.elapsed() {
            took if took > SLICE_TIME => (slice.len() / 2).max(SMALLEST_SLICE),
            _ => (self.slice + SMALLEST_SLICE).min(SLICE),
        };
        Ok(end == SliceEnd::Applied)
    }

    async fn try_slice(&self, slice: &[Due<'_>], to: Place, one_by_one: OneByOne) -> Result<SliceEnd, StoreError> {
        let now = now_ms();
        let mut tx = self.db.begin().await?;
        let held = counters::hold(&mut tx.conn(), counters::INBOUND).await?;
        if held > to.row || slice.first().is_some_and(|first| held >= first.row_id) {
            return Ok(SliceEnd::Elsewhere);
        }
        let mut changed = Vec::with_capacity(slice.len());
        for due in slice {
            if one_by_one == OneByOne::No {
                match self.apply(&mut tx, due, now, &mut changed).await {
                    Ok(()) => continue,
                    Err(Refusal::Store(error)) if error.is_retryable() => return Err(error),
                    Err(_) => return Ok(SliceEnd::BadItem),
                }
            }
            let mark = tx.savepoint().await?;
            let kept = changed.len();
            match self.apply(&mut tx, due, now, &mut changed).await {
                Ok(()) => tx.release(mark).await?,
                Err(Refusal::Store(error)) if error.is_retryable() => return Err(error),
                Err(refusal) => {
                    changed.truncate(kept);
                    tx.roll_back_to(mark).await?;
                    let reason = match refusal {
                        Refusal::Item(reason) => reason,
                        Refusal::Store(error) => format!("could not be stored: {error}"),
                    };
                    self.set_aside(&mut tx, due, &reason, now).await?;
                }
            }
        }
        delivery::announce(&mut tx, &changed, now).await?;
        counters::set(&mut tx.conn(), counters::INBOUND, to.row).await?;
        counters::set(&mut tx.conn(), counters::INBOUND_ITEM, to.item).await?;
        tx.commit().await?;
        self.metrics.inbound_items.inc_by(slice.len() as u64);
        Ok(SliceEnd::Applied)
    }

    async fn apply(&self, tx: &mut Tx, due: &Due<'_>, now: i64, changed: &mut Vec<Changed>) -> Result<(), Refusal> {
        match &due.item.news {
            News::Message(message) => changed.extend(self.apply_message(tx, message, due.received_at_ms, now).await?),
            News::Status(status) => changed.extend(self.apply_status(tx, status, now).await?),
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
        if messages::exists(&mut tx.conn(), channel_id, &message.wamid).await? {
            return Ok(None);
        }
        // A stamp from the future would hold the conversation at the top of the list.
        let sent_at_ms = message.sent_at_ms.unwrap_or(received_at_ms).min(now);
        let known = contacts::find(&mut tx.conn(), channel_id, &message.from).await?;
        let seen = NewContact {
            name: &message.profile_name,
            username: message.username.as_deref(),
            identity: &known.own,
            seen_at_ms: sent_at_ms,
        };
        let contact_id = match known.contact_id {
            Some(id) => {
                contacts::refresh(&mut tx.conn(), &id, &seen).await?;
                id
            }
            None => contacts::insert(&mut tx.conn(), &seen).await?,
        };
        if !known.new_aliases.is_empty() {
            contacts::add_aliases(&mut tx.conn(), &contact_id, &known.new_aliases, now).await?;
        }
        let conversation_id: ConversationId = match known.conversation_id {
            Some(id) => id,
            None => conversations::find_or_insert(&mut tx.conn(), channel_id, &contact_id, now).await?,
        };
        let id = MessageId::new();
        let arrival = Arrival {
            message_id: &id,
            sent_at_ms,
            unread: message.counts_unread(),
            window_expires_at_ms: message.opens_window().then(|| window::expires_after_message(None, sent_at_ms, now)),
        };
        let seq = conversations::arrive(&mut tx.conn(), &conversation_id, &arrival).await?;
        let new = NewMessage {
            id: &id,
            conversation_id: &conversation_id,
            channel_id,
            wamid: Some(&message.wamid),
            seq,
            direction: Direction::In,
            author_kind: AuthorKind::Customer,
            author_id: Some(contact_id.as_str()),
            kind: &message.kind,
            text: message.text.as_deref(),
            payload: message.payload.as_deref(),
            extras: message.extras.as_deref(),
            reply_to_wamid: message.reply_to.as_ref(),
            status: MessageStatus::Received,
            error: message.error.as_ref(),
            client_msg_id: None,
            base_seq: None,
            resend_of: None,
            sent_at_ms,
            received_at_ms,
        };
        messages::insert(&mut tx.conn(), &new).await?;
        self.metrics.messages_in.inc();
        Ok(Some(Changed { conversation_id, message_id: id }))
    }

    async fn apply_status(&self, tx: &mut Tx, status: &StatusNews, now: i64) -> Result<Option<Changed>, Refusal> {
        let channel_id = self.channel_of(tx, &status.phone_number_id).await?;
        Ok(delivery::apply(tx, &channel_id, &status.report, status.ours.as_ref(), now).await?)
    }

    /// The channel of a number. One connected a moment ago, by another process perhaps, is not in memory yet.
    async fn channel_of(&self, tx: &mut Tx, number: &PhoneNumberId) -> Result<ChannelId, Refusal> {
        if let Some(known) = self.channels.by_phone_number_id(number) {
            return Ok(known.brief.id.clone());
        }
        let stored = channels::all(&mut tx.conn()).await?;
        let found = stored.into_iter().find(|channel| channel.brief.phone_number_id == *number);
        let unknown = || Refusal::Item(format!("the number {number} is not connected"));
        found.map(|channel| channel.brief.id).ok_or_else(unknown)
    }

    async fn set_aside(&self, tx: &mut Tx, due: &Due<'_>, reason: &str, now: i64) -> Result<(), StoreError> {
        let raw = match &due.item.news {
            News::Message(message) => &message.raw,
            News::Status(status) => &status.raw,
            News::Strange { raw, .. } => raw,
        };
        quarantine::insert(&mut tx.conn(), due.row_id, &due.item.place, reason, raw, now).await?;
        self.metrics.quarantined.inc();
        tracing::warn!(journal.id = due.row_id, place = %due.item.place, "inbound: an item was set aside: {reason}");
        Ok(())
    }
}
