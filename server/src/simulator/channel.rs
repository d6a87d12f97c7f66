//! The simulated number: its names, and secrets of its own.

use app::api::channels::ChannelInput;
use app::domain::agent::Locale;

pub const PHONE_NUMBER_ID: &str = "300000000000100";
pub const WABA_ID: &str = "200000000000100";
pub const APP_ID: &str = "400000000000100";
/// Spaced like an Egyptian number and full of zeros: nobody's.
pub const DISPLAY_PHONE: &str = "+201000000100";

/// What the shop is called.
pub fn name(locale: Locale) -> &'static str {
    match locale {
        Locale::Ar => "متجر ريحان",
        Locale::En => "Rayhan Shop",
    }
}

/// The number as it is connected, with fresh secrets: those of one demo open nothing in another.
pub fn input(locale: Locale) -> ChannelInput {
    ChannelInput {
        name: name(locale).to_owned(),
        phone_number_id: PHONE_NUMBER_ID.to_owned(),
        waba_id: WABA_ID.to_owned(),
        display_phone: DISPLAY_PHONE.to_owned(),
        access_token: app::tokens::random(),
        app_secret: app::tokens::random(),
        verify_token: app::tokens::random(),
        coexistence: false,
    }
}
