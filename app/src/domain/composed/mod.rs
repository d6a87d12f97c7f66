//! What we send besides words, files and templates: interactive messages, places, contact cards. Checked before it leaves
//! by Meta's own limits, each fault under the path of its field in Meta's own shape.

mod cards;
mod interactive;
pub mod limits;
mod place;

use serde::{Deserialize, Serialize};

use super::content::{Content, Location, Part};
pub use cards::{Address, Card, CardNumber, Labelled};
pub use interactive::{ADDRESS_COUNTRIES, Ask, Button, FilePlace, Header, Interactive, Row, Section, Shelf};
pub use place::pasted;

/// A message that is more than words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Composed {
    Interactive(Box<Interactive>),
    Location(Location),
    Contacts(Vec<Card>),
}

/// The first thing wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// `interactive.action.buttons[0].reply.title`
    pub field: String,
    pub problem: Problem,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    Missing,
    /// More characters than [`limits::max_chars`] tells.
    TooLong,
    /// More entries than [`limits::max_count`] tells.
    TooMany,
    /// Another entry says the same, and they must differ.
    Repeated,
    Malformed,
    /// It has no place here.
    Unexpected,
    /// Nothing here goes by that name.
    Unknown,
    /// Meta takes this for a while only.
    TooOld,
}

impl Fault {
    pub fn new(field: impl Into<String>, problem: Problem) -> Self {
        Self { field: field.into(), problem }
    }
}

impl Composed {
    /// The Cloud API's word.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Interactive(_) => "interactive",
            Self::Location(_) => "location",
            Self::Contacts(_) => "contacts",
        }
    }

    /// # Errors
    /// The first field that Meta would refuse.
    pub fn check(&self) -> Result<(), Fault> {
        match self {
            Self::Interactive(interactive) => interactive.check(),
            Self::Location(location) => place::check(location),
            Self::Contacts(all) => cards::check(all),
        }
    }

    /// Its plain words, for lists and search.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Interactive(interactive) => Some(interactive.body.as_str()).filter(|body| !body.is_empty()),
            Self::Location(_) | Self::Contacts(_) => None,
        }
    }

    /// What a bubble shows of it beside the words: what the customer gets.
    pub fn content(&self) -> Content {
        let part = match self {
            Self::Interactive(interactive) => Part::Interactive(interactive.shown()),
            Self::Location(location) => Part::Location(location.clone()),
            Self::Contacts(all) => Part::Contacts(all.iter().map(Card::shown).collect()),
        };
        Content { part: Some(part), ..Content::default() }
    }
}

/// Something must stand here, and no more than fits.
fn needed(field: &str, text: &str) -> Result<(), Fault> {
    if text.trim().is_empty() { Err(Fault::new(field, Problem::Missing)) } else { fits(field, text) }
}

fn fits(field: &str, text: &str) -> Result<(), Fault> {
    let over = limits::max_chars(field).is_some_and(|max| text.chars().count() > max);
    if over { Err(Fault::new(field, Problem::TooLong)) } else { Ok(()) }
}

/// From one to as many as Meta takes.
fn counted(field: &str, count: usize) -> Result<(), Fault> {
    if count == 0 {
        return Err(Fault::new(field, Problem::Missing));
    }
    let over = limits::max_count(field).is_some_and(|max| count > max);
    if over { Err(Fault::new(field, Problem::TooMany)) } else { Ok(()) }
}
