//! The server's side without a database: what is true, and the events that told of it.

use std::collections::BTreeSet;

use app::domain::agent::{AgentBrief, Role};
use app::domain::channel::{ChannelBrief, ReadReceipts};
use app::domain::contact::ContactBrief;
use app::domain::conversation::{
    ConversationPage, ConversationRow, ConversationStatus, LastMessage, ListFilter, SortKey,
};
use app::domain::ids::{AgentId, ChannelId, ContactId, ConversationId, MessageId, PhoneNumberId, WabaId};
use app::domain::message::{Author, AuthorKind, Direction, Message, MessageStatus};
use app::live::protocol::LiveEvent;
use app::live::view::{InboxView, ListView, ThreadView};

pub const LIST_PAGE: usize = 5;
pub const THREAD_PAGE: usize = 4;

#[derive(Default)]
pub struct World {
    /// Event number n stands at n - 1.
    pub log: Vec<LiveEvent>,
    pub agents: Vec<AgentBrief>,
    pub channels: Vec<Channel>,
    pub chats: Vec<Chat>,
    now_ms: i64,
}

pub struct Channel {
    pub brief: ChannelBrief,
    /// `None`: for everyone.
    pub members: Option<BTreeSet<AgentId>>,
}

pub struct Chat {
    pub row: ConversationRow,
    pub messages: Vec<Message>,
}

/// One of `items`, by any number.
pub fn pick<T>(items: &[T], by: u8) -> usize {
    by as usize % items.len()
}

impl World {
    pub fn head(&self) -> i64 {
        self.log.len() as i64
    }

    pub fn sees(&self, me: &AgentId, channel: &ChannelId) -> bool {
        let channel = self.channels.iter().find(|held| held.brief.id == *channel).expect("channels stay");
        channel.members.as_ref().is_none_or(|members| members.contains(me))
    }

    // What happens -------------------------------------------------------------------------------------------------------

    pub fn add_agent(&mut self) {
        let n = self.agents.len();
        // Not in the order of their age: a new one may stand between two old ones.
        let id = AgentId::from_text(format!("a{}{n}", (n * 7) % 10));
        let agent = AgentBrief { id, name: format!("{n}"), role: Role::Agent, disabled: false };
        self.agents.push(agent.clone());
        self.log.push(LiveEvent::Agent { agent: Box::new(agent) });
    }

    /// Renames someone, or (the two who look on aside) disables them and back.
    pub fn change_agent(&mut self, by: u8) {
        let at = pick(&self.agents, by);
        let agent = &mut self.agents[at];
        if at >= 2 && by >= 128 {
            agent.disabled = !agent.disabled;
        } else {
            agent.name.push('x');
        }
        self.log.push(LiveEvent::Agent { agent: Box::new(agent.clone()) });
    }

    pub fn add_channel(&mut self, members: Option<BTreeSet<AgentId>>) {
        // Not in the order of their age: a new one may stand between two old ones.
        let n = self.channels.len();
        let id = ChannelId::from_text(format!("c{}{n}", (n * 7) % 10));
        let brief = ChannelBrief {
            id,
            name: format!("{n}"),
            phone_number_id: PhoneNumberId::from_text(format!("{n}")),
            waba_id: WabaId::from_text("waba"),
            display_phone: "+20221234567".to_owned(),
            read_receipts: ReadReceipts::OnOpen,
            coexistence: false,
            simulated: false,
            paused_code: None,
            unanswered_since_ms: None,
            health_version: 0,
        };
        self.channels.push(Channel { brief: brief.clone(), members });
        self.log.push(LiveEvent::Channel { channel: Box::new(brief) });
    }

    pub fn change_channel(&mut self, by: u8) {
        let at = pick(&self.channels, by);
        let brief = &mut self.channels[at].brief;
        brief.paused_code = if brief.paused_code.is_some() { None } else { Some(i64::from(by)) };
        self.log.push(LiveEvent::Channel { channel: Box::new(brief.clone()) });
    }

    /// As the store does it: each agent hears what changed for them.
    pub fn set_members(&mut self, by: u8, members: Option<BTreeSet<AgentId>>) {
        let at = pick(&self.channels, by);
        let channel_id = self.channels[at].brief.id.clone();
        let saw: Vec<bool> = self.agents.iter().map(|agent| self.sees(&agent.id, &channel_id)).collect();
        self.channels[at].members = members;
        for (agent, saw) in self.agents.clone().into_iter().zip(saw) {
            let granted = self.sees(&agent.id, &channel_id);
            if saw != granted {
                self.log.push(LiveEvent::Access { agent_id: agent.id, channel_id: channel_id.clone(), granted });
            }
        }
    }

