//! The file of a message: a picture, a film, a voice note, a document, a sticker; or why it cannot be shown.

mod document;
mod note;
mod picture;
mod player;

use leptos::prelude::*;

use crate::domain::content::{Media, MediaState, Part};
use crate::domain::ids::MediaId;
use crate::domain::media::MediaKind;
use crate::domain::message::Message;
use crate::ui::i18n::use_texts;
use crate::ui::inbox::store::Bubble;
use document::Document;
use note::Note;
use picture::{Picture, Sticker};
use player::Player;

/// Nothing for a message without a file. Built anew only when the file itself changes.
#[component]
pub fn File(bubble: RwSignal<Bubble>) -> impl IntoView {
    let file = Memo::new(move |_| {
        bubble.with(|bubble| {
            let media = bubble.message.media.as_deref()?;
            Some((kind_of(&bubble.message, media), media.clone()))
        })
    });
    move || file.get().map(|(kind, media)| shown(kind, media))
}

/// What a file was sent as. Above what can be tapped the message's own type does not tell it.
fn kind_of(message: &Message, media: &Media) -> MediaKind {
    let above = || match message.content.as_ref()?.part.as_ref()? {
        Part::Interactive(interactive) => interactive.file,
        _ => None,
    };
    MediaKind::of_message(&message.kind).or_else(above).unwrap_or_else(|| MediaKind::for_mime(&media.mime))
}

fn shown(kind: MediaKind, media: Media) -> AnyView {
    if media.state != MediaState::Ready {
        return view! { <Note kind media /> }.into_any();
    }
    match kind {
        MediaKind::Image if media.mime.starts_with("image/") && is_shown(&media) => {
            view! { <Picture media /> }.into_any()
        }
        MediaKind::Sticker if is_shown(&media) => view! { <Sticker media /> }.into_any(),
        MediaKind::Video if media.mime == "video/mp4" => view! { <Film media /> }.into_any(),
        MediaKind::Audio if is_shown(&media) => view! { <Player media /> }.into_any(),
        _ => view! { <Document media /> }.into_any(),
    }
}

fn is_shown(media: &Media) -> bool {
    crate::domain::media::shown_inline(&media.mime)
}

#[component]
fn Film(media: Media) -> impl IntoView {
    let words = &use_texts().media;
    view! {
        <video
            class="film"
            controls
            preload="metadata"
            playsinline
            aria-label=words.film
            src=address(&media.id)
            width=media.width
            height=media.height
        ></video>
    }
}

/// Where a file is had.
fn address(id: &MediaId) -> String {
    format!("/media/{id}")
}

/// What a file is called in words.
fn name(kind: MediaKind, media: &Media) -> &'static str {
    let words = &use_texts().media;
    match kind {
        MediaKind::Image => words.picture,
        MediaKind::Video => words.film,
        MediaKind::Audio if media.voice => words.voice_note,
        MediaKind::Audio => words.sound,
        MediaKind::Document => words.document,
        MediaKind::Sticker => words.sticker,
    }
}
