//! The chosen file before it goes: how it looks, what is said under it, what WhatsApp takes.

use leptos::prelude::*;

use super::{Attach, Progress};
use crate::domain::media::{CAPTION_MAX_CHARS, MediaKind};
use crate::ui::forms::dialog::{CloseButton, Dialog};
use crate::ui::i18n::{media::size, use_texts};
use crate::ui::inbox::kind;
use crate::ui::parts::icon::{self, Icon};

#[component]
pub fn Preview(attach: Attach) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.media;
    let Some(chosen) = attach.chosen.get_untracked() else { return ().into_any() };
    let (of_several, chosen) = (chosen.of_several, chosen.file);
    let problem = chosen.problem();
    let over = Memo::new(move |_| {
        attach.caption.with(|caption| caption.chars().count()).saturating_sub(CAPTION_MAX_CHARS) as i64
    });
    let under_way = Memo::new(move |_| matches!(attach.progress.get(), Progress::Under(_)));
    let blocked = problem.is_some();
    let may_go = move || !blocked && over.get() == 0 && !under_way.get();
    let send = move || {
        if may_go() {
            attach.send();
        }
    };
    let limit = chosen.limit();
    let smaller = chosen.made_smaller.then(|| (words.made_smaller)(&size(chosen.size_bytes)));
    let looks = match (chosen.kind, chosen.shown_at.clone()) {
        (MediaKind::Image, Some(address)) => {
            view! { <img class="attach__look" src=address alt=words.picture /> }.into_any()
        }
        (MediaKind::Video, Some(address)) => {
            view! { <video class="attach__look" src=address controls playsinline aria-label=words.film></video> }
                .into_any()
        }
        _ => ().into_any(),
    };
    view! {
        <Dialog id="attach-title" title=words.title class="dialog dialog--attach" on_close=move |()| attach.forget()>
            <form
                class="attach"
                on:submit=move |event| {
                    event.prevent_default();
                    send();
                }
            >
                <div class="dialog__body">
                    {looks}
                    <p class="attach__file">
                        <Icon of=kind::sign(chosen.kind.as_str()) />
                        <bdi>{chosen.name.clone()}</bdi>
                        <bdi class="kind__note" dir="ltr">
                            {size(chosen.size_bytes)}
                        </bdi>
                    </p>
                    <p class="kind__note">{limit}</p>
                    {smaller.map(|note| view! { <p class="kind__note">{note}</p> })}
                    {of_several.then(|| view! { <p class="kind__note">{words.one_at_a_time}</p> })}
                    {problem
                        .map(|problem| {
                            view! {
                                <p class="composer__error" role="alert">
                                    <Icon of=icon::CIRCLE_ALERT px=14 />
                                    <span>{problem}</span>
                                </p>
                            }
                        })}
                    {chosen
                        .kind
                        .has_caption()
                        .then(|| {
                            view! {
                                <label class="field">
                                    <span class="field__label">{words.caption}</span>
                                    <textarea
                                        class="input"
                                        id="attach-caption"
                                        rows="2"
                                        dir="auto"
                                        autofocus
                                        aria-invalid=move || (over.get() > 0).then_some("true")
                                        prop:value=attach.caption
                                        on:input=move |event| attach.caption.set(event_target_value(&event))
                                        on:keydown=move |event| {
                                            if event.key() == "Enter" && !event.is_composing() && !event.shift_key() {
                                                event.prevent_default();
                                                send();
                                            }
                                        }
                                    ></textarea>
                                </label>
                            }
                        })}
                    <Show when=move || { over.get() > 0 }>
                        <p class="composer__error" role="alert">
                            <Icon of=icon::CIRCLE_ALERT px=14 />
                            <span>{move || (words.caption_too_long)(over.get())}</span>
                        </p>
                    </Show>
                    {move || match attach.progress.get() {
                        Progress::NotYet => ().into_any(),
                        Progress::Under(percent) => view! {
                            <p class="attach__progress" role="status">
                                <progress max="100" value=percent></progress>
                                <span>{(words.uploading)(percent)}</span>
                            </p>
                        }
                        .into_any(),
                        Progress::Failed(error) => view! {
                            <p class="composer__error" role="alert">
                                <Icon of=icon::CIRCLE_ALERT px=14 />
                                <span>{texts.errors.sentence(&error)}</span>
                            </p>
                        }
                        .into_any(),
                    }}
                </div>
                <footer class="dialog__foot">
                    <button class="btn btn--primary" type="submit" disabled=move || !may_go()>
                        <Icon of=icon::SEND_HORIZONTAL px=16 />
                        {move || {
                            if matches!(attach.progress.get(), Progress::Failed(_)) { words.try_again } else { words.send }
                        }}
                    </button>
                    <CloseButton label=words.cancel />
                </footer>
            </form>
        </Dialog>
    }
    .into_any()
}
