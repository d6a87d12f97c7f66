//! From the line to the view.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::publish::Dirty;
use super::{Filling, Inbox, Link, Opened};
use crate::api::inbox::load_inbox;
use crate::error::AppError;
use crate::live::protocol::{ClientFrame, HouseState, LiveEvent, ServerFrame};
use crate::live::socket::{self, Heard};
use crate::live::view::{advance, apply, watch, watching};
use crate::ui::parts::browser;

impl Inbox {
    pub(super) fn start_live(self) {
        socket::connect(move |heard| self.hear(heard));
    }

    fn hear(self, heard: Heard) {
        match heard {
            Heard::Frame(ServerFrame::Hello { build, now_ms, .. }) => self.greet(&build, now_ms),
            Heard::Frame(ServerFrame::Event { seq, event }) => self.apply(seq, &event),
            Heard::Frame(ServerFrame::Ping { head, now_ms }) => {
                self.clock.set(now_ms);
                socket::send(&ClientFrame::Pong);
                self.truth.update_value(|truth| advance(&mut truth.view, head));
            }
            Heard::Frame(ServerFrame::Watching { list, thread }) => {
                self.truth.update_value(|truth| {
                    truth.unanswered.pop_front();
                    watching(&mut truth.view, list.as_ref(), thread.as_ref());
                });
            }
            Heard::Frame(ServerFrame::House { house }) => self.house.set(house),
            Heard::Frame(ServerFrame::Resync) => self.resync(),
            Heard::Frame(ServerFrame::SignedOut) => self.leave(),
            // The socket acts on it; then it is lost.
            Heard::Frame(ServerFrame::Goodbye { .. }) => {}
            Heard::Lost { tries } => self.lost(tries),
        }
    }

    fn greet(self, build: &str, now_ms: i64) {
        self.clock.set(now_ms);
        self.link.set(Link::Up);
        // What is worth saying of the house follows the hello.
        self.house.set(HouseState::default());
        let (outdated, needs_resync) = self.truth.with_value(|truth| (truth.build != build, truth.needs_resync));
        if outdated {
            self.outdated.set(true);
        }
        self.truth.update_value(|truth| {
            // What the old line owed will not come over this one.
            for (list, thread) in std::mem::take(&mut truth.unanswered) {
                watching(&mut truth.view, list.as_ref(), thread.as_ref());
            }
        });
        self.watch();
        if needs_resync {
            self.resync();
        }
        // What failed for want of a connection is asked for again by itself.
        if matches!(self.list_filling.get_untracked(), Filling::Failed(AppError::Offline | AppError::Unavailable)) {
            self.fetch_list();
        }
        if matches!(self.opened.get_untracked(), Opened::Failed(AppError::Offline | AppError::Unavailable)) {
            self.fetch_thread();
        }
        self.send_waiting();
    }

    fn lost(self, tries: u32) {
        if self.link.get_untracked() == Link::Up {
            self.link.set(Link::Down { since_ms: browser::now_ms() });
        }
        // A refused upgrade looks like a dead network. If the session has ended meanwhile, a plain request will tell.
        if tries == 2 || tries.is_multiple_of(8) {
            let filter = self.filter.get_untracked();
            spawn_local(async move {
                if load_inbox(filter, None).await == Err(AppError::SignedOut) {
                    self.leave();
                }
            });
        }
    }

    fn apply(self, seq: i64, event: &LiveEvent) {
        let open = self.open.get_untracked();
        let stale = self.truth.try_update_value(|truth| {
            apply(&mut truth.view, seq, event);
            truth.view.stale && !truth.needs_resync
        });
        self.touch(match event.conversation_id() {
            Some(id) => Dirty { list: true, thread: open.as_ref() == Some(id), ..Dirty::default() },
            None => Dirty::ALL,
        });
        if stale == Some(true) {
            self.resync();
        }
    }

    /// Tells the server what this tab shows, from which numbers on.
    pub(super) fn watch(self) {
        let frame = self.truth.try_update_value(|truth| {
            let frame = watch(&truth.view);
            if let ClientFrame::Watch { list, thread } = &frame {
                truth.unanswered.push_back((list.clone(), thread.clone()));
            }
            frame
        });
        if let Some(frame) = frame {
            socket::send(&frame);
        }
    }
}
