//! Snapshots the live view starts from: everything in one reading transaction, with the event number it was read at.

use super::inbox::{LIST_PAGE, THREAD_PAGE};
use crate::domain::agent::AgentBrief;
use crate::domain::channel::ChannelBrief;
use crate::domain::conversation::ListFilter;
use crate::domain::ids::ConversationId;
use crate::domain::permission::Actor;
use crate::error::AppError;
use crate::live::view::{InboxView, ListView, ThreadView};
use crate::store::{Db, Snapshot, agents, channels, conversations, events, messages};

/// Everything the inbox shows to `me`.
///
/// # Errors
/// The database is away.
pub async fn inbox(
    db: &Db,
    me: &AgentBrief,
    filter: ListFilter,
    open: Option<&ConversationId>,
) -> Result<InboxView, AppError> {
    let actor = Actor::Agent { id: me.id.clone(), role: me.role };
    let mut read = db.read().await?;
    let seq = events::head(&mut read.conn()).await?;
    let agents = agents::all(&mut read.conn()).await?.into_iter().map(|agent| agent.brief).collect();
    let channels = visible_channels(&mut read, &actor).await?;
    let page = conversations::list(&mut read.conn(), &actor, &filter, None, LIST_PAGE).await?;
    let thread = match open {
        Some(id) => thread(&mut read, &actor, id).await?,
        None => None,
    };
    Ok(InboxView {
        seq,
        me: me.clone(),
        agents,
        channels,
        list: ListView::new(seq, filter, page),
        thread,
        stale: false,
    })
}

/// A conversation with its newest messages; `None` when it is not there for this actor.
///
/// # Errors
/// The database is away.
pub async fn thread(read: &mut Snapshot, actor: &Actor, id: &ConversationId) -> Result<Option<ThreadView>, AppError> {
    let seq = events::head(&mut read.conn()).await?;
    let Some(row) = conversations::visible_to(&mut read.conn(), actor, id).await? else { return Ok(None) };
    let (page, has_older) = messages::page(&mut read.conn(), id, None, THREAD_PAGE).await?;
    let messages = page.into_iter().map(|full| full.message).collect();
    Ok(Some(ThreadView { seq, row, messages, has_older }))
}

/// The numbers an actor sees.
///
/// # Errors
/// The database is away.
pub async fn visible_channels(read: &mut Snapshot, actor: &Actor) -> Result<Vec<ChannelBrief>, AppError> {
    let all = channels::all(&mut read.conn()).await?;
    let member_of = match actor.agent_id() {
        Some(id) => channels::memberships(&mut read.conn(), id).await?,
        None => Vec::new(),
    };
    let sees_all = actor.role() == crate::domain::agent::Role::Admin;
    Ok(all
        .into_iter()
        .filter(|channel| sees_all || !channel.members_only || member_of.contains(&channel.brief.id))
        .map(|channel| channel.brief)
        .collect())
}
