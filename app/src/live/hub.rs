//! Fans events out to the sockets that want them and may have them. One serialisation serves all.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::ws::Utf8Bytes;
use tokio::sync::{Notify, mpsc};

use super::protocol::{HouseState, LiveEvent, ServerFrame, WatchList, WatchThread};
use crate::api::snapshot::visible_channels;
use crate::domain::agent::{AgentBrief, Role};
use crate::domain::ids::ChannelId;
use crate::domain::permission::Actor;
use crate::error::AppError;
use crate::store::{Db, events};

/// Events kept in memory: a tab that was away for longer fetches a snapshot.
const RING: usize = 8_192;
/// Frames a socket may fall behind before it has to fetch a snapshot.
const QUEUE: usize = 256;
/// Events read from the log at once.
const READ_AT_ONCE: i64 = 512;
/// From so many sockets on, a stopping server asks them to come back spread out.
const SPREAD_FROM: usize = 50;
const SPREAD_MS: u32 = 5_000;

/// The hub. Cheap to clone.
#[derive(Clone, Default)]
pub struct Hub {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    ring: VecDeque<Published>,
    /// The last event published.
    head: i64,
    sockets: HashMap<u64, Member>,
    next_id: u64,
    stopping: bool,
    house: HouseState,
}

/// An event as it goes out.
struct Published {
    seq: i64,
    event: LiveEvent,
    frame: Utf8Bytes,
}

/// What the hub knows of a socket.
struct Member {
    agent: AgentBrief,
    /// The numbers this agent sees.
    visible: HashSet<ChannelId>,
    list: Option<WatchList>,
    thread: Option<WatchThread>,
    queue: mpsc::Sender<Utf8Bytes>,
    overflowed: Arc<AtomicBool>,
    recheck: Arc<Notify>,
}

/// A socket's end of the hub. Leaves the hub when dropped.
pub struct Seat {
    hub: Hub,
    id: u64,
    queue: mpsc::Receiver<Utf8Bytes>,
    overflowed: Arc<AtomicBool>,
    recheck: Arc<Notify>,
}

impl Member {
    fn send(&self, frame: Utf8Bytes) {
        // A full queue: what is in it is void from now on, the socket's task clears it and asks for a new start. A
        // closed one belongs to a socket that is leaving.
        if let Err(mpsc::error::TrySendError::Full(_)) = self.queue.try_send(frame) {
            self.overflowed.store(true, Ordering::Release);
        }
    }

    /// What this person may know of the house.
    fn shown(&self, house: &HouseState) -> HouseState {
        match self.agent.role {
            Role::Admin => house.clone(),
            _ => HouseState { storage: house.storage, ..HouseState::default() },
        }
    }

    fn may_see(&self, event: &LiveEvent) -> bool {
        match event {
            LiveEvent::Message { row, .. } | LiveEvent::Conversation { row } | LiveEvent::History { row, .. } => {
                self.visible.contains(&row.channel_id)
            }
            LiveEvent::Channel { channel } => self.visible.contains(&channel.id),
            LiveEvent::Agent { .. } => true,
            LiveEvent::Access { agent_id, .. } => *agent_id == self.agent.id,
        }
    }

    /// Does this tab show what the event changes? `seq` counts for each part from where it asked to start.
    fn wants(&self, seq: i64, event: &LiveEvent) -> bool {
        let Some(row) = event.row() else { return true };
        let thread = self.thread.as_ref().is_some_and(|t| t.conversation_id == row.id && seq > t.since);
        // Rows that stop matching are sent too, so that the tab can take them out; the number alone never changes.
        let list = self.list.as_ref().is_some_and(|l| {
            seq > l.since
                && l.filter.channel_id.as_ref().is_none_or(|id| *id == row.channel_id)
                && l.horizon.as_ref().is_none_or(|horizon| row.sort_key() >= *horizon)
        });
        thread || list
    }
}

