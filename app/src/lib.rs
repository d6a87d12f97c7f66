//! Majlis: the domain, the store, the live line and the screens.

#[macro_use]
pub mod domain;
pub mod live;
#[cfg(feature = "ssr")]
pub mod store;
