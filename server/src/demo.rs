//! The demo: a simulated number, its customers, and people who sign in with one click.

use std::sync::{Mutex, PoisonError};

use app::connecting::{self, open_secrets};
use app::ctx::{House, now_ms};
use app::domain::agent::Locale;
use app::domain::permission::{Action, Actor, Permit, authorize};
use app::error::AppError;
use app::store::channels::Channel;
use app::store::{channels, settings};

use crate::config::Config;
use crate::graph::GraphDirectory;
use crate::http::site;
use crate::simulator::{Pace, SeedOptions, Simulator, SimulatorOptions, channel, seed};
use crate::start::Mode;

/// The simulator, once it runs.
#[derive(Default)]
pub struct Demo {
    simulator: Mutex<Option<Simulator>>,
    /// Of two clicks at once, the second waits and finds the demo made.
    starting: tokio::sync::Mutex<()>,
}

impl Demo {
    /// Where the customers' phones are.
    pub fn phones_url(&self) -> Option<String> {
        self.simulator.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(Simulator::phones_url)
    }

    /// Starts the simulator again in a folder that is a demo, or makes it one for `majlis demo`.
    ///
    /// # Errors
    /// The folder has real numbers, or the database is away.
    pub async fn resume(
        &self,
        house: &House,
        config: &Config,
        graph: &GraphDirectory,
        mode: Mode,
    ) -> Result<(), AppError> {
        let mut read = house.db.read().await?;
        let is_demo = settings::get(&mut read.conn(), settings::DEMO).await?.is_some();
        drop(read);
        if mode == Mode::Demo {
            return self.start(house, config, graph).await;
        }
        if is_demo && config.listen.ip().is_loopback() {
            return self.play(house, config, graph).await;
        }
        Ok(())
    }

    /// Makes this folder a demo and starts the simulator.
    ///
    /// # Errors
    /// The folder has real numbers, or the server can be reached from outside.
    pub async fn start(&self, house: &House, config: &Config, graph: &GraphDirectory) -> Result<(), AppError> {
        // Its people sign in without a password: nobody from outside may reach them.
        if !config.listen.ip().is_loopback() {
            return Err(AppError::Forbidden);
        }
        let _one_at_a_time = self.starting.lock().await;
        if simulated(house).await?.is_none() {
            let permit = authority()?;
            connecting::add(house, &permit, &channel::input(Locale::Ar), true, now_ms()).await?;
        }
        self.play(house, config, graph).await
    }

    /// Seeds what is not seeded yet and plays Meta and the customers.
    async fn play(&self, house: &House, config: &Config, graph: &GraphDirectory) -> Result<(), AppError> {
        if self.phones_url().is_some() {
            return Ok(());
        }
        let Some(held) = simulated(house).await? else { return Ok(()) };
        let secrets = open_secrets(&house.sealer, &held).map_err(AppError::internal)?;
        seed(&house.db, &held.brief.id, &SeedOptions::new(now_ms())).await.map_err(AppError::internal)?;
        let own = format!("http://{}", config.listen);
        let simulator = Simulator::start(SimulatorOptions {
            callback_url: format!("{own}/webhooks/whatsapp"),
            app_secret: secrets.app_secrets.into_iter().next().unwrap_or_default(),
            verify_token: secrets.verify_token,
            access_token: secrets.access_token,
            phone_number_id: held.brief.phone_number_id.to_string(),
            waba_id: held.brief.waba_id.to_string(),
            display_phone: held.brief.display_phone.clone(),
            house: held.brief.name.clone(),
            stylesheet_url: format!("{own}/assets/{}/majlis.css", site::build_id()),
            port: None,
            pace: Pace::lifelike(),
        })
        .await
        .map_err(AppError::internal)?;
        simulator.load_customers(&house.db).await?;
        graph.set_simulator(&simulator.graph_url());
        house.services.channel_changed(&held.brief.id);
        eprintln!("simulated customers: their phones are at {}", simulator.phones_url());
        *self.simulator.lock().unwrap_or_else(PoisonError::into_inner) = Some(simulator);
        Ok(())
    }
}

/// The simulated number of this house, if it is a demo.
async fn simulated(house: &House) -> Result<Option<Channel>, AppError> {
    let mut read = house.db.read().await?;
    let all = channels::all(&mut read.conn()).await?;
    Ok(all.into_iter().find(|channel| channel.brief.simulated))
}

/// The demo is made at an admin's click or by who runs the program; both were asked before.
fn authority() -> Result<Permit, AppError> {
    let operator =
        Actor::Agent { id: app::domain::ids::AgentId::from_text("demo"), role: app::domain::agent::Role::Admin };
    Ok(authorize(&operator, Action::ManageChannels)?)
}
