//! Customers blocked on a number: how it stands with a conversation, and every wish, for the record.
//!
//! Whoever changes it holds the conversation's row first, so that of two agents at once the second sees what the first did.

use super::announcements::Announcement;
use super::outbox::waiting;
use super::{Conn, Result, Tx, delivery, word};
use crate::domain::block::{
    BLOCKED_CODE, BlockDeed, BlockEnd, BlockState, BlockWish, BlockedBy, Step, again_after_ms, step,
};
use crate::domain::conversation::ConversationRow;
use crate::domain::graph_error::BLOCKED_WHILE_QUEUED;
use crate::domain::ids::{ChannelId, ConversationId, MessageId};
use crate::domain::message::MessageError;
use crate::domain::permission::Permit;
use crate::domain::time::SECOND_MS;

/// Longer than two calls can take: those of a process that died are made again after that.
pub const LEASE_MS: i64 = 45 * SECOND_MS;

/// Who stands as the writer where Meta told it.
const META: &str = "meta";

/// How many wishes of the past the screen shows.
const SHOWN: i64 = 5;

/// A wish that Meta is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    pub id: String,
    pub conversation_id: ConversationId,
    pub channel_id: ChannelId,
    pub wish: BlockWish,
    /// Whom: by phone, else by user id.
    pub phone: Option<String>,
    pub user_id: Option<String>,
    /// Which call this is, from 1. What is written about it holds for this one only.
    pub attempt: i64,
}

/// What became of a wish at the door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wished {
    /// Written down: ask Meta after the commit.
    Ask(Asked),
    Not(Step),
}

/// Writes a wish down, unless there is nothing to ask. `seen` comes from [`super::conversations::visible_to`] in this transaction.
///
/// # Errors
/// The database is out of reach.
pub async fn wish(
    tx: &mut Tx,
    permit: &Permit,
    seen: &ConversationRow,
    wish: BlockWish,
    now_ms: i64,
) -> Result<Wished> {
    const ADD: &str = "insert into blocks (id, conversation_id, wish, phone, user_id, asked_by, asked_at_ms, state,
          attempt, lease_until_ms) values ($1, $2, $3, $4, $5, $6, $7, 'asked', 1, $8)";
    let state = hold(tx, &seen.id).await?;
    let next = step(wish, state, seen.window_expires_at_ms, now_ms);
    if next != Step::AskMeta {
        return Ok(Wished::Not(next));
    }
    let held = match wish {
        BlockWish::Block => None,
        BlockWish::Unblock => blocked_as(&mut tx.conn(), &seen.id).await?,
    };
    let (phone, user_id) = held.unwrap_or_else(|| (seen.contact.phone.clone(), seen.contact.user_id.clone()));
    let asked = Asked {
        id: uuid::Uuid::now_v7().to_string(),
        conversation_id: seen.id.clone(),
        channel_id: seen.channel_id.clone(),
        wish,
        phone,
        user_id,
        attempt: 1,
    };
    let by = permit.actor().writer();
    on!(tx.conn(), c => sqlx::query(ADD).bind(&asked.id).bind(&asked.conversation_id).bind(wish.as_str())
        .bind(&asked.phone).bind(&asked.user_id).bind(&by).bind(now_ms).bind(now_ms + LEASE_MS)
        .execute(&mut *c).await.map(drop))?;
    let state = match wish {
        BlockWish::Block => BlockState::Blocking,
        BlockWish::Unblock => BlockState::Unblocking,
    };
    set(tx, &seen.id, Some((state, &by, now_ms)), now_ms).await?;
    Ok(Wished::Ask(asked))
}

#[derive(sqlx::FromRow)]
struct AskedRow {
    id: String,
    conversation_id: ConversationId,
    channel_id: ChannelId,
    wish: String,
    phone: Option<String>,
    user_id: Option<String>,
    attempt: i64,
}

