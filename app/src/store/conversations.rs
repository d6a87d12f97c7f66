//! Conversations: reached only through [`visible_to`] and [`list`], changed by what arrives and what is answered.

use super::bulk::conversations::Arrivals;
use super::{Conn, Result, bulk, word};
use crate::domain::agent::Role;
use crate::domain::block::{Block, BlockedBy};
use crate::domain::contact::ContactBrief;
use crate::domain::conversation::{ConversationPage, ConversationRow, LastMessage, ListFilter, SortKey};
use crate::domain::ids::{AgentId, ChannelId, ContactId, ConversationId, MessageId};
use crate::domain::permission::Actor;
use crate::domain::text;

#[derive(sqlx::FromRow)]
struct RowRecord {
    id: ConversationId,
    channel_id: ChannelId,
    status: String,
    assignee_id: Option<AgentId>,
    unread_count: i64,
    seq: i64,
    read_seq: i64,
    window_expires_at_ms: Option<i64>,
    block_state: Option<String>,
    block_by: Option<String>,
    block_at_ms: Option<i64>,
    last_activity_at_ms: i64,
    contact_id: ContactId,
    contact_name: String,
    contact_given_name: Option<String>,
    contact_username: Option<String>,
    contact_phone: Option<String>,
    contact_user_id: Option<String>,
    first_seen_at_ms: i64,
    last_seen_at_ms: i64,
    contact_version: i64,
    last_id: Option<MessageId>,
    last_direction: Option<String>,
    last_author_kind: Option<String>,
    last_kind: Option<String>,
    last_text: Option<String>,
    last_status: Option<String>,
    last_sent_at_ms: Option<i64>,
}

impl TryFrom<RowRecord> for ConversationRow {
    type Error = super::StoreError;

    fn try_from(row: RowRecord) -> Result<Self> {
        let last_message = match (row.last_id, row.last_direction, row.last_author_kind, row.last_status) {
            (Some(id), Some(direction), Some(author_kind), Some(status)) => Some(LastMessage {
                id,
                direction: word("messages.direction", direction)?,
                author_kind: word("messages.author_kind", author_kind)?,
                kind: row.last_kind.unwrap_or_default(),
                preview: text::preview(&row.last_text.unwrap_or_default()),
                status: word("messages.status", status)?,
                sent_at_ms: row.last_sent_at_ms.unwrap_or_default(),
            }),
            _ => None,
        };
        let block = match row.block_state {
            Some(state) => Some(Block {
                state: word("conversations.block_state", state)?,
                by: BlockedBy::of_writer(&row.block_by.unwrap_or_default()),
                at_ms: row.block_at_ms.unwrap_or_default(),
            }),
            None => None,
        };
        Ok(Self {
            id: row.id,
            channel_id: row.channel_id,
            contact: ContactBrief {
                id: row.contact_id,
                name: row.contact_name,
                given_name: row.contact_given_name,
                phone: row.contact_phone,
                user_id: row.contact_user_id,
                username: row.contact_username,
                first_seen_at_ms: row.first_seen_at_ms,
                last_seen_at_ms: row.last_seen_at_ms,
                version: row.contact_version,
            },
            status: word("conversations.status", row.status)?,
            assignee_id: row.assignee_id,
            unread_count: row.unread_count,
            seq: row.seq,
            read_seq: row.read_seq,
            window_expires_at_ms: row.window_expires_at_ms,
            block,
            last_activity_at_ms: row.last_activity_at_ms,
            last_message,
        })
    }
}

