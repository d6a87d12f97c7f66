//! What a person at the desk may let go wrong for one customer.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::simulator::behaviour::Behaviour;
use crate::simulator::statuses::Statuses;

/// A choice in a phone's menu.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    #[default]
    None,
    /// Meta takes the message and reports a failure later (131026).
    Undeliverable,
    /// Meta says that the 24 hours are over (131047).
    WindowClosed,
    /// Too many to this customer (131056): sent again later.
    TooFast,
    /// The message arrives, its answer does not: a status heals it.
    AnswerLost,
    /// The message is lost on the road and nobody knows.
    MessageLost,
    /// Statuses come late.
    Late,
    /// Statuses come twice and in the wrong order.
    Shuffled,
}

impl Fault {
    pub const ALL: [Self; 8] = [
        Self::None,
        Self::Undeliverable,
        Self::WindowClosed,
        Self::TooFast,
        Self::AnswerLost,
        Self::MessageLost,
        Self::Late,
        Self::Shuffled,
    ];

    /// What the fake Graph API does with messages to this customer; `None` is its default.
    pub fn behaviour(self) -> Option<Behaviour> {
        match self {
            Self::None => None,
            Self::Undeliverable => Some(Behaviour::normal().then(Statuses::failed(131_026))),
            Self::WindowClosed => Some(Behaviour::refuse(131_047)),
            Self::TooFast => Some(Behaviour::refuse(131_056)),
            Self::AnswerLost => Some(Behaviour::hang_up()),
            Self::MessageLost => Some(Behaviour::hang_up().unrecorded()),
            Self::Late => Some(Behaviour::normal().then(Statuses::read().spaced(Duration::from_secs(15)))),
            Self::Shuffled => Some(Behaviour::normal().then(Statuses::read().shuffled(3).duplicated())),
        }
    }

    /// The word of the page and its API.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Undeliverable => "undeliverable",
            Self::WindowClosed => "window_closed",
            Self::TooFast => "too_fast",
            Self::AnswerLost => "answer_lost",
            Self::MessageLost => "message_lost",
            Self::Late => "late",
            Self::Shuffled => "shuffled",
        }
    }
}
