//! Server functions, one file per resource: who asks → what they may see → rule → save and append → commit.
//!
//! All are POST with JSON: a GET that changes something could be caused by any page.

pub mod block;
pub mod channels;
pub mod customer;
pub mod health;
pub mod history;
pub mod inbox;
pub mod merge;
pub mod people;
pub mod phone_app;
pub mod profile;
pub mod quarantine;
#[cfg(feature = "ssr")]
pub mod snapshot;
pub mod templates;
pub mod welcome;
