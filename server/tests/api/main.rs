//! The program as the world sees it: the real binary on SQLite and PostgreSQL, real HTTP, real sockets, real signals, and
//! a Graph API of our own behind it.
//!
//! `MAJLIS_TEST_DATABASES` says on which databases ("sqlite", or "sqlite,postgres"); `scripts/with-postgres.sh` brings a
//! server. `MAJLIS_TEST_SEED` repeats a random test.

#[macro_use]
#[allow(dead_code, unused_imports, reason = "the harness is ahead of the tests")]
mod harness;

mod crash;
mod entry;
mod live;
mod live_access;
mod live_chaos;
mod rest_errors;
mod rest_lists;
mod rest_send;
mod sending;
mod sending_refused;
mod shutdown;
mod statuses;
mod syncs;
mod webhook_content;
mod webhook_door;
