//! WhatsApp numbers. Secrets come and go sealed; opening them is the server's part.

use super::{Conn, Result, Tx, word};
use crate::domain::channel::ChannelBrief;
use crate::domain::ids::{AgentId, ChannelId, PhoneNumberId, WabaId};
use crate::domain::pace::Rate;
use crate::domain::permission::Permit;
use crate::live::protocol::LiveEvent;

/// A number with its sealed secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    pub brief: ChannelBrief,
    pub access_token_sealed: String,
    pub app_secret_sealed: String,
    pub previous_app_secret_sealed: Option<String>,
    pub verify_token_sealed: String,
    /// Only its members see it.
    pub members_only: bool,
    pub rate: Rate,
    pub created_at_ms: i64,
}

#[derive(sqlx::FromRow)]
struct ChannelRow {
    id: ChannelId,
    name: String,
    phone_number_id: PhoneNumberId,
    waba_id: WabaId,
    display_phone: String,
    access_token_sealed: String,
    app_secret_sealed: String,
    previous_app_secret_sealed: Option<String>,
    verify_token_sealed: String,
    read_receipts: String,
    coexistence: i64,
    simulated: i64,
    members_only: i64,
    paused_code: Option<i64>,
    unanswered_since_ms: Option<i64>,
    health_version: i64,
    max_per_second: i64,
    own_per_second: Option<i64>,
    created_at_ms: i64,
}

impl TryFrom<ChannelRow> for Channel {
    type Error = super::StoreError;

    fn try_from(row: ChannelRow) -> Result<Self> {
        Ok(Self {
            brief: ChannelBrief {
                id: row.id,
                name: row.name,
                phone_number_id: row.phone_number_id,
                waba_id: row.waba_id,
                display_phone: row.display_phone,
                read_receipts: word("channels.read_receipts", row.read_receipts)?,
                coexistence: row.coexistence != 0,
                simulated: row.simulated != 0,
                paused_code: row.paused_code,
                unanswered_since_ms: row.unanswered_since_ms,
                health_version: row.health_version,
            },
            access_token_sealed: row.access_token_sealed,
            app_secret_sealed: row.app_secret_sealed,
            previous_app_secret_sealed: row.previous_app_secret_sealed,
            verify_token_sealed: row.verify_token_sealed,
            members_only: row.members_only != 0,
            rate: Rate { max_per_second: row.max_per_second, own_per_second: row.own_per_second },
            created_at_ms: row.created_at_ms,
        })
    }
}

macro_rules! channel_query {
    ($tail:literal) => {
        concat!(
            "select id, name, phone_number_id, waba_id, display_phone, access_token_sealed, app_secret_sealed,
                previous_app_secret_sealed, verify_token_sealed, read_receipts, coexistence, simulated, members_only,
                paused_code, unanswered_since_ms, health_version, max_per_second, own_per_second, created_at_ms from channels ",
            $tail
        )
    };
}

/// Adds a number; `false` when its `phone_number_id` is connected already.
///
/// # Errors
/// The database is out of reach.
pub async fn insert(tx: &mut Tx, channel: &Channel) -> Result<bool> {
    const INSERT: &str = "insert into channels
        (id, name, phone_number_id, waba_id, display_phone, access_token_sealed, app_secret_sealed,
         verify_token_sealed, read_receipts, coexistence, simulated, members_only, max_per_second, own_per_second,
         created_at_ms)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
        on conflict (phone_number_id) do nothing";
    let brief = &channel.brief;
    let added = on!(tx.conn(), c => sqlx::query(INSERT).bind(&brief.id).bind(&brief.name).bind(&brief.phone_number_id)
        .bind(&brief.waba_id).bind(&brief.display_phone).bind(&channel.access_token_sealed)
        .bind(&channel.app_secret_sealed).bind(&channel.verify_token_sealed).bind(brief.read_receipts.as_str())
        .bind(i64::from(brief.coexistence)).bind(i64::from(brief.simulated)).bind(i64::from(channel.members_only))
        .bind(channel.rate.max_per_second).bind(channel.rate.own_per_second).bind(channel.created_at_ms).execute(&mut *c).await?.rows_affected());
    if added > 0 {
        tx.append(LiveEvent::Channel { channel: Box::new(brief.clone()) }, channel.created_at_ms);
    }
    Ok(added > 0)
}

