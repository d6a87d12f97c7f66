//! Contact cards out of the sender's phone book.

use leptos::prelude::*;

use super::text::link;
use crate::domain::content::{CardPhone, ContactCard};
use crate::domain::phone::spaced;
use crate::ui::i18n::use_texts;
use crate::ui::parts::copy::CopyButton;
use crate::ui::parts::face::Avatar;
use crate::ui::parts::icon::{self, Icon};

pub fn view(cards: &[ContactCard]) -> impl IntoView + use<> {
    let cards: Vec<_> = cards.iter().map(card).collect();
    view! { <div class="slips">{cards}</div> }
}

fn card(card: &ContactCard) -> impl IntoView + use<> {
    let words = &use_texts().message;
    let name = Some(card.name.clone()).filter(|name| !name.is_empty()).unwrap_or_else(|| words.nameless.to_owned());
    let phones: Vec<_> = card.phones.iter().map(phone).collect();
    let emails: Vec<_> = card
        .emails
        .iter()
        .cloned()
        .map(|email| {
            view! {
                <p class="slip__line slip__value">
                    <Icon of=icon::MAIL px=14 />
                    <bdi dir="ltr">{email.clone()}</bdi>
                    <CopyButton value=Signal::stored(email) label=words.copy_email />
                </p>
            }
        })
        .collect();
    let urls: Vec<_> = card
        .urls
        .iter()
        .map(|url| {
            // What is no web address could run code.
            let safe = url.starts_with("https://") || url.starts_with("http://");
            let shown = url.clone();
            let address =
                if safe { link(shown, url.clone()) } else { view! { <bdi dir="ltr">{shown}</bdi> }.into_any() };
            view! { <p class="slip__line">{address}</p> }
        })
        .collect();
    let addresses: Vec<_> =
        card.addresses.iter().cloned().map(|line| view! { <p class="slip__line" dir="auto">{line}</p> }).collect();
    view! {
        <div class="slip">
            <Avatar id=name.clone() name=Signal::stored(name.clone()) class="avatar avatar--36" />
            <div class="slip__main">
                <p class="slip__title" dir="auto">{name}</p>
                {card.work.clone().map(|work| view! { <p class="slip__line" dir="auto">{work}</p> })}
                {phones}
                {emails}
                {addresses}
                {urls}
                {card.birthday.as_deref().map(|day| view! { <p class="slip__line">{(words.birthday)(day)}</p> })}
            </div>
        </div>
    }
}

fn phone(phone: &CardPhone) -> impl IntoView + use<> {
    let words = &use_texts().message;
    let shown = phone.phone.as_deref().map_or_else(|| phone.shown.clone(), spaced);
    let copied = phone.phone.clone().unwrap_or_else(|| phone.shown.clone());
    view! {
        <p class="slip__line slip__value">
            <Icon of=icon::PHONE px=14 />
            <bdi dir="ltr">{shown}</bdi>
            <CopyButton value=Signal::stored(copied) label=words.copy_phone />
            {phone.on_whatsapp.then(|| view! { <span class="slip__tag">{words.on_whatsapp}</span> })}
        </p>
    }
}
