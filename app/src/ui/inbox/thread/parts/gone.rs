//! A message its sender deleted for everyone.

use leptos::prelude::*;

use crate::domain::message::Direction;
use crate::ui::i18n::use_texts;
use crate::ui::inbox::store::Bubble;
use crate::ui::parts::icon::{self, Icon};

#[component]
pub fn Gone(bubble: RwSignal<Bubble>) -> impl IntoView {
    let words = &use_texts().message;
    let incoming = bubble.with_untracked(|bubble| bubble.message.direction == Direction::In);
    view! {
        <p class="gone">
            <Icon of=icon::BAN px=16 />
            <span>{if incoming { words.deleted_by_customer } else { words.deleted_by_us }}</span>
        </p>
    }
}
