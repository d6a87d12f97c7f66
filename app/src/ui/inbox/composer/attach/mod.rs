//! A file on its way into the conversation: chosen, dropped or pasted; looked at, captioned, uploaded, sent.

mod preview;
mod record;
mod smaller;
pub mod upload;

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast as _;
use web_sys::{Blob, DataTransfer, FileList, XmlHttpRequest};

use super::super::store::Inbox;
use super::super::thread::Scroll;
use super::text::Compose;
use crate::domain::ids::ConversationId;
use crate::domain::media::{MediaKind, essence};
use crate::domain::message::Direction;
use crate::error::AppError;
use crate::ui::i18n::{media::size, use_texts};
use crate::ui::parts::icon::{self, Icon};
use preview::Preview;
use record::Record;
pub use record::Recording;

/// What is known of the chosen file before it leaves.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    conversation_id: ConversationId,
    name: String,
    mime: String,
    size_bytes: i64,
    kind: MediaKind,
    /// A `blob:` address, for what a browser can show.
    shown_at: Option<String>,
    made_smaller: bool,
    /// There were more; one goes at a time.
    of_several: bool,
}

/// How far the upload has come.
#[derive(Clone, Debug, PartialEq)]
pub enum Progress {
    NotYet,
    /// In per cent.
    Under(i64),
    Failed(AppError),
}

/// The composer's file. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Attach {
    inbox: Inbox,
    scroll: Scroll,
    compose: Compose,
    chosen: RwSignal<Option<Chosen>>,
    blob: StoredValue<Option<Blob>, LocalStorage>,
    request: StoredValue<Option<XmlHttpRequest>, LocalStorage>,
    progress: RwSignal<Progress>,
    caption: RwSignal<String>,
    /// A file hovers over the composer.
    pub hovered: RwSignal<bool>,
}

impl Attach {
    pub fn new(inbox: Inbox, scroll: Scroll, compose: Compose) -> Self {
        let attach = Self {
            inbox,
            scroll,
            compose,
            chosen: RwSignal::new(None),
            blob: StoredValue::new_local(None),
            request: StoredValue::new_local(None),
            progress: RwSignal::new(Progress::NotYet),
            caption: RwSignal::new(String::new()),
            hovered: RwSignal::new(false),
        };
        on_cleanup(move || attach.forget());
        attach
    }

    /// Takes the first file of what was dropped or pasted; says whether there was one.
    pub fn take_from(self, data: Option<DataTransfer>) -> bool {
        let files = data.and_then(|data| data.files());
        self.take(files)
    }

    pub fn take(self, files: Option<FileList>) -> bool {
        let Some(files) = files else { return false };
        let Some(file) = files.item(0) else { return false };
        let Some(conversation_id) = self.inbox.open.get_untracked() else { return false };
        let of_several = files.length() > 1;
        let mime = essence(&file.type_());
        self.forget();
        spawn_local(async move {
            let name = file.name();
            let blob: Blob = file.unchecked_into();
            // What WhatsApp does not take as a picture, or not so large, is drawn anew.
            let smaller =
                if smaller::is_wanted(&mime, blob.size() as i64) { smaller::drawn(&blob).await } else { None };
            let made_smaller = smaller.is_some();
            let (blob, mime) = smaller.map_or((blob, mime), |drawn| (drawn, "image/jpeg".to_owned()));
            let kind = MediaKind::for_mime(&mime);
            let visible = matches!(kind, MediaKind::Image | MediaKind::Video);
            let shown_at = if visible { web_sys::Url::create_object_url_with_blob(&blob).ok() } else { None };
            let size_bytes = blob.size() as i64;
            self.blob.set_value(Some(blob));
            self.chosen.set(Some(Chosen {
                conversation_id,
                name,
                mime,
                size_bytes,
                kind,
                shown_at,
                made_smaller,
                of_several,
            }));
        });
        true
    }

    /// Why this file cannot go, before a byte of it has left.
    fn problem(self, chosen: &Chosen) -> Option<String> {
        let words = &use_texts().media;
        if chosen.size_bytes == 0 {
            return Some(words.empty.to_owned());
        }
        let max = chosen.kind.max_bytes(Direction::Out);
        (chosen.size_bytes > max).then(|| (words.too_large)(&size(chosen.size_bytes), &size(max)))
    }

    /// Uploads what was chosen, then sends it.
    fn send(self) {
        let (Some(chosen), Some(blob)) = (self.chosen.get_untracked(), self.blob.get_value()) else { return };
        let about = upload::About {
            conversation_id: chosen.conversation_id.clone(),
            kind: Some(chosen.kind),
            name: Some(chosen.name.clone()),
            mime: chosen.mime.clone(),
            voice: false,
            duration_ms: None,
            waveform: Vec::new(),
        };
        self.progress.set(Progress::Under(0));
        let moved = move |percent| {
            if matches!(self.progress.try_get_untracked(), Some(Progress::Under(_))) {
                self.progress.set(Progress::Under(percent));
            }
        };
        let request = upload::start(&about, &blob, moved, move |answer| match answer {
            Ok(media) => {
                let caption = self.caption.try_get_untracked().unwrap_or_default();
                let answered = self.compose.take_answering(&chosen.conversation_id);
                self.inbox.send_file(chosen.conversation_id.clone(), chosen.kind, media, caption, answered);
                self.forget();
                self.scroll.to_end();
            }
            Err(error) => {
                let _ = self.progress.try_set(Progress::Failed(error));
            }
        });
        self.request.set_value(request);
    }

    /// Lets go of the file; an upload under way is broken off.
    fn forget(self) {
        let request = self.request.try_update_value(Option::take).flatten();
        if let Some(request) = request {
            let _ = request.abort();
        }
        let _ = self.blob.try_update_value(Option::take);
        if let Some(Some(chosen)) = self.chosen.try_get_untracked()
            && let Some(address) = chosen.shown_at
        {
            let _ = web_sys::Url::revoke_object_url(&address);
        }
        let _ = self.chosen.try_set(None);
        let _ = self.progress.try_set(Progress::NotYet);
        let _ = self.caption.try_set(String::new());
    }
}

/// The buttons in the composer's bar, and what opens from them.
#[component]
pub fn Tools(attach: Attach, recording: Recording) -> impl IntoView {
    let words = &use_texts().media;
    let input = NodeRef::<html::Input>::new();
    let choose = move |_| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let chosen = move |_| {
        let Some(input) = input.get_untracked() else { return };
        attach.take(input.files());
        // The same file may be chosen again.
        input.set_value("");
    };
    view! {
        <input class="sr-only" type="file" tabindex="-1" aria-hidden="true" node_ref=input on:change=chosen />
        <button
            class="icon-btn"
            type="button"
            aria-label=words.attach
            title=words.attach
            aria-haspopup="dialog"
            on:click=choose
        >
            <Icon of=icon::PAPERCLIP />
        </button>
        <Record recording />
        <Show when=move || attach.chosen.with(Option::is_some)>
            <Preview attach />
        </Show>
    }
}
