//! News of one number: quality, limit, throughput, display name, PIN.
//! <https://developers.facebook.com/docs/whatsapp/business-management-api/webhooks/components>

use app::domain::health::{Fact, FactKind};
use serde_json::Value;

use super::read::text_at;
use super::standing::notice;

/// `phone_number_quality_update`: an event, and limits beside it.
pub fn quality(value: &Value) -> Result<Vec<Fact>, String> {
    let event = text_at(value, "/event").unwrap_or_default();
    let mut facts = Vec::new();
    match event.as_str() {
        "THROUGHPUT_UPGRADE" => facts.push(Fact::new(FactKind::Throughput, "HIGH")),
        "FLAGGED" => facts.push(Fact::new(FactKind::Quality, "RED")),
        // It was low and is not any more; how good it is, the next reading tells.
        "UNFLAGGED" => facts.push(Fact::new(FactKind::Quality, "RECOVERED")),
        _ => {}
    }
    // The limit is the portfolio's now; `current_limit` is its older name, and the throughput's word in an upgrade.
    let older = text_at(value, "/current_limit").filter(|_| event != "THROUGHPUT_UPGRADE");
    if let Some(limit) = text_at(value, "/max_daily_conversations_per_business").or(older) {
        facts.push(Fact::new(FactKind::Limit, limit));
    }
    if facts.is_empty() {
        facts.push(notice(value)?);
    }
    Ok(facts)
}

/// `phone_number_name_update`: a display name was decided on.
pub fn name(value: &Value) -> Result<Vec<Fact>, String> {
    let decision = text_at(value, "/decision").ok_or("the name update has no `decision`")?;
    let reason = text_at(value, "/rejection_reason").filter(|reason| reason != "NONE");
    let asked = text_at(value, "/requested_verified_name");
    let details = match (asked, reason) {
        (Some(name), Some(reason)) => Some(format!("{name} ({reason})")),
        (asked, reason) => asked.or(reason),
    };
    Ok(vec![Fact::new(FactKind::Name, decision).with(details)])
}

/// `security`: somebody changed the number's PIN, or asked for another.
pub fn security(value: &Value) -> Result<Vec<Fact>, String> {
    let event = text_at(value, "/event").ok_or("there is no `event`")?;
    Ok(vec![Fact::new(FactKind::Security, event).with(text_at(value, "/requester"))])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_told_of_a_number() {
        let said = |facts: Result<Vec<Fact>, String>| {
            let facts = facts.unwrap_or_default();
            facts.into_iter().map(|fact| format!("{}={}", fact.kind, fact.value)).collect::<Vec<_>>().join(" ")
        };
        for (value, expected) in [
            (
                json!({ "event": "THROUGHPUT_UPGRADE", "current_limit": "TIER_UNLIMITED",
                        "max_daily_conversations_per_business": "TIER_2K" }),
                "throughput=HIGH limit=TIER_2K",
            ),
            (json!({ "event": "THROUGHPUT_UPGRADE", "current_limit": "TIER_UNLIMITED" }), "throughput=HIGH"),
            (json!({ "event": "DOWNGRADE", "current_limit": "TIER_250" }), "limit=TIER_250"),
            (json!({ "event": "ONBOARDING", "max_daily_conversations_per_business": 2000 }), "limit=2000"),
            (json!({ "event": "FLAGGED", "current_limit": "TIER_1K" }), "quality=RED limit=TIER_1K"),
            (json!({ "event": "UNFLAGGED" }), "quality=RECOVERED"),
            (json!({ "event": "SOMETHING_NEW" }), "notice=SOMETHING_NEW"),
            (json!({}), ""),
        ] {
            assert_eq!(said(quality(&value)), expected, "{value}");
        }
        assert!(quality(&json!({})).is_err(), "nothing is told");
    }

    #[test]
    fn names_and_pins() {
        let rejected =
            json!({ "decision": "REJECTED", "requested_verified_name": "Shop", "rejection_reason": "NAME_BAD" });
        let facts = name(&rejected).unwrap();
        assert_eq!((facts[0].value.as_str(), facts[0].details.as_deref()), ("REJECTED", Some("Shop (NAME_BAD)")));
        let approved = json!({ "decision": "APPROVED", "requested_verified_name": "Shop", "rejection_reason": null });
        assert_eq!(name(&approved).unwrap()[0].details.as_deref(), Some("Shop"));
        assert!(name(&json!({})).is_err());
        let pin = json!({ "event": "PIN_CHANGED", "requester": "5" });
        assert_eq!(security(&pin).unwrap()[0].value, "PIN_CHANGED");
    }
}
