//! One round of the sender, in one transaction.

use std::time::{Duration, Instant};

use app::ctx::now_ms;
use app::domain::graph_error::CHANNEL_GONE;
use app::domain::time::SECOND_MS;
use app::domain::waiting::{Fate, fate};
use app::failpoint::{self, Point};
use app::store::channels::{self as stored_channels, Channel};
use app::store::delivery::{self, Changed};
use app::store::media;
use app::store::outbox::claims::{self, DueChannel};
use app::store::outbox::endings::{self, End, Ending};
use app::store::outbox::{OutboxRow, turns};
use app::store::{Conn, StoreError, Tx};

use super::calls::{Call, Ended};
use super::recovery::reason;
use super::uploads::{UPLOAD_LEASE_MS, Upload, with_file};
use super::{CONCURRENT, Desk, LEASE_MS, POLL, QUANTUM, Sender};
use crate::whatsapp::client::Recipient;
use crate::whatsapp::send_outcome::SendOutcome;
use crate::workers::rates::Health;

const RECOVER_EVERY: Duration = Duration::from_secs(1);
/// How soon to look again at a number whose secrets are being read anew.
const STALE: Duration = Duration::from_millis(50);
/// A sender that has not claimed with a number for so long leaves it to others.
const TURN_MS: i64 = 3 * SECOND_MS;
/// What another sender sent within so long before counts in this second.
const QUIET_MS: i64 = 1_100;

/// The numbers, and when each next has something to send.
struct Look {
    stored: Vec<Channel>,
    due: Vec<DueChannel>,
}

async fn look(conn: &mut Conn<'_>) -> Result<Look, StoreError> {
    Ok(Look { stored: stored_channels::all(conn).await?, due: claims::next_due(conn).await? })
}

impl Sender {
    pub(super) async fn try_round(&self, desk: &mut Desk, stopping: bool) -> Result<Duration, StoreError> {
        let recovers = Instant::now() >= desk.next_recovery;
        let mut seen = None;
        if desk.pending.is_empty() && !recovers {
            // Looking costs nobody the writer.
            let mut read = self.db.read().await?;
            let look = look(&mut read.conn()).await?;
            drop(read);
            let (wait, something) = desk.outlook(&look, now_ms());
            if !something || stopping {
                return Ok(wait);
            }
            seen = Some(look);
        }
        let now = now_ms();
        let mut tx = self.db.begin().await?;
        let mut changed = self.write_endings(&mut tx, &desk.pending, now).await?;
        if !desk.pending.is_empty() {
            failpoint::reach(Point::OutboxEnded);
        }
        if recovers {
            changed.extend(self.recover(&mut tx, now).await?);
            failpoint::reach(Point::OutboxRecovered);
        }
        let look = match seen {
            Some(look) => look,
            None => look(&mut tx.conn()).await?,
        };
        let news = desk.tell_health(&mut tx, &look.stored, now).await?;
        let (mut calls, mut uploads) = (Vec::new(), Vec::new());
        let mut wait = POLL;
        if !stopping {
            wait = self.claim(desk, &mut tx, &look, now, (&mut calls, &mut uploads), &mut changed).await?;
        }
        delivery::announce(&mut tx, &changed, now).await?;
        // The commit before the first byte: from here on the machine never sends these again.
        tx.commit().await?;
        if recovers {
            desk.next_recovery = Instant::now() + RECOVER_EVERY;
        }
        if news || desk.pending.iter().any(|ended| matches!(ended.outcome, SendOutcome::Pause(_))) {
            self.channels.changed();
        }
        if !calls.is_empty() {
            failpoint::reach(Point::OutboxInFlight);
        }
        if !desk.pending.is_empty() {
            failpoint::reach(Point::OutboxEndsCommitted);
        }
        desk.pending.clear();
        desk.depart(&calls);
        desk.under_way += calls.len();
        for call in calls {
            self.call(call, desk.ended.clone());
        }
        for upload in uploads {
            self.upload(upload);
        }
        Ok(wait)
    }

    /// Writes how calls ended.
    pub(super) async fn write_endings(
        &self,
        tx: &mut Tx,
        ended: &[Ended],
        now: i64,
    ) -> Result<Vec<Changed>, StoreError> {
        for Ended { row, channel, outcome, tries, .. } in ended {
            if let SendOutcome::Pause(error) = outcome {
                let stored = stored_channels::by_id(&mut tx.conn(), &row.channel_id).await?;
                // A token that was replaced meanwhile says nothing about the one in force.
                if stored.is_some_and(|stored| channel.has_token_of(&stored)) {
                    stored_channels::pause(tx, &row.channel_id, error.code, now).await?;
                }
            }
            if *tries == 0 {
                self.note(row, outcome);
            }
        }
        let endings: Vec<Ending> = ended.iter().map(|ended| ended.ending(now)).collect();
        endings::write(tx, &endings, now).await
    }

