//! The program as the world sees it: the real binary on SQLite and PostgreSQL, real HTTP, real sockets, real signals, and
//! a Graph API of our own behind it.
//!
//! `MAJLIS_TEST_DATABASES` says on which databases ("sqlite", or "sqlite,postgres"); `scripts/with-postgres.sh` brings a
//! server. `MAJLIS_TEST_SEED` repeats a random test.

#[macro_use]
mod harness;

mod backup;
mod blocking;
mod commands;
mod commands_refused;
mod contacts;
mod corpus;
mod crash;
mod crash_points;
mod database_away;
mod doctor;
mod entry;
mod fuzz;
mod headers;
mod health;
mod kills;
mod links;
mod live;
mod live_access;
mod live_chaos;
mod marks;
mod media;
mod media_send;
mod names;
mod outgoing;
mod panics;
mod phone_app;
mod phone_history;
mod power_cut;
mod replay;
mod rest_errors;
mod rest_lists;
mod rest_send;
mod secrets;
mod sending;
mod sending_faults;
mod sending_refused;
mod shutdown;
mod soundness;
mod statuses;
mod syncs;
mod templates;
mod two_nodes;
mod webhook_content;
mod webhook_door;
