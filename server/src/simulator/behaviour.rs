//! How the fake Graph API treats a request: normally, or in one of the ways in which Meta and the road to it fail.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use tokio::sync::watch;

use super::refusal::Refusal;
use super::statuses::Statuses;

/// What happens to one request. Made by one of the first functions, changed by the others:
/// `Behaviour::hang_up().unrecorded()`, `Behaviour::normal().then(Statuses::read().shuffled(7))`.
#[derive(Clone, Debug)]
pub struct Behaviour {
    pub(super) delay: Duration,
    pub(super) gate: Option<(Moment, Gate)>,
    /// Between taking the message and answering.
    pub(super) lag: Duration,
    pub(super) answer: Answer,
    /// The message goes into the ledger (and to the customer), whatever the answer.
    pub(super) recorded: bool,
    /// `None`: whoever plays the customer decides; nobody in tests.
    pub(super) statuses: Option<Statuses>,
}

/// When an answer is held back: a message held before it is recorded was never accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    BeforeRecord,
    AfterRecord,
}

#[derive(Clone, Debug)]
pub(super) enum Answer {
    Normal,
    Refuse(Refusal),
    HangUp,
    Raw { status: u16, content_type: &'static str, body: String },
}

impl Behaviour {
    /// Accepts what is well-formed.
    pub fn normal() -> Self {
        Self {
            delay: Duration::ZERO,
            gate: None,
            lag: Duration::ZERO,
            answer: Answer::Normal,
            recorded: true,
            statuses: None,
        }
    }

    /// Refuses with this code, its usual words and its usual HTTP status.
    pub fn refuse(code: i64) -> Self {
        Self::refuse_with(Refusal::of(code))
    }

    /// Refuses with this code under another HTTP status: Meta's vary.
    pub fn refuse_as(code: i64, http_status: u16) -> Self {
        Self::refuse_with(Refusal { http_status, ..Refusal::of(code) })
    }

    /// Refuses with exactly this error.
    pub fn refuse_with(refusal: Refusal) -> Self {
        Self { answer: Answer::Refuse(refusal), recorded: false, ..Self::normal() }
    }

    /// Takes the message, then closes the socket instead of answering. With [`Behaviour::unrecorded`] it is lost.
    pub fn hang_up() -> Self {
        Self { answer: Answer::HangUp, ..Self::normal() }
    }

    /// Takes the message, then answers with a 500 that is no JSON, as a proxy before Meta does.
    pub fn server_error() -> Self {
        let body = "<html><body>Sorry, something went wrong.</body></html>".to_owned();
        Self::raw(500, "text/html", body)
    }

    /// Takes the message, then answers with anything.
    pub fn raw(status: u16, content_type: &'static str, body: String) -> Self {
        Self { answer: Answer::Raw { status, content_type, body }, ..Self::normal() }
    }

    /// Holds the answer back until [`Held::release`].
    pub fn hold(moment: Moment) -> (Self, Held) {
        let gate = Gate { open: watch::channel(false).0, reached: watch::channel(0).0 };
        (Self { gate: Some((moment, gate.clone())), ..Self::normal() }, Held(gate))
    }

    /// Waits before anything else happens.
    pub fn delayed(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Waits between taking the message and answering, so that its statuses may come first.
    pub fn answered_after(mut self, lag: Duration) -> Self {
        self.lag = lag;
        self
    }

    /// The message is not taken: what was sent was lost on the road, and sending again would be right.
    pub fn unrecorded(mut self) -> Self {
        self.recorded = false;
        self
    }

    /// What is told of the message afterwards. They start when it is recorded, so they may overtake a held answer.
    pub fn then(mut self, statuses: Statuses) -> Self {
        self.statuses = Some(statuses);
        self
    }
}

/// The other end of a held answer.
#[derive(Clone, Debug)]
pub struct Held(Gate);

impl Held {
    /// Waits until so many requests have come to the gate.
    pub async fn reached(&self, count: usize) {
        let mut reached = self.0.reached.subscribe();
        // We hold a sender ourselves, so waiting cannot fail.
        let _ = reached.wait_for(|seen| *seen >= count).await;
    }

    /// Lets the answer go, and every later one that this behaviour would hold.
    pub fn release(&self) {
        self.0.open.send_replace(true);
    }
}

#[derive(Clone, Debug)]
pub(super) struct Gate {
    open: watch::Sender<bool>,
    reached: watch::Sender<usize>,
}

impl Gate {
    pub(super) async fn pass(&self) {
        let mut open = self.open.subscribe();
        self.reached.send_modify(|seen| *seen += 1);
        let _ = open.wait_for(|open| *open).await;
    }
}

/// Which behaviour is whose: first what was queued, then the recipient's own, then the default.
#[derive(Debug)]
pub(super) struct Rules {
    queue: VecDeque<(Option<String>, Behaviour)>,
    standing: HashMap<String, Behaviour>,
    default: Behaviour,
}

impl Default for Rules {
    fn default() -> Self {
        Self { queue: VecDeque::new(), standing: HashMap::new(), default: Behaviour::normal() }
    }
}

impl Rules {
    pub(super) fn queue(&mut self, recipient: Option<&str>, behaviour: Behaviour) {
        self.queue.push_back((recipient.map(str::to_owned), behaviour));
    }

    pub(super) fn set_default(&mut self, behaviour: Behaviour) {
        self.default = behaviour;
    }

    pub(super) fn set_for(&mut self, recipient: &str, behaviour: Option<Behaviour>) {
        match behaviour {
            Some(behaviour) => self.standing.insert(recipient.to_owned(), behaviour),
            None => self.standing.remove(recipient),
        };
    }

    /// The behaviour for the next request to `recipient`; a queued one is used up.
    pub(super) fn choose(&mut self, recipient: &str) -> Behaviour {
        let queued = self.queue.iter().position(|(only, _)| only.as_deref().is_none_or(|only| only == recipient));
        if let Some((_, behaviour)) = queued.and_then(|place| self.queue.remove(place)) {
            return behaviour;
        }
        self.standing.get(recipient).unwrap_or(&self.default).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queued_rules_come_first_and_once() {
        let mut rules = Rules::default();
        rules.set_default(Behaviour::refuse(1));
        rules.set_for("+20", Some(Behaviour::refuse(2)));
        rules.queue(Some("+30"), Behaviour::refuse(3));
        rules.queue(None, Behaviour::refuse(4));
        let mut code = |to| match rules.choose(to).answer {
            Answer::Refuse(refusal) => refusal.code,
            _ => 0,
        };
        assert_eq!([code("+20"), code("+20")], [4, 2], "another recipient's queued rule is left for them");
        assert_eq!([code("+30"), code("+30")], [3, 1]);
    }
}
