//! Pictures and stickers. A picture opens large.

use leptos::prelude::*;

use super::address;
use crate::domain::content::Media;
use crate::ui::forms::dialog::Dialog;
use crate::ui::i18n::use_texts;

#[component]
pub fn Picture(media: Media) -> impl IntoView {
    let words = &use_texts().media;
    let large = RwSignal::new(false);
    let whole = StoredValue::new(address(&media.id));
    let small = match media.has_thumbnail {
        true => format!("{}/thumbnail", whole.get_value()),
        false => whole.get_value(),
    };
    view! {
        <button
            class="picture"
            type="button"
            aria-haspopup="dialog"
            aria-label=words.open_picture
            on:click=move |_| large.set(true)
        >
            <img
                src=small
                alt=words.picture
                width=media.width
                height=media.height
                loading="lazy"
                decoding="async"
            />
        </button>
        <Show when=move || large.get()>
            <Dialog id="picture-title" title=words.picture class="dialog dialog--picture" on_close=move |()| large.set(false)>
                <div class="dialog__body">
                    <img class="picture__large" src=whole.get_value() alt=words.picture />
                </div>
            </Dialog>
        </Show>
    }
}

#[component]
pub fn Sticker(media: Media) -> impl IntoView {
    let words = &use_texts().media;
    view! { <img class="sticker" src=address(&media.id) alt=words.sticker width="160" height="160" loading="lazy" decoding="async" /> }
}
