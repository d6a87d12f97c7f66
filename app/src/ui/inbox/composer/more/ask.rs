//! Questions the customer answers with a tap or a form: where they are, what their number and address is.

use leptos::prelude::*;

use super::fields::Line;
use super::form::{Compositor, Draft, Sending};
use crate::domain::composed::{ADDRESS_COUNTRIES, Ask, Composed, Interactive};
use crate::ui::i18n::use_texts;
use crate::ui::parts::icon::{self, Icon};

#[component]
pub fn AskPlace(sending: Sending) -> impl IntoView {
    let words = &use_texts().compose;
    view! { <Question sending title=words.ask_location body=words.ask_location_body ask=Ask::Location /> }
}

#[component]
pub fn AskContact(sending: Sending) -> impl IntoView {
    let words = &use_texts().compose;
    view! { <Question sending title=words.ask_contact body=words.ask_contact_body ask=Ask::Contact /> }
}

/// A form for an address, which WhatsApp has in few countries.
#[component]
pub fn AskAddress(sending: Sending) -> impl IntoView {
    let words = &use_texts().compose;
    let phone = sending
        .inbox
        .open_row
        .with_untracked(|row| row.as_ref().and_then(|row| row.contact.phone.clone()))
        .unwrap_or_default();
    let own = ADDRESS_COUNTRIES.iter().find(|(_, prefix)| phone.starts_with(prefix)).map(|(code, _)| *code);
    // One who keeps the number to themselves may live anywhere.
    let elsewhere = own.is_none() && !phone.is_empty();
    let country = RwSignal::new(own.unwrap_or(ADDRESS_COUNTRIES[0].0).to_owned());
    let body = RwSignal::new(words.ask_address_body.to_owned());
    let draft = Draft::new(move || {
        let ask = Ask::Address { country: country.get() };
        Composed::Interactive(Box::new(Interactive { header: None, body: body.get(), footer: None, ask }))
    });
    let options = ADDRESS_COUNTRIES
        .map(|(code, _)| view! { <option value=code selected=move || country.with(|it| it == code)>{(words.country)(code)}</option> });
    view! {
        <Compositor sending title=words.ask_address draft>
            <Line draft path="interactive.body.text".to_owned() label=words.body.to_owned() value=body area=true autofocus=true />
            <label class="field">
                <span class="field__label">{words.address_country}</span>
                <span class="select">
                    <select
                        class="input"
                        data-field="interactive.action.parameters.country"
                        on:change=move |event| country.set(event_target_value(&event))
                    >
                        {options}
                    </select>
                    <Icon of=icon::CHEVRON_DOWN px=16 />
                </span>
                <span class="field__help">{words.address_hint}</span>
            </label>
            {elsewhere
                .then(|| {
                    view! {
                        <p class="compose__warning" role="note">
                            <Icon of=icon::TRIANGLE_ALERT px=16 />
                            <span>{words.address_elsewhere}</span>
                        </p>
                    }
                })}
        </Compositor>
    }
}

#[component]
fn Question(sending: Sending, title: &'static str, body: &'static str, ask: Ask) -> impl IntoView {
    let words = &use_texts().compose;
    let body = RwSignal::new(body.to_owned());
    let draft = Draft::new(move || {
        let interactive = Interactive { header: None, body: body.get(), footer: None, ask: ask.clone() };
        Composed::Interactive(Box::new(interactive))
    });
    view! {
        <Compositor sending title draft>
            <Line draft path="interactive.body.text".to_owned() label=words.body.to_owned() value=body area=true autofocus=true />
        </Compositor>
    }
}
