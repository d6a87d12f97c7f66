//! Majlis' server.

pub mod simulator;
