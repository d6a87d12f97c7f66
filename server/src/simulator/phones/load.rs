//! Filling the phones from the stored conversations: after a restart they show what they showed before.

use app::domain::block::BlockState;
use app::domain::content::{Reaction, ReactionSide};
use app::domain::conversation::{ConversationRow, ListFilter};
use app::domain::ids::ChannelId;
use app::domain::message::{Direction, MessageStatus};
use app::store::messages::FullMessage;
use app::store::{Conn, Db, StoreError, conversations, messages};

use super::Phones;
use super::news::News;
use super::phone::{Bubble, Phone, Tap, Tick};
use crate::simulator::customer::Customer;
use crate::simulator::seed::onlooker;

/// The newest messages of each thread; a phone's screen is small.
const MESSAGES: i64 = 80;
const PAGE: i64 = 100;

impl Phones {
    /// Takes every conversation of a channel; gives their number. Phones that are there already stay as they are.
    ///
    /// # Errors
    /// The database is out of reach.
    pub async fn load(&self, db: &Db, channel_id: &ChannelId) -> Result<usize, StoreError> {
        let filter = ListFilter { channel_id: Some(channel_id.clone()), ..ListFilter::default() };
        let mut read = db.read().await?;
        let mut before = None;
        let mut loaded = 0;
        loop {
            let page = conversations::list(&mut read.conn(), &onlooker(), &filter, before.as_ref(), PAGE).await?;
            for row in &page.rows {
                let phone = phone(&mut read.conn(), row).await?;
                loaded += 1;
                let wrote_at_ms = phone.last(|bubble| bubble.own).map_or(0, |bubble| bubble.at_ms);
                self.wrote(&phone.customer, wrote_at_ms);
                if row.block.as_ref().is_some_and(|block| block.state != BlockState::Blocking) {
                    // Meta would remember; we have forgotten with the last stop.
                    self.inner.blocked.add(&self.inner.number.phone_number_id, phone.customer.key());
                }
                let mut desk = self.desk();
                let held = desk.add(phone.customer.clone());
                if held.thread.is_empty() {
                    held.thread = phone.thread;
                }
            }
            before = page.next;
            if before.is_none() {
                break;
            }
        }
        self.tell(News::Reload);
        Ok(loaded)
    }
}

async fn phone(conn: &mut Conn<'_>, row: &ConversationRow) -> Result<Phone, StoreError> {
    let contact = row.contact.clone();
    let mut phone = Phone::new(Customer {
        name: contact.name,
        phone: contact.phone,
        user_id: contact.user_id,
        username: contact.username,
    });
    let (thread, _) = messages::page(conn, &row.id, None, MESSAGES).await?;
    phone.thread = thread.into_iter().filter_map(|full| bubble(full, row.read_seq)).collect();
    Ok(phone)
}

/// A stored message as the phone shows it; `None` for what never came to it.
fn bubble(full: FullMessage, read_seq: i64) -> Option<Bubble> {
    let FullMessage { message, payload } = full;
    let object = payload.and_then(|payload| serde_json::from_str(&payload).ok()).unwrap_or_default();
    let taps = Tap::all(&message.kind, &object);
    let own = message.direction == Direction::In;
    let tick = match message.status {
        MessageStatus::Received if message.seq <= read_seq => Tick::Read,
        MessageStatus::Received => Tick::Delivered,
        // It was on its way when we stopped; looking at the phone brings it home.
        MessageStatus::Accepted | MessageStatus::Sent => Tick::Sent,
        MessageStatus::Delivered => Tick::Delivered,
        MessageStatus::Read | MessageStatus::Played => Tick::Read,
        _ => return None,
    };
    Some(Bubble {
        id: message.wamid?.as_str().to_owned(),
        own,
        // What was deleted shows as that.
        kind: if message.revoked_at_ms.is_some() { "revoke".to_owned() } else { message.kind },
        text: message.text,
        at_ms: message.sent_at_ms,
        tick,
        reaction: reaction(&message.reactions, ReactionSide::Customer),
        answered_with: reaction(&message.reactions, ReactionSide::Business),
        taps: if own { Vec::new() } else { taps },
        callback: (!own).then(|| message.id.as_str().to_owned()),
    })
}

/// The reaction of one side.
fn reaction(held: &[Reaction], by: ReactionSide) -> Option<String> {
    let own = held.iter().find(|reaction| reaction.by == by)?;
    Some(own.emoji.clone()).filter(|emoji| !emoji.is_empty())
}
