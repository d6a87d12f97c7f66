//! Every function of the store, on SQLite and PostgreSQL alike.
//!
//! `MAJLIS_TEST_DATABASES` says on which ("sqlite", or "sqlite,postgres"); `scripts/with-postgres.sh` brings a server.
#![cfg(feature = "ssr")]

#[macro_use]
mod support;
mod house;

mod agents;
mod announcements;
mod blocks;
mod bulk;
mod channels;
mod consent;
mod contacts;
mod conversations;
mod counters;
mod delivery;
mod events;
mod health;
mod history;
mod journal;
mod keys;
mod links;
mod lists;
mod marks;
mod media;
mod merges;
mod messages;
mod model;
mod open;
mod outbox;
mod outbox_claims;
mod outbox_endings;
mod parked;
mod phone;
mod quarantine;
mod receipts;
mod retention;
mod sending;
mod sessions;
mod settings;
mod statuses;
mod templates;
mod transactions;