/// Every number, oldest first.
///
/// # Errors
/// The database is out of reach.
pub async fn all(conn: &mut Conn<'_>) -> Result<Vec<Channel>> {
    const QUERY: &str = channel_query!("order by id");
    let rows: Vec<ChannelRow> = on!(conn, c => sqlx::query_as(QUERY).fetch_all(&mut **c).await?);
    rows.into_iter().map(Channel::try_from).collect()
}

/// # Errors
/// The database is out of reach.
pub async fn by_id(conn: &mut Conn<'_>, id: &ChannelId) -> Result<Option<Channel>> {
    const QUERY: &str = channel_query!("where id = $1");
    let row: Option<ChannelRow> = on!(conn, c => sqlx::query_as(QUERY).bind(id).fetch_optional(&mut **c).await?);
    row.map(Channel::try_from).transpose()
}

/// Replaces what an admin may change: name, account, phone, secrets, receipts. A pause ends, since its cause was most
/// likely what was mended; if not, the next send pauses it again.
///
/// # Errors
/// The database is out of reach.
pub async fn update(tx: &mut Tx, channel: &Channel, now_ms: i64) -> Result<()> {
    const UPDATE: &str = "update channels set name = $1, waba_id = $2, display_phone = $3, access_token_sealed = $4,
        app_secret_sealed = $5, previous_app_secret_sealed = $6, verify_token_sealed = $7, read_receipts = $8,
        paused_code = null, paused_at_ms = null where id = $9";
    let brief = &channel.brief;
    on!(tx.conn(), c => sqlx::query(UPDATE).bind(&brief.name).bind(&brief.waba_id).bind(&brief.display_phone)
        .bind(&channel.access_token_sealed).bind(&channel.app_secret_sealed).bind(&channel.previous_app_secret_sealed)
        .bind(&channel.verify_token_sealed).bind(brief.read_receipts.as_str()).bind(&brief.id)
        .execute(&mut *c).await.map(drop))?;
    let resumed = ChannelBrief { paused_code: None, ..brief.clone() };
    tx.append(LiveEvent::Channel { channel: Box::new(resumed) }, now_ms);
    tx.wake_outbox();
    Ok(())
}

/// Stops sending on a number until an admin acts. The queue is kept.
///
/// # Errors
/// The database is out of reach.
pub async fn pause(tx: &mut Tx, id: &ChannelId, code: i64, now_ms: i64) -> Result<()> {
    const PAUSE: &str = "update channels set paused_code = $1, paused_at_ms = $2 where id = $3 and paused_code is null";
    let paused = on!(tx.conn(), c => sqlx::query(PAUSE).bind(code).bind(now_ms).bind(id)
        .execute(&mut *c).await?.rows_affected());
    if paused > 0
        && let Some(channel) = by_id(&mut tx.conn(), id).await?
    {
        tx.append(LiveEvent::Channel { channel: Box::new(channel.brief) }, now_ms);
    }
    Ok(())
}

/// Notes since when Meta does not answer a number's sends, or (`None`) that it does again.
///
/// # Errors
/// The database is out of reach.
pub async fn set_unanswered(tx: &mut Tx, id: &ChannelId, since_ms: Option<i64>, now_ms: i64) -> Result<()> {
    const SET: &str = "update channels set unanswered_since_ms = cast($1 as bigint)
        where id = $2 and (unanswered_since_ms is null) <> (cast($1 as bigint) is null)";
    let changed = on!(tx.conn(), c => sqlx::query(SET).bind(since_ms).bind(id).execute(&mut *c).await?.rows_affected());
    if changed > 0
        && let Some(channel) = by_id(&mut tx.conn(), id).await?
    {
        tx.append(LiveEvent::Channel { channel: Box::new(channel.brief) }, now_ms);
    }
    Ok(())
}

