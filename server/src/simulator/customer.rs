//! A customer, by the names that Meta has for people.

use super::dice::Dice;
use super::webhook::without_plus;

/// A customer as Meta names one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Customer {
    pub name: String,
    /// E.164 with `+`; missing for people who only show a username.
    pub phone: Option<String>,
    /// Meta's business-scoped user id.
    pub user_id: Option<String>,
    pub username: Option<String>,
}

/// Where simulated people live, by the code of their number.
const COUNTRIES: [(&str, &str); 8] = [
    ("+20", "EG"),
    ("+966", "SA"),
    ("+971", "AE"),
    ("+965", "KW"),
    ("+974", "QA"),
    ("+968", "OM"),
    ("+973", "BH"),
    ("+962", "JO"),
];

impl Customer {
    /// Somebody nobody has heard of, with a user id as Meta would give one.
    pub fn new(name: &str, phone: &str) -> Self {
        let country = COUNTRIES.iter().find(|(code, _)| phone.starts_with(code)).map_or("EG", |(_, country)| country);
        let user_id = format!("{country}.9001{:012}", Dice::fresh().between(0, 999_999_999_999));
        Self { name: name.to_owned(), phone: Some(phone.to_owned()), user_id: Some(user_id), username: None }
    }

    /// Somebody of whom only the address is known: a phone with `+`, or a user id.
    pub fn addressed(to: &str) -> Self {
        match to.starts_with('+') {
            true => Self { phone: Some(to.to_owned()), ..Self::default() },
            false => Self { user_id: Some(to.to_owned()), ..Self::default() },
        }
    }

    /// What a send names them by: the phone where there is one.
    pub fn key(&self) -> &str {
        self.phone.as_deref().or(self.user_id.as_deref()).unwrap_or_default()
    }

    /// ISO 3166, from the letters before the user id's dot; empty without one.
    pub fn country(&self) -> &str {
        self.user_id.as_deref().and_then(|id| id.split('.').next()).unwrap_or_default()
    }

    pub(super) fn wa_id(&self) -> Option<&str> {
        self.phone.as_deref().map(without_plus)
    }
}