    pub fn add_chat(&mut self, by: u8) {
        let n = self.chats.len();
        let row = ConversationRow {
            id: ConversationId::from_text(format!("v{:03}", (n * 37) % 101)),
            channel_id: self.channels[pick(&self.channels, by)].brief.id.clone(),
            contact: ContactBrief {
                id: ContactId::from_text(format!("k{n}")),
                name: format!("{n}"),
                given_name: None,
                phone: None,
                user_id: None,
                username: None,
                first_seen_at_ms: 0,
                last_seen_at_ms: 0,
                version: 0,
            },
            status: ConversationStatus::Open,
            assignee_id: None,
            unread_count: 0,
            seq: 0,
            read_seq: 0,
            window_expires_at_ms: None,
            block: None,
            last_activity_at_ms: 0,
            last_message: None,
        };
        self.chats.push(Chat { row, messages: Vec::new() });
        self.write(n as u8, AuthorKind::Customer, by);
    }

    /// A message in or out. Time stands still now and then, and what a customer wrote may come late.
    pub fn write(&mut self, chat: u8, author: AuthorKind, by: u8) {
        self.now_ms += i64::from(by % 3);
        let late = if author == AuthorKind::Customer { i64::from(by % 5) } else { 0 };
        let sent_at_ms = (self.now_ms - late).max(0);
        let at = pick(&self.chats, chat);
        let Chat { row, messages } = &mut self.chats[at];
        let incoming = author == AuthorKind::Customer;
        row.seq += 1;
        let message = Message {
            direction: if incoming { Direction::In } else { Direction::Out },
            author: Author { kind: author, id: None },
            text: Some(format!("{by}")),
            status: if incoming { MessageStatus::Received } else { MessageStatus::Queued },
            sent_at_ms,
            received_at_ms: self.now_ms,
            ..plain(row, row.seq)
        };
        if incoming {
            (row.unread_count, row.status) = (row.unread_count + 1, ConversationStatus::Open);
        } else {
            (row.unread_count, row.read_seq) = (0, row.seq);
        }
        if sent_at_ms >= row.last_activity_at_ms {
            row.last_activity_at_ms = sent_at_ms;
            row.last_message = Some(last(&message));
        }
        messages.push(message.clone());
        self.log.push(LiveEvent::Message { row: Box::new(row.clone()), message: Box::new(message) });
    }

    /// Messages of the time before come, anywhere beneath the conversation, also between those that came before.
    pub fn bring_past(&mut self, chat: u8, by: u8) {
        let at = pick(&self.chats, chat);
        let Chat { row, messages } = &mut self.chats[at];
        let wanted = [by, by.wrapping_mul(7)].map(|n| -1 - i64::from(n));
        let mut brought = Vec::new();
        for seq in wanted {
            if messages.iter().all(|held| held.seq != seq) {
                let message = plain(row, seq);
                messages.push(message.clone());
                brought.push(message);
            }
        }
        messages.sort_by_key(|message| message.seq);
        let Some(newest) = brought.into_iter().max_by_key(|message| message.seq) else { return };
        if newest.sent_at_ms >= row.last_activity_at_ms {
            row.last_activity_at_ms = newest.sent_at_ms;
            row.last_message = Some(last(&newest));
        }
        self.log.push(LiveEvent::History { row: Box::new(row.clone()), up_to_seq: newest.seq });
    }

    /// A delivery report for any message that went out, however old.
    pub fn report(&mut self, chat: u8, by: u8) {
        let at = pick(&self.chats, chat);
        let Chat { row, messages } = &mut self.chats[at];
        let mut out: Vec<_> = messages.iter_mut().filter(|message| message.direction == Direction::Out).collect();
        if out.is_empty() {
            return;
        }
        let at = pick(&out, by);
        out[at].status = if by.is_multiple_of(2) { MessageStatus::Delivered } else { MessageStatus::Read };
        let message = out[at].clone();
        if row.last_message.as_ref().is_some_and(|held| held.id == message.id) {
            row.last_message = Some(last(&message));
        }
        self.log.push(LiveEvent::Message { row: Box::new(row.clone()), message: Box::new(message) });
    }

