//! Fetching: the list under a filter, its next page, a conversation, its older messages, a whole fresh snapshot.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::publish::Dirty;
use super::{Inbox, Link, shown};
use crate::api::inbox::{load_inbox, load_older, load_page, open_conversation};
use crate::domain::conversation::ListFilter;
use crate::domain::ids::ConversationId;
use crate::error::AppError;
use crate::live::view::InboxView;

/// Whether something is being fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filling {
    Done,
    Busy,
    Failed(AppError),
}

/// What is known of the conversation the address names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    Loading,
    Ready,
    /// Not there, or not for these eyes.
    Missing,
    Failed(AppError),
}

impl Inbox {
    /// Shows the list under another filter.
    pub fn choose(self, filter: ListFilter) {
        let unchanged = self.truth.with_value(|truth| truth.view.list.filter == filter);
        if unchanged && self.list_filling.get_untracked() != Filling::Busy {
            self.filter.set(filter);
            return;
        }
        self.filter.set(filter);
        self.fetch_list();
    }

    /// Fetches the list as the filter has it, from its top.
    pub fn fetch_list(self) {
        let filter = self.filter.get_untracked();
        self.list_filling.set(Filling::Busy);
        self.more_filling.set(Filling::Done);
        let request = self.next_list_request();
        spawn_local(async move {
            let answer = load_inbox(filter, None).await;
            if self.truth.with_value(|truth| truth.list_request) != request {
                return;
            }
            match answer {
                Ok(view) => {
                    self.truth.update_value(|truth| truth.view.list = view.list);
                    self.list_filling.set(Filling::Done);
                    self.publish_all();
                    self.watch();
                }
                Err(error) => self.list_filling.set(self.failed(error)),
            }
        });
    }

    /// Fetches the page below the loaded rows.
    pub fn fetch_more(self) {
        if self.more_filling.get_untracked() == Filling::Busy || self.list_filling.get_untracked() != Filling::Done {
            return;
        }
        let (filter, horizon, request) = self
            .truth
            .with_value(|truth| (truth.view.list.filter.clone(), truth.view.list.horizon.clone(), truth.list_request));
        let Some(before) = horizon else { return };
        self.more_filling.set(Filling::Busy);
        spawn_local(async move {
            let answer = load_page(filter, before).await;
            if self.truth.with_value(|truth| truth.list_request) != request {
                return;
            }
            match answer {
                Ok(found) => {
                    self.truth.update_value(|truth| truth.view.list.append(found.seq, found.page));
                    self.more_filling.set(Filling::Done);
                    self.publish_all();
                    self.watch();
                }
                Err(error) => self.more_filling.set(self.failed(error)),
            }
        });
    }

    /// Opens a conversation, or none.
    pub fn show(self, id: Option<ConversationId>) {
        let held = self.truth.with_value(|truth| truth.view.thread.as_ref().map(|thread| thread.row.id.clone()));
        let known_missing =
            id.is_some() && self.truth.try_update_value(|truth| std::mem::take(&mut truth.missing)) == Some(true);
        self.open.set(id.clone());
        if held == id && id.is_some() {
            return self.opened.set(Opened::Ready);
        }
        self.truth.update_value(|truth| {
            truth.view.thread = None;
            truth.bubbles.clear();
            truth.line_after_seq = None;
            truth.seen_seq = 0;
        });
        self.older_filling.set(Filling::Done);
        self.spoken.set(String::new());
        if known_missing {
            self.opened.set(Opened::Missing);
            return self.publish_all();
        }
        match id {
            Some(_) => self.fetch_thread(),
            None => {
                self.next_thread_request();
                self.opened.set(Opened::Ready);
                self.publish_all();
                self.watch();
            }
        }
    }

    /// Fetches the conversation that is open.
    pub fn fetch_thread(self) {
        let Some(id) = self.open.get_untracked() else { return };
        self.opened.set(Opened::Loading);
        self.publish_all();
        let request = self.next_thread_request();
        spawn_local(async move {
            let answer = open_conversation(id).await;
            if self.truth.with_value(|truth| truth.thread_request) != request {
                return;
            }
            match answer {
                Ok(thread) => {
                    self.truth.update_value(|truth| {
                        truth.line_after_seq = shown::line_of(&thread.row);
                        truth.spoken_seq = thread.row.seq;
                        truth.view.thread = Some(thread);
                    });
                    self.opened.set(Opened::Ready);
                }
                Err(AppError::NotFound) => self.opened.set(Opened::Missing),
                Err(error) => self.opened.set(match self.failed(error) {
                    Filling::Failed(error) => Opened::Failed(error),
                    Filling::Busy | Filling::Done => Opened::Loading,
                }),
            }
            self.publish_all();
            self.watch();
        });
    }

