//! The phones numbers live on too: what they bring over, and when they were last heard of. Admins only.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

use crate::domain::ids::ChannelId;
use crate::domain::phone_app::Phone;
use crate::error::AppError;

/// How asking went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum BringOutcome {
    /// It comes by itself from now on.
    Taken,
    /// Meta will not, and asking again is of no use.
    Refused { code: i64 },
    /// Meta was not asked: it may be asked again. Its code, where it answered.
    NotAsked { code: Option<i64> },
    /// Meta was asked, and its answer was lost: it may come all the same.
    Unknown,
    /// It was asked for before, or the day for it is over.
    TooLate,
}

/// The phone of a number, as settings show it.
///
/// # Errors
/// Not an admin, or the number lives on no phone.
#[server(prefix = "/fn", endpoint = "phone/show", input = Json)]
pub async fn show_phone(id: ChannelId) -> Result<Phone, AppError> {
    let ctx = crate::ctx::Ctx::extract()?;
    ctx.authorize(crate::domain::permission::Action::SeeSettings)?;
    let phones = crate::store::phone::all(&mut ctx.db().read().await?.conn()).await?;
    phones.into_iter().find(|phone| phone.channel_id == id).ok_or(AppError::NotFound)
}

/// Asks Meta for the phone's address book and then for its history, each once for all time.
///
/// # Errors
/// Not an admin, or the number lives on no phone.
#[server(prefix = "/fn", endpoint = "phone/bring", input = Json)]
pub async fn bring_over(id: ChannelId) -> Result<Vec<BringOutcome>, AppError> {
    use crate::domain::phone_app::Bring;
    let ctx = crate::ctx::Ctx::extract()?;
    ctx.authorize(crate::domain::permission::Action::ManageChannels)?;
    let mut outcomes = Vec::new();
    // The address book first, as Meta wants it: then the history's people have names.
    for what in [Bring::Contacts, Bring::History] {
        outcomes.push(ctx.house.services.bring_over(id.clone(), what).await?);
    }
    Ok(outcomes)
}

/// Somebody has opened the app on the phone.
///
/// # Errors
/// Not an admin, or the number lives on no phone.
#[server(prefix = "/fn", endpoint = "phone/opened", input = Json)]
pub async fn phone_opened(id: ChannelId) -> Result<(), AppError> {
    use crate::store::{channels, phone};
    let ctx = crate::ctx::Ctx::extract()?;
    ctx.authorize(crate::domain::permission::Action::ManageChannels)?;
    let mut tx = ctx.db().begin().await?;
    let channel = channels::by_id(&mut tx.conn(), &id).await?.ok_or(AppError::NotFound)?;
    if !channel.brief.coexistence {
        return Err(AppError::NotFound);
    }
    phone::seen(&mut tx.conn(), &id, ctx.now_ms()).await?;
    tx.commit().await?;
    Ok(())
}
