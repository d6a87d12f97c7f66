//! First step: which number.

use leptos::prelude::*;

use super::connect::{Step, Wizard};
use super::draft::{NUMBER_FIELDS, check_number};
use crate::ui::forms::field::TextField;
use crate::ui::forms::form::{FormValues, SendButton, WorkForm};
use crate::ui::i18n::use_texts;
use crate::ui::parts::icon::{self, Icon};

#[component]
pub fn NumberStep(
    wizard: Wizard,
    back: Option<&'static str>,
    on_back: Option<Callback<()>>,
    back_words: &'static str,
) -> impl IntoView {
    let texts = &use_texts().settings;
    let words = &texts.connect;
    let names = &texts.numbers;
    let saving = wizard.saving;
    let next = move |values: FormValues| {
        wizard.input.update(|input| {
            input.name = values.text("name").trim().to_owned();
            input.display_phone = values.text("display_phone").trim().to_owned();
            input.phone_number_id = values.text("phone_number_id").trim().to_owned();
            input.waba_id = values.text("waba_id").trim().to_owned();
            input.coexistence = values.has("coexistence");
        });
        match wizard.input.with_untracked(check_number) {
            Ok(()) => wizard.go(Step::Keys),
            Err(error) => saving.refuse(error),
        }
    };
    view! {
        <WorkForm doing=saving fields=NUMBER_FIELDS on_send=next>
            <TextField
                id="connect-name"
                name="name"
                label=words.name
                help=words.name_help
                dir="auto"
                autocomplete="off"
                error=saving.field("name")
                required=true
            />
            <TextField
                id="connect-phone"
                name="display_phone"
                label=names.display_phone
                help=words.display_help
                kind="tel"
                dir="ltr"
                autocomplete="off"
                error=saving.field("display_phone")
                required=true
            />
            <div class="form__two">
                <TextField
                    id="connect-id"
                    name="phone_number_id"
                    label=names.phone_number_id
                    help=words.phone_id_help
                    inputmode="numeric"
                    dir="ltr"
                    autocomplete="off"
                    error=saving.field("phone_number_id")
                    required=true
                />
                <TextField
                    id="connect-waba"
                    name="waba_id"
                    label=names.waba_id
                    help=words.waba_help
                    inputmode="numeric"
                    dir="ltr"
                    autocomplete="off"
                    error=saving.field("waba_id")
                    required=true
                />
            </div>
            <div class="field">
                <label class="check">
                    <input type="checkbox" name="coexistence" aria-describedby="connect-coexistence-help" />
                    {words.coexistence}
                </label>
                <span class="field__help" id="connect-coexistence-help">
                    {words.coexistence_help}
                </span>
            </div>
            <footer class="setup__foot">
                <SendButton doing=saving label=texts.forms.next class="btn btn--primary btn--large" />
                {match (on_back, back) {
                    (Some(on_back), _) => {
                        view! {
                            <button class="btn btn--quiet btn--large" type="button" on:click=move |_| on_back.run(())>
                                <Icon of=icon::ARROW_LEFT px=16 />
                                {back_words}
                            </button>
                        }
                            .into_any()
                    }
                    (None, Some(back)) => {
                        view! {
                            <a class="btn btn--quiet btn--large" href=back>
                                {back_words}
                            </a>
                        }
                            .into_any()
                    }
                    (None, None) => ().into_any(),
                }}
            </footer>
        </WorkForm>
    }
}
