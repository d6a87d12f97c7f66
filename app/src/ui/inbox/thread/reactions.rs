//! Reactions on the edge of a bubble: at most one of each side.

use leptos::prelude::*;

use super::bubble::name_of;
use crate::domain::content::{Reaction, ReactionSide};
use crate::domain::message::MessageStatus;
use crate::error::AppError;
use crate::ui::i18n::use_texts;
use crate::ui::inbox::store::{Bubble, Inbox};
use crate::ui::parts::icon::{self, Icon};

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
                    let status = reaction.carrier.as_ref().map(|carrier| carrier.status.as_str());
                    view! {
                        <span class="reaction" role="img" aria-label=label.clone() title=label data-status=status>
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

/// Why a reaction of ours did not get there, and the way on; nothing where all is well.
#[component]
pub fn ReactionState(inbox: Inbox, bubble: RwSignal<Bubble>, refused: RwSignal<Option<AppError>>) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.compose;
    let state = Memo::new(move |_| {
        if let Some(error) = refused.get() {
            return Some((String::new(), (words.reaction_failed)("", &texts.errors.sentence(&error))));
        }
        bubble.with(|bubble| {
            let ours = bubble.message.reactions.iter().find(|reaction| reaction.by == ReactionSide::Business)?;
            let carrier = ours.carrier.as_ref()?;
            let shown = if ours.emoji.is_empty() { "∅" } else { ours.emoji.as_str() };
            let sentence = match (carrier.status, &carrier.error) {
                (MessageStatus::Failed, Some(error)) => {
                    (words.reaction_failed)(shown, &texts.errors.message_error(error))
                }
                (MessageStatus::Failed, None) => (words.reaction_failed)(shown, texts.thread.failed_unexplained),
                (MessageStatus::Unconfirmed, _) => (words.reaction_unsure)(shown),
                _ => return None,
            };
            Some((ours.emoji.clone(), sentence))
        })
    });
    // It stands once, however often it arrives: no second word is needed.
    let again = move |emoji: String| {
        inbox.react(&bubble.with_untracked(|bubble| bubble.message.clone()), emoji, refused);
    };
    move || {
        state.get().map(|(emoji, sentence)| {
            let from_here = refused.with_untracked(Option::is_some);
            view! {
                <p class="msg__state msg__state--failed" role="alert">
                    <span>{sentence}</span>
                    {if from_here {
                        view! {
                            <button class="link-btn" type="button" on:click=move |_| refused.set(None)>
                                <Icon of=icon::X px=14 />
                                {texts.settings.forms.close}
                            </button>
                        }
                            .into_any()
                    } else {
                        view! {
                            <button class="link-btn" type="button" on:click=move |_| again(emoji.clone())>
                                <Icon of=icon::ROTATE_CW px=14 />
                                {texts.common.retry}
                            </button>
                        }
                            .into_any()
                    }}
                </p>
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
