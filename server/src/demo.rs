//! The demo: a simulated number, its customers, and people who sign in with one click.

use std::sync::{Mutex, PoisonError};

use app::ctx::House;
use app::error::AppError;

use crate::config::Config;
use crate::graph::GraphDirectory;
use crate::start::Mode;

/// The demo's people have addresses here; nobody else is let in without a password.
pub const PEOPLE_AT: &str = "@majlis.example";

/// The simulator, once it runs.
#[derive(Default)]
pub struct Demo {
    phones_url: Mutex<Option<String>>,
}

impl Demo {
    /// Where the customers' phones are.
    pub fn phones_url(&self) -> Option<String> {
        self.phones_url.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Starts the simulator again in a folder that is a demo, or makes it one for `majlis demo`.
    ///
    /// # Errors
    /// The folder has real numbers, or the database is away.
    pub async fn resume(
        &self,
        _house: &House,
        _config: &Config,
        _graph: &GraphDirectory,
        _mode: Mode,
    ) -> Result<(), AppError> {
        Ok(())
    }

    /// Makes this folder a demo and starts the simulator.
    ///
    /// # Errors
    /// The folder has real numbers, or the server can be reached from outside.
    pub async fn start(&self, _house: &House, _config: &Config, _graph: &GraphDirectory) -> Result<(), AppError> {
        Err(AppError::Unavailable)
    }
}
