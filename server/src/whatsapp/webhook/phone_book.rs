//! The address book of the phone a number lives on too.
//! <https://developers.facebook.com/docs/whatsapp/embedded-signup/custom-flows/onboarding-business-app-users>

use app::domain::ids::PhoneNumberId;
use app::domain::phone;
use app::store::contacts::Identity;
use serde_json::Value;

use super::read::{stamp, text_at};

/// An entry that was written, or taken out.
#[derive(Clone, Debug, PartialEq)]
pub struct PhoneBookNews {
    pub phone_number_id: PhoneNumberId,
    pub identity: Identity,
    /// `None`: it was taken out.
    pub name: Option<String>,
    pub username: Option<String>,
    pub at_ms: Option<i64>,
}

/// Reads an item of `state_sync`.
pub(super) fn read(number: &PhoneNumberId, item: &Value) -> Result<PhoneBookNews, String> {
    let kind = text_at(item, "/type").unwrap_or_default();
    if kind != "contact" {
        return Err(format!("the phone's `{kind}` is not handled by this version"));
    }
    let identity = Identity {
        phone: text_at(item, "/contact/phone_number").as_deref().and_then(phone::e164),
        user_id: text_at(item, "/contact/user_id"),
        parent_user_id: None,
    };
    if identity.is_empty() {
        return Err("the entry names nobody".to_owned());
    }
    let name = match text_at(item, "/action").as_deref() {
        Some("add") => {
            let name = text_at(item, "/contact/full_name").or_else(|| text_at(item, "/contact/first_name"));
            Some(name.ok_or("the entry has no name")?)
        }
        Some("remove") => None,
        other => return Err(format!("the action `{}` is not known", other.unwrap_or_default())),
    };
    Ok(PhoneBookNews {
        phone_number_id: number.clone(),
        identity,
        name,
        username: text_at(item, "/contact/username").map(|name| name.trim_start_matches('@').to_owned()),
        at_ms: stamp(item.pointer("/metadata/timestamp")),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn entries_are_read_by_their_action() {
        let entry = |action: &str, contact: Value| {
            read(
                &PhoneNumberId::from_text("300"),
                &json!({ "type": "contact", "contact": contact, "action": action,
                "metadata": { "timestamp": "1739321024" } }),
            )
        };
        let pablo = || json!({ "full_name": "Pablo M", "first_name": "Pablo", "phone_number": "201000000001" });
        let added = entry("add", pablo()).unwrap();
        assert_eq!((added.name.as_deref(), added.identity.phone.as_deref()), (Some("Pablo M"), Some("+201000000001")));
        assert_eq!(added.at_ms, Some(1_739_321_024_000));
        assert_eq!(entry("remove", json!({ "phone_number": "201000000001" })).unwrap().name, None);
        assert_eq!(entry("add", json!({ "first_name": "P", "user_id": "EG.1" })).unwrap().name.as_deref(), Some("P"));
        for (action, contact) in
            [("add", json!({ "full_name": "P" })), ("move", pablo()), ("add", json!({ "user_id": "EG.1" }))]
        {
            assert!(entry(action, contact.clone()).is_err(), "{action} {contact}");
        }
    }
}
