//! The header's file, uploaded as soon as it is chosen, and its place.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{Blob, XmlHttpRequest};

use super::fill::Filling;
use crate::domain::content::{Location, Media};
use crate::domain::ids::{ChannelId, MediaId};
use crate::domain::media::{MediaKind, essence};
use crate::domain::message::Direction;
use crate::error::{AppError, FieldProblem};
use crate::ui::i18n::{media::size, use_texts};
use crate::ui::inbox::composer::upload;
use crate::ui::parts::icon::{self, Icon};

/// How far the header's file has come. Cheap to copy.
#[derive(Clone, Copy)]
pub struct HeaderState {
    pub kind: Option<MediaKind>,
    file: RwSignal<Option<Media>>,
    /// Under way, in per cent.
    percent: RwSignal<Option<i64>>,
    error: RwSignal<Option<AppError>>,
    /// A `blob:` address of what was chosen.
    pub shown_at: RwSignal<Option<String>>,
    request: StoredValue<Option<XmlHttpRequest>, LocalStorage>,
}

impl HeaderState {
    pub fn new(kind: Option<MediaKind>) -> Self {
        let state = Self {
            kind,
            file: RwSignal::new(None),
            percent: RwSignal::new(None),
            error: RwSignal::new(None),
            shown_at: RwSignal::new(None),
            request: StoredValue::new_local(None),
        };
        on_cleanup(move || state.forget());
        state
    }

    pub fn given(self) -> Option<(MediaKind, MediaId)> {
        Some((self.kind?, self.file.with_untracked(|file| file.as_ref().map(|media| media.id.clone()))?))
    }

    pub fn is_missing(self) -> bool {
        self.kind.is_some() && self.file.with(Option::is_none)
    }

    pub fn is_busy(self) -> bool {
        self.percent.with(Option::is_some)
    }

    fn take(self, kind: MediaKind, channel_id: &ChannelId, input: &web_sys::HtmlInputElement) {
        let Some(file) = input.files().and_then(|files| files.item(0)) else { return };
        // The same file may be chosen again.
        input.set_value("");
        self.forget();
        let (name, mime) = (file.name(), essence(&file.type_()));
        let blob: Blob = file.unchecked_into();
        let max_bytes = kind.max_bytes(Direction::Out);
        if blob.size() as i64 > max_bytes {
            return self.error.set(Some(AppError::FileTooLarge { max_bytes }));
        }
        if kind == MediaKind::Image {
            self.shown_at.set(web_sys::Url::create_object_url_with_blob(&blob).ok());
        }
        self.percent.set(Some(0));
        let moved = move |percent| {
            if matches!(self.percent.try_get_untracked(), Some(Some(_))) {
                self.percent.set(Some(percent));
            }
        };
        let address = upload::address_on(channel_id, kind, &name);
        let request = upload::start_at(&address, &mime, &blob, moved, move |answer| {
            let _ = self.percent.try_set(None);
            match answer {
                Ok(media) => drop(self.file.try_set(Some(media))),
                Err(error) => drop(self.error.try_set(Some(error))),
            }
        });
        self.request.set_value(request);
    }

    fn forget(self) {
        if let Some(request) = self.request.try_update_value(Option::take).flatten() {
            let _ = request.abort();
        }
        if let Some(Some(address)) = self.shown_at.try_get_untracked() {
            let _ = web_sys::Url::revoke_object_url(&address);
        }
        let _ = self.shown_at.try_set(None);
        let _ = self.file.try_set(None);
        let _ = self.percent.try_set(None);
        let _ = self.error.try_set(None);
    }
}

