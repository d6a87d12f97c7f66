//! Texts of what can go wrong.

use crate::domain::message::MessageError;
use crate::error::AppError;

pub struct ErrorTexts {}

impl ErrorTexts {
    pub fn sentence(&self, error: &AppError) -> String {
        error.to_string()
    }

    pub fn message_error(&self, error: &MessageError) -> String {
        format!("{} {}", error.title, error.details)
    }

    pub fn title(&self, _error: &AppError) -> &'static str {
        "error"
    }
}

pub const AR: ErrorTexts = ErrorTexts {};

pub const EN: ErrorTexts = ErrorTexts {};
