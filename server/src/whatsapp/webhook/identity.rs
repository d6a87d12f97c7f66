//! A customer's names change: another number, another business-scoped id.
//! <https://developers.facebook.com/docs/whatsapp/business-management-api/webhooks/business-scoped-user-ids>

use app::domain::ids::PhoneNumberId;
use app::domain::phone;
use app::store::contacts::Identity;
use serde_json::Value;

use super::read::text_at;

/// By which names a customer was known, and by which they are known from now on.
#[derive(Clone, Debug, PartialEq)]
pub struct IdentityNews {
    pub phone_number_id: PhoneNumberId,
    pub known_as: Identity,
    pub change: Identity,
}

/// An item of `user_id_update`: the business-scoped id is another after a change of phone.
pub fn read_update(number: &PhoneNumberId, update: &Value) -> Result<IdentityNews, String> {
    let current = text_at(update, "/user_id/current").ok_or("the update names no new user id")?;
    let known_as = Identity {
        user_id: text_at(update, "/user_id/previous"),
        phone: text_at(update, "/wa_id").as_deref().and_then(phone::e164),
        parent_user_id: None,
    };
    if known_as.is_empty() {
        return Err("the update names nobody".to_owned());
    }
    let change = Identity { user_id: Some(current), ..Identity::default() };
    Ok(IdentityNews { phone_number_id: number.clone(), known_as, change })
}

/// What a system message tells of its sender's names; `None` for what is no change of them.
pub fn change_in(system: &Value) -> Option<Identity> {
    let kind = system.get("type").and_then(Value::as_str)?;
    if !matches!(kind, "user_changed_number" | "customer_changed_number" | "user_changed_user_id") {
        return None;
    }
    // Older messages say `new_wa_id`.
    let written = text_at(system, "/wa_id").or_else(|| text_at(system, "/new_wa_id"));
    let change = Identity {
        phone: written.as_deref().and_then(phone::e164),
        user_id: text_at(system, "/user_id"),
        parent_user_id: text_at(system, "/parent_user_id"),
    };
    (!change.is_empty()).then_some(change)
}
