//! Files that Meta must have before their message may leave.

use std::sync::Arc;

use app::ctx::now_ms;
use app::domain::content::MediaState;
use app::domain::time::SECOND_MS;
use app::store::media::HeldMedia;
use app::store::outbox::OutboxRow;
use app::store::outbox::endings::{self, End, Ending};
use app::store::{Db, StoreError, channels as stored_channels, delivery};
use serde_json::Value;

use super::Sender;
use crate::channels::Known;
use crate::media::meta::{known_meta_id, outcome as outcome_without};
use crate::media::meta_id;
use crate::whatsapp::send_outcome::SendOutcome;

/// An upload may take long; only its claim is held meanwhile.
pub const UPLOAD_LEASE_MS: i64 = 660 * SECOND_MS;

/// A claimed message with a file that Meta does not have.
pub struct Upload {
    pub row: OutboxRow,
    pub channel: Arc<Known>,
    pub file: HeldMedia,
}

/// The call's body with Meta's id of its file; `None` when Meta has to be given the file first.
pub fn with_file(body: &str, file: &HeldMedia, now: i64) -> Option<String> {
    if file.file.state == MediaState::Linked {
        return Some(body.to_owned());
    }
    let meta_id = known_meta_id(file, now)?;
    let Ok(mut call) = serde_json::from_str::<Value>(body) else { return Some(body.to_owned()) };
    // Beside its words, above what can be tapped, or in a template's header, which comes first.
    let kind = file.file.kind;
    let places = [
        format!("/interactive/header/{kind}"),
        format!("/template/components/0/parameters/0/{kind}"),
        format!("/{kind}"),
    ];
    let place = places.iter().find(|place| call.pointer(place).is_some());
    if let Some(object) = place.and_then(|place| call.pointer_mut(place)).and_then(Value::as_object_mut) {
        object.insert("id".to_owned(), Value::from(meta_id));
    }
    Some(call.to_string())
}

impl Sender {
    /// Gives Meta the file; then the message goes back to the queue, and out with the next claim. Whatever happens here,
    /// the message itself has not left.
    pub(super) fn upload(&self, upload: Upload) {
        let graph = self.graph.of(&upload.channel.brief);
        let (db, files, channels) = (self.db.clone(), self.files.clone(), self.channels.clone());
        tokio::spawn(async move {
            let Upload { row, channel, file } = upload;
            let end = match graph {
                Some(graph) => match meta_id(&db, &files, &graph, &channel, &file).await {
                    Ok(_) => None,
                    Err(error) => Some(outcome_without(&error, row.attempt)),
                },
                None => Some(SendOutcome::Unreachable { after_s: 2, why: "the simulator is not running".to_owned() }),
            };
            if let Some(end) = &end {
                tracing::info!(message.id = %row.message_id, "outbox: its file is not with Meta: {end:?}");
            }
            // Should this not be written, the claim ends and the message is taken again.
            if let Err(error) = write(&db, &row, &channel, end).await {
                tracing::warn!(message.id = %row.message_id, error.cause = %error, "outbox: not written: {error}");
            }
            channels.changed();
        });
    }
}

async fn write(db: &Db, row: &OutboxRow, channel: &Known, end: Option<SendOutcome>) -> Result<(), StoreError> {
    let now = now_ms();
    let mut tx = db.begin().await?;
    let again_ms = match end {
        Some(SendOutcome::Failed(error)) => {
            let ending = Ending { row: row.clone(), end: End::Failed(error) };
            let changed = endings::write(&mut tx, &[ending], now).await?;
            delivery::announce(&mut tx, &changed, now).await?;
            return tx.commit().await;
        }
        Some(SendOutcome::Pause(error)) => {
            let stored = stored_channels::by_id(&mut tx.conn(), &row.channel_id).await?;
            if stored.is_some_and(|stored| channel.has_token_of(&stored)) {
                stored_channels::pause(&mut tx, &row.channel_id, error.code, now).await?;
            }
            now
        }
        Some(SendOutcome::Requeue { after_s, .. } | SendOutcome::Unreachable { after_s, .. }) => {
            now + after_s * SECOND_MS
        }
        None | Some(SendOutcome::Accepted(_) | SendOutcome::Unknown { .. }) => now,
    };
    endings::give_back(&mut tx.conn(), std::slice::from_ref(row), again_ms).await?;
    tx.wake_outbox();
    tx.commit().await
}
