//! Numbers: a table, and a page for each. Which one is open stands in the address (`?number=…`, `?add`), so that the
//! browser's way back works.

mod details;
mod health;
mod keys;
mod one;
mod phone_app;
mod rate;
mod who;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use self::one::NumberPage;
use super::SectionHead;
use crate::api::channels::{ChannelSettings, ChannelsPage, list_channels};
use crate::domain::health::Level;
use crate::domain::ids::ChannelId;
use crate::domain::phone;
use crate::ui::forms::fetched::{Fetched, WhenFetched};
use crate::ui::i18n::use_texts;
use crate::ui::parts::icon::{self, Icon, Mark};
use crate::ui::welcome::connect::ConnectNumber;

pub const LIST: &str = "/settings/numbers";

#[derive(Clone, PartialEq, Eq)]
enum Place {
    List,
    Add,
    One(ChannelId),
}

#[component]
pub fn NumbersSection() -> impl IntoView {
    let page = Fetched::new(list_channels);
    let query = use_query_map();
    let place = Memo::new(move |_| {
        let query = query.read();
        match (query.get("number"), query.get("add")) {
            (Some(id), _) => Place::One(ChannelId::from_text(id)),
            (None, Some(_)) => Place::Add,
            (None, None) => Place::List,
        }
    });
    move || match place.get() {
        Place::List => view! { <NumberList page /> }.into_any(),
        Place::Add => view! { <AddNumber page /> }.into_any(),
        Place::One(id) => view! { <NumberPage page id /> }.into_any(),
    }
}

#[component]
fn NumberList(page: Fetched<ChannelsPage>) -> impl IntoView {
    let texts = &use_texts().settings;
    let words = &texts.numbers;
    let demo = Memo::new(move |_| page.with(|page| page.demo));
    view! {
        <SectionHead title=texts.numbers_tab lead=words.lead>
            {move || (demo.get() == Some(false)).then(|| view! { <AddLink /> })}
        </SectionHead>
        {move || (demo.get() == Some(true)).then(|| view! { <DemoFolder /> })}
        <WhenFetched fetched=page>
            <NumberTable page />
        </WhenFetched>
    }
}

#[component]
fn AddLink() -> impl IntoView {
    let words = &use_texts().settings.numbers;
    view! {
        <a class="btn btn--primary push" href="/settings/numbers?add=1">
            <Icon of=icon::PLUS px=16 />
            {words.add}
        </a>
    }
}

/// Why no real number can be connected here.
#[component]
fn DemoFolder() -> impl IntoView {
    let words = &use_texts().settings.numbers;
    view! {
        <div class="banner" data-kind="demo" data-level="info" role="status">
            <Icon of=icon::FLASK_CONICAL />
            <p class="banner__text">
                <b>{words.demo}</b>
                " "
                <span>{words.demo_text}</span>
            </p>
        </div>
    }
}

#[component]
fn NumberTable(page: Fetched<ChannelsPage>) -> impl IntoView {
    let words = &use_texts().settings.numbers;
    let rows = move || page.with(|page| page.channels.clone()).unwrap_or_default();
    let empty = Memo::new(move |_| page.with(|page| page.channels.is_empty()).unwrap_or_default());
    move || {
        if empty.get() {
            return view! {
                <section class="block">
                    <div class="empty">
                        <span class="empty__icon">
                            <Icon of=icon::SMARTPHONE px=24 />
                        </span>
                        <h3 class="empty__title">{words.empty_title}</h3>
                        <p class="empty__text">{words.empty}</p>
                        <div class="empty__acts">
                            <AddLink />
                        </div>
                    </div>
                </section>
            }
            .into_any();
        }
        view! {
            <section class="block block--flush">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{words.name}</th>
                            <th scope="col">{words.state}</th>
                            <th scope="col">{words.receipts}</th>
                            <th scope="col">{words.visibility}</th>
                            <th scope="col">
                                <span class="sr-only">{words.actions}</span>
                            </th>
                        </tr>
                    </thead>
                    <tbody>{move || rows().into_iter().map(|number| view! { <NumberRow number /> }).collect_view()}</tbody>
                </table>
            </section>
        }
        .into_any()
    }
}

#[component]
fn NumberRow(number: ChannelSettings) -> impl IntoView {
    let words = &use_texts().settings.numbers;
    let ChannelSettings { channel, members, health, .. } = number;
    let health_word = use_texts().settings.health.level(health);
    let paused = channel.paused_code.is_some();
    let manage = words.manage(&channel.name);
    let (level, sign, state) = match (paused, channel.unanswered_since_ms) {
        (true, _) => ("soon", icon::CIRCLE_PAUSE, words.paused),
        (false, Some(_)) => ("soon", icon::WIFI_OFF, words.unanswered),
        (false, None) => ("done", icon::CHECK, words.sending),
    };
    let unwell = match health {
        Level::Green => None,
        Level::Amber => Some(("soon", icon::TRIANGLE_ALERT)),
        Level::Red => Some(("late", icon::CIRCLE_X)),
    }
    .filter(|_| !paused);
    view! {
        <tr data-off=paused.then_some("")>
            <th scope="row">
                <span class="person">
                    <Mark />
                    <span class="person__text">
                        <bdi class="person__name truncate">{channel.name}</bdi>
                        <bdi class="person__sub truncate" dir="ltr">
                            {phone::spaced(&channel.display_phone)}
                        </bdi>
                    </span>
                </span>
            </th>
            <td data-label=words.state>
                <span class="table__marks">
                    <span class="status" data-level=level>
                        <Icon of=sign px=12 />
                        {state}
                    </span>
                    {unwell
                        .map(|(level, sign)| {
                            view! {
                                <span class="status" data-level=level>
                                    <Icon of=sign px=12 />
                                    {health_word}
                                </span>
                            }
                        })}
                    {channel.simulated.then(|| view! { <span class="status">{words.simulated}</span> })}
                </span>
            </td>
            <td data-label=words.receipts>{words.receipts_name(channel.read_receipts)}</td>
            <td data-label=words.visibility>
                {if members.is_some() { words.chosen_only } else { words.everyone }}
            </td>
            <td class="table__acts">
                <a class="icon-btn" href=format!("{LIST}?number={}", channel.id) aria-label=manage>
                    <Icon of=icon::PENCIL />
                </a>
            </td>
        </tr>
    }
}

/// The way back to the table.
#[component]
fn ToList() -> impl IntoView {
    let words = &use_texts().settings.numbers;
    view! {
        <p>
            <a class="link-btn" href=LIST>
                <Icon of=icon::ARROW_LEFT px=14 />
                {words.all}
            </a>
        </p>
    }
}

#[component]
fn AddNumber(page: Fetched<ChannelsPage>) -> impl IntoView {
    let texts = &use_texts().settings;
    view! {
        <ToList />
        <WhenFetched fetched=page>
            {move || {
                let (url, demo) = page.with_untracked(|page| (page.callback_url.clone(), page.demo)).unwrap_or_default();
                if demo {
                    view! { <DemoFolder /> }.into_any()
                } else {
                    view! {
                        <section class="block">
                            <div class="block__body">
                                <ConnectNumber
                                    callback_url=url
                                    on_saved=Callback::new(move |()| page.again())
                                    back=LIST
                                    back_words=texts.numbers.all
                                />
                            </div>
                        </section>
                    }
                        .into_any()
                }
            }}
        </WhenFetched>
    }
}
