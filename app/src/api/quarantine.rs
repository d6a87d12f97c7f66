//! What was set aside because it could not be understood: shown to admins, read again, or let go.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// One item in the list, without what Meta sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAside {
    pub id: String,
    /// The request it came in.
    pub journal_id: i64,
    /// Where it stood there; empty for the whole request.
    pub place: String,
    pub reason: String,
    pub created_at_ms: i64,
}

/// A page of the list, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAsidePage {
    pub items: Vec<SetAside>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// An item with what Meta sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAsideDetails {
    pub item: SetAside,
    /// JSON on many lines where it is JSON; text from outside in any case.
    pub raw: String,
}

/// What came of reading an item again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum RetryOutcome {
    Understood,
    Refused { reason: String },
}

/// What came of reading some items again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetriedMany {
    pub understood: i64,
    pub refused: i64,
    /// The last item tried; `None` when there was none left.
    pub last: Option<String>,
}

#[cfg(feature = "ssr")]
impl From<crate::store::quarantine::Quarantined> for SetAside {
    fn from(held: crate::store::quarantine::Quarantined) -> Self {
        let crate::store::quarantine::Quarantined { id, journal_id, place, reason, created_at_ms, .. } = held;
        Self { id, journal_id, place, reason, created_at_ms }
    }
}

#[cfg(feature = "ssr")]
const PAGE: i64 = 50;

/// # Errors
/// Not an admin, or the database is away.
#[server(prefix = "/fn", endpoint = "quarantine/list", input = Json)]
pub async fn list_set_aside(before: Option<String>) -> Result<SetAsidePage, AppError> {
    let ctx = crate::ctx::Ctx::extract()?;
    ctx.authorize(crate::domain::permission::Action::SeeSettings)?;
    let mut read = ctx.db().read().await?;
    let mut held = crate::store::quarantine::page(&mut read.conn(), before.as_deref(), PAGE + 1).await?;
    let more = held.len() as i64 > PAGE;
    held.truncate(PAGE as usize);
    let next = held.last().filter(|_| more).map(|last| last.id.clone());
    Ok(SetAsidePage { items: held.into_iter().map(SetAside::from).collect(), next })
}

/// # Errors
/// Not an admin, or not found.
#[server(prefix = "/fn", endpoint = "quarantine/show", input = Json)]
pub async fn show_set_aside(id: String) -> Result<SetAsideDetails, AppError> {
    let ctx = crate::ctx::Ctx::extract()?;
    ctx.authorize(crate::domain::permission::Action::SeeSettings)?;
    let mut read = ctx.db().read().await?;
    let held = crate::store::quarantine::by_id(&mut read.conn(), &id).await?.ok_or(AppError::NotFound)?;
    let parsed = serde_json::from_str::<serde_json::Value>(&held.raw).ok();
    let pretty = parsed.and_then(|value| serde_json::to_string_pretty(&value).ok());
    let raw = pretty.unwrap_or_else(|| held.raw.clone());
    Ok(SetAsideDetails { item: held.into(), raw })
}

/// Reads an item again, with this program; still not understood, it stays with the reason of today.
///
/// # Errors
/// Not an admin, not found, or the database is away.
#[server(prefix = "/fn", endpoint = "quarantine/retry", input = Json)]
pub async fn retry_set_aside(id: String) -> Result<RetryOutcome, AppError> {
    let ctx = crate::ctx::Ctx::extract()?;
    ctx.authorize(crate::domain::permission::Action::ManageChannels)?;
    ctx.house.services.retry_set_aside(id).await
}

/// Reads the next items after `after` again, oldest first: called until none is left.
///
/// # Errors
/// Not an admin, or the database is away.
#[server(prefix = "/fn", endpoint = "quarantine/retry-after", input = Json)]
pub async fn retry_set_aside_after(after: String) -> Result<RetriedMany, AppError> {
    let ctx = crate::ctx::Ctx::extract()?;
    ctx.authorize(crate::domain::permission::Action::ManageChannels)?;
    ctx.house.services.retry_set_aside_after(after).await
}

/// Takes an item off the list for good. Its request stays in the journal for as long as others do.
///
/// # Errors
/// Not an admin, or not found.
#[server(prefix = "/fn", endpoint = "quarantine/dismiss", input = Json)]
pub async fn dismiss_set_aside(id: String) -> Result<(), AppError> {
    use crate::store::quarantine;
    let ctx = crate::ctx::Ctx::extract()?;
    ctx.authorize(crate::domain::permission::Action::ManageChannels)?;
    let mut tx = ctx.db().begin().await?;
    let known = quarantine::by_id(&mut tx.conn(), &id).await?.is_some();
    quarantine::resolve(&mut tx.conn(), &id, ctx.now_ms()).await?;
    tx.commit().await?;
    if known { Ok(()) } else { Err(AppError::NotFound) }
}
