//! The advertisement or post that led the customer here.

use leptos::prelude::*;

use super::text::link;
use crate::domain::content::Referral;
use crate::ui::i18n::use_texts;
use crate::ui::parts::icon::{self, Icon};

pub fn view(referral: &Referral) -> impl IntoView + use<> {
    let words = &use_texts().message;
    let origin = if referral.source_type.as_deref() == Some("post") { words.from_post } else { words.from_ad };
    let medium = match referral.media_type.as_deref() {
        Some("image") => Some((icon::IMAGE, words.ad_picture)),
        Some("video") => Some((icon::VIDEO, words.ad_video)),
        _ => None,
    };
    let greeting = referral.welcome.clone();
    view! {
        <aside class="ad" aria-label=origin>
            <p class="ad__origin">
                <Icon of=icon::MEGAPHONE px=14 />
                {origin}
            </p>
            {referral.headline.clone().map(|headline| view! { <p class="ad__title" dir="auto">{headline}</p> })}
            {referral.body.clone().map(|body| view! { <p class="ad__text" dir="auto">{body}</p> })}
            {medium
                .map(|(sign, name)| {
                    view! {
                        <p class="ad__note">
                            <Icon of=sign px=14 />
                            {name}
                        </p>
                    }
                })}
            {greeting
                .map(|greeting| {
                    view! {
                        <p class="ad__note">{words.ad_greeting}</p>
                        <p class="ad__text" dir="auto">{greeting}</p>
                    }
                })}
            {referral
                .source_url
                .clone()
                .map(|url| {
                    // Only its host is read; the whole is long and says nothing.
                    let host = url.split("://").nth(1).unwrap_or(&url).split(['/', '?', '#']).next().unwrap_or_default();
                    view! { <p class="ad__link" title=words.open_ad>{link(host.to_owned(), url.clone())}</p> }
                })}
        </aside>
    }
}
