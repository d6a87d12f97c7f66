//! A small house to test in: people, numbers, customers and what they write.

use app::domain::agent::Role;
use app::domain::channel::{ChannelBrief, ReadReceipts};
use app::domain::contact::AliasKind;
use app::domain::content::ReactionSide;
use app::domain::conversation::ConversationRow;
use app::domain::ids::{AgentId, ChannelId, ContactId, ConversationId, MessageId, PhoneNumberId, WabaId, Wamid};
use app::domain::message::{AuthorKind, Direction, Message, MessageError, MessageStatus};
use app::domain::permission::{Action, Actor, Permit, authorize};
use app::domain::time::DAY_MS;
use app::live::protocol::LiveEvent;
use app::store::agents::{self, Agent, NewAgent};
use app::store::channels::{self, Channel};
use app::store::contacts::{self, Identity, NewContact};
use app::store::conversations::{self, Arrival};
use app::store::messages::{self, NewMessage};
use app::store::outbox::endings::{self, End, Ending};
use app::store::outbox::{OutboxRow, claims};
use app::store::sending::{self, NewOutgoing, Queued};
use app::store::{Db, events};

pub const NOW: i64 = 1_790_000_000_000;

/// Someone who signs in; the address is made of the name.
pub async fn agent(db: &Db, name: &str, role: Role) -> Agent {
    let email = format!("{name}@rayhan.example");
    let new = NewAgent { email: &email, name, role, password_hash: Some("hash"), locale: None };
    commit!(db, tx => agents::insert(&mut tx, &new, NOW)).expect("the address is free")
}

pub fn actor(agent: &Agent) -> Actor {
    Actor::Agent { id: agent.brief.id.clone(), role: agent.brief.role }
}

pub fn permit(agent: &Agent, action: Action) -> Permit {
    authorize(&actor(agent), action).expect("the role includes the action")
}

/// A number as an admin would add it, not stored yet.
pub fn new_channel(name: &str) -> Channel {
    Channel {
        brief: ChannelBrief {
            id: ChannelId::new(),
            name: name.to_owned(),
            phone_number_id: PhoneNumberId::from_text(format!("pn-{name}")),
            waba_id: WabaId::from_text("waba"),
            display_phone: "+20221234567".to_owned(),
            read_receipts: ReadReceipts::OnOpen,
            coexistence: false,
            simulated: false,
            paused_code: None,
            unanswered_since_ms: None,
            health_version: 0,
        },
        access_token_sealed: "sealed token".to_owned(),
        app_secret_sealed: "sealed secret".to_owned(),
        previous_app_secret_sealed: None,
        verify_token_sealed: "sealed word".to_owned(),
        members_only: false,
        rate: app::domain::pace::Rate::standard(),
        created_at_ms: NOW,
    }
}

pub async fn channel(db: &Db, name: &str) -> Channel {
    let channel = new_channel(name);
    assert!(commit!(db, tx => channels::insert(&mut tx, &channel)), "the number is new");
    channel
}

/// Hands a number to some agents only.
pub async fn hand_to(db: &Db, channel: &Channel, members: &[&Agent]) {
    let ids: Vec<AgentId> = members.iter().map(|agent| agent.brief.id.clone()).collect();
    commit!(db, tx => channels::set_members(&mut tx, &channel.brief.id, Some(&ids), NOW));
}

pub fn phone(phone: &str) -> Identity {
    Identity { phone: Some(phone.to_owned()), ..Identity::default() }
}

/// A customer known by a phone number.
pub async fn customer(db: &Db, number: &str) -> ContactId {
    let mut tx = db.begin().await.unwrap();
    let new = NewContact { name: "Nour", username: None, identity: &phone(number), seen_at_ms: NOW };
    let id = contacts::insert(&mut tx.conn(), &new).await.unwrap();
    contacts::add_aliases(&mut tx.conn(), &id, &[(AliasKind::Phone, number.to_owned())], NOW).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// The conversation of a new customer on a number.
pub async fn chat(db: &Db, channel: &Channel, number: &str) -> ConversationId {
    let contact = customer(db, number).await;
    commit!(db, tx => conversations::find_or_insert(&mut tx.conn(), &channel.brief.id, &contact, NOW))
}

/// The row, whoever may see it.
pub async fn row(db: &Db, id: &ConversationId) -> ConversationRow {
    look!(db, read => conversations::rows(&mut read.conn(), &[id])).pop().expect("the conversation is there")
}

pub fn wamid(text: &str) -> Wamid {
    Wamid::from_text(text)
}

/// An incoming text, not stored yet.
pub fn incoming<'a>(id: &'a MessageId, row: &'a ConversationRow, wamid: &'a Wamid, seq: i64) -> NewMessage<'a> {
    NewMessage {
        extras: None,
        content: None,
        media: None,
        id,
        conversation_id: &row.id,
        channel_id: &row.channel_id,
        wamid: Some(wamid),
        seq,
        direction: Direction::In,
        author_kind: AuthorKind::Customer,
        author_id: None,
        kind: "text",
        text: Some("هل عندكم توصيل؟"),
        payload: None,
        reply_to_wamid: None,
        status: MessageStatus::Received,
        error: None,
        client_msg_id: None,
        base_seq: None,
        resend_of: None,
        sent_at_ms: NOW,
        received_at_ms: NOW,
    }
}

