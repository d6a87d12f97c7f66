//! A tab, joined to its seat at the hub by a line that takes its time and may break.

use std::collections::VecDeque;

use app::domain::conversation::{ConversationPage, ListFilter, SortKey};
use app::domain::ids::{AgentId, ConversationId};
use app::domain::message::Message;
use app::live::protocol::{ClientFrame, ServerFrame, WatchList, WatchThread};
use app::live::view::{self, InboxView, ListView, ThreadView};

use crate::hub::Seat;
use crate::world::{World, pick};

/// What was asked over HTTP and is on its way back: read at one moment, installed at a later one.
pub enum Answer {
    Inbox(Box<InboxView>, Option<ConversationId>),
    List(ListView),
    Page { filter: ListFilter, before: SortKey, seq: i64, page: ConversationPage },
    Thread(ConversationId, Option<Box<ThreadView>>),
    Older { id: ConversationId, before_seq: i64, asked_at_seq: i64, messages: Vec<Message>, has_older: bool },
}

pub struct Tab {
    pub me: AgentId,
    pub view: InboxView,
    /// What the person chose last; answers to older wishes are thrown away.
    filter: ListFilter,
    open: Option<ConversationId>,
    pub answers: Vec<Answer>,
    /// Said to the server, not yet heard by it.
    outgoing: VecDeque<(Option<WatchList>, Option<WatchThread>)>,
    /// Said and not yet answered, oldest first.
    unanswered: VecDeque<(Option<WatchList>, Option<WatchThread>)>,
    seat: Option<Seat>,
    /// What has been seen to happen, by name.
    pub seen: Vec<&'static str>,
}

impl Tab {
    pub fn open(world: &World, me: &AgentId) -> Self {
        let filter = ListFilter::default();
        let mut tab = Self {
            me: me.clone(),
            view: world.inbox(me, &filter, None),
            filter,
            open: None,
            answers: Vec::new(),
            outgoing: VecDeque::new(),
            unanswered: VecDeque::new(),
            seat: None,
            seen: Vec::new(),
        };
        tab.connect(world);
        tab
    }

    // The line -----------------------------------------------------------------------------------------------------------

    pub fn connect(&mut self, world: &World) {
        if self.seat.is_none() {
            let mut seat = Seat::default();
            seat.queue.push_back(ServerFrame::Hello { build: String::new(), now_ms: 0, head: world.head() });
            self.seat = Some(seat);
        }
    }

    pub fn disconnect(&mut self) {
        self.seat = None;
        self.outgoing.clear();
    }

    /// The hub publishes an event.
    pub fn publish(&mut self, world: &World, seq: i64) {
        if let Some(seat) = &mut self.seat {
            seat.send(world, &self.me, seq);
        }
    }

    /// The socket was too slow: what waited for it is lost.
    pub fn overflow(&mut self) {
        if let Some(seat) = &mut self.seat {
            seat.queue.clear();
            seat.queue.push_back(ServerFrame::Resync);
        }
    }

    pub fn ping(&mut self, world: &World) {
        if let Some(seat) = &mut self.seat {
            seat.queue.push_back(ServerFrame::Ping { head: world.head(), now_ms: 0 });
        }
    }

    /// The server hears the oldest thing this tab said.
    pub fn hear(&mut self, world: &World) -> bool {
        let Some(seat) = &mut self.seat else { return false };
        let Some((list, thread)) = self.outgoing.pop_front() else { return false };
        seat.watch(world, &self.me, list, thread);
        true
    }

    /// The next frame reaches the tab.
    pub fn receive(&mut self, world: &World) -> bool {
        let Some(frame) = self.seat.as_mut().and_then(|seat| seat.queue.pop_front()) else { return false };
        match frame {
            ServerFrame::Hello { .. } => {
                for (list, thread) in std::mem::take(&mut self.unanswered) {
                    self.seen.push("cut off with an unanswered watch");
                    view::watching(&mut self.view, list.as_ref(), thread.as_ref());
                }
                self.watch();
            }
            ServerFrame::Watching { list, thread } => {
                self.unanswered.pop_front();
                view::watching(&mut self.view, list.as_ref(), thread.as_ref());
            }
            ServerFrame::Event { seq, event } => view::apply(&mut self.view, seq, &event),
            ServerFrame::House { .. } => {}
            ServerFrame::Ping { head, .. } => view::advance(&mut self.view, head),
            ServerFrame::Resync => {
                self.seen.push("told to start anew");
                self.ask_inbox(world);
            }
            ServerFrame::Goodbye { .. } | ServerFrame::SignedOut => unreachable!("this hub says neither"),
        }
        if self.view.stale && !self.answers.iter().any(|answer| matches!(answer, Answer::Inbox(..))) {
            self.seen.push("gained a number");
            self.ask_inbox(world);
        }
        true
    }

    fn watch(&mut self) {
        let ClientFrame::Watch { list, thread } = view::watch(&self.view) else { unreachable!() };
        self.unanswered.push_back((list.clone(), thread.clone()));
        if self.seat.is_some() {
            self.outgoing.push_back((list, thread));
        }
    }

