//! What Meta tells about numbers and accounts, and what customers chose, in Meta's shapes: values of changes, each of a
//! field of its own.

use serde_json::{Value, json};

use super::customer::Customer;
use super::webhook::{Number, envelope, without_plus};

/// A change: its field and its value.
pub type Change = (&'static str, Value);

/// The body of one change, told at `at_ms`.
pub fn body(number: &Number, (field, value): Change, at_ms: i64) -> Vec<u8> {
    let mut body = envelope(number, field, vec![value]);
    // Management fields say when: an integer, in seconds.
    body["entry"][0]["time"] = json!(at_ms / 1_000);
    body.to_string().into_bytes()
}

/// Quality and limits: `FLAGGED`, `UNFLAGGED`, `ONBOARDING`, `UPGRADE`, `DOWNGRADE`, `THROUGHPUT_UPGRADE`.
pub fn quality(number: &Number, event: &str, limit: Option<&str>) -> Change {
    let mut value = json!({ "display_phone_number": without_plus(&number.display_phone), "event": event });
    if let Some(limit) = limit {
        value["max_daily_conversations_per_business"] = json!(limit);
    }
    ("phone_number_quality_update", value)
}

/// The display name was decided on: `APPROVED`, `REJECTED`, …
pub fn name(number: &Number, decision: &str, requested: &str, reason: Option<&str>) -> Change {
    let value = json!({ "display_phone_number": without_plus(&number.display_phone), "decision": decision,
        "requested_verified_name": requested, "rejection_reason": reason });
    ("phone_number_name_update", value)
}

/// Somebody changed the PIN, or asked for another: `PIN_CHANGED`, `PIN_RESET_REQUEST`, `PIN_RESET_SUCCESS`.
pub fn security(number: &Number, event: &str) -> Change {
    let value = json!({ "display_phone_number": without_plus(&number.display_phone), "event": event,
        "requester": "500000000000001" });
    ("security", value)
}

/// The account may not do something until then.
pub fn restriction(kind: &str, until_ms: i64) -> Change {
    let info = json!([{ "restriction_type": kind, "expiration": until_ms / 1_000 }]);
    ("account_update", json!({ "event": "ACCOUNT_RESTRICTION", "restriction_info": info }))
}

/// `SCHEDULE_FOR_DISABLE`, `DISABLE`, `REINSTATE`.
pub fn ban(state: &str, date: &str) -> Change {
    let info = json!({ "waba_ban_state": state, "waba_ban_date": date });
    ("account_update", json!({ "event": "DISABLED_UPDATE", "ban_info": info }))
}

pub fn violation(kind: &str) -> Change {
    ("account_update", json!({ "event": "ACCOUNT_VIOLATION", "violation_info": { "violation_type": kind } }))
}

/// The number is no longer ours to use.
pub fn partner_removed(number: &Number, reason: &str) -> Change {
    let value = json!({ "event": "PARTNER_REMOVED", "waba_info": { "waba_id": number.waba_id },
        "disconnection_info": { "reason": reason, "initiated_by": "SYSTEM" } });
    ("account_update", value)
}

/// Any other event of the account: `ACCOUNT_RECONNECTED`, `AD_ACCOUNT_LINKED`, …
pub fn account(event: &str) -> Change {
    ("account_update", json!({ "event": event }))
}

pub fn alert(kind: &str, severity: &str, status: &str) -> Change {
    let info = json!({ "alert_type": kind, "alert_severity": severity, "alert_status": status,
        "alert_description": "" });
    ("account_alerts", json!({ "entity_type": "BUSINESS", "entity_id": "5", "alert_info": info }))
}

pub fn review(decision: &str) -> Change {
    ("account_review_update", json!({ "decision": decision }))
}

/// -1: without a limit.
pub fn capability(customers_a_day: i64) -> Change {
    let value = json!({ "max_daily_conversations_per_business": customers_a_day, "max_phone_numbers_per_waba": 25,
        "max_phone_numbers_per_business": 2 });
    ("business_capability_update", value)
}

/// A customer chose: `stop`, `resume`, `signup`.
pub fn preference(number: &Number, customer: &Customer, choice: &str, at_ms: i64) -> Change {
    let mut chosen = json!({ "detail": format!("User requested to {choice} marketing messages"),
        "category": "marketing_messages", "value": choice, "timestamp": at_ms / 1_000 });
    let mut contact = json!({ "profile": { "name": customer.name } });
    for object in [&mut chosen, &mut contact] {
        if let Some(wa_id) = customer.wa_id() {
            object["wa_id"] = json!(wa_id);
        }
        if let Some(user_id) = &customer.user_id {
            object["user_id"] = json!(user_id);
        }
    }
    let value = json!({ "messaging_product": "whatsapp",
        "metadata": { "display_phone_number": without_plus(&number.display_phone),
                      "phone_number_id": number.phone_number_id },
        "contacts": [contact], "user_preferences": [chosen] });
    ("user_preferences", value)
}
