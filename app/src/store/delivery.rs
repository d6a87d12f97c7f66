//! What Meta reports of a message's way, applied to it or parked until it is known.

use super::parked::Report;
use super::{Result, Tx, consent, marks, messages, outbox, parked};
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
    }
    Ok(Some(Changed { conversation_id: target.conversation_id, message_id: target.id }))
}

/// Appends one event per changed message, each with its conversation as it stands now; both are read once for all.
///
/// # Errors
/// The database is out of reach.
pub async fn announce(tx: &mut Tx, changed: &[Changed], now_ms: i64) -> Result<()> {
    use std::collections::HashMap;

    use crate::live::protocol::LiveEvent;
    let mut conversation_ids: Vec<&ConversationId> = changed.iter().map(|change| &change.conversation_id).collect();
    conversation_ids.sort();
    conversation_ids.dedup();
    let mut message_ids: Vec<&MessageId> = changed.iter().map(|change| &change.message_id).collect();
    message_ids.sort();
    message_ids.dedup();
    let rows = super::conversations::rows(&mut tx.conn(), &conversation_ids).await?;
    let rows: HashMap<_, _> = rows.into_iter().map(|row| (row.id.clone(), row)).collect();
    let found = messages::by_ids(&mut tx.conn(), &message_ids).await?;
    // A reaction of ours is shown on its message: that one changes, for whoever watches.
    let (carriers, mut messages): (Vec<_>, Vec<_>) = found.into_iter().partition(messages::is_carrier);
    let mut targets = super::marks::follow(tx, &carriers).await?;
    targets.sort();
    targets.dedup();
    if !targets.is_empty() {
        messages.retain(|message| !targets.contains(&message.id));
        messages.extend(messages::by_ids(&mut tx.conn(), &targets.iter().collect::<Vec<_>>()).await?);
    }
    messages.sort_by(|a, b| (&a.conversation_id, a.seq).cmp(&(&b.conversation_id, b.seq)));
    for message in messages {
        if let Some(row) = rows.get(&message.conversation_id) {
            tx.append(LiveEvent::Message { row: Box::new(row.clone()), message: Box::new(message) }, now_ms);
        }
    }
    Ok(())
}