    /// An event that every part has applied comes once more.
    pub fn repeat(&mut self, world: &World, by: u8) {
        let thread = self.view.thread.as_ref().map_or(i64::MAX, |thread| thread.seq);
        let known = self.view.seq.min(self.view.list.seq).min(thread);
        if known > 0 {
            let seq = 1 + i64::from(by) % known;
            let before = self.view.clone();
            view::apply(&mut self.view, seq, &world.log[seq as usize - 1]);
            assert_eq!(self.view, before, "event {seq} was applied twice");
        }
    }

    // What the person does -----------------------------------------------------------------------------------------------

    fn ask_inbox(&mut self, world: &World) {
        let inbox = world.inbox(&self.me, &self.filter, self.open.as_ref());
        self.answers.push(Answer::Inbox(Box::new(inbox), self.open.clone()));
    }

    pub fn switch_filter(&mut self, world: &World, filter: ListFilter) {
        self.filter = filter;
        let page = world.page(&self.me, &self.filter, None);
        self.answers.push(Answer::List(ListView::new(world.head(), self.filter.clone(), page)));
    }

    pub fn scroll_list(&mut self, world: &World) {
        let ListView { filter, horizon, .. } = &self.view.list;
        if let Some(before) = horizon.clone() {
            let page = world.page(&self.me, filter, Some(&before));
            self.answers.push(Answer::Page { filter: filter.clone(), before, seq: world.head(), page });
        }
    }

    pub fn open_thread(&mut self, world: &World, by: u8) {
        let id = world.chats[pick(&world.chats, by)].row.id.clone();
        self.answers.push(Answer::Thread(id.clone(), world.thread(&self.me, &id).map(Box::new)));
        self.open = Some(id);
    }

    pub fn scroll_thread(&mut self, world: &World) {
        let Some(thread) = self.view.thread.as_ref().filter(|thread| thread.has_older) else { return };
        let (id, before_seq, asked_at_seq) = (thread.row.id.clone(), thread.messages[0].seq, thread.seq);
        if let Some(chat) = world.chat(&self.me, &id) {
            let (messages, has_older) = chat.below(before_seq);
            self.answers.push(Answer::Older { id, before_seq, asked_at_seq, messages, has_older });
        }
    }

    /// An answer arrives, in any order.
    pub fn install(&mut self, world: &World, by: u8) {
        if self.answers.is_empty() {
            return;
        }
        let at = pick(&self.answers, by);
        match self.answers.remove(at) {
            Answer::Inbox(inbox, open) if inbox.list.filter == self.filter && open == self.open => self.view = *inbox,
            // The person has gone on since; the whole is still wanted.
            Answer::Inbox(..) => return self.ask_inbox(world),
            Answer::List(list) if list.filter == self.filter => self.view.list = list,
            Answer::Page { filter, before, seq, page }
                if filter == self.view.list.filter && Some(&before) == self.view.list.horizon.as_ref() =>
            {
                self.seen.push(if seq < self.view.list.seq { "an older page" } else { "a newer page" });
                self.view.list.append(seq, page);
            }
            // "Not there" may be old news: a snapshot that shows it was read later.
            Answer::Thread(id, None) if self.view.thread.as_ref().is_some_and(|held| held.row.id == id) => {}
            Answer::Thread(id, thread) if Some(&id) == self.open.as_ref() => {
                self.view.thread = thread.map(|thread| *thread);
            }
            Answer::Older { id, before_seq, asked_at_seq, messages, has_older } => {
                let Some(thread) = self.view.thread.as_mut().filter(|thread| {
                    thread.row.id == id && thread.messages.first().is_some_and(|first| first.seq == before_seq)
                }) else {
                    return;
                };
                self.seen.push(if asked_at_seq < thread.seq {
                    "older messages, asked for earlier"
                } else {
                    "older messages"
                });
                thread.prepend(asked_at_seq, messages, has_older);
            }
            Answer::List(_) | Answer::Page { .. } | Answer::Thread(..) => return,
        }
        self.watch();
    }

    // At rest ------------------------------------------------------------------------------------------------------------

    /// Lets everything that is under way arrive.
    pub fn settle(&mut self, world: &World) {
        self.connect(world);
        loop {
            while self.hear(world) || self.receive(world) {}
            if self.answers.is_empty() {
                break;
            }
            self.install(world, 0);
        }
        self.ping(world);
        self.receive(world);
    }

    /// The view is what a fresh load shows, as far as this tab has loaded.
    pub fn assert_true(&self, world: &World) {
        let fresh = world.inbox(&self.me, &self.filter, self.open.as_ref());
        let horizon = self.view.list.horizon.clone();
        let mut rows = world.rows(&self.me, &self.filter);
        rows.retain(|row| horizon.as_ref().is_none_or(|horizon| row.sort_key() >= *horizon));
        let list = ListView { rows, horizon, ..fresh.list };
        let thread = fresh.thread.map(|fresh| {
            let held = self.view.thread.as_ref().expect("the open conversation is shown");
            let chat = world.chat(&self.me, &fresh.row.id).expect("it was just seen");
            let from = held.messages.first().map_or(0, |first| first.seq);
            let messages: Vec<_> = chat.messages.iter().filter(|message| message.seq >= from).cloned().collect();
            let has_older = chat.messages.len() > messages.len();
            ThreadView { messages, has_older, ..fresh }
        });
        assert_eq!(self.view, InboxView { list, thread, ..fresh });
    }
}
