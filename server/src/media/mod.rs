//! Files of messages: where their bytes are kept, what they are, and how they get to Meta.

pub mod files;
pub mod look;
pub mod meta;
pub mod voice;

pub use files::{Draft, Drafted, Files, FilesError, Place};
pub use meta::meta_id;
