//! Reads message templates from Meta: when a number is connected, daily, and when a webhook tells of one we do not know.

use std::sync::Arc;
use std::time::Duration;

use app::ctx::now_ms;
use app::domain::ids::WabaId;
use app::domain::time::{MINUTE_MS, SECOND_MS};
use app::store::{Db, StoreError, templates};
use tokio::sync::watch;

use crate::channels::{Channels, Known};
use crate::graph::GraphDirectory;
use crate::whatsapp::client::GraphError;

/// Longer than any list takes; then another process may try.
const LEASE_MS: i64 = 10 * MINUTE_MS;
/// How long what another process asked for may stay unseen.
const POLL: Duration = Duration::from_secs(2);
/// How soon to look again for a number whose secrets or whose simulator are not there yet.
const SOON_MS: i64 = SECOND_MS;

/// The worker and what it needs.
#[derive(Clone)]
pub struct TemplateReader {
    pub db: Db,
    pub channels: Arc<Channels>,
    pub graph: Arc<GraphDirectory>,
}

impl TemplateReader {
    /// Works until told to stop; a list that is being read then is given up.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            tokio::select! {
                done = self.step() => {
                    if let Err(error) = done {
                        tracing::warn!(error.cause = %error, "templates: put off: {error}");
                        tokio::time::sleep(Duration::from_secs(1)).await;
                    }
                }
                _ = stop.changed() => return,
            }
            tokio::select! {
                () = self.db.wakes().templates.notified() => {}
                () = tokio::time::sleep(POLL) => {}
                _ = stop.changed() => {}
            }
        }
    }

    async fn step(&self) -> Result<(), StoreError> {
        let mut read = self.db.read().await?;
        let due = templates::next_due(&mut read.conn()).await?;
        drop(read);
        let now = now_ms();
        if due.is_none_or(|due| due > now) {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        let claimed = templates::claim(&mut tx, now + LEASE_MS, now).await?;
        tx.commit().await?;
        for waba_id in claimed {
            self.sync(&waba_id).await?;
        }
        Ok(())
    }

    /// Reads an account's list and takes it over, or writes down why not.
    ///
    /// # Errors
    /// The database is out of reach.
    pub async fn sync(&self, waba_id: &WabaId) -> Result<(), StoreError> {
        let Some(known) = self.number_of(waba_id) else { return self.again_soon(waba_id).await };
        // A simulated number before its simulator: it starts with the server.
        let Some(graph) = self.graph.of(&known.brief) else { return self.again_soon(waba_id).await };
        let read_at_ms = now_ms();
        let listed = graph.templates(waba_id, &known.secrets.access_token).await;
        let now = now_ms();
        let mut tx = self.db.begin().await?;
        match listed {
            Ok(all) => {
                templates::replace(&mut tx, waba_id, &all, read_at_ms, now).await?;
                tracing::info!(waba.id = %waba_id, templates = all.len(), "templates: read");
            }
            Err(error) => {
                let code = match &error {
                    GraphError::Refused { code, .. } => *code,
                    GraphError::Unreachable | GraphError::Unreadable => 0,
                };
                templates::failed(&mut tx, waba_id, code, now).await?;
                tracing::warn!(waba.id = %waba_id, error.code = code, "templates: could not be read: {error}");
            }
        }
        tx.commit().await
    }

    /// A number of the account, one that is not paused rather than one whose token was refused.
    fn number_of(&self, waba_id: &WabaId) -> Option<Arc<Known>> {
        let mut all = self.channels.all();
        all.retain(|known| known.brief.waba_id == *waba_id);
        all.sort_by_key(|known| (known.brief.paused_code.is_some(), known.brief.id.clone()));
        all.into_iter().next()
    }

    async fn again_soon(&self, waba_id: &WabaId) -> Result<(), StoreError> {
        self.channels.changed();
        let mut tx = self.db.begin().await?;
        templates::ask(&mut tx, waba_id, now_ms() + SOON_MS).await?;
        tx.commit().await
    }
}
