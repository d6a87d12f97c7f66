//! Which Graph API a number talks to: Meta's, or the simulator's for a simulated one.

use std::sync::{PoisonError, RwLock};

use app::domain::channel::ChannelBrief;

use crate::whatsapp::client::Graph;

/// Meta's API and, once it runs, the simulator's.
pub struct GraphDirectory {
    meta: Graph,
    simulator: RwLock<Option<Graph>>,
}

impl GraphDirectory {
    pub fn new(meta: Graph) -> Self {
        Self { meta, simulator: RwLock::new(None) }
    }

    /// The API of a number; `None` for a simulated one while the simulator is not running. A simulated number's messages
    /// never go to Meta, whatever the settings say.
    pub fn of(&self, channel: &ChannelBrief) -> Option<Graph> {
        if channel.simulated {
            return self.simulator.read().unwrap_or_else(PoisonError::into_inner).clone();
        }
        Some(self.meta.clone())
    }

    pub fn meta(&self) -> &Graph {
        &self.meta
    }

    /// The simulator has started at this address.
    pub fn set_simulator(&self, base: &str) {
        *self.simulator.write().unwrap_or_else(PoisonError::into_inner) = Some(self.meta.at(base));
    }
}
