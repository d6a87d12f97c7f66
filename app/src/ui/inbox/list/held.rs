//! Order that holds still: while the pointer is over the list or a row has the keyboard, nothing moves under them.

use std::collections::{HashMap, HashSet};

use leptos::prelude::*;

use crate::domain::ids::ConversationId;
use crate::ui::inbox::store::{Inbox, RowItem};

#[derive(Clone, Copy)]
pub struct Held {
    /// The rows in the order they stand on the screen.
    pub shown: RwSignal<Vec<RowItem>>,
    pub pointer: RwSignal<bool>,
    pub focus: RwSignal<bool>,
    /// How many rows would stand elsewhere.
    pub moved: RwSignal<usize>,
    /// The row that had the keyboard last.
    pub stop: RwSignal<Option<ConversationId>>,
    /// The one row the Tab key stops at: that one, else the open one, else the first.
    pub tab_stop: Memo<Option<ConversationId>>,
    inbox: Inbox,
}

impl Held {
    pub fn new(inbox: Inbox) -> Self {
        let shown = RwSignal::new(inbox.rows.get_untracked());
        let stop = RwSignal::new(None);
        let tab_stop = Memo::new(move |_| {
            let present = |id: &ConversationId| shown.with(|shown: &Vec<RowItem>| shown.iter().any(|it| it.id == *id));
            let last = stop.get().filter(present);
            let open = || inbox.open.get().filter(present);
            last.or_else(open).or_else(|| shown.with(|shown| shown.first().map(|item| item.id.clone())))
        });
        let held = Self {
            shown,
            pointer: RwSignal::new(false),
            focus: RwSignal::new(false),
            moved: RwSignal::new(0),
            stop,
            tab_stop,
            inbox,
        };
        // Another filter is another list: there is nothing to hold of the one before.
        let filter = Memo::new(move |_| inbox.filter.get());
        Effect::new(move |before: Option<_>| {
            let filter = filter.get();
            let rows = inbox.rows.get();
            let filling = inbox.list_filling.get();
            let same_list = before.as_ref() == Some(&(filter.clone(), filling.clone()));
            if same_list && (held.pointer.get() || held.focus.get()) {
                held.keep(&rows);
            } else {
                held.take(rows);
            }
            // Read in every case, so that their change is heard in every case.
            let _ = (held.pointer.get(), held.focus.get());
            (filter, filling)
        });
        held
    }

    /// Shows the true order now.
    pub fn let_go(self) {
        self.take(self.inbox.rows.get_untracked());
    }

    fn take(self, rows: Vec<RowItem>) {
        if self.shown.with_untracked(|shown| *shown != rows) {
            self.shown.set(rows);
        }
        if self.moved.get_untracked() != 0 {
            self.moved.set(0);
        }
    }

    fn keep(self, rows: &[RowItem]) {
        let kept = self.shown.with_untracked(|shown| kept(shown, rows));
        let moved = moved(&kept, rows);
        if self.shown.with_untracked(|shown| *shown != kept) {
            self.shown.set(kept);
        }
        if self.moved.get_untracked() != moved {
            self.moved.set(moved);
        }
    }
}

/// The order on the screen, without the rows that are gone, and with those that came in below it: a next page moves
/// nothing that is being read.
fn kept(shown: &[RowItem], rows: &[RowItem]) -> Vec<RowItem> {
    let place: HashMap<_, _> = rows.iter().enumerate().map(|(at, item)| (&item.id, at)).collect();
    let mut kept: Vec<RowItem> = shown.iter().filter(|item| place.contains_key(&item.id)).cloned().collect();
    let known: HashSet<_> = kept.iter().map(|item| item.id.clone()).collect();
    let lowest = kept.iter().filter_map(|item| place.get(&item.id)).max().copied();
    let below = rows.iter().enumerate().filter(|(at, _)| lowest.is_none_or(|lowest| *at > lowest));
    kept.extend(below.map(|(_, item)| item).filter(|item| !known.contains(&item.id)).cloned());
    kept
}

/// How many rows have to move, or come in, to make `shown` into `rows`: all but a longest run that is in order already.
fn moved(shown: &[RowItem], rows: &[RowItem]) -> usize {
    let place: HashMap<_, _> = shown.iter().enumerate().map(|(at, item)| (&item.id, at)).collect();
    // Patience sorting: `tops[n]` is the smallest end of an ordered run of n + 1.
    let mut tops: Vec<usize> = Vec::new();
    for at in rows.iter().filter_map(|item| place.get(&item.id).copied()) {
        let pile = tops.partition_point(|top| *top < at);
        match tops.get_mut(pile) {
            Some(top) => *top = at,
            None => tops.push(at),
        }
    }
    rows.len() - tops.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::contact::ContactBrief;
    use crate::domain::conversation::{ConversationRow, ConversationStatus};
    use crate::domain::ids::{ChannelId, ContactId};

    fn items(names: &str) -> Vec<RowItem> {
        names.chars().map(|name| item(&name.to_string())).collect()
    }

    fn item(name: &str) -> RowItem {
        let contact = ContactBrief {
            id: ContactId::from_text(name),
            name: name.to_owned(),
            given_name: None,
            phone: None,
            user_id: None,
            username: None,
            first_seen_at_ms: 0,
            last_seen_at_ms: 0,
            version: 0,
        };
        let row = ConversationRow {
            id: ConversationId::from_text(name),
            channel_id: ChannelId::from_text("channel"),
            contact,
            status: ConversationStatus::Open,
            assignee_id: None,
            unread_count: 0,
            seq: 0,
            read_seq: 0,
            window_expires_at_ms: None,
            block: None,
            last_activity_at_ms: 0,
            last_message: None,
        };
        RowItem { id: row.id.clone(), row: ArcRwSignal::new(row) }
    }

    #[test]
    fn what_is_read_stays_and_the_rest_is_counted() {
        for (name, shown, rows, expected, count) in [
            ("nothing happened", "abc", "abc", "abc", 0),
            ("the last one wrote", "abc", "cab", "abc", 1),
            ("two wrote", "abcd", "dcab", "abcd", 2),
            ("a new customer wrote", "abc", "xabc", "abc", 1),
            ("one went away", "abc", "ac", "ac", 0),
            ("the next page came", "abc", "abcde", "abcde", 0),
            ("a page came and one wrote", "abc", "cabde", "abcde", 1),
            ("all went away, others came", "ab", "xy", "xy", 0),
        ] {
            let kept = kept(&items(shown), &items(rows));
            let names: String = kept.iter().map(|item| item.id.as_str()).collect();
            assert_eq!((names.as_str(), moved(&kept, &items(rows))), (expected, count), "{name}");
        }
    }
}
