//! What has to be filled in, and what stands there then.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::text::{Piece, names, pieces};
use super::{Does, Header, Template};
use crate::domain::content::{Location, TemplateShown};

/// What somebody filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filled {
    /// By [`Variable::key`]. A quick reply may have a value, too: what its tap gives back to us.
    pub values: BTreeMap<String, String>,
    /// The place in the header.
    pub location: Option<Location>,
}

impl Filled {
    pub fn value(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(String::as_str).filter(|value| !value.trim().is_empty())
    }
}

/// A place that has to be filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// `header`, `body.1`, `body.first_name`, `buttons.0`: also the field's name in errors, behind `template.`.
    pub key: String,
    pub stands: Stands,
    /// What its writer gave as an example.
    pub example: Option<String>,
}

/// Where a variable stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stands {
    Header {
        name: String,
    },
    Body {
        name: String,
    },
    /// At the end of a button's address.
    Url {
        index: usize,
    },
    /// The code that a button copies.
    Code {
        index: usize,
    },
}

/// Everything that has to be filled in, from top to bottom. A header's file or place is asked for beside these.
pub fn variables(template: &Template) -> Vec<Variable> {
    let parts = &template.parts;
    let example = |key: &str| parts.examples.get(key).cloned();
    let mut variables = Vec::new();
    let mut add = |key: String, stands: Stands| {
        let example = example(&key);
        variables.push(Variable { key, stands, example });
    };
    if let Some(Header::Text(text)) = &parts.header
        && let Some(name) = names(text).first()
    {
        add("header".to_owned(), Stands::Header { name: (*name).to_owned() });
    }
    for name in names(&parts.body) {
        add(format!("body.{name}"), Stands::Body { name: name.to_owned() });
    }
    for (index, button) in parts.buttons.iter().enumerate() {
        match &button.does {
            Does::Open { url } if !names(url).is_empty() => add(format!("buttons.{index}"), Stands::Url { index }),
            Does::Copy => add(format!("buttons.{index}"), Stands::Code { index }),
            _ => {}
        }
    }
    variables
}

/// The message as the customer reads it; what is not filled in yet stays as it was written. Gives the body beside the rest.
pub fn rendered(template: &Template, filled: &Filled) -> (String, TemplateShown) {
    let parts = &template.parts;
    let header = match &parts.header {
        Some(Header::Text(text)) => Some(with_values(text, |_| filled.value("header"))),
        Some(Header::Location) => filled.location.as_ref().map(|place| match &place.name {
            Some(name) => name.clone(),
            None => format!("{}, {}", place.latitude, place.longitude),
        }),
        Some(Header::Media(_)) | None => None,
    };
    let body = with_values(&parts.body, |name| filled.value(&format!("body.{name}")));
    let shown = TemplateShown {
        name: template.name.clone(),
        language: template.language.clone(),
        header,
        footer: parts.footer.clone(),
        buttons: parts.buttons.iter().map(|button| button.label.clone()).collect(),
    };
    (body, shown)
}

/// A text with values in the place of its variables, in one pass: what stands in a value is never looked into.
pub fn with_values<'a>(text: &str, value: impl Fn(&str) -> Option<&'a str>) -> String {
    let mut filled = String::with_capacity(text.len());
    for piece in pieces(text) {
        match piece {
            Piece::Words(words) => filled.push_str(words),
            Piece::Variable(name) => match value(name) {
                Some(value) => filled.push_str(value),
                None => {
                    filled.push_str("{{");
                    filled.push_str(name);
                    filled.push_str("}}");
                }
            },
        }
    }
    filled
}

/// What may stand in a variable at first: the customer's name, where the template seems to ask for it.
pub fn suggested(template: &Template, variable: &Variable, contact_name: &str) -> Option<String> {
    let contact_name = contact_name.trim();
    let (name, text) = match (&variable.stands, &template.parts.header) {
        (Stands::Body { name }, _) => (name, template.parts.body.as_str()),
        (Stands::Header { name }, Some(Header::Text(text))) => (name, text.as_str()),
        _ => return None,
    };
    if contact_name.is_empty() || contact_name.starts_with('+') {
        return None;
    }
    let lower = name.to_lowercase();
    if lower.parse::<u32>().is_ok() {
        return greets(text, name).then(|| contact_name.to_owned());
    }
    match lower.as_str() {
        "first_name" | "firstname" => contact_name.split_whitespace().next().map(str::to_owned),
        "name" | "full_name" | "customer" | "customer_name" | "client_name" => Some(contact_name.to_owned()),
        _ => None,
    }
}

