//! A number's keys, its self-check and its callback. Keys go in and never come out.

use leptos::html;
use leptos::prelude::*;

use super::one::{Number, as_stored};
use crate::api::channels::{ChannelInput, ChannelsPage, Check, check_channel, update_channel};
use crate::error::{AppError, FieldProblem};
use crate::ui::forms::copy::CopyField;
use crate::ui::forms::doing::Doing;
use crate::ui::forms::fetched::Fetched;
use crate::ui::forms::field::SecretField;
use crate::ui::forms::form::{DoButton, FormValues, WorkError};
use crate::ui::i18n::use_texts;
use crate::ui::settings::selfcheck::SelfCheck;
use crate::ui::settings::toast::use_toaster;
use crate::ui::settings::{Block, FormBlock};

#[component]
pub fn KeysBlock(page: Fetched<ChannelsPage>, number: Number) -> impl IntoView {
    let texts = &use_texts().settings;
    let words = &texts.numbers;
    let toaster = use_toaster();
    let saving = Doing::idle();
    let nodes = [(); 3].map(|()| NodeRef::<html::Input>::new());
    let save = move |values: FormValues| {
        let Some(stored) = number.get_untracked() else { return };
        let input = ChannelInput {
            access_token: values.text("access_token"),
            app_secret: values.text("app_secret"),
            verify_token: values.text("verify_token"),
            ..as_stored(&stored.channel)
        };
        if [&input.access_token, &input.app_secret, &input.verify_token].iter().all(|key| key.trim().is_empty()) {
            saving.refuse(AppError::invalid("access_token", FieldProblem::Missing));
            return;
        }
        saving.run(update_channel(stored.channel.id, input, stored.channel.read_receipts), move |_| {
            for node in nodes {
                if let Some(input) = node.try_get_untracked().flatten() {
                    input.set_value("");
                }
            }
            page.again();
            toaster.say(words.replaced);
        });
    };
    let [token, secret, verify] = nodes;
    view! {
        <FormBlock
            id="number-keys"
            title=words.keys
            text=words.keys_text
            doing=saving
            fields=&["access_token", "app_secret", "verify_token"]
            on_send=save
            label=words.replace
        >
            <SecretField
                id="number-token"
                name="access_token"
                label=words.access_token
                help=words.keep_help
                autocomplete="off"
                error=saving.field("access_token")
                node=token
            />
            <SecretField
                id="number-secret"
                name="app_secret"
                label=words.app_secret
                help=format!("{} {}", words.keep_help, words.app_secret_help)
                autocomplete="off"
                error=saving.field("app_secret")
                node=secret
            />
            <SecretField
                id="number-verify"
                name="verify_token"
                label=words.verify_token
                help=format!("{} {}", words.keep_help, words.verify_token_help)
                autocomplete="off"
                error=saving.field("verify_token")
                node=verify
            />
        </FormBlock>
    }
}

/// Asks Meta with the stored keys: empty ones in the input stand for them.
#[component]
pub fn CheckBlock(number: Number) -> impl IntoView {
    let words = &use_texts().settings.numbers;
    let checking = Doing::idle();
    let checks = RwSignal::new(None::<Vec<Check>>);
    let check = move |()| {
        let Some(stored) = number.get_untracked() else { return };
        checking.run(check_channel(as_stored(&stored.channel)), move |found| checks.set(Some(found)));
    };
    view! {
        <Block id="number-check" title=words.check text=words.check_text>
            <WorkError doing=checking />
            <SelfCheck checks pending=Signal::derive(move || checking.pending()) />
            <div class="form__acts">
                <DoButton doing=checking label=words.run_check on_press=check />
            </div>
        </Block>
    }
}

#[component]
pub fn CallbackBlock(url: String) -> impl IntoView {
    let words = &use_texts().settings.numbers;
    view! {
        <Block id="number-callback" title=words.callback text=words.callback_text>
            <CopyField id="callback-url" label=words.callback_url value=url />
        </Block>
    }
}