#[component]
pub fn HeaderFile(filling: Filling, channel_id: ChannelId) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.template;
    let state = filling.header;
    let kind = state.kind?;
    let input = NodeRef::<html::Input>::new();
    let accept = match kind {
        MediaKind::Image => "image/jpeg,image/png",
        MediaKind::Video => "video/mp4,video/3gpp",
        _ => "",
    };
    let chosen = move |_| {
        if let Some(input) = input.get_untracked() {
            filling.doing.forget();
            state.take(kind, &channel_id, &input);
        }
    };
    let problem = move || {
        let refused = filling.problem("header").is_some_and(|problem| problem != FieldProblem::TooLong);
        match state.error.get() {
            Some(error) => Some(texts.errors.sentence(&error)),
            None if refused && state.is_missing() => Some((words.problem)(FieldProblem::Missing).to_owned()),
            None => None,
        }
    };
    let wrong = move || problem().is_some();
    let limit = (texts.media.limits)(kind, &size(kind.max_bytes(Direction::Out)));
    Some(view! {
        <div class="field">
            <span class="field__label" id="tpl-file-label">
                {(words.header_file)(kind)}
            </span>
            <input class="sr-only" type="file" tabindex="-1" aria-hidden="true" accept=accept node_ref=input on:change=chosen />
            <span class="tpl__file">
                <button
                    class="btn"
                    type="button"
                    aria-describedby=move || if wrong() { "tpl-file-label tpl-file-error" } else { "tpl-file-label" }
                    aria-invalid=move || wrong().then_some("true")
                    on:click=move |_| {
                        if let Some(input) = input.get_untracked() {
                            input.click();
                        }
                    }
                >
                    <Icon of=icon::PAPERCLIP px=16 />
                    {move || if state.file.with(Option::is_some) { words.other_file } else { words.choose_file }}
                </button>
                <bdi class="truncate">{move || state.file.with(|file| file.as_ref().and_then(|file| file.file_name.clone()))}</bdi>
            </span>
            <span role="status" class="field__help">
                {move || state.percent.get().map(|percent| (words.uploading)(percent))}
            </span>
            {move || {
                problem()
                    .map(|sentence| {
                        view! {
                            <span class="field__error" id="tpl-file-error" role="alert">
                                <Icon of=icon::CIRCLE_ALERT px=14 />
                                {sentence}
                            </span>
                        }
                    })
            }}
            <span class="field__help">{limit}</span>
        </div>
    })
}

/// The four fields of a header that is a place.
#[component]
pub fn Place(filling: Filling) -> impl IntoView {
    let words = &use_texts().template;
    filling.place.with_untracked(Option::is_some).then(|| {
        let field = move |id: &'static str, label: &'static str, dir: &'static str, set: fn(&mut Location, String)| {
            let wrong = move || dir == "ltr" && filling.problem("header").is_some();
            view! {
                <label class="field">
                    <span class="field__label">{label}</span>
                    <input
                        class="input"
                        id=id
                        dir=dir
                        inputmode=(dir == "ltr").then_some("decimal")
                        autocomplete="off"
                        aria-invalid=move || wrong().then_some("true")
                        aria-describedby=move || wrong().then_some("tpl-place-error")
                        on:input=move |event| {
                            if wrong() {
                                filling.doing.forget();
                            }
                            let value = event_target_value(&event).trim().to_owned();
                            filling
                                .place
                                .update(|place| {
                                    if let Some(place) = place {
                                        set(place, value);
                                    }
                                });
                        }
                    />
                </label>
            }
        };
        view! {
            <div class="form__two">
                {field("tpl-latitude", words.latitude, "ltr", |place, text| place.latitude = text)}
                {field("tpl-longitude", words.longitude, "ltr", |place, text| place.longitude = text)}
            </div>
            {move || {
                filling
                    .problem("header")
                    .map(|_| {
                        view! {
                            <span class="field__error" id="tpl-place-error" role="alert">
                                <Icon of=icon::CIRCLE_ALERT px=14 />
                                {words.place_wrong}
                            </span>
                        }
                    })
            }}
            {field("tpl-place", words.place_name, "auto", |place, text| place.name = (!text.is_empty()).then_some(text))}
            {field(
                "tpl-address",
                words.place_address,
                "auto",
                |place, text| place.address = (!text.is_empty()).then_some(text),
            )}
        }
    })
}
