//! What is done beside writing: an emoji on a message, and the sign that one writes.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Inbox;
use crate::api::inbox::{react, typing};
use crate::domain::message::Message;
use crate::domain::time::SECOND_MS;
use crate::error::AppError;
use crate::ui::parts::browser;

/// Phones show it for 25 seconds; said a little sooner, it does not flicker.
const TYPING_EVERY_MS: i64 = 20 * SECOND_MS;

impl Inbox {
    /// Leaves an emoji on a message, or takes the last one back with an empty one. What the server refuses is told.
    pub fn react(self, message: &Message, emoji: String, refused: RwSignal<Option<AppError>>) {
        let (conversation_id, id) = (message.conversation_id.clone(), message.id.clone());
        refused.set(None);
        spawn_local(async move {
            match react(conversation_id, id, emoji, browser::random_id()).await {
                Ok(()) => {}
                Err(AppError::SignedOut) => self.leave(),
                Err(error) => drop(refused.try_set(Some(error))),
            }
        });
    }

    /// One writes in the open conversation.
    pub fn tell_typing(self) {
        let Some(id) = self.open.get_untracked() else { return };
        let now_ms = browser::now_ms();
        let told = self.typing_told.with_value(|told| {
            told.as_ref().is_some_and(|(held, at_ms)| *held == id && now_ms - at_ms < TYPING_EVERY_MS)
        });
        if !told {
            self.typing_told.set_value(Some((id.clone(), now_ms)));
            // A courtesy: whether it worked changes nothing here.
            spawn_local(async move {
                let _ = typing(id).await;
            });
        }
    }
}
