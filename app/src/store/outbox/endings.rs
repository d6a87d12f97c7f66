//! How sends ended, many at once. What is written holds only for the attempt that ended: a sender that comes too late
//! changes nothing.

use std::collections::{HashMap, HashSet};

use super::{OutboxRow, by_attempt, pairs};
use crate::domain::delivery::{Advance, advance};
use crate::domain::ids::{ChannelId, ConversationId, MessageId, Wamid};
use crate::domain::message::{MessageError, MessageStatus};
use crate::store::bulk::messages::{self as bulk_messages, Progress};
use crate::store::bulk::{padded, runs};
use crate::store::delivery::{self, Changed};
use crate::store::{Conn, Result, Tx, blocks, consent, marks, parked};

/// How one attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    pub row: OutboxRow,
    pub end: End,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Meta has it.
    Accepted(Wamid),
    /// In flight and certainly not sent: again from then on.
    Later { not_before_ms: i64 },
    /// Certainly not sent, since too much went to this customer: again when the pair has waited.
    PairTooFast,
    /// It will never go.
    Failed(MessageError),
    /// It may have been sent. It holds its conversation for a while and is given to a person later, unless a status tells
    /// first.
    Unknown { hold_until_ms: i64, unconfirmed_at_ms: i64 },
    /// No status told: a person decides.
    Unconfirmed,
}

/// Writes endings; gives what changed, for [`delivery::announce`].
///
/// # Errors
/// The database is out of reach.
pub async fn write(tx: &mut Tx, endings: &[Ending], now_ms: i64) -> Result<Vec<Changed>> {
    if endings.is_empty() {
        return Ok(Vec::new());
    }
    let conversations: Vec<&ConversationId> = endings.iter().map(|ending| &ending.row.conversation_id).collect();
    let mut held = pairs::lock(&mut tx.conn(), &conversations).await?;
    let mut waits: HashMap<&MessageId, i64> = HashMap::new();
    for Ending { row, end } in endings {
        let Some(pair) = held.get_mut(&row.conversation_id) else { continue };
        match end {
            End::Accepted(_) => *pair = pair.taken(),
            End::Later { .. } => *pair = pair.stayed(),
            End::PairTooFast => {
                let (next, wait_ms) = pair.refused();
                *pair = next;
                waits.insert(&row.message_id, now_ms + wait_ms);
            }
            End::Failed(_) | End::Unknown { .. } | End::Unconfirmed => {}
        }
    }
    let written = leave(tx, endings, &waits).await?;
    let (mut steps, mut changed) = (Vec::new(), Vec::new());
    for ending in endings.iter().filter(|ending| written.contains(&ending.row.message_id)) {
        let Some(step) = step(ending, now_ms) else { continue };
        if let End::Failed(error) = &ending.end {
            consent::refused(tx, &ending.row.conversation_id, error, None, now_ms).await?;
            blocks::refused(tx, &ending.row.conversation_id, &ending.row.message_id, error, now_ms).await?;
        }
        changed.push(Changed { conversation_id: ending.row.conversation_id.clone(), message_id: step.id.clone() });
        steps.push(step);
    }
    bulk_messages::advance(&mut tx.conn(), &steps).await?;
    changed.extend(accept(tx, endings, now_ms).await?);
    let used: Vec<_> = held.iter().map(|(id, pair)| (id, *pair)).collect();
    pairs::save(&mut tx.conn(), &used).await?;
    let mut ids: Vec<&ConversationId> = held.keys().collect();
    ids.sort();
    pairs::set_due(&mut tx.conn(), &ids).await?;
    Ok(changed)
}

/// The message's next state; accepted ones are judged apart.
fn step(ending: &Ending, now_ms: i64) -> Option<Progress> {
    let (status, error) = match &ending.end {
        End::Accepted(_) => return None,
        End::Later { .. } | End::PairTooFast => (MessageStatus::Queued, None),
        End::Failed(error) => (MessageStatus::Failed, Some(error)),
        End::Unknown { .. } => (MessageStatus::Unknown, None),
        End::Unconfirmed => (MessageStatus::Unconfirmed, None),
    };
    let mut step = Progress::from(ending.row.message_id.clone(), status);
    step.reach(status, now_ms, error);
    Some(step)
}