/// Takes the wishes whose call got no clear answer and may be made again.
///
/// # Errors
/// The database is out of reach.
pub async fn take_due(conn: &mut Conn<'_>, now_ms: i64) -> Result<Vec<Asked>> {
    const TAKE: &str = "update blocks set attempt = attempt + 1, lease_until_ms = $1
        where state = 'asked' and lease_until_ms <= $2 and id in (select id from blocks
            where state = 'asked' and lease_until_ms <= $2 order by lease_until_ms limit 20)
        returning id, conversation_id, (select v.channel_id from conversations v
            where v.id = blocks.conversation_id) as channel_id, wish, phone, user_id, attempt";
    let rows: Vec<AskedRow> =
        on!(conn, c => sqlx::query_as(TAKE).bind(now_ms + LEASE_MS).bind(now_ms).fetch_all(&mut **c).await?);
    let asked = |row: AskedRow| {
        let AskedRow { id, conversation_id, channel_id, wish, phone, user_id, attempt } = row;
        Ok(Asked { id, conversation_id, channel_id, wish: word("blocks.wish", wish)?, phone, user_id, attempt })
    };
    rows.into_iter().map(asked).collect()
}

/// Is there a wish that may be asked again? Looking costs nobody the writer.
///
/// # Errors
/// The database is out of reach.
pub async fn any_due(conn: &mut Conn<'_>, now_ms: i64) -> Result<bool> {
    const DUE: &str = "select count(*) from blocks where state = 'asked' and lease_until_ms <= $1";
    let due: i64 = on!(conn, c => sqlx::query_scalar(DUE).bind(now_ms).fetch_one(&mut **c).await?);
    Ok(due > 0)
}

/// The answer was not clear: asked again later.
///
/// # Errors
/// The database is out of reach.
pub async fn postpone(conn: &mut Conn<'_>, asked: &Asked, now_ms: i64) -> Result<()> {
    const LATER: &str = "update blocks set lease_until_ms = $1 where id = $2 and attempt = $3 and state = 'asked'";
    on!(conn, c => sqlx::query(LATER).bind(now_ms + again_after_ms(asked.attempt)).bind(&asked.id)
        .bind(asked.attempt).execute(&mut **c).await.map(drop))?;
    Ok(())
}

/// Writes how a wish ended; `false` when another process knew before. What waited for a customer who is blocked now fails
/// at once: it would only be refused later.
///
/// # Errors
/// The database is out of reach.
pub async fn end(tx: &mut Tx, asked: &Asked, end: BlockEnd, code: Option<i64>, now_ms: i64) -> Result<bool> {
    const END: &str = "update blocks set state = $1, code = $2, ended_at_ms = $3
        where id = $4 and attempt = $5 and state = 'asked' returning asked_by";
    let id = &asked.conversation_id;
    hold(tx, id).await?;
    let ended: Option<String> = on!(tx.conn(), c => sqlx::query_scalar(END).bind(end.as_str()).bind(code).bind(now_ms)
        .bind(&asked.id).bind(asked.attempt).fetch_optional(&mut *c).await?);
    let Some(by) = ended else { return Ok(false) };
    match (asked.wish, end) {
        (BlockWish::Block, BlockEnd::Done) => {
            let error = MessageError {
                code: BLOCKED_WHILE_QUEUED,
                title: "customer blocked".to_owned(),
                details: String::new(),
            };
            let changed = waiting::fail(tx, id, &error, now_ms).await?;
            delivery::announce(tx, &changed, now_ms).await?;
            set(tx, id, Some((BlockState::Blocked, &by, now_ms)), now_ms).await?;
        }
        (BlockWish::Block, _) | (BlockWish::Unblock, BlockEnd::Done) => set(tx, id, None, now_ms).await?,
        (BlockWish::Unblock, _) => {
            let (by, at_ms) = blocked_by(&mut tx.conn(), id).await?.unwrap_or((META.to_owned(), now_ms));
            set(tx, id, Some((BlockState::Blocked, &by, at_ms)), now_ms).await?;
        }
    }
    Ok(true)
}

