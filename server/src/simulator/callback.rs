//! For tests: an app that writes down the webhooks it is given, and has a style sheet.

use std::collections::VecDeque;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{get, post};
use serde_json::Value;
use tokio::sync::watch;

use super::webhook::sign;

pub const SECRET: &str = "test-app-secret";

/// Takes webhooks whose signature is right; the first ones with the statuses it was told.
#[derive(Clone)]
pub struct Callback {
    pub url: String,
    seen: Arc<Seen>,
}

struct Seen {
    bodies: watch::Sender<Vec<Value>>,
    answers: Mutex<VecDeque<u16>>,
}

impl Callback {
    pub async fn start(first_answers: &[u16]) -> Self {
        let seen = Arc::new(Seen {
            bodies: watch::channel(Vec::new()).0,
            answers: Mutex::new(first_answers.iter().copied().collect()),
        });
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let url = format!("http://{}/webhooks/whatsapp", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/webhooks/whatsapp", post(take))
            .route("/assets/build/main.css", get(async || "/* the app's own */"))
            .with_state(seen.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, seen }
    }

    /// Waits for so many accepted bodies.
    pub async fn bodies(&self, count: usize) -> Vec<Value> {
        let mut bodies = self.seen.bodies.subscribe();
        bodies.wait_for(|bodies| bodies.len() >= count).await.unwrap().clone()
    }

    /// The words of the first statuses, in the order of their coming.
    pub async fn statuses(&self, count: usize) -> Vec<String> {
        let word = |body: &Value| {
            body.pointer("/entry/0/changes/0/value/statuses/0/status").and_then(Value::as_str).map(str::to_owned)
        };
        let mut bodies = self.seen.bodies.subscribe();
        let seen = bodies.wait_for(|bodies| bodies.iter().filter_map(word).count() >= count).await.unwrap();
        seen.iter().filter_map(word).collect()
    }
}

async fn take(State(seen): State<Arc<Seen>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    if headers["x-hub-signature-256"] != sign(SECRET, &body) {
        return StatusCode::UNAUTHORIZED;
    }
    if let Some(status) = seen.answers.lock().unwrap().pop_front() {
        return StatusCode::from_u16(status).unwrap();
    }
    seen.bodies.send_modify(|bodies| bodies.push(serde_json::from_slice(&body).unwrap()));
    StatusCode::OK
}
