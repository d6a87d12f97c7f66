//! Texts of what can go wrong.

pub struct ErrorTexts {}

pub const AR: ErrorTexts = ErrorTexts {};

pub const EN: ErrorTexts = ErrorTexts {};
