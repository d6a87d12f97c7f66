//! The last two steps: the check and saving, and what remains to be done at Meta.

use leptos::prelude::*;

use super::connect::{Step, Wizard};
use super::draft::{KEY_FIELDS, NUMBER_FIELDS};
use super::keys::BackButton;
use crate::ui::forms::copy::CopyField;
use crate::ui::forms::form::{DoButton, WorkError};
use crate::ui::i18n::use_texts;
use crate::ui::parts::browser;
use crate::ui::settings::selfcheck::{SelfCheck, nothing_wrong};

#[component]
pub fn CheckStep(wizard: Wizard) -> impl IntoView {
    let words = &use_texts().settings.connect;
    let pending = Signal::derive(move || wizard.checking.pending());
    // A wrong check is no wall: Meta may be away, and some things can be mended afterwards.
    let label = Signal::derive(move || {
        let well = wizard.checks.with(|checks| checks.as_deref().is_some_and(nothing_wrong));
        if well { words.save } else { words.save_anyway }
    });
    view! {
        <div class="form">
            <WorkError doing=wizard.checking />
            <SaveError wizard />
            <SelfCheck checks=wizard.checks pending />
            <footer class="setup__foot">
                <DoButton
                    doing=wizard.saving
                    label
                    class="btn btn--primary btn--large"
                    on_press=Callback::new(move |()| wizard.save())
                />
                <DoButton
                    doing=wizard.checking
                    label=words.check_again
                    class="btn btn--large"
                    on_press=Callback::new(move |()| wizard.check())
                />
                <BackButton wizard to=Step::Keys />
            </footer>
        </div>
    }
}

/// What went wrong with saving, but for the fields of the steps before, which show it themselves.
#[component]
fn SaveError(wizard: Wizard) -> impl IntoView {
    let of_number = wizard.saving.rest(NUMBER_FIELDS);
    let of_keys = wizard.saving.rest(KEY_FIELDS);
    let shown = Memo::new(move |_| of_number.with(Option::is_some) && of_keys.with(Option::is_some));
    move || shown.get().then(|| view! { <WorkError doing=wizard.saving /> })
}

#[component]
pub fn MetaStep(wizard: Wizard, callback_url: String) -> impl IntoView {
    let texts = &use_texts().settings;
    let words = &texts.connect;
    let token = Signal::derive(move || wizard.input.with(|input| input.verify_token.clone()));
    let pending = Signal::derive(move || wizard.checking.pending());
    view! {
        <div class="form">
            <ol class="howto">
                <li>
                    <p>{words.meta_open}</p>
                </li>
                <li>
                    <p>{words.meta_paste}</p>
                    <CopyField id="connect-callback" label=texts.numbers.callback_url value=callback_url />
                    <CopyField id="connect-verify-copy" label=texts.numbers.verify_token value=token />
                </li>
                <li>
                    <p>{words.meta_subscribe}</p>
                </li>
                <li>
                    <p>{words.meta_live}</p>
                </li>
            </ol>
            <WorkError doing=wizard.checking />
            <SelfCheck checks=wizard.checks pending />
            <footer class="setup__foot">
                <button class="btn btn--primary btn--large" type="button" on:click=move |_| browser::go_to(super::INBOX)>
                    {words.to_inbox}
                </button>
                <DoButton
                    doing=wizard.checking
                    label=words.check_again
                    class="btn btn--large"
                    on_press=Callback::new(move |()| wizard.check())
                />
            </footer>
        </div>
    }
}