/// Meta told how many messages a second it takes from a number; `false` when that was known, or there is none such.
///
/// # Errors
/// The database is out of reach.
pub async fn set_max_per_second(tx: &mut Tx, id: &ChannelId, max_per_second: i64) -> Result<bool> {
    const SET: &str = "update channels set max_per_second = $1 where id = $2 and max_per_second <> $1";
    let changed = on!(tx.conn(), c => sqlx::query(SET).bind(max_per_second).bind(id).execute(&mut *c).await?
        .rows_affected());
    tx.wake_outbox();
    Ok(changed > 0)
}

/// An admin's own, lower rate for a number; `None`: as fast as Meta allows.
///
/// # Errors
/// The database is out of reach.
pub async fn set_own_per_second(
    tx: &mut Tx,
    _permit: &Permit,
    id: &ChannelId,
    own_per_second: Option<i64>,
) -> Result<()> {
    const SET: &str = "update channels set own_per_second = $1 where id = $2";
    on!(tx.conn(), c => sqlx::query(SET).bind(own_per_second).bind(id).execute(&mut *c).await.map(drop))?;
    tx.wake_outbox();
    Ok(())
}

/// Who sees a number that is not for everyone.
///
/// # Errors
/// The database is out of reach.
pub async fn members(conn: &mut Conn<'_>, id: &ChannelId) -> Result<Vec<AgentId>> {
    const MEMBERS: &str = "select agent_id from channel_members where channel_id = $1 order by agent_id";
    Ok(on!(conn, c => sqlx::query_scalar(MEMBERS).bind(id).fetch_all(&mut **c).await?))
}

/// The numbers an agent sees although they are not for everyone.
///
/// # Errors
/// The database is out of reach.
pub async fn memberships(conn: &mut Conn<'_>, agent_id: &AgentId) -> Result<Vec<ChannelId>> {
    const QUERY: &str = "select channel_id from channel_members where agent_id = $1 order by channel_id";
    Ok(on!(conn, c => sqlx::query_scalar(QUERY).bind(agent_id).fetch_all(&mut **c).await?))
}

/// Opens a number to everyone (`None`) or to some agents only, and tells each agent what changed for them.
///
/// # Errors
/// The database is out of reach.
pub async fn set_members(tx: &mut Tx, id: &ChannelId, members: Option<&[AgentId]>, now_ms: i64) -> Result<()> {
    const FLAG: &str = "update channels set members_only = $1 where id = $2 returning name";
    const CLEAR: &str = "delete from channel_members where channel_id = $1";
    const ADD: &str = "insert into channel_members (channel_id, agent_id)
        select $1, id from agents where id = $2 on conflict do nothing";
    let Some(before) = by_id(&mut tx.conn(), id).await? else { return Ok(()) };
    let held = self::members(&mut tx.conn(), id).await?;
    let agents = super::agents::all(&mut tx.conn()).await?;
    on!(tx.conn(), c => {
        sqlx::query(FLAG).bind(i64::from(members.is_some())).bind(id).execute(&mut *c).await?;
        sqlx::query(CLEAR).bind(id).execute(&mut *c).await?;
        for agent_id in members.unwrap_or_default() {
            sqlx::query(ADD).bind(id).bind(agent_id).execute(&mut *c).await?;
        }
    });
    for agent in agents {
        let saw = !before.members_only || held.contains(&agent.brief.id);
        let sees = members.is_none_or(|members| members.contains(&agent.brief.id));
        // Admins see every number whatever its members.
        if saw != sees && agent.brief.role != crate::domain::agent::Role::Admin {
            let event = LiveEvent::Access { agent_id: agent.brief.id, channel_id: id.clone(), granted: sees };
            tx.append(event, now_ms);
        }
    }
    Ok(())
}
