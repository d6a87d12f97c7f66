//! How a number stands with Meta. Admins only.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use crate::domain::health::HealthCard;
use crate::domain::ids::ChannelId;
use crate::error::AppError;

/// What is known of a number now.
///
/// # Errors
/// Not an admin, not found, or the database is away.
#[server(prefix = "/fn", endpoint = "channels/health", input = Json)]
pub async fn channel_health(id: ChannelId) -> Result<HealthCard, AppError> {
    use crate::store::{channels, health};
    let ctx = crate::ctx::Ctx::extract()?;
    ctx.authorize(crate::domain::permission::Action::SeeSettings)?;
    let mut read = ctx.db().read().await?;
    let channel = channels::by_id(&mut read.conn(), &id).await?.ok_or(AppError::NotFound)?;
    Ok(health::card_of(&mut read.conn(), &channel, ctx.now_ms()).await?)
}

/// Asks Meta how a number stands and writes it down.
///
/// # Errors
/// Not an admin, not found, Meta cannot be reached, or the database is away.
#[server(prefix = "/fn", endpoint = "channels/health-check", input = Json)]
pub async fn check_channel_health(id: ChannelId) -> Result<HealthCard, AppError> {
    use crate::domain::health::Fact;
    use crate::store::{channels, health};
    let ctx = crate::ctx::Ctx::extract()?;
    ctx.authorize(crate::domain::permission::Action::ManageChannels)?;
    let mut read = ctx.db().read().await?;
    channels::by_id(&mut read.conn(), &id).await?.ok_or(AppError::NotFound)?;
    drop(read);
    // What a webhook tells while Meta answers is newer than the answer.
    let told_at_ms = ctx.now_ms();
    let told = ctx.house.services.channel_standing(&id).await?;
    let facts: Vec<Fact> = told.into_iter().map(|fact| Fact { told_at_ms, ..fact }).collect();
    let now_ms = ctx.now_ms();
    let mut tx = ctx.db().begin().await?;
    health::note(&mut tx, &id, &facts, now_ms).await?;
    let channel = channels::by_id(&mut tx.conn(), &id).await?.ok_or(AppError::NotFound)?;
    let card = health::card_of(&mut tx.conn(), &channel, now_ms).await?;
    tx.commit().await?;
    ctx.house.services.channel_changed(&id);
    Ok(card)
}
