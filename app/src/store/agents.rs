//! People who sign in.

use super::{Conn, Result, Tx, word};
use crate::domain::agent::{AgentBrief, Locale, Role};
use crate::domain::ids::AgentId;
use crate::domain::permission::Permit;
use crate::live::protocol::LiveEvent;

/// A person as settings and sign-in see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    pub brief: AgentBrief,
    pub email: String,
    /// `None` until the person has used their password link.
    pub password_hash: Option<String>,
    pub locale: Option<Locale>,
    pub created_at_ms: i64,
}

#[derive(sqlx::FromRow)]
struct AgentRow {
    id: AgentId,
    email: String,
    name: String,
    password_hash: Option<String>,
    role: String,
    locale: Option<String>,
    created_at_ms: i64,
    disabled_at_ms: Option<i64>,
}

impl TryFrom<AgentRow> for Agent {
    type Error = super::StoreError;

    fn try_from(row: AgentRow) -> Result<Self> {
        Ok(Self {
            brief: AgentBrief {
                id: row.id,
                name: row.name,
                role: word("agents.role", row.role)?,
                disabled: row.disabled_at_ms.is_some(),
            },
            email: row.email,
            password_hash: row.password_hash,
            locale: row.locale.and_then(|locale| Locale::from_word(&locale)),
            created_at_ms: row.created_at_ms,
        })
    }
}

macro_rules! agent_query {
    ($tail:literal) => {
        concat!(
            "select id, email, name, password_hash, role, locale, created_at_ms, disabled_at_ms from agents ",
            $tail
        )
    };
}

/// A person to be added.
pub struct NewAgent<'a> {
    /// As [`crate::domain::agent::normal_email`] gives it.
    pub email: &'a str,
    pub name: &'a str,
    pub role: Role,
    pub password_hash: Option<&'a str>,
    pub locale: Option<Locale>,
}

/// Adds a person; `None` when the address is taken.
///
/// # Errors
/// The database is out of reach.
pub async fn insert(tx: &mut Tx, new: &NewAgent<'_>, now_ms: i64) -> Result<Option<Agent>> {
    const INSERT: &str = "insert into agents (id, email, name, password_hash, role, locale, created_at_ms)
        values ($1, $2, $3, $4, $5, $6, $7) on conflict (email) do nothing";
    let id = AgentId::new();
    let added = on!(tx.conn(), c => sqlx::query(INSERT).bind(&id).bind(new.email).bind(new.name).bind(new.password_hash)
        .bind(new.role.as_str()).bind(new.locale.map(Locale::as_str)).bind(now_ms)
        .execute(&mut *c).await?.rows_affected());
    if added == 0 {
        return Ok(None);
    }
    let brief = AgentBrief { id, name: new.name.to_owned(), role: new.role, disabled: false };
    tx.append(LiveEvent::Agent { agent: Box::new(brief.clone()) }, now_ms);
    Ok(Some(Agent {
        brief,
        email: new.email.to_owned(),
        password_hash: new.password_hash.map(str::to_owned),
        locale: new.locale,
        created_at_ms: now_ms,
    }))
}

/// # Errors
/// The database is out of reach.
pub async fn by_email(conn: &mut Conn<'_>, email: &str) -> Result<Option<Agent>> {
    const QUERY: &str = agent_query!("where email = $1");
    let row: Option<AgentRow> = on!(conn, c => sqlx::query_as(QUERY).bind(email).fetch_optional(&mut **c).await?);
    row.map(Agent::try_from).transpose()
}

/// # Errors
/// The database is out of reach.
pub async fn by_id(conn: &mut Conn<'_>, id: &AgentId) -> Result<Option<Agent>> {
    const QUERY: &str = agent_query!("where id = $1");
    let row: Option<AgentRow> = on!(conn, c => sqlx::query_as(QUERY).bind(id).fetch_optional(&mut **c).await?);
    row.map(Agent::try_from).transpose()
}

/// Everyone, also who is disabled: old messages still show their names.
///
/// # Errors
/// The database is out of reach.
pub async fn all(conn: &mut Conn<'_>) -> Result<Vec<Agent>> {
    const QUERY: &str = agent_query!("order by id");
    let rows: Vec<AgentRow> = on!(conn, c => sqlx::query_as(QUERY).fetch_all(&mut **c).await?);
    rows.into_iter().map(Agent::try_from).collect()
}

/// Is there anyone who can manage this house?
///
/// # Errors
/// The database is out of reach.
pub async fn any_admin(conn: &mut Conn<'_>) -> Result<bool> {
    Ok(count_admins(conn).await? > 0)
}

