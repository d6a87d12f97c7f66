//! Connecting a WhatsApp number, from the screen, the command line or the simulator: the same checks, sealed the same way.

use crate::api::channels::ChannelInput;
use crate::ctx::House;
use crate::domain::channel::{ChannelBrief, ReadReceipts};
use crate::domain::ids::{ChannelId, PhoneNumberId, WabaId};
use crate::domain::pace::Rate;
use crate::domain::permission::Permit;
use crate::domain::phone;
use crate::error::{AppError, FieldProblem};
use crate::secrets::{OpenError, Place, Sealer};
use crate::store::channels::{self, Channel};
use crate::store::settings;

/// The opened secrets of a number.
#[derive(Clone)]
pub struct ChannelSecrets {
    pub access_token: String,
    /// The current secret first, then the one before the last rotation.
    pub app_secrets: Vec<String>,
    pub verify_token: String,
}

fn place<'a>(id: &'a ChannelId, column: &'a str) -> Place<'a> {
    Place { table: "channels", row: id.as_str(), column }
}

/// Opens a number's secrets.
///
/// # Errors
/// The master key is another one, or a row is damaged.
pub fn open_secrets(sealer: &Sealer, channel: &Channel) -> Result<ChannelSecrets, OpenError> {
    let id = &channel.brief.id;
    let mut app_secrets = vec![sealer.open(place(id, "app_secret"), &channel.app_secret_sealed)?];
    if let Some(previous) = &channel.previous_app_secret_sealed {
        app_secrets.push(sealer.open(place(id, "app_secret"), previous)?);
    }
    Ok(ChannelSecrets {
        access_token: sealer.open(place(id, "access_token"), &channel.access_token_sealed)?,
        app_secrets,
        verify_token: sealer.open(place(id, "verify_token"), &channel.verify_token_sealed)?,
    })
}

/// Connects a number.
///
/// # Errors
/// A field is wrong or taken; a real number in a demo folder; a simulated one beside real ones.
pub async fn add(
    house: &House,
    _permit: &Permit,
    input: &ChannelInput,
    simulated: bool,
    now_ms: i64,
) -> Result<ChannelId, AppError> {
    let mut input = input.clone();
    trim(&mut input);
    for (field, value) in [
        ("access_token", &input.access_token),
        ("app_secret", &input.app_secret),
        ("verify_token", &input.verify_token),
        ("phone_number_id", &input.phone_number_id),
    ] {
        if value.is_empty() {
            return Err(AppError::invalid(field, FieldProblem::Missing));
        }
    }
    let display_phone = check_names(&input)?;
    if !input.phone_number_id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(AppError::invalid("phone_number_id", FieldProblem::Malformed));
    }
    let id = ChannelId::new();
    let channel = Channel {
        brief: ChannelBrief {
            id: id.clone(),
            name: input.name.clone(),
            phone_number_id: PhoneNumberId::from_text(&input.phone_number_id),
            waba_id: WabaId::from_text(&input.waba_id),
            display_phone,
            read_receipts: ReadReceipts::OnOpen,
            coexistence: input.coexistence,
            simulated,
            paused_code: None,
            unanswered_since_ms: None,
            health_version: 0,
        },
        access_token_sealed: house.sealer.seal(place(&id, "access_token"), &input.access_token),
        app_secret_sealed: house.sealer.seal(place(&id, "app_secret"), &input.app_secret),
        previous_app_secret_sealed: None,
        verify_token_sealed: house.sealer.seal(place(&id, "verify_token"), &input.verify_token),
        members_only: false,
        rate: if input.coexistence { Rate::coexistence() } else { Rate::standard() },
        created_at_ms: now_ms,
    };
    let mut tx = house.db.begin().await?;
    // Two at once wait for each other here: a folder is a demo or it is not.
    let demo = settings::hold(&mut tx.conn(), settings::DEMO).await?.is_some();
    if simulated {
        if !channels::all(&mut tx.conn()).await?.is_empty() {
            return Err(AppError::NotEmpty);
        }
        settings::set(&mut tx.conn(), settings::DEMO, "1").await?;
    } else if demo {
        return Err(AppError::DemoFolder);
    }
    settings::set(&mut tx.conn(), settings::MASTER_KEY_ID, house.sealer.key_id()).await?;
    if !channels::insert(&mut tx, &channel).await? {
        return Err(AppError::invalid("phone_number_id", FieldProblem::Taken));
    }
    tx.commit().await?;
    house.services.channel_changed(&id);
    Ok(id)
}

/// Changes a number; empty secrets stay. A new app secret keeps the old one valid beside it, since Meta's retries of
/// the last days are signed with it.
///
/// # Errors
/// A field is wrong, or not found.
pub async fn update(
    house: &House,
    _permit: &Permit,
    id: &ChannelId,
    input: &ChannelInput,
    read_receipts: ReadReceipts,
    now_ms: i64,
) -> Result<ChannelBrief, AppError> {
    let mut input = input.clone();
    trim(&mut input);
    let display_phone = check_names(&input)?;
    let mut tx = house.db.begin().await?;
    let mut channel = channels::by_id(&mut tx.conn(), id).await?.ok_or(AppError::NotFound)?;
    let seal = |column: &str, secret: &str| house.sealer.seal(place(id, column), secret);
    if !input.access_token.is_empty() {
        channel.access_token_sealed = seal("access_token", &input.access_token);
    }
    if !input.app_secret.is_empty() {
        let fresh = seal("app_secret", &input.app_secret);
        channel.previous_app_secret_sealed = Some(std::mem::replace(&mut channel.app_secret_sealed, fresh));
    }
    if !input.verify_token.is_empty() {
        channel.verify_token_sealed = seal("verify_token", &input.verify_token);
    }
    channel.brief.name = input.name;
    channel.brief.waba_id = WabaId::from_text(&input.waba_id);
    channel.brief.display_phone = display_phone;
    channel.brief.read_receipts = read_receipts;
    channel.brief.paused_code = None;
    channels::update(&mut tx, &channel, now_ms).await?;
    tx.commit().await?;
    house.services.channel_changed(id);
    Ok(channel.brief)
}

/// Names as they will be stored; gives the phone as E.164.
fn check_names(input: &ChannelInput) -> Result<String, AppError> {
    if input.name.is_empty() {
        return Err(AppError::invalid("name", FieldProblem::Missing));
    }
    if input.name.chars().count() > 80 {
        return Err(AppError::invalid("name", FieldProblem::TooLong));
    }
    if !input.waba_id.bytes().all(|byte| byte.is_ascii_digit()) || input.waba_id.is_empty() {
        return Err(AppError::invalid("waba_id", FieldProblem::Malformed));
    }
    phone::e164(&input.display_phone).ok_or(AppError::invalid("display_phone", FieldProblem::Malformed))
}

fn trim(input: &mut ChannelInput) {
    for field in [
        &mut input.name,
        &mut input.phone_number_id,
        &mut input.waba_id,
        &mut input.display_phone,
        &mut input.access_token,
        &mut input.app_secret,
        &mut input.verify_token,
    ] {
        *field = crate::domain::text::storable(field.trim());
    }
}
