//! A file on its way into the conversation: chosen, dropped or pasted; looked at, captioned, uploaded, sent.

pub mod pick;
mod preview;
mod record;
mod smaller;
pub mod upload;

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::{Blob, DataTransfer, FileList, XmlHttpRequest};

use super::super::store::Inbox;
use super::super::thread::Scroll;
use super::text::Compose;
use crate::domain::ids::ConversationId;
use crate::domain::media::MediaKind;
use crate::error::AppError;
use crate::ui::i18n::use_texts;
use crate::ui::parts::icon::{self, Icon};
use pick::{Picked, pick};
use preview::Preview;
use record::Record;
pub use record::Recording;

/// What may go as something else than a document.
const KINDS: [MediaKind; 3] = [MediaKind::Image, MediaKind::Video, MediaKind::Audio];

/// What is known of the chosen file before it leaves.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    conversation_id: ConversationId,
    file: Picked,
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
        self.forget();
        spawn_local(async move {
            let (blob, file) = pick(file, &KINDS).await;
            self.blob.set_value(Some(blob));
            self.chosen.set(Some(Chosen { conversation_id, file, of_several }));
        });
        true
    }

    /// Uploads what was chosen, then sends it.
    fn send(self) {
        let (Some(chosen), Some(blob)) = (self.chosen.get_untracked(), self.blob.get_value()) else { return };
        let about = upload::About {
            conversation_id: chosen.conversation_id.clone(),
            kind: Some(chosen.file.kind),
            name: Some(chosen.file.name.clone()),
            mime: chosen.file.mime.clone(),
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
                self.inbox.send_file(chosen.conversation_id.clone(), chosen.file.kind, media, caption, answered);
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
        if let Some(Some(chosen)) = self.chosen.try_get_untracked() {
            chosen.file.revoke();
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
