//! The phone a number lives on too: what it brings over, and whether it is heard of.

use leptos::prelude::*;

use super::one::Number;
use crate::api::phone_app::{BringOutcome, bring_over, phone_opened, show_phone};
use crate::domain::ids::ChannelId;
use crate::domain::phone_app::{Asked, Bring, Phone};
use crate::live::protocol::HouseState;
use crate::ui::forms::doing::Doing;
use crate::ui::forms::fetched::{Fetched, WhenFetched};
use crate::ui::forms::form::{DoButton, WorkError};
use crate::ui::i18n::settings::phone::PhoneTexts;
use crate::ui::i18n::use_texts;
use crate::ui::inbox::use_inbox;
use crate::ui::parts::clock::use_clock;
use crate::ui::parts::time;
use crate::ui::settings::Block;

#[component]
pub fn PhoneBlock(number: Number) -> impl IntoView {
    let words = &use_texts().settings.phone;
    let Some(channel) = number.get_untracked().map(|number| number.channel) else { return ().into_any() };
    if !channel.coexistence {
        return ().into_any();
    }
    let id = channel.id;
    let asked = id.clone();
    let phone = Fetched::new(move || show_phone(asked.clone()));
    // While a history comes in, the house says how far it is: what is shown here follows.
    let news = Memo::new({
        let id = id.clone();
        let inbox = use_inbox();
        move |_| {
            let of_it = |house: &HouseState| house.phones.iter().find(|phone| phone.channel_id == id).cloned();
            inbox.and_then(|inbox| inbox.house.with(of_it))
        }
    });
    Effect::new(move |before: Option<()>| {
        news.track();
        if before.is_some() {
            phone.again();
        }
    });
    view! {
        <Block id="number-phone" title=words.title text=words.text>
            <WhenFetched fetched=phone>
                {
                    let id = id.clone();
                    move || phone.get().map(|held| view! { <Standing id=id.clone() phone held /> })
                }
            </WhenFetched>
        </Block>
    }
    .into_any()
}

#[component]
fn Standing(id: ChannelId, phone: Fetched<Phone>, held: Phone) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.settings.phone;
    let now_ms = use_clock().now_untracked();
    let bringing = Doing::idle();
    let opened = Doing::idle();
    let outcome = RwSignal::new(None::<String>);
    let may_bring = held.may_bring(Bring::Contacts, now_ms) || held.may_bring(Bring::History, now_ms);
    let over = !may_bring && held.history.is_none() && held.history_progress.is_none();
    let bring = {
        let id = id.clone();
        Callback::new(move |()| {
            bringing.run(bring_over(id.clone()), move |outcomes| {
                outcome.set(worst(&outcomes).map(|outcome| said(words, outcome)));
                phone.again();
            });
        })
    };
    let open = Callback::new(move |()| opened.run(phone_opened(id.clone()), move |()| phone.again()));
    let progress = held.history_progress;
    let read = (held.messages > 0).then(|| format!(" · {}", words.messages(held.messages)));
    view! {
        <dl class="defs defs--said">
            <div>
                <dt>{words.heard}</dt>
                <dd>
                    <time datetime=time::machine(held.seen_at_ms) title=time::moment(texts.locale, held.seen_at_ms)>
                        {time::ago(texts.locale, held.seen_at_ms, now_ms)}
                    </time>
                </dd>
            </div>
            <div>
                <dt>{words.contacts}</dt>
                <dd>{state_of(words, held.contacts.as_ref(), None)}</dd>
            </div>
            <div>
                <dt>{words.history}</dt>
                <dd>{state_of(words, held.history.as_ref(), progress)} {read}</dd>
            </div>
        </dl>
        {progress
            .filter(|_| held.is_bringing())
            .map(|percent| {
                view! {
                    <progress class="phone__progress" max="100" value=percent.to_string() aria-label=words.history></progress>
                }
            })}
        {held.is_asleep(now_ms).then(|| view! { <p class="block__text block__text--late">{words.asleep}</p> })}
        {over.then(|| view! { <p class="block__text">{words.over}</p> })}
        {move || outcome.get().map(|said| view! { <p class="block__text" role="status">{said}</p> })}
        <WorkError doing=bringing />
        <WorkError doing=opened />
        <div class="form__acts">
            {may_bring
                .then(|| view! { <DoButton doing=bringing label=words.bring class="btn btn--primary" on_press=bring /> })}
            <DoButton doing=opened label=words.opened on_press=open />
        </div>
        {may_bring.then(|| view! { <p class="field__help">{words.bring_help}</p> })}
    }
}

/// What a person must know of: the first that is no plain yes.
fn worst(outcomes: &[BringOutcome]) -> Option<BringOutcome> {
    outcomes.iter().copied().find(|outcome| *outcome != BringOutcome::Taken)
}

fn said(words: &PhoneTexts, outcome: BringOutcome) -> String {
    let cause = |code: i64| use_texts().errors.graph_code(code).map_or_else(|| words.refused_code(code), str::to_owned);
    match outcome {
        BringOutcome::Taken => words.asked.to_owned(),
        BringOutcome::Refused { code } | BringOutcome::NotAsked { code: Some(code) } => cause(code),
        BringOutcome::NotAsked { code: None } => words.unreachable.to_owned(),
        BringOutcome::Unknown => words.unknown.to_owned(),
        BringOutcome::TooLate => words.too_late.to_owned(),
    }
}

fn state_of(words: &PhoneTexts, asked: Option<&Asked>, progress: Option<i64>) -> String {
    match (asked, progress) {
        (Some(Asked { refused_code: Some(code), .. }), _) => said(words, BringOutcome::Refused { code: *code }),
        (_, Some(100)) => words.done.to_owned(),
        (_, Some(percent)) => words.percent(percent),
        (Some(Asked { answered: true, .. }), None) => words.asked.to_owned(),
        (Some(_), None) => words.unknown.to_owned(),
        (None, None) => words.never.to_owned(),
    }
}
