//! What the forms share: a dialog with the fields, the bubble as the customer will see it, and one line of text that
//! counts its characters and says what is wrong with it.

use leptos::prelude::*;

use super::Form;
use crate::domain::composed::{Composed, Fault, Problem, limits};
use crate::ui::forms::dialog::{CloseButton, Dialog, use_close_dialog};
use crate::ui::i18n::use_texts;
use crate::ui::inbox::composer::Compose;
use crate::ui::inbox::store::Inbox;
use crate::ui::inbox::thread::{Scroll, preview};
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
    /// Sent once in vain: from then on what is missing is said, too.
    tried: RwSignal<bool>,
}

impl Draft {
    pub fn new(compose: impl Fn() -> Composed + Send + Sync + 'static) -> Self {
        let composed = Memo::new(move |_| compose());
        let fault = Memo::new(move |_| composed.with(|composed| composed.check().err()));
        Self { composed, fault, tried: RwSignal::new(false) }
    }

    /// What is wrong with the field at `path`, when it is time to say so.
    fn problem_at(self, path: &str) -> Option<Problem> {
        let said = self.tried.get();
        let here =
            |fault: &Option<Fault>| fault.as_ref().filter(|fault| fault.field == path).map(|fault| fault.problem);
        self.fault.with(here).filter(|problem| said || !matches!(problem, Problem::Missing | Problem::Malformed))
    }
}

/// The dialog around a form's fields.
#[component]
pub fn Compositor(sending: Sending, title: &'static str, draft: Draft, children: Children) -> impl IntoView {
    view! {
        <Dialog
            id="compose-title"
            title=title
            class="dialog dialog--compose"
            on_close=move |()| sending.form.set(None)
        >
            <Body sending draft>
                {children()}
            </Body>
        </Dialog>
    }
}

#[component]
fn Body(sending: Sending, draft: Draft, children: Children) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.compose;
    let dialog = use_close_dialog();
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        draft.tried.set(true);
        if let Some(fault) = draft.fault.get_untracked() {
            // To the field that has to be mended.
            browser::next_frame(move || {
                let _ = browser::focus(&format!(".compose [data-field='{}']", fault.field))
                    || browser::focus(".compose [aria-invalid]");
            });
            return;
        }
        let Some(conversation_id) = sending.inbox.open.get_untracked() else { return };
        let answered = sending.compose.take_answering(&conversation_id);
        sending.inbox.send_composed(draft.composed.get_untracked(), answered);
        sending.scroll.to_end();
        dialog.close();
    };
    view! {
        <form class="compose" novalidate on:submit=send>
            <div class="dialog__body compose__body">
                <div class="compose__fields">{children()}</div>
                <section class="compose__preview" aria-label=words.preview>
                    <p class="compose__caption" aria-hidden="true">{words.preview}</p>
                    <div class="msg" data-dir="out" data-author="agent">
                        <div class="msg__stack">{move || draft.composed.with(preview)}</div>
                    </div>
                </section>
            </div>
            <footer class="dialog__foot">
                <button class="btn btn--primary" type="submit">
                    <Icon of=icon::SEND_HORIZONTAL px=16 />
                    {words.send}
                </button>
                <CloseButton label=words.cancel />
            </footer>
        </form>
    }
}