/// Meta refused a message because our number has blocked its customer: somebody did that elsewhere. A refusal of a message
/// that is older than the last unblocking is no news.
///
/// # Errors
/// The database is out of reach.
pub async fn refused(
    tx: &mut Tx,
    conversation_id: &ConversationId,
    message_id: &MessageId,
    error: &MessageError,
    now_ms: i64,
) -> Result<()> {
    const IS_NEWS: &str = "select count(*) from messages m where m.id = $1 and not exists (
        select 1 from blocks b where b.conversation_id = $2 and b.state = 'done'
          and b.ended_at_ms >= m.sent_at_ms)";
    const ADD: &str = "insert into blocks (id, conversation_id, wish, phone, user_id, asked_by, asked_at_ms, state,
          attempt, lease_until_ms, code, ended_at_ms)
        select $1, v.id, 'block', c.phone, c.user_id, 'meta', $2, 'done', 0, 0, $3, $2
        from conversations v join contacts c on c.id = v.contact_id where v.id = $4";
    if error.code != BLOCKED_CODE || hold(tx, conversation_id).await?.is_some() {
        return Ok(());
    }
    let news: i64 = on!(tx.conn(), c => sqlx::query_scalar(IS_NEWS).bind(message_id).bind(conversation_id)
        .fetch_one(&mut *c).await?);
    if news == 0 {
        return Ok(());
    }
    let id = uuid::Uuid::now_v7().to_string();
    on!(tx.conn(), c => sqlx::query(ADD).bind(id).bind(now_ms).bind(error.code).bind(conversation_id)
        .execute(&mut *c).await.map(drop))?;
    set(tx, conversation_id, Some((BlockState::Blocked, META, now_ms)), now_ms).await
}

#[derive(sqlx::FromRow)]
struct DeedRow {
    wish: String,
    state: String,
    asked_by: String,
    at_ms: i64,
}

/// The latest wishes of a conversation, newest first. Who may see it was decided by [`super::conversations::visible_to`].
///
/// # Errors
/// The database is out of reach.
pub async fn latest(conn: &mut Conn<'_>, id: &ConversationId) -> Result<Vec<BlockDeed>> {
    const LATEST: &str = "select wish, state, asked_by, coalesce(ended_at_ms, asked_at_ms) as at_ms from blocks
        where conversation_id = $1 order by asked_at_ms desc, id desc limit $2";
    let rows: Vec<DeedRow> = on!(conn, c => sqlx::query_as(LATEST).bind(id).bind(SHOWN).fetch_all(&mut **c).await?);
    let deed = |row: DeedRow| {
        Ok(BlockDeed {
            wish: word("blocks.wish", row.wish)?,
            end: word("blocks.state", row.state)?,
            by: BlockedBy::of_writer(&row.asked_by),
            at_ms: row.at_ms,
        })
    };
    rows.into_iter().map(deed).collect()
}

/// Holds a conversation until the end of the transaction; gives how it stands.
async fn hold(tx: &mut Tx, id: &ConversationId) -> Result<Option<BlockState>> {
    const HOLD: &str = "update conversations set block_state = block_state where id = $1 returning block_state";
    let held: Option<String> = on!(tx.conn(), c => sqlx::query_scalar(HOLD).bind(id).fetch_one(&mut *c).await?);
    held.map(|held| word("conversations.block_state", held)).transpose()
}

/// Writes how it stands and tells who shows it.
async fn set(tx: &mut Tx, id: &ConversationId, to: Option<(BlockState, &str, i64)>, now_ms: i64) -> Result<()> {
    const SET: &str = "update conversations set block_state = $1, block_by = $2, block_at_ms = $3 where id = $4";
    let (state, by, at_ms) = match to {
        Some((state, by, at_ms)) => (Some(state.as_str()), Some(by), Some(at_ms)),
        None => (None, None, None),
    };
    on!(tx.conn(), c => sqlx::query(SET).bind(state).bind(by).bind(at_ms).bind(id).execute(&mut *c).await.map(drop))?;
    tx.announce(Announcement::Conversation(id.clone()), now_ms);
    Ok(())
}

/// By which names Meta was told to block them.
async fn blocked_as(conn: &mut Conn<'_>, id: &ConversationId) -> Result<Option<(Option<String>, Option<String>)>> {
    const NAMES: &str = "select phone, user_id from blocks where conversation_id = $1 and wish = 'block'
        and state = 'done' order by ended_at_ms desc, id desc limit 1";
    Ok(on!(conn, c => sqlx::query_as(NAMES).bind(id).fetch_optional(&mut **c).await?))
}

/// Who blocked them last, and when.
async fn blocked_by(conn: &mut Conn<'_>, id: &ConversationId) -> Result<Option<(String, i64)>> {
    const LAST: &str = "select asked_by, ended_at_ms from blocks where conversation_id = $1 and wish = 'block'
        and state = 'done' order by ended_at_ms desc, id desc limit 1";
    Ok(on!(conn, c => sqlx::query_as(LAST).bind(id).fetch_optional(&mut **c).await?))
}
