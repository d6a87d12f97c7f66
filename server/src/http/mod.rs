//! The doors: one file each. `router.rs` lists them all.

pub mod entry;
pub mod forwarded;
pub mod health;
pub mod live;
pub mod media;
pub mod origin;
pub mod pages;
pub mod preferences;
pub mod problem;
pub mod rest;
pub mod security;
pub mod serve;
pub mod session;
pub mod site;
pub mod throttle;
pub mod webhook;
