//! The composer while the customer is blocked on this number: that it is so, and the way out.

use leptos::prelude::*;

use super::text::Compose;
use crate::domain::block::{Block, BlockState, BlockWish};
use crate::ui::i18n::use_texts;
use crate::ui::inbox::customer::Question;
use crate::ui::inbox::store::Inbox;
use crate::ui::parts::icon::{self, Icon};

#[component]
pub fn Blocked(inbox: Inbox, compose: Compose, block: Memo<Option<Block>>) -> impl IntoView {
    let words = &use_texts().block;
    let question = RwSignal::new(None::<BlockWish>);
    let state = Memo::new(move |_| block.with(|block| block.as_ref().map(|block| block.state)));
    let title = move || match state.get() {
        Some(BlockState::Blocking) => words.blocking,
        Some(BlockState::Unblocking) => words.unblocking,
        Some(BlockState::Blocked) | None => words.composer_title,
    };
    let settled = Memo::new(move |_| state.get() == Some(BlockState::Blocked));
    let way = move || if settled.get() { words.composer_way } else { words.waits_for_meta };
    let kept = Memo::new(move |_| compose.text.with(|text| !text.trim().is_empty()));
    view! {
        <div class="composer" data-state="closed" data-reason="blocked">
            <div class="closed">
                <Icon of=icon::BAN px=20 />
                <p class="closed__text" id="closed-reason">
                    <b>{title}</b>
                    <span>{way}</span>
                    <Show when=move || kept.get()>
                        <span>" " {words.text_kept}</span>
                    </Show>
                </p>
                <Show when=move || settled.get()>
                    <button
                        class="btn push"
                        type="button"
                        aria-haspopup="dialog"
                        on:click=move |_| question.set(Some(BlockWish::Unblock))
                    >
                        {words.unblock}
                    </button>
                </Show>
            </div>
        </div>
        <Question inbox question />
    }
}
