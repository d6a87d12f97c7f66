//! Where the answer is written: it grows, counts near WhatsApp's limit, and keeps what was typed in each conversation.

mod attach;
mod blocked;
mod closed;
mod emoji;
mod grow;
mod more;
mod quote;
mod text;

use leptos::ev;
use leptos::html;
use leptos::prelude::*;

use super::customer::shown_block;
use super::store::Inbox;
use super::template::{SendTemplate, TemplateDialog};
use super::thread::Scroll;
use super::window::{Shown, shown};
use crate::domain::text::TEXT_MAX_CHARS;
use crate::ui::i18n::use_texts;
use crate::ui::parts::browser;
use crate::ui::parts::icon::{self, Icon};
use crate::ui::parts::ring::Ring;
pub use attach::upload;
use attach::{Attach, Recording, Tools};
use blocked::Blocked;
use closed::Closed;
use emoji::Emoji;
use more::More;
use quote::Answering;
pub use text::Compose;

/// From here on the characters are counted before people's eyes.
const COUNT_FROM_CHARS: usize = 3_500;

#[component]
pub fn Composer(inbox: Inbox, scroll: Scroll, compose: Compose) -> impl IntoView {
    let expires_at_ms =
        Memo::new(move |_| inbox.open_row.with(|row| row.as_ref().and_then(|row| row.window_expires_at_ms)));
    let window = Memo::new(move |_| shown(expires_at_ms.get(), inbox.clock.now()));
    let open = Memo::new(move |_| matches!(window.get(), Shown::Open { .. }));
    // Someone who has just chosen this conversation wants to write in it, or else to read it.
    Effect::new(move |_| {
        if inbox.focus_thread.try_get_value() == Some(true) {
            inbox.focus_thread.set_value(false);
            browser::next_frame(|| {
                // Whoever was faster is in the composer already: in its text, or in what opened from its bar.
                if browser::focused().is_some_and(|here| here.closest(".composer").ok().flatten().is_some()) {
                    return;
                }
                // On a phone the keyboard would cover half of what one came to read.
                let _ = (!browser::is_narrow() && browser::focus("#draft")) || browser::focus(".msgs-scroll");
            });
        }
    });
    let template = RwSignal::new(false);
    let block = shown_block(inbox);
    let blocked = Memo::new(move |_| block.with(Option::is_some));
    view! {
        {move || {
            if blocked.get() {
                view! { <Blocked inbox compose block /> }.into_any()
            } else if open.get() {
                view! { <Open inbox scroll compose window template /> }.into_any()
            } else {
                view! { <Closed inbox compose window template /> }.into_any()
            }
        }}
        <TemplateDialog inbox open=template />
    }
}

