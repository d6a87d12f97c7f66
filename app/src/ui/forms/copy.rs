//! A value to be copied whole.

use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::ui::i18n::use_texts;
use crate::ui::parts::browser;
use crate::ui::parts::icon::{self, Icon};

/// How long the button says that it has copied.
const SAID_FOR: Duration = Duration::from_secs(3);

/// A labelled value and its copy button. `long` values run over several lines.
#[component]
pub fn CopyField(
    id: &'static str,
    label: &'static str,
    #[prop(into)] value: Signal<String>,
    #[prop(optional)] long: bool,
) -> impl IntoView {
    let texts = &use_texts().settings.forms;
    let copied = RwSignal::new(false);
    let refused = RwSignal::new(false);
    let shown = NodeRef::<html::Bdi>::new();
    let copy = move |_| {
        let text = value.get_untracked();
        let element = shown.get_untracked();
        spawn_local(async move {
            let done = browser::copy(text, element).await;
            if copied.try_set(done).is_some() {
                return;
            }
            refused.set(!done);
            set_timeout(move || copied.set(false), SAID_FOR);
        });
    };
    let label_id = format!("{id}-label");
    view! {
        <div class="field">
            <span class="field__label" id=label_id.clone()>
                {label}
            </span>
            <div class=if long { "copy copy--block" } else { "copy" } data-copied=move || copied.get().then_some("")>
                <bdi class="copy__val" dir="ltr" tabindex="0" role="textbox" aria-readonly="true" aria-labelledby=label_id node_ref=shown>
                    {move || value.get()}
                </bdi>
                <button class="btn btn--small copy__btn" type="button" on:click=copy>
                    {move || {
                        let sign = if copied.get() { icon::CHECK } else { icon::COPY };
                        view! { <Icon of=sign px=14 /> }
                    }}
                    <span aria-live="polite">{move || if copied.get() { texts.copied } else { texts.copy }}</span>
                </button>
            </div>
            {move || {
                refused
                    .get()
                    .then(|| {
                        view! {
                            <span class="field__help" role="status">
                                {texts.copy_refused}
                            </span>
                        }
                    })
            }}
        </div>
    }
}
