//! Rows whose sender is gone, and rows that have waited long enough.

use app::ctx::now_ms;
use app::domain::message::MessageError;
use app::domain::waiting::{Fate, fate};
use app::failpoint::{self, Point};
use app::store::delivery::{self, Changed};
use app::store::outbox::claims::destinations;
use app::store::outbox::endings::{self, End, Ending};
use app::store::outbox::overdue::{AT_ONCE, Overdue, extend, overdue};
use app::store::outbox::{OutboxRow, turns};
use app::store::{StoreError, Tx};

use super::Sender;
use super::calls::unknown;

impl Sender {
    /// Takes over from a process that died: nobody else can be at work.
    pub(super) async fn take_over(&self) -> Result<(), StoreError> {
        loop {
            let now = now_ms();
            let mut tx = self.db.begin().await?;
            turns::end_all(&mut tx.conn()).await?;
            let (lost, changed) = self.recover_lost(&mut tx, i64::MAX, now).await?;
            delivery::announce(&mut tx, &changed, now).await?;
            failpoint::reach(Point::OutboxTaken);
            tx.commit().await?;
            failpoint::reach(Point::OutboxTakenOver);
            if lost < AT_ONCE as usize {
                return Ok(());
            }
        }
    }

    /// Deals with rows whose time has come: claims of the dead go back, flights of the dead are uncertain, uncertain ones
    /// without a status go to a person, and what waited beyond its end has failed.
    pub(super) async fn recover(&self, tx: &mut Tx, now: i64) -> Result<Vec<Changed>, StoreError> {
        let (_, mut changed) = self.recover_lost(tx, now, now).await?;
        let doubts = overdue(&mut tx.conn(), Overdue::Unknown, now).await?;
        let doubts: Vec<Ending> = doubts.into_iter().map(|row| Ending { row, end: End::Unconfirmed }).collect();
        changed.extend(endings::write(tx, &doubts, now).await?);
        let waiting = overdue(&mut tx.conn(), Overdue::Waiting, now).await?;
        changed.extend(self.end_waiting(tx, waiting, now).await?);
        Ok(changed)
    }

    /// Claims and flights whose lease ended before `leases_ms`; gives how many there were.
    async fn recover_lost(&self, tx: &mut Tx, leases_ms: i64, now: i64) -> Result<(usize, Vec<Changed>), StoreError> {
        let claims = overdue(&mut tx.conn(), Overdue::Claimed, leases_ms).await?;
        endings::give_back(&mut tx.conn(), &claims, now).await?;
        let flights = overdue(&mut tx.conn(), Overdue::InFlight, leases_ms).await?;
        let lost = claims.len().max(flights.len());
        self.metrics.unknown.inc_by(flights.len() as u64);
        let flights: Vec<Ending> = flights.into_iter().map(|row| Ending { row, end: unknown(now) }).collect();
        Ok((lost, endings::write(tx, &flights, now).await?))
    }

    /// Waiting rows whose end seems to have come. The customer may have written again since: then they wait on.
    async fn end_waiting(&self, tx: &mut Tx, rows: Vec<OutboxRow>, now: i64) -> Result<Vec<Changed>, StoreError> {
        let ids: Vec<_> = rows.iter().map(|row| &row.message_id).collect();
        let places = destinations(&mut tx.conn(), &ids).await?;
        let (mut failed, mut longer) = (Vec::new(), Vec::new());
        for row in rows {
            let Some(place) = places.get(&row.message_id) else { continue };
            let fate = fate(&place.kind, row.expires_at_ms, place.window_expires_at_ms, place.block(), now);
            match (fate, place.window_expires_at_ms) {
                (Fate::Fails { code }, _) => failed.push(Ending { row, end: End::Failed(reason(code)) }),
                (Fate::Goes, Some(until)) if row.expires_at_ms < Some(until) => longer.push((row, until)),
                (Fate::Goes, _) => {}
            }
        }
        extend(&mut tx.conn(), &longer).await?;
        endings::write(tx, &failed, now).await
    }
}

/// One of our own reasons.
pub fn reason(code: i64) -> MessageError {
    use app::domain::graph_error::{
        BLOCKED_WHILE_QUEUED, CHANNEL_GONE, EXPIRED_WHILE_QUEUED, WINDOW_CLOSED_WHILE_QUEUED,
    };
    let title = match code {
        WINDOW_CLOSED_WHILE_QUEUED => "window closed",
        EXPIRED_WHILE_QUEUED => "expired",
        BLOCKED_WHILE_QUEUED => "customer blocked",
        CHANNEL_GONE => "no address",
        _ => "not sent",
    };
    MessageError { code, title: title.to_owned(), details: String::new() }
}
