//! Majlis: the domain, the store, the live line and the screens.

// Views are deeply nested types.
#![recursion_limit = "512"]

#[macro_use]
pub mod domain;

pub mod api;
pub mod boot;
pub mod error;
pub mod live;
pub mod ui;

#[cfg(feature = "ssr")]
pub mod blocking;
#[cfg(feature = "ssr")]
pub mod connecting;
#[cfg(feature = "ssr")]
pub mod ctx;
#[cfg(feature = "ssr")]
pub mod failpoint;
#[cfg(feature = "ssr")]
pub mod passwords;
#[cfg(feature = "ssr")]
pub mod people;
#[cfg(feature = "ssr")]
pub mod phones;
#[cfg(feature = "ssr")]
pub mod secrets;
#[cfg(feature = "ssr")]
pub mod sending;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod tokens;