    /// Fetches the messages above the loaded ones.
    pub fn fetch_older(self) {
        if self.older_filling.get_untracked() == Filling::Busy {
            return;
        }
        let asked = self.truth.with_value(|truth| {
            let thread = truth.view.thread.as_ref().filter(|thread| thread.has_older)?;
            Some((thread.row.id.clone(), thread.messages.first()?.seq, thread.seq, truth.thread_request))
        });
        let Some((id, before_seq, asked_at_seq, request)) = asked else { return };
        self.older_filling.set(Filling::Busy);
        spawn_local(async move {
            let answer = load_older(id, before_seq).await;
            if self.truth.with_value(|truth| truth.thread_request) != request {
                return;
            }
            match answer {
                Ok(older) => {
                    self.truth.update_value(|truth| {
                        if let Some(thread) = truth.view.thread.as_mut() {
                            thread.prepend(asked_at_seq, older.messages, older.has_older);
                        }
                    });
                    self.older_filling.set(Filling::Done);
                    self.touch(Dirty { thread: true, ..Dirty::default() });
                    self.watch();
                }
                Err(error) => self.older_filling.set(self.failed(error)),
            }
        });
    }

    /// Fetches everything anew: events were lost, or more may be seen than before.
    pub(super) fn resync(self) {
        self.truth.update_value(|truth| truth.needs_resync = true);
        let (filter, open) = (self.filter.get_untracked(), self.open.get_untracked());
        let (list_request, thread_request) = (self.next_list_request(), self.next_thread_request());
        spawn_local(async move {
            let answer = load_inbox(filter, open.clone()).await;
            let current = self
                .truth
                .with_value(|truth| (truth.list_request == list_request, truth.thread_request == thread_request));
            match answer {
                Ok(view) => self.adopt(view, current.0, current.1),
                Err(error) => {
                    if current.0 && self.list_filling.get_untracked() == Filling::Busy {
                        self.list_filling.set(self.failed(error.clone()));
                    }
                    // A new connection tries again; while there is one, time does.
                    self.failed(error);
                    crate::ui::parts::browser::after(std::time::Duration::from_secs(3), move || {
                        let again =
                            self.truth.with_value(|truth| truth.needs_resync && truth.list_request == list_request);
                        if again && self.link.get_untracked() == Link::Up {
                            self.resync();
                        }
                    });
                }
            }
        });
    }

    /// Takes over a fresh snapshot, but for the parts that something newer was asked for since.
    fn adopt(self, fresh: InboxView, list_current: bool, thread_current: bool) {
        let open = self.open.get_untracked();
        self.truth.update_value(|truth| {
            truth.needs_resync = false;
            let view = &mut truth.view;
            (view.seq, view.me, view.agents, view.channels) = (fresh.seq, fresh.me, fresh.agents, fresh.channels);
            view.stale = false;
            if list_current {
                view.list = fresh.list;
            }
            if thread_current {
                view.thread = fresh.thread;
            }
        });
        if list_current {
            self.list_filling.set(Filling::Done);
            self.more_filling.set(Filling::Done);
        }
        if thread_current {
            self.older_filling.set(Filling::Done);
            let there = self.truth.with_value(|truth| truth.view.thread.is_some());
            self.opened.set(if there || open.is_none() { Opened::Ready } else { Opened::Missing });
        }
        self.publish_all();
        self.watch();
    }

    /// What a refused fetch leaves on the screen; the end of the session ends the page.
    pub(super) fn failed(self, error: AppError) -> Filling {
        if error == AppError::SignedOut {
            self.leave();
        }
        Filling::Failed(error)
    }

    fn next_list_request(self) -> u64 {
        self.truth
            .try_update_value(|truth| {
                truth.list_request += 1;
                truth.list_request
            })
            .unwrap_or_default()
    }

    fn next_thread_request(self) -> u64 {
        self.truth
            .try_update_value(|truth| {
                truth.thread_request += 1;
                truth.thread_request
            })
            .unwrap_or_default()
    }
}
