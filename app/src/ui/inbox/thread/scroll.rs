//! Where the reader stands in a thread. The scroller is a reversed column (style/thread.css): 0 is the newest message,
//! above it the numbers are negative, and older messages put in at the top move nothing.

use leptos::html;
use leptos::prelude::*;
use web_sys::Element;

use crate::domain::message::Direction;
use crate::ui::inbox::store::{Filling, Inbox, Item};
use crate::ui::parts::browser;

/// So close to the newest message, new ones pull the reader along.
const FOLLOW_PX: i32 = 100;
/// So close to the oldest one, the next older are fetched.
const AHEAD_PX: i32 = 500;
/// So much of a message must be in sight to count as seen.
const SEEN_PX: f64 = 24.0;

#[derive(Clone, Copy)]
pub struct Scroll {
    pub element: NodeRef<html::Div>,
    /// The newest message is in sight, or nearly.
    pub at_end: RwSignal<bool>,
    /// Messages that came since it was not.
    pub below: Memo<i64>,
    /// The newest message when the end was last in sight.
    end_seq: RwSignal<i64>,
    /// A look is asked for with the next frame.
    scheduled: StoredValue<bool>,
    /// The first filling has been placed.
    placed: StoredValue<bool>,
    inbox: Inbox,
}

impl Scroll {
    pub fn new(inbox: Inbox) -> Self {
        let end_seq = RwSignal::new(inbox.newest_seq.get_untracked());
        let below = Memo::new(move |_| {
            let end_seq = end_seq.get();
            inbox.items.with(|items| items.iter().filter(|item| came_after(item, end_seq)).count() as i64)
        });
        let scroll = Self {
            element: NodeRef::new(),
            at_end: RwSignal::new(true),
            below,
            end_seq,
            scheduled: StoredValue::new(false),
            placed: StoredValue::new(false),
            inbox,
        };
        Effect::new(move |_| {
            inbox.items.track();
            scroll.followed();
        });
        // Whoever comes back to the tab sees what stands there.
        let listeners = ["focus", "resize"].map(|event| window_event_listener_untyped(event, move |_| scroll.look()));
        on_cleanup(move || listeners.into_iter().for_each(|listener| listener.remove()));
        scroll
    }

    /// Goes to the newest message.
    pub fn to_end(self) {
        if let Some(element) = self.element() {
            element.set_scroll_top(0);
        }
        let _ = self.at_end.try_set(true);
        self.look();
    }

    /// Looks, once with the next frame, at what is in sight.
    pub fn look(self) {
        if self.scheduled.try_get_value() == Some(false) {
            self.scheduled.set_value(true);
            browser::next_frame(move || {
                if self.scheduled.try_get_value() == Some(true) {
                    self.scheduled.set_value(false);
                    self.look_now();
                }
            });
        }
    }

    /// The items have changed, and stand on the screen with the next frame.
    fn followed(self) {
        let follow = self.at_end.get_untracked();
        browser::next_frame(move || {
            let Some(element) = self.element() else { return };
            if self.placed.try_get_value() == Some(false) && element.query_selector(".msg").ok().flatten().is_some() {
                self.placed.set_value(true);
                to_unread_line(&element);
            } else if follow && self.at_end.try_get_untracked() == Some(true) && element.scroll_top() != 0 {
                element.set_scroll_top(0);
            }
            self.look();
        });
    }

    fn look_now(self) {
        let Some(element) = self.element().filter(|element| element.client_height() > 0) else { return };
        let at_end = element.scroll_top() > -FOLLOW_PX;
        if self.at_end.get_untracked() != at_end {
            self.at_end.set(at_end);
        }
        let newest = self.inbox.newest_seq.get_untracked();
        if at_end && self.end_seq.get_untracked() != newest {
            self.end_seq.set(newest);
        }
        let above = element.scroll_height() - element.client_height() + element.scroll_top();
        let may = self.inbox.has_older.get_untracked() && self.inbox.older_filling.get_untracked() == Filling::Done;
        if above < AHEAD_PX && may {
            self.inbox.fetch_older();
        }
        if browser::is_visible()
            && let Some(seq) = lowest_seen(&element)
        {
            self.inbox.saw(seq);
        }
    }

    fn element(self) -> Option<web_sys::HtmlDivElement> {
        self.element.try_get_untracked().flatten()
    }
}

fn came_after(item: &Item, seq: i64) -> bool {
    match item {
        Item::Bubble(item) => item.bubble.with_untracked(|bubble| {
            bubble.pending.is_none() && bubble.message.seq > seq && bubble.message.direction == Direction::In
        }),
        Item::Day { .. } | Item::Unread => false,
    }
}

/// A conversation with more unread messages than fit begins at the first of them.
fn to_unread_line(element: &Element) {
    let Some(line) = element.query_selector(".unread").ok().flatten() else { return };
    let missing = element.get_bounding_client_rect().top() - line.get_bounding_client_rect().top();
    if missing > 0.0 {
        element.set_scroll_top(element.scroll_top() - missing.ceil() as i32 - 8);
    }
}

/// The `seq` of the lowest message that is really in sight. Searched from the end, where readers are.
fn lowest_seen(element: &Element) -> Option<i64> {
    let bottom = element.get_bounding_client_rect().bottom();
    let messages = element.query_selector_all(".msg[data-seq]").ok()?;
    (0..messages.length()).rev().find_map(|at| {
        use wasm_bindgen::JsCast;
        let message: Element = messages.item(at)?.dyn_into().ok()?;
        let place = message.get_bounding_client_rect();
        let seen = place.height() > 0.0 && place.top() + place.height().min(SEEN_PX) <= bottom;
        if seen { message.get_attribute("data-seq")?.parse().ok() } else { None }
    })
}
