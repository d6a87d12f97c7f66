//! Reactions, edits and revokes: put on their message, or parked until it comes.

use super::delivery::Changed;
use super::messages::{self, FullMessage};
use super::{Conn, Result, Tx, bulk, conversations, json, parked, to_json, word};
use crate::domain::content::{Carrier, Content, Reaction, ReactionSide, react};
use crate::domain::ids::{AgentId, ChannelId, ConversationId, MessageId, Wamid};
use crate::domain::mark::{Deed, Mark};
use crate::domain::message::{Direction, MessageStatus};

#[derive(sqlx::FromRow)]
struct TargetRow {
    id: MessageId,
    conversation_id: ConversationId,
    direction: String,
    text: Option<String>,
    content: Option<String>,
    edited_at_ms: Option<i64>,
    revoked_at_ms: Option<i64>,
}

/// Puts a mark on the message `target`. `None` when nothing changed: old news, not theirs to change, or the message is not
/// known yet and the mark is parked.
///
/// # Errors
/// The database is out of reach.
pub async fn apply(
    tx: &mut Tx,
    channel_id: &ChannelId,
    target: &Wamid,
    mark: &Mark,
    now_ms: i64,
) -> Result<Option<Changed>> {
    const TARGET: &str = "select id, conversation_id, direction, text, content, edited_at_ms, revoked_at_ms
        from messages where channel_id = $1 and wamid = $2";
    let look = async |tx: &mut Tx| -> Result<Option<TargetRow>> {
        Ok(on!(tx.conn(), c => sqlx::query_as(TARGET).bind(channel_id).bind(target).fetch_optional(&mut *c).await?))
    };
    let mut held = look(tx).await?;
    if held.is_none() {
        parked::meet(&mut tx.conn(), channel_id, &[target]).await?;
        held = look(tx).await?;
    }
    let Some(held) = held else {
        park(&mut tx.conn(), channel_id, target, mark, now_ms).await?;
        return Ok(None);
    };
    let direction: Direction = word("messages.direction", held.direction.clone())?;
    if !mark.may_touch(direction) {
        return Ok(None);
    }
    let moved = match &mark.deed {
        Deed::React(emoji) => set_reaction(tx, &held, mark, emoji).await?,
        Deed::Edit { text, content } => edit(tx, channel_id, &held, mark, text.as_deref(), content).await?,
        Deed::Revoke => revoke(tx, &held, mark.at_ms).await?,
    };
    Ok(moved.then_some(Changed { conversation_id: held.conversation_id, message_id: held.id }))
}

/// The reactions of a message, which nobody else changes until this transaction ends.
async fn hold_reactions(conn: &mut Conn<'_>, id: &MessageId) -> Result<Vec<Reaction>> {
    const HOLD: &str = "update messages set reactions = reactions where id = $1 returning reactions";
    let held: Option<Option<String>> =
        on!(conn, c => sqlx::query_scalar(HOLD).bind(id).fetch_optional(&mut **c).await?);
    held.flatten().map(|held| json("messages.reactions", &held)).transpose().map(Option::unwrap_or_default)
}

async fn save_reactions(conn: &mut Conn<'_>, id: &MessageId, reactions: &[Reaction]) -> Result<()> {
    const SET: &str = "update messages set reactions = $1 where id = $2";
    let text = to_json(&reactions)?;
    on!(conn, c => sqlx::query(SET).bind(text).bind(id).execute(&mut **c).await.map(drop))?;
    Ok(())
}

/// Puts a reaction of ours on its message, carried by the message `carrier`. Ours is newest by our word, whatever the
/// clocks of the phone and of this node say.
///
/// # Errors
/// The database is out of reach.
pub async fn leave(
    tx: &mut Tx,
    target: &MessageId,
    agent_id: Option<&AgentId>,
    emoji: &str,
    carrier: &MessageId,
    now_ms: i64,
) -> Result<()> {
    let before = hold_reactions(&mut tx.conn(), target).await?;
    let ours = before.iter().find(|reaction| reaction.by == ReactionSide::Business);
    let new = Reaction {
        by: ReactionSide::Business,
        emoji: emoji.to_owned(),
        at_ms: ours.map_or(now_ms, |held| held.at_ms.max(now_ms)),
        agent_id: agent_id.cloned(),
        carrier: Some(Box::new(Carrier { message_id: carrier.clone(), status: MessageStatus::Queued, error: None })),
    };
    if let Some(after) = react(&before, new) {
        save_reactions(&mut tx.conn(), target, &after).await?;
    }
    Ok(())
}

/// Tells messages how the reactions of ours on them stand; gives those messages. `carriers` are the messages that carry
/// them. One that was replaced meanwhile tells nothing.
///
/// # Errors
/// The database is out of reach.
pub async fn follow(tx: &mut Tx, carriers: &[MessageId]) -> Result<Vec<MessageId>> {
    let mut targets = Vec::new();
    for message in messages::by_ids(&mut tx.conn(), &carriers.iter().collect::<Vec<_>>()).await? {
        let Some(target) = &message.reply_to else { continue };
        let mut held = hold_reactions(&mut tx.conn(), target).await?;
        // Read once more: its state may have moved on while this waited for the message it is on.
        let Some(FullMessage { message, .. }) = messages::by_id(&mut tx.conn(), &message.id).await? else { continue };
        let ours = held.iter_mut().filter_map(|reaction| reaction.carrier.as_mut());
        let Some(carrier) = ours.into_iter().find(|carrier| carrier.message_id == message.id) else { continue };
        if carrier.status != message.status || carrier.error != message.error {
            (carrier.status, carrier.error) = (message.status, message.error.clone());
            save_reactions(&mut tx.conn(), target, &held).await?;
        }
        targets.push(target.clone());
    }
    Ok(targets)
}

