//! What a customer chose to receive, in WhatsApp's own settings of the chat.
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/reference/user_preferences>

use app::domain::consent::{Choice, MARKETING};
use app::domain::ids::PhoneNumberId;
use app::domain::phone;
use app::store::contacts::Identity;
use serde_json::Value;

use super::message::names_in;
use super::read::{stamp, text_at};

/// A customer's choice.
#[derive(Clone, Debug, PartialEq)]
pub struct PreferenceNews {
    pub phone_number_id: PhoneNumberId,
    pub customer: Identity,
    pub profile_name: String,
    pub category: String,
    pub choice: Choice,
    /// Meta's words.
    pub words: String,
    pub at_ms: Option<i64>,
}

pub fn read(number: &PhoneNumberId, contacts: &[Value], preference: &Value) -> Result<PreferenceNews, String> {
    let word = text_at(preference, "/value").ok_or("the preference has no `value`")?;
    let choice = Choice::from_word(&word).ok_or_else(|| format!("the preference `{word}` is not known"))?;
    let own = Identity {
        phone: text_at(preference, "/wa_id").as_deref().and_then(phone::e164),
        user_id: text_at(preference, "/user_id"),
        parent_user_id: text_at(preference, "/parent_user_id"),
    };
    // The list of contacts names them too, and tells the profile name; one of our own names must be among theirs.
    let as_sender = serde_json::json!({ "from": preference.get("wa_id"), "from_user_id": preference.get("user_id") });
    let names = names_in(contacts, &as_sender, "from");
    let (customer, profile_name) = match names {
        Some(names) => (Identity { parent_user_id: own.parent_user_id, ..names.identity }, names.profile_name),
        None => (own, String::new()),
    };
    if customer.is_empty() {
        return Err("the preference names nobody".to_owned());
    }
    Ok(PreferenceNews {
        phone_number_id: number.clone(),
        customer,
        profile_name,
        category: text_at(preference, "/category").unwrap_or_else(|| MARKETING.to_owned()),
        choice,
        words: text_at(preference, "/detail").unwrap_or_default(),
        at_ms: stamp(preference.get("timestamp")),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_choice_and_whose_it_is() {
        let number = PhoneNumberId::from_text("300");
        let contacts = [json!({ "profile": { "name": "نور" }, "wa_id": "201000000100", "user_id": "EG.9" })];
        let stop = json!({ "wa_id": "201000000100", "detail": "User requested to stop marketing messages",
            "category": "marketing_messages", "value": "stop", "timestamp": 1731705721 });
        let news = read(&number, &contacts, &stop).unwrap();
        assert_eq!((news.choice, news.at_ms), (Choice::Stop, Some(1_731_705_721_000)));
        assert_eq!((news.profile_name.as_str(), news.customer.phone.as_deref()), ("نور", Some("+201000000100")));
        assert_eq!(news.customer.user_id.as_deref(), Some("EG.9"), "known by the list of contacts");
        let hidden = json!({ "user_id": "EG.9", "value": "resume" });
        let news = read(&number, &[], &hidden).unwrap();
        assert_eq!((news.choice, news.category.as_str()), (Choice::Resume, MARKETING));
        assert!(read(&number, &[], &json!({ "value": "stop" })).is_err(), "whose?");
        assert!(read(&number, &[], &json!({ "wa_id": "201000000100", "value": "maybe" })).is_err());
    }
}
