//! Texts of settings and of connecting numbers.

pub mod checks;
pub mod connect;
pub mod forms;
pub mod numbers;
pub mod people;
pub mod profile;

pub struct SettingsTexts {
    pub title: &'static str,
    pub profile_tab: &'static str,
    pub numbers_tab: &'static str,
    pub people_tab: &'static str,
    pub nothing_title: &'static str,
    pub nothing: &'static str,
    pub to_profile: &'static str,
    pub forms: forms::FormTexts,
    pub profile: profile::ProfileTexts,
    pub numbers: numbers::NumberTexts,
    pub people: people::PeopleTexts,
    pub connect: connect::ConnectTexts,
    pub checks: checks::CheckTexts,
}

pub const AR: SettingsTexts = SettingsTexts {
    title: "الإعدادات",
    profile_tab: "حسابي",
    numbers_tab: "الأرقام",
    people_tab: "الفريق",
    nothing_title: "لا توجد صفحة هنا",
    nothing: "ربما نُقلت، أو ليست ضمن صلاحياتكم.",
    to_profile: "إلى حسابي",
    forms: forms::AR,
    profile: profile::AR,
    numbers: numbers::AR,
    people: people::AR,
    connect: connect::AR,
    checks: checks::AR,
};

pub const EN: SettingsTexts = SettingsTexts {
    title: "Settings",
    profile_tab: "My account",
    numbers_tab: "Numbers",
    people_tab: "People",
    nothing_title: "There is no page here",
    nothing: "It may have moved, or is not among what you may see.",
    to_profile: "To my account",
    forms: forms::EN,
    profile: profile::EN,
    numbers: numbers::EN,
    people: people::EN,
    connect: connect::EN,
    checks: checks::EN,
};
