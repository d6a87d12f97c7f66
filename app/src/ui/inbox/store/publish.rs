//! From the view to the signals: only what differs, once a frame of the screen.

use std::collections::{HashMap, HashSet};

use leptos::prelude::*;

use super::shown::{self, Bubble, BubbleItem, Item, Joined, Quote, RowItem};
use super::{Inbox, Opened, Truth, outgoing};
use crate::domain::ids::MessageId;
use crate::domain::message::{Direction, Message};
use crate::ui::inbox::kind;
use crate::ui::parts::{browser, time};

/// What has changed since the last publishing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dirty {
    pub list: bool,
    pub thread: bool,
    pub house: bool,
    /// A frame is asked for.
    pub scheduled: bool,
}

impl Dirty {
    pub const ALL: Self = Self { list: true, thread: true, house: true, scheduled: false };
}

/// Sets a signal only when that changes something: setting wakes everyone who reads it.
fn renew<T: PartialEq + Clone + Send + Sync + 'static>(signal: RwSignal<T>, value: &T) {
    if signal.with_untracked(|held| held != value) {
        signal.set(value.clone());
    }
}

fn renew_arc<T: PartialEq + Clone + Send + Sync + 'static>(signal: &ArcRwSignal<T>, value: &T) {
    if signal.with_untracked(|held| held != value) {
        signal.set(value.clone());
    }
}

impl Inbox {
    /// Notes a change and has it published with the next frame.
    pub(super) fn touch(self, what: Dirty) {
        let scheduled = self.truth.try_update_value(|truth| {
            let was = truth.dirty.scheduled;
            truth.dirty.list |= what.list;
            truth.dirty.thread |= what.thread;
            truth.dirty.house |= what.house;
            truth.dirty.scheduled = true;
            was
        });
        if scheduled == Some(false) {
            browser::next_frame(move || self.publish());
        }
    }

    pub(super) fn publish_all(self) {
        self.truth.update_value(|truth| truth.dirty = Dirty::ALL);
        self.publish();
    }

    pub(super) fn publish(self) {
        let Some(dirty) = self.truth.try_update_value(|truth| std::mem::take(&mut truth.dirty)) else { return };
        if dirty.house {
            self.truth.with_value(|truth| {
                renew(self.me, &truth.view.me);
                renew(self.agents, &truth.view.agents);
                renew(self.channels, &truth.view.channels);
            });
        }
        if dirty.list {
            self.truth.update_value(|truth| self.publish_list(truth));
        }
        if dirty.thread {
            self.truth.update_value(|truth| self.publish_thread(truth));
        }
    }

    fn publish_list(self, truth: &mut Truth) {
        let list = &truth.view.list;
        renew(self.has_more, &list.horizon.is_some());
        let mut unread = HashMap::new();
        let mut order = Vec::with_capacity(list.rows.len());
        for row in &list.rows {
            if row.unread_count > 0 {
                *unread.entry(row.channel_id.to_string()).or_insert(0) += 1;
            }
            let signal = truth.rows.entry(row.id.clone()).or_insert_with(|| ArcRwSignal::new(row.clone()));
            renew_arc(signal, row);
            order.push(RowItem { id: row.id.clone(), row: signal.clone() });
        }
        if truth.rows.len() > order.len() {
            let shown: HashSet<_> = order.iter().map(|item| &item.id).collect();
            truth.rows.retain(|id, _| shown.contains(id));
        }
        renew(self.unread, &unread);
        renew(self.rows, &order);
    }

