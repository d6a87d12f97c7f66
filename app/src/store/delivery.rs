//! What Meta reports of a message's way, applied to it or parked until it is known.

use super::announcements::Announcement;
use super::parked::Report;
use super::{Result, Tx, blocks, consent, marks, messages, outbox, parked};
use crate::domain::delivery::{Advance, advance};
use crate::domain::ids::{ChannelId, ConversationId, MessageId};
use crate::domain::message::MessageStatus;

/// A message that changed, for its event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    pub conversation_id: ConversationId,
    pub message_id: MessageId,
}

/// Applies a report. `ours` is the id the message was given to carry, which finds a send whose answer never came.
/// `None` when nothing changed: old news, or the message is not known yet and the report is parked.
///
/// # Errors
/// The database is out of reach.
pub async fn apply(
    tx: &mut Tx,
    channel_id: &ChannelId,
    report: &Report,
    ours: Option<&MessageId>,
    now_ms: i64,
) -> Result<Option<Changed>> {
    let look = async |tx: &mut Tx| messages::for_status(&mut tx.conn(), channel_id, &report.wamid, ours).await;
    let mut target = look(tx).await?;
    if target.is_none() {
        parked::meet(&mut tx.conn(), channel_id, &[&report.wamid]).await?;
        target = look(tx).await?;
    }
    if let Some(found) = &target
        && matches!(found.status, MessageStatus::InFlight | MessageStatus::Unknown | MessageStatus::Unconfirmed)
    {
        outbox::settle(tx, &found.conversation_id, &found.id).await?;
        // Its sender may have written down the answer while this waited for the pair.
        target = look(tx).await?;
    }
    let Some(target) = target else {
        parked::park(&mut tx.conn(), channel_id, report, now_ms).await?;
        return Ok(None);
    };
    let wamid = (!target.has_wamid).then_some(&report.wamid);
    if wamid.is_some() {
        parked::meet(&mut tx.conn(), channel_id, &[&report.wamid]).await?;
    }
    match advance(target.status, report.status) {
        Advance::To(status) => {
            let conn = &mut tx.conn();
            messages::set_status(conn, &target.id, status, report.at_ms, wamid, report.error.as_ref()).await?;
        }
        Advance::Contradiction => {
            let Some(error) = &report.error else { return Ok(None) };
            messages::flag(&mut tx.conn(), &target.id, error, report.at_ms).await?;
        }
        Advance::Nothing => return Ok(None),
    }
    if wamid.is_some() {
        // Meta's name for it is known from here on: what came under that name before has waited for this.
        marks::replay(tx, channel_id, &[&report.wamid], now_ms).await?;
        for earlier in parked::take(&mut tx.conn(), channel_id, &[&report.wamid]).await? {
            Box::pin(apply(tx, channel_id, &earlier, None, now_ms)).await?;
        }
    }
    if let Some(error) = &report.error {
        consent::refused(tx, &target.conversation_id, error, Some(&report.wamid), now_ms).await?;
        blocks::refused(tx, &target.conversation_id, &target.id, error, now_ms).await?;
    }
    Ok(Some(Changed { conversation_id: target.conversation_id, message_id: target.id }))
}

/// Tells of each changed message, with its conversation as it stands.
///
/// # Errors
/// The database is out of reach.
pub async fn announce(tx: &mut Tx, changed: &[Changed], now_ms: i64) -> Result<()> {
    let mut ids: Vec<&MessageId> = changed.iter().map(|change| &change.message_id).collect();
    ids.sort();
    ids.dedup();
    // A reaction of ours is shown on its message: that one changes, for whoever watches.
    let carriers = messages::carriers(&mut tx.conn(), &ids).await?;
    let carried = marks::follow(tx, &carriers).await?;
    let lines = ids.into_iter().filter(|id| !carriers.contains(id));
    for id in lines.chain(&carried) {
        tx.announce(Announcement::Message(id.clone()), now_ms);
    }
    Ok(())
}
