//! What Meta tells of message templates.
//! <https://developers.facebook.com/docs/whatsapp/business-management-api/webhooks/components>

use app::domain::ids::WabaId;
use app::domain::template::{Category, Quality, Status, language};
use app::store::templates::Change;
use serde_json::Value;

use super::read::{stamp, text_at};
use crate::whatsapp::template::reason;

/// The fields of templates.
const FIELDS: [&str; 4] = [
    "message_template_status_update",
    "message_template_quality_update",
    "message_template_components_update",
    "template_category_update",
];

/// What changed in a template.
#[derive(Clone, Debug, PartialEq)]
pub struct TemplateNews {
    pub waba_id: WabaId,
    pub name: String,
    pub language: String,
    /// `None` when Meta's stamp cannot be read.
    pub at_ms: Option<i64>,
    /// `None`: it does not say what it is like now, so the account's list is to be read anew.
    pub change: Option<Change>,
}

/// Is it a field of templates? One of Meta's examples names the wrong one, so what the value holds counts, too.
pub fn is_template(field: &str, value: &Value) -> bool {
    FIELDS.contains(&field) || field.is_empty() && value.get("message_template_name").is_some()
}

/// Reads a change; `entry` holds the account and the time.
pub fn read(entry: &Value, field: &str, value: &Value) -> Result<TemplateNews, String> {
    let text = |pointer: &str| text_at(value, pointer);
    Ok(TemplateNews {
        waba_id: WabaId::from_text(text_at(entry, "/id").ok_or("the entry names no account")?),
        name: text("/message_template_name").ok_or("there is no `message_template_name`")?,
        language: language(&text("/message_template_language").ok_or("there is no `message_template_language`")?),
        at_ms: stamp(entry.get("time")),
        change: change(field, value),
    })
}

fn change(field: &str, value: &Value) -> Option<Change> {
    let text = |pointer: &str| text_at(value, pointer);
    // What it holds decides: quality has been seen under the field of the status.
    if let Some(quality) = text("/new_quality_score") {
        return Some(Change::Quality(Quality::of_meta(&quality)));
    }
    if let Some(new) = text("/new_category") {
        // Announced: `new_category` is what it still is, `correct_category` what it becomes.
        return Some(match text("/correct_category") {
            Some(next) => Change::NextCategory(Category::of_meta(&next)),
            None => Change::Category(Category::of_meta(&new)),
        });
    }
    if field == "message_template_components_update" {
        return None;
    }
    let status = Status::of_meta(&text("/event")?)?;
    let told = reason(text("/reason")).or_else(|| reason(text("/rejection_info/reason")));
    let told = told.or_else(|| text("/other_info/title"));
    Some(Change::Status { status, reason: told.filter(|_| status != Status::Approved) })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn changes_are_read_by_what_they_hold() {
        let status = |status, reason: Option<&str>| Some(Change::Status { status, reason: reason.map(str::to_owned) });
        for (field, value, expected) in [
            (
                "message_template_status_update",
                json!({ "event": "REJECTED", "reason": "INVALID_FORMAT" }),
                status(Status::Rejected, Some("INVALID_FORMAT")),
            ),
            (
                "message_template_status_update",
                json!({ "event": "APPROVED", "reason": "NONE" }),
                status(Status::Approved, None),
            ),
            (
                "message_template_status_update",
                json!({ "event": "APPROVED", "reason": null }),
                status(Status::Approved, None),
            ),
            (
                "message_template_status_update",
                json!({ "event": "PAUSED", "reason": null, "other_info": { "title": "FIRST_PAUSE" } }),
                status(Status::Paused, Some("FIRST_PAUSE")),
            ),
            ("message_template_status_update", json!({ "event": "UNARCHIVED" }), None),
            (
                "message_template_status_update",
                json!({ "previous_quality_score": "GREEN", "new_quality_score": "RED" }),
                Some(Change::Quality(Quality::Red)),
            ),
            (
                "template_category_update",
                json!({ "new_category": "UTILITY", "correct_category": "MARKETING" }),
                Some(Change::NextCategory(Category::Marketing)),
            ),
            (
                "template_category_update",
                json!({ "previous_category": "UTILITY", "new_category": "MARKETING" }),
                Some(Change::Category(Category::Marketing)),
            ),
            ("message_template_components_update", json!({ "message_template_element": "…" }), None),
        ] {
            assert_eq!(change(field, &value), expected, "{field} {value}");
        }
    }

    #[test]
    fn a_change_names_its_template_and_account() {
        let entry = json!({ "id": 200000000000001_i64, "time": 1_790_000_000 });
        let value = json!({ "message_template_id": 1, "message_template_name": "a", "message_template_language": "en-US",
            "event": "DELETED" });
        let news = read(&entry, "message_template_status_update", &value).unwrap();
        assert_eq!(
            (news.waba_id.as_str(), news.name.as_str(), news.language.as_str()),
            ("200000000000001", "a", "en_US")
        );
        assert_eq!(news.at_ms, Some(1_790_000_000_000));
        for broken in [json!({}), json!({ "message_template_name": "a" })] {
            assert!(read(&entry, "message_template_status_update", &broken).is_err(), "{broken}");
        }
        assert!(is_template("template_category_update", &json!({})) && is_template("", &value));
        assert!(!is_template("", &json!({})) && !is_template("messages", &value));
    }
}
