//! Interactive messages: words with something to tap.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::{Fault, Problem, counted, fits, limits, needed};
use crate::domain::content::{self, Action, ListRow, ListSection};
use crate::domain::ids::MediaId;
use crate::domain::media::MediaKind;

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

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// Comes back with the tap.
    pub id: String,
    pub title: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    pub title: Option<String>,
    pub rows: Vec<Row>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Comes back with the choice.
    pub id: String,
    pub title: String,
    pub description: Option<String>,
}

/// Products under one title.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shelf {
    pub title: Option<String>,
    pub retailer_ids: Vec<String>,
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
        let header = match &self.header {
            Some(Header::Text(text)) => Some(text.clone()),
            Some(Header::File { .. }) | None => None,
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
            Ask::Products { shelves, .. } => {
                Action::Products(shelves.iter().flat_map(|shelf| shelf.retailer_ids.iter().cloned()).collect())
            }
            Ask::Catalog { .. } => Action::Catalog,
        };
        content::Interactive { header, footer: self.footer.clone(), action }
    }
}

impl Section {
    fn shown(&self) -> ListSection {
        let row = |row: &Row| ListRow { title: row.title.clone(), description: row.description.clone() };
        ListSection { title: self.title.clone(), rows: self.rows.iter().map(row).collect() }
    }
}

fn check_buttons(buttons: &[Button]) -> Result<(), Fault> {
    let list = "interactive.action.buttons";
    counted(list, buttons.len())?;
    let (mut ids, mut titles) = (HashSet::new(), HashSet::new());
    for (at, button) in buttons.iter().enumerate() {
        let (id, title) = (format!("{list}[{at}].reply.id"), format!("{list}[{at}].reply.title"));
        needed(&title, &button.title)?;
        needed(&id, &button.id)?;
        unique(&mut titles, title, button.title.trim())?;
        unique(&mut ids, id, &button.id)?;
    }
    Ok(())
}

fn check_list(button: &str, sections: &[Section]) -> Result<(), Fault> {
    let list = "interactive.action.sections";
    needed("interactive.action.button", button)?;
    counted(list, sections.len())?;
    let (mut ids, mut rows) = (HashSet::new(), 0);
    for (at, section) in sections.iter().enumerate() {
        let list = format!("{list}[{at}]");
        check_title(&list, section.title.as_deref(), sections.len())?;
        rows += section.rows.len();
        let of = format!("{list}.rows");
        counted(&of, if section.rows.is_empty() { 0 } else { rows })?;
        for (at, row) in section.rows.iter().enumerate() {
            let row_id = format!("{of}[{at}].id");
            needed(&format!("{of}[{at}].title"), &row.title)?;
            needed(&row_id, &row.id)?;
            fits(&format!("{of}[{at}].description"), row.description.as_deref().unwrap_or_default())?;
            unique(&mut ids, row_id, &row.id)?;
        }
    }
    Ok(())
}

fn check_shelves(catalog_id: &str, shelves: &[Shelf]) -> Result<(), Fault> {
    let list = "interactive.action.sections";
    needed("interactive.action.catalog_id", catalog_id)?;
    counted(list, shelves.len())?;
    let mut products = 0;
    for (at, shelf) in shelves.iter().enumerate() {
        let list = format!("{list}[{at}]");
        check_title(&list, shelf.title.as_deref(), shelves.len())?;
        products += shelf.retailer_ids.len();
        let of = format!("{list}.product_items");
        counted(&of, if shelf.retailer_ids.is_empty() { 0 } else { products })?;
        for (at, id) in shelf.retailer_ids.iter().enumerate() {
            needed(&format!("{of}[{at}].product_retailer_id"), id)?;
        }
    }
    Ok(())
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

fn unique<'a>(seen: &mut HashSet<&'a str>, field: String, value: &'a str) -> Result<(), Fault> {
    if seen.insert(value) { Ok(()) } else { Err(Fault::new(field, Problem::Repeated)) }
}

