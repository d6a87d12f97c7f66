//! Message templates: what Meta keeps of them, what has to be filled in, and what the customer then reads (cloud-api.md
//! §4 and §5). Their JSON is Meta's and stands elsewhere; here are the rules.

mod check;
mod fill;
mod text;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::media::MediaKind;

pub use check::{Wrong, address, check, one_time_code};
pub use fill::{Filled, Stands, Variable, rendered, suggested, variables, with_values};
pub use text::{Piece, names, pieces};

/// Characters of a header with what is filled in.
pub const HEADER_MAX_CHARS: usize = 60;
/// Characters of a body with what is filled in.
pub const BODY_MAX_CHARS: usize = 1_024;
/// Characters of a button's whole address.
pub const URL_MAX_CHARS: usize = 2_000;
/// Characters of a code to be copied.
pub const CODE_MAX_CHARS: usize = 15;
/// Characters of what a quick reply gives back.
pub const PAYLOAD_MAX_CHARS: usize = 128;

word_enum!(
    /// What it is for, which decides what it costs.
    Category {
        Marketing => "marketing",
        Utility => "utility",
        Authentication => "authentication",
        /// A word of Meta's that this version does not know.
        Other => "other",
    }
);

word_enum!(
    /// Whether Meta lets it be sent.
    Status {
        Approved => "approved",
        Pending => "pending",
        Rejected => "rejected",
        Paused => "paused",
        Disabled => "disabled",
        InAppeal => "in_appeal",
        Locked => "locked",
        LimitExceeded => "limit_exceeded",
        PendingDeletion => "pending_deletion",
        Deleted => "deleted",
        Archived => "archived",
        Other => "other",
    }
);

word_enum!(
    /// What customers make of it, as Meta sees it.
    Quality { Green => "green", Yellow => "yellow", Red => "red", Unknown => "unknown" }
);

word_enum!(
    /// How its variables are called.
    Format { Positional => "positional", Named => "named" }
);

impl Category {
    /// Meta's word, in any case.
    pub fn of_meta(word: &str) -> Self {
        Self::from_word(&word.to_ascii_lowercase()).unwrap_or(Self::Other)
    }
}

impl Status {
    /// Meta's word, in any case; also those that only its webhooks use. `None`: it says nothing about sending.
    pub fn of_meta(word: &str) -> Option<Self> {
        match word.to_ascii_lowercase().as_str() {
            "reinstated" => Some(Self::Approved),
            // Customers like it little; until it is paused it may be sent.
            "flagged" => None,
            // Back to what it was before, which is not told.
            "unarchived" => None,
            word => Some(Self::from_word(word).unwrap_or(Self::Other)),
        }
    }
}

impl Quality {
    pub fn of_meta(word: &str) -> Self {
        Self::from_word(&word.to_ascii_lowercase()).unwrap_or(Self::Unknown)
    }
}

/// A language as Meta keeps it: `en-US` and `en_US` are one.
pub fn language(written: &str) -> String {
    written.trim().replace('-', "_")
}

/// A template of one account, in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Template {
    /// Meta's id.
    pub meta_id: String,
    pub name: String,
    pub language: String,
    pub category: Category,
    /// Meta has announced that it will be counted as this.
    pub next_category: Option<Category>,
    pub status: Status,
    /// Meta's word for why it was refused or paused.
    pub reason: Option<String>,
    pub quality: Quality,
    pub format: Format,
    pub parts: Parts,
}

/// What it is made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Parts {
    pub header: Option<Header>,
    pub body: String,
    pub footer: Option<String>,
    pub buttons: Vec<Button>,
    /// What its writer gave as an example for each variable, by [`Variable::key`].
    pub examples: BTreeMap<String, String>,
    /// A part this version cannot fill in, by Meta's word: `carousel`, `limited_time_offer`, …
    pub beyond: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Header {
    /// May hold one variable.
    Text(String),
    /// An image, a video or a document, chosen when it is sent.
    Media(MediaKind),
    /// A place, named when it is sent.
    Location,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    pub label: String,
    pub does: Does,
}

/// What a button does at the customer's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Does {
    /// Comes back to us as an answer.
    Reply,
    /// Opens an address; one variable may stand at its end.
    Open { url: String },
    /// Calls a number.
    Call { phone: String },
    /// Copies a voucher's code.
    Copy,
    /// Copies or fills in the one-time code of the body.
    OneTime,
    /// Opens a form.
    Form,
    /// Asks for the customer's number.
    AskContact,
}

impl Template {
    /// May it be sent from here, now?
    pub fn may_go(&self) -> bool {
        self.status == Status::Approved && self.parts.beyond.is_none()
    }

    /// The kind of file that has to be chosen for its header.
    pub fn header_file(&self) -> Option<MediaKind> {
        match self.parts.header {
            Some(Header::Media(kind)) => Some(kind),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metas_words_are_read_in_any_case() {
        for (word, expected) in [
            ("APPROVED", Some(Status::Approved)),
            ("approved", Some(Status::Approved)),
            ("REINSTATED", Some(Status::Approved)),
            ("IN_APPEAL", Some(Status::InAppeal)),
            ("PENDING_DELETION", Some(Status::PendingDeletion)),
            ("SOMETHING_NEW", Some(Status::Other)),
            ("FLAGGED", None),
            ("UNARCHIVED", None),
        ] {
            assert_eq!(Status::of_meta(word), expected, "{word}");
        }
        assert_eq!(Category::of_meta("UTILITY"), Category::Utility);
        assert_eq!(Category::of_meta("CARRIER_PIGEON"), Category::Other);
        assert_eq!(Quality::of_meta("YELLOW"), Quality::Yellow);
        assert_eq!(Quality::of_meta("UNKNOWN"), Quality::Unknown);
        assert_eq!([language("en-US"), language(" ar ")], ["en_US", "ar"]);
    }

    #[test]
    fn only_what_is_approved_and_understood_may_go() {
        for (status, beyond, expected) in [
            (Status::Approved, None, true),
            (Status::Approved, Some("carousel".to_owned()), false),
            (Status::Paused, None, false),
            (Status::Other, None, false),
        ] {
            let mut template = fill::tests::template("أهلًا");
            (template.status, template.parts.beyond) = (status, beyond);
            assert_eq!(template.may_go(), expected, "{status}");
        }
    }
}
