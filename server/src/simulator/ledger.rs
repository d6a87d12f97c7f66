//! What the fake Graph API accepted: the oracle for "sent twice".

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use tokio::sync::watch;

/// A send that was accepted, whether or not the answer reached anyone.
#[derive(Clone, Debug, PartialEq)]
pub struct Accepted {
    pub wamid: String,
    pub phone_number_id: String,
    /// The recipient as it was written: E.164 with `+`, or a business-scoped user id.
    pub to: String,
    pub kind: String,
    /// The text's body or the caption; empty when the type has neither.
    pub body: String,
    /// The type's own object.
    pub object: Value,
    pub reply_to: Option<String>,
    pub biz_opaque_callback_data: Option<String>,
    pub received_at_ms: i64,
}

/// A customer's message marked as read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadMark {
    pub wamid: String,
    pub phone_number_id: String,
    /// A typing indicator came along.
    pub typing: bool,
    pub received_at_ms: i64,
}

/// A request, also one that was refused or left without an answer. Secrets are not kept: no headers, no query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenRequest {
    pub method: String,
    pub path: String,
    pub body: String,
    /// `None` until it was answered; stays so when the socket was closed instead.
    pub answered: Option<u16>,
    /// The code of the error it was answered with.
    pub code: Option<i64>,
}

/// Everything that reached the fake Graph API, in the order of its coming. Cheap to clone: all clones are one ledger.
#[derive(Clone)]
pub struct Ledger {
    pages: Arc<Mutex<Pages>>,
    /// Counts changes, so that a test can wait for one instead of sleeping.
    changed: watch::Sender<u64>,
}

#[derive(Default)]
struct Pages {
    sends: Vec<Accepted>,
    reads: Vec<ReadMark>,
    requests: Vec<SeenRequest>,
}

impl Default for Ledger {
    fn default() -> Self {
        Self { pages: Arc::default(), changed: watch::channel(0).0 }
    }
}

impl Ledger {
    pub fn sends(&self) -> Vec<Accepted> {
        self.with(|pages| pages.sends.clone())
    }

    /// The sends that carried this `biz_opaque_callback_data`: more than one is a message sent twice.
    pub fn sends_with_callback(&self, id: &str) -> Vec<Accepted> {
        self.with(|pages| {
            pages.sends.iter().filter(|send| send.biz_opaque_callback_data.as_deref() == Some(id)).cloned().collect()
        })
    }

    /// The sends to one recipient.
    pub fn sends_to(&self, to: &str) -> Vec<Accepted> {
        self.with(|pages| pages.sends.iter().filter(|send| send.to == to).cloned().collect())
    }

    pub fn reads(&self) -> Vec<ReadMark> {
        self.with(|pages| pages.reads.clone())
    }

    pub fn requests(&self) -> Vec<SeenRequest> {
        self.with(|pages| pages.requests.clone())
    }

    /// The requests to one path's end, such as `/messages`.
    pub fn requests_to(&self, path_end: &str) -> Vec<SeenRequest> {
        self.with(|pages| pages.requests.iter().filter(|request| request.path.ends_with(path_end)).cloned().collect())
    }

    /// Waits until the ledger shows what is asked for. Never gives up: the test's own time limit does.
    pub async fn wait_until(&self, mut shows: impl FnMut(&Self) -> bool) {
        let mut changed = self.changed.subscribe();
        while !shows(self) {
            // The sender is ours, so it cannot be gone.
            let _ = changed.changed().await;
        }
    }

    /// Waits for at least so many accepted sends and gives them.
    pub async fn wait_for_sends(&self, count: usize) -> Vec<Accepted> {
        self.wait_until(|ledger| ledger.with(|pages| pages.sends.len() >= count)).await;
        self.sends()
    }

    /// Waits for at least so many mark-reads and gives them.
    pub async fn wait_for_reads(&self, count: usize) -> Vec<ReadMark> {
        self.wait_until(|ledger| ledger.with(|pages| pages.reads.len() >= count)).await;
        self.reads()
    }

    pub(super) fn note_send(&self, send: Accepted) {
        self.change(|pages| pages.sends.push(send));
    }

    pub(super) fn note_read(&self, read: ReadMark) {
        self.change(|pages| pages.reads.push(read));
    }

    /// Writes a request down and gives its place, for [`Ledger::note_answer`].
    pub(super) fn note_request(&self, request: SeenRequest) -> usize {
        self.change(|pages| {
            pages.requests.push(request);
            pages.requests.len() - 1
        })
    }

    pub(super) fn note_answer(&self, place: usize, status: u16, code: Option<i64>) {
        self.change(|pages| {
            if let Some(request) = pages.requests.get_mut(place) {
                request.answered = Some(status);
                request.code = code;
            }
        });
    }

    fn change<T>(&self, change: impl FnOnce(&mut Pages) -> T) -> T {
        let result = self.with(change);
        self.changed.send_modify(|count| *count += 1);
        result
    }

    fn with<T>(&self, look: impl FnOnce(&mut Pages) -> T) -> T {
        // A panic elsewhere leaves whole entries behind.
        look(&mut self.pages.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