// A conversation's own contact (`o`) is whom it goes to: number, user id, username. Who that is, by name and id, is said
// by the contact that stands for them (`c`), the same one unless they were merged.
// The preview needs the first 160 characters after whitespace is folded; 400 leave room for that.
macro_rules! row_query {
    ($($tail:literal),+) => {
        concat!(
            "select v.id as id, v.channel_id as channel_id, v.status as status, v.assignee_id as assignee_id,
                v.unread_count as unread_count, v.seq as seq, v.read_seq as read_seq,
                v.window_expires_at_ms as window_expires_at_ms, v.block_state as block_state,
                v.block_by as block_by, v.block_at_ms as block_at_ms, v.last_activity_at_ms as last_activity_at_ms,
                c.id as contact_id, coalesce(c.book_name, c.name) as contact_name, c.given_name as contact_given_name,
                c.version as contact_version, o.username as contact_username, o.phone as contact_phone,
                o.user_id as contact_user_id,
                case when o.first_seen_at_ms < c.first_seen_at_ms then o.first_seen_at_ms
                     else c.first_seen_at_ms end as first_seen_at_ms,
                case when o.last_seen_at_ms > c.last_seen_at_ms then o.last_seen_at_ms
                     else c.last_seen_at_ms end as last_seen_at_ms,
                m.id as last_id, m.direction as last_direction, m.author_kind as last_author_kind,
                case when m.revoked_at_ms is null then m.kind else 'revoke' end as last_kind,
                case when m.revoked_at_ms is null then substr(m.text, 1, 400) end as last_text, m.status as last_status, m.sent_at_ms as last_sent_at_ms
            from conversations v
            join contacts o on o.id = v.contact_id
            join contacts c on c.id = coalesce(o.person_id, o.id)
            left join messages m on m.id = v.last_message_id ",
            $($tail),+
        )
    };
}

/// What an actor may reach: `(sees every number, agent id)`. Admins see all numbers, others those that are for everyone
/// or that they are members of; a key is a member of none.
fn reach(actor: &Actor) -> (i64, &str) {
    match actor {
        Actor::Key { role, .. } => (i64::from(*role == Role::Admin), ""),
        Actor::Agent { id, role } => (i64::from(*role == Role::Admin), id.as_str()),
    }
}

/// The conversation, if this actor may see it. What one may not see looks like what does not exist.
///
/// # Errors
/// The database is out of reach.
pub async fn visible_to(conn: &mut Conn<'_>, actor: &Actor, id: &ConversationId) -> Result<Option<ConversationRow>> {
    const QUERY: &str = row_query!(
        "join channels n on n.id = v.channel_id
         where v.id = $1 and (n.members_only = 0 or $2 = 1 or exists (select 1 from channel_members b
             where b.channel_id = n.id and b.agent_id = $3))"
    );
    let (sees_all, agent_id) = reach(actor);
    let row: Option<RowRecord> = on!(conn, c => sqlx::query_as(QUERY).bind(id).bind(sees_all).bind(agent_id)
        .fetch_optional(&mut **c).await?);
    row.map(ConversationRow::try_from).transpose()
}

/// May this actor see what is on this number? The same rule as in [`visible_to`].
///
/// # Errors
/// The database is out of reach.
pub async fn reaches(conn: &mut Conn<'_>, actor: &Actor, channel_id: &ChannelId) -> Result<bool> {
    const QUERY: &str = "select count(*) from channels n
         where n.id = $1 and (n.members_only = 0 or $2 = 1 or exists (select 1 from channel_members b
             where b.channel_id = n.id and b.agent_id = $3))";
    let (sees_all, agent_id) = reach(actor);
    let found: i64 = on!(conn, c => sqlx::query_scalar(QUERY).bind(channel_id).bind(sees_all).bind(agent_id)
        .fetch_one(&mut **c).await?);
    Ok(found > 0)
}

