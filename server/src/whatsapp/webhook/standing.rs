//! How a number or its account stands with Meta, told by several fields: the families read them, this is what they give.

use app::domain::health::{Fact, FactKind};
use app::domain::ids::WabaId;
use app::domain::phone;
use serde_json::Value;

use super::read::text_at;

/// Whose standing changed. These fields name no phone number id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// A number of an account, as Meta writes it.
    Number { waba_id: WabaId, display_phone: String },
    /// Every number of an account.
    Account(WabaId),
}

impl Whose {
    /// The number that `pointer` names, or all of the account where it names none.
    pub fn number_at(waba_id: WabaId, value: &Value, pointer: &str) -> Self {
        match text_at(value, pointer) {
            Some(display_phone) => Self::Number { waba_id, display_phone },
            None => Self::Account(waba_id),
        }
    }

    pub fn waba_id(&self) -> &WabaId {
        match self {
            Self::Number { waba_id, .. } | Self::Account(waba_id) => waba_id,
        }
    }

    /// Is it about this one of the account's numbers?
    pub fn is(&self, number: &str) -> bool {
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        match self {
            Self::Account(_) => true,
            Self::Number { display_phone, .. } => match phone::e164(display_phone) {
                Some(told) => phone::e164(number) == Some(told),
                None => digits(display_phone) == digits(number),
            },
        }
    }
}

/// What Meta told.
#[derive(Clone, Debug, PartialEq)]
pub struct StandingNews {
    pub whose: Whose,
    /// `None` where the request does not say when.
    pub at_ms: Option<i64>,
    pub facts: Vec<Fact>,
}

/// An event there is no rule for: its name is kept, so that people see it.
pub fn notice(value: &Value) -> Result<Fact, String> {
    let event = text_at(value, "/event").ok_or("there is no `event`")?;
    Ok(Fact::new(FactKind::Notice, event.clone()).about(event))
}
