//! A WhatsApp number of the company.

use serde::{Deserialize, Serialize};

use super::ids::{ChannelId, PhoneNumberId, WabaId};

word_enum!(
    /// When the customer's blue tick is sent.
    ReadReceipts { OnOpen => "on_open", OnReply => "on_reply", Off => "off" }
);

/// What the screen needs of a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelBrief {
    pub id: ChannelId,
    pub name: String,
    pub phone_number_id: PhoneNumberId,
    pub waba_id: WabaId,
    /// E.164 with `+`.
    pub display_phone: String,
    pub read_receipts: ReadReceipts,
    pub coexistence: bool,
    /// Its customers are played by the simulator.
    pub simulated: bool,
    /// The Graph error code that stopped sending on this number until a person mends it.
    pub paused_code: Option<i64>,
    /// Meta does not answer this number's sends, since when; it tries again by itself.
    #[serde(default)]
    pub unanswered_since_ms: Option<i64>,
    /// Counts changes of how the number stands with Meta (`api::health`).
    #[serde(default)]
    pub health_version: i64,
}
