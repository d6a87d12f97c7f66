//! Reactions on the edge of a bubble: at most one of each side.

use leptos::prelude::*;

use super::bubble::name_of;
use crate::domain::content::{Reaction, ReactionSide};
use crate::ui::i18n::use_texts;
use crate::ui::inbox::store::{Bubble, Inbox};

#[component]
pub fn Reactions(inbox: Inbox, bubble: RwSignal<Bubble>) -> impl IntoView {
    let words = &use_texts().message;
    // One that was taken back stays as an empty emoji (domain/content.rs).
    let shown = Memo::new(move |_| {
        let told = |reaction: &&Reaction| !reaction.emoji.is_empty();
        bubble.with(|bubble| match bubble.message.revoked_at_ms {
            None => bubble.message.reactions.iter().filter(told).cloned().collect::<Vec<_>>(),
            Some(_) => Vec::new(),
        })
    });
    move || {
        let all = shown.get();
        (!all.is_empty()).then(|| {
            let all: Vec<_> = all
                .into_iter()
                .map(|reaction| {
                    let label = (words.reacted)(&who(inbox, &reaction), &reaction.emoji);
                    view! {
                        <span class="reaction" role="img" aria-label=label.clone() title=label>
                            {reaction.emoji}
                        </span>
                    }
                })
                .collect();
            view! {
                <div class="reactions" role="group" aria-label=words.reactions>
                    {all}
                </div>
            }
        })
    }
}

fn who(inbox: Inbox, reaction: &Reaction) -> String {
    let texts = use_texts();
    match (reaction.by, &reaction.agent_id) {
        (ReactionSide::Customer, _) => {
            let name = inbox.open_row.with(|row| row.as_ref().map(|row| row.contact.title()));
            name.unwrap_or_else(|| texts.inbox.customer.to_owned())
        }
        (ReactionSide::Business, Some(id)) => name_of(inbox, Some(id.as_str())),
        (ReactionSide::Business, None) => texts.thread.our_side.to_owned(),
    }
}
