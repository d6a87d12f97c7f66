//! A picture, a video or a document above the words: uploaded as soon as it is chosen, so that sending waits for nothing.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::{Blob, DataTransfer, FileList, XmlHttpRequest};

use crate::domain::composed::{FilePlace, Header};
use crate::domain::content::Media;
use crate::domain::media::MediaKind;
use crate::error::AppError;
use crate::ui::i18n::{media::size, use_texts};
use crate::ui::inbox::composer::attach::pick::{Picked, pick};
use crate::ui::inbox::composer::upload;
use crate::ui::inbox::kind;
use crate::ui::inbox::store::Inbox;
use crate::ui::parts::browser;
use crate::ui::parts::icon::{self, Icon};

/// What WhatsApp shows above words; any other file goes as a document.
const KINDS: [MediaKind; 2] = [MediaKind::Image, MediaKind::Video];

/// How far the file has come.
#[derive(Clone, Debug, PartialEq)]
enum Stage {
    /// Under way, in per cent.
    Under(i64),
    Ready(Box<Media>),
    /// It did not get there, and may be tried again.
    Failed(AppError),
    /// It cannot go at all.
    Refused(String),
}

/// The header's file. Cheap to copy.
#[derive(Clone, Copy)]
pub struct HeaderFile {
    inbox: Inbox,
    picked: RwSignal<Option<Picked>>,
    stage: RwSignal<Stage>,
    blob: StoredValue<Option<Blob>, LocalStorage>,
    request: StoredValue<Option<XmlHttpRequest>, LocalStorage>,
    /// Counts choices: what is still being looked at when another is made is not taken.
    choices: StoredValue<u32>,
}

impl HeaderFile {
    pub fn new(inbox: Inbox) -> Self {
        let file = Self {
            inbox,
            picked: RwSignal::new(None),
            stage: RwSignal::new(Stage::Under(0)),
            blob: StoredValue::new_local(None),
            request: StoredValue::new_local(None),
            choices: StoredValue::new(0),
        };
        on_cleanup(move || file.forget());
        file
    }

    pub fn is_chosen(self) -> bool {
        self.picked.with(Option::is_some)
    }

    /// The header of the message, once the file is with us.
    pub fn header(self) -> Option<Header> {
        let picked = self.picked.get()?;
        let Stage::Ready(media) = self.stage.get() else { return None };
        // Pictures and films have no name on the customer's phone.
        let name = (picked.kind == MediaKind::Document).then_some(picked.name);
        Some(Header::File { kind: picked.kind, place: FilePlace::Ours(media.id), name })
    }

    /// The file as the thread will show it.
    pub fn media(self) -> Option<Box<Media>> {
        match (self.picked.with_untracked(Option::is_some), self.stage.get_untracked()) {
            (true, Stage::Ready(media)) => Some(media),
            _ => None,
        }
    }

    /// It is on its way; the message waits for it.
    pub fn is_under_way(self) -> bool {
        self.is_chosen() && self.stage.with(|stage| matches!(stage, Stage::Under(_)))
    }

    /// It did not get there: the message would go without it.
    fn has_failed(self) -> bool {
        self.is_chosen() && self.stage.with(|stage| matches!(stage, Stage::Failed(_) | Stage::Refused(_)))
    }

    /// Nothing is in the way of sending.
    pub fn may_go(self) -> bool {
        !self.is_under_way() && !self.has_failed()
    }

    /// Takes the first file of what was dropped.
    pub fn take_from(self, data: Option<DataTransfer>) {
        if let Some(files) = data.and_then(|data| data.files()) {
            self.take(&files);
        }
    }

    fn take(self, files: &FileList) {
        let Some(file) = files.item(0) else { return };
        self.forget();
        let choice = self.choices.get_value();
        spawn_local(async move {
            let (blob, picked) = pick(file, &KINDS).await;
            if self.choices.try_get_value() != Some(choice) {
                return picked.revoke();
            }
            let problem = picked.problem();
            self.blob.set_value(Some(blob));
            self.stage.set(Stage::Under(0));
            self.picked.set(Some(picked));
            match problem {
                Some(problem) => self.stage.set(Stage::Refused(problem)),
                None => self.upload(),
            }
        });
    }

    fn upload(self) {
        let (Some(picked), Some(blob)) = (self.picked.get_untracked(), self.blob.get_value()) else { return };
        let Some(conversation_id) = self.inbox.open.get_untracked() else { return };
        let about = upload::About {
            conversation_id,
            kind: Some(picked.kind),
            name: Some(picked.name),
            mime: picked.mime,
            voice: false,
            duration_ms: None,
            waveform: Vec::new(),
        };
        self.stage.set(Stage::Under(0));
        let moved = move |percent| {
            if matches!(self.stage.try_get_untracked(), Some(Stage::Under(_))) {
                self.stage.set(Stage::Under(percent));
            }
        };
        let request = upload::start(&about, &blob, moved, move |answer| {
            let stage = answer.map_or_else(Stage::Failed, |media| Stage::Ready(Box::new(media)));
            let _ = self.stage.try_set(stage);
        });
        if request.is_none() {
            self.stage.set(Stage::Failed(AppError::Offline));
        }
        self.request.set_value(request);
    }

