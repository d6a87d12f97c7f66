//! Composed messages in Meta's own shape, both ways: read from what integrators send and from what is stored, written for
//! the call.

mod cards;
mod interactive;
mod node;
mod place;

use serde_json::Value;

use crate::domain::composed::Composed;
use crate::error::{AppError, FieldProblem};
pub use node::Node;

/// Types this knows.
pub const KINDS: [&str; 3] = ["interactive", "location", "contacts"];

/// What `object` says, of type `kind`. What is missing in it is left empty, for the check to name.
///
/// # Errors
/// The field that is not of its form, or that nobody knows.
pub fn read(kind: &str, object: &Value) -> Result<Composed, AppError> {
    match kind {
        "interactive" => interactive::read(object).map(|interactive| Composed::Interactive(Box::new(interactive))),
        "location" => place::read(object).map(Composed::Location),
        "contacts" => cards::read(object).map(Composed::Contacts),
        _ => Err(AppError::invalid("type", FieldProblem::Unknown)),
    }
}

/// The object as Meta takes it. A file of ours has no id yet: the sender puts it in.
pub fn write(composed: &Composed) -> Value {
    match composed {
        Composed::Interactive(interactive) => interactive::write(interactive),
        Composed::Location(location) => place::write(location),
        Composed::Contacts(all) => cards::write(all),
    }
}

#[cfg(test)]
mod tests;
