//! Brings webhook bodies to the callback address as Meta does: signed, over real HTTP, again until they are taken.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;

use super::webhook;

/// Where bodies go and with which secret they are signed.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    pub callback_url: String,
    pub app_secret: String,
}

/// How long Meta's patience lasts here: hours there, minutes with us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    pub first_wait: Duration,
    pub longest_wait: Duration,
    pub gives_up_after: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            first_wait: Duration::from_millis(300),
            longest_wait: Duration::from_secs(20),
            gives_up_after: Duration::from_secs(300),
        }
    }
}

/// What became of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Answered with 200.
    Taken,
    /// Nobody took it in time, or the courier was shut down.
    GivenUp,
}

/// Posts bodies. What one customer causes arrives in its order; different customers do not wait for each other.
#[derive(Clone)]
pub struct Courier {
    client: reqwest::Client,
    address: Arc<Mutex<Option<Address>>>,
    patience: Patience,
    roads: Arc<Mutex<HashMap<String, mpsc::UnboundedSender<Parcel>>>>,
    stopped: watch::Sender<bool>,
}

struct Parcel {
    body: Vec<u8>,
    done: oneshot::Sender<Outcome>,
}

impl Courier {
    /// # Errors
    /// The HTTP client could not be made.
    pub fn new(patience: Patience) -> reqwest::Result<Self> {
        // reqwest asks for a provider even where only plain http is spoken; a second install changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .timeout(Duration::from_secs(15))
            .build()?;
        Ok(Self { client, address: Arc::default(), patience, roads: Arc::default(), stopped: watch::channel(false).0 })
    }

    /// The client, for other errands on this machine.
    pub(super) fn client(&self) -> reqwest::Client {
        self.client.clone()
    }

    /// Sets where bodies go from now on. Before it is set, they are given up at once.
    pub fn deliver_to(&self, address: Address) {
        *self.address.lock().unwrap_or_else(PoisonError::into_inner) = Some(address);
    }

    /// Posts a body behind all earlier ones of the same customer. The receiver tells what became of it; dropping it
    /// changes nothing.
    pub fn post(&self, customer: &str, body: Vec<u8>) -> oneshot::Receiver<Outcome> {
        let (done, outcome) = oneshot::channel();
        let mut roads = self.roads.lock().unwrap_or_else(PoisonError::into_inner);
        let road = roads.entry(customer.to_owned()).or_insert_with(|| {
            let (road, parcels) = mpsc::unbounded_channel();
            tokio::spawn(self.clone().walk(parcels));
            road
        });
        // A road ends only with the courier; then the parcel is dropped and the receiver learns it.
        let _ = road.send(Parcel { body, done });
        outcome
    }

    /// Gives up whatever is under way.
    pub fn stop(&self) {
        self.stopped.send_replace(true);
        self.roads.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    async fn walk(self, mut parcels: mpsc::UnboundedReceiver<Parcel>) {
        let mut stopped = self.stopped.subscribe();
        while let Some(parcel) = parcels.recv().await {
            let outcome = tokio::select! {
                outcome = self.bring(&parcel.body) => outcome,
                _ = stopped.wait_for(|stopped| *stopped) => Outcome::GivenUp,
            };
            let _ = parcel.done.send(outcome);
        }
    }

    async fn bring(&self, body: &[u8]) -> Outcome {
        let began = Instant::now();
        let mut wait = self.patience.first_wait;
        loop {
            // Read anew for each try: tests start the server after the fake.
            let address = self.address.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let Some(address) = address else { return Outcome::GivenUp };
            match self.try_once(&address, body).await {
                Ok(200) => return Outcome::Taken,
                Ok(status) => tracing::debug!(status, "the callback did not take a webhook"),
                Err(error) => tracing::debug!(%error, "the callback could not be reached"),
            }
            if began.elapsed() + wait > self.patience.gives_up_after {
                tracing::warn!("the simulator gave up on a webhook that nobody took");
                return Outcome::GivenUp;
            }
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(self.patience.longest_wait);
        }
    }

    async fn try_once(&self, address: &Address, body: &[u8]) -> reqwest::Result<u16> {
        let answer = self
            .client
            .post(&address.callback_url)
            .header("content-type", "application/json")
            .header("user-agent", "facebookexternalua")
            .header("x-hub-signature-256", webhook::sign(&address.app_secret, body))
            .body(body.to_vec())
            .send()
            .await?;
        Ok(answer.status().as_u16())
    }
}
