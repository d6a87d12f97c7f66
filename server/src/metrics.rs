//! Numbers for Prometheus. A handful of counters needs no library.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

/// A number that only grows.
#[derive(Default)]
pub struct Counter(AtomicU64);

impl Counter {
    pub fn inc(&self) {
        self.inc_by(1);
    }

    pub fn inc_by(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What is counted since the start.
#[derive(Default)]
pub struct Metrics {
    pub webhooks_accepted: Counter,
    pub webhooks_refused_signature: Counter,
    pub webhooks_refused_size: Counter,
    pub webhooks_not_stored: Counter,
    pub messages_in: Counter,
    pub inbound_items: Counter,
    pub inbound_errors: Counter,
    pub quarantined: Counter,
    pub sends: Counter,
    pub unknown: Counter,
    pub requeued: Counter,
    pub files_fetched: Counter,
    pub files_failed: Counter,
    pub panics: Counter,
}

/// What is measured at the moment of asking.
pub struct Gauges {
    pub sockets: usize,
    pub outbox_depth: i64,
    pub numbers_paused: i64,
    pub numbers_unanswered: i64,
    pub quarantine: i64,
    pub inbound_lag_ms: i64,
}

impl Metrics {
    /// The text format of Prometheus. <https://prometheus.io/docs/instrumenting/exposition_formats/>
    pub fn render(&self, gauges: &Gauges) -> String {
        let mut text = String::new();
        for (name, help, counter) in [
            ("majlis_webhooks_accepted_total", "Webhooks stored and answered 200", &self.webhooks_accepted),
            ("majlis_webhooks_bad_signature_total", "Webhooks refused with 401", &self.webhooks_refused_signature),
            ("majlis_webhooks_too_large_total", "Webhooks refused with 413", &self.webhooks_refused_size),
            ("majlis_webhooks_not_stored_total", "Webhooks answered 503", &self.webhooks_not_stored),
            ("majlis_messages_received_total", "Customer messages stored", &self.messages_in),
            ("majlis_inbound_items_total", "Webhook items worked through", &self.inbound_items),
            ("majlis_inbound_errors_total", "Times the inbound worker had to try again", &self.inbound_errors),
            ("majlis_quarantined_total", "Webhook items set aside", &self.quarantined),
            ("majlis_sends_total", "Calls of Graph's send endpoint", &self.sends),
            ("majlis_sends_unknown_total", "Sends whose end is not known", &self.unknown),
            ("majlis_sends_requeued_total", "Sends that certainly failed and are tried again", &self.requeued),
            ("majlis_files_fetched_total", "Customers' files fetched from Meta", &self.files_fetched),
            ("majlis_files_failed_total", "Tries to fetch a file that failed", &self.files_failed),
            ("majlis_panics_total", "Requests and steps of workers that ended in a panic", &self.panics),
        ] {
            let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} counter\n{name} {}", counter.get());
        }
        for (name, help, value) in [
            ("majlis_live_sockets", "Connected browser tabs", gauges.sockets as i64),
            ("majlis_outbox_depth", "Messages waiting or on their way", gauges.outbox_depth),
            ("majlis_numbers_paused", "Numbers that wait for an admin", gauges.numbers_paused),
            ("majlis_numbers_unanswered", "Numbers whose sends Meta does not answer", gauges.numbers_unanswered),
            ("majlis_quarantine_open", "Items in quarantine that wait for a person", gauges.quarantine),
            ("majlis_inbound_lag_milliseconds", "Age of the oldest webhook not worked through", gauges.inbound_lag_ms),
        ] {
            let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}");
        }
        text
    }
}
