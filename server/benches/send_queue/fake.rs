//! A Graph API that takes every send, after a while, and remembers when each came.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::post;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::Outcome;

#[derive(Default)]
struct Seen {
    arrivals: HashMap<String, Vec<Instant>>,
    callbacks: HashSet<String>,
    twice: usize,
}

#[derive(Clone)]
struct Shared {
    seen: Arc<Mutex<Seen>>,
    answer: Duration,
}

pub struct Fake {
    pub address: SocketAddr,
    shared: Shared,
    task: JoinHandle<()>,
}

impl Fake {
    pub async fn start(answer: Duration) -> Outcome<Self> {
        let shared = Shared { seen: Arc::default(), answer };
        let router = Router::new().route("/{version}/{number}/messages", post(take)).with_state(shared.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let task = tokio::spawn(async move {
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { address, shared, task })
    }

    pub fn count(&self) -> usize {
        self.with(|seen| seen.arrivals.values().map(Vec::len).sum())
    }

    /// When sends came, by number.
    pub fn arrivals(&self) -> HashMap<String, Vec<Instant>> {
        self.with(|seen| seen.arrivals.clone())
    }

    /// Messages that came more than once.
    pub fn twice(&self) -> usize {
        self.with(|seen| seen.twice)
    }

    fn with<T>(&self, look: impl FnOnce(&Seen) -> T) -> T {
        look(&self.shared.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn take(
    State(shared): State<Shared>,
    Path((_, number)): Path<(String, String)>,
    body: String,
) -> impl IntoResponse {
    let came = Instant::now();
    // `"biz_opaque_callback_data":"<message id>.<attempt>"`; the floor sends none.
    let callback = body.split_once(r#""biz_opaque_callback_data":""#).and_then(|(_, rest)| rest.split('"').next());
    let count = {
        let mut seen = shared.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let message = callback.and_then(|callback| callback.split('.').next()).map(str::to_owned);
        if message.is_some_and(|message| !seen.callbacks.insert(message)) {
            seen.twice += 1;
        }
        let arrivals = seen.arrivals.entry(number.clone()).or_default();
        arrivals.push(came);
        arrivals.len()
    };
    tokio::time::sleep(shared.answer).await;
    let answer = format!(
        r#"{{"messaging_product":"whatsapp","contacts":[{{"input":"+201000000000","wa_id":"201000000000"}}],"messages":[{{"id":"wamid.BENCH{number}{count:012}"}}]}}"#
    );
    ([(header::CONTENT_TYPE, "application/json")], answer)
}