/// Does a greeting stand just before this variable? Numbers tell nothing about what they stand for.
fn greets(text: &str, name: &str) -> bool {
    const GREETINGS: [&str; 12] =
        ["hi", "hello", "hey", "dear", "أهلًا", "أهلا", "اهلا", "مرحبًا", "مرحبا", "عزيزي", "عزيزتي", "يا"];
    let all = pieces(text);
    let Some(at) = all.iter().position(|piece| *piece == Piece::Variable(name)) else { return false };
    let Some(Piece::Words(before)) = at.checked_sub(1).and_then(|before| all.get(before)) else { return false };
    let last_word = before.split(|c: char| !c.is_alphanumeric() && !is_mark(c)).rfind(|word| !word.is_empty());
    last_word.is_some_and(|word| GREETINGS.contains(&word.to_lowercase().as_str()))
}

/// Arabic vowel signs belong to their word.
fn is_mark(c: char) -> bool {
    ('\u{064B}'..='\u{0652}').contains(&c)
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::{Button, Category, Format, Parts, Quality, Status};
    use super::*;

    pub fn template(body: &str) -> Template {
        Template {
            meta_id: "1".to_owned(),
            name: "order_ok".to_owned(),
            language: "ar".to_owned(),
            category: Category::Utility,
            next_category: None,
            status: Status::Approved,
            reason: None,
            quality: Quality::Green,
            format: Format::Positional,
            parts: Parts { body: body.to_owned(), ..Parts::default() },
        }
    }

    pub fn button(label: &str, does: Does) -> Button {
        Button { label: label.to_owned(), does }
    }

    pub fn filled(values: &[(&str, &str)]) -> Filled {
        let values = values.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Filled { values, location: None }
    }

    pub fn full() -> Template {
        let mut template = template("أهلًا {{1}}، طلبك {{2}} خرج.");
        template.parts.header = Some(Header::Text("طلب {{1}}".to_owned()));
        template.parts.footer = Some("متجر ريحان".to_owned());
        template.parts.buttons = vec![
            button("تمام", Does::Reply),
            button("تتبّع", Does::Open { url: "https://s.example/{{1}}".to_owned() }),
            button("الموقع", Does::Open { url: "https://s.example/".to_owned() }),
            button("انسخ", Does::Copy),
        ];
        template.parts.examples.insert("body.1".to_owned(), "هبة".to_owned());
        template
    }

    #[test]
    fn everything_to_fill_in_is_named_from_top_to_bottom() {
        let keys: Vec<_> = variables(&full()).into_iter().map(|variable| (variable.key, variable.example)).collect();
        let expected =
            [("header", None), ("body.1", Some("هبة")), ("body.2", None), ("buttons.1", None), ("buttons.3", None)];
        assert_eq!(keys, expected.map(|(key, example)| (key.to_owned(), example.map(str::to_owned))));
        assert_eq!(variables(&template("أهلًا")), []);
    }

    #[test]
    fn the_message_reads_as_the_customer_gets_it() {
        let values = filled(&[("header", "A-1"), ("body.1", "هبة {{2}}"), ("body.2", "A-1")]);
        let (body, shown) = rendered(&full(), &values);
        assert_eq!(body, "أهلًا هبة {{2}}، طلبك A-1 خرج.", "a value is words, never a variable");
        assert_eq!((shown.header.as_deref(), shown.footer.as_deref()), (Some("طلب A-1"), Some("متجر ريحان")));
        assert_eq!(shown.buttons, ["تمام", "تتبّع", "الموقع", "انسخ"]);
        assert_eq!(rendered(&full(), &filled(&[("body.1", " ")])).0, "أهلًا {{1}}، طلبك {{2}} خرج.");
    }

    #[test]
    fn names_are_offered_where_they_are_asked_for() {
        for (body, contact, expected) in [
            ("أهلًا {{1}}، طلبك {{2}}.", "هبة السيد", vec![Some("هبة السيد"), None]),
            ("Hi {{1}}, {{2}} left.", "Heba", vec![Some("Heba"), None]),
            ("Order {{1}} for {{2}}", "Heba", vec![None, None]),
            (
                "{{first_name}} {{customer_name}} {{order}}",
                "Heba El-Sayed",
                vec![Some("Heba"), Some("Heba El-Sayed"), None],
            ),
            ("Hi {{1}}!", "+20 100 000 1842", vec![None]),
            ("Hi {{1}}!", " ", vec![None]),
        ] {
            let template = template(body);
            let found: Vec<_> =
                variables(&template).iter().map(|variable| suggested(&template, variable, contact)).collect();
            assert_eq!(found, expected.into_iter().map(|name| name.map(str::to_owned)).collect::<Vec<_>>(), "{body}");
        }
    }
}
