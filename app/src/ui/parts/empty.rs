//! Nothing here, nothing found, it failed: each says what happened and what to do next.

use leptos::prelude::*;

use super::copy::write_to_clipboard;
use super::icon::{self, Icon, Shape};
use crate::error::AppError;
use crate::ui::i18n::use_texts;

/// The picture of an empty room.
#[component]
pub fn EmptyArt() -> impl IntoView {
    view! {
        <svg class="empty__art" viewBox="0 0 104 84" aria-hidden="true">
            <rect class="empty__seat" x="8" y="6" width="16" height="28" rx="6"></rect>
            <rect class="empty__seat empty__seat--b" x="8" y="37" width="16" height="20" rx="6"></rect>
            <rect class="empty__seat empty__seat--b" x="80" y="6" width="16" height="20" rx="6"></rect>
            <rect class="empty__seat" x="80" y="29" width="16" height="28" rx="6"></rect>
            <rect class="empty__seat empty__seat--b" x="8" y="62" width="27" height="16" rx="6"></rect>
            <rect class="empty__seat" x="38" y="62" width="30" height="16" rx="6"></rect>
            <rect class="empty__seat empty__seat--b" x="71" y="62" width="25" height="16" rx="6"></rect>
            <circle class="empty__guest" cx="52" cy="30" r="12"></circle>
        </svg>
    }
}

/// An empty place with a sign, a title and what to do (`children`).
#[component]
pub fn Empty(
    sign: Shape,
    title: &'static str,
    #[prop(into)] text: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <span class="empty__icon">
                <Icon of=sign px=24 />
            </span>
            <h3 class="empty__title">{title}</h3>
            <p class="empty__text">{text}</p>
            {children.map(|children| view! { <div class="empty__acts">{children()}</div> })}
        </div>
    }
}

/// A pane that could not be filled: what happened, that nothing was lost, and the way on.
#[component]
pub fn Failure(
    title: &'static str,
    error: AppError,
    /// Asks again.
    retry: impl Fn() + 'static,
) -> impl IntoView {
    let texts = use_texts();
    let sentence = texts.errors.sentence(&error);
    let reference = match error {
        AppError::Internal { ref_id } => Some(ref_id),
        _ => None,
    };
    view! {
        <div class="empty" role="alert">
            <span class="empty__icon" data-level="late">
                <Icon of=icon::CIRCLE_ALERT px=24 />
            </span>
            <h3 class="empty__title">{title}</h3>
            <p class="empty__text">{sentence}</p>
            <div class="empty__acts">
                <button class="btn btn--primary" type="button" on:click=move |_| retry()>
                    <Icon of=icon::ROTATE_CW px=16 />
                    {texts.common.retry}
                </button>
                {reference
                    .map(|reference| {
                        let copied = reference.clone();
                        view! {
                            <button
                                class="btn btn--quiet"
                                type="button"
                                on:click=move |_| write_to_clipboard(copied.clone(), || ())
                            >
                                {texts.common.copy_error_code}
                                " "
                                <bdi dir="ltr">{reference}</bdi>
                            </button>
                        }
                    })}
            </div>
        </div>
    }
}
