//! Reading: what was really on screen, and the shared read mark that follows from it.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Inbox;
use crate::api::inbox::mark_read;
use crate::domain::agent::Role;
use crate::domain::ids::ConversationId;
use crate::ui::parts::browser;

impl Inbox {
    pub(super) fn start_reading(self) {
        // Coming back to a tab that shows the newest message is reading it.
        let look = move || {
            if let Some(open) = self.open.get_untracked() {
                let seen = self.truth.with_value(|truth| truth.seen_seq);
                self.mark(&open, seen);
            }
        };
        browser::on_window("focus", look);
        browser::on_visibility(look);
    }

    /// Everything up to `seq` of the open conversation is, or was, on screen.
    pub fn saw(self, seq: i64) {
        let Some(open) = self.open.get_untracked() else { return };
        let fits = self.truth.try_update_value(|truth| {
            let fits = truth.view.thread.as_ref().is_some_and(|thread| thread.row.id == open);
            if fits {
                truth.seen_seq = truth.seen_seq.max(seq);
            }
            fits
        });
        if fits == Some(true) {
            self.mark(&open, seq);
        }
    }

    /// Moves the read mark when the newest message was seen by someone who is there. Once for each message.
    fn mark(self, open: &ConversationId, seen_seq: i64) {
        let up_to = self.truth.try_update_value(|truth| {
            let thread = truth.view.thread.as_ref().filter(|thread| thread.row.id == *open)?;
            let newest = thread.messages.last()?.seq;
            // A supervisor who watches moves nothing (design.md, "Unread and receipts").
            let moves = truth.view.me.role != Role::Supervisor;
            let wanted = moves && thread.row.unread_count > 0 && seen_seq >= newest && browser::is_attended();
            let asked = truth.marked.as_ref() == Some(&(open.clone(), newest));
            (wanted && !asked).then(|| {
                truth.marked = Some((open.clone(), newest));
                newest
            })
        });
        let Some(up_to) = up_to.flatten() else { return };
        let id = open.clone();
        spawn_local(async move {
            if mark_read(id.clone(), up_to).await.is_err() {
                // The next look asks again, but not in a loop.
                browser::after(Duration::from_secs(5), move || {
                    let _ = self.truth.try_update_value(|truth| {
                        if truth.marked == Some((id, up_to)) {
                            truth.marked = None;
                        }
                    });
                });
            }
        });
    }
}
