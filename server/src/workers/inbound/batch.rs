//! Many items at once: messages of known customers and reports of known messages, which is nearly all there is. The rest
//! follows one by one, and with it everything of the same customer or message, so that no order is lost.

use std::collections::{HashMap, HashSet};

use app::domain::delivery::{Advance, advance};
use app::domain::ids::{ChannelId, ContactId, ConversationId, MessageId, PhoneNumberId, Wamid};
use app::domain::message::{Direction, MessageStatus};
use app::domain::window;
use app::store::bulk::contacts::{HeldContact, Refresh};
use app::store::bulk::conversations::Arrivals;
use app::store::bulk::messages::{HeldMessage, Progress};
use app::store::bulk::{self};
use app::store::contacts::Known;
use app::store::delivery::Changed;
use app::store::messages::NewMessage;
use app::store::{StoreError, Tx, contacts, marks};

use super::Inbound;
use super::apply::{MessagePlace, row_of, sent_at_ms};
use super::slice::{Due, Refusal};
use crate::whatsapp::webhook::{IncomingMessage, Item, News, StatusNews, Via};

/// A customer's message that can be written with others.
struct Arriving<'a> {
    message: &'a IncomingMessage,
    received_at_ms: i64,
    sent_at_ms: i64,
    id: MessageId,
    contact_id: ContactId,
    conversation_id: ConversationId,
}

