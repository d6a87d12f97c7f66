//! One transaction's worth of the journal: whole, or item by item when one of them is bad.

use std::time::{Duration, Instant};

use app::ctx::now_ms;
use app::store::journal::JournalRow;
use app::store::{StoreError, Tx, counters, delivery, quarantine};

use super::Inbound;
use crate::whatsapp::webhook::{self, Item, News};

/// Items applied in one transaction, and how long it may hold the writer.
pub const SLICE: usize = 100;
const SMALLEST_SLICE: usize = 10;
const SLICE_TIME: Duration = Duration::from_millis(20);

/// Where the worker stands: the last row applied whole, and how many items of the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub row: i64,
    pub item: i64,
}

/// One item on its way, with the journal row it came in.
#[derive(Clone, Copy)]
pub struct Due<'a> {
    pub row: &'a JournalRow,
    pub item: &'a Item,
}

/// Why an item was not applied.
pub enum Refusal {
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

/// How an attempt at a slice ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SliceEnd {
    Applied,
    /// Another node was there first; nothing was done.
    Elsewhere,
    /// An item could not be applied; nothing was done.
    BadItem,
}

/// Is each item applied in a savepoint of its own? It costs several times more, so only after one has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OneByOne {
    No,
    Yes,
}

impl Inbound {
    /// Applies a slice and moves the place to `to`; `false` when another node was there first.
    pub(super) async fn apply_slice(&mut self, due: &mut Vec<Due<'_>>, to: Place) -> Result<bool, StoreError> {
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
        if end == SliceEnd::Applied {
            self.note_heard(&slice).await?;
        }
        Ok(end == SliceEnd::Applied)
    }

    async fn try_slice(&self, slice: &[Due<'_>], to: Place, one_by_one: OneByOne) -> Result<SliceEnd, StoreError> {
        let now = now_ms();
        let mut tx = self.db.begin().await?;
        let held = counters::hold(&mut tx.conn(), counters::INBOUND).await?;
        if held > to.row || slice.first().is_some_and(|first| held >= first.row.id) {
            return Ok(SliceEnd::Elsewhere);
        }
        let mut changed = Vec::with_capacity(slice.len());
        match one_by_one {
            OneByOne::No => match self.apply_all(&mut tx, slice, now, &mut changed).await {
                Ok(()) => {}
                Err(Refusal::Store(error)) if error.is_retryable() => return Err(error),
                Err(_) => return Ok(SliceEnd::BadItem),
            },
            OneByOne::Yes => {
                for due in slice {
                    self.apply_guarded(&mut tx, due, now, &mut changed).await?;
                }
            }
        }
        delivery::announce(&mut tx, &changed, now).await?;
        counters::set(&mut tx.conn(), counters::INBOUND, to.row).await?;
        counters::set(&mut tx.conn(), counters::INBOUND_ITEM, to.item).await?;
        if slice.iter().any(|due| matches!(&due.item.news, News::Message(message) if message.media.is_some())) {
            tx.wake_media();
        }
        tx.commit().await?;
        self.metrics.inbound_items.inc_by(slice.len() as u64);
        Ok(SliceEnd::Applied)
    }

    /// Applies an item, or sets it aside without spoiling its neighbours.
    async fn apply_guarded(
        &self,
        tx: &mut Tx,
        due: &Due<'_>,
        now: i64,
        changed: &mut Vec<delivery::Changed>,
    ) -> Result<(), StoreError> {
        match self.attempt(tx, due, now, changed).await? {
            None => Ok(()),
            Some(reason) => self.set_aside(tx, due, &reason, now).await,
        }
    }

    /// Applies an item in a savepoint; gives the reason when it cannot be applied, and nothing has happened then.
    pub(super) async fn attempt(
        &self,
        tx: &mut Tx,
        due: &Due<'_>,
        now: i64,
        changed: &mut Vec<delivery::Changed>,
    ) -> Result<Option<String>, StoreError> {
        let mark = tx.savepoint().await?;
        let kept = changed.len();
        let reason = match self.apply(tx, due, now, changed).await {
            Ok(()) => {
                tx.release(mark).await?;
                return Ok(None);
            }
            Err(Refusal::Store(error)) if error.is_retryable() => return Err(error),
            Err(Refusal::Store(error)) => format!("could not be stored: {error}"),
            Err(Refusal::Item(reason)) => reason,
        };
        changed.truncate(kept);
        tx.roll_back_to(mark).await?;
        Ok(Some(reason))
    }

    pub(super) async fn set_aside(&self, tx: &mut Tx, due: &Due<'_>, reason: &str, now: i64) -> Result<(), StoreError> {
        let raw = due.raw();
        quarantine::insert(&mut tx.conn(), due.row.id, &due.item.place, reason, &raw, now).await?;
        self.metrics.quarantined.inc();
        tracing::warn!(journal.id = due.row.id, place = %due.item.place, "inbound: an item was set aside: {reason}");
        Ok(())
    }
}

impl Due<'_> {
    /// The item's JSON as it came.
    pub fn raw(&self) -> String {
        match &self.item.news {
            News::Strange { raw, .. } => raw.clone(),
            _ => webhook::raw_at(&self.row.body, &self.item.place),
        }
    }
}
