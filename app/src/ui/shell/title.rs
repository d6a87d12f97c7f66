//! The tab's title, with what is unread in it: it is read where the page is not.

use leptos::prelude::*;

use crate::ui::i18n::use_texts;
use crate::ui::inbox::Inbox;
use crate::ui::parts::browser;

/// Keeps the title true for as long as the page lives.
pub fn keep_title(inbox: Inbox) {
    let texts = use_texts();
    let unread = Memo::new(move |_| inbox.unread.with(|unread| unread.values().sum::<i64>()));
    Effect::new(move |_| {
        let title = (texts.common.title)(unread.get(), texts.common.app_name);
        if let Some(document) = browser::document() {
            document.set_title(&title);
        }
    });
}
