//! A customer, known by aliases of which any may be missing or change.

use serde::{Deserialize, Serialize};

use super::ids::ContactId;

word_enum!(
    /// A kind of name Meta knows a customer by. Usernames move between people, so they are no alias.
    AliasKind { Phone => "phone", UserId => "user_id", ParentUserId => "parent_user_id" }
);

/// What a conversation shows of its customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactBrief {
    /// Who they are: after a merge the contact that stands for them.
    pub id: ContactId,
    /// The profile name, or empty when Meta never sent one.
    pub name: String,
    /// What the team calls them instead.
    #[serde(default)]
    pub given_name: Option<String>,
    /// Where this conversation goes, which may not be the customer's only address: E.164 with `+`.
    pub phone: Option<String>,
    /// Meta's business-scoped user id.
    pub user_id: Option<String>,
    pub username: Option<String>,
    pub first_seen_at_ms: i64,
    pub last_seen_at_ms: i64,
    /// Counts changes of what a row does not carry (see `api::customer::CustomerDetails`).
    #[serde(default)]
    pub version: i64,
}

/// Characters of a name the team gives.
pub const NAME_MAX_CHARS: usize = 80;

/// A name as the team typed it: on one line, nothing for none. `None` when it is too long.
pub fn given_name(typed: &str) -> Option<Option<String>> {
    let name = super::text::storable(typed).split_whitespace().collect::<Vec<_>>().join(" ");
    if name.chars().count() > NAME_MAX_CHARS {
        return None;
    }
    Some((!name.is_empty()).then_some(name))
}

impl ContactBrief {
    /// The best there is to call them by, most human first.
    pub fn title(&self) -> String {
        if let Some(name) = self.given_name.as_ref().or(Some(&self.name)).filter(|name| !name.is_empty()) {
            return name.clone();
        }
        if let Some(username) = &self.username {
            return format!("@{username}");
        }
        match (&self.phone, &self.user_id) {
            (Some(phone), _) => super::phone::spaced(phone),
            (None, Some(user_id)) => user_id.clone(),
            (None, None) => String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_name_is_one_line_and_bounded() {
        for (typed, expected) in [
            ("  هبة \n السيد ", Some(Some("هبة السيد".to_owned()))),
            ("No\0ur", Some(Some("Nour".to_owned()))),
            ("", Some(None)),
            (" \t ", Some(None)),
            (&"ن".repeat(80), Some(Some("ن".repeat(80)))),
            (&"ن".repeat(81), None),
        ] {
            assert_eq!(given_name(typed), expected, "{typed:?}");
        }
    }

    #[test]
    fn the_most_human_name_comes_first() {
        let nobody = ContactBrief {
            id: ContactId::from_text("k"),
            name: String::new(),
            given_name: None,
            phone: None,
            user_id: None,
            username: None,
            first_seen_at_ms: 0,
            last_seen_at_ms: 0,
            version: 0,
        };
        let text = |text: &str| Some(text.to_owned());
        for (expected, contact) in [
            ("", nobody.clone()),
            ("EG.1", ContactBrief { user_id: text("EG.1"), ..nobody.clone() }),
            (
                "+20 100 000 0100",
                ContactBrief { user_id: text("EG.1"), phone: text("+201000000100"), ..nobody.clone() },
            ),
            ("@nour", ContactBrief { username: text("nour"), phone: text("+201000000100"), ..nobody.clone() }),
            ("Nour", ContactBrief { name: "Nour".to_owned(), username: text("nour"), ..nobody.clone() }),
            ("نور", ContactBrief { name: "Nour".to_owned(), given_name: text("نور"), ..nobody.clone() }),
        ] {
            assert_eq!(contact.title(), expected);
        }
    }
}
