//! News of an account: restrictions, bans, reviews, alerts, limits, and whether it is still connected to us.
//! <https://developers.facebook.com/docs/whatsapp/business-management-api/webhooks/components>

use app::domain::health::{Fact, FactKind};
use app::domain::ids::WabaId;
use serde_json::Value;

use super::read::{list, stamp, text_at};
use super::standing::{Whose, notice};

/// `account_update`. For partners `entry.id` may be our own business: the account is named within.
pub fn update(entry_id: WabaId, value: &Value) -> Result<(Whose, Vec<Fact>), String> {
    let event = text_at(value, "/event").ok_or("there is no `event`")?;
    let waba_id = text_at(value, "/waba_info/waba_id").map_or(entry_id, WabaId::from_text);
    let facts = match event.as_str() {
        "ACCOUNT_RESTRICTION" => restrictions(value),
        "DISABLED_UPDATE" => {
            let state = text_at(value, "/ban_info/waba_ban_state").ok_or("the ban has no state")?;
            vec![Fact::new(FactKind::Account, state).with(text_at(value, "/ban_info/waba_ban_date"))]
        }
        "ACCOUNT_DELETED" => vec![Fact::new(FactKind::Account, event)],
        "ACCOUNT_VIOLATION" => {
            let kind = text_at(value, "/violation_info/violation_type").unwrap_or(event);
            vec![Fact::new(FactKind::Violation, kind.clone()).about(kind)]
        }
        "PARTNER_REMOVED" | "PARTNER_APP_UNINSTALLED" | "ACCOUNT_OFFBOARDED" => {
            vec![Fact::new(FactKind::Connection, event).with(text_at(value, "/disconnection_info/reason"))]
        }
        "ACCOUNT_RECONNECTED" | "PARTNER_ADDED" | "PARTNER_APP_INSTALLED" => {
            vec![Fact::new(FactKind::Connection, "CONNECTED")]
        }
        _ => vec![notice(value)?],
    };
    let facts = if facts.is_empty() { vec![notice(value)?] } else { facts };
    Ok((Whose::number_at(waba_id, value, "/phone_number"), facts))
}

fn restrictions(value: &Value) -> Vec<Fact> {
    let restrictions = list(value, "restriction_info").iter();
    restrictions
        .filter_map(|restriction| {
            let kind = text_at(restriction, "/restriction_type")?;
            let until_ms = stamp(restriction.get("expiration"));
            Some(Fact { until_ms, ..Fact::new(FactKind::Restriction, "ACTIVE").about(kind) })
        })
        .collect()
}

/// `account_alerts`.
pub fn alert(value: &Value) -> Result<Vec<Fact>, String> {
    let kind = text_at(value, "/alert_info/alert_type").ok_or("the alert has no `alert_type`")?;
    let status = text_at(value, "/alert_info/alert_status").unwrap_or_else(|| "ACTIVE".to_owned());
    let severity = text_at(value, "/alert_info/alert_severity").unwrap_or_else(|| "WARNING".to_owned());
    let word = if status == "ACTIVE" { severity } else { status };
    Ok(vec![Fact::new(FactKind::Alert, word).about(kind).with(text_at(value, "/alert_info/alert_description"))])
}

/// `account_review_update`.
pub fn review(value: &Value) -> Result<Vec<Fact>, String> {
    let decision = text_at(value, "/decision").ok_or("the review has no `decision`")?;
    Ok(vec![Fact::new(FactKind::Review, decision)])
}