/// Anything but a web address is nothing a phone should open.
fn is_web(url: &str) -> bool {
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let plain = url.chars().all(|c| !c.is_whitespace() && !c.is_control());
    plain && host.is_some_and(|rest| rest.split(['/', '?', '#']).next().is_some_and(|host| !host.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::super::Composed;
    use super::*;

    fn with(ask: Ask) -> Interactive {
        Interactive { header: None, body: "اختر".to_owned(), footer: None, ask }
    }

    fn buttons(titles: &[&str]) -> Ask {
        let button = |(at, title): (usize, &&str)| Button { id: format!("b{at}"), title: (*title).to_owned() };
        Ask::Buttons(titles.iter().enumerate().map(button).collect())
    }

    fn rows(from: usize, count: usize) -> Vec<Row> {
        (from..from + count)
            .map(|n| Row { id: format!("r{n}"), title: format!("Row {n}"), description: None })
            .collect()
    }

    fn list(sections: Vec<(Option<&str>, Vec<Row>)>) -> Ask {
        let sections = sections.into_iter().map(|(title, rows)| Section { title: title.map(str::to_owned), rows });
        Ask::List { button: "اختر".to_owned(), sections: sections.collect() }
    }

    fn link(url: &str) -> Ask {
        Ask::Link { label: "ادفع".to_owned(), url: url.to_owned() }
    }

    fn shelf(title: Option<&str>, count: usize) -> Shelf {
        Shelf { title: title.map(str::to_owned), retailer_ids: (0..count).map(|n| format!("RH-{n}")).collect() }
    }

    fn products(shelves: Vec<Shelf>) -> Interactive {
        let ask = Ask::Products { catalog_id: "194000000000001".to_owned(), shelves };
        Interactive { header: Some(Header::Text("العروض".to_owned())), ..with(ask) }
    }

    fn picture() -> Option<Header> {
        let place = FilePlace::Link("https://x.example/a.jpg".to_owned());
        Some(Header::File { kind: MediaKind::Image, place, name: None })
    }

    #[test]
    fn every_limit_is_checked_by_its_field() {
        use Problem::{Malformed, Missing, Repeated, TooLong, TooMany, Unexpected};
        let long = |chars: usize| "ن".repeat(chars);
        let headed = |header: Option<Header>, ask: Ask| Interactive { header, ..with(ask) };
        let text = |chars: usize| Some(Header::Text("ن".repeat(chars)));
        let yes = || buttons(&["نعم"]);
        let titled = |id: &str, title: &str| Ask::Buttons(vec![Button { id: id.to_owned(), title: title.to_owned() }]);
        let row = |row: Row| list(vec![(None, vec![row])]);
        let plain = || Row { id: "r".to_owned(), title: "R".to_owned(), description: None };
        for (name, interactive, expected) in [
            ("three buttons", with(buttons(&["نعم", "لا", "لاحقًا"])), None),
            ("four buttons", with(buttons(&["1", "2", "3", "4"])), Some(("action.buttons", TooMany))),
            ("no button", with(buttons(&[])), Some(("action.buttons", Missing))),
            (
                "the same title twice",
                with(buttons(&["نعم", "نعم "])),
                Some(("action.buttons[1].reply.title", Repeated)),
            ),
            ("a full title", with(titled("y", &long(20))), None),
            ("a long title", with(titled("y", &long(21))), Some(("action.buttons[0].reply.title", TooLong))),
            ("no title", with(titled("y", " ")), Some(("action.buttons[0].reply.title", Missing))),
            ("no id", with(titled("", "نعم")), Some(("action.buttons[0].reply.id", Missing))),
            ("a long id", with(titled(&"i".repeat(257), "نعم")), Some(("action.buttons[0].reply.id", TooLong))),
            ("no words", Interactive { body: " ".to_owned(), ..with(yes()) }, Some(("body.text", Missing))),
            ("full words", Interactive { body: long(1_024), ..with(yes()) }, None),
            ("long words", Interactive { body: long(1_025), ..with(yes()) }, Some(("body.text", TooLong))),
            ("a list has more", Interactive { body: long(4_096), ..with(list(vec![(None, rows(0, 1))])) }, None),
            (
                "but not without end",
                Interactive { body: long(4_097), ..with(list(vec![(None, rows(0, 1))])) },
                Some(("body.text", TooLong)),
            ),
            ("a full header", headed(text(60), yes()), None),
            ("a long header", headed(text(61), yes()), Some(("header.text", TooLong))),
            ("an empty header", headed(text(0), yes()), Some(("header.text", Missing))),
            ("a long footer", Interactive { footer: Some(long(61)), ..with(yes()) }, Some(("footer.text", TooLong))),
            ("a picture above buttons", headed(picture(), yes()), None),
            (
                "a picture above a list",
                headed(picture(), list(vec![(None, rows(0, 1))])),
                Some(("header.type", Unexpected)),
            ),
            ("a header above a question", headed(text(1), Ask::Location), Some(("header", Unexpected))),
            (
                "a footer below a question",
                Interactive { footer: Some("f".to_owned()), ..with(Ask::Contact) },
                Some(("footer", Unexpected)),
            ),
            ("ten rows", with(list(vec![(Some("أ"), rows(0, 5)), (Some("ب"), rows(5, 5))])), None),
            (
                "eleven rows in two sections",
                with(list(vec![(Some("أ"), rows(0, 5)), (Some("ب"), rows(5, 6))])),
                Some(("action.sections[1].rows", TooMany)),
            ),
            ("no rows", with(list(vec![(None, vec![])])), Some(("action.sections[0].rows", Missing))),
            ("no sections", with(list(vec![])), Some(("action.sections", Missing))),
            (
                "two sections, one title",
                with(list(vec![(Some("أ"), rows(0, 1)), (None, rows(1, 1))])),
                Some(("action.sections[1].title", Missing)),
            ),
            (
                "a long title of a section",
                with(list(vec![(Some(&"س".repeat(25)), rows(0, 1))])),
                Some(("action.sections[0].title", TooLong)),
            ),
            (
                "one id twice, in two sections",
                with(list(vec![(Some("أ"), rows(0, 1)), (Some("ب"), rows(0, 1))])),
                Some(("action.sections[1].rows[0].id", Repeated)),
            ),
            (
                "a long row",
                with(row(Row { title: long(25), ..plain() })),
                Some(("action.sections[0].rows[0].title", TooLong)),
            ),
            (
                "a long description",
                with(row(Row { description: Some(long(73)), ..plain() })),
                Some(("action.sections[0].rows[0].description", TooLong)),
            ),
            (
                "a long button of a list",
                with(Ask::List { button: long(21), sections: vec![Section { title: None, rows: rows(0, 1) }] }),
                Some(("action.button", TooLong)),
            ),
            ("a link", with(link("https://pay.rayhan.example/20418?x=1")), None),
            ("a script", with(link("javascript:alert(1)")), Some(("action.parameters.url", Malformed))),
            ("no host", with(link("https:///x")), Some(("action.parameters.url", Malformed))),
            ("a space", with(link("https://a.example/ b")), Some(("action.parameters.url", Malformed))),
            (
                "a long label",
                with(Ask::Link { label: long(21), url: "https://a.example".to_owned() }),
                Some(("action.parameters.display_text", TooLong)),
            ),
            ("a country", with(Ask::Address { country: "IN".to_owned() }), None),
            (
                "a country in words",
                with(Ask::Address { country: "India".to_owned() }),
                Some(("action.parameters.country", Malformed)),
            ),
            (
                "a product without words",
                Interactive {
                    body: String::new(),
                    ..with(Ask::Product { catalog_id: "1".to_owned(), retailer_id: "RH-1".to_owned() })
                },
                None,
            ),
            (
                "a product of no catalogue",
                with(Ask::Product { catalog_id: String::new(), retailer_id: "RH-1".to_owned() }),
                Some(("action.catalog_id", Missing)),
            ),
            ("thirty products", products(vec![shelf(Some("أ"), 20), shelf(Some("ب"), 10)]), None),
            (
                "one too many",
                products(vec![shelf(Some("أ"), 20), shelf(Some("ب"), 11)]),
                Some(("action.sections[1].product_items", TooMany)),
            ),
            (
                "products without a header",
                Interactive { header: None, ..products(vec![shelf(None, 1)]) },
                Some(("header.text", Missing)),
            ),
            ("the catalogue", with(Ask::Catalog { thumbnail: None }), None),
        ] {
            let found = Composed::Interactive(Box::new(interactive)).check().err();
            let expected = expected.map(|(field, problem)| Fault::new(format!("interactive.{field}"), problem));
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn a_bubble_shows_what_the_customer_gets() {
        let message = Composed::Interactive(Box::new(headed_list()));
        let content::Part::Interactive(shown) = message.content().part.unwrap() else { panic!() };
        assert_eq!((shown.header.as_deref(), shown.footer.as_deref()), (Some("المواعيد"), Some("ريحان")));
        let Action::List { sections, .. } = shown.action else { panic!() };
        assert_eq!((sections.len(), sections[0].rows[1].title.as_str()), (1, "Row 1"));
        assert_eq!(message.text(), Some("اختر"));
    }

    fn headed_list() -> Interactive {
        let header = Some(Header::Text("المواعيد".to_owned()));
        Interactive { header, footer: Some("ريحان".to_owned()), ..with(list(vec![(None, rows(0, 2))])) }
    }
}
