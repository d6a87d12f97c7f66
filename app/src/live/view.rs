//! What one tab shows, and the pure function that keeps it true: snapshot + events = fresh snapshot.
//!
//! A list is whole down to its *horizon*: it holds every matching row whose sort key is at or above it and none below.
//! A thread is whole from its oldest loaded message to the newest. Both remember the last event they have applied, since
//! their snapshots are taken at different moments.

use serde::{Deserialize, Serialize};

use super::protocol::{ClientFrame, LiveEvent, WatchList, WatchThread};
use crate::domain::agent::AgentBrief;
use crate::domain::channel::ChannelBrief;
use crate::domain::conversation::{ConversationPage, ConversationRow, ListFilter, SortKey};
use crate::domain::ids::AgentId;
use crate::domain::message::Message;

/// Everything a signed-in tab shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboxView {
    /// The last event applied to the colleagues and numbers below.
    pub seq: i64,
    pub me: AgentBrief,
    pub agents: Vec<AgentBrief>,
    pub channels: Vec<ChannelBrief>,
    pub list: ListView,
    pub thread: Option<ThreadView>,
    /// What may be seen has grown: a fresh snapshot is needed to show it.
    pub stale: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListView {
    pub seq: i64,
    pub filter: ListFilter,
    /// Newest first.
    pub rows: Vec<ConversationRow>,
    /// Sort key of the oldest loaded row; `None` when there is nothing older.
    pub horizon: Option<SortKey>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThreadView {
    pub seq: i64,
    pub row: ConversationRow,
    /// Oldest first, by `seq`.
    pub messages: Vec<Message>,
    /// There are older messages than the first one here.
    pub has_older: bool,
}

impl ListView {
    pub fn new(seq: i64, filter: ListFilter, page: ConversationPage) -> Self {
        Self { seq, filter, rows: page.rows, horizon: page.next }
    }

    /// Adds the page below the horizon. `page` was read at `page_seq`, which may be newer or older than the list: a row
    /// the list holds already is newer only if the list has applied more. Events of the rows that are new here were
    /// never sent to this list, so its place goes back to where the page was read: watch again from there.
    pub fn append(&mut self, page_seq: i64, page: ConversationPage) {
        for row in page.rows {
            match self.rows.iter().position(|held| held.id == row.id) {
                Some(_) if self.seq >= page_seq => {}
                Some(at) => self.rows[at] = row,
                None => self.rows.push(row),
            }
        }
        self.horizon = page.next;
        self.seq = self.seq.min(page_seq);
        self.sort();
    }

    fn sort(&mut self) {
        self.rows.sort_by_key(|row| std::cmp::Reverse(row.sort_key()));
    }

    fn apply_row(&mut self, row: &ConversationRow) {
        let at = self.rows.iter().position(|held| held.id == row.id);
        let shown = self.filter.matches(row) && self.horizon.as_ref().is_none_or(|horizon| row.sort_key() >= *horizon);
        match (at, shown) {
            (Some(at), true) => self.rows[at] = row.clone(),
            (Some(at), false) => {
                self.rows.remove(at);
            }
            (None, true) => self.rows.push(row.clone()),
            (None, false) => return,
        }
        self.sort();
    }
}

impl ThreadView {
    /// Puts older messages in front, asked for when the thread's place was `asked_at_seq`. Ones the thread holds already
    /// stay as they are: events have kept them newer. What has happened to the others since was passed over, so the
    /// thread's place goes back: watch again from there.
    pub fn prepend(&mut self, asked_at_seq: i64, older: Vec<Message>, has_older: bool) {
        let mut messages: Vec<Message> =
            older.into_iter().filter(|old| !self.messages.iter().any(|held| held.id == old.id)).collect();
        messages.append(&mut self.messages);
        messages.sort_by_key(|message| message.seq);
        self.messages = messages;
        self.has_older = has_older;
        self.seq = self.seq.min(asked_at_seq);
    }

    /// Notes that there are older messages, up to this one; `false` when some of them stand between those held here.
    fn lies_above(&mut self, up_to_seq: i64) -> bool {
        let above = self.messages.first().is_some_and(|first| up_to_seq < first.seq);
        self.has_older |= above;
        above
    }

    fn apply_message(&mut self, message: &Message) {
        match self.messages.iter().position(|held| held.id == message.id) {
            Some(at) => self.messages[at] = message.clone(),
            None => {
                // A change to a message older than what is loaded would tear a hole into the thread.
                let below = self.has_older && self.messages.first().is_some_and(|first| message.seq < first.seq);
                if below {
                    return;
                }
                let at = self.messages.partition_point(|held| held.seq < message.seq);
                self.messages.insert(at, message.clone());
            }
        }
    }
}

/// Brings a view to the state after event number `seq`. Events a part has applied already change nothing there.
pub fn apply(view: &mut InboxView, seq: i64, event: &LiveEvent) {
    if let Some(row) = event.row() {
        if seq > view.list.seq {
            view.list.apply_row(row);
        }
        if let Some(thread) = view.thread.as_mut().filter(|thread| thread.row.id == row.id && seq > thread.seq) {
            thread.row = row.clone();
            match event {
                LiveEvent::Message { message, .. } => thread.apply_message(message),
                LiveEvent::History { up_to_seq, .. } => view.stale |= !thread.lies_above(*up_to_seq),
                _ => {}
            }
        }
    } else if seq > view.seq {
        apply_house(view, event);
    }
    advance(view, seq);
}

/// What to ask the server for, so that everything this view has not applied follows. The colleagues and numbers have no
/// place of their own there and may have been read earlier than the rest: both places reach back to theirs.
pub fn watch(view: &InboxView) -> ClientFrame {
    let ListView { seq, filter, horizon, .. } = &view.list;
    let list = WatchList { filter: filter.clone(), horizon: horizon.clone(), since: view.seq.min(*seq) };
    let thread = view
        .thread
        .as_ref()
        .map(|thread| WatchThread { conversation_id: thread.row.id.clone(), since: view.seq.min(thread.seq) });
    ClientFrame::Watch { list: Some(list), thread }
}

/// The server will now send everything after these places again. Events that were under way when the tab asked have
/// moved the view's own place past ones it never got, so it goes back; applying an event twice in order does no harm.
///
/// A line that is cut with a [`ClientFrame::Watch`] unanswered leaves the same doubt: call this for each such frame, in any
/// order, before watching again.
pub fn watching(view: &mut InboxView, list: Option<&WatchList>, thread: Option<&WatchThread>) {
    let since = [list.map(|list| list.since), thread.map(|thread| thread.since)].into_iter().flatten().min();
    view.seq = since.map_or(view.seq, |since| view.seq.min(since));
    if let Some(list) = list.filter(|list| list.filter == view.list.filter) {
        view.list.seq = view.list.seq.min(list.since);
    }
    if let (Some(held), Some(thread)) = (&mut view.thread, thread)
        && held.row.id == thread.conversation_id
    {
        held.seq = held.seq.min(thread.since);
    }
}

/// Notes that everything up to `seq` which concerns this view has been applied.
pub fn advance(view: &mut InboxView, seq: i64) {
    view.seq = view.seq.max(seq);
    view.list.seq = view.list.seq.max(seq);
    if let Some(thread) = &mut view.thread {
        thread.seq = thread.seq.max(seq);
    }
}

fn apply_house(view: &mut InboxView, event: &LiveEvent) {
    match event {
        LiveEvent::Channel { channel } => match view.channels.iter().position(|held| held.id == channel.id) {
            Some(at) => view.channels[at] = (**channel).clone(),
            None => {
                view.channels.push((**channel).clone());
                view.channels.sort_by(|a, b| a.id.cmp(&b.id));
            }
        },
        LiveEvent::Agent { agent } => {
            if agent.id == view.me.id {
                view.me = (**agent).clone();
            }
            match view.agents.iter().position(|held| held.id == agent.id) {
                Some(at) => view.agents[at] = (**agent).clone(),
                None => {
                    view.agents.push((**agent).clone());
                    view.agents.sort_by(|a, b| a.id.cmp(&b.id));
                }
            }
        }
        LiveEvent::Access { agent_id, channel_id, granted } => apply_access(view, agent_id, channel_id, *granted),
        LiveEvent::Message { .. } | LiveEvent::Conversation { .. } | LiveEvent::History { .. } => {}
    }
}

/// What is lost goes at once; what is gained was never sent, so it must be fetched.
fn apply_access(view: &mut InboxView, agent_id: &AgentId, channel_id: &crate::domain::ids::ChannelId, granted: bool) {
    if *agent_id != view.me.id {
        return;
    }
    if granted {
        view.stale = true;
        return;
    }
    view.list.rows.retain(|row| row.channel_id != *channel_id);
    view.channels.retain(|channel| channel.id != *channel_id);
    if view.thread.as_ref().is_some_and(|thread| thread.row.channel_id == *channel_id) {
        view.thread = None;
    }
}