impl Hub {
    /// Fills the memory of recent events, so that tabs can resume over a restart.
    ///
    /// # Errors
    /// The database is away.
    pub async fn load(db: &Db) -> Result<Self, AppError> {
        let hub = Self::default();
        let mut read = db.read().await?;
        let head = events::head(&mut read.conn()).await?;
        let mut last = (head - RING as i64).max(0);
        hub.lock().head = last;
        while last < head {
            let rows = events::after(&mut read.conn(), last, READ_AT_ONCE).await?;
            let Some(newest) = rows.last() else { break };
            last = newest.seq;
            let mut state = hub.lock();
            for row in rows {
                state.publish(row.seq, &row.body, serde_json::from_str(&row.body).ok());
            }
        }
        // Pruned events leave a gap at the end only in an empty log.
        hub.lock().head = head;
        Ok(hub)
    }

    /// Publishes what the log gets, for ever. `poll` bounds how long a commit of another process stays unseen.
    pub async fn pump(self, db: Db, poll: Duration) {
        loop {
            match self.publish_new(&db).await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => {
                    tracing::warn!(error.cause = %error, "live: the event log cannot be read, trying again");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
            let _ = tokio::time::timeout(poll, db.wakes().events.notified()).await;
        }
    }

    async fn publish_new(&self, db: &Db) -> Result<bool, AppError> {
        let head = self.lock().head;
        let mut read = db.read().await?;
        let rows = events::after(&mut read.conn(), head, READ_AT_ONCE).await?;
        if rows.is_empty() {
            return Ok(false);
        }
        let parsed: Vec<Option<LiveEvent>> = rows.iter().map(|row| serde_json::from_str(&row.body).ok()).collect();
        // What one may see changes before the events that follow are sent.
        if parsed.iter().flatten().any(|event| matches!(event, LiveEvent::Channel { .. } | LiveEvent::Access { .. })) {
            self.refresh_visible(&mut read).await?;
        }
        drop(read);
        let mut state = self.lock();
        for (row, event) in rows.iter().zip(parsed) {
            state.publish(row.seq, &row.body, event);
        }
        Ok(true)
    }

    async fn refresh_visible(&self, read: &mut crate::store::Snapshot) -> Result<(), AppError> {
        let agents: Vec<(u64, Actor)> =
            self.lock().sockets.iter().map(|(id, member)| (*id, actor_of(&member.agent))).collect();
        for (id, actor) in agents {
            let visible = visible_channels(read, &actor).await?.into_iter().map(|channel| channel.id).collect();
            if let Some(member) = self.lock().sockets.get_mut(&id) {
                // What was taken away must still be told, by an Access event that needs no number to be visible.
                member.visible = visible;
            }
        }
        Ok(())
    }

    /// Gives a signed-in socket its seat.
    ///
    /// # Errors
    /// The database is away.
    pub async fn join(&self, db: &Db, agent: AgentBrief) -> Result<Seat, AppError> {
        let mut read = db.read().await?;
        let visible = visible_channels(&mut read, &actor_of(&agent)).await?.into_iter().map(|c| c.id).collect();
        drop(read);
        let (sender, queue) = mpsc::channel(QUEUE);
        let overflowed = Arc::new(AtomicBool::new(false));
        let recheck = Arc::new(Notify::new());
        let mut state = self.lock();
        let id = state.next_id;
        state.next_id += 1;
        let member = Member {
            agent,
            visible,
            list: None,
            thread: None,
            queue: sender,
            overflowed: overflowed.clone(),
            recheck: recheck.clone(),
        };
        state.sockets.insert(id, member);
        drop(state);
        Ok(Seat { hub: self.clone(), id, queue, overflowed, recheck })
    }

    /// The newest published event.
    pub fn head(&self) -> i64 {
        self.lock().head
    }

    /// How many sockets are connected.
    pub fn sockets(&self) -> usize {
        self.lock().sockets.len()
    }

    /// Tells every socket how the house stands now, and new ones too.
    pub fn set_house(&self, house: HouseState) {
        let mut state = self.lock();
        let before = std::mem::replace(&mut state.house, house);
        for member in state.sockets.values() {
            let house = member.shown(&state.house);
            if house != member.shown(&before) {
                member.send(frame(&ServerFrame::House { house }));
            }
        }
    }

    /// Tells every socket to come back, and new ones too.
    pub fn say_goodbye(&self) {
        use rand::RngExt as _;
        let mut state = self.lock();
        state.stopping = true;
        let spread = if state.sockets.len() < SPREAD_FROM { 0 } else { SPREAD_MS };
        for member in state.sockets.values() {
            let after_ms = rand::rng().random_range(0..=spread);
            member.send(frame(&ServerFrame::Goodbye { after_ms }));
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic while holding the lock leaves at worst one event unsent, which a resync heals.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// `event` is what `body` says, if it can be read.
    fn publish(&mut self, seq: i64, body: &str, event: Option<LiveEvent>) {
        self.head = seq;
        let Some(event) = event else {
            tracing::error!(event.seq = seq, "live: event {seq} cannot be read; its watchers fetch a snapshot");
            self.sockets.values().for_each(|member| member.send(frame(&ServerFrame::Resync)));
            return;
        };
        let frame_text = Utf8Bytes::from(format!(r#"{{"frame":"event","seq":{seq},"event":{body}}}"#));
        for member in self.sockets.values() {
            if let LiveEvent::Agent { agent } = &event
                && agent.id == member.agent.id
            {
                if agent.disabled || agent.role != member.agent.role {
                    member.send(frame(&ServerFrame::SignedOut));
                    continue;
                }
                // A new password and a sign-out say no more than this; the session itself tells.
                member.recheck.notify_one();
            }
            if member.may_see(&event) && member.wants(seq, &event) {
                member.send(frame_text.clone());
            }
        }
        if self.ring.len() == RING {
            self.ring.pop_front();
        }
        self.ring.push_back(Published { seq, event, frame: frame_text });
    }
}

impl Seat {
    /// The next frame for this socket; `None` when the hub is gone.
    pub async fn next(&mut self) -> Option<Utf8Bytes> {
        let next = self.queue.recv().await?;
        if self.overflowed.swap(false, Ordering::AcqRel) {
            while self.queue.try_recv().is_ok() {}
            return Some(frame(&ServerFrame::Resync));
        }
        Some(next)
    }

    /// Returns when this socket should look whether its session still holds.
    pub fn recheck(&self) -> Arc<Notify> {
        self.recheck.clone()
    }

    /// Sets what this tab shows and sends it everything since.
    pub fn watch(&self, list: Option<WatchList>, thread: Option<WatchThread>) {
        let mut state = self.hub.lock();
        let State { ring, head, sockets, .. } = &mut *state;
        let Some(member) = sockets.get_mut(&self.id) else { return };
        let since = [list.as_ref().map(|l| l.since), thread.as_ref().map(|t| t.since)].into_iter().flatten().min();
        member.list = list.clone();
        member.thread = thread.clone();
        member.send(frame(&ServerFrame::Watching { list, thread }));
        let Some(since) = since else { return };
        // The memory must reach back to where the tab stands; a tab ahead of us saw a database that is no more.
        let oldest = ring.front().map_or(*head, |oldest| oldest.seq - 1);
        if since < oldest || since > *head {
            member.send(frame(&ServerFrame::Resync));
            return;
        }
        let first = ring.partition_point(|published| published.seq <= since);
        for published in ring.range(first..) {
            if member.may_see(&published.event) && member.wants(published.seq, &published.event) {
                member.send(published.frame.clone());
            }
        }
    }

    /// Queues a ping behind everything sent so far.
    pub fn ping(&self, now_ms: i64) {
        let state = self.hub.lock();
        if let Some(member) = state.sockets.get(&self.id) {
            member.send(frame(&ServerFrame::Ping { head: state.head, now_ms }));
        }
    }

    /// Queues the first frame, or the goodbye of a server that is stopping.
    pub fn hello(&self, build: &str, now_ms: i64) {
        let state = self.hub.lock();
        if let Some(member) = state.sockets.get(&self.id) {
            member.send(frame(&ServerFrame::Hello { build: build.to_owned(), now_ms, head: state.head }));
            let house = member.shown(&state.house);
            if house != HouseState::default() {
                member.send(frame(&ServerFrame::House { house }));
            }
            if state.stopping {
                member.send(frame(&ServerFrame::Goodbye { after_ms: 0 }));
            }
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.hub.lock().sockets.remove(&self.id);
    }
}

fn actor_of(agent: &AgentBrief) -> Actor {
    Actor::Agent { id: agent.id.clone(), role: agent.role }
}

/// A frame as it goes over the wire.
pub fn frame(frame: &ServerFrame) -> Utf8Bytes {
    Utf8Bytes::from(serde_json::to_string(frame).unwrap_or_default())
}
