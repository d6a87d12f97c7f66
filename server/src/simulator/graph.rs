//! A Graph API of our own on a loopback port, for the demo and for tests: it accepts, refuses and fails as Meta's does,
//! and its ledger knows what it accepted.
//!
//! ```no_run
//! # use server::simulator::{Behaviour, FakeGraph, FakeNumber, Statuses};
//! # async fn test() -> std::io::Result<()> {
//! let graph = FakeGraph::start(FakeNumber::example()).await?;
//! // … start Majlis with MAJLIS_GRAPH_URL = graph.url() …
//! graph.deliver_to("http://127.0.0.1:3000/webhooks/whatsapp");
//! graph.next(Behaviour::hang_up());
//! graph.next(Behaviour::normal().then(Statuses::read().shuffled(1).duplicated()));
//! // … send …
//! assert_eq!(graph.ledger().wait_for_sends(2).await.len(), 2);
//! # Ok(())
//! # }
//! ```

mod account;
mod blocks;
mod composed;
mod files;
mod messages;
mod routes;
mod serve;
pub mod templates;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use super::behaviour::{Behaviour, Rules};
use super::block_list::BlockList;
use super::courier::{Address, Courier, Patience};
use super::files::Shelf;
use super::ledger::{Accepted, Ledger, ReadMark};
use super::statuses::Statuses;
use super::webhook::Number;
use templates::TemplateShelf;

/// The version in the address; any `v<number>` is answered.
pub const VERSION: &str = "v25.0";

/// A number the fake Graph API knows, with what opens it.
#[derive(Clone, PartialEq, Eq)]
pub struct FakeNumber {
    pub phone_number_id: String,
    pub waba_id: String,
    /// E.164 with `+`.
    pub display_phone: String,
    pub verified_name: String,
    pub access_token: String,
    pub app_id: String,
    pub app_secret: String,
}

impl FakeNumber {
    /// A number for tests.
    pub fn example() -> Self {
        Self {
            phone_number_id: "300000000000001".to_owned(),
            waba_id: "200000000000001".to_owned(),
            display_phone: "+201000000100".to_owned(),
            verified_name: "Rayhan Shop".to_owned(),
            access_token: "test-access-token".to_owned(),
            app_id: "400000000000001".to_owned(),
            app_secret: "test-app-secret".to_owned(),
        }
    }

    pub fn number(&self) -> Number {
        Number {
            phone_number_id: self.phone_number_id.clone(),
            waba_id: self.waba_id.clone(),
            display_phone: self.display_phone.clone(),
        }
    }
}

/// What happened, for whoever plays the customers.
#[derive(Clone, Debug)]
pub(super) enum Happening {
    /// A message for a customer. With a plan the graph posts the statuses itself.
    Sent {
        message: Accepted,
        plan: Option<Statuses>,
    },
    Read(ReadMark),
}

/// What all requests share.
pub(super) struct Shared {
    numbers: Mutex<Vec<FakeNumber>>,
    ledger: Ledger,
    sends: Mutex<Rules>,
    reads: Mutex<Rules>,
    downloads: Mutex<Rules>,
    uploads: Mutex<Rules>,
    blocks: Mutex<Rules>,
    blocked: BlockList,
    pub(super) shelf: Shelf,
    templates: TemplateShelf,
    /// `http://127.0.0.1:port`; in the addresses of files.
    origin: String,
    courier: Courier,
    subscribed: AtomicBool,
    /// What was asked for of each number's phone: Meta gives it once.
    brought: Mutex<HashSet<(String, String)>>,
    /// Another app's id and name, subscribed instead of ours.
    other_app: Mutex<Option<(String, String)>>,
    happenings: Option<mpsc::UnboundedSender<Happening>>,
}

impl Shared {
    fn numbers(&self) -> MutexGuard<'_, Vec<FakeNumber>> {
        self.numbers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sends(&self) -> MutexGuard<'_, Rules> {
        self.sends.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reads(&self) -> MutexGuard<'_, Rules> {
        self.reads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn downloads(&self) -> MutexGuard<'_, Rules> {
        self.downloads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn uploads(&self) -> MutexGuard<'_, Rules> {
        self.uploads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn blocks(&self) -> MutexGuard<'_, Rules> {
        self.blocks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn origin(&self) -> &str {
        &self.origin
    }

    fn tell(&self, happening: Happening) {
        if let Some(happenings) = &self.happenings {
            // Nobody listens any more while we shut down.
            let _ = happenings.send(happening);
        }
    }

    /// What the next sends to `to` meet; `None` is the default again.
    pub(super) fn behave_for(&self, to: &str, behaviour: Option<Behaviour>) {
        self.sends().set_for(to, behaviour);
    }
}

/// The fake Graph API. Stops when dropped.
pub struct FakeGraph {
    shared: Arc<Shared>,
    address: SocketAddr,
    serving: serve::Serving,
}

impl FakeGraph {
    /// Starts on a free loopback port with one number.
    ///
    /// # Errors
    /// No port could be opened.
    pub async fn start(number: FakeNumber) -> std::io::Result<Self> {
        Self::start_on(0, number).await
    }

    /// Starts on this loopback port.
    ///
    /// # Errors
    /// The port is taken.
    pub async fn start_on(port: u16, number: FakeNumber) -> std::io::Result<Self> {
        // Tests should not wait for a server that is slow to come up.
        let patience = Patience { first_wait: std::time::Duration::from_millis(50), ..Patience::default() };
        let courier = Courier::new(patience).map_err(std::io::Error::other)?;
        Self::start_with(port, number, courier, None, BlockList::default(), |_| Router::new()).await
    }

