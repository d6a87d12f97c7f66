//! Second step: the keys from Meta.

use leptos::html;
use leptos::prelude::*;

use super::connect::{Step, Wizard};
use super::draft::{KEY_FIELDS, check_keys};
use crate::ui::forms::field::{SecretField, TextField};
use crate::ui::forms::form::{FormValues, SendButton, WorkForm};
use crate::ui::i18n::use_texts;
use crate::ui::parts::browser;
use crate::ui::parts::icon::{self, Icon};

#[component]
pub fn KeysStep(wizard: Wizard) -> impl IntoView {
    let texts = &use_texts().settings;
    let words = &texts.connect;
    let names = &texts.numbers;
    let saving = wizard.saving;
    let verify = NodeRef::<html::Input>::new();
    let generate = move || {
        if let (Some(input), Some(token)) = (verify.try_get_untracked().flatten(), browser::random_token()) {
            input.set_value(&token);
        }
    };
    Effect::new(move |_| {
        if verify.get().is_some_and(|input| input.value().is_empty()) {
            generate();
        }
    });
    let next = move |values: FormValues| {
        wizard.input.update(|input| {
            input.access_token = values.text("access_token").trim().to_owned();
            input.app_secret = values.text("app_secret").trim().to_owned();
            input.verify_token = values.text("verify_token").trim().to_owned();
        });
        match wizard.input.with_untracked(check_keys) {
            Ok(()) => {
                wizard.go(Step::Check);
                wizard.check();
            }
            Err(error) => saving.refuse(error),
        }
    };
    view! {
        <WorkForm doing=saving fields=KEY_FIELDS on_send=next>
            <SecretField
                id="connect-token"
                name="access_token"
                label=names.access_token
                help=words.token_help
                autocomplete="off"
                error=saving.field("access_token")
                required=true
            />
            <SecretField
                id="connect-secret"
                name="app_secret"
                label=names.app_secret
                help=words.secret_help
                autocomplete="off"
                error=saving.field("app_secret")
                required=true
            />
            <TextField
                id="connect-verify"
                name="verify_token"
                label=names.verify_token
                help=words.verify_help
                dir="ltr"
                autocomplete="off"
                error=saving.field("verify_token")
                required=true
                node=verify
            />
            <div class="form__acts">
                <button class="btn btn--small" type="button" on:click=move |_| generate()>
                    <Icon of=icon::ROTATE_CW px=14 />
                    {words.generate}
                </button>
            </div>
            <footer class="setup__foot">
                <SendButton doing=saving label=texts.forms.next class="btn btn--primary btn--large" />
                <BackButton wizard to=Step::Number />
            </footer>
        </WorkForm>
    }
}

/// To an earlier step, where everything typed still stands.
#[component]
pub fn BackButton(wizard: Wizard, to: Step) -> impl IntoView {
    let texts = &use_texts().settings.forms;
    view! {
        <button class="btn btn--quiet btn--large" type="button" on:click=move |_| wizard.go(to)>
            <Icon of=icon::ARROW_LEFT px=16 />
            {texts.back}
        </button>
    }
}