    /// Read, closed, opened, assigned or renamed: the row changes and stays where it stands.
    pub fn change_row(&mut self, chat: u8, by: u8) {
        let at = pick(&self.chats, chat);
        let assignee = self.agents[pick(&self.agents, by)].id.clone();
        let row = &mut self.chats[at].row;
        match by % 5 {
            0 => (row.read_seq, row.unread_count) = (row.seq, 0),
            1 => row.status = ConversationStatus::Closed,
            2 => row.status = ConversationStatus::Open,
            3 => row.assignee_id = if row.assignee_id.is_some() { None } else { Some(assignee) },
            _ => row.contact.name.push('x'),
        }
        self.log.push(LiveEvent::Conversation { row: Box::new(row.clone()) });
    }

    // What a fresh load shows --------------------------------------------------------------------------------------------

    /// Every row of a list, newest first.
    pub fn rows(&self, me: &AgentId, filter: &ListFilter) -> Vec<ConversationRow> {
        let seen = self.chats.iter().map(|chat| &chat.row).filter(|row| self.sees(me, &row.channel_id));
        let mut rows: Vec<_> = seen.filter(|row| filter.matches(row)).cloned().collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.sort_key()));
        rows
    }

    pub fn page(&self, me: &AgentId, filter: &ListFilter, before: Option<&SortKey>) -> ConversationPage {
        let mut rows = self.rows(me, filter);
        rows.retain(|row| before.is_none_or(|before| row.sort_key() < *before));
        let more = rows.len() > LIST_PAGE;
        rows.truncate(LIST_PAGE);
        let next = if more { rows.last().map(ConversationRow::sort_key) } else { None };
        ConversationPage { rows, next }
    }

    pub fn chat(&self, me: &AgentId, id: &ConversationId) -> Option<&Chat> {
        self.chats.iter().find(|chat| chat.row.id == *id && self.sees(me, &chat.row.channel_id))
    }

    pub fn thread(&self, me: &AgentId, id: &ConversationId) -> Option<ThreadView> {
        let chat = self.chat(me, id)?;
        let (messages, has_older) = chat.below(i64::MAX);
        Some(ThreadView { seq: self.head(), row: chat.row.clone(), messages, has_older })
    }

    pub fn inbox(&self, me: &AgentId, filter: &ListFilter, open: Option<&ConversationId>) -> InboxView {
        let mut channels: Vec<_> = self.channels.iter().map(|channel| channel.brief.clone()).collect();
        channels.retain(|channel| self.sees(me, &channel.id));
        channels.sort_by(|a, b| a.id.cmp(&b.id));
        let mut agents = self.agents.clone();
        agents.sort_by(|a, b| a.id.cmp(&b.id));
        InboxView {
            seq: self.head(),
            me: self.agents.iter().find(|agent| agent.id == *me).expect("they work here").clone(),
            agents,
            channels,
            list: ListView::new(self.head(), filter.clone(), self.page(me, filter, None)),
            thread: open.and_then(|id| self.thread(me, id)),
            stale: false,
        }
    }
}

impl Chat {
    /// The page below a `seq`, oldest first, and whether there are older ones.
    pub fn below(&self, before_seq: i64) -> (Vec<Message>, bool) {
        let below: Vec<_> = self.messages.iter().filter(|message| message.seq < before_seq).cloned().collect();
        let from = below.len().saturating_sub(THREAD_PAGE);
        (below[from..].to_vec(), from > 0)
    }
}

fn last(message: &Message) -> LastMessage {
    LastMessage {
        id: message.id.clone(),
        direction: message.direction,
        author_kind: message.author.kind,
        kind: message.kind.clone(),
        preview: message.text.clone().unwrap_or_default(),
        status: message.status,
        sent_at_ms: message.sent_at_ms,
    }
}

/// A customer's message of the time before.
fn plain(row: &ConversationRow, seq: i64) -> Message {
    Message {
        content: None,
        media: None,
        reactions: Vec::new(),
        edited_at_ms: None,
        revoked_at_ms: None,
        id: MessageId::from_text(format!("{}.{seq}", row.id)),
        conversation_id: row.id.clone(),
        wamid: None,
        seq,
        direction: Direction::In,
        author: Author { kind: AuthorKind::Customer, id: None },
        kind: "text".to_owned(),
        text: Some(format!("{seq}")),
        reply_to: None,
        status: MessageStatus::Received,
        error: None,
        sent_at_ms: 0,
        received_at_ms: 0,
        client_msg_id: None,
        resend_of: None,
    }
}