async fn count_admins(conn: &mut Conn<'_>) -> Result<i64> {
    const QUERY: &str = "select count(*) from agents where role = 'admin' and disabled_at_ms is null";
    Ok(on!(conn, c => sqlx::query_scalar(QUERY).fetch_one(&mut **c).await?))
}

/// Stores a new password and ends every session of the person but `keep` (a session's token hash).
///
/// # Errors
/// The database is out of reach.
pub async fn set_password(conn: &mut Conn<'_>, id: &AgentId, hash: &str, keep: Option<&str>) -> Result<()> {
    const SET: &str = "update agents set password_hash = $1 where id = $2";
    const END: &str = "delete from sessions where agent_id = $1 and token_hash <> $2";
    on!(conn, c => {
        sqlx::query(SET).bind(hash).bind(id).execute(&mut **c).await?;
        sqlx::query(END).bind(id).bind(keep.unwrap_or_default()).execute(&mut **c).await?;
    });
    Ok(())
}

/// Replaces the stored hash after a sign-in showed that it was made with older parameters.
///
/// # Errors
/// The database is out of reach.
pub async fn rehash(conn: &mut Conn<'_>, id: &AgentId, hash: &str) -> Result<()> {
    const SET: &str = "update agents set password_hash = $1 where id = $2";
    on!(conn, c => sqlx::query(SET).bind(hash).bind(id).execute(&mut **c).await.map(drop))?;
    Ok(())
}

/// A person's own name and language.
///
/// # Errors
/// The database is out of reach.
pub async fn set_profile(
    tx: &mut Tx,
    agent: &Agent,
    name: &str,
    locale: Option<Locale>,
    now_ms: i64,
) -> Result<AgentBrief> {
    const SET: &str = "update agents set name = $1, locale = $2 where id = $3";
    on!(tx.conn(), c => sqlx::query(SET).bind(name).bind(locale.map(Locale::as_str)).bind(&agent.brief.id)
        .execute(&mut *c).await.map(drop))?;
    let brief = AgentBrief { name: name.to_owned(), ..agent.brief.clone() };
    tx.append(LiveEvent::Agent { agent: Box::new(brief.clone()) }, now_ms);
    Ok(brief)
}

/// Why a person's role or access stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessOutcome {
    Changed,
    /// The house would have no admin left.
    LastAdmin,
    NotFound,
}

/// Sets role and whether the person may sign in. Every session ends with a change: rights are read at sign-in.
///
/// # Errors
/// The database is out of reach.
pub async fn set_access(
    tx: &mut Tx,
    _permit: &Permit,
    id: &AgentId,
    role: Role,
    disabled: bool,
    now_ms: i64,
) -> Result<AccessOutcome> {
    // Takes the write lock on everyone who could be the last admin, so that two admins cannot demote each other at once.
    const LOCK: &str = "update agents set role = role where role = 'admin'";
    const SET: &str = "update agents set role = $1, disabled_at_ms = $2 where id = $3";
    const END: &str = "delete from sessions where agent_id = $1";
    on!(tx.conn(), c => sqlx::query(LOCK).execute(&mut *c).await.map(drop))?;
    let Some(agent) = by_id(&mut tx.conn(), id).await? else { return Ok(AccessOutcome::NotFound) };
    if agent.brief.role == role && agent.brief.disabled == disabled {
        return Ok(AccessOutcome::Changed);
    }
    // Judged before anything is written: a refusal changes nothing, also for a caller who commits.
    let manages = agent.brief.role == Role::Admin && !agent.brief.disabled;
    if manages && count_admins(&mut tx.conn()).await? == 1 {
        return Ok(AccessOutcome::LastAdmin);
    }
    on!(tx.conn(), c => {
        sqlx::query(SET).bind(role.as_str()).bind(disabled.then_some(now_ms)).bind(id).execute(&mut *c).await?;
        sqlx::query(END).bind(id).execute(&mut *c).await?;
    });
    let brief = AgentBrief { role, disabled, ..agent.brief };
    tx.append(LiveEvent::Agent { agent: Box::new(brief) }, now_ms);
    Ok(AccessOutcome::Changed)
}

/// Tells a person's open tabs to look whether their session still holds: after a new password, or a sign-out.
///
/// # Errors
/// The database is out of reach.
pub async fn recheck_sessions(tx: &mut Tx, id: &AgentId, now_ms: i64) -> Result<()> {
    if let Some(agent) = by_id(&mut tx.conn(), id).await? {
        tx.append(LiveEvent::Agent { agent: Box::new(agent.brief) }, now_ms);
    }
    Ok(())
}
