//! People: adding, roles, switching off. Admins only.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

use crate::domain::agent::{AgentBrief, Role};
use crate::domain::ids::AgentId;
use crate::error::AppError;

/// A person as settings show them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub agent: AgentBrief,
    pub email: String,
    /// They have not used their password link yet.
    pub invited: bool,
    pub created_at_ms: i64,
}

/// A one-time link to hand to a person; shown once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordLink {
    pub url: String,
    pub expires_at_ms: i64,
}

/// # Errors
/// Not an admin, or the database is away.
#[server(prefix = "/fn", endpoint = "people/list", input = Json)]
pub async fn list_people() -> Result<Vec<Person>, AppError> {
    let ctx = crate::ctx::Ctx::extract()?;
    ctx.authorize(crate::domain::permission::Action::SeeSettings)?;
    let mut read = ctx.db().read().await?;
    let all = crate::store::agents::all(&mut read.conn()).await?;
    Ok(all
        .into_iter()
        .map(|agent| Person {
            agent: agent.brief,
            invited: agent.password_hash.is_none() && !agent.email.ends_with(crate::people::DEMO_PEOPLE_AT),
            email: agent.email,
            created_at_ms: agent.created_at_ms,
        })
        .collect())
}

/// Adds a person and gives the link with which they choose their password.
///
/// # Errors
/// Not an admin, a field is wrong, or the address is taken.
#[server(prefix = "/fn", endpoint = "people/add", input = Json)]
pub async fn add_person(email: String, name: String, role: Role) -> Result<PasswordLink, AppError> {
    use crate::people;
    let ctx = crate::ctx::Ctx::extract()?;
    ctx.authorize(crate::domain::permission::Action::ManagePeople)?;
    let mut tx = ctx.db().begin().await?;
    let agent = people::add(&mut tx, &email, &name, role, None, None, ctx.now_ms()).await?;
    let link = people::password_link(&mut tx, &ctx.house, &agent.brief.id, ctx.now_ms()).await?;
    tx.commit().await?;
    Ok(link)
}

/// A new link for someone who lost their password; older links stop working.
///
/// # Errors
/// Not an admin, or not found.
#[server(prefix = "/fn", endpoint = "people/link", input = Json)]
pub async fn new_password_link(id: AgentId) -> Result<PasswordLink, AppError> {
    let ctx = crate::ctx::Ctx::extract()?;
    ctx.authorize(crate::domain::permission::Action::ManagePeople)?;
    let mut tx = ctx.db().begin().await?;
    crate::store::agents::by_id(&mut tx.conn(), &id).await?.ok_or(AppError::NotFound)?;
    let link = crate::people::password_link(&mut tx, &ctx.house, &id, ctx.now_ms()).await?;
    tx.commit().await?;
    Ok(link)
}

/// Sets a person's role and whether they may sign in. Their sessions end at once.
///
/// # Errors
/// Not an admin, not found, or the house would have no admin left.
#[server(prefix = "/fn", endpoint = "people/access", input = Json)]
pub async fn set_access(id: AgentId, role: Role, disabled: bool) -> Result<(), AppError> {
    use crate::store::agents::{self, AccessOutcome};
    let ctx = crate::ctx::Ctx::extract()?;
    let permit = ctx.authorize(crate::domain::permission::Action::ManagePeople)?;
    let mut tx = ctx.db().begin().await?;
    match agents::set_access(&mut tx, &permit, &id, role, disabled, ctx.now_ms()).await? {
        AccessOutcome::Changed => Ok(tx.commit().await?),
        AccessOutcome::LastAdmin => Err(AppError::LastAdmin),
        AccessOutcome::NotFound => Err(AppError::NotFound),
    }
}
