//! A file that is not here: what it is, and why.

use leptos::prelude::*;

use super::name;
use crate::domain::content::{Media, MediaState};
use crate::domain::media::MediaKind;
use crate::ui::i18n::use_texts;
use crate::ui::inbox::kind as kinds;
use crate::ui::parts::icon::{Dots, Icon};

#[component]
pub fn Note(kind: MediaKind, media: Media) -> impl IntoView {
    let words = &use_texts().media;
    let title = media.file_name.clone().unwrap_or_else(|| name(kind, &media).to_owned());
    let comes = media.state == MediaState::Waiting;
    let link = media.link.filter(|link| link.starts_with("https://") || link.starts_with("http://"));
    view! {
        <div class="kind" data-media=media.state.as_str()>
            <span class="kind__icon">
                <Icon of=kinds::sign(kind.as_str()) />
            </span>
            <span class="kind__text">
                <b class="kind__name">
                    <bdi>{title}</bdi>
                </b>
                <span class="kind__note">{(words.state)(media.state)} {comes.then(|| view! { <Dots /> })}</span>
                {link
                    .map(|link| {
                        view! {
                            <a class="kind__note" href=link target="_blank" rel="noopener noreferrer">
                                {words.open_link}
                            </a>
                        }
                    })}
            </span>
        </div>
    }
}
