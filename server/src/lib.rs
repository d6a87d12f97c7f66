//! The server of Majlis: HTTP, WhatsApp, workers. `run` is the one door, for the program and for tests.

pub mod background;
pub mod backup;
pub mod channels;
pub mod commands;
pub mod config;
pub mod demo;
pub mod doctor;
pub mod graph;
pub mod http;
pub mod master_key;
pub mod media;
pub mod metrics;
pub mod router;
pub mod services;
pub mod shutdown;
pub mod simulator;
pub mod start;
pub mod state;
pub mod typing;
pub mod whatsapp;
pub mod workers;
