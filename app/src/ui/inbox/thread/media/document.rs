//! A document: its name, its size, and the way to save it.

use leptos::prelude::*;

use super::address;
use crate::domain::content::Media;
use crate::ui::i18n::{media::size, use_texts};
use crate::ui::parts::icon::{self, Icon};

#[component]
pub fn Document(media: Media) -> impl IntoView {
    let words = &use_texts().media;
    let title = media.file_name.clone().unwrap_or_else(|| words.document.to_owned());
    let ending = title.rsplit_once('.').map(|(_, ending)| ending.to_uppercase()).filter(|ending| ending.len() <= 5);
    let label = (words.download)(&title);
    let saved_as = title.clone();
    view! {
        <a class="kind kind--file" href=address(&media.id) download=saved_as aria-label=label>
            <span class="kind__icon">
                <Icon of=icon::FILE_TEXT />
            </span>
            <span class="kind__text">
                <b class="kind__name">
                    <bdi>{title}</bdi>
                </b>
                <span class="kind__note">
                    <bdi dir="ltr">
                        {ending.map(|ending| format!("{ending} · "))} {media.size_bytes.map(size)}
                    </bdi>
                </span>
            </span>
            <Icon of=icon::DOWNLOAD px=16 />
        </a>
    }
}
