//! Everything that knows Meta's Cloud API.

pub mod blocks;
pub mod client;
pub mod files;
pub mod send_outcome;
pub mod signature;
pub mod standing;
pub mod template;
pub mod webhook;
