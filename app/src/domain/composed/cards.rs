//! Contact cards that we send.

use serde::{Deserialize, Serialize};

use super::{Fault, Problem, counted, fits, needed};
use crate::domain::content::{CardPhone, ContactCard};
use crate::domain::phone;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Card {
    /// The whole name, as the customer sees it.
    pub formatted_name: String,
    pub first_name: Option<String>,
    pub middle_name: Option<String>,
    pub last_name: Option<String>,
    pub prefix: Option<String>,
    pub suffix: Option<String>,
    pub company: Option<String>,
    pub department: Option<String>,
    pub title: Option<String>,
    /// `YYYY-MM-DD`
    pub birthday: Option<String>,
    pub phones: Vec<CardNumber>,
    pub emails: Vec<Labelled>,
    pub urls: Vec<Labelled>,
    pub addresses: Vec<Address>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardNumber {
    pub phone: String,
    /// `CELL`, `WORK`, …
    pub label: Option<String>,
    /// Digits; with it a tap opens a chat.
    pub wa_id: Option<String>,
}

/// An e-mail or a web address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labelled {
    pub value: String,
    pub label: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Address {
    pub street: Option<String>,
    pub city: Option<String>,
    pub state: Option<String>,
    pub zip: Option<String>,
    pub country: Option<String>,
    pub country_code: Option<String>,
    pub label: Option<String>,
}

impl Card {
    /// A person with one WhatsApp number.
    pub fn of(name: &str, e164: &str) -> Self {
        let wa_id = Some(e164.trim_start_matches('+').to_owned());
        let number = CardNumber { phone: e164.to_owned(), label: Some("CELL".to_owned()), wa_id };
        Self { formatted_name: name.to_owned(), phones: vec![number], ..Self::default() }
    }

    /// As its bubble shows it.
    pub(super) fn shown(&self) -> ContactCard {
        let work: Vec<&str> =
            [&self.title, &self.department, &self.company].into_iter().filter_map(Option::as_deref).collect();
        ContactCard {
            name: self.formatted_name.clone(),
            work: (!work.is_empty()).then(|| work.join("، ")),
            birthday: self.birthday.clone(),
            phones: self.phones.iter().map(CardNumber::shown).collect(),
            emails: self.emails.iter().map(|email| email.value.clone()).collect(),
            addresses: self.addresses.iter().map(Address::line).filter(|line| !line.is_empty()).collect(),
            urls: self.urls.iter().map(|url| url.value.clone()).collect(),
        }
    }
}

impl CardNumber {
    fn shown(&self) -> CardPhone {
        let known = self.wa_id.as_deref().and_then(phone::e164).or_else(|| phone::e164(&self.phone));
        CardPhone { shown: self.phone.clone(), phone: known, on_whatsapp: self.wa_id.is_some() }
    }
}

impl Address {
    fn line(&self) -> String {
        let parts = [&self.street, &self.city, &self.state, &self.zip, &self.country];
        parts.into_iter().filter_map(Option::as_deref).collect::<Vec<_>>().join("، ")
    }
}

pub(super) fn check(cards: &[Card]) -> Result<(), Fault> {
    counted("contacts", cards.len())?;
    for (at, card) in cards.iter().enumerate() {
        let of = format!("contacts[{at}]");
        needed(&format!("{of}.name.formatted_name"), &card.formatted_name)?;
        if card.birthday.as_deref().is_some_and(|day| !is_day(day)) {
            return Err(Fault::new(format!("{of}.birthday"), Problem::Malformed));
        }
        for (list, count) in [
            ("phones", card.phones.len()),
            ("emails", card.emails.len()),
            ("urls", card.urls.len()),
            ("addresses", card.addresses.len()),
        ] {
            counted(&format!("{of}.{list}"), count.max(1))?;
        }
        for (at, number) in card.phones.iter().enumerate() {
            let of = format!("{of}.phones[{at}]");
            needed(&format!("{of}.phone"), &number.phone)?;
            if !number.phone.chars().any(is_digit) {
                return Err(Fault::new(format!("{of}.phone"), Problem::Malformed));
            }
            if number.wa_id.as_deref().is_some_and(|id| phone::e164(id).is_none()) {
                return Err(Fault::new(format!("{of}.wa_id"), Problem::Malformed));
            }
        }
        for (at, email) in card.emails.iter().enumerate() {
            needed(&format!("{of}.emails[{at}].email"), &email.value)?;
        }
        for (at, url) in card.urls.iter().enumerate() {
            needed(&format!("{of}.urls[{at}].url"), &url.value)?;
        }
        let org = [("company", &card.company), ("department", &card.department), ("title", &card.title)];
        for (name, text) in org {
            fits(&format!("{of}.org.{name}"), text.as_deref().unwrap_or_default())?;
        }
    }
    Ok(())
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || ('٠'..='٩').contains(&c)
}

fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let number = |part: &str, digits: usize| {
        (part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit())).then(|| part.parse::<u32>().ok())?
    };
    match &parts[..] {
        [year, month, day] => {
            number(year, 4).is_some()
                && number(month, 2).is_some_and(|month| (1..=12).contains(&month))
                && number(day, 2).is_some_and(|day| (1..=31).contains(&day))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_need_a_name_and_numbers_that_are_numbers() {
        use Problem::{Malformed, Missing, TooMany};
        let card = || Card::of("ليلى", "+201000001842");
        let number = |phone: &str, wa_id: Option<&str>| Card {
            phones: vec![CardNumber { phone: phone.to_owned(), label: None, wa_id: wa_id.map(str::to_owned) }],
            ..card()
        };
        for (name, cards, expected) in [
            ("one", vec![card()], None),
            ("without a number", vec![Card { phones: vec![], ..card() }], None),
            ("none", vec![], Some(("contacts", Missing))),
            ("too many", vec![card(); 258], Some(("contacts", TooMany))),
            (
                "no name",
                vec![card(), Card { formatted_name: " ".to_owned(), ..card() }],
                Some(("contacts[1].name.formatted_name", Missing)),
            ),
            ("words for a number", vec![number("اتصل", None)], Some(("contacts[0].phones[0].phone", Malformed))),
            ("no WhatsApp number", vec![number("100", Some("x"))], Some(("contacts[0].phones[0].wa_id", Malformed))),
            (
                "a day of no calendar",
                vec![Card { birthday: Some("1990-13-01".to_owned()), ..card() }],
                Some(("contacts[0].birthday", Malformed)),
            ),
            (
                "an empty address",
                vec![Card { emails: vec![Labelled::default()], ..card() }],
                Some(("contacts[0].emails[0].email", Missing)),
            ),
        ] {
            assert_eq!(check(&cards).err(), expected.map(|(field, problem)| Fault::new(field, problem)), "{name}");
        }
    }

    #[test]
    fn a_number_with_a_chat_says_so() {
        let shown = Card::of("ليلى", "+201000001842").shown();
        assert_eq!((shown.name.as_str(), shown.phones[0].on_whatsapp), ("ليلى", true));
        assert_eq!(shown.phones[0].phone.as_deref(), Some("+201000001842"));
    }
}