/// The conversations of a customer that the actor may see, newest first. `customer` is a contact that stands for one.
///
/// # Errors
/// The database is out of reach.
pub async fn of_customer(conn: &mut Conn<'_>, actor: &Actor, customer: &ContactId) -> Result<Vec<ConversationRow>> {
    const QUERY: &str = row_query!(
        "join channels n on n.id = v.channel_id
         where (o.id = $1 or o.person_id = $1) and c.id = $1
           and (n.members_only = 0 or $2 = 1 or exists (select 1 from channel_members b
             where b.channel_id = n.id and b.agent_id = $3))
         order by v.last_activity_at_ms desc, v.id desc"
    );
    let (sees_all, agent_id) = reach(actor);
    let rows: Vec<RowRecord> = on!(conn, c => sqlx::query_as(QUERY).bind(customer).bind(sees_all).bind(agent_id)
        .fetch_all(&mut **c).await?);
    rows.into_iter().map(ConversationRow::try_from).collect()
}

/// Up to `limit` conversations the actor may see, newest first, from below `before`.
///
/// # Errors
/// The database is out of reach.
pub async fn list(
    conn: &mut Conn<'_>,
    actor: &Actor,
    filter: &ListFilter,
    before: Option<&SortKey>,
    limit: i64,
) -> Result<ConversationPage> {
    let (sees_all, agent_id) = reach(actor);
    // Built per call: each optional condition left out lets the planner walk an index in order and stop at the limit.
    let mut rows: Vec<RowRecord> = on!(conn, c => {
        let mut query = sqlx::QueryBuilder::new(row_query!("join channels n on n.id = v.channel_id where "));
        query.push("(n.members_only = 0 or ").push_bind(sees_all).push(" = 1 or exists (select 1 from channel_members b
            where b.channel_id = n.id and b.agent_id = ").push_bind(agent_id).push("))");
        if let Some(channel_id) = &filter.channel_id {
            query.push(" and v.channel_id = ").push_bind(channel_id);
        }
        if let Some(status) = filter.status {
            query.push(" and v.status = ").push_bind(status.as_str());
        }
        if let Some(assignee_id) = &filter.assignee_id {
            query.push(" and v.assignee_id = ").push_bind(assignee_id);
        }
        if let Some(before) = before {
            query.push(" and (v.last_activity_at_ms, v.id) < (").push_bind(before.last_activity_at_ms).push(", ")
                .push_bind(&before.id).push(")");
        }
        query.push(" order by v.last_activity_at_ms desc, v.id desc limit ").push_bind(limit + 1);
        query.build_query_as().fetch_all(&mut **c).await?
    });
    let more = rows.len() as i64 > limit;
    rows.truncate(limit as usize);
    let rows = rows.into_iter().map(ConversationRow::try_from).collect::<Result<Vec<_>>>()?;
    let next = if more { rows.last().map(ConversationRow::sort_key) } else { None };
    Ok(ConversationPage { rows, next })
}

/// Rows by id, for events; who may see them is decided where the event is sent.
///
/// # Errors
/// The database is out of reach.
pub async fn rows(conn: &mut Conn<'_>, ids: &[&ConversationId]) -> Result<Vec<ConversationRow>> {
    let mut rows: Vec<RowRecord> = Vec::with_capacity(ids.len());
    for list in bulk::padded(ids) {
        rows.extend(on!(conn, c => {
            let mut query = sqlx::QueryBuilder::new(row_query!("where v.id in ("));
            let mut names = query.separated(", ");
            for id in list {
                names.push_bind(id);
            }
            query.push(")");
            query.build_query_as::<RowRecord>().fetch_all(&mut **c).await?
        }));
    }
    rows.into_iter().map(ConversationRow::try_from).collect()
}

/// The conversation of a contact on a number, made when there is none.
///
/// # Errors
/// The database is out of reach.
pub async fn find_or_insert(
    conn: &mut Conn<'_>,
    channel_id: &ChannelId,
    contact_id: &ContactId,
    now_ms: i64,
) -> Result<ConversationId> {
    // A column that is no key: PostgreSQL would hold the row against the sender's foreign keys, who may hold its pair.
    const INSERT: &str = "insert into conversations
        (id, channel_id, contact_id, status, unread_count, seq, read_seq, last_activity_at_ms, created_at_ms)
        values ($1, $2, $3, 'open', 0, 0, 0, 0, $4)
        on conflict (channel_id, contact_id) do update set created_at_ms = conversations.created_at_ms
        returning id";
    Ok(on!(conn, c => sqlx::query_scalar(INSERT).bind(ConversationId::new()).bind(channel_id).bind(contact_id)
        .bind(now_ms).fetch_one(&mut **c).await?))
}