async fn set_reaction(tx: &mut Tx, held: &TargetRow, mark: &Mark, emoji: &str) -> Result<bool> {
    let before = hold_reactions(&mut tx.conn(), &held.id).await?;
    let new = Reaction { by: mark.by, emoji: emoji.to_owned(), at_ms: mark.at_ms, agent_id: None, carrier: None };
    let Some(after) = react(&before, new) else { return Ok(false) };
    save_reactions(&mut tx.conn(), &held.id, &after).await?;
    Ok(true)
}

/// Every earlier text is kept. An edit older than the newest is kept too and changes nothing.
async fn edit(
    tx: &mut Tx,
    channel_id: &ChannelId,
    held: &TargetRow,
    mark: &Mark,
    text: Option<&str>,
    content: &Content,
) -> Result<bool> {
    const KNOWN: &str = "select seq from message_edits where channel_id = $1 and wamid = $2";
    const KEEP: &str = "insert into message_edits
        (channel_id, wamid, message_id, seq, text_before, content_before, edited_at_ms)
        values ($1, $2, $3, $4, $5, $6, $7)";
    const SET: &str = "update messages set text = $1, content = $2, edited_at_ms = $3 where id = $4";
    let known: Option<i64> = on!(tx.conn(), c => sqlx::query_scalar(KNOWN).bind(channel_id).bind(&mark.wamid)
        .fetch_optional(&mut *c).await?);
    if known.is_some() {
        return Ok(false);
    }
    let seq = conversations::next_seq(&mut tx.conn(), &held.conversation_id).await?;
    let content = (!content.is_empty()).then(|| to_json(content)).transpose()?;
    let newest = held.edited_at_ms.is_none_or(|edited_at_ms| edited_at_ms <= mark.at_ms);
    let (text_kept, content_kept) =
        if newest { (held.text.as_deref(), held.content.as_deref()) } else { (text, content.as_deref()) };
    on!(tx.conn(), c => sqlx::query(KEEP).bind(channel_id).bind(&mark.wamid).bind(&held.id).bind(seq).bind(text_kept)
        .bind(content_kept).bind(mark.at_ms).execute(&mut *c).await.map(drop))?;
    if newest {
        on!(tx.conn(), c => sqlx::query(SET).bind(text).bind(&content).bind(mark.at_ms).bind(&held.id)
            .execute(&mut *c).await.map(drop))?;
    }
    Ok(newest)
}

async fn revoke(tx: &mut Tx, held: &TargetRow, at_ms: i64) -> Result<bool> {
    const SET: &str = "update messages set revoked_at_ms = $1 where id = $2";
    if held.revoked_at_ms.is_some() {
        return Ok(false);
    }
    conversations::next_seq(&mut tx.conn(), &held.conversation_id).await?;
    on!(tx.conn(), c => sqlx::query(SET).bind(at_ms).bind(&held.id).execute(&mut *c).await.map(drop))?;
    Ok(true)
}

async fn park(conn: &mut Conn<'_>, channel_id: &ChannelId, target: &Wamid, mark: &Mark, now_ms: i64) -> Result<()> {
    const HELD: &str = "select mark from parked_marks where channel_id = $1 and target_wamid = $2";
    const PARK: &str = "insert into parked_marks (id, channel_id, target_wamid, mark, received_at_ms)
        values ($1, $2, $3, $4, $5)";
    let text = to_json(mark)?;
    let held: Vec<String> =
        on!(conn, c => sqlx::query_scalar(HELD).bind(channel_id).bind(target).fetch_all(&mut **c).await?);
    if held.contains(&text) {
        return Ok(());
    }
    on!(conn, c => sqlx::query(PARK).bind(uuid::Uuid::now_v7().to_string()).bind(channel_id).bind(target).bind(text)
        .bind(now_ms).execute(&mut **c).await.map(drop))?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct ParkedRow {
    target_wamid: Wamid,
    mark: String,
}

/// Puts parked marks on messages that have arrived, in the order they were made.
///
/// # Errors
/// The database is out of reach.
pub async fn replay(tx: &mut Tx, channel_id: &ChannelId, wamids: &[&Wamid], now_ms: i64) -> Result<()> {
    let mut parked: Vec<(Wamid, Mark)> = Vec::new();
    for list in bulk::padded(wamids) {
        let rows: Vec<ParkedRow> = on!(tx.conn(), c => {
            let mut query = sqlx::QueryBuilder::new("delete from parked_marks where channel_id = ");
            query.push_bind(channel_id).push(" and target_wamid in (");
            let mut names = query.separated(", ");
            for wamid in list {
                names.push_bind(wamid);
            }
            query.push(") returning target_wamid, mark");
            query.build_query_as().fetch_all(&mut *c).await?
        });
        for row in rows {
            parked.push((row.target_wamid, json("parked_marks.mark", &row.mark)?));
        }
    }
    parked.sort_by_key(|(_, mark)| mark.at_ms);
    for (target, mark) in parked {
        apply(tx, channel_id, &target, &mark, now_ms).await?;
    }
    Ok(())
}