    /// Lets go of the file; an upload under way is broken off.
    fn forget(self) {
        let _ = self.choices.try_update_value(|choices| *choices += 1);
        if let Some(request) = self.request.try_update_value(Option::take).flatten() {
            let _ = request.abort();
        }
        let _ = self.blob.try_update_value(Option::take);
        if let Some(Some(picked)) = self.picked.try_get_untracked() {
            picked.revoke();
        }
        let _ = self.picked.try_set(None);
    }
}

/// The file in the bubble that shows how the customer will see the message.
#[component]
pub fn Look(file: HeaderFile) -> impl IntoView {
    let words = &use_texts().media;
    move || {
        let picked = file.picked.get()?;
        Some(match (picked.kind, picked.shown_at.clone()) {
            (MediaKind::Image, Some(address)) => {
                view! { <img class="attach__look" src=address alt=words.picture /> }.into_any()
            }
            (MediaKind::Video, Some(address)) => {
                view! { <video class="attach__look" src=address controls playsinline aria-label=words.film></video> }
                    .into_any()
            }
            _ => view! {
                <p class="attach__file">
                    <Icon of=kind::sign(picked.kind.as_str()) />
                    <bdi>{picked.name}</bdi>
                </p>
            }
            .into_any(),
        })
    }
}

/// Where it is chosen, and what became of it.
#[component]
pub fn FileAbove(file: HeaderFile) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.compose;
    let input = NodeRef::<html::Input>::new();
    let choose = move |_| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let chosen = move |_| {
        let Some(input) = input.get_untracked() else { return };
        if let Some(files) = input.files() {
            file.take(&files);
        }
        // The same file may be chosen again.
        input.set_value("");
    };
    let remove = move |_| {
        file.forget();
        browser::next_frame(|| {
            browser::focus("#compose-file");
        });
    };
    let invalid = move || file.has_failed().then_some("true");
    view! {
        <div class="field">
            <span class="field__label" id="compose-file-label">
                {words.file_above}
                <small>" (" {words.optional} ")"</small>
            </span>
            <input class="sr-only" type="file" tabindex="-1" aria-hidden="true" node_ref=input on:change=chosen />
            {move || {
                file.picked
                    .get()
                    .map(|picked| {
                        view! {
                            <p class="attach__file compose__file">
                                <Icon of=kind::sign(picked.kind.as_str()) />
                                <bdi class="truncate">{picked.name.clone()}</bdi>
                                <bdi class="kind__note" dir="ltr">
                                    {size(picked.size_bytes)}
                                </bdi>
                                <button
                                    class="icon-btn"
                                    type="button"
                                    aria-label=(words.remove)(&format!("\u{2068}{}\u{2069}", picked.name))
                                    on:click=remove
                                >
                                    <Icon of=icon::X px=16 />
                                </button>
                            </p>
                            <p class="field__help">{picked.limit()}</p>
                            {picked
                                .made_smaller
                                .then(|| {
                                    let said = (texts.media.made_smaller)(&size(picked.size_bytes));
                                    view! { <p class="field__help">{said}</p> }
                                })}
                        }
                    })
            }}
            {move || {
                file.is_chosen()
                    .then(|| match file.stage.get() {
                        Stage::Under(percent) => view! {
                            <p class="attach__progress" role="status">
                                <progress max="100" value=percent></progress>
                                <span>{(texts.media.uploading)(percent)}</span>
                            </p>
                        }
                        .into_any(),
                        Stage::Ready(_) => {
                            view! { <span class="sr-only" role="status">{words.file_ready}</span> }.into_any()
                        }
                        Stage::Failed(error) => view! {
                            <span class="field__error" role="alert">
                                <Icon of=icon::CIRCLE_ALERT px=14 />
                                {texts.errors.sentence(&error)}
                                <button class="link-btn" type="button" on:click=move |_| file.upload()>
                                    {texts.media.try_again}
                                </button>
                            </span>
                        }
                        .into_any(),
                        Stage::Refused(problem) => view! {
                            <span class="field__error" role="alert">
                                <Icon of=icon::CIRCLE_ALERT px=14 />
                                {problem}
                            </span>
                        }
                        .into_any(),
                    })
            }}
            <button
                class="btn btn--small compose__add"
                id="compose-file"
                type="button"
                aria-describedby="compose-file-label"
                aria-invalid=invalid
                on:click=choose
            >
                <Icon of=icon::PAPERCLIP px=14 />
                {move || if file.is_chosen() { words.other_file } else { words.choose_file }}
            </button>
        </div>
    }
}