impl Inbound {
    /// Applies a slice; one bad item spoils it whole.
    pub(super) async fn apply_all(
        &self,
        tx: &mut Tx,
        slice: &[Due<'_>],
        now: i64,
        changed: &mut Vec<Changed>,
    ) -> Result<(), Refusal> {
        let mut numbers: Vec<&PhoneNumberId> = slice.iter().filter_map(|due| number_of(due.item)).collect();
        numbers.sort();
        numbers.dedup();
        let mut rest: HashSet<usize> = (0..slice.len()).collect();
        for number in numbers {
            let channel_id = self.channel_of(tx, number).await?;
            let of_number: Vec<usize> =
                (0..slice.len()).filter(|at| number_of(slice[*at].item) == Some(number)).collect();
            for at in self.apply_known(tx, &channel_id, slice, &of_number, now, changed).await? {
                rest.remove(&at);
            }
        }
        for (at, due) in slice.iter().enumerate() {
            if rest.contains(&at) {
                self.apply(tx, due, now, changed).await?;
            }
        }
        Ok(())
    }

    /// Applies what can be applied together of one number, and says which items those were.
    async fn apply_known(
        &self,
        tx: &mut Tx,
        channel_id: &ChannelId,
        slice: &[Due<'_>],
        of_number: &[usize],
        now: i64,
        changed: &mut Vec<Changed>,
    ) -> Result<Vec<usize>, StoreError> {
        let wamids: Vec<&Wamid> = of_number.iter().filter_map(|at| wamid_of(slice[*at].item)).collect();
        let held = bulk::messages::held(&mut tx.conn(), channel_id, &wamids).await?;
        let held: HashMap<&Wamid, &HeldMessage> = held.iter().map(|message| (&message.wamid, message)).collect();
        let mut done = Vec::with_capacity(of_number.len());

        let reports = of_number.iter().filter_map(|at| match &slice[*at].item.news {
            News::Status(status) => Some((*at, status)),
            _ => None,
        });
        let steps = progress(reports, &held, &mut done);
        bulk::messages::advance(&mut tx.conn(), &steps).await?;
        changed.extend(steps.iter().filter_map(|step| {
            let message = held.values().find(|message| message.id == step.id)?;
            Some(Changed { conversation_id: message.conversation_id.clone(), message_id: step.id.clone() })
        }));

        let messages: Vec<(usize, &IncomingMessage)> = of_number
            .iter()
            .filter_map(|at| match &slice[*at].item.news {
                News::Message(message) => Some((*at, &**message)),
                _ => None,
            })
            .collect();
        let senders: Vec<_> = messages.iter().map(|(_, message)| &message.customer).collect();
        let known = bulk::contacts::find(&mut tx.conn(), channel_id, &senders).await?;
        let mut arriving: Vec<Arriving<'_>> = Vec::with_capacity(messages.len());
        let mut refreshes: Vec<(Refresh, HeldContact)> = Vec::new();
        let mut seen: HashSet<&Wamid> = HashSet::new();
        // Customers with something that must go alone: what else they wrote goes after it, in order.
        let mut apart: HashSet<ContactId> = HashSet::new();
        for ((at, message), (known, contact)) in messages.into_iter().zip(known) {
            let stored = held.get(&message.wamid);
            if stored.is_some_and(|held| !message.replaces(&held.kind)) {
                done.push(at);
                continue;
            }
            let Known { contact_id: Some(contact_id), conversation_id, new_aliases, own, rivals } = known else {
                continue;
            };
            // Whoever two contacts are named for goes alone: that they may be one is noted with it.
            let plain = new_aliases.is_empty() && rivals.is_empty() && is_plain(message);
            let (Some(conversation_id), true, Some(contact), false) =
                (conversation_id, plain, contact, apart.contains(&contact_id))
            else {
                apart.insert(contact_id);
                continue;
            };
            // A placeholder's message, or the same delivery twice in one slice.
            if stored.is_some() || !seen.insert(&message.wamid) {
                continue;
            }
            done.push(at);
            let received_at_ms = slice[at].row.received_at_ms;
            let sent_at_ms = sent_at_ms(message, received_at_ms, now);
            let refresh = Refresh {
                id: contact_id.clone(),
                name: message.profile_name.clone(),
                username: message.username.clone(),
                phone: own.phone,
                user_id: own.user_id,
                from_ms: sent_at_ms,
                to_ms: sent_at_ms,
            };
            remember(&mut refreshes, refresh, contact);
            let id = MessageId::new();
            arriving.push(Arriving { message, received_at_ms, sent_at_ms, id, contact_id, conversation_id });
        }
        self.arrive(tx, channel_id, &arriving, now, changed).await?;
        refreshes.retain(|(new, held)| new.matters(held));
        let renamed: Vec<ContactId> =
            refreshes.iter().filter(|(new, held)| new.renames(held)).map(|(new, _)| new.id.clone()).collect();
        let refreshes: Vec<Refresh> = refreshes.into_iter().map(|(new, _)| new).collect();
        bulk::contacts::refresh(&mut tx.conn(), &refreshes).await?;
        for id in renamed {
            contacts::announce(tx, &id, now).await?;
        }
        Ok(done)
    }

    /// Writes messages into conversations that exist.
    async fn arrive(
        &self,
        tx: &mut Tx,
        channel_id: &ChannelId,
        arriving: &[Arriving<'_>],
        now: i64,
        changed: &mut Vec<Changed>,
    ) -> Result<(), StoreError> {
        let sums = sums(arriving, now);
        // The last `seq` of each; the first message there takes the lowest.
        let mut next: HashMap<ConversationId, i64> =
            bulk::conversations::arrive(&mut tx.conn(), &sums).await?.into_iter().collect();
        for sum in &sums {
            if let Some(seq) = next.get_mut(&sum.conversation_id) {
                *seq -= sum.count - 1;
            }
        }
        let mut rows: Vec<NewMessage<'_>> = Vec::with_capacity(arriving.len());
        for new in arriving {
            let seq = next.get_mut(&new.conversation_id).ok_or(StoreError::Missing("conversations"))?;
            let place = MessagePlace { id: &new.id, conversation_id: &new.conversation_id, channel_id, seq: *seq };
            *seq += 1;
            let author_id = Some(new.contact_id.as_str());
            rows.push(row_of(new.message, &place, author_id, new.sent_at_ms, new.received_at_ms));
            changed.push(Changed { conversation_id: new.conversation_id.clone(), message_id: new.id.clone() });
        }
        bulk::messages::insert(&mut tx.conn(), &rows).await?;
        let wamids: Vec<&Wamid> = arriving.iter().map(|new| &new.message.wamid).collect();
        marks::replay(tx, channel_id, &wamids, now).await?;
        self.metrics.messages_in.inc_by(rows.len() as u64);
        Ok(())
    }
}

fn number_of(item: &Item) -> Option<&PhoneNumberId> {
    match &item.news {
        News::Message(message) => Some(&message.phone_number_id),
        News::Status(status) => Some(&status.phone_number_id),
        _ => None,
    }
}

/// May it be written with others? What is written on the phone, what renames a customer and what is of the past does not
/// simply arrive.
fn is_plain(message: &IncomingMessage) -> bool {
    message.via == Via::Customer && message.identity.is_none() && !message.past
}

fn wamid_of(item: &Item) -> Option<&Wamid> {
    match &item.news {
        News::Message(message) => Some(&message.wamid),
        News::Status(status) => Some(&status.report.wamid),
        _ => None,
    }
}

/// Where reports bring the messages they speak of, several of one message in their order. Those of a message whose end is
/// not known, or that is not here, are left to be done one by one.
fn progress<'a>(
    reports: impl Iterator<Item = (usize, &'a StatusNews)>,
    held: &HashMap<&Wamid, &HeldMessage>,
    done: &mut Vec<usize>,
) -> Vec<Progress> {
    let mut steps: Vec<(Progress, bool)> = Vec::new();
    let mut place: HashMap<MessageId, usize> = HashMap::new();
    for (at, StatusNews { report, .. }) in reports {
        let Some(message) = held.get(&report.wamid).filter(|message| message.direction == Direction::Out) else {
            continue;
        };
        let uncertain =
            matches!(message.status, MessageStatus::InFlight | MessageStatus::Unknown | MessageStatus::Unconfirmed);
        // A failure keeps words beside the state; it is rare.
        if uncertain || message.status == MessageStatus::Failed || report.error.is_some() {
            continue;
        }
        done.push(at);
        let index = *place.entry(message.id.clone()).or_insert_with(|| {
            steps.push((Progress::from(message.id.clone(), message.status), false));
            steps.len() - 1
        });
        let (step, moved) = &mut steps[index];
        if let Advance::To(status) = advance(step.status, report.status) {
            step.reach(status, report.at_ms, None);
            *moved = true;
        }
    }
    steps.into_iter().filter(|(_, moved)| *moved).map(|(step, _)| step).collect()
}

/// What messages do to their conversations, summed for each.
fn sums(arriving: &[Arriving<'_>], now: i64) -> Vec<Arrivals> {
    let mut sums: Vec<Arrivals> = Vec::with_capacity(arriving.len());
    let mut place: HashMap<&ConversationId, usize> = HashMap::new();
    for new in arriving {
        let index = *place.entry(&new.conversation_id).or_insert_with(|| {
            sums.push(Arrivals {
                conversation_id: new.conversation_id.clone(),
                count: 0,
                unread: 0,
                newest_id: new.id.clone(),
                newest_at_ms: i64::MIN,
                window_expires_at_ms: 0,
            });
            sums.len() - 1
        });
        let sum = &mut sums[index];
        sum.count += 1;
        sum.unread += i64::from(new.message.counts_unread());
        if new.sent_at_ms >= sum.newest_at_ms {
            sum.newest_at_ms = new.sent_at_ms;
            sum.newest_id = new.id.clone();
        }
        if new.message.opens_window() {
            let expires = window::expires_after_message(None, new.sent_at_ms, now);
            sum.window_expires_at_ms = sum.window_expires_at_ms.max(expires);
        }
    }
    sums
}

/// Joins what several messages tell of one customer: one statement writes a row once.
fn remember(refreshes: &mut Vec<(Refresh, HeldContact)>, new: Refresh, held: HeldContact) {
    let Some((known, _)) = refreshes.iter_mut().find(|(known, _)| known.id == new.id) else {
        refreshes.push((new, held));
        return;
    };
    if !new.name.is_empty() {
        known.name = new.name;
    }
    known.username = new.username.or(known.username.take());
    known.phone = new.phone.or(known.phone.take());
    known.user_id = new.user_id.or(known.user_id.take());
    known.from_ms = known.from_ms.min(new.from_ms);
    known.to_ms = known.to_ms.max(new.to_ms);
}
