//! One item: why, where, what Meta sent, and what to do with it.

use leptos::prelude::*;

use crate::api::quarantine::{
    RetryOutcome, SetAsideDetails, SetAsidePage, dismiss_set_aside, retry_set_aside, show_set_aside,
};
use crate::ui::forms::dialog::{CloseButton, Dialog, use_close_dialog};
use crate::ui::forms::doing::Doing;
use crate::ui::forms::fetched::{Fetched, WhenFetched};
use crate::ui::forms::form::{DoButton, WorkError};
use crate::ui::i18n::use_texts;
use crate::ui::settings::toast::use_toaster;

#[component]
pub fn ItemDialog(id: String, first: Fetched<SetAsidePage>, on_close: Callback<()>) -> impl IntoView {
    let texts = &use_texts().settings;
    let asked = id.clone();
    let details = Fetched::new(move || show_set_aside(asked.clone()));
    view! {
        <Dialog id="set-aside-title" title=texts.quarantine.open on_close class="dialog dialog--wide">
            <div class="dialog__body">
                <WhenFetched fetched=details>
                    <Details details />
                </WhenFetched>
            </div>
            <footer class="dialog__foot">
                <Acts id first details />
            </footer>
        </Dialog>
    }
}

#[component]
fn Details(details: Fetched<SetAsideDetails>) -> impl IntoView {
    let words = &use_texts().settings.quarantine;
    let of = move |read: fn(&SetAsideDetails) -> String| details.with(read).unwrap_or_default();
    let place = move || {
        let place = of(|details| details.item.place.clone());
        if place.is_empty() { words.whole_request.to_owned() } else { place }
    };
    view! {
        <dl class="defs defs--said">
            <div>
                <dt>{words.reason}</dt>
                <dd>
                    <bdi dir="ltr" lang="en">
                        {move || of(|details| details.item.reason.clone())}
                    </bdi>
                </dd>
            </div>
            <div>
                <dt>{words.place}</dt>
                <dd>
                    <bdi>{place}</bdi>
                </dd>
            </div>
            <div>
                <dt>{words.request}</dt>
                <dd>{move || of(|details| details.item.journal_id.to_string())}</dd>
            </div>
        </dl>
        <h3 class="block__title" id="set-aside-raw">
            {words.raw}
        </h3>
        // In the order of the tabs, so that the keyboard can scroll it.
        <pre class="raw scroll" dir="ltr" role="region" tabindex="0" aria-labelledby="set-aside-raw">
            {move || of(|details| details.raw.clone())}
        </pre>
    }
}

#[component]
fn Acts(id: String, first: Fetched<SetAsidePage>, details: Fetched<SetAsideDetails>) -> impl IntoView {
    let texts = &use_texts().settings;
    let words = &texts.quarantine;
    let close = use_close_dialog();
    let toaster = use_toaster();
    let doing = Doing::idle();
    let still = RwSignal::new(false);
    let retried = id.clone();
    let retry = move |()| {
        still.set(false);
        doing.run(retry_set_aside(retried.clone()), move |outcome| {
            first.again();
            match outcome {
                RetryOutcome::Understood => {
                    toaster.say(words.understood);
                    close.close();
                }
                RetryOutcome::Refused { .. } => {
                    details.again();
                    still.set(true);
                }
            }
        });
    };
    let dismiss = move |()| {
        doing.run(dismiss_set_aside(id.clone()), move |()| {
            first.again();
            toaster.say(words.dismissed);
            close.close();
        });
    };
    view! {
        <div class="dialog__said" role="status">
            {move || still.get().then_some(words.still)}
        </div>
        <WorkError doing />
        <DoButton doing label=words.retry on_press=retry class="btn btn--primary" />
        <DoButton doing label=words.dismiss on_press=dismiss />
        <CloseButton label=texts.forms.close />
    }
}
