//! One customer's phone: its thread as the customer sees it.

use serde::Serialize;

use super::fault::Fault;
use crate::simulator::customer::Customer;

/// How far a message has come. For the customer's own: what their phone shows. For the business': what was reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tick {
    /// The business' message was taken, nothing is reported yet.
    Accepted,
    Sent,
    /// The customer's: Majlis answered 200. The business': it is on the phone.
    Delivered,
    Read,
}

/// A message in the thread.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bubble {
    /// Meta's id.
    pub id: String,
    /// Written by the customer.
    pub own: bool,
    pub kind: String,
    pub text: Option<String>,
    pub at_ms: i64,
    pub tick: Tick,
    /// The customer's reaction to it.
    pub reaction: Option<String>,
    /// What the business wants to get back with each status.
    #[serde(skip)]
    pub callback: Option<String>,
}

/// What a customer does to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// An empty emoji takes the reaction back.
    React(String),
    Edit(String),
    Delete,
}

/// A phone on the desk, or in the drawer.
#[derive(Clone, Debug)]
pub struct Phone {
    pub customer: Customer,
    /// Oldest first.
    pub thread: Vec<Bubble>,
    /// Somebody has looked at it since the start: from then on, nothing is read unless somebody looks.
    pub played: bool,
    /// Switched off: what is sent to it waits at Meta.
    pub off: bool,
    pub fault: Fault,
    /// Messages that came while nobody looked.
    pub unseen: usize,
}

/// A phone shows so many messages; older ones are scrolled away for good.
const THREAD_MAX: usize = 300;

impl Phone {
    pub fn new(customer: Customer) -> Self {
        Self { customer, thread: Vec::new(), played: false, off: false, fault: Fault::None, unseen: 0 }
    }

    pub fn last_at_ms(&self) -> i64 {
        self.thread.last().map_or(0, |bubble| bubble.at_ms)
    }

    pub fn add(&mut self, bubble: Bubble) {
        if self.thread.len() >= THREAD_MAX {
            self.thread.remove(0);
        }
        self.thread.push(bubble);
    }

    /// The last message of a kind.
    pub fn last(&self, wanted: impl Fn(&Bubble) -> bool) -> Option<&Bubble> {
        self.thread.iter().rfind(|bubble| wanted(bubble))
    }

    /// Shows what was done to a message; gives it as it is now.
    pub fn mark(&mut self, id: &str, mark: &Mark) -> Option<Bubble> {
        let bubble = self.thread.iter_mut().rfind(|bubble| bubble.id == id)?;
        match mark {
            Mark::React(emoji) => bubble.reaction = Some(emoji.clone()).filter(|emoji| !emoji.is_empty()),
            Mark::Edit(text) => bubble.text = Some(text.clone()),
            Mark::Delete => (bubble.kind, bubble.text) = ("revoke".to_owned(), None),
        }
        Some(bubble.clone())
    }

    /// Moves a message's tick forward; `None` when it was there already, so that nothing is reported twice.
    pub fn advance(&mut self, id: &str, tick: Tick) -> Option<Bubble> {
        let bubble = self.thread.iter_mut().rfind(|bubble| bubble.id == id && bubble.tick < tick)?;
        bubble.tick = tick;
        Some(bubble.clone())
    }

    /// Marks the customer's messages as read up to this one, as Meta does; gives those that changed.
    pub fn mark_read(&mut self, wamid: &str) -> Vec<String> {
        let Some(last) = self.thread.iter().rposition(|bubble| bubble.own && bubble.id == wamid) else {
            return Vec::new();
        };
        let unread = self.thread[..=last].iter_mut().filter(|bubble| bubble.own && bubble.tick < Tick::Read);
        unread
            .map(|bubble| {
                bubble.tick = Tick::Read;
                bubble.id.clone()
            })
            .collect()
    }

    /// The business' messages that are between these two states, oldest first.
    pub fn waiting(&self, from: Tick, below: Tick) -> Vec<String> {
        let waiting = |bubble: &&Bubble| !bubble.own && bubble.tick >= from && bubble.tick < below;
        self.thread.iter().filter(waiting).map(|bubble| bubble.id.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bubble(id: &str, own: bool, tick: Tick) -> Bubble {
        let text = Some(id.to_owned());
        let kind = "text".to_owned();
        Bubble { id: id.to_owned(), own, kind, text, at_ms: 0, tick, reaction: None, callback: None }
    }

    #[test]
    fn ticks_only_move_forward() {
        let mut phone = Phone::new(Customer::default());
        phone.add(bubble("a", false, Tick::Sent));
        assert!(phone.advance("a", Tick::Delivered).is_some());
        assert!(phone.advance("a", Tick::Delivered).is_none());
        assert!(phone.advance("a", Tick::Sent).is_none());
        assert!(phone.advance("b", Tick::Read).is_none());
    }

    #[test]
    fn marks_change_the_message_they_are_on() {
        let mut phone = Phone::new(Customer::default());
        phone.add(bubble("a", true, Tick::Delivered));
        phone.add(bubble("x", false, Tick::Delivered));
        assert_eq!(phone.last(|bubble| bubble.own).unwrap().id, "a");
        assert_eq!(phone.mark("x", &Mark::React("👍".to_owned())).unwrap().reaction.as_deref(), Some("👍"));
        assert_eq!(phone.mark("x", &Mark::React(String::new())).unwrap().reaction, None);
        assert_eq!(phone.mark("a", &Mark::Edit("b".to_owned())).unwrap().text.as_deref(), Some("b"));
        let gone = phone.mark("a", &Mark::Delete).unwrap();
        assert_eq!((gone.kind.as_str(), gone.text), ("revoke", None));
        assert_eq!(phone.mark("nothing", &Mark::Delete), None);
    }

    #[test]
    fn a_read_mark_covers_what_came_before() {
        let mut phone = Phone::new(Customer::default());
        for (id, own) in [("a", true), ("x", false), ("b", true), ("c", true)] {
            phone.add(bubble(id, own, Tick::Delivered));
        }
        assert_eq!(phone.mark_read("b"), ["a", "b"]);
        assert_eq!(phone.mark_read("b"), Vec::<String>::new());
        assert_eq!(phone.mark_read("x"), Vec::<String>::new(), "only the customer's own are marked");
        assert_eq!(phone.waiting(Tick::Sent, Tick::Read), ["x"]);
    }
}
