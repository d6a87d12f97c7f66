//! Fetches customers' files from Meta. Text never waits for it: messages are on screen before their file is.

use std::sync::Arc;
use std::time::Duration;

use app::ctx::now_ms;
use app::domain::content::MediaState;
use app::domain::media::{AfterFailure, FetchFailure, after_failure};
use app::domain::message::Direction;
use app::domain::time::{MINUTE_MS, SECOND_MS};
use app::failpoint::{self, Point};
use app::store::delivery::{self, Changed};
use app::store::media::{self as stored, HeldMedia, Kept};
use app::store::{Db, StoreError, Tx, messages};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::channels::{Channels, Known};
use crate::graph::GraphDirectory;
use crate::media::{Drafted, Files, FilesError, look};
use crate::metrics::Metrics;
use crate::whatsapp::client::Graph;

/// Files fetched at once.
const AT_ONCE: usize = 6;
/// Longer than any fetch takes; then another process may try.
const LEASE_MS: i64 = 12 * MINUTE_MS;
/// How long a file of another process may stay unseen.
const POLL: Duration = Duration::from_millis(500);
/// How long the address of a webhook is good, with a margin.
const ADDRESS_LIFE_MS: i64 = 4 * MINUTE_MS;

/// The worker and what it needs.
#[derive(Clone)]
pub struct MediaFetcher {
    pub db: Db,
    pub channels: Arc<Channels>,
    pub graph: Arc<GraphDirectory>,
    pub files: Files,
    pub metrics: Arc<Metrics>,
    /// A line that says nothing for so long is dead.
    pub stall: Duration,
}

/// How a fetch ended.
enum End {
    Kept(Kept),
    Failed(FetchFailure),
    /// Ours to mend, not Meta's: the disk is full, or the bucket away.
    NoPlace(FilesError),
}

