//! What the page is told while it is open.

use serde::Serialize;

use super::fault::Fault;
use super::phone::{Bubble, Phone, Tick};

#[derive(Clone, Debug, Serialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum News {
    Message {
        customer: String,
        message: Bubble,
    },
    /// Edited, deleted, reacted to.
    Changed {
        customer: String,
        message: Bubble,
    },
    Tick {
        customer: String,
        id: String,
        tick: Tick,
    },
    Phone {
        phone: PhoneBrief,
    },
    /// The page has missed something: it asks for everything again.
    Reload,
}

/// A phone as the list shows it.
#[derive(Clone, Debug, Serialize)]
pub struct PhoneBrief {
    pub key: String,
    pub name: String,
    pub initials: String,
    /// One of six colours.
    pub hue: u8,
    /// Phone, or username, as it is read.
    pub number: String,
    pub last_at_ms: i64,
    pub unseen: usize,
    pub off: bool,
    pub fault: Fault,
}

impl PhoneBrief {
    pub fn of(phone: &Phone) -> Self {
        let customer = &phone.customer;
        let key = customer.key().to_owned();
        let number = match (&customer.phone, &customer.username) {
            (Some(number), _) => app::domain::phone::spaced(number),
            (None, Some(username)) => format!("@{username}"),
            (None, None) => key.clone(),
        };
        let name = if customer.name.is_empty() { number.clone() } else { customer.name.clone() };
        let hue = key.bytes().fold(0_u8, |hue, byte| hue.wrapping_mul(31).wrapping_add(byte)) % 6 + 1;
        Self {
            initials: app::domain::text::initials(&name),
            key,
            name,
            hue,
            number,
            last_at_ms: phone.last_at_ms(),
            unseen: phone.unseen,
            off: phone.off,
            fault: phone.fault,
        }
    }
}
