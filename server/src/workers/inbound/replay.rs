//! The journal applied again, with the program of today: what was set aside, or a range of requests. Beside the running
//! worker, in this process or another; both take turns by the worker's counter. Once more does no harm: a message is
//! known by its `wamid`, a report moves nothing backwards.

use app::ctx::now_ms;
use app::store::delivery::{self, Changed};
use app::store::journal::{self, JournalRow};
use app::store::quarantine::{self, Quarantined};
use app::store::{StoreError, counters};

use super::Inbound;
use super::slice::{Due, SLICE};
use crate::whatsapp::webhook::{self, Item, News};

/// Requests read at once, and bytes.
const READ_ROWS: i64 = 100;
const READ_BYTES: usize = 8 * 1024 * 1024;

/// What a replay did.
#[derive(Debug, Default)]
pub struct Replayed {
    pub requests: u64,
    pub items: u64,
    /// Messages that are new, or stand differently now.
    pub changed: Vec<Changed>,
    /// Ids of what was set aside and is understood now.
    pub resolved: Vec<String>,
    pub refused: Vec<RefusedAgain>,
}

/// What still cannot be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedAgain {
    pub journal_id: i64,
    pub place: String,
    pub reason: String,
}

impl Inbound {
    /// Tries one quarantined item again and gives what came of it. An item that was handled before stays as it is.
    ///
    /// # Errors
    /// The database is out of reach; what was applied so far stays.
    pub async fn retry(&self, held: &Quarantined) -> Result<Replayed, StoreError> {
        let mut replayed = Replayed::default();
        if held.resolved_at_ms.is_some() {
            return Ok(replayed);
        }
        match journal::by_id(&self.db, held.journal_id).await? {
            Some(row) => self.apply_again(&row, Some(held), &mut replayed).await?,
            None => {
                let reason = "the request it came in is no longer in the journal".to_owned();
                let mut tx = self.db.begin().await?;
                quarantine::refuse(&mut tx.conn(), held.journal_id, &held.place, &reason, &held.raw, now_ms()).await?;
                tx.commit().await?;
                let place = held.place.clone();
                replayed.refused.push(RefusedAgain { journal_id: held.journal_id, place, reason });
            }
        }
        Ok(replayed)
    }

    /// Tries the next `limit` quarantined items after `after`, oldest first. Gives the last one's id, or `None` when there
    /// was none left: so a pass over all of them ends, also when some are refused again.
    ///
    /// # Errors
    /// The database is out of reach; what was applied so far stays.
    pub async fn retry_after(
        &self,
        after: &str,
        limit: i64,
        replayed: &mut Replayed,
    ) -> Result<Option<String>, StoreError> {
        let mut read = self.db.read().await?;
        let held = quarantine::after(&mut read.conn(), after, limit).await?;
        drop(read);
        for item in &held {
            let one = self.retry(item).await?;
            replayed.add(one);
        }
        Ok(held.into_iter().next_back().map(|item| item.id))
    }

    /// Applies the requests `from` to `to` of the journal again. Those the worker has not reached yet are left to it.
    ///
    /// # Errors
    /// The database is out of reach; what was applied so far stays.
    pub async fn replay(&self, from: i64, to: i64) -> Result<Replayed, StoreError> {
        let to = to.min(self.place().await?.row);
        let mut replayed = Replayed::default();
        let mut after = from - 1;
        loop {
            let rows = journal::after(&self.db, after, READ_ROWS, READ_BYTES).await?;
            for row in rows.iter().take_while(|row| row.id <= to) {
                self.apply_again(row, None, &mut replayed).await?;
            }
            match rows.last() {
                Some(last) if last.id < to => after = last.id,
                _ => return Ok(replayed),
            }
        }
    }

    /// Applies a request's items again, or those of them that `only` stands for.
    async fn apply_again(
        &self,
        row: &JournalRow,
        only: Option<&Quarantined>,
        replayed: &mut Replayed,
    ) -> Result<(), StoreError> {
        let items = webhook::items(&row.body);
        let items: Vec<&Item> =
            items.iter().filter(|item| only.is_none_or(|held| is_within(&item.place, &held.place))).collect();
        let first_refused = replayed.refused.len();
        let mut slices: Vec<&[&Item]> = items.chunks(SLICE).collect();
        // Nothing may be left to apply: a newer program may know that it means nothing.
        let last = slices.pop().unwrap_or_default();
        for (slice, is_last) in slices.into_iter().map(|slice| (slice, false)).chain([(last, true)]) {
            let now = now_ms();
            let mut tx = self.db.begin().await?;
            counters::hold(&mut tx.conn(), counters::INBOUND).await?;
            let mut changed = Vec::new();
            for item in slice {
                let due = Due { row, item };
                let refused = match &item.news {
                    News::Strange { reason, .. } => Some(reason.clone()),
                    _ => self.attempt(&mut tx, &due, now, &mut changed).await?,
                };
                if let Some(reason) = refused {
                    quarantine::refuse(&mut tx.conn(), row.id, &item.place, &reason, &due.raw(), now).await?;
                    let place = item.place.clone();
                    replayed.refused.push(RefusedAgain { journal_id: row.id, place, reason });
                }
            }
            let mut resolved = Vec::new();
            if is_last {
                let refused = &replayed.refused[first_refused..];
                for held in quarantine::of_request(&mut tx.conn(), row.id).await? {
                    let meant = only.is_none_or(|only| only.id == held.id);
                    if meant && !refused.iter().any(|refused| refused.place == held.place) {
                        quarantine::resolve(&mut tx.conn(), &held.id, now).await?;
                        resolved.push(held.id);
                    }
                }
            }
            delivery::announce(&mut tx, &changed, now).await?;
            tx.commit().await?;
            replayed.items += slice.len() as u64;
            replayed.changed.append(&mut changed);
            replayed.resolved.append(&mut resolved);
        }
        replayed.requests += 1;
        Ok(())
    }
}

impl Replayed {
    fn add(&mut self, mut other: Self) {
        self.requests += other.requests;
        self.items += other.items;
        self.changed.append(&mut other.changed);
        self.resolved.append(&mut other.resolved);
        self.refused.append(&mut other.refused);
    }
}

/// Is an item the one set aside, or a part of it? A program that knows more reads more items at the same place. A part of
/// the history is one item and set aside by its messages: it is read again whole.
fn is_within(place: &str, held: &str) -> bool {
    if place.contains("history[") && held.starts_with(&format!("{place}.")) {
        return true;
    }
    match place.strip_prefix(held) {
        Some(rest) => held.is_empty() || rest.is_empty() || rest.starts_with('.'),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_stands_for_its_parts() {
        for (place, held, expected) in [
            ("entry[0].changes[1]", "entry[0].changes[1]", true),
            ("entry[0].changes[1].messages[3]", "entry[0].changes[1]", true),
            ("entry[0].changes[10]", "entry[0].changes[1]", false),
            ("entry[0].changes[1]", "entry[0].changes[1].messages[3]", false),
            ("entry[0].changes[1]", "", true),
            ("", "", true),
            ("entry[0].changes[1].history[0]", "entry[0].changes[1].history[0].threads[2].messages[3]", true),
            ("entry[0].changes[1].history[1]", "entry[0].changes[1].history[10].threads[2].messages[3]", false),
        ] {
            assert_eq!(is_within(place, held), expected, "{place} in {held}");
        }
    }
}
