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
    pub id: ContactId,
    /// The profile name, or empty when Meta never sent one.
    pub name: String,
    /// E.164 with `+`.
    pub phone: Option<String>,
    /// Meta's business-scoped user id.
    pub user_id: Option<String>,
    pub username: Option<String>,
    pub first_seen_at_ms: i64,
    pub last_seen_at_ms: i64,
}

impl ContactBrief {
    /// The best there is to call them by, most human first.
    pub fn title(&self) -> String {
        if !self.name.is_empty() {
            return self.name.clone();
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
