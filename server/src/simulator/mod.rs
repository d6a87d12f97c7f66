//! Meta and the customers, played by us: a fake Graph API, the customers' phones and a seeded inbox. The demo runs on
//! it, and so do the tests.

pub mod behaviour;
pub mod block_list;
#[cfg(test)]
mod callback;
pub mod channel;
mod content;
pub mod courier;
pub mod customer;
mod dice;
pub mod files;
pub mod graph;
mod handshake;
pub mod ledger;
mod made_up;
pub mod management;
pub mod phones;
pub mod refusal;
pub mod seed;
pub mod statuses;
mod traffic;
pub mod webhook;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use app::store::{Db, StoreError, channels};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

pub use behaviour::{Behaviour, Held, Moment};
pub use block_list::BlockList;
pub use courier::{Courier, Patience};
pub use customer::Customer;
pub use graph::{FakeGraph, FakeNumber};
pub use ledger::Ledger;
pub use phones::Phones;
pub use phones::pace::Pace;
pub use refusal::Refusal;
pub use seed::{SeedError, SeedOptions, Seeded, seed};
pub use statuses::Statuses;

/// What a simulator needs of the channel it plays Meta for, and of the server it calls.
#[derive(Clone)]
pub struct SimulatorOptions {
    /// `http://127.0.0.1:3000/webhooks/whatsapp`.
    pub callback_url: String,
    pub app_secret: String,
    pub verify_token: String,
    pub access_token: String,
    pub phone_number_id: String,
    pub waba_id: String,
    /// E.164 with `+`.
    pub display_phone: String,
    /// The business' name, as customers see it.
    pub house: String,
    /// The app's style sheet, `http://127.0.0.1:3000/assets/<build>/main.css`: the phones' page fetches it and its fonts
    /// through us. Empty: the page goes without.
    pub stylesheet_url: String,
    /// The loopback port; `None` for a free one.
    pub port: Option<u16>,
    /// How fast phones and people are.
    pub pace: Pace,
}

/// The running simulator. Stops when dropped.
pub struct Simulator {
    graph: FakeGraph,
    phones: Phones,
    phone_number_id: String,
    tasks: Mutex<JoinSet<()>>,
}

impl Simulator {
    /// Starts the fake Graph API and the phones on one loopback port, and calls the callback's handshake as soon as
    /// somebody answers there.
    ///
    /// # Errors
    /// The port is taken.
    pub async fn start(options: SimulatorOptions) -> std::io::Result<Self> {
        let number = FakeNumber {
            phone_number_id: options.phone_number_id.clone(),
            waba_id: options.waba_id,
            display_phone: options.display_phone,
            verified_name: options.house.clone(),
            access_token: options.access_token,
            app_id: channel::APP_ID.to_owned(),
            app_secret: options.app_secret,
        };
        let courier = Courier::new(Patience::default()).map_err(std::io::Error::other)?;
        let blocked = BlockList::default();
        let phones = Phones::new(number.number(), options.house, courier.clone(), options.pace, blocked.clone());
        let (happenings, heard) = mpsc::unbounded_channel();
        let graph = FakeGraph::start_with(
            options.port.unwrap_or_default(),
            number,
            courier.clone(),
            Some(happenings),
            blocked,
            |shared| phones::router(phones::Place::new(phones.clone(), shared.clone(), &options.stylesheet_url)),
        )
        .await?;
        graph.deliver_to(&options.callback_url);
        let mut tasks = JoinSet::new();
        tasks.spawn(phones.clone().live(heard));
        tasks.spawn(handshake::shake(courier.client(), options.callback_url, options.verify_token));
        Ok(Self { graph, phones, phone_number_id: options.phone_number_id, tasks: Mutex::new(tasks) })
    }

    /// The Graph API's base address with its version, for `MAJLIS_GRAPH_URL`.
    pub fn graph_url(&self) -> String {
        self.graph.url()
    }

    /// The page with the customers' phones.
    pub fn phones_url(&self) -> String {
        format!("{}/phones", self.graph.origin())
    }

    pub fn graph(&self) -> &FakeGraph {
        &self.graph
    }

    pub fn ledger(&self) -> &Ledger {
        self.graph.ledger()
    }

    pub fn phones(&self) -> &Phones {
        &self.phones
    }

    /// Fills the phones from the channel's stored conversations; gives their number. To be called after the seed, and
    /// after every start: the phones themselves remember nothing.
    ///
    /// # Errors
    /// The database is out of reach.
    pub async fn load_customers(&self, db: &Db) -> Result<usize, StoreError> {
        let mut read = db.read().await?;
        let channels = channels::all(&mut read.conn()).await?;
        drop(read);
        let ours = channels.into_iter().find(|channel| channel.brief.phone_number_id.as_str() == self.phone_number_id);
        match ours {
            Some(channel) => self.phones.load(db, &channel.brief.id).await,
            None => Ok(0),
        }
    }

    /// Lets customers whom nobody plays write by themselves, about this often. Off unless called.
    pub fn start_live_traffic(&self, every: Duration) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.spawn(traffic::flow(self.phones.clone(), every));
    }

    /// Stops everything; webhooks under way are given up.
    pub fn shutdown(&self) {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).abort_all();
        self.graph.shutdown();
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.shutdown();
    }
}
