//! Asks Meta to block and unblock customers, and asks again what got no clear answer.

use std::sync::Arc;
use std::time::Duration;

use app::ctx::now_ms;
use app::domain::block::{BlockEnd, BlockWish, Told, Verdict, verdict};
use app::store::blocks::{self, Asked};
use app::store::{Db, StoreError};
use tokio::sync::watch;

use crate::channels::Channels;
use crate::graph::GraphDirectory;
use crate::whatsapp::client::Recipient;

const POLL: Duration = Duration::from_secs(1);

/// The worker and what it needs.
#[derive(Clone)]
pub struct Blocks {
    pub db: Db,
    pub channels: Arc<Channels>,
    pub graph: Arc<GraphDirectory>,
}

impl Blocks {
    /// Works until told to stop; calls under way are finished first.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            if let Err(error) = self.step().await {
                tracing::warn!(error.cause = %error, "blocks: wishes wait, trying again: {error}");
            }
            tokio::select! {
                () = tokio::time::sleep(POLL) => {}
                _ = stop.changed() => {}
            }
        }
    }

    async fn step(&self) -> Result<(), StoreError> {
        let mut read = self.db.read().await?;
        let due = blocks::any_due(&mut read.conn(), now_ms()).await?;
        drop(read);
        if !due {
            return Ok(());
        }
        let mut tx = self.db.begin().await?;
        let taken = blocks::take_due(&mut tx.conn(), now_ms()).await?;
        // Counted before the call: a crash in it leaves a doubt, and what is refused after a doubt is taken back.
        tx.commit().await?;
        let calls = taken.iter().map(|asked| self.ask(asked));
        for end in futures_util::future::join_all(calls).await {
            end?;
        }
        Ok(())
    }

    /// Makes one call and writes down how it ended.
    ///
    /// # Errors
    /// The database is out of reach; the wish is asked again then.
    pub async fn ask(&self, asked: &Asked) -> Result<Verdict, StoreError> {
        let mut verdict = verdict(asked.wish, self.call(asked, asked.wish).await, asked.attempt);
        if let Verdict::TakeBack { code } = verdict {
            verdict = match self.call(asked, BlockWish::Unblock).await {
                Told::Done => Verdict::Refused { code },
                _ => Verdict::Again { after_ms: app::domain::block::again_after_ms(asked.attempt) },
            };
        }
        let now = now_ms();
        let mut tx = self.db.begin().await?;
        let (end, code) = match verdict {
            Verdict::Done => (BlockEnd::Done, None),
            Verdict::Refused { code } | Verdict::TakeBack { code } => (BlockEnd::Refused, Some(code)),
            Verdict::NotNow { code } => (BlockEnd::Dropped, code),
            Verdict::Again { .. } => {
                tracing::warn!(conversation.id = %asked.conversation_id, attempt = asked.attempt,
                    "blocks: no clear answer to {}, asking again", asked.wish);
                blocks::postpone(&mut tx.conn(), asked, now).await?;
                tx.commit().await?;
                return Ok(verdict);
            }
        };
        blocks::end(&mut tx, asked, end, code, now).await?;
        tx.commit().await?;
        Ok(verdict)
    }

    async fn call(&self, asked: &Asked, wish: BlockWish) -> Told {
        let who = match (&asked.phone, &asked.user_id) {
            (Some(phone), _) => Recipient::Phone(phone.clone()),
            (None, Some(user_id)) => Recipient::UserId(user_id.clone()),
            // Nothing that Meta could be told.
            (None, None) => return Told::Refused { code: 131_009 },
        };
        let Some(channel) = self.channels.by_id(&asked.channel_id) else { return Told::NotNow { code: None } };
        let Some(graph) = self.graph.of(&channel.brief) else { return Told::NotNow { code: None } };
        graph.block(&channel.brief.phone_number_id, &channel.secrets.access_token, &who, wish).await
    }
}
