//! What the forms share: a dialog with the fields, and the bubble as the customer will see it.

use leptos::prelude::*;

use super::Form;
use super::header::{HeaderFile, Look};
use crate::domain::composed::{Composed, Fault, Problem};
use crate::ui::forms::dialog::{CloseButton, Dialog, use_close_dialog};
use crate::ui::i18n::use_texts;
use crate::ui::inbox::composer::Compose;
use crate::ui::inbox::store::Inbox;
use crate::ui::inbox::thread::{Preview, Scroll};
use crate::ui::parts::browser;
use crate::ui::parts::icon::{self, Icon};

/// Where what is composed goes.
#[derive(Clone, Copy)]
pub struct Sending {
    pub inbox: Inbox,
    pub scroll: Scroll,
    pub compose: Compose,
    pub form: RwSignal<Option<Form>>,
}

/// What is being composed, and what is wrong with it. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Draft {
    composed: Memo<Composed>,
    fault: Memo<Option<Fault>>,
    /// Above the words, where the form has a place for one.
    pub file: Option<HeaderFile>,
    /// Sent once in vain: from then on what is missing is said, too.
    tried: RwSignal<bool>,
}

impl Draft {
    pub fn new(compose: impl Fn() -> Composed + Send + Sync + 'static) -> Self {
        let composed = Memo::new(move |_| compose());
        let fault = Memo::new(move |_| composed.with(|composed| composed.check().err()));
        Self { composed, fault, file: None, tried: RwSignal::new(false) }
    }

    pub fn with_file(self, file: HeaderFile) -> Self {
        Self { file: Some(file), ..self }
    }

    fn is_under_way(self) -> bool {
        self.file.is_some_and(HeaderFile::is_under_way)
    }

    /// What is wrong with the field at `path`, when it is time to say so.
    pub fn problem_at(self, path: &str) -> Option<Problem> {
        self.fault_where(|field| field == path).map(|fault| fault.problem)
    }

    /// What is wrong with the list at `path` or with one of its entries, when it is time to say so.
    pub fn fault_in(self, path: &str) -> Option<Fault> {
        let entry = format!("{path}[");
        self.fault_where(|field| field == path || field.starts_with(&entry))
    }

    fn fault_where(self, is_here: impl Fn(&str) -> bool) -> Option<Fault> {
        let said = self.tried.get();
        let here = |fault: &Option<Fault>| fault.clone().filter(|fault| is_here(&fault.field));
        self.fault.with(here).filter(|fault| said || !matches!(fault.problem, Problem::Missing | Problem::Malformed))
    }
}

/// The dialog around a form's fields.
#[component]
pub fn Compositor(
    sending: Sending,
    title: &'static str,
    draft: Draft,
    /// Hears that the message is on its way.
    #[prop(optional)]
    sent: Option<Callback<()>>,
    children: Children,
) -> impl IntoView {
    view! {
        <Dialog
            id="compose-title"
            title=title
            class="dialog dialog--compose"
            on_close=move |()| sending.form.set(None)
        >
            <Body sending draft sent>
                {children()}
            </Body>
        </Dialog>
    }
}

#[component]
fn Body(sending: Sending, draft: Draft, sent: Option<Callback<()>>, children: Children) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.compose;
    let dialog = use_close_dialog();
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        // It stands inside the composer's own form, whose text is none of its business.
        event.stop_propagation();
        draft.tried.set(true);
        if let Some(fault) = draft.fault.get_untracked() {
            // To the field that has to be mended.
            browser::next_frame(move || {
                let _ = browser::focus(&format!(".compose [data-field='{}']", fault.field))
                    || browser::focus(".compose [aria-invalid]");
            });
            return;
        }
        if !draft.file.is_none_or(HeaderFile::may_go) {
            browser::focus(".compose [aria-invalid]");
            return;
        }
        let Some(conversation_id) = sending.inbox.open.get_untracked() else { return };
        let answered = sending.compose.take_answering(&conversation_id);
        let media = draft.file.and_then(HeaderFile::media);
        sending.inbox.send_composed(draft.composed.get_untracked(), media, answered);
        if let Some(sent) = sent {
            sent.run(());
        }
        sending.scroll.to_end();
        dialog.close();
    };
    view! {
        <form
            class="compose"
            novalidate
            on:submit=send
            on:dragover=move |event| {
                event.prevent_default();
                event.stop_propagation();
            }
            on:drop=move |event| {
                event.prevent_default();
                event.stop_propagation();
                if let Some(file) = draft.file {
                    file.take_from(event.data_transfer());
                }
            }
        >
            <div class="dialog__body compose__body">
                <div class="compose__fields">{children()}</div>
                <section class="compose__preview" aria-label=words.preview>
                    <p class="compose__caption" aria-hidden="true">{words.preview}</p>
                    <div class="msg" data-dir="out" data-author="agent">
                        <div class="msg__stack">
                            <Preview composed=draft.composed>{draft.file.map(|file| view! { <Look file /> })}</Preview>
                        </div>
                    </div>
                </section>
            </div>
            <footer class="dialog__foot">
                <button class="btn btn--primary" type="submit" disabled=move || draft.is_under_way()>
                    <Icon of=icon::SEND_HORIZONTAL px=16 />
                    {words.send}
                </button>
                <CloseButton label=words.cancel />
            </footer>
        </form>
    }
}
