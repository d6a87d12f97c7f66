//! The hub's side of the line, as `live::hub` does it.

use std::collections::VecDeque;

use app::domain::ids::AgentId;
use app::live::protocol::{LiveEvent, ServerFrame, WatchList, WatchThread};

use crate::world::World;

/// Events the hub remembers.
const RING: i64 = 40;

/// What the hub knows of a tab.
#[derive(Default)]
pub struct Seat {
    list: Option<WatchList>,
    thread: Option<WatchThread>,
    pub queue: VecDeque<ServerFrame>,
}

fn may_see(world: &World, me: &AgentId, event: &LiveEvent) -> bool {
    match event {
        LiveEvent::Message { row, .. } | LiveEvent::Conversation { row } | LiveEvent::History { row, .. } => {
            world.sees(me, &row.channel_id)
        }
        LiveEvent::Channel { channel } => world.sees(me, &channel.id),
        LiveEvent::Agent { .. } => true,
        LiveEvent::Access { agent_id, .. } => agent_id == me,
    }
}

impl Seat {
    /// Queues an event, if this tab may have it and shows what it changes.
    pub fn send(&mut self, world: &World, me: &AgentId, seq: i64) {
        let event = &world.log[seq as usize - 1];
        if may_see(world, me, event) && self.wants(seq, event) {
            self.queue.push_back(ServerFrame::Event { seq, event: event.clone() });
        }
    }

    fn wants(&self, seq: i64, event: &LiveEvent) -> bool {
        let Some(row) = event.row() else { return true };
        let thread = self.thread.as_ref().is_some_and(|t| t.conversation_id == row.id && seq > t.since);
        let list = self.list.as_ref().is_some_and(|l| {
            seq > l.since
                && l.filter.channel_id.as_ref().is_none_or(|id| *id == row.channel_id)
                && l.horizon.as_ref().is_none_or(|horizon| row.sort_key() >= *horizon)
        });
        thread || list
    }

    pub fn watch(&mut self, world: &World, me: &AgentId, list: Option<WatchList>, thread: Option<WatchThread>) {
        let since = [list.as_ref().map(|l| l.since), thread.as_ref().map(|t| t.since)].into_iter().flatten().min();
        (self.list, self.thread) = (list.clone(), thread.clone());
        self.queue.push_back(ServerFrame::Watching { list, thread });
        let Some(since) = since else { return };
        if since < world.head() - RING {
            self.queue.push_back(ServerFrame::Resync);
            return;
        }
        (since + 1..=world.head()).for_each(|seq| self.send(world, me, seq));
    }
}
