//! Forms and what they are made of, on the pages before and after signing in.
//!
//! Fields are not controlled: what stands in them is the browser's, read once when the form is submitted. So nothing
//! typed is lost when the page's program starts late, or when the server refuses.

pub mod copy;
pub mod dialog;
pub mod doing;
pub mod fetched;
pub mod field;
pub mod form;
pub mod moment;

/// An attribute that is left out when it would be empty.
fn unless_empty(text: &'static str) -> Option<&'static str> {
    (!text.is_empty()).then_some(text)
}
