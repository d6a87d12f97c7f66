//! The rules of a team inbox, pure: no I/O, no clock, no framework. Everything here runs in the browser too.

#[macro_use]
mod words;

pub mod agent;
pub mod block;
pub mod channel;
pub mod composed;
pub mod consent;
pub mod contact;
pub mod content;
pub mod conversation;
pub mod delivery;
pub mod format;
pub mod graph_error;
pub mod health;
pub mod ids;
pub mod mark;
pub mod media;
pub mod merge;
pub mod message;
pub mod pace;
pub mod permission;
pub mod phone;
pub mod phone_app;
pub mod send;
pub mod template;
pub mod text;
pub mod time;
pub mod waiting;
pub mod window;
