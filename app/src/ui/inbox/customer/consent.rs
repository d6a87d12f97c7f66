//! What the customer chose to receive, with the proof.

use leptos::prelude::*;

use crate::api::customer::CustomerDetails;
use crate::domain::consent::{Choice, Consent, MARKETING};
use crate::ui::i18n::use_texts;
use crate::ui::parts::icon::{self, Icon};
use crate::ui::parts::time;

#[component]
pub fn Consents(details: RwSignal<CustomerDetails>) -> impl IntoView {
    let words = &use_texts().customer;
    let consents = Memo::new(move |_| details.with(|details| details.consents.clone()));
    move || {
        let consents = consents.get();
        (!consents.is_empty()).then(|| {
            view! {
                <div class="sect">
                    <h3>{words.consent}</h3>
                </div>
                <div class="cards">
                    {consents.into_iter().map(|consent| view! { <One consent /> }).collect_view()}
                </div>
            }
        })
    }
}

#[component]
fn One(consent: Consent) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.customer;
    let (level, sign, choice) = match consent.choice {
        Choice::Stop => ("late", icon::BAN, words.stopped),
        Choice::Resume => ("done", icon::CHECK, words.resumed),
        Choice::SignUp => ("done", icon::CHECK, words.signed_up),
    };
    let title = if consent.category == MARKETING {
        words.marketing.to_owned()
    } else {
        format!("\u{2068}{}\u{2069}", consent.category)
    };
    let said = if consent.wamid.is_some() { words.told_by_refusal } else { words.told_by_customer };
    view! {
        <article class="card">
            <p class="card__head">
                <Icon of=icon::MEGAPHONE px=14 />
                {title}
                <span class="status" data-level=level>
                    <Icon of=sign px=12 />
                    {choice}
                </span>
            </p>
            <p class="card__note">
                {said} " "
                <time datetime=time::machine(consent.told_at_ms)>{time::moment(texts.locale, consent.told_at_ms)}</time>
            </p>
            {(!consent.words.is_empty())
                .then(|| {
                    view! {
                        <p class="card__note">
                            <q dir="auto">{consent.words.clone()}</q>
                        </p>
                    }
                })}
            {consent.stops_marketing().then(|| view! { <p class="card__note">{words.stopped_help}</p> })}
        </article>
    }
}
