//! Texts of settings.

pub struct SettingsTexts {}

pub const AR: SettingsTexts = SettingsTexts {};

pub const EN: SettingsTexts = SettingsTexts {};