impl MediaFetcher {
    /// Works until told to stop. What is under way then is given up; its temporary file goes with it.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        // SQLite has one process: nobody else can hold a claim.
        if self.db.is_sqlite()
            && let Err(error) = self.release().await
        {
            tracing::warn!(error.cause = %error, "media: claims could not be released: {error}");
        }
        let mut under_way: JoinSet<()> = JoinSet::new();
        while !*stop.borrow() {
            let mut wait = POLL;
            if under_way.len() < AT_ONCE {
                match self.claim((AT_ONCE - under_way.len()) as i64, now_ms()).await {
                    Ok(claimed) => {
                        for held in claimed {
                            let fetcher = self.clone();
                            under_way.spawn(async move { fetcher.fetch_and_write(held).await });
                        }
                    }
                    Err(error) => {
                        tracing::warn!(error.cause = %error, "media: what is to be fetched cannot be read: {error}");
                        wait = Duration::from_secs(1);
                    }
                }
            }
            tokio::select! {
                Some(_) = under_way.join_next() => {}
                () = self.db.wakes().media.notified() => {}
                () = tokio::time::sleep(wait) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Fetches everything that is due at `now` and waits for it: for tests, which have a clock of their own.
    ///
    /// # Errors
    /// The database is out of reach.
    pub async fn step(&self, now: i64) -> Result<usize, StoreError> {
        let claimed = self.claim(AT_ONCE as i64, now).await?;
        let count = claimed.len();
        for held in claimed {
            let end = self.fetch(&held, now).await;
            self.write(&held, end, now).await?;
        }
        Ok(count)
    }

    async fn release(&self) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        stored::release_claims(&mut tx.conn(), now_ms()).await?;
        tx.commit().await
    }

    async fn claim(&self, limit: i64, now: i64) -> Result<Vec<HeldMedia>, StoreError> {
        let mut read = self.db.read().await?;
        let due = stored::next_due(&mut read.conn()).await?;
        drop(read);
        // The writer is not asked for when there is nothing to do.
        if due.is_none_or(|due| due > now) {
            return Ok(Vec::new());
        }
        let mut tx = self.db.begin().await?;
        let claimed = stored::claim(&mut tx.conn(), limit, now + LEASE_MS, now).await?;
        tx.commit().await?;
        failpoint::reach(Point::MediaClaimed);
        Ok(claimed)
    }

    async fn fetch_and_write(&self, held: HeldMedia) {
        let end = self.fetch(&held, now_ms()).await;
        let mut end = Some(end);
        for _ in 0..20 {
            let Some(ended) = end.take() else { return };
            let again = match &ended {
                End::Kept(kept) => Some(End::Kept(kept.clone())),
                End::Failed(failure) => Some(End::Failed(*failure)),
                End::NoPlace(_) => None,
            };
            match self.write(&held, ended, now_ms()).await {
                Ok(()) => return,
                Err(error) => {
                    tracing::warn!(media.id = %held.id, error.cause = %error, "media: not written down, again: {error}");
                    end = again;
                    tokio::time::sleep(Duration::from_millis(500)).await;
                }
            }
        }
    }

    async fn fetch(&self, held: &HeldMedia, now: i64) -> End {
        let Some(channel) = self.channels.by_id(&held.channel_id) else { return End::Failed(FetchFailure::Away) };
        let Some(graph) = self.graph.of(&channel.brief) else { return End::Failed(FetchFailure::Away) };
        let drafted = match self.bytes(held, &channel, &graph, now).await {
            Ok(drafted) => drafted,
            Err(end) => return end,
        };
        if held.file.sha256.as_ref().is_some_and(|signed| *signed != drafted.sha256) {
            return End::Failed(FetchFailure::Mismatch);
        }
        failpoint::reach(Point::MediaFetched);
        match keep(&self.files, drafted, &held.file.mime).await {
            Ok(kept) => End::Kept(kept),
            Err(error) => End::NoPlace(error),
        }
    }

    /// The whole file, by the webhook's own address while that is fresh, else by one that Meta is asked for.
    async fn bytes(&self, held: &HeldMedia, channel: &Known, graph: &Graph, now: i64) -> Result<Drafted, End> {
        let token = &channel.secrets.access_token;
        let fresh = now - held.created_at_ms < ADDRESS_LIFE_MS;
        let mut failure = FetchFailure::Missing;
        if let Some(address) = held.file.url.as_ref().filter(|_| fresh) {
            match self.download(held, graph, address, token).await {
                Err(End::Failed(why)) if why != FetchFailure::TooLarge => failure = why,
                other => return other,
            }
        }
        let Some(meta_id) = &held.file.meta_id else { return Err(End::Failed(failure)) };
        let number = &channel.brief.phone_number_id;
        let address = graph.file_address(meta_id, number, token).await.map_err(End::Failed)?;
        self.download(held, graph, &address, token).await
    }

    async fn download(&self, held: &HeldMedia, graph: &Graph, address: &str, token: &str) -> Result<Drafted, End> {
        let max_bytes = held.file.kind.max_bytes(Direction::In);
        let asked = tokio::time::timeout(self.stall, graph.file_bytes(address, token)).await;
        let mut response = asked.unwrap_or(Err(FetchFailure::Away)).map_err(End::Failed)?;
        if response.content_length().is_some_and(|length| length > max_bytes as u64) {
            return Err(End::Failed(FetchFailure::TooLarge));
        }
        let mut draft = self.files.draft(max_bytes).await.map_err(End::NoPlace)?;
        loop {
            match tokio::time::timeout(self.stall, response.chunk()).await {
                Ok(Ok(Some(part))) => match draft.write(&part).await {
                    Ok(()) => {}
                    Err(FilesError::TooLarge(_)) => return Err(End::Failed(FetchFailure::TooLarge)),
                    Err(error) => return Err(End::NoPlace(error)),
                },
                Ok(Ok(None)) => break,
                // Broken off, or silent.
                Ok(Err(_)) | Err(_) => return Err(End::Failed(FetchFailure::Away)),
            }
        }
        draft.finish().await.map_err(End::NoPlace)
    }

    async fn write(&self, held: &HeldMedia, end: End, now: i64) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        let ours = match end {
            End::Kept(kept) => {
                self.metrics.files_fetched.inc();
                stored::keep(&mut tx.conn(), held, &kept).await?
            }
            End::Failed(failure) => {
                self.metrics.files_failed.inc();
                let since = held.file.meta_id_at_ms.unwrap_or(held.created_at_ms);
                let (state, at_ms) = match after_failure(failure, held.attempt, since, now) {
                    AfterFailure::Retry { at_ms } => (MediaState::Retrying, at_ms),
                    AfterFailure::Over(state) => (state, now),
                };
                tracing::info!(media.id = %held.id, media.attempt = held.attempt, "media: {failure:?}, now {state}");
                stored::put_off(&mut tx.conn(), held, state, at_ms, &format!("{failure:?}")).await?
            }
            End::NoPlace(error) => {
                tracing::error!(media.id = %held.id, error.cause = %error, "media: a file could not be kept: {error}");
                let again = now + 30 * SECOND_MS;
                stored::put_off(&mut tx.conn(), held, MediaState::Retrying, again, &error.to_string()).await?
            }
        };
        if ours && let Some(message_id) = &held.message_id {
            announce(&mut tx, message_id, now).await?;
        }
        failpoint::reach(Point::MediaKept);
        tx.commit().await?;
        failpoint::reach(Point::MediaWritten);
        Ok(())
    }
}

/// Tells screens how the file of a message stands.
async fn announce(tx: &mut Tx, message_id: &app::domain::ids::MessageId, now: i64) -> Result<(), StoreError> {
    let Some(full) = messages::by_id(&mut tx.conn(), message_id).await? else { return Ok(()) };
    let changed = Changed { conversation_id: full.message.conversation_id, message_id: message_id.clone() };
    delivery::announce(tx, &[changed], now).await
}

/// Looks at a whole file and keeps it, with its small copy.
///
/// # Errors
/// The disk is full, or the bucket out of reach.
pub async fn keep(files: &Files, drafted: Drafted, said: &str) -> Result<Kept, FilesError> {
    let look = look::look(drafted.path(), &drafted.head, said, drafted.size_bytes).await;
    let (sha256, size_bytes) = (drafted.sha256.clone(), drafted.size_bytes);
    let storage_key = files.keep(drafted).await?;
    failpoint::reach(Point::MediaRenamed);
    let thumbnail_key = match look.thumbnail {
        Some(bytes) => Some(files.keep_bytes(&bytes).await?),
        None => None,
    };
    Ok(Kept {
        mime: look.mime,
        size_bytes,
        sha256,
        animated: look.animated,
        width: look.width,
        height: look.height,
        storage_key,
        thumbnail_key,
    })
}

#[cfg(test)]
mod tests;
