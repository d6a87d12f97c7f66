//! What WhatsApp has and the API does not hand out.

use leptos::prelude::*;

use crate::domain::content::Unsupported;
use crate::ui::i18n::use_texts;
use crate::ui::parts::icon::{self, Icon};

pub fn view(unsupported: &Unsupported) -> impl IntoView + use<> {
    let words = &use_texts().message;
    let named = unsupported.what.as_deref().and_then(words.unsupported_kind);
    let (sign, note) = if unsupported.may_follow {
        (icon::CLOCK, words.may_follow)
    } else {
        (icon::CIRCLE_ALERT, words.unsupported_note)
    };
    view! {
        <div class="kind">
            <span class="kind__icon">
                <Icon of=sign />
            </span>
            <span class="kind__text">
                <b class="kind__name">{named.unwrap_or(words.unsupported)}</b>
                <span class="kind__note">{note}</span>
            </span>
        </div>
    }
}
