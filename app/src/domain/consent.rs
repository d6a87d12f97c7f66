//! What a customer allows us to send, by their own word.

use serde::{Deserialize, Serialize};

use super::ids::ChannelId;

word_enum!(
    /// What they chose in WhatsApp.
    Choice { Stop => "stop", Resume => "resume", SignUp => "signup" }
);

/// The category of marketing, in Meta's word.
pub const MARKETING: &str = "marketing_messages";

/// Meta refuses a marketing template to someone who stopped marketing.
pub const STOPPED_CODE: i64 = 131_050;

/// A choice with its proof: when it was made, Meta's words, and the message that was refused where that told it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// The number they chose it for.
    pub channel_id: ChannelId,
    /// Meta's word: [`MARKETING`].
    pub category: String,
    pub choice: Choice,
    pub words: String,
    pub wamid: Option<String>,
    pub told_at_ms: i64,
    pub received_at_ms: i64,
}

impl Consent {
    /// May marketing not be sent any more?
    pub fn stops_marketing(&self) -> bool {
        self.category == MARKETING && self.choice == Choice::Stop
    }
}