    fn note(&self, row: &OutboxRow, outcome: &SendOutcome) {
        match outcome {
            SendOutcome::Unknown { why } => {
                self.metrics.unknown.inc();
                tracing::warn!(message.id = %row.message_id, "outbox: uncertain whether it was sent: {why}");
            }
            SendOutcome::Failed(error) | SendOutcome::Pause(error) => {
                tracing::warn!(message.id = %row.message_id, error.code, "outbox: Meta refused with {}", error.code);
            }
            SendOutcome::Requeue { after_s, why, .. } | SendOutcome::Unreachable { after_s, why } => {
                self.metrics.requeued.inc();
                tracing::info!(message.id = %row.message_id, after_s, "outbox: again later: {why}");
            }
            SendOutcome::Accepted(_) => {}
        }
    }

    /// Takes what may go now and marks it as leaving. Gives how long until more may go.
    async fn claim(
        &self,
        desk: &mut Desk,
        tx: &mut Tx,
        look: &Look,
        now: i64,
        (calls, uploads): (&mut Vec<Call>, &mut Vec<Upload>),
        changed: &mut Vec<Changed>,
    ) -> Result<Duration, StoreError> {
        let mut wait = POLL;
        // Turns are taken in one order by every sender; what is free is then given to each number first in turn.
        let mut ready = Vec::with_capacity(look.due.len());
        for due in &look.due {
            if due.due_at_ms > now {
                wait = wait.min(Duration::from_millis((due.due_at_ms - now) as u64));
                continue;
            }
            let Some(stored) = look.stored.iter().find(|stored| stored.brief.id == due.channel_id) else { continue };
            if !self.channels.by_id(&due.channel_id).is_some_and(|known| known.is_current(stored)) {
                // A token that was just replaced would be refused once more, and the number paused again.
                self.channels.changed();
                wait = wait.min(STALE);
            } else if desk.take_turn(tx, stored, now).await? {
                ready.push(stored);
            }
        }
        let mut free = CONCURRENT.saturating_sub(desk.under_way) as i64;
        let mut rows = Vec::new();
        desk.first = (desk.first + 1) % ready.len().max(1);
        ready.rotate_left(desk.first);
        for stored in ready {
            let id = &stored.brief.id;
            let may = desk.rates.may(id, stored.rate.per_second(), Instant::now());
            let next = may.again_at.saturating_duration_since(Instant::now());
            wait = wait.min(next.max(QUANTUM));
            let count = may.count.min(free);
            if count == 0 {
                continue;
            }
            let claimed = claims::claim(&mut tx.conn(), id, count, now + LEASE_MS, now).await?;
            let taken = claimed.len() as i64;
            desk.rates.claimed(id, taken);
            desk.taken.push((id.clone(), taken));
            free -= taken;
            rows.extend(claimed);
        }
        self.board(tx, rows, now, (calls, uploads), changed).await?;
        Ok(wait)
    }

