//! Messages of the time before a number was ours: put beneath a conversation, which does not move for them.
//!
//! Their `seq` is below zero and told by their time, so that parts may come in any order and every reader has seen them:
//! `(seconds before 2100) * -1000`, and one more for each further message of the same second.

use std::collections::HashMap;

use crate::domain::ids::{ChannelId, ContactId, ConversationId, MessageId};
use crate::store::announcements::Announcement;
use crate::store::bulk::conversations::{Arrivals, arrive};
use crate::store::{Conn, Result, Tx, conversations};

/// 2100-01-01: stamps from beyond are not read.
const END_S: i64 = 4_102_444_800;
const PER_SECOND: i64 = 1_000;

/// Where a message of this moment stands, if it is the first of its second.
fn place(sent_at_ms: i64) -> i64 {
    (sent_at_ms.div_euclid(1_000).min(END_S - 1) - END_S) * PER_SECOND
}

/// The places of messages of one conversation, given in their order; messages of one second follow those that are there.
///
/// # Errors
/// The database is out of reach.
pub async fn places(conn: &mut Conn<'_>, conversation_id: &ConversationId, sent_at_ms: &[i64]) -> Result<Vec<i64>> {
    const TAKEN: &str = "select seq from messages where conversation_id = $1 and seq >= $2 and seq < $3";
    let starts: Vec<i64> = sent_at_ms.iter().map(|at_ms| place(*at_ms)).collect();
    let (Some(from), Some(to)) = (starts.iter().min(), starts.iter().max()) else { return Ok(Vec::new()) };
    let taken: Vec<i64> = on!(conn, c => sqlx::query_scalar(TAKEN).bind(conversation_id).bind(from).bind(to + PER_SECOND)
        .fetch_all(&mut **c).await?);
    // The next free place of each second.
    let mut free: HashMap<i64, i64> = HashMap::new();
    for seq in taken {
        let second = free.entry(seq.div_euclid(PER_SECOND)).or_insert(seq);
        *second = (*second).max(seq + 1);
    }
    let mut found = Vec::with_capacity(starts.len());
    for start in starts {
        let next = free.entry(start.div_euclid(PER_SECOND)).or_insert(start);
        found.push(*next);
        *next += 1;
    }
    Ok(found)
}

/// The conversation of a contact, for what lies behind it: one made now is closed, nobody waits in it.
///
/// # Errors
/// The database is out of reach.
pub async fn conversation(
    conn: &mut Conn<'_>,
    channel_id: &ChannelId,
    contact_id: &ContactId,
    now_ms: i64,
) -> Result<ConversationId> {
    const REST: &str =
        "update conversations set status = 'closed' where id = $1 and seq = 0 and last_message_id is null";
    let id = conversations::find_or_insert(conn, channel_id, contact_id, now_ms).await?;
    on!(conn, c => sqlx::query(REST).bind(&id).execute(&mut **c).await.map(drop))?;
    Ok(id)
}

/// What was brought into a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brought {
    pub conversation_id: ConversationId,
    /// The newest of it, and when that was sent.
    pub newest_id: MessageId,
    pub newest_at_ms: i64,
    /// Its highest `seq`.
    pub up_to_seq: i64,
}

/// Shows the newest message of the past where a conversation has nothing newer, and tells the screens.
///
/// # Errors
/// The database is out of reach.
pub async fn announce(tx: &mut Tx, brought: &[Brought], now_ms: i64) -> Result<()> {
    let arrivals: Vec<Arrivals> = brought
        .iter()
        .map(|brought| Arrivals {
            conversation_id: brought.conversation_id.clone(),
            count: 0,
            unread: 0,
            newest_id: brought.newest_id.clone(),
            newest_at_ms: brought.newest_at_ms,
            window_expires_at_ms: 0,
        })
        .collect();
    arrive(&mut tx.conn(), &arrivals).await?;
    for Brought { conversation_id, up_to_seq, .. } in brought {
        let (conversation_id, up_to_seq) = (conversation_id.clone(), *up_to_seq);
        tx.announce(Announcement::History { conversation_id, up_to_seq }, now_ms);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_past_stands_below_zero_in_the_order_of_its_time() {
        let at = [0, 1_000, 1_999, 2_000, 1_739_230_955_000, i64::MAX];
        let places: Vec<i64> = at.iter().map(|at_ms| place(*at_ms)).collect();
        assert!(places.is_sorted(), "{places:?}");
        assert!(places.iter().all(|place| *place <= -PER_SECOND), "{places:?}");
        assert_eq!(places[1], places[2]);
    }
}
