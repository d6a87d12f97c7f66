//! How Meta sees a number: green, amber or red, part by part, with the fix.

use leptos::prelude::*;

use super::one::Number;
use crate::api::channels::ChannelsPage;
use crate::api::health::{channel_health, check_channel_health};
use crate::domain::health::{FactKind, HealthCard, Level, Line};
use crate::ui::forms::doing::Doing;
use crate::ui::forms::fetched::{Fetched, WhenFetched};
use crate::ui::forms::form::{DoButton, WorkError};
use crate::ui::i18n::use_texts;
use crate::ui::inbox::use_inbox;
use crate::ui::parts::icon::{self, Shape};
use crate::ui::parts::time;
use crate::ui::settings::Block;
use crate::ui::settings::selfcheck::CheckLine;

/// The sign and the colour of a level.
pub fn shown(level: Option<Level>) -> (&'static str, Shape) {
    match level {
        None => ("busy", icon::CLOCK),
        Some(Level::Green) => ("ok", icon::CIRCLE_CHECK),
        Some(Level::Amber) => ("warn", icon::TRIANGLE_ALERT),
        Some(Level::Red) => ("fail", icon::CIRCLE_X),
    }
}

#[component]
pub fn HealthBlock(page: Fetched<ChannelsPage>, number: Number) -> impl IntoView {
    let words = &use_texts().settings.health;
    let Some(id) = number.with_untracked(|number| number.as_ref().map(|number| number.channel.id.clone())) else {
        return ().into_any();
    };
    let asked = id.clone();
    let card = Fetched::new(move || channel_health(asked.clone()));
    let checking = Doing::idle();
    let checked = id.clone();
    let check = Callback::new(move |()| {
        checking.run(check_channel_health(checked.clone()), move |_| {
            card.again();
            page.again();
        });
    });
    Effect::new(move |_| check.run(()));
    // What webhooks change is counted, and the count comes over the line.
    let inbox = use_inbox();
    let version = Memo::new(move |_| {
        inbox.map(|inbox| {
            inbox.channels.with(|all| {
                let held = all.iter().find(|channel| channel.id == id);
                held.map(|held| (held.health_version, held.paused_code, held.unanswered_since_ms))
            })
        })
    });
    Effect::new(move |before: Option<()>| {
        version.track();
        if before.is_some() {
            card.again();
        }
    });
    view! {
        <Block id="number-health" title=words.title text=words.text>
            <WorkError doing=checking />
            <WhenFetched fetched=card>
                <Lines card />
            </WhenFetched>
            <div class="form__acts">
                <DoButton doing=checking label=words.check on_press=check />
            </div>
        </Block>
    }
    .into_any()
}

#[component]
fn Lines(card: Fetched<HealthCard>) -> impl IntoView {
    let lines = move || card.with(|card| card.lines.clone()).unwrap_or_default();
    view! {
        <ul class="selfcheck" aria-live="polite">
            {move || lines().into_iter().map(|line| view! { <HealthLine line /> }).collect_view()}
        </ul>
    }
}

#[component]
fn HealthLine(line: Line) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.settings.health;
    let (level, sign) = shown(line.level);
    let fact = line.fact.clone();
    let moment = |at_ms: i64| time::moment(texts.locale, at_ms);
    let since = (fact.told_at_ms > 0 && line.level.is_some()).then(|| match fact.kind {
        FactKind::Webhook => moment(fact.told_at_ms),
        _ => (words.since)(&moment(fact.told_at_ms)),
    });
    let until = fact.until_ms.map(|until_ms| (words.until)(&moment(until_ms)));
    let reason = match (fact.kind, fact.value.parse::<i64>()) {
        (FactKind::Sending | FactKind::Token, Ok(code)) => texts.errors.graph_code(code),
        _ => None,
    };
    view! {
        <CheckLine level sign name=words.name(fact.kind) word=words.word(&line) fix=words.fix(&line)>
            {reason.map(|reason| view! { <p class="selfcheck__text">{reason}</p> })}
            {fact
                .details
                .filter(|details| !details.is_empty())
                .map(|details| {
                    view! {
                        <p class="selfcheck__text">
                            <bdi>{details}</bdi>
                        </p>
                    }
                })}
            {(since.is_some() || until.is_some())
                .then(|| {
                    view! { <p class="selfcheck__text">{[since, until].into_iter().flatten().collect::<Vec<_>>().join(" · ")}</p> }
                })}
        </CheckLine>
    }
}
