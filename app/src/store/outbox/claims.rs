//! What may go now, taken and marked. The cost is that of what is taken, not of what waits.

use std::collections::{HashMap, HashSet};

use super::{OutboxRow, by_attempt, pairs};
use crate::domain::block::BlockState;
use crate::domain::ids::{ChannelId, ConversationId, MessageId};
use crate::domain::message::MessageStatus;
use crate::store::bulk::messages::{Progress, advance};
use crate::store::bulk::padded;
use crate::store::{Conn, Result, Tx};

/// A number and when it next has something to send.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct DueChannel {
    pub channel_id: ChannelId,
    pub due_at_ms: i64,
}

/// When each number that is not paused next has something to send; those with nothing are left out.
///
/// # Errors
/// The database is out of reach.
pub async fn next_due(conn: &mut Conn<'_>) -> Result<Vec<DueChannel>> {
    const NEXT: &str = "select d.channel_id as channel_id, d.due_at_ms as due_at_ms from (
          select n.id as channel_id, (select p.due_at_ms from outbox_pairs p
              where p.channel_id = n.id and p.due_at_ms is not null order by p.due_at_ms limit 1) as due_at_ms
          from channels n where n.paused_code is null) d
        where d.due_at_ms is not null order by d.channel_id";
    Ok(on!(conn, c => sqlx::query_as(NEXT).fetch_all(&mut **c).await?))
}

macro_rules! take_query {
    ($lock:literal) => {
        concat!(
            "update outbox_pairs set due_at_ms = null where conversation_id in (
               select conversation_id from outbox_pairs where channel_id = $1 and due_at_ms <= $2
               order by due_at_ms, conversation_id limit $3 ",
            $lock,
            ") returning conversation_id"
        )
    };
}

/// Takes up to `limit` rows of a number that may go now, at most one of each conversation: its oldest.
///
/// # Errors
/// The database is out of reach.
pub async fn claim(
    conn: &mut Conn<'_>,
    channel_id: &ChannelId,
    limit: i64,
    lease_until_ms: i64,
    now_ms: i64,
) -> Result<Vec<OutboxRow>> {
    const SQLITE: &str = take_query!("");
    const POSTGRES: &str = take_query!("for update skip locked");
    let taken: Vec<ConversationId> = match conn {
        Conn::Sqlite(c) => {
            sqlx::query_scalar(SQLITE).bind(channel_id).bind(now_ms).bind(limit).fetch_all(&mut **c).await?
        }
        Conn::Postgres(c) => {
            sqlx::query_scalar(POSTGRES).bind(channel_id).bind(now_ms).bind(limit).fetch_all(&mut **c).await?
        }
    };
    let mut rows: Vec<OutboxRow> = Vec::with_capacity(taken.len());
    for list in padded(&taken) {
        rows.extend(on!(conn, c => {
            let mut query = sqlx::QueryBuilder::new(
                "update outbox set state = 'claimed', attempt = attempt + 1, lease_until_ms = ",
            );
            query.push_bind(lease_until_ms).push(
                " where message_id in (select (select o.message_id from outbox o
                     where o.conversation_id = p.conversation_id and o.state = 'queued' order by o.seq limit 1)
                   from outbox_pairs p where p.conversation_id in (",
            );
            let mut names = query.separated(", ");
            for id in list {
                names.push_bind(id);
            }
            query.push(")) returning message_id, channel_id, conversation_id, seq, body, attempt, expires_at_ms");
            query.build_query_as::<OutboxRow>().fetch_all(&mut **c).await?
        }));
    }
    rows.sort_by(|a, b| a.message_id.cmp(&b.message_id));
    Ok(rows)
}

/// Where a message goes, and what decides whether it still may.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Destination {
    pub message_id: MessageId,
    pub kind: String,
    pub window_expires_at_ms: Option<i64>,
    block_state: Option<String>,
    pub phone: Option<String>,
    pub user_id: Option<String>,
}

impl Destination {
    /// Whether its customer is blocked on its number.
    pub fn block(&self) -> Option<BlockState> {
        self.block_state.as_deref().and_then(BlockState::from_word)
    }
}

/// The destinations of messages.
///
/// # Errors
/// The database is out of reach.
pub async fn destinations(conn: &mut Conn<'_>, ids: &[&MessageId]) -> Result<HashMap<MessageId, Destination>> {
    let mut found = HashMap::with_capacity(ids.len());
    for list in padded(ids) {
        let rows: Vec<Destination> = on!(conn, c => {
            let mut query = sqlx::QueryBuilder::new(
                "select m.id as message_id, m.kind as kind, v.window_expires_at_ms as window_expires_at_ms,
                   v.block_state as block_state, c.phone as phone, c.user_id as user_id
                 from messages m join conversations v on v.id = m.conversation_id
                 join contacts c on c.id = v.contact_id where m.id in (",
            );
            let mut names = query.separated(", ");
            for id in list {
                names.push_bind(id);
            }
            query.push(")");
            query.build_query_as().fetch_all(&mut **c).await?
        });
        found.extend(rows.into_iter().map(|row| (row.message_id.clone(), row)));
    }
    Ok(found)
}

/// Keeps a claim for longer: something that may be done twice comes before the call.
///
/// # Errors
/// The database is out of reach.
pub async fn hold(conn: &mut Conn<'_>, row: &OutboxRow, lease_until_ms: i64) -> Result<()> {
    const HOLD: &str = "update outbox set lease_until_ms = $1
        where message_id = $2 and attempt = $3 and state = 'claimed'";
    on!(conn, c => sqlx::query(HOLD).bind(lease_until_ms).bind(&row.message_id).bind(row.attempt)
        .execute(&mut **c).await.map(drop))?;
    Ok(())
}

/// Marks claimed rows as leaving, and counts them against their pairs. Commit before the first byte; a row that is not
/// given back was lost meanwhile and must not be sent.
///
/// # Errors
/// The database is out of reach.
pub async fn mark_in_flight(
    tx: &mut Tx,
    rows: Vec<OutboxRow>,
    lease_until_ms: i64,
    now_ms: i64,
) -> Result<Vec<OutboxRow>> {
    let conversations: Vec<&ConversationId> = rows.iter().map(|row| &row.conversation_id).collect();
    let held = pairs::lock(&mut tx.conn(), &conversations).await?;
    let mut marked: HashSet<MessageId> = HashSet::with_capacity(rows.len());
    for (attempt, ids) in by_attempt(&rows) {
        for list in padded(&ids) {
            let found: Vec<MessageId> = on!(tx.conn(), c => {
                let mut query = sqlx::QueryBuilder::new("update outbox set state = 'in_flight', lease_until_ms = ");
                query.push_bind(lease_until_ms).push(" where state = 'claimed' and attempt = ").push_bind(attempt)
                    .push(" and message_id in (");
                let mut names = query.separated(", ");
                for id in list {
                    names.push_bind(id);
                }
                query.push(") returning message_id");
                query.build_query_scalar().fetch_all(&mut *c).await?
            });
            marked.extend(found);
        }
    }
    let ours: Vec<OutboxRow> = rows.into_iter().filter(|row| marked.contains(&row.message_id)).collect();
    let steps: Vec<Progress> =
        ours.iter().map(|row| Progress::from(row.message_id.clone(), MessageStatus::InFlight)).collect();
    advance(&mut tx.conn(), &steps).await?;
    let left: Vec<_> = ours
        .iter()
        .map(|row| (&row.conversation_id, held.get(&row.conversation_id).copied().unwrap_or_default().leave(now_ms)))
        .collect();
    pairs::save(&mut tx.conn(), &left).await?;
    Ok(ours)
}
