//! What can go wrong for a person, in a form the screen can match and put into words (`ui::i18n::errors`).

use serde::{Deserialize, Serialize};

use crate::domain::composed::{Fault, Problem};
use crate::domain::send::Refusal;
use crate::domain::template::Wrong;

/// The one error that leaves the server. Causes stay in the log; people get a reference to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "error", rename_all = "snake_case")]
pub enum AppError {
    #[error("signed out")]
    SignedOut,
    /// Not there, or not for these eyes: both look the same.
    #[error("not found")]
    NotFound,
    #[error("not allowed")]
    Forbidden,
    #[error("the service window is closed")]
    WindowClosed { closed_at_ms: Option<i64> },
    /// Our number has blocked this customer, or is about to.
    #[error("the customer is blocked on this number")]
    CustomerBlocked,
    /// Meta does not block or unblock this customer.
    #[error("Meta refused the block: {code}")]
    BlockRefused { code: i64 },
    #[error("too long: {chars} of {max} characters")]
    TooLong { chars: usize, max: usize },
    #[error("{field}: {problem:?}")]
    InvalidField { field: String, problem: FieldProblem },
    /// The client's name for this message was used for another one.
    #[error("client_msg_id was used for another message")]
    ClientMsgIdReused,
    #[error("too many tries, again in {retry_after_s} s")]
    Throttled { retry_after_s: u64 },
    /// This folder holds simulated customers for good; a real number has no place in it.
    #[error("a demo folder takes no real number")]
    DemoFolder,
    /// Simulated customers need a folder without any number.
    #[error("this folder has real numbers")]
    NotEmpty,
    /// The house would have no admin left.
    #[error("the last admin stays")]
    LastAdmin,
    /// The request is larger than the door takes.
    #[error("too large")]
    TooLarge,
    /// A file larger than its kind may be.
    #[error("the file has more than {max_bytes} bytes")]
    FileTooLarge { max_bytes: i64 },
    /// A file of a type that WhatsApp does not send as this kind.
    #[error("a file of type {mime} cannot be sent so")]
    FileType { mime: String },
    /// It is not any more as it was shown: somebody was faster.
    #[error("changed meanwhile")]
    ChangedMeanwhile,
    /// The time for it is over.
    #[error("too late")]
    TooLate,
    /// Meta could not be reached, or said nothing we understand.
    #[error("Meta does not answer")]
    MetaAway,
    /// The request could not be understood by this version of the program.
    #[error("unreadable request")]
    Unreadable,
    /// The database cannot be written or reached just now.
    #[error("unavailable")]
    Unavailable,
    /// The browser could not reach the server at all.
    #[error("offline")]
    Offline,
    #[error("internal error {ref_id}")]
    Internal { ref_id: String },
}

/// What is wrong with one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldProblem {
    Missing,
    TooShort,
    TooLong,
    /// Not of the form the field needs.
    Malformed,
    /// Another one has it already.
    Taken,
    /// It does not match what is stored (a current password).
    Wrong,
    /// Nothing by that name exists.
    Unknown,
    /// Meta does not let this template be sent now, or this program cannot fill it in.
    NotApproved,
    /// The customer has said that they want none of this.
    OptedOut,
    /// More entries than fit.
    TooMany,
    /// Another entry says the same, and they must differ.
    Repeated,
    /// Taken for a while only, and that is over.
    TooOld,
}

impl AppError {
    pub fn invalid(field: &str, problem: FieldProblem) -> Self {
        Self::InvalidField { field: field.to_owned(), problem }
    }
}

impl From<Refusal> for AppError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Empty => Self::invalid("text.body", FieldProblem::Missing),
            Refusal::TooLong { chars, max } => Self::TooLong { chars, max },
            Refusal::WindowClosed { closed_at_ms } => Self::WindowClosed { closed_at_ms },
            Refusal::CaptionTooLong { kind, .. } => Self::invalid(&format!("{kind}.caption"), FieldProblem::TooLong),
            Refusal::NoCaption { kind } => Self::invalid(&format!("{kind}.caption"), FieldProblem::Unknown),
            Refusal::FileType { mime } => Self::FileType { mime },
            Refusal::FileTooLarge { max_bytes } => Self::FileTooLarge { max_bytes },
            Refusal::FileEmpty => Self::invalid("file", FieldProblem::Missing),
            Refusal::Field(fault) => fault.into(),
        }
    }
}

impl From<Wrong> for FieldProblem {
    fn from(wrong: Wrong) -> Self {
        match wrong {
            Wrong::Missing => Self::Missing,
            Wrong::TooLong => Self::TooLong,
            Wrong::Malformed => Self::Malformed,
            Wrong::Unknown => Self::Unknown,
        }
    }
}

impl From<Fault> for AppError {
    fn from(fault: Fault) -> Self {
        let problem = match fault.problem {
            Problem::Missing => FieldProblem::Missing,
            Problem::TooLong => FieldProblem::TooLong,
            Problem::TooMany => FieldProblem::TooMany,
            Problem::Repeated => FieldProblem::Repeated,
            Problem::Malformed => FieldProblem::Malformed,
            Problem::Unexpected | Problem::Unknown => FieldProblem::Unknown,
            Problem::TooOld => FieldProblem::TooOld,
        };
        Self::InvalidField { field: fault.field, problem }
    }
}

impl From<crate::domain::permission::Denied> for AppError {
    fn from(_: crate::domain::permission::Denied) -> Self {
        Self::Forbidden
    }
}

impl leptos::server_fn::error::FromServerFnError for AppError {
    type Encoder = leptos::server_fn::codec::JsonEncoding;

    fn from_server_fn_error(error: leptos::server_fn::error::ServerFnErrorErr) -> Self {
        use leptos::server_fn::error::ServerFnErrorErr as E;
        match error {
            E::Request(_) => Self::Offline,
            E::Deserialization(_) | E::Args(_) | E::MissingArg(_) | E::UnsupportedRequestMethod(_) => Self::Unreadable,
            _ => Self::Unavailable,
        }
    }
}

#[cfg(feature = "ssr")]
impl AppError {
    /// Logs a cause once and gives what a person may know of it.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        let ref_id = crate::tokens::reference();
        tracing::error!(error.ref_id = %ref_id, error.cause = %cause, "request failed: {cause}");
        Self::Internal { ref_id }
    }
}

#[cfg(feature = "ssr")]
impl From<crate::store::StoreError> for AppError {
    fn from(error: crate::store::StoreError) -> Self {
        if error.is_retryable() {
            tracing::warn!(error.cause = %error, "database busy or away: {error}");
            return Self::Unavailable;
        }
        Self::internal(error)
    }
}
