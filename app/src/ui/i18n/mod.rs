//! Every text of the screen, typed: one struct per area with a field or function per message, filled once per language,
//! so that a missing translation does not compile.

pub mod block;
pub mod common;
pub mod compose;
pub mod customer;
pub mod entry;
pub mod errors;
pub mod inbox;
pub mod media;
pub mod message;
pub mod plural;
pub mod settings;
pub mod template;
pub mod thread;

use crate::domain::agent::Locale;

/// All texts of one language.
pub struct Texts {
    pub locale: Locale,
    pub common: common::CommonTexts,
    pub compose: compose::ComposeTexts,
    pub inbox: inbox::InboxTexts,
    pub block: block::BlockTexts,
    pub customer: customer::CustomerTexts,
    pub thread: thread::ThreadTexts,
    pub message: message::MessageTexts,
    pub media: media::MediaTexts,
    pub entry: entry::EntryTexts,
    pub settings: settings::SettingsTexts,
    pub template: template::TemplateTexts,
    pub errors: errors::ErrorTexts,
}

static AR: Texts = Texts {
    locale: Locale::Ar,
    common: common::AR,
    compose: compose::AR,
    inbox: inbox::AR,
    block: block::AR,
    customer: customer::AR,
    thread: thread::AR,
    message: message::AR,
    media: media::AR,
    entry: entry::AR,
    settings: settings::AR,
    template: template::AR,
    errors: errors::AR,
};

static EN: Texts = Texts {
    locale: Locale::En,
    common: common::EN,
    compose: compose::EN,
    inbox: inbox::EN,
    block: block::EN,
    customer: customer::EN,
    thread: thread::EN,
    message: message::EN,
    media: media::EN,
    entry: entry::EN,
    settings: settings::EN,
    template: template::EN,
    errors: errors::EN,
};

/// The texts of a language.
pub fn texts(locale: Locale) -> &'static Texts {
    match locale {
        Locale::Ar => &AR,
        Locale::En => &EN,
    }
}

/// The writing direction of a language, as HTML's `dir` wants it.
pub fn direction(locale: Locale) -> &'static str {
    match locale {
        Locale::Ar => "rtl",
        Locale::En => "ltr",
    }
}

/// The texts of the page's language.
pub fn use_texts() -> &'static Texts {
    texts(super::app::use_boot().locale)
}