/// `business_capability_update`.
pub fn capability(value: &Value) -> Result<Vec<Fact>, String> {
    let limit = ["/max_daily_conversations_per_business", "/max_daily_conversation_per_phone"]
        .iter()
        .find_map(|pointer| text_at(value, pointer))
        .ok_or("the update names no limit of conversations")?;
    Ok(vec![Fact::new(FactKind::Limit, limit)])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_told_of_an_account() {
        let waba = WabaId::from_text("200");
        for (value, expected) in [
            (
                json!({ "event": "ACCOUNT_RESTRICTION", "restriction_info": [
                    { "restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": 1741330498 },
                    { "restriction_type": "RESTRICTED_ADD_PHONE_NUMBER_ACTION" }] }),
                "200 restriction/RESTRICTED_BIZ_INITIATED_MESSAGING=ACTIVE until 1741330498000, \
                 restriction/RESTRICTED_ADD_PHONE_NUMBER_ACTION=ACTIVE",
            ),
            (json!({ "event": "ACCOUNT_RESTRICTION" }), "200 notice/ACCOUNT_RESTRICTION=ACCOUNT_RESTRICTION"),
            (
                json!({ "event": "DISABLED_UPDATE", "ban_info": { "waba_ban_state": "SCHEDULE_FOR_DISABLE",
                        "waba_ban_date": "April 17, 2026" } }),
                "200 account/=SCHEDULE_FOR_DISABLE (April 17, 2026)",
            ),
            (json!({ "event": "ACCOUNT_DELETED" }), "200 account/=ACCOUNT_DELETED"),
            (
                json!({ "event": "ACCOUNT_VIOLATION", "violation_info": { "violation_type": "SPAM" } }),
                "200 violation/SPAM=SPAM",
            ),
            (
                json!({ "event": "PARTNER_REMOVED", "waba_info": { "waba_id": "201" },
                        "disconnection_info": { "reason": "PRIMARY_INACTIVITY" } }),
                "201 connection/=PARTNER_REMOVED (PRIMARY_INACTIVITY)",
            ),
            (json!({ "event": "ACCOUNT_RECONNECTED" }), "200 connection/=CONNECTED"),
            (json!({ "event": "AD_ACCOUNT_LINKED" }), "200 notice/AD_ACCOUNT_LINKED=AD_ACCOUNT_LINKED"),
        ] {
            let (whose, facts) = update(waba.clone(), &value).unwrap();
            let facts: Vec<String> = facts
                .iter()
                .map(|fact| {
                    let details = fact.details.as_ref().map(|details| format!(" ({details})")).unwrap_or_default();
                    let until = fact.until_ms.map(|until_ms| format!(" until {until_ms}")).unwrap_or_default();
                    format!("{}/{}={}{details}{until}", fact.kind, fact.subject, fact.value)
                })
                .collect();
            assert_eq!(format!("{} {}", whose.waba_id(), facts.join(", ")), expected, "{value}");
        }
        assert!(update(waba.clone(), &json!({ "event": "DISABLED_UPDATE" })).is_err());
        assert!(update(waba, &json!({})).is_err());
    }

    #[test]
    fn a_removed_partner_may_lose_one_number_only() {
        let value = json!({ "event": "PARTNER_REMOVED", "phone_number": "201000000100" });
        let (whose, _) = update(WabaId::from_text("200"), &value).unwrap();
        assert!(whose.is("+201000000100"));
        assert!(!whose.is("+201000000200"));
        let short = Whose::Number { waba_id: WabaId::from_text("200"), display_phone: "3491".to_owned() };
        assert!(short.is("+3491") && !short.is("+3492"), "also what is no whole number");
    }

    #[test]
    fn alerts_reviews_and_limits() {
        let alert_of = |status: &str| {
            let value = json!({ "entity_type": "BUSINESS", "alert_info": { "alert_severity": "WARNING",
                "alert_status": status, "alert_type": "OBA_REJECTED", "alert_description": "" } });
            alert(&value).unwrap()[0].value.clone()
        };
        assert_eq!([alert_of("ACTIVE"), alert_of("RESOLVED")], ["WARNING", "RESOLVED"]);
        assert!(alert(&json!({})).is_err());
        assert_eq!(review(&json!({ "decision": "APPROVED" })).unwrap()[0].value, "APPROVED");
        assert_eq!(capability(&json!({ "max_daily_conversations_per_business": -1 })).unwrap()[0].value, "-1");
        assert!(capability(&json!({ "max_phone_numbers_per_waba": 25 })).is_err());
    }
}
