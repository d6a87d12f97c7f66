//! Whether this number lets the customer through: how it stands, who wanted it so, and the question before it is changed.

use leptos::prelude::*;

use crate::api::block::set_block;
use crate::api::customer::CustomerDetails;
use crate::domain::block::{Block, BlockDeed, BlockEnd, BlockState, BlockWish, BlockedBy, may_block};
use crate::domain::ids::ConversationId;
use crate::ui::forms::dialog::{CloseButton, Dialog, use_close_dialog};
use crate::ui::forms::doing::Doing;
use crate::ui::forms::form::{DoButton, WorkError};
use crate::ui::i18n::use_texts;
use crate::ui::inbox::store::Inbox;
use crate::ui::parts::icon::{self, Icon};
use crate::ui::parts::time;

/// The block of the open conversation, if there is one.
pub fn shown(inbox: Inbox) -> Memo<Option<Block>> {
    Memo::new(move |_| inbox.open_row.with(|row| row.as_ref().and_then(|row| row.block.clone())))
}

#[component]
pub fn Blocking(inbox: Inbox, details: RwSignal<CustomerDetails>) -> impl IntoView {
    let words = &use_texts().block;
    let block = shown(inbox);
    let deeds = Memo::new(move |_| details.with(|details| details.blocks.clone()));
    let question = RwSignal::new(None::<BlockWish>);
    view! {
        <div class="sect">
            <h3>{words.title}</h3>
        </div>
        <article class="card" data-kind="block">
            {move || match block.get() {
                None => view! { <Through inbox question /> }.into_any(),
                Some(block) => view! { <Held inbox block question /> }.into_any(),
            }} {move || view! { <Record inbox deeds=deeds.get() block=block.get() /> }}
        </article>
        <Question inbox question />
    }
}

/// They come through.
#[component]
fn Through(inbox: Inbox, question: RwSignal<Option<BlockWish>>) -> impl IntoView {
    let words = &use_texts().block;
    let may = Memo::new(move |_| {
        let until = inbox.open_row.with(|row| row.as_ref().and_then(|row| row.window_expires_at_ms));
        may_block(until, inbox.clock.now())
    });
    view! {
        <p class="card__head">
            <Icon of=icon::BAN px=14 />
            {words.comes_through}
        </p>
        {move || {
            if may.get() {
                view! {
                    <div class="card__acts">
                        <button
                            class="btn btn--small"
                            id="block"
                            type="button"
                            aria-haspopup="dialog"
                            on:click=move |_| question.set(Some(BlockWish::Block))
                        >
                            {words.block}
                        </button>
                    </div>
                }
                    .into_any()
            } else {
                view! { <p class="card__note">{words.too_late}</p> }.into_any()
            }
        }}
    }
}

/// They do not, or that is about to change.
#[component]
fn Held(inbox: Inbox, block: Block, question: RwSignal<Option<BlockWish>>) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.block;
    let (level, state) = match block.state {
        BlockState::Blocking => ("soon", words.blocking),
        BlockState::Blocked => ("late", words.blocked),
        BlockState::Unblocking => ("soon", words.unblocking),
    };
    let settled = block.state == BlockState::Blocked;
    view! {
        <p class="card__head">
            <span class="status" data-level=level role="status">
                <Icon of=icon::BAN px=12 />
                {state}
            </span>
        </p>
        <p class="card__note">
            <bdi>{name(inbox, &block.by)}</bdi>
            " · "
            <time datetime=time::machine(block.at_ms)>{time::moment(texts.locale, block.at_ms)}</time>
        </p>
        {if settled {
            view! {
                <div class="card__acts">
                    <button
                        class="btn btn--small"
                        id="unblock"
                        type="button"
                        aria-haspopup="dialog"
                        on:click=move |_| question.set(Some(BlockWish::Unblock))
                    >
                        {words.unblock}
                    </button>
                </div>
            }
                .into_any()
        } else {
            view! { <p class="card__note">{words.waits_for_meta}</p> }.into_any()
        }}
    }
}

/// What was done before: what stands above is not said twice.
#[component]
fn Record(inbox: Inbox, deeds: Vec<BlockDeed>, block: Option<Block>) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.block;
    let said =
        |deed: &BlockDeed| block.as_ref().is_some_and(|block| (&block.by, block.at_ms) == (&deed.by, deed.at_ms));
    let lines: Vec<_> = deeds
        .into_iter()
        .filter(|deed| !said(deed))
        .filter_map(|deed| {
            let what = match (deed.end, deed.wish) {
                (BlockEnd::Asked, _) => return None,
                (BlockEnd::Done, BlockWish::Block) => words.did_block,
                (BlockEnd::Done, BlockWish::Unblock) => words.did_unblock,
                (BlockEnd::Refused | BlockEnd::Dropped, BlockWish::Block) => words.not_blocked,
                (BlockEnd::Refused | BlockEnd::Dropped, BlockWish::Unblock) => words.not_unblocked,
            };
            Some(view! {
                <p class="card__note">
                    <bdi>{name(inbox, &deed.by)}</bdi>
                    " "
                    {what}
                    " · "
                    <time datetime=time::machine(deed.at_ms)>{time::moment(texts.locale, deed.at_ms)}</time>
                </p>
            })
        })
        .collect();
    lines.into_view()
}

fn name(inbox: Inbox, by: &BlockedBy) -> String {
    let words = &use_texts().block;
    match by {
        BlockedBy::Agent { id } => inbox.agents.with(|all| {
            let found = all.iter().find(|agent| agent.id == *id).map(|agent| agent.name.clone());
            found.unwrap_or_else(|| words.by_somebody.to_owned())
        }),
        BlockedBy::Api { .. } => words.by_api.to_owned(),
        BlockedBy::Meta => words.by_meta.to_owned(),
    }
}

/// Says what it does, then does it. `question` opens it.
#[component]
pub fn Question(inbox: Inbox, question: RwSignal<Option<BlockWish>>) -> impl IntoView {
    let words = &use_texts().block;
    move || {
        let wish = question.get()?;
        let id = inbox.open.get_untracked()?;
        let shut = Callback::new(move |()| question.set(None));
        let title = match wish {
            BlockWish::Block => words.block_title,
            BlockWish::Unblock => words.unblock_title,
        };
        Some(view! {
            <Dialog id="block-title" title=title class="dialog dialog--small" on_close=shut>
                <Sure id wish />
            </Dialog>
        })
    }
}

#[component]
fn Sure(id: ConversationId, wish: BlockWish) -> impl IntoView {
    let words = &use_texts().block;
    let close = use_close_dialog();
    let doing = Doing::idle();
    // How it stands comes over the line, here as in every other tab.
    let go = move |()| doing.run(set_block(id.clone(), wish), move |()| close.close());
    let (says, label, class) = match wish {
        BlockWish::Block => (
            vec![words.block_says_them, words.block_says_us, words.block_says_number, words.block_says_undo],
            words.block,
            "btn btn--danger",
        ),
        BlockWish::Unblock => {
            (vec![words.unblock_says_them, words.unblock_says_again], words.unblock, "btn btn--primary")
        }
    };
    view! {
        <div class="dialog__body">
            <WorkError doing />
            <ul class="merge__says">{says.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
        </div>
        <footer class="dialog__foot">
            <DoButton doing label=label class=class on_press=go />
            <CloseButton />
        </footer>
    }
}
