//! What a request works with: who asks, the database, the clock, and what only the server crate can do.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use leptos::prelude::use_context;

use crate::api::channels::{ChannelInput, Check};
use crate::api::phone_app::BringOutcome;
use crate::api::quarantine::{RetriedMany, RetryOutcome};
use crate::domain::agent::AgentBrief;
use crate::domain::health::Fact;
use crate::domain::ids::{ChannelId, ConversationId, WabaId, Wamid};
use crate::domain::permission::{Action, Actor, Permit, authorize};
use crate::domain::phone_app::Bring;
use crate::error::AppError;
use crate::secrets::Sealer;
use crate::store::Db;
use crate::store::blocks::Asked;

/// A signed-in person, put into the request by the session layer.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub agent: AgentBrief,
    pub email: String,
    /// Hash of the session's token: changing the password ends every other session.
    pub session: String,
}

impl SignedIn {
    pub fn actor(&self) -> Actor {
        Actor::Agent { id: self.agent.id.clone(), role: self.agent.role }
    }
}

/// What the server crate does for server functions: Meta's side and the simulator.
pub trait Services: Send + Sync {
    /// Tries a number's token, secret and ids against the Graph API, each with the fix in words.
    fn check_channel(&self, input: ChannelInput) -> BoxFuture<'_, Vec<Check>>;

    /// How Meta says a number stands; refused by Meta is a fact of it.
    fn channel_standing(&self, id: &ChannelId) -> BoxFuture<'_, Result<Vec<Fact>, AppError>>;

    /// Makes the simulated number, seeds its customers and starts them.
    fn start_demo(&self) -> BoxFuture<'_, Result<(), AppError>>;

    /// Meta's callback address of this server.
    fn callback_url(&self) -> String;

    /// The address people open, for one-time links.
    fn public_url(&self) -> String;

    /// Reads an item that was set aside once more, with this program.
    fn retry_set_aside(&self, id: String) -> BoxFuture<'_, Result<RetryOutcome, AppError>>;

    /// The same for the next items after `after`, oldest first.
    fn retry_set_aside_after(&self, after: String) -> BoxFuture<'_, Result<RetriedMany, AppError>>;

    /// Asks Meta, once, for what is on the phone a number lives on too.
    fn bring_over(&self, id: ChannelId, what: Bring) -> BoxFuture<'_, Result<BringOutcome, AppError>>;

    /// Asks Meta to block or unblock a customer, and writes down how that ended. Goes on when nobody waits any more.
    fn ask_block(&self, asked: Asked) -> BoxFuture<'_, Result<(), AppError>>;

    /// Reads an account's templates from Meta now; how that ended is written down with them.
    fn sync_templates(&self, waba_id: WabaId) -> BoxFuture<'_, Result<(), AppError>>;

    /// A number's secrets changed: whoever caches them reads them anew.
    fn channel_changed(&self, id: &ChannelId);

    /// Shows the customer that somebody writes, until the next message or for 25 seconds. A courtesy: nothing is kept of
    /// it, and what fails is not tried again.
    fn typing(&self, conversation_id: &ConversationId, channel_id: &ChannelId, newest: Wamid);
}

pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What is the same for every request.
#[derive(Clone)]
pub struct House {
    pub db: Db,
    pub sealer: Arc<Sealer>,
    pub services: Arc<dyn Services>,
}

/// A signed-in request.
pub struct Ctx {
    pub house: House,
    pub me: SignedIn,
}

impl Ctx {
    /// # Errors
    /// Nobody is signed in.
    pub fn extract() -> Result<Self, AppError> {
        let house = use_context::<House>().ok_or(AppError::Unavailable)?;
        let parts = use_context::<axum::http::request::Parts>().ok_or(AppError::Unavailable)?;
        let me = parts.extensions.get::<SignedIn>().cloned().ok_or(AppError::SignedOut)?;
        Ok(Self { house, me })
    }

    pub fn db(&self) -> &Db {
        &self.house.db
    }

    pub fn actor(&self) -> Actor {
        self.me.actor()
    }

    /// # Errors
    /// The person's role does not include the action.
    pub fn authorize(&self, action: Action) -> Result<Permit, AppError> {
        Ok(authorize(&self.actor(), action)?)
    }

    pub fn now_ms(&self) -> i64 {
        now_ms()
    }
}

/// The node's clock, in milliseconds UTC.
pub fn now_ms() -> i64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}