/// A message's effect on its conversation.
pub struct Arrival<'a> {
    pub message_id: &'a MessageId,
    /// When the customer's phone sent it; orders the list.
    pub sent_at_ms: i64,
    /// Counts as unread.
    pub unread: bool,
    /// The service window's new end, where it opens one; an earlier end than the known one changes nothing.
    pub window_expires_at_ms: Option<i64>,
}

/// Takes the next `seq` for an incoming message and moves the conversation with it. A closed one opens again.
///
/// # Errors
/// The database is out of reach.
pub async fn arrive(conn: &mut Conn<'_>, id: &ConversationId, arrival: &Arrival<'_>) -> Result<i64> {
    let arrivals = Arrivals {
        conversation_id: id.clone(),
        count: 1,
        unread: i64::from(arrival.unread),
        newest_id: arrival.message_id.clone(),
        newest_at_ms: arrival.sent_at_ms,
        window_expires_at_ms: arrival.window_expires_at_ms.unwrap_or_default(),
    };
    let seqs = bulk::conversations::arrive(conn, &[arrivals]).await?;
    seqs.first().map(|(_, seq)| *seq).ok_or(sqlx::Error::RowNotFound.into())
}

/// Takes the next `seq` for an outgoing message. `answered` is an agent's own answer: it moves the shared read mark.
///
/// # Errors
/// The database is out of reach.
pub async fn depart(
    conn: &mut Conn<'_>,
    id: &ConversationId,
    message_id: &MessageId,
    now_ms: i64,
    answered: bool,
) -> Result<i64> {
    const DEPART: &str = "update conversations set seq = seq + 1,
          last_message_id = case when $2 >= last_activity_at_ms then $1 else last_message_id end,
          last_activity_at_ms = case when $2 > last_activity_at_ms then $2 else last_activity_at_ms end,
          unread_count = case when $3 = 1 then 0 else unread_count end,
          read_seq = case when $3 = 1 then seq + 1 else read_seq end
        where id = $4 returning seq";
    Ok(on!(conn, c => sqlx::query_scalar(DEPART).bind(message_id).bind(now_ms).bind(i64::from(answered)).bind(id)
        .fetch_one(&mut **c).await?))
}

/// Takes the next `seq` for what a reader must have seen and is no message: an edit, a revoke.
///
/// # Errors
/// The database is out of reach.
pub async fn next_seq(conn: &mut Conn<'_>, id: &ConversationId) -> Result<i64> {
    const NEXT: &str = "update conversations set seq = seq + 1 where id = $1 returning seq";
    Ok(on!(conn, c => sqlx::query_scalar(NEXT).bind(id).fetch_one(&mut **c).await?))
}

/// Moves the shared read mark to `up_to_seq`; `false` when it was there already.
///
/// # Errors
/// The database is out of reach.
pub async fn mark_read(conn: &mut Conn<'_>, id: &ConversationId, up_to_seq: i64) -> Result<bool> {
    const MARK: &str = "update conversations set
          read_seq = case when $1 > seq then seq else $1 end,
          unread_count = (select count(*) from messages m where m.conversation_id = conversations.id
              and m.seq > $1 and m.direction = 'in'
              and m.kind not in ('system', 'reaction', 'edit', 'revoke'))
        where id = $2 and read_seq < $1 and read_seq < seq";
    Ok(on!(conn, c => sqlx::query(MARK).bind(up_to_seq).bind(id).execute(&mut **c).await?.rows_affected()) > 0)
}