/// A customer's text arrives: message, unread count, window.
pub async fn customer_writes(db: &Db, chat: &ConversationId, meta_id: &str, at_ms: i64) -> MessageId {
    let row = row(db, chat).await;
    let (id, wamid) = (MessageId::new(), wamid(meta_id));
    let mut tx = db.begin().await.unwrap();
    let arrival =
        Arrival { message_id: &id, sent_at_ms: at_ms, unread: true, window_expires_at_ms: Some(at_ms + DAY_MS) };
    let seq = conversations::arrive(&mut tx.conn(), chat, &arrival).await.unwrap();
    let new = NewMessage { sent_at_ms: at_ms, received_at_ms: at_ms, ..incoming(&id, &row, &wamid, seq) };
    messages::insert(&mut tx.conn(), &new).await.unwrap();
    tx.commit().await.unwrap();
    id
}

pub fn text<'a>(client_msg_id: &'a str, body: &'a str) -> NewOutgoing<'a> {
    NewOutgoing {
        kind: "text",
        text: Some(body),
        payload: None,
        content: None,
        media: None,
        expires_at_ms: None,
        on: None,
        graph_body: r#"{"type":"text"}"#,
        client_msg_id,
        body_hash: body,
        reply_to: None,
        base_seq: None,
        resend_of: None,
    }
}

/// An agent's text enters the queue.
pub async fn agent_writes(db: &Db, agent: &Agent, chat: &ConversationId, client_msg_id: &str, at_ms: i64) -> Message {
    let row = row(db, chat).await;
    let text = text(client_msg_id, "نعم");
    let permit = permit(agent, Action::Reply);
    match commit!(db, tx => sending::queue(&mut tx, &permit, &row, &text, at_ms)) {
        Queued::New(message) => message,
        other => panic!("the name is new, but: {other:?}"),
    }
}

pub async fn claim(db: &Db, channel: &Channel, limit: i64, now_ms: i64) -> Vec<OutboxRow> {
    commit!(db, tx => claims::claim(&mut tx.conn(), &channel.brief.id, limit, now_ms + 60_000, now_ms))
}

/// Marks a claimed row as leaving; was it still ours?
pub async fn fly(db: &Db, row: &OutboxRow, lease_until_ms: i64) -> bool {
    let rows = vec![row.clone()];
    !commit!(db, tx => claims::mark_in_flight(&mut tx, rows, lease_until_ms, NOW)).is_empty()
}

/// Writes how a call ended; did it change anything?
pub async fn end(db: &Db, row: &OutboxRow, end: End) -> bool {
    let ending = Ending { row: row.clone(), end };
    !commit!(db, tx => endings::write(&mut tx, &[ending], NOW)).is_empty()
}

pub fn failed(code: i64) -> End {
    End::Failed(MessageError { code, title: "No".to_owned(), details: String::new() })
}

pub async fn message(db: &Db, id: &MessageId) -> Message {
    look!(db, read => messages::by_id(&mut read.conn(), id)).expect("the message is there").message
}

/// The whole log, read back.
pub async fn log(db: &Db) -> Vec<LiveEvent> {
    let rows = look!(db, read => events::after(&mut read.conn(), 0, 10_000));
    rows.iter().map(|row| serde_json::from_str(&row.body).unwrap()).collect()
}

/// The customer's reaction to a message.
pub fn look_reactions(message: &Message) -> Option<String> {
    let theirs = message.reactions.iter().find(|reaction| reaction.by == ReactionSide::Customer)?;
    (!theirs.emoji.is_empty()).then(|| theirs.emoji.clone())
}
