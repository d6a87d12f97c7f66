//! Tells Meta which messages were read, so that the customer sees blue ticks.

use std::sync::Arc;
use std::time::Duration;

use app::ctx::now_ms;
use app::domain::time::{MINUTE_MS, SECOND_MS};
use app::store::receipts::{self, Receipt};
use app::store::{Db, StoreError};
use tokio::sync::watch;

use crate::channels::Channels;
use crate::graph::GraphDirectory;
use crate::whatsapp::client::GraphError;

const POLL: Duration = Duration::from_millis(250);
const AT_ONCE: i64 = 32;
/// A blue tick that Meta refuses so often is given up: it is a courtesy, not a message.
const TRIES: i64 = 5;

/// The worker and what it needs.
#[derive(Clone)]
pub struct Receipts {
    pub db: Db,
    pub channels: Arc<Channels>,
    pub graph: Arc<GraphDirectory>,
}

impl Receipts {
    /// Works until told to stop.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            if let Err(error) = self.step().await {
                tracing::warn!(error.cause = %error, "receipts: the queue cannot be read: {error}");
            }
            tokio::select! {
                () = tokio::time::sleep(POLL) => {}
                _ = stop.changed() => {}
            }
        }
    }

    async fn step(&self) -> Result<(), StoreError> {
        let mut read = self.db.read().await?;
        let due = receipts::due(&mut read.conn(), now_ms(), AT_ONCE).await?;
        drop(read);
        if due.is_empty() {
            return Ok(());
        }
        let calls = due.iter().map(|receipt| self.tell(receipt));
        let done = futures_util::future::join_all(calls).await;
        let now = now_ms();
        let mut tx = self.db.begin().await?;
        for (receipt, told) in due.iter().zip(done) {
            match told {
                Ok(()) => receipts::finish(&mut tx.conn(), receipt).await?,
                Err(GraphError::Refused { code, .. }) if receipt.attempt + 1 >= TRIES || code == 131009 => {
                    receipts::finish(&mut tx.conn(), receipt).await?;
                }
                Err(_) => {
                    let wait = (SECOND_MS << receipt.attempt.clamp(0, 10)).min(10 * MINUTE_MS);
                    receipts::postpone(&mut tx.conn(), receipt, now + wait).await?;
                }
            }
        }
        tx.commit().await
    }

    async fn tell(&self, receipt: &Receipt) -> Result<(), GraphError> {
        let channel = self.channels.by_id(&receipt.channel_id).ok_or(GraphError::Unreachable)?;
        let graph = self.graph.of(&channel.brief).ok_or(GraphError::Unreachable)?;
        graph.mark_read(&channel.brief.phone_number_id, &channel.secrets.access_token, &receipt.wamid).await
    }
}
