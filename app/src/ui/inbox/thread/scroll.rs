//! Where the reader stands in a thread. The scroller is a reversed column (style/thread.css): 0 is the newest message,
//! above it the numbers are negative, and older messages put in at the top move nothing.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

use crate::domain::ids::MessageId;
use crate::domain::message::Direction;
use crate::ui::inbox::store::{Filling, Inbox, Item};
use crate::ui::parts::browser;

/// So close to the newest message, new ones pull the reader along.
const FOLLOW_PX: i32 = 100;
/// So close to the oldest one, the next older are fetched.
const AHEAD_PX: i32 = 500;
/// So much of a message must be in sight to count as seen.
const SEEN_PX: f64 = 24.0;
/// So long a message one has jumped to is marked.
const FOUND: std::time::Duration = std::time::Duration::from_millis(1_600);

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
    place: StoredValue<Option<Place>>,
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
            place: StoredValue::new(None),
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

    /// Brings a message into the middle of the sight and marks it for a moment; the keyboard goes there, too.
    pub fn jump_to(self, id: &MessageId) {
        let Some(element) = self.element() else { return };
        let Some(message) = element.query_selector(&format!("[data-id='{id}']")).ok().flatten() else { return };
        let (frame, rect) = (element.get_bounding_client_rect(), message.get_bounding_client_rect());
        let middle = frame.top() + (frame.height() - rect.height()).max(0.0) / 2.0;
        element.set_scroll_top(element.scroll_top() + (rect.top() - middle).round() as i32);
        if let Ok(Some(button)) = message.query_selector(".msg__more")
            && let Some(button) = button.dyn_ref::<web_sys::HtmlElement>()
        {
            let _ = button.focus();
        }
        let _ = message.set_attribute("data-found", "");
        browser::after(FOUND, move || {
            let _ = message.remove_attribute("data-found");
        });
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

    /// The items have changed. What follows must happen before the browser paints, but after all that was set in motion
    /// by the same change: a tick later.
    fn followed(self) {
        leptos::task::spawn_local(async move {
            leptos::task::tick().await;
            let Some(element) = self.element() else { return };
            if self.placed.try_get_value() == Some(false) {
                if element.query_selector("[data-id]").ok().flatten().is_some() {
                    self.placed.set_value(true);
                    let _ = self.end_seq.try_set(self.inbox.newest_seq.get_untracked());
                    to_unread_line(&element);
                }
            } else if self.at_end.try_get_untracked() == Some(true) {
                element.set_scroll_top(0);
            } else if let Some(place) = self.place.try_get_value().flatten() {
                place.hold(&element);
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
        let sight = Sight::of(&element);
        self.place.set_value(sight.place);
        if let Some(seq) = sight.lowest_seen.filter(|_| browser::is_visible()) {
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

/// What of a thread is in sight.
struct Sight {
    /// The lowest message of which enough is in sight to have been seen.
    lowest_seen: Option<i64>,
    place: Option<Place>,
}

/// Where the reader is: a message by its `seq`, and how far below the top edge it stood at which position.
#[derive(Clone, Copy)]
struct Place {
    seq: i64,
    offset: f64,
    scroll_top: i32,
}

impl Sight {
    /// Searched from the end, where readers are.
    fn of(element: &Element) -> Self {
        let frame = element.get_bounding_client_rect();
        let mut sight = Self { lowest_seen: None, place: None };
        let Ok(messages) = element.query_selector_all("[data-seq]") else { return sight };
        for message in (0..messages.length()).rev().filter_map(|at| messages.item(at)?.dyn_into::<Element>().ok()) {
            let Some(seq) = message.get_attribute("data-seq").and_then(|seq| seq.parse().ok()) else { continue };
            let rect = message.get_bounding_client_rect();
            if rect.bottom() <= frame.top() {
                break;
            }
            if sight.lowest_seen.is_none() && rect.top() + rect.height().min(SEEN_PX) <= frame.bottom() {
                sight.lowest_seen = Some(seq);
            }
            let offset = rect.top() - frame.top();
            sight.place = Some(Place { seq, offset, scroll_top: element.scroll_top() });
        }
        sight
    }
}

impl Place {
    /// Puts the message back to where it stood, however much was added below it.
    fn hold(self, element: &Element) {
        let found = element.query_selector(&format!("[data-seq='{}']", self.seq)).ok().flatten();
        let Some(message) = found else { return };
        let offset = message.get_bounding_client_rect().top() - element.get_bounding_client_rect().top();
        // The reader may have gone on since the last look.
        let expected = self.offset - f64::from(element.scroll_top() - self.scroll_top);
        let moved = (offset - expected).round() as i32;
        if moved != 0 {
            element.set_scroll_top(element.scroll_top() + moved);
        }
    }
}