    /// Decides for each claimed row: in flight, or failed because it is too late.
    ///
    /// A message whose file Meta does not have yet stays `claimed`, which may be taken again, until that is done.
    async fn board(
        &self,
        tx: &mut Tx,
        claimed: Vec<OutboxRow>,
        now: i64,
        (calls, uploads): (&mut Vec<Call>, &mut Vec<Upload>),
        changed: &mut Vec<Changed>,
    ) -> Result<(), StoreError> {
        if claimed.is_empty() {
            return Ok(());
        }
        failpoint::reach(Point::OutboxClaimed);
        let ids: Vec<_> = claimed.iter().map(|row| &row.message_id).collect();
        let mut places = claims::destinations(&mut tx.conn(), &ids).await?;
        let files = media::of_messages(&mut tx.conn(), &ids).await?;
        let (mut leaving, mut late) = (Vec::new(), Vec::new());
        for mut row in claimed {
            let place = places.get(&row.message_id);
            let fate =
                place.map(|place| fate(&place.kind, row.expires_at_ms, place.window_expires_at_ms, place.block(), now));
            let addressed = place.is_some_and(|place| place.phone.is_some() || place.user_id.is_some());
            match fate {
                Some(Fate::Goes) if addressed => {
                    let file = files.iter().find(|file| file.message_id.as_ref() == Some(&row.message_id));
                    match file.map(|file| (file, with_file(&row.body, file, now))) {
                        None => leaving.push(row),
                        Some((_, Some(body))) => {
                            row.body = body;
                            leaving.push(row);
                        }
                        Some((file, None)) => {
                            claims::hold(&mut tx.conn(), &row, now + UPLOAD_LEASE_MS).await?;
                            uploads.extend(self.channels.by_id(&row.channel_id).map(|channel| Upload {
                                row,
                                channel,
                                file: file.clone(),
                            }));
                        }
                    }
                }
                Some(Fate::Fails { code }) => late.push(Ending { row, end: End::Failed(reason(code)) }),
                Some(Fate::Goes) | None => late.push(Ending { row, end: End::Failed(reason(CHANNEL_GONE)) }),
            }
        }
        changed.extend(endings::write(tx, &late, now).await?);
        for row in claims::mark_in_flight(tx, leaving, now + LEASE_MS, now).await? {
            let place = places.remove(&row.message_id);
            let to = place
                .and_then(|place| place.phone.map(Recipient::Phone).or_else(|| place.user_id.map(Recipient::UserId)));
            let (Some(to), Some(channel)) = (to, self.channels.by_id(&row.channel_id)) else { continue };
            changed.push(Changed { conversation_id: row.conversation_id.clone(), message_id: row.message_id.clone() });
            calls.push(Call { row, channel, to });
        }
        if !calls.is_empty() {
            failpoint::reach(Point::OutboxMarked);
        }
        Ok(())
    }
}

impl Desk {
    /// How long until something may go, and whether something may now.
    fn outlook(&mut self, look: &Look, now: i64) -> (Duration, bool) {
        let mut wait = POLL;
        for due in &look.due {
            if due.due_at_ms > now {
                wait = wait.min(Duration::from_millis((due.due_at_ms - now) as u64));
                continue;
            }
            let Some(stored) = look.stored.iter().find(|stored| stored.brief.id == due.channel_id) else { continue };
            if !self.rates.knows(&due.channel_id) {
                return (wait, true);
            }
            let may = self.rates.may(&due.channel_id, stored.rate.per_second(), Instant::now());
            if may.count > 0 && self.under_way < CONCURRENT {
                return (wait, true);
            }
            wait = wait.min(may.again_at.saturating_duration_since(Instant::now()).max(QUANTUM));
        }
        (wait, false)
    }

    /// Is it our turn to send with this number? One sender at a time keeps its rate.
    async fn take_turn(&mut self, tx: &mut Tx, stored: &Channel, now: i64) -> Result<bool, StoreError> {
        let id = &stored.brief.id;
        let Some(before_ms) = turns::take(&mut tx.conn(), id, &self.me, now + TURN_MS, now).await? else {
            return Ok(false);
        };
        if self.before.insert(id.clone(), before_ms) != Some(before_ms) {
            let health = if stored.brief.unanswered_since_ms.is_some() { Health::Unanswered } else { Health::Answered };
            let quiet = Duration::from_millis((before_ms + QUIET_MS - now).clamp(0, QUIET_MS) as u64);
            self.rates.begin(id, Instant::now() + quiet, health, Instant::now());
        }
        Ok(true)
    }

    /// Tells everyone which numbers Meta no longer answers, and which it answers again; whether there was such news.
    async fn tell_health(&self, tx: &mut Tx, stored: &[Channel], now: i64) -> Result<bool, StoreError> {
        let mut news = false;
        for channel in stored {
            let id = &channel.brief.id;
            let unanswered = self.rates.unanswered(id);
            if self.rates.knows(id) && unanswered != channel.brief.unanswered_since_ms.is_some() {
                stored_channels::set_unanswered(tx, id, unanswered.then_some(now), now).await?;
                news = true;
            }
        }
        Ok(news)
    }

    /// Counts what leaves now, and gives back what was taken and does not.
    fn depart(&mut self, calls: &[Call]) {
        let now = Instant::now();
        for (id, taken) in std::mem::take(&mut self.taken) {
            let leaving = calls.iter().filter(|call| call.row.channel_id == id).count() as i64;
            self.rates.stayed(&id, taken - leaving);
            self.rates.departed(&id, leaving, now);
        }
    }
}
