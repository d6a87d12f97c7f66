//! What every request shares.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use app::ctx::House;
use app::live::hub::Hub;
use tokio::sync::watch;

use crate::channels::Channels;
use crate::config::Config;
use crate::demo::Demo;
use crate::http::origin::Origins;
use crate::http::rest::KeyLimits;
use crate::http::throttle::Throttle;
use crate::media::Files;
use crate::metrics::Metrics;
use crate::workers::journal::JournalWriter;

/// One pointer: it is cloned several times for each request.
#[derive(Clone)]
pub struct AppState(Arc<Shared>);

impl AppState {
    pub fn new(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }
}

impl std::ops::Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// What there is once in a server.
pub struct Shared {
    pub house: House,
    pub config: Arc<Config>,
    pub channels: Arc<Channels>,
    pub files: Files,
    pub hub: Hub,
    pub journal: JournalWriter,
    pub metrics: Arc<Metrics>,
    pub throttle: Arc<Throttle>,
    pub key_limits: Arc<KeyLimits>,
    pub origins: Arc<Origins>,
    pub demo: Arc<Demo>,
    /// Verify tokens Meta has called with since the start, for the self-check of a number.
    pub handshakes: Arc<Mutex<HashSet<String>>>,
    /// Names the site this program carries.
    pub build: String,
    /// True once the server is on its way down.
    pub stopping: watch::Receiver<bool>,
}
