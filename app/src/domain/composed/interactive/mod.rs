//! Interactive messages: words with something to tap.

mod choices;
mod products;

use serde::{Deserialize, Serialize};

use super::{Fault, Problem, limits, needed};
use crate::domain::content::{self, Action};
use crate::domain::ids::MediaId;
use crate::domain::media::MediaKind;
pub use choices::{Button, Row, Section};
use choices::{check_buttons, check_list};
pub use products::Shelf;
use products::check_shelves;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interactive {
    pub header: Option<Header>,
    pub body: String,
    pub footer: Option<String>,
    pub ask: Ask,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Header {
    Text(String),
    /// A picture, a film or a document above the words.
    File {
        kind: MediaKind,
        place: FilePlace,
        /// What the customer sees a document as.
        name: Option<String>,
    },
}

/// Where a header's file is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilePlace {
    Ours(MediaId),
    /// Meta's own id.
    Metas(String),
    Link(String),
}

/// Where WhatsApp has address forms, with the beginning of the numbers there. Meta's pages do not agree on the second; it
/// refuses what it does not have.
pub const ADDRESS_COUNTRIES: [(&str, &str); 2] = [("IN", "+91"), ("SG", "+65")];

/// What can be tapped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    Buttons(Vec<Button>),
    List {
        /// What opens the list.
        button: String,
        sections: Vec<Section>,
    },
    Link {
        label: String,
        url: String,
    },
    Location,
    Address {
        /// ISO 3166, two capital letters.
        country: String,
    },
    Contact,
    Product {
        catalog_id: String,
        retailer_id: String,
    },
    Products {
        catalog_id: String,
        shelves: Vec<Shelf>,
    },
    Catalog {
        /// The product whose picture stands above the words.
        thumbnail: Option<String>,
    },
}

impl Ask {
    /// Meta's word for the type.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Buttons(_) => "button",
            Self::List { .. } => "list",
            Self::Link { .. } => "cta_url",
            Self::Location => "location_request_message",
            Self::Address { .. } => "address_message",
            Self::Contact => "request_contact_info",
            Self::Product { .. } => "product",
            Self::Products { .. } => "product_list",
            Self::Catalog { .. } => "catalog_message",
        }
    }
}

impl Interactive {
    pub(super) fn check(&self) -> Result<(), Fault> {
        self.check_header()?;
        self.check_body()?;
        if let Some(footer) = &self.footer {
            let bare = matches!(self.ask, Ask::Location | Ask::Contact);
            if bare {
                return Err(Fault::new("interactive.footer", Problem::Unexpected));
            }
            needed("interactive.footer.text", footer)?;
        }
        self.check_action()
    }

    fn check_header(&self) -> Result<(), Fault> {
        match (&self.header, &self.ask) {
            (None, Ask::Products { .. }) => Err(Fault::new("interactive.header.text", Problem::Missing)),
            (None, _) => Ok(()),
            (
                Some(Header::Text(text)),
                Ask::Buttons(_) | Ask::List { .. } | Ask::Link { .. } | Ask::Products { .. },
            ) => needed("interactive.header.text", text),
            (Some(Header::File { kind, .. }), Ask::Buttons(_) | Ask::Link { .. }) => match kind {
                MediaKind::Image | MediaKind::Video | MediaKind::Document => Ok(()),
                MediaKind::Audio | MediaKind::Sticker => {
                    Err(Fault::new("interactive.header.type", Problem::Unexpected))
                }
            },
            (Some(Header::File { .. }), Ask::List { .. } | Ask::Products { .. }) => {
                Err(Fault::new("interactive.header.type", Problem::Unexpected))
            }
            (Some(_), _) => Err(Fault::new("interactive.header", Problem::Unexpected)),
        }
    }

    fn check_body(&self) -> Result<(), Fault> {
        let field = "interactive.body.text";
        let empty = self.body.trim().is_empty();
        // A product stands for itself.
        if empty && !matches!(self.ask, Ask::Product { .. }) {
            return Err(Fault::new(field, Problem::Missing));
        }
        let over = self.body.chars().count() > self.max_body();
        if over { Err(Fault::new(field, Problem::TooLong)) } else { Ok(()) }
    }

    /// Characters its words may have.
    pub fn max_body(&self) -> usize {
        if matches!(self.ask, Ask::List { .. }) { limits::LIST_BODY } else { limits::BODY }
    }

    fn check_action(&self) -> Result<(), Fault> {
        match &self.ask {
            Ask::Buttons(buttons) => check_buttons(buttons),
            Ask::List { button, sections } => check_list(button, sections),
            Ask::Link { label, url } => {
                needed("interactive.action.parameters.display_text", label)?;
                let field = "interactive.action.parameters.url";
                needed(field, url)?;
                if is_web(url) { Ok(()) } else { Err(Fault::new(field, Problem::Malformed)) }
            }
            Ask::Location | Ask::Contact => Ok(()),
            Ask::Address { country } => {
                let field = "interactive.action.parameters.country";
                needed(field, country)?;
                let code = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
                if code { Ok(()) } else { Err(Fault::new(field, Problem::Malformed)) }
            }
            Ask::Product { catalog_id, retailer_id } => {
                needed("interactive.action.catalog_id", catalog_id)?;
                needed("interactive.action.product_retailer_id", retailer_id)
            }
            Ask::Products { catalog_id, shelves } => check_shelves(catalog_id, shelves),
            Ask::Catalog { thumbnail } => thumbnail
                .as_ref()
                .map_or(Ok(()), |id| needed("interactive.action.parameters.thumbnail_product_retailer_id", id)),
        }
    }

    /// As its bubble shows it.
    pub(super) fn shown(&self) -> content::Interactive {
        let (header, file) = match &self.header {
            Some(Header::Text(text)) => (Some(text.clone()), None),
            Some(Header::File { kind, .. }) => (None, Some(*kind)),
            None => (None, None),
        };
        let action = match &self.ask {
            Ask::Buttons(buttons) => Action::Buttons(buttons.iter().map(|button| button.title.clone()).collect()),
            Ask::List { button, sections } => {
                Action::List { button: button.clone(), sections: sections.iter().map(Section::shown).collect() }
            }
            Ask::Link { label, url } => Action::Link { label: label.clone(), url: url.clone() },
            Ask::Location => Action::AskLocation,
            Ask::Address { .. } => Action::AskAddress,
            Ask::Contact => Action::AskContact,
            Ask::Product { retailer_id, .. } => Action::Products(vec![retailer_id.clone()]),
            Ask::Products { shelves, .. } => Action::Shelves(shelves.iter().map(Shelf::shown).collect()),
            Ask::Catalog { .. } => Action::Catalog,
        };
        content::Interactive { header, file, footer: self.footer.clone(), action }
    }
}

/// With several sections each needs its title.
fn check_title(section: &str, title: Option<&str>, sections: usize) -> Result<(), Fault> {
    let field = format!("{section}.title");
    match title {
        Some(title) => needed(&field, title),
        None if sections > 1 => Err(Fault::new(field, Problem::Missing)),
        None => Ok(()),
    }
}

/// Anything but a web address is nothing a phone should open.
fn is_web(url: &str) -> bool {
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let plain = url.chars().all(|c| !c.is_whitespace() && !c.is_control());
    plain && host.is_some_and(|rest| rest.split(['/', '?', '#']).next().is_some_and(|host| !host.is_empty()))
}

#[cfg(test)]
mod tests;
