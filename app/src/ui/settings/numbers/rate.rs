//! How fast a number sends.

use leptos::prelude::*;

use super::one::Number;
use crate::api::channels::{ChannelsPage, set_channel_rate};
use crate::ui::forms::doing::Doing;
use crate::ui::forms::fetched::Fetched;
use crate::ui::forms::field::TextField;
use crate::ui::forms::form::FormValues;
use crate::ui::i18n::use_texts;
use crate::ui::settings::FormBlock;
use crate::ui::settings::toast::use_toaster;

#[component]
pub fn RateBlock(page: Fetched<ChannelsPage>, number: Number) -> impl IntoView {
    let texts = &use_texts().settings;
    let words = &texts.numbers;
    let toaster = use_toaster();
    let saving = Doing::idle();
    let Some(stored) = number.get_untracked() else { return ().into_any() };
    let (id, rate) = (stored.channel.id, stored.rate);
    let save = move |values: FormValues| {
        let typed = values.text("own_per_second");
        // What is no number is refused like one out of bounds: 0 is neither.
        let own = (!typed.trim().is_empty()).then(|| typed.trim().parse::<i64>().unwrap_or_default());
        saving.run(set_channel_rate(id.clone(), own), move |()| {
            page.again();
            toaster.say(texts.forms.saved);
        });
    };
    view! {
        <FormBlock
            id="number-rate"
            title=words.rate
            text=words.rate_text
            doing=saving
            fields=&["own_per_second"]
            on_send=save
        >
            <TextField
                id="number-own-rate"
                name="own_per_second"
                label=words.rate_label
                help=words.rate_help(rate.max_per_second)
                inputmode="numeric"
                dir="ltr"
                autocomplete="off"
                value=rate.own_per_second.map(|own| own.to_string()).unwrap_or_default()
                error=saving.field("own_per_second")
            />
        </FormBlock>
    }
    .into_any()
}
