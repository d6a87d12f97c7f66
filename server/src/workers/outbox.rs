//! The sender: claims what is due, commits it as in flight, calls Graph once, writes how it ended.
//!
//! Exactly-once is impossible without an idempotency key. What holds instead: the machine never sends a message again
//! whose first byte may have left, and what is uncertain is shown as uncertain.

use std::sync::Arc;
use std::time::{Duration, Instant};

use app::ctx::now_ms;
use app::domain::graph_error::{CHANNEL_GONE, WINDOW_CLOSED_WHILE_QUEUED};
use app::domain::ids::ConversationId;
use app::domain::message::{MessageError, MessageStatus};
use app::domain::time::SECOND_MS;
use app::domain::window::{self, Window};
use app::store::delivery::{self, Changed};
use app::store::outbox::{self, OutboxRow};
use app::store::{Db, StoreError, Tx, channels as stored_channels, conversations, messages};
use tokio::sync::{mpsc, watch};

use super::rates::Rates;
use crate::channels::{Channels, Known};
use crate::graph::GraphDirectory;
use crate::metrics::Metrics;
use crate::whatsapp::client::Recipient;
use crate::whatsapp::send_outcome::SendOutcome;

/// Calls under way at once.
const CONCURRENT: usize = 128;
/// A sender that has not finished by then is dead: its HTTP timeout is half of it.
const LEASE_MS: i64 = 30 * SECOND_MS;
/// An uncertain message holds its conversation so long, in the hope of a status.
const HOLD_MS: i64 = 20 * SECOND_MS;
/// After so long without a status a person decides.
const UNCONFIRMED_MS: i64 = 90 * SECOND_MS;
const POLL: Duration = Duration::from_millis(500);
/// How soon to look again at a number whose secrets are being read anew.
const STALE: Duration = Duration::from_millis(50);

/// The sender and what it needs.
pub struct Sender {
    pub db: Db,
    pub channels: Arc<Channels>,
    pub graph: Arc<GraphDirectory>,
    pub metrics: Arc<Metrics>,
}

/// A call that has ended.
struct Ended {
    row: OutboxRow,
    outcome: SendOutcome,
}