/// Moves the rows: out, or back; gives those that were still ours.
async fn leave(tx: &mut Tx, endings: &[Ending], waits: &HashMap<&MessageId, i64>) -> Result<HashSet<MessageId>> {
    let mut written = HashSet::with_capacity(endings.len());
    let (mut gone, mut back, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
    for Ending { row, end } in endings {
        match end {
            End::Accepted(_) | End::Failed(_) | End::Unconfirmed => gone.push(row),
            End::Later { not_before_ms } => back.push((row, *not_before_ms)),
            End::PairTooFast => back.push((row, waits.get(&row.message_id).copied().unwrap_or_default())),
            End::Unknown { hold_until_ms, unconfirmed_at_ms } => {
                unknown.push((row, *hold_until_ms, *unconfirmed_at_ms));
            }
        }
    }
    for (attempt, ids) in by_attempt(gone) {
        for list in padded(&ids) {
            let found: Vec<MessageId> = on!(tx.conn(), c => {
                let mut query = sqlx::QueryBuilder::new("delete from outbox where attempt = ");
                query.push_bind(attempt).push(" and message_id in (");
                let mut names = query.separated(", ");
                for id in list {
                    names.push_bind(id);
                }
                query.push(") returning message_id");
                query.build_query_scalar().fetch_all(&mut *c).await?
            });
            written.extend(found);
        }
    }
    for run in runs(&back) {
        let found: Vec<MessageId> = on!(tx.conn(), c => {
            let mut query = sqlx::QueryBuilder::new(
                "update outbox set state = 'queued', not_before_ms = n.column3 from (",
            );
            query.push_values(run, |mut values, (row, not_before_ms)| {
                values.push_bind(&row.message_id).push_bind(row.attempt).push_bind(*not_before_ms);
            });
            query.push(") as n where outbox.message_id = n.column1 and outbox.attempt = n.column2
                and outbox.state in ('claimed', 'in_flight') returning outbox.message_id");
            query.build_query_scalar().fetch_all(&mut *c).await?
        });
        written.extend(found);
    }
    for run in runs(&unknown) {
        let found: Vec<MessageId> = on!(tx.conn(), c => {
            let mut query = sqlx::QueryBuilder::new(
                "update outbox set state = 'unknown', lease_until_ms = n.column3, not_before_ms = n.column4 from (",
            );
            query.push_values(run, |mut values, (row, hold_until_ms, unconfirmed_at_ms)| {
                values.push_bind(&row.message_id).push_bind(row.attempt).push_bind(*hold_until_ms)
                    .push_bind(*unconfirmed_at_ms);
            });
            query.push(") as n where outbox.message_id = n.column1 and outbox.attempt = n.column2
                and outbox.state = 'in_flight' returning outbox.message_id");
            query.build_query_scalar().fetch_all(&mut *c).await?
        });
        written.extend(found);
    }
    Ok(written)
}

/// Names what Meta has taken, also where a status settled it meanwhile: the wamid is worth having in every case. Reports
/// and marks that came before this answer are applied.
async fn accept(tx: &mut Tx, endings: &[Ending], now_ms: i64) -> Result<Vec<Changed>> {
    let mut taken: Vec<(&OutboxRow, &Wamid)> = Vec::new();
    for Ending { row, end } in endings {
        if let End::Accepted(wamid) = end {
            taken.push((row, wamid));
        }
    }
    let ids: Vec<&MessageId> = taken.iter().map(|(row, _)| &row.message_id).collect();
    let held: HashMap<MessageId, MessageStatus> =
        bulk_messages::statuses(&mut tx.conn(), &ids).await?.into_iter().collect();
    let mut by_channel: HashMap<&ChannelId, Vec<&Wamid>> = HashMap::new();
    for (row, wamid) in &taken {
        by_channel.entry(&row.channel_id).or_default().push(wamid);
    }
    for (channel_id, wamids) in &by_channel {
        parked::meet(&mut tx.conn(), channel_id, wamids).await?;
    }
    let names: Vec<(&MessageId, &Wamid)> = taken.iter().map(|(row, wamid)| (&row.message_id, *wamid)).collect();
    bulk_messages::name(&mut tx.conn(), &names).await?;
    let mut steps = Vec::with_capacity(taken.len());
    let mut changed = Vec::with_capacity(taken.len());
    for (row, _) in &taken {
        // A status may have overtaken the answer and told more already.
        if let Some(status) = held.get(&row.message_id)
            && let Advance::To(status) = advance(*status, MessageStatus::Accepted)
        {
            let mut step = Progress::from(row.message_id.clone(), status);
            step.reach(status, now_ms, None);
            steps.push(step);
        }
        changed.push(Changed { conversation_id: row.conversation_id.clone(), message_id: row.message_id.clone() });
    }
    bulk_messages::advance(&mut tx.conn(), &steps).await?;
    for (channel_id, wamids) in by_channel {
        marks::replay(tx, channel_id, &wamids, now_ms).await?;
        for report in parked::take(&mut tx.conn(), channel_id, &wamids).await? {
            delivery::apply(tx, channel_id, &report, None, now_ms).await?;
        }
    }
    Ok(changed)
}

/// Gives back claims that were not used, to be taken at once.
///
/// # Errors
/// The database is out of reach.
pub async fn give_back(conn: &mut Conn<'_>, rows: &[OutboxRow], now_ms: i64) -> Result<()> {
    let conversations: Vec<&ConversationId> = rows.iter().map(|row| &row.conversation_id).collect();
    pairs::lock(conn, &conversations).await?;
    for (attempt, ids) in by_attempt(rows) {
        for list in padded(&ids) {
            on!(conn, c => {
                let mut query = sqlx::QueryBuilder::new("update outbox set state = 'queued', not_before_ms = ");
                query.push_bind(now_ms).push(" where state = 'claimed' and attempt = ").push_bind(attempt)
                    .push(" and message_id in (");
                let mut names = query.separated(", ");
                for id in list {
                    names.push_bind(id);
                }
                query.push(")");
                query.build().execute(&mut **c).await?;
            });
        }
    }
    pairs::set_due(conn, &conversations).await
}