    fn publish_thread(self, truth: &mut Truth) {
        let Some(open) = self.open.get_untracked() else {
            truth.bubbles.clear();
            renew(self.open_row, &None);
            renew(self.items, &Vec::new());
            return;
        };
        let Some(thread) = &truth.view.thread else {
            // Nothing but the row is known yet, or the conversation has been taken away.
            let row = truth.view.list.rows.iter().find(|row| row.id == open).cloned();
            renew(self.open_row, &row);
            renew(self.items, &Vec::new());
            truth.bubbles.clear();
            if self.opened.get_untracked() == Opened::Ready {
                self.opened.set(Opened::Missing);
            }
            return;
        };
        let row = &thread.row;
        // Messages that came while nobody looked get a line, too.
        if truth.line_after_seq.is_none() && row.unread_count > 0 && !browser::is_attended() {
            truth.line_after_seq = Some(row.read_seq);
        }
        let me = truth.view.me.id.as_str();
        let confirmed: HashSet<&str> = thread
            .messages
            .iter()
            .filter(|message| message.author.id.as_deref() == Some(me))
            .filter_map(|message| message.client_msg_id.as_deref())
            .collect();
        truth.outgoing.retain(|out| out.conversation_id != open || !confirmed.contains(out.client_msg_id.as_str()));

        let repeated: HashSet<&MessageId> =
            thread.messages.iter().filter_map(|message| message.resend_of.as_ref()).collect();
        let stored = |message| stored(message, &repeated);
        let mut bubbles: Vec<Bubble> = thread.messages.iter().map(stored).collect();
        bubbles.extend(outgoing::bubbles(&truth.outgoing, &open, &truth.view.me.id));
        for bubble in &mut bubbles {
            bubble.quote = quote(&bubble.message, &thread.messages);
        }

        let line = truth.line_after_seq.and_then(|after| {
            bubbles.iter().position(|bubble| bubble.message.seq > after && bubble.message.direction == Direction::In)
        });
        let days: Vec<i64> = bubbles.iter().map(|bubble| time::local_day(bubble.message.sent_at_ms)).collect();
        for at in 1..bubbles.len() {
            let (above, below) = bubbles.split_at_mut(at);
            if let (Some(above), Some(below)) = (above.last_mut(), below.first_mut())
                && days[at - 1] == days[at]
                && line != Some(at)
                && shown::continues(&above.message, &below.message)
            {
                above.joined.below = true;
                below.joined.above = true;
            }
        }

        let mut items = Vec::with_capacity(bubbles.len() + 8);
        let mut keys = HashSet::with_capacity(bubbles.len());
        // Messages stand in the order they came; a late one may belong to a day that has had its line.
        let mut day_begun = i64::MIN;
        for (at, bubble) in bubbles.iter().enumerate() {
            if days[at] > day_begun {
                day_begun = days[at];
                items.push(Item::Day { day: days[at], at_ms: bubble.message.sent_at_ms });
            }
            if line == Some(at) {
                items.push(Item::Unread);
            }
            let key = shown::bubble_key(&bubble.message, me);
            let signal = truth.bubbles.entry(key.clone()).or_insert_with(|| ArcRwSignal::new(bubble.clone()));
            renew_arc(signal, bubble);
            keys.insert(key.clone());
            items.push(Item::Bubble(BubbleItem { key, bubble: signal.clone() }));
        }
        truth.bubbles.retain(|key, _| keys.contains(key));

        let incoming =
            |after: i64| thread.messages.iter().filter(move |it| it.seq > after && it.direction == Direction::In);
        let newest = thread.messages.last().map_or(0, |message| message.seq);
        if let Some(last) = incoming(truth.spoken_seq).next_back() {
            self.spoken.set(kind::line(self.texts, &last.kind, last.text.as_deref().unwrap_or_default()));
        }
        truth.spoken_seq = truth.spoken_seq.max(newest);
        renew(self.unread_line, &truth.line_after_seq.map_or(0, |after| incoming(after).count() as i64));
        renew(self.has_older, &thread.has_older);
        renew(self.open_row, &Some(row.clone()));
        renew(self.newest_seq, &newest);
        renew(self.items, &items);
    }
}

fn stored(message: &Message, repeated: &HashSet<&MessageId>) -> Bubble {
    let repeated = repeated.contains(&message.id);
    Bubble { message: message.clone(), pending: None, joined: Joined::default(), quote: None, repeated }
}

/// What a message answers, where it is loaded.
fn quote(message: &Message, all: &[Message]) -> Option<Quote> {
    let id = message.reply_to.as_ref()?;
    all.iter().find(|held| held.id == *id).map(Quote::of)
}
