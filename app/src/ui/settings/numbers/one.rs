//! One number's page.

use leptos::prelude::*;

use super::details::DetailsBlock;
use super::health::HealthBlock;
use super::keys::{CallbackBlock, CheckBlock, KeysBlock};
use super::phone_app::PhoneBlock;
use super::rate::RateBlock;
use super::who::WhoBlock;
use super::{LIST, ToList};
use crate::api::channels::{ChannelInput, ChannelSettings, ChannelsPage, update_channel};
use crate::domain::channel::ChannelBrief;
use crate::domain::ids::ChannelId;
use crate::domain::phone;
use crate::ui::forms::doing::Doing;
use crate::ui::forms::fetched::{Fetched, WhenFetched};
use crate::ui::forms::form::{DoButton, WorkError};
use crate::ui::i18n::use_texts;
use crate::ui::parts::icon::{self, Icon};
use crate::ui::settings::toast::use_toaster;

/// A number as the page holds it now; blocks take what they start with from it, untracked, so that a block which was
/// saved does not take away what is being typed into another.
pub type Number = Memo<Option<ChannelSettings>>;

/// What is stored, as the input that changes nothing.
pub fn as_stored(channel: &ChannelBrief) -> ChannelInput {
    ChannelInput {
        name: channel.name.clone(),
        phone_number_id: channel.phone_number_id.as_str().to_owned(),
        waba_id: channel.waba_id.as_str().to_owned(),
        display_phone: channel.display_phone.clone(),
        coexistence: channel.coexistence,
        ..ChannelInput::default()
    }
}

#[component]
pub fn NumberPage(page: Fetched<ChannelsPage>, id: ChannelId) -> impl IntoView {
    let number: Number = Memo::new(move |_| {
        page.with(|page| page.channels.iter().find(|number| number.channel.id == id).cloned()).flatten()
    });
    let there = Memo::new(move |_| number.with(Option::is_some));
    view! {
        <ToList />
        <WhenFetched fetched=page>
            {move || {
                if there.get() {
                    view! { <Blocks page number /> }.into_any()
                } else {
                    view! { <Gone /> }.into_any()
                }
            }}
        </WhenFetched>
    }
}

#[component]
fn Blocks(page: Fetched<ChannelsPage>, number: Number) -> impl IntoView {
    let of = move |read: fn(&ChannelBrief) -> String| {
        number.with(|number| number.as_ref().map(|number| read(&number.channel)).unwrap_or_default())
    };
    let simulated = number.with_untracked(|number| number.as_ref().is_some_and(|number| number.channel.simulated));
    let callback_url = page.with_untracked(|page| page.callback_url.clone()).unwrap_or_default();
    view! {
        <header class="settings__head">
            <div>
                <h2 class="settings__title">
                    <bdi>{move || of(|channel| channel.name.clone())}</bdi>
                </h2>
                <p class="settings__lead">
                    <bdi dir="ltr">{move || of(|channel| phone::spaced(&channel.display_phone))}</bdi>
                </p>
            </div>
        </header>
        <Paused page number />
        <HealthBlock page number />
        <DetailsBlock page number />
        <PhoneBlock number />
        <WhoBlock page number />
        <RateBlock page number />
        // A simulated number has no keys of Meta's.
        {(!simulated)
            .then(|| {
                view! {
                    <KeysBlock page number />
                    <CheckBlock number />
                    <CallbackBlock url=callback_url />
                }
            })}
    }
}

#[component]
fn Gone() -> impl IntoView {
    let words = &use_texts().settings.numbers;
    view! {
        <section class="block">
            <div class="empty">
                <h2 class="empty__title">{words.gone_title}</h2>
                <p class="empty__text">{words.gone}</p>
                <div class="empty__acts">
                    <a class="btn btn--primary" href=LIST>
                        {words.all}
                    </a>
                </div>
            </div>
        </section>
    }
}

/// Why it is paused, and how it goes on.
#[component]
fn Paused(page: Fetched<ChannelsPage>, number: Number) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.settings.numbers;
    let toaster = use_toaster();
    let resuming = Doing::idle();
    let code = Memo::new(move |_| number.with(|number| number.as_ref().and_then(|number| number.channel.paused_code)));
    let resume = Callback::new(move |()| {
        let Some(stored) = number.get_untracked() else { return };
        let channel = stored.channel;
        let input = as_stored(&channel);
        resuming.run(update_channel(channel.id, input, channel.read_receipts), move |_| {
            page.again();
            toaster.say(words.resumed);
        });
    });
    move || {
        code.get().map(|code| {
            let reason = texts.errors.graph_code(code).map_or_else(|| words.paused_code(code), str::to_owned);
            view! {
                <section class="block block--danger" aria-labelledby="number-paused">
                    <header class="block__head">
                        <Icon of=icon::CIRCLE_PAUSE />
                        <div>
                            <h3 class="block__title" id="number-paused">
                                {words.paused_title}
                            </h3>
                            <p class="block__text">{reason}</p>
                        </div>
                    </header>
                    <div class="block__body">
                        <p class="block__text">{words.paused_text}</p>
                        <WorkError doing=resuming />
                        <div class="form__acts">
                            <DoButton doing=resuming label=words.resume class="btn btn--primary" on_press=resume />
                        </div>
                    </div>
                </section>
            }
        })
    }
}
