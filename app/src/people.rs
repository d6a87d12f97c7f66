//! Adding people and giving them a way in, from the screen or the command line.

use crate::api::people::PasswordLink;
use crate::ctx::House;
use crate::domain::agent::{Locale, PASSWORD_MAX_CHARS, PASSWORD_MIN_CHARS, Role, normal_email};
use crate::domain::ids::AgentId;
use crate::domain::time::DAY_MS;
use crate::error::{AppError, FieldProblem};
use crate::store::agents::{self, Agent, NewAgent};
use crate::store::links::{self, OneTimeLink, Purpose};
use crate::store::{Tx, settings};
use crate::tokens;

/// The addresses of a demo's people, who come in without a password.
pub const DEMO_PEOPLE_AT: &str = "@majlis.example";

/// How long a password link works.
const LINK_LIFE_MS: i64 = 3 * DAY_MS;

/// Adds a person. `password_hash` is absent when they will choose it by a link.
///
/// # Errors
/// A field is wrong, or the address is taken.
pub async fn add(
    tx: &mut Tx,
    email: &str,
    name: &str,
    role: Role,
    password_hash: Option<&str>,
    locale: Option<Locale>,
    now_ms: i64,
) -> Result<Agent, AppError> {
    let email = normal_email(email).ok_or(AppError::invalid("email", FieldProblem::Malformed))?;
    let name = checked_name(name)?;
    let new = NewAgent { email: &email, name: &name, role, password_hash, locale };
    agents::insert(tx, &new, now_ms).await?.ok_or(AppError::invalid("email", FieldProblem::Taken))
}

/// A person's name as it will be stored.
///
/// # Errors
/// Empty or too long.
pub fn checked_name(name: &str) -> Result<String, AppError> {
    let name: String = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let name = crate::domain::text::storable(&name);
    match name.chars().count() {
        0 => Err(AppError::invalid("name", FieldProblem::Missing)),
        1..=80 => Ok(name),
        _ => Err(AppError::invalid("name", FieldProblem::TooLong)),
    }
}

/// Checks a password someone chose.
///
/// # Errors
/// Too short or too long.
pub fn check_password(password: &str) -> Result<(), AppError> {
    match password.chars().count() {
        n if n < PASSWORD_MIN_CHARS => Err(AppError::invalid("password", FieldProblem::TooShort)),
        n if n > PASSWORD_MAX_CHARS => Err(AppError::invalid("password", FieldProblem::TooLong)),
        _ => Ok(()),
    }
}

/// Makes a link with which a person chooses a password; older ones stop working.
///
/// # Errors
/// The database is away.
pub async fn password_link(tx: &mut Tx, house: &House, id: &AgentId, now_ms: i64) -> Result<PasswordLink, AppError> {
    let token = tokens::random();
    let link = OneTimeLink {
        token_hash: tokens::hash(&token),
        purpose: Purpose::Password.as_str().to_owned(),
        agent_id: Some(id.clone()),
        created_at_ms: now_ms,
        expires_at_ms: now_ms + LINK_LIFE_MS,
    };
    links::insert(&mut tx.conn(), &link).await?;
    let url = format!("{}/password/{token}", house.services.public_url());
    Ok(PasswordLink { url, expires_at_ms: link.expires_at_ms })
}

/// Makes the first admin by the one-time link that `serve` printed. The first of two at once wins.
///
/// # Errors
/// The link is void, or a field is wrong.
pub async fn first_admin(
    tx: &mut Tx,
    token: &str,
    email: &str,
    name: &str,
    password_hash: &str,
    locale: Locale,
    now_ms: i64,
) -> Result<Agent, AppError> {
    settings::hold(&mut tx.conn(), "first_admin").await?;
    let hash = tokens::hash(token);
    let link = links::find(&mut tx.conn(), &hash, Purpose::Setup, now_ms).await?;
    if link.is_none() || agents::any_admin(&mut tx.conn()).await? {
        return Err(AppError::NotFound);
    }
    let agent = add(tx, email, name, Role::Admin, Some(password_hash), Some(locale), now_ms).await?;
    links::consume(&mut tx.conn(), &hash).await?;
    Ok(agent)
}
