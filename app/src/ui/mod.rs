//! The screens. A folder per screen; `parts` holds what knows no domain; `forms` what people fill in; `i18n` every text.

pub mod app;
pub mod entry;
pub mod forms;
pub mod i18n;
pub mod inbox;
pub mod page;
pub mod parts;
pub mod settings;
pub mod shell;
pub mod welcome;
