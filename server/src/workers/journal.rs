//! The group commit: one fsync for all requests that came while the last one ran. No timer waits for more.

use std::sync::Arc;
use std::time::Duration;

use app::failpoint::{self, Point};
use app::store::{Db, journal};
use axum::body::Bytes;
use tokio::sync::{mpsc, oneshot};

use super::anew::guarded;
use crate::metrics::Metrics;

/// Requests that may wait for their commit; beyond it Meta hears 503 and sends again.
const QUEUE: usize = 1_024;
/// Requests in one commit.
const BATCH: usize = 256;
/// Requests a commit waits for while they are on their way through the program. With more connections than that, one
/// batch is on its way to the disk while the next one gathers.
const GATHERED: usize = 64;
/// How long a request may wait before Meta hears 503.
const PATIENCE: Duration = Duration::from_secs(5);

struct Entry {
    body: Bytes,
    received_at_ms: i64,
    stored: oneshot::Sender<bool>,
}

/// The way into the journal.
#[derive(Clone)]
pub struct JournalWriter {
    queue: mpsc::Sender<Entry>,
}

/// A request could not be stored; Meta keeps it and sends it again.
#[derive(Debug, PartialEq, Eq)]
pub struct NotStored;

impl JournalWriter {
    /// Starts the writer; it ends when every handle is dropped and the last batch is on disk.
    pub fn start(db: Db, metrics: Arc<Metrics>) -> (Self, impl Future<Output = ()> + Send) {
        let (queue, entries) = mpsc::channel(QUEUE);
        (Self { queue }, write(db, metrics, entries))
    }

    /// Returns once the body is on disk.
    ///
    /// # Errors
    /// It could not be stored in time.
    pub async fn append(&self, body: Bytes, received_at_ms: i64) -> Result<(), NotStored> {
        let (stored, done) = oneshot::channel();
        self.queue.try_send(Entry { body, received_at_ms, stored }).map_err(|_| NotStored)?;
        match tokio::time::timeout(PATIENCE, done).await {
            Ok(Ok(true)) => Ok(()),
            _ => Err(NotStored),
        }
    }
}

async fn write(db: Db, metrics: Arc<Metrics>, mut entries: mpsc::Receiver<Entry>) {
    let mut batch = Vec::with_capacity(BATCH);
    while entries.recv_many(&mut batch, BATCH).await > 0 {
        gather(&mut entries, &mut batch).await;
        let requests: Vec<(Bytes, i64)> =
            batch.iter().map(|entry| (entry.body.clone(), entry.received_at_ms)).collect();
        let append = async {
            failpoint::reach(Point::JournalGathered);
            journal::append(&db, &requests).await
        };
        let stored = match guarded(&metrics, append).await {
            Ok(Ok(())) => true,
            // Counted and logged; the queue lives on.
            Err(_) => false,
            Ok(Err(error)) => {
                tracing::error!(error.cause = %error, batch = requests.len(), "journal: not stored, Meta hears 503");
                false
            }
        };
        for entry in batch.drain(..) {
            // A request that has given up meanwhile was told 503 and comes again; the journal holds it twice then, which
            // the worker's dedupe makes harmless.
            let _ = entry.stored.send(stored);
        }
        failpoint::reach(Point::JournalTold);
    }
}

/// Lets every request that is ready join the batch: one that is on its way through the program shares this fsync instead
/// of waiting for the next. Nothing waits for requests still to come.
async fn gather(entries: &mut mpsc::Receiver<Entry>, batch: &mut Vec<Entry>) {
    while batch.len() < GATHERED {
        tokio::task::yield_now().await;
        let held = batch.len();
        while batch.len() < GATHERED
            && let Ok(entry) = entries.try_recv()
        {
            batch.push(entry);
        }
        if batch.len() == held {
            return;
        }
    }
}
