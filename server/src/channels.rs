//! The numbers with their opened secrets, kept in memory: every webhook and every send asks for them.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use app::connecting::{ChannelSecrets, open_secrets};
use app::domain::channel::ChannelBrief;
use app::domain::ids::{ChannelId, PhoneNumberId};
use app::secrets::{OpenError, Sealer};
use app::store::channels::{self, Channel};
use app::store::{Db, StoreError};
use tokio::sync::Notify;

/// How long a change made by another process stays unseen.
const POLL: Duration = Duration::from_millis(400);

/// A number, ready for use.
pub struct Known {
    pub brief: ChannelBrief,
    pub secrets: ChannelSecrets,
    stored: Channel,
}

impl Known {
    /// Is this what the database holds?
    pub fn is_current(&self, stored: &Channel) -> bool {
        self.stored == *stored
    }

    /// Is its access token the one the database holds?
    pub fn has_token_of(&self, stored: &Channel) -> bool {
        self.stored.access_token_sealed == stored.access_token_sealed
    }
}

/// Every number by both its ids.
#[derive(Default)]
pub struct Channels {
    known: RwLock<Arc<HashMap<ChannelId, Arc<Known>>>>,
    changed: Notify,
}

#[derive(Debug, thiserror::Error)]
pub enum ChannelsError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the secrets of number `{name}` cannot be opened: {cause}; put the right master key back")]
    Sealed { name: String, cause: OpenError },
}

impl Channels {
    /// Reads what is stored anew; numbers that did not change keep their place.
    ///
    /// # Errors
    /// The database is away, or a secret cannot be opened.
    pub async fn refresh(&self, db: &Db, sealer: &Sealer) -> Result<(), ChannelsError> {
        let mut read = db.read().await?;
        let stored = channels::all(&mut read.conn()).await?;
        drop(read);
        let held = self.read();
        let mut fresh = HashMap::with_capacity(stored.len());
        for channel in stored {
            let known = match held.get(&channel.brief.id).filter(|known| known.stored == channel) {
                Some(known) => known.clone(),
                None => {
                    let secrets = open_secrets(sealer, &channel)
                        .map_err(|cause| ChannelsError::Sealed { name: channel.brief.name.clone(), cause })?;
                    Arc::new(Known { brief: channel.brief.clone(), secrets, stored: channel })
                }
            };
            fresh.insert(known.brief.id.clone(), known);
        }
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(fresh);
        Ok(())
    }

    /// Keeps up with what other processes and pages change, for ever.
    pub async fn keep_up(self: Arc<Self>, db: Db, sealer: Arc<Sealer>) {
        loop {
            let _ = tokio::time::timeout(POLL, self.changed.notified()).await;
            if let Err(error) = self.refresh(&db, &sealer).await {
                tracing::warn!(error.cause = %error, "numbers cannot be read, trying again: {error}");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }

    /// A number changed in this process.
    pub fn changed(&self) {
        self.changed.notify_one();
    }

    pub fn all(&self) -> Vec<Arc<Known>> {
        self.read().values().cloned().collect()
    }

    pub fn by_id(&self, id: &ChannelId) -> Option<Arc<Known>> {
        self.read().get(id).cloned()
    }

    pub fn by_phone_number_id(&self, id: &PhoneNumberId) -> Option<Arc<Known>> {
        self.read().values().find(|known| known.brief.phone_number_id == *id).cloned()
    }

    fn read(&self) -> Arc<HashMap<ChannelId, Arc<Known>>> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
