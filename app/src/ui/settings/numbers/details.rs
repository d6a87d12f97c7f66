//! What a number is called, and when its customers see the blue tick.

use leptos::prelude::*;

use super::one::{Number, as_stored};
use crate::api::channels::{ChannelInput, ChannelsPage, update_channel};
use crate::domain::channel::ReadReceipts;
use crate::ui::forms::doing::Doing;
use crate::ui::forms::fetched::Fetched;
use crate::ui::forms::field::TextField;
use crate::ui::forms::form::FormValues;
use crate::ui::i18n::use_texts;
use crate::ui::settings::FormBlock;
use crate::ui::settings::toast::use_toaster;

#[component]
pub fn DetailsBlock(page: Fetched<ChannelsPage>, number: Number) -> impl IntoView {
    let texts = &use_texts().settings;
    let words = &texts.numbers;
    let toaster = use_toaster();
    let saving = Doing::idle();
    let Some(stored) = number.get_untracked() else { return ().into_any() };
    let channel = stored.channel;
    let save = move |values: FormValues| {
        let Some(stored) = number.get_untracked() else { return };
        let receipts = ReadReceipts::from_word(&values.text("receipts")).unwrap_or(stored.channel.read_receipts);
        let input = ChannelInput {
            name: values.text("name"),
            display_phone: values.text("display_phone"),
            waba_id: values.text("waba_id"),
            ..as_stored(&stored.channel)
        };
        saving.run(update_channel(stored.channel.id, input, receipts), move |_| {
            page.again();
            toaster.say(texts.forms.saved);
        });
    };
    view! {
        <FormBlock
            id="number-details"
            title=words.details
            text=words.details_text
            doing=saving
            fields=&["name", "display_phone", "waba_id"]
            on_send=save
        >
            <TextField
                id="number-name"
                name="name"
                label=words.name
                help=words.name_help
                dir="auto"
                autocomplete="off"
                value=channel.name
                error=saving.field("name")
                required=true
            />
            <TextField
                id="number-phone"
                name="display_phone"
                label=words.display_phone
                kind="tel"
                dir="ltr"
                autocomplete="off"
                value=channel.display_phone
                error=saving.field("display_phone")
                required=true
            />
            <div class="form__two">
                <TextField
                    id="number-waba"
                    name="waba_id"
                    label=words.waba_id
                    inputmode="numeric"
                    dir="ltr"
                    autocomplete="off"
                    value=channel.waba_id.as_str()
                    error=saving.field("waba_id")
                    required=true
                />
                <TextField
                    id="number-id"
                    name="phone_number_id"
                    label=words.phone_number_id
                    help=words.fixed_help
                    dir="ltr"
                    value=channel.phone_number_id.as_str()
                    readonly=true
                />
            </div>
            {channel.coexistence.then(|| view! { <p class="field__help">{words.coexistence}</p> })}
            <Receipts chosen=channel.read_receipts />
        </FormBlock>
    }
    .into_any()
}

#[component]
fn Receipts(chosen: ReadReceipts) -> impl IntoView {
    let words = &use_texts().settings.numbers;
    let choice = move |receipts: ReadReceipts| {
        view! {
            <label class="check">
                <input type="radio" name="receipts" value=receipts.as_str() checked=receipts == chosen />
                {words.receipts_text(receipts)}
            </label>
        }
    };
    view! {
        <fieldset class="check-group">
            <legend class="form__legend">{words.receipts_legend}</legend>
            {ReadReceipts::ALL.iter().copied().map(choice).collect_view()}
        </fieldset>
    }
}
