//! The sender: claims what is due, commits it as in flight, calls Graph once, writes how it ended.
//!
//! Exactly-once is impossible without an idempotency key. What holds instead: the machine never sends a message again
//! whose first byte may have left, and what is uncertain is shown as uncertain.
//!
//! It works in rounds, each one transaction: write how calls ended, look after what was lost, take what may go now. While
//! the rates let messages go one after the other, ends wait for the next round, so that many share a commit.

mod calls;
mod recovery;
mod round;
mod uploads;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use app::ctx::now_ms;
use app::domain::ids::ChannelId;
use app::domain::time::SECOND_MS;
use app::failpoint::{self, Point};
use app::store::outbox::turns;
use app::store::{Db, StoreError};
use app::tokens;
use tokio::sync::{mpsc, watch};

use self::calls::Ended;
use super::rates::Rates;
use crate::channels::Channels;
use crate::graph::GraphDirectory;
use crate::media::Files;
use crate::metrics::Metrics;

/// Calls under way at once, of all numbers.
const CONCURRENT: usize = 512;
/// A sender that has not finished by then is dead: its HTTP timeout is half of it.
const LEASE_MS: i64 = 30 * SECOND_MS;
const POLL: Duration = Duration::from_millis(500);
/// Messages that fall due closer together than this leave in one round.
const QUANTUM: Duration = Duration::from_millis(10);
/// A next round so near takes the ends along that come until then.
const NEAR: Duration = Duration::from_millis(20);
/// An end that can never be written is given up after so many tries; its lease ends and it is shown as uncertain.
const TRIES: u32 = 20;

/// The sender and what it needs.
#[derive(Clone)]
pub struct Sender {
    pub db: Db,
    pub channels: Arc<Channels>,
    pub graph: Arc<GraphDirectory>,
    pub files: Files,
    pub metrics: Arc<Metrics>,
}

/// What it remembers from round to round. All that must outlive it is in the database.
struct Desk {
    /// Its name in the turns.
    me: String,
    rates: Rates,
    /// When the sender before us claimed last, by number: whose turn it was.
    before: HashMap<ChannelId, i64>,
    /// Calls that have ended, not yet written.
    pending: Vec<Ended>,
    under_way: usize,
    /// Taken in this round, by number.
    taken: Vec<(ChannelId, i64)>,
    /// Which number comes first: each in turn.
    first: usize,
    next_recovery: Instant,
    ended: mpsc::Sender<Ended>,
}

impl Sender {
    /// Works until told to stop; calls under way are waited for and written down.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        // SQLite has one process: whatever was under way when it began belongs to one that died.
        if self.db.is_sqlite()
            && let Err(error) = self.take_over().await
        {
            tracing::error!(error.cause = %error, "outbox: what was under way could not be read: {error}");
        }
        let (ended, mut endings) = mpsc::channel::<Ended>(CONCURRENT);
        let mut desk = Desk {
            me: tokens::random(),
            rates: Rates::default(),
            before: HashMap::new(),
            pending: Vec::new(),
            under_way: 0,
            taken: Vec::new(),
            first: 0,
            next_recovery: Instant::now(),
            ended,
        };
        loop {
            let stopping = *stop.borrow();
            if stopping && desk.under_way == 0 && desk.pending.is_empty() {
                break;
            }
            let wait = self.round(&mut desk, stopping).await;
            if wait <= NEAR && !stopping {
                tokio::time::sleep(wait).await;
                while let Ok(ended) = endings.try_recv() {
                    desk.take(ended);
                }
                continue;
            }
            let mut batch = Vec::new();
            tokio::select! {
                _ = endings.recv_many(&mut batch, CONCURRENT) => {}
                () = self.db.wakes().outbox.notified(), if !stopping => {}
                () = tokio::time::sleep(wait) => {}
                _ = stop.changed(), if !stopping => {}
            }
            batch.into_iter().for_each(|ended| desk.take(ended));
        }
        if let Err(error) = self.leave(&desk.me).await {
            tracing::warn!(error.cause = %error, "outbox: the turns were not given up: {error}");
        }
    }

    /// One round; gives how long until the next has something to do.
    async fn round(&self, desk: &mut Desk, stopping: bool) -> Duration {
        desk.taken.clear();
        match self.try_round(desk, stopping).await {
            Ok(wait) => wait,
            Err(error) => {
                tracing::warn!(error.cause = %error, "outbox: the round failed, again soon: {error}");
                for (id, count) in std::mem::take(&mut desk.taken) {
                    desk.rates.stayed(&id, count);
                }
                self.save_one_by_one(desk, stopping).await;
                POLL
            }
        }
    }

    /// Writes ends each in a transaction of its own: one that fails does not hold up the others. Meta may have them, so they
    /// are tried again until they are written.
    async fn save_one_by_one(&self, desk: &mut Desk, stopping: bool) {
        for mut ended in std::mem::take(&mut desk.pending) {
            let Err(error) = self.save(&ended).await else { continue };
            ended.tries += 1;
            if ended.tries >= TRIES && (stopping || !error.is_retryable()) {
                tracing::error!(message.id = %ended.row.message_id, error.cause = %error, "outbox: an end is given up");
            } else {
                desk.pending.push(ended);
            }
        }
    }

    async fn save(&self, ended: &Ended) -> Result<(), StoreError> {
        let now = now_ms();
        let mut tx = self.db.begin().await?;
        let changed = self.write_endings(&mut tx, std::slice::from_ref(ended), now).await?;
        app::store::delivery::announce(&mut tx, &changed, now).await?;
        tx.commit().await
    }

    async fn leave(&self, me: &str) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        turns::give_up(&mut tx.conn(), me).await?;
        tx.commit().await
    }
}

impl Desk {
    /// A call has ended.
    fn take(&mut self, ended: Ended) {
        self.under_way -= 1;
        self.rates.ended(&ended.row.channel_id, ended.outcome.told(), ended.started, Instant::now());
        self.pending.push(ended);
        failpoint::reach(Point::OutboxHeard);
    }
}
