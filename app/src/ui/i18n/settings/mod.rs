//! Texts of settings and of connecting numbers.

pub mod checks;
pub mod connect;
pub mod forms;
pub mod health;
pub mod numbers;
pub mod people;
pub mod phone;
pub mod profile;
pub mod quarantine;

pub struct SettingsTexts {
    pub title: &'static str,
    pub profile_tab: &'static str,
    pub numbers_tab: &'static str,
    pub people_tab: &'static str,
    pub quarantine_tab: &'static str,
    pub nothing_title: &'static str,
    pub nothing: &'static str,
    pub to_profile: &'static str,
    pub forms: forms::FormTexts,
    pub profile: profile::ProfileTexts,
    pub numbers: numbers::NumberTexts,
    pub people: people::PeopleTexts,
    pub phone: phone::PhoneTexts,
    pub quarantine: quarantine::QuarantineTexts,
    pub connect: connect::ConnectTexts,
    pub checks: checks::CheckTexts,
    pub health: health::HealthTexts,
}

pub const AR: SettingsTexts = SettingsTexts {
    title: "الإعدادات",
    profile_tab: "حسابي",
    numbers_tab: "الأرقام",
    people_tab: "الفريق",
    quarantine_tab: "غير المقروء",
    nothing_title: "لا توجد صفحة هنا",
    nothing: "ربما نُقلت، أو ليست ضمن صلاحياتكم.",
    to_profile: "إلى حسابي",
    forms: forms::AR,
    profile: profile::AR,
    numbers: numbers::AR,
    people: people::AR,
    phone: phone::AR,
    quarantine: quarantine::AR,
    connect: connect::AR,
    checks: checks::AR,
    health: health::AR,
};

pub const EN: SettingsTexts = SettingsTexts {
    title: "Settings",
    profile_tab: "My account",
    numbers_tab: "Numbers",
    people_tab: "People",
    quarantine_tab: "Set aside",
    nothing_title: "There is no page here",
    nothing: "It may have moved, or is not among what you may see.",
    to_profile: "To my account",
    forms: forms::EN,
    profile: profile::EN,
    numbers: numbers::EN,
    people: people::EN,
    phone: phone::EN,
    quarantine: quarantine::EN,
    connect: connect::EN,
    checks: checks::EN,
    health: health::EN,
};