impl Sender {
    /// Works until told to stop; calls under way are waited for and written down.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        // SQLite has one process: whatever was under way when it began belongs to one that died.
        if self.db.is_sqlite()
            && let Err(error) = self.recover(i64::MAX).await
        {
            tracing::error!(error.cause = %error, "outbox: what was under way could not be read: {error}");
        }
        let (ended, mut endings) = mpsc::channel::<Ended>(CONCURRENT);
        let mut rates = Rates::default();
        let mut under_way = 0_usize;
        let mut next_recovery = Instant::now();
        loop {
            let stopping = *stop.borrow();
            if stopping && under_way == 0 {
                return;
            }
            if Instant::now() >= next_recovery {
                next_recovery = Instant::now() + Duration::from_secs(1);
                if let Err(error) = self.recover(now_ms()).await {
                    tracing::warn!(error.cause = %error, "outbox: lost rows could not be read: {error}");
                }
            }
            let mut wait = POLL;
            if !stopping {
                match self.dispatch(&mut rates, CONCURRENT - under_way, &ended).await {
                    Ok((count, next)) => {
                        under_way += count;
                        wait = next;
                    }
                    Err(error) => {
                        tracing::warn!(error.cause = %error, "outbox: the queue cannot be read: {error}");
                        wait = Duration::from_secs(1);
                    }
                }
            }
            let mut batch = Vec::new();
            tokio::select! {
                count = endings.recv_many(&mut batch, CONCURRENT) => under_way -= count,
                () = self.db.wakes().outbox.notified(), if !stopping => {}
                () = tokio::time::sleep(wait) => {}
                _ = stop.changed(), if !stopping => {}
            }
            if !batch.is_empty() {
                self.write_endings(&mut rates, batch).await;
            }
        }
    }

    /// Claims what may go now, marks it in flight in one commit, then starts the calls. Gives how many, and how long
    /// until more may go.
    async fn dispatch(
        &self,
        rates: &mut Rates,
        free: usize,
        ended: &mpsc::Sender<Ended>,
    ) -> Result<(usize, Duration), StoreError> {
        let now = now_ms();
        let mut read = self.db.read().await?;
        let due = outbox::channels_due(&mut read.conn(), now).await?;
        let next_due = outbox::next_due(&mut read.conn()).await?;
        let stored = stored_channels::all(&mut read.conn()).await?;
        drop(read);
        if due.is_empty() || free == 0 {
            // Never less than a moment: a row may be due and still wait behind an earlier one of its conversation.
            let wait = next_due.map_or(POLL, |at| Duration::from_millis((at - now).clamp(50, 500) as u64));
            return Ok((0, wait));
        }
        let mut wait = POLL;
        let mut free = free as i64;
        let mut calls: Vec<(OutboxRow, Arc<Known>, Recipient)> = Vec::new();
        let mut changed = Vec::new();
        let mut tx = self.db.begin().await?;
        for channel_id in due {
            let held = stored.iter().find(|stored| stored.brief.id == channel_id);
            let known = self.channels.by_id(&channel_id);
            let Some(channel) = known.filter(|known| held.is_some_and(|held| known.is_current(held))) else {
                // A token that was just replaced would be refused once more, and the number paused again.
                self.channels.changed();
                wait = wait.min(STALE);
                continue;
            };
            let coexistence = channel.brief.coexistence;
            let may = rates.available(&channel_id, coexistence, Instant::now()).min(free);
            if may == 0 {
                let next = rates.next_at(&channel_id, coexistence, Instant::now());
                wait = wait.min(next.saturating_duration_since(Instant::now()).max(Duration::from_millis(1)));
                continue;
            }
            let claimed = outbox::claim(&mut tx.conn(), &channel_id, may, now + LEASE_MS, now).await?;
            rates.take(&channel_id, claimed.len());
            free -= claimed.len() as i64;
            if claimed.len() as i64 == may {
                wait = Duration::from_millis(1);
            }
            self.board(&mut tx, &channel, claimed, now, &mut calls, &mut changed).await?;
        }
        delivery::announce(&mut tx, &changed, now).await?;
        // The commit before the first byte: from here on the machine never sends these again.
        tx.commit().await?;
        let count = calls.len();
        for (row, channel, to) in calls {
            self.call(row, channel, to, ended.clone());
        }
        Ok((count, wait))
    }

    /// Decides for each claimed row: in flight, or failed because its window closed while it waited.
    async fn board(
        &self,
        tx: &mut Tx,
        channel: &Arc<Known>,
        claimed: Vec<OutboxRow>,
        now: i64,
        calls: &mut Vec<(OutboxRow, Arc<Known>, Recipient)>,
        changed: &mut Vec<Changed>,
    ) -> Result<(), StoreError> {
        let ids: Vec<&ConversationId> = claimed.iter().map(|row| &row.conversation_id).collect();
        let rows = conversations::rows(&mut tx.conn(), &ids).await?;
        for row in claimed {
            let held = rows.iter().find(|held| held.id == row.conversation_id);
            let to = held.and_then(|held| {
                let phone = held.contact.phone.clone().map(Recipient::Phone);
                phone.or_else(|| held.contact.user_id.clone().map(Recipient::UserId))
            });
            // The customer may have written again since: the window's end now is what counts.
            let window = window::at(held.and_then(|held| held.window_expires_at_ms), now);
            let change = Changed { conversation_id: row.conversation_id.clone(), message_id: row.message_id.clone() };
            match (to, window) {
                (Some(to), Window::Open { .. }) => {
                    outbox::mark_in_flight(&mut tx.conn(), &row, now + LEASE_MS).await?;
                    let conn = &mut tx.conn();
                    messages::set_status(conn, &row.message_id, MessageStatus::InFlight, now, None, None).await?;
                    calls.push((row, channel.clone(), to));
                }
                (to, _) => {
                    let (code, title) = match to {
                        Some(_) => (WINDOW_CLOSED_WHILE_QUEUED, "window closed"),
                        None => (CHANNEL_GONE, "no address"),
                    };
                    let error = MessageError { code, title: title.to_owned(), details: String::new() };
                    fail(tx, &row, &error, now).await?;
                }
            }
            changed.push(change);
        }
        Ok(())
    }

    fn call(&self, row: OutboxRow, channel: Arc<Known>, to: Recipient, ended: mpsc::Sender<Ended>) {
        let graph = self.graph.of(&channel.brief);
        let metrics = self.metrics.clone();
        tokio::spawn(async move {
            let callback = format!("{}.{}", row.message_id, row.attempt);
            let token = &channel.secrets.access_token;
            let number = &channel.brief.phone_number_id;
            let outcome = match graph {
                Some(graph) => graph.send(number, token, &to, &row.body, &callback, row.attempt).await,
                None => SendOutcome::Requeue { after_s: 2, why: "the simulator is not running".to_owned() },
            };
            metrics.sends.inc();
            let _ = ended.send(Ended { row, outcome }).await;
        });
    }

    /// Writes how calls ended, all in one commit; again until it is written, since Meta may have them.
    async fn write_endings(&self, rates: &mut Rates, batch: Vec<Ended>) {
        for ended in &batch {
            let id = &ended.row.channel_id;
            rates.ended(id, matches!(ended.outcome, SendOutcome::Unknown { .. }), Instant::now());
            if let SendOutcome::Requeue { after_s, why } = &ended.outcome {
                tracing::info!(message.id = %ended.row.message_id, after_s, "outbox: again later: {why}");
                // Pair limits concern one customer, everything else the number.
                if !why.starts_with("131056") {
                    rates.rest(id, Duration::from_secs((*after_s).clamp(0, 30) as u64), Instant::now());
                }
            }
        }
        let mut tries = 0;
        while let Err(error) = self.try_write_endings(&batch).await {
            tries += 1;
            tracing::error!(error.cause = %error, "outbox: {} endings not written, trying again: {error}", batch.len());
            if tries == 20 {
                // Their leases end and they are shown as uncertain, which is the truth.
                return;
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    async fn try_write_endings(&self, batch: &[Ended]) -> Result<(), StoreError> {
        let now = now_ms();
        let mut order: Vec<&Ended> = batch.iter().collect();
        // Rows are locked in one order everywhere, so that two writers wait instead of meeting head on.
        order.sort_by(|a, b| a.row.conversation_id.cmp(&b.row.conversation_id));
        let mut tx = self.db.begin().await?;
        let mut changed = Vec::with_capacity(batch.len());
        for Ended { row, outcome } in order {
            write_ending(&mut tx, row, outcome, now).await?;
            changed.push(Changed { conversation_id: row.conversation_id.clone(), message_id: row.message_id.clone() });
            match outcome {
                SendOutcome::Unknown { why } => {
                    self.metrics.unknown.inc();
                    tracing::warn!(message.id = %row.message_id, "outbox: uncertain whether it was sent: {why}");
                }
                SendOutcome::Failed(error) | SendOutcome::Pause(error) => {
                    tracing::warn!(message.id = %row.message_id, error.code, "outbox: Meta refused with {}", error.code);
                }
                SendOutcome::Accepted(_) | SendOutcome::Requeue { .. } => {}
            }
        }
        delivery::announce(&mut tx, &changed, now).await?;
        tx.commit().await?;
        self.channels.changed();
        Ok(())
    }

    /// Deals with rows whose time has come: claims of the dead go back, flights of the dead are uncertain, uncertain
    /// ones without a status go to a person. `now` beyond every lease deals with all.
    async fn recover(&self, now: i64) -> Result<(), StoreError> {
        let real_now = now_ms();
        let mut tx = self.db.begin().await?;
        let mut changed = Vec::new();
        for row in outbox::overdue(&mut tx.conn(), "claimed", now).await? {
            outbox::requeue(&mut tx.conn(), &row, real_now).await?;
        }
        for row in outbox::overdue(&mut tx.conn(), "in_flight", now).await? {
            self.metrics.unknown.inc();
            mark_unknown(&mut tx, &row, real_now).await?;
            changed.push(Changed { conversation_id: row.conversation_id, message_id: row.message_id });
        }
        for row in outbox::overdue(&mut tx.conn(), "unknown", real_now).await? {
            if outbox::finish(&mut tx.conn(), &row).await? {
                let conn = &mut tx.conn();
                messages::set_status(conn, &row.message_id, MessageStatus::Unconfirmed, real_now, None, None).await?;
                changed.push(Changed { conversation_id: row.conversation_id, message_id: row.message_id });
            }
        }
        if changed.is_empty() {
            return tx.commit().await;
        }
        delivery::announce(&mut tx, &changed, real_now).await?;
        tx.commit().await
    }
}

async fn write_ending(tx: &mut Tx, row: &OutboxRow, outcome: &SendOutcome, now: i64) -> Result<(), StoreError> {
    match outcome {
        SendOutcome::Accepted(wamid) => {
            outbox::finish(&mut tx.conn(), row).await?;
            // Also when a status settled the row meanwhile: the wamid is worth having in every case.
            delivery::accepted(tx, &row.channel_id, &row.message_id, wamid, now).await
        }
        SendOutcome::Requeue { after_s, .. } => requeue(tx, row, now + after_s * SECOND_MS, now).await,
        SendOutcome::Failed(error) => fail(tx, row, error, now).await,
        SendOutcome::Pause(error) => {
            stored_channels::pause(tx, &row.channel_id, error.code, now).await?;
            requeue(tx, row, now, now).await
        }
        SendOutcome::Unknown { .. } => mark_unknown(tx, row, now).await,
    }
}

async fn requeue(tx: &mut Tx, row: &OutboxRow, not_before_ms: i64, now: i64) -> Result<(), StoreError> {
    if outbox::requeue(&mut tx.conn(), row, not_before_ms).await? {
        messages::set_status(&mut tx.conn(), &row.message_id, MessageStatus::Queued, now, None, None).await?;
    }
    Ok(())
}

async fn fail(tx: &mut Tx, row: &OutboxRow, error: &MessageError, now: i64) -> Result<(), StoreError> {
    if outbox::finish(&mut tx.conn(), row).await? {
        messages::set_status(&mut tx.conn(), &row.message_id, MessageStatus::Failed, now, None, Some(error)).await?;
    }
    Ok(())
}

async fn mark_unknown(tx: &mut Tx, row: &OutboxRow, now: i64) -> Result<(), StoreError> {
    if outbox::mark_unknown(&mut tx.conn(), row, now + HOLD_MS, now + UNCONFIRMED_MS).await? {
        messages::set_status(&mut tx.conn(), &row.message_id, MessageStatus::Unknown, now, None, None).await?;
    }
    Ok(())
}
