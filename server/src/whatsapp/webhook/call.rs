//! Calls, as entries of the conversation. A customer's call opens the 24-hour window like a message.
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/calling/reference>

use app::domain::content::{Call, Content, Part};
use app::domain::ids::{PhoneNumberId, Wamid};
use serde_json::Value;

use super::message::{IncomingMessage, Via, names_in};
use super::read::{list, read_error, stamp, storable_json, text_at};

/// The type of these entries; Meta has a field of its own for them and no type.
pub const KIND: &str = "call";

pub fn read(number: &PhoneNumberId, contacts: &[Value], call: &Value) -> Result<IncomingMessage, String> {
    let wamid = text_at(call, "/id").ok_or("the call has no `id`")?;
    let shown = call_of(call);
    let side = if shown.by_customer { "from" } else { "to" };
    let names = names_in(contacts, call, side).ok_or("the call names no customer")?;
    Ok(IncomingMessage {
        phone_number_id: number.clone(),
        wamid: Wamid::from_text(wamid),
        via: if shown.by_customer { Via::Customer } else { Via::PhoneApp },
        customer: names.identity,
        profile_name: names.profile_name,
        username: names.username,
        sent_at_ms: stamp(call.get("timestamp")),
        kind: KIND.to_owned(),
        text: None,
        payload: Some(storable_json(call)),
        extras: None,
        content: Content { part: Some(Part::Call(shown)), ..Content::default() },
        media: None,
        reply_to: None,
        error: list(call, "errors").first().and_then(read_error),
        identity: None,
        past: false,
    })
}

/// `terminate` tells how it ended, in `status` and `duration` (seconds).
pub fn call_of(call: &Value) -> Call {
    let by_customer = call.get("direction").and_then(Value::as_str) != Some("BUSINESS_INITIATED");
    let state = text_at(call, "/status").or_else(|| text_at(call, "/event")).unwrap_or_default().to_lowercase();
    let duration_s = text_at(call, "/duration").and_then(|text| text.parse().ok());
    Call { by_customer, state, duration_s }
}
