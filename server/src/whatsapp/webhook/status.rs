//! Delivery reports.
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components#statuses-object>

use app::domain::ids::{MessageId, PhoneNumberId, Wamid};
use app::domain::message::{MessageError, MessageStatus};
use app::store::parked::Report;
use serde_json::Value;

use super::read::{list, read_error, stamp, text_at};

/// A delivery report.
#[derive(Clone, Debug, PartialEq)]
pub struct StatusNews {
    pub phone_number_id: PhoneNumberId,
    pub report: Report,
    /// The id we gave the message to carry.
    pub ours: Option<MessageId>,
}

pub fn read(number: &PhoneNumberId, status: &Value) -> Result<StatusNews, String> {
    let wamid = text_at(status, "/id").ok_or("the status has no `id`")?;
    let word = text_at(status, "/status").ok_or("the status has no `status`")?;
    let reported = match word.as_str() {
        "sent" => MessageStatus::Sent,
        "delivered" => MessageStatus::Delivered,
        "read" => MessageStatus::Read,
        "played" => MessageStatus::Played,
        "failed" => MessageStatus::Failed,
        other => return Err(format!("the status `{other}` is not known")),
    };
    let error = list(status, "errors").first().and_then(read_error);
    let report = Report {
        wamid: Wamid::from_text(wamid),
        status: reported,
        at_ms: stamp(status.get("timestamp")).unwrap_or_default(),
        error: error.or((reported == MessageStatus::Failed).then(|| MessageError {
            code: 131000,
            title: "failed".to_owned(),
            details: String::new(),
        })),
    };
    // Ours is `<message id>.<attempt>`.
    let ours = text_at(status, "/biz_opaque_callback_data")
        .and_then(|data| data.split_once('.').map(|(id, _)| MessageId::from_text(id)));
    Ok(StatusNews { phone_number_id: number.clone(), report, ours })
}
