//! The live line between the event log and the agents' screens.

pub mod protocol;
pub mod socket;
pub mod view;

#[cfg(feature = "ssr")]
pub mod hub;
