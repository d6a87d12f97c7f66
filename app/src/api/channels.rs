//! Numbers: connecting, checking, changing. Admins only; secrets go in and never come out.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

use crate::domain::channel::{ChannelBrief, ReadReceipts};
use crate::domain::health::Level;
use crate::domain::ids::{AgentId, ChannelId};
use crate::domain::pace::Rate;
use crate::error::AppError;

/// What an admin types to connect a number. When changing one, an empty secret keeps the stored one.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelInput {
    pub name: String,
    pub phone_number_id: String,
    pub waba_id: String,
    pub display_phone: String,
    pub access_token: String,
    pub app_secret: String,
    pub verify_token: String,
    /// The number lives in the WhatsApp Business app too. Only read when connecting.
    pub coexistence: bool,
}

impl std::fmt::Debug for ChannelInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChannelInput").field("phone_number_id", &self.phone_number_id).finish_non_exhaustive()
    }
}

/// One line of a number's self-check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    pub what: CheckKind,
    pub outcome: CheckOutcome,
}

/// What was checked. The screen has a sentence for each, and one for each way it can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckKind {
    /// The access token opens the phone number.
    AccessToken,
    /// The number exists under this id and belongs to the account.
    PhoneNumber,
    /// Our app is subscribed to the account's webhooks.
    Subscription,
    /// The app secret fits the token's app.
    AppSecret,
    /// Meta has called our callback with the verify token.
    Callback,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum CheckOutcome {
    Ok,
    /// Not known before Meta has called us.
    Waiting,
    /// Meta refused: its code and words.
    Refused {
        code: i64,
        message: String,
    },
    /// Meta could not be reached.
    Unreachable,
    /// What was typed and what Meta says differ.
    Differs {
        found: String,
    },
    /// Meta does not list the number among this account's.
    Elsewhere,
    /// Something has to be typed first.
    Missing,
}

/// A number as settings show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelSettings {
    pub channel: ChannelBrief,
    /// `None`: everyone sees it. Admins always do.
    pub members: Option<Vec<AgentId>>,
    pub rate: Rate,
    /// How worried to be about it.
    pub health: Level,
}

/// The numbers page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelsPage {
    pub channels: Vec<ChannelSettings>,
    /// Meta's callback address of this server, to be copied.
    pub callback_url: String,
    /// Real numbers are refused here.
    pub demo: bool,
}

/// # Errors
/// Not an admin, or the database is away.
#[server(prefix = "/fn", endpoint = "channels/list", input = Json)]
pub async fn list_channels() -> Result<ChannelsPage, AppError> {
    use crate::domain::permission::Action;
    use crate::store::{channels, health, settings};
    let ctx = crate::ctx::Ctx::extract()?;
    ctx.authorize(Action::SeeSettings)?;
    let mut read = ctx.db().read().await?;
    let demo = settings::get(&mut read.conn(), settings::DEMO).await?.is_some();
    let mut page = Vec::new();
    for channel in channels::all(&mut read.conn()).await? {
        let members = match channel.members_only {
            true => Some(channels::members(&mut read.conn(), &channel.brief.id).await?),
            false => None,
        };
        let health = health::card_of(&mut read.conn(), &channel, ctx.now_ms()).await?.level();
        page.push(ChannelSettings { channel: channel.brief, members, rate: channel.rate, health });
    }
    Ok(ChannelsPage { channels: page, callback_url: ctx.house.services.callback_url(), demo })
}

/// Tries what was typed against Meta, without storing anything.
///
/// # Errors
/// Not an admin.
#[server(prefix = "/fn", endpoint = "channels/check", input = Json)]
pub async fn check_channel(input: ChannelInput) -> Result<Vec<Check>, AppError> {
    let ctx = crate::ctx::Ctx::extract()?;
    ctx.authorize(crate::domain::permission::Action::ManageChannels)?;
    Ok(ctx.house.services.check_channel(input).await)
}

/// # Errors
/// Not an admin, a field is wrong, the number is connected already, or this is a demo folder.
#[server(prefix = "/fn", endpoint = "channels/add", input = Json)]
pub async fn add_channel(input: ChannelInput) -> Result<ChannelId, AppError> {
    let ctx = crate::ctx::Ctx::extract()?;
    let permit = ctx.authorize(crate::domain::permission::Action::ManageChannels)?;
    crate::connecting::add(&ctx.house, &permit, &input, false, ctx.now_ms()).await
}

/// Changes a number; empty secrets stay as they are. A pause ends.
///
/// # Errors
/// Not an admin, a field is wrong, or not found.
#[server(prefix = "/fn", endpoint = "channels/update", input = Json)]
pub async fn update_channel(
    id: ChannelId,
    input: ChannelInput,
    read_receipts: ReadReceipts,
) -> Result<ChannelBrief, AppError> {
    let ctx = crate::ctx::Ctx::extract()?;
    let permit = ctx.authorize(crate::domain::permission::Action::ManageChannels)?;
    crate::connecting::update(&ctx.house, &permit, &id, &input, read_receipts, ctx.now_ms()).await
}

/// Lets a number send more slowly than Meta allows; `None`: as fast as Meta allows.
///
/// # Errors
/// Not an admin, not found, or no rate that could be kept.
#[server(prefix = "/fn", endpoint = "channels/rate", input = Json)]
pub async fn set_channel_rate(id: ChannelId, own_per_second: Option<i64>) -> Result<(), AppError> {
    use crate::error::FieldProblem;
    use crate::store::channels;
    let ctx = crate::ctx::Ctx::extract()?;
    let permit = ctx.authorize(crate::domain::permission::Action::ManageChannels)?;
    let mut tx = ctx.db().begin().await?;
    channels::by_id(&mut tx.conn(), &id).await?.ok_or(AppError::NotFound)?;
    if own_per_second.is_some_and(|rate| !(1..=crate::domain::pace::UPGRADED).contains(&rate)) {
        return Err(AppError::invalid("own_per_second", FieldProblem::Malformed));
    }
    channels::set_own_per_second(&mut tx, &permit, &id, own_per_second).await?;
    tx.commit().await?;
    ctx.house.services.channel_changed(&id);
    Ok(())
}

/// Opens a number to everyone (`None`) or to some agents only.
///
/// # Errors
/// Not an admin, or not found.
#[server(prefix = "/fn", endpoint = "channels/members", input = Json)]
pub async fn set_channel_members(id: ChannelId, members: Option<Vec<AgentId>>) -> Result<(), AppError> {
    use crate::store::channels;
    let ctx = crate::ctx::Ctx::extract()?;
    ctx.authorize(crate::domain::permission::Action::ManageChannels)?;
    let mut tx = ctx.db().begin().await?;
    channels::by_id(&mut tx.conn(), &id).await?.ok_or(AppError::NotFound)?;
    channels::set_members(&mut tx, &id, members.as_deref(), ctx.now_ms()).await?;
    tx.commit().await?;
    Ok(())
}
