//! Texts of what can go wrong.

pub struct ErrorTexts {}

pub const AR: ErrorTexts = ErrorTexts {};

pub const EN: ErrorTexts = ErrorTexts {};

impl ErrorTexts {
    pub fn sentence(&self, error: &crate::error::AppError) -> String {
        error.to_string()
    }
    pub fn title(&self, _error: &crate::error::AppError) -> &'static str {
        "error"
    }
}