/// One text of the form. `path` names it as the check does; lists move, so it may change.
#[component]
pub fn Line(
    draft: Draft,
    #[prop(into)] path: Signal<String>,
    #[prop(into)] label: Signal<String>,
    value: RwSignal<String>,
    #[prop(optional)] optional: bool,
    /// More than one line.
    #[prop(optional)]
    area: bool,
    /// `ltr` for what is typed left to right on every page.
    #[prop(default = "auto")]
    dir: &'static str,
    #[prop(default = "text")] inputmode: &'static str,
    #[prop(optional)] help: Option<&'static str>,
    #[prop(optional)] autofocus: bool,
    /// Where it is not the field's own.
    #[prop(optional)]
    max: Option<usize>,
) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.compose;
    let limit = Memo::new(move |_| max.or_else(|| path.with(|path| limits::max_chars(path))));
    let chars = Memo::new(move |_| value.with(|value| value.chars().count()));
    let problem = Memo::new(move |_| {
        let over = limit.get().is_some_and(|limit| chars.get() > limit);
        if over { Some(Problem::TooLong) } else { path.with(|path| draft.problem_at(path)) }
    });
    let sentence = move || {
        problem.get().map(|problem| match path.get().rsplit('.').next().unwrap_or_default() {
            "url" if problem == Problem::Malformed => words.bad_url.to_owned(),
            "latitude" | "longitude" if problem == Problem::Malformed => words.bad_degrees.to_owned(),
            "phone" if problem == Problem::Malformed => words.bad_phone.to_owned(),
            _ => (words.problem)(problem, limit.get()),
        })
    };
    let invalid = move || problem.get().is_some().then_some("true");
    let field = move || path.get();
    view! {
        <label class="field">
            <span class="compose__label">
                <span>
                    {move || label.get()}
                    {optional.then(|| view! { <small>" (" {words.optional} ")"</small> })}
                </span>
                {move || {
                    limit
                        .get()
                        .filter(|limit| *limit <= 5_000)
                        .map(|limit| {
                            view! {
                                <bdi class="compose__count" dir="ltr" data-over=(chars.get() > limit).then_some("")>
                                    {format!("{} / {limit}", chars.get())}
                                </bdi>
                            }
                        })
                }}
            </span>
            {if area {
                view! {
                    <textarea
                        class="input input--area"
                        rows="3"
                        dir=dir
                        autofocus=autofocus
                        data-field=field
                        aria-invalid=invalid
                        prop:value=value
                        on:input=move |event| value.set(event_target_value(&event))
                    ></textarea>
                }
                    .into_any()
            } else {
                view! {
                    <input
                        class="input"
                        type="text"
                        dir=dir
                        inputmode=inputmode
                        autocomplete="off"
                        autofocus=autofocus
                        data-field=field
                        aria-invalid=invalid
                        prop:value=value
                        on:input=move |event| value.set(event_target_value(&event))
                    />
                }
                    .into_any()
            }}
            {move || {
                sentence()
                    .map(|sentence| {
                        view! {
                            <span class="field__error" role="alert">
                                <Icon of=icon::CIRCLE_ALERT px=14 />
                                {sentence}
                            </span>
                        }
                    })
            }}
            {help.map(|help| view! { <span class="field__help">{help}</span> })}
        </label>
    }
}

/// Nothing, where nothing but spaces was typed.
pub fn some(value: RwSignal<String>) -> Option<String> {
    value.with(|value| Some(value.trim().to_owned()).filter(|value| !value.is_empty()))
}

/// Words around what can be tapped.
#[derive(Clone, Copy)]
pub struct Words {
    pub header: RwSignal<String>,
    pub body: RwSignal<String>,
    pub footer: RwSignal<String>,
}

impl Words {
    pub fn new() -> Self {
        Self { header: RwSignal::default(), body: RwSignal::default(), footer: RwSignal::default() }
    }
}

#[component]
pub fn Above(draft: Draft, words: Words, #[prop(optional)] max: Option<usize>) -> impl IntoView {
    let texts = &use_texts().compose;
    view! {
        <Line draft path="interactive.body.text".to_owned() label=texts.body.to_owned() value=words.body area=true max=max.unwrap_or(limits::BODY) autofocus=true />
    }
}

/// Header and footer, which most leave empty.
#[component]
pub fn Around(draft: Draft, words: Words) -> impl IntoView {
    let texts = &use_texts().compose;
    view! {
        <div class="form__two">
            <Line draft path="interactive.header.text".to_owned() label=texts.header.to_owned() value=words.header optional=true />
            <Line draft path="interactive.footer.text".to_owned() label=texts.footer.to_owned() value=words.footer optional=true />
        </div>
    }
}
