//! A contact card: one of our customers, or typed.

use leptos::prelude::*;

use super::fields::{Line, some};
use super::form::{Compositor, Draft, Sending};
use crate::domain::composed::{Card, CardNumber, Composed};
use crate::domain::phone::{e164, spaced};
use crate::ui::i18n::use_texts;
use crate::ui::parts::icon::{self, Icon};

#[component]
pub fn Contact(sending: Sending) -> impl IntoView {
    let texts = &use_texts().compose;
    let (name, phone, company) =
        (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    // Those of the list at hand; one who keeps the number to themselves cannot be passed on.
    let ours: Vec<(String, String)> = sending.inbox.rows.with_untracked(|rows| {
        let known = rows
            .iter()
            .filter_map(|item| item.row.with_untracked(|row| Some((row.contact.title(), row.contact.phone.clone()?))));
        known.collect()
    });
    let options = ours
        .iter()
        .enumerate()
        .map(|(at, (name, phone))| {
            view! { <option value=at.to_string()>{format!("\u{2068}{name}\u{2069} \u{2066}{}\u{2069}", spaced(phone))}</option> }
        })
        .collect_view();
    let ours = StoredValue::new(ours);
    let choose = move |value: String| {
        let chosen = value.parse::<usize>().ok().and_then(|at| ours.with_value(|ours| ours.get(at).cloned()));
        let (chosen_name, chosen_phone) = chosen.unwrap_or_default();
        name.set(chosen_name);
        phone.set(chosen_phone);
    };
    let draft = Draft::new(move || {
        let written = phone.get();
        let number = e164(&written);
        let card = Card {
            formatted_name: name.get().trim().to_owned(),
            company: some(company),
            phones: vec![CardNumber {
                wa_id: number.as_ref().map(|number| number.trim_start_matches('+').to_owned()),
                phone: number.unwrap_or_else(|| written.trim().to_owned()),
                label: Some("CELL".to_owned()),
            }],
            ..Card::default()
        };
        Composed::Contacts(vec![card])
    });
    view! {
        <Compositor sending title=texts.contact draft>
            <label class="field">
                <span class="field__label">{texts.contact_of_ours}</span>
                <span class="select">
                    <select class="input" autofocus on:change=move |event| choose(event_target_value(&event))>
                        <option value="">{texts.contact_none}</option>
                        {options}
                    </select>
                    <Icon of=icon::CHEVRON_DOWN px=16 />
                </span>
            </label>
            <Line draft path="contacts[0].name.formatted_name".to_owned() label=texts.contact_name.to_owned() value=name />
            <Line draft path="contacts[0].phones[0].phone".to_owned() label=texts.contact_phone.to_owned() value=phone dir="ltr" inputmode="tel" />
            <Line draft path="contacts[0].org.company".to_owned() label=texts.contact_company.to_owned() value=company optional=true />
        </Compositor>
    }
}