    /// Starts beside other routes (the phones), which learn what happens.
    pub(super) async fn start_with(
        port: u16,
        number: FakeNumber,
        courier: Courier,
        happenings: Option<mpsc::UnboundedSender<Happening>>,
        blocked: BlockList,
        beside: impl FnOnce(&Arc<Shared>) -> Router,
    ) -> std::io::Result<Self> {
        // Loopback only: whoever reaches this port plays Meta.
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            numbers: Mutex::new(vec![number]),
            ledger: Ledger::default(),
            sends: Mutex::default(),
            reads: Mutex::default(),
            downloads: Mutex::default(),
            uploads: Mutex::default(),
            blocks: Mutex::default(),
            blocked,
            shelf: Shelf::default(),
            templates: TemplateShelf::default(),
            origin: format!("http://{address}"),
            courier,
            subscribed: AtomicBool::new(true),
            brought: Mutex::default(),
            other_app: Mutex::default(),
            happenings,
        });
        let router = routes::router(shared.clone()).merge(beside(&shared));
        Ok(Self { shared, address, serving: serve::serve(listener, router) })
    }

    /// The base address with the version, as `MAJLIS_GRAPH_URL` wants it.
    pub fn url(&self) -> String {
        format!("{}/{VERSION}", self.origin())
    }

    /// `http://127.0.0.1:port`.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn ledger(&self) -> &Ledger {
        &self.shared.ledger
    }

    /// Where statuses and messages are posted, signed with the first number's app secret.
    pub fn deliver_to(&self, callback_url: &str) {
        let secret = self.shared.numbers().first().map(|number| number.app_secret.clone()).unwrap_or_default();
        self.courier().deliver_to(Address { callback_url: callback_url.to_owned(), app_secret: secret });
    }

    /// Posts webhook bodies; see [`super::webhook`] for making them.
    pub fn courier(&self) -> &Courier {
        &self.shared.courier
    }

    /// Another number, with its own token.
    pub fn add_number(&self, number: FakeNumber) {
        self.shared.numbers().push(number);
    }

    /// The number's token becomes another one: the old one is refused with 190.
    pub fn replace_token(&self, phone_number_id: &str, access_token: &str) {
        let mut numbers = self.shared.numbers();
        for number in numbers.iter_mut().filter(|number| number.phone_number_id == phone_number_id) {
            number.access_token = access_token.to_owned();
        }
    }

    /// Whether our app is subscribed to the account's webhooks; `POST …/subscribed_apps` does it too.
    pub fn set_subscribed(&self, subscribed: bool) {
        self.shared.subscribed.store(subscribed, Ordering::Relaxed);
    }

    /// Another app is subscribed to the accounts' webhooks, and ours is not.
    pub fn subscribe_only(&self, app_id: &str, name: &str) {
        let other = Some((app_id.to_owned(), name.to_owned()));
        *self.shared.other_app.lock().unwrap_or_else(PoisonError::into_inner) = other;
    }

    /// Queues a behaviour for the next send, whoever it is to.
    pub fn next(&self, behaviour: Behaviour) {
        self.shared.sends().queue(None, behaviour);
    }

    /// Queues a behaviour for the next send to this recipient.
    pub fn next_to(&self, to: &str, behaviour: Behaviour) {
        self.shared.sends().queue(Some(to), behaviour);
    }

    /// What every send to this recipient meets; `None` is the default again.
    pub fn always_to(&self, to: &str, behaviour: Option<Behaviour>) {
        self.shared.behave_for(to, behaviour);
    }

    /// What every other send meets.
    pub fn by_default(&self, behaviour: Behaviour) {
        self.shared.sends().set_default(behaviour);
    }

    /// Queues a behaviour for the next mark-read.
    pub fn next_read(&self, behaviour: Behaviour) {
        self.shared.reads().queue(None, behaviour);
    }

    /// Queues a behaviour for the next file that is asked for. Held after it is recorded, half of it comes.
    pub fn next_download(&self, behaviour: Behaviour) {
        self.shared.downloads().queue(None, behaviour);
    }

    /// Queues a behaviour for the next upload.
    pub fn next_upload(&self, behaviour: Behaviour) {
        self.shared.uploads().queue(None, behaviour);
    }

    /// Queues a behaviour for the next call that blocks or unblocks.
    pub fn next_block(&self, behaviour: Behaviour) {
        self.shared.blocks().queue(None, behaviour);
    }

    /// Whom the numbers have blocked.
    pub fn blocked(&self) -> &BlockList {
        &self.shared.blocked
    }

    /// The files Meta keeps.
    pub fn shelf(&self) -> &Shelf {
        &self.shared.shelf
    }

    /// The message templates of the accounts.
    pub fn templates(&self) -> &TemplateShelf {
        &self.shared.templates
    }

    /// Meta's own view of the 24-hour window: closed ones answer free text with 131047.
    pub fn close_window(&self, to: &str) {
        self.always_to(to, Some(Behaviour::refuse(131_047)));
    }

    /// Closes the listener and every connection.
    pub fn shutdown(&self) {
        self.shared.courier.stop();
        self.serving.stop();
    }
}

impl Drop for FakeGraph {
    fn drop(&mut self) {
        self.shutdown();
    }
}