#[component]
fn Open(
    inbox: Inbox,
    scroll: Scroll,
    compose: Compose,
    window: Memo<Shown>,
    template: RwSignal<bool>,
) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.thread;
    let area = NodeRef::<html::Textarea>::new();
    let attach = Attach::new(inbox, scroll, compose);
    let recording = Recording::new(inbox, scroll, compose);
    let text = compose.text;
    let chars = Memo::new(move |_| text.with(|text| text.chars().count()));
    let over = Memo::new(move |_| chars.get().saturating_sub(TEXT_MAX_CHARS));
    let name = Memo::new(move |_| inbox.open_row.with(|row| row.as_ref().map(|row| row.contact.title())));
    let ready = Memo::new(move |_| over.get() == 0 && !text.with(|text| text.trim().is_empty()));
    let send = move || {
        if !ready.get_untracked() {
            return;
        }
        let (text, answered) = compose.take();
        inbox.send(text, answered);
        scroll.to_end();
    };
    let on_key = move |event: ev::KeyboardEvent| {
        // While an input method is composing, Enter takes its proposal. 229 is how some browsers say so.
        let composing = event.is_composing() || event.key_code() == 229;
        let modified = event.shift_key() || event.alt_key() || event.meta_key();
        if event.key() == "Enter" && !composing && !modified {
            event.prevent_default();
            send();
        } else if event.key() == "Escape" && !composing && compose.answering.with_untracked(Option::is_some) {
            // First out of the quotation, then out of the thread.
            event.prevent_default();
            compose.answer_nothing();
        }
    };
    let level = move || if over.get() > 0 { "late" } else { "soon" };
    Effect::new(move |_| {
        text.track();
        if let Some(area) = area.get() {
            grow::fit(&area);
        }
    });
    view! {
        <form
            class="composer"
            data-mode="reply"
            data-state="open"
            data-hovered=move || attach.hovered.get().to_string()
            on:dragover=move |event| {
                event.prevent_default();
                attach.hovered.set(true);
            }
            on:dragleave=move |_| attach.hovered.set(false)
            on:drop=move |event| {
                event.prevent_default();
                attach.hovered.set(false);
                attach.take_from(event.data_transfer());
            }
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            <div class="composer__top">
                <span class="composer__title">
                    <Icon of=icon::REPLY px=16 />
                    {words.reply}
                </span>
                <Countdown window />
            </div>
            <Answering inbox compose />
            <label class="sr-only" for="draft">
                {words.your_reply}
            </label>
            <textarea
                class="composer__text"
                id="draft"
                dir="auto"
                rows="2"
                enterkeyhint="send"
                autocomplete="off"
                placeholder=move || (words.placeholder)(&name.get().unwrap_or_default())
                aria-invalid=move || (over.get() > 0).then_some("true")
                aria-describedby="draft-quote draft-count"
                node_ref=area
                prop:value=text
                on:input=move |event| {
                    compose.set(event_target_value(&event));
                    inbox.tell_typing();
                }
                on:keydown=on_key
                on:paste=move |event| {
                    if attach.take_from(event.clipboard_data()) {
                        event.prevent_default();
                    }
                }
            ></textarea>
            <Show when=move || { over.get() > 0 }>
                <p class="composer__error" role="alert">
                    <Icon of=icon::CIRCLE_ALERT px=14 />
                    <span>{move || (words.too_long)(over.get() as i64)}</span>
                </p>
            </Show>
            <Show when=move || attach.hovered.get()>
                <p class="composer__drop">{texts.media.drop_here}</p>
            </Show>
            <div class="composer__bar">
                <Tools attach recording />
                <SendTemplate open=template as_icon=true />
                <More inbox scroll compose />
                <Emoji area compose />
                <span class="composer__hint">
                    <kbd class="key">"Enter"</kbd>
                    {words.enter_sends}
                </span>
                <Show when=move || { chars.get() >= COUNT_FROM_CHARS }>
                    <span
                        class="composer__count"
                        id="draft-count"
                        data-level=level
                    >
                        {move || (over.get() > 0).then(|| view! { <Icon of=icon::CIRCLE_ALERT px=14 /> })}
                        <bdi dir="ltr">
                            {move || format!("{} / {}", grouped(chars.get()), grouped(TEXT_MAX_CHARS))}
                        </bdi>
                    </span>
                </Show>
                <span class="send">
                    <button
                        class="btn btn--primary"
                        type="submit"
                        disabled=move || !ready.get()
                    >
                        <Icon of=icon::SEND_HORIZONTAL px=16 />
                        {words.send}
                    </button>
                </span>
            </div>
        </form>
    }
}

/// How long the window stays open.
#[component]
fn Countdown(window: Memo<Shown>) -> impl IntoView {
    let texts = use_texts();
    let level = move || match window.get() {
        Shown::Open { level, .. } => level,
        Shown::Closed { .. } => "late",
    };
    let left = Signal::derive(move || match window.get() {
        Shown::Open { per_cent, .. } => per_cent,
        Shown::Closed { .. } => 0,
    });
    let words = move || match window.get() {
        Shown::Open { hours, minutes, .. } => (texts.thread.closes_in)(&(texts.common.left)(hours, minutes)),
        Shown::Closed { .. } => texts.inbox.window_closed_title.to_owned(),
    };
    view! {
        <span class="window" data-level=level title=texts.inbox.window_title>
            <Ring left />
            <span>{words}</span>
        </span>
    }
}

/// `4,096`.
fn grouped(n: usize) -> String {
    if n >= 1_000 { format!("{},{:03}", n / 1_000, n % 1_000) } else { n.to_string() }
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!([7, 999, 3_500, 4_096, 12_001].map(grouped), ["7", "999", "3,500", "4,096", "12,001"]);
    }
}
