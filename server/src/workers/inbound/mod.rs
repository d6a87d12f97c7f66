//! Reads the journal in order and applies it. Its place moves in the same transaction, so nothing is applied twice and
//! nothing is skipped, whenever the process dies.

mod apply;
mod batch;
mod replay;
mod slice;
mod standing;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use app::domain::ids::PhoneNumberId;
use app::store::journal::{self, JournalRow};
use app::store::{Db, StoreError, counters};
use tokio::sync::watch;

pub(super) use self::apply::{MessagePlace, row_of};
pub use self::replay::{RefusedAgain, Replayed};
use self::slice::{Due, Place, SLICE};
use crate::channels::Channels;
use crate::metrics::Metrics;
use crate::whatsapp::webhook::{self, Item};

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
    /// When Meta last called about each number, to the minute.
    heard: HashMap<PhoneNumberId, i64>,
    /// Items in the next slice.
    slice: usize,
}

impl Inbound {
    pub fn new(db: Db, channels: Arc<Channels>, metrics: Arc<Metrics>) -> Self {
        Self { db, channels, metrics, heard: HashMap::new(), slice: SLICE }
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
                due.push(Due { row, item });
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
}
