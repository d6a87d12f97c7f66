//! Fields of the forms: a text that counts its characters, a list of short texts, the words around what can be tapped.
//! Each says what is wrong with it.

use leptos::prelude::*;

use super::form::Draft;
use super::header::{FileAbove, HeaderFile};
use crate::domain::composed::{Header, Problem, limits};
use crate::ui::i18n::use_texts;
use crate::ui::parts::icon::{self, Icon};

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
            {move || sentence().map(|sentence| view! { <Wrong sentence /> })}
            {help.map(|help| view! { <span class="field__help">{help}</span> })}
        </label>
    }
}

/// A list of short texts, one in each line. `entry` names one of them by its number.
#[component]
pub fn Lines(
    draft: Draft,
    #[prop(into)] path: Signal<String>,
    label: &'static str,
    value: RwSignal<String>,
    entry: fn(i64) -> String,
    help: &'static str,
) -> impl IntoView {
    let words = &use_texts().compose;
    let fault = Memo::new(move |_| path.with(|path| draft.fault_in(path)));
    let sentence = move || {
        let fault = fault.get()?;
        let said = |limit| (words.problem)(fault.problem, limit);
        let number = path.with(|path| {
            fault.field.strip_prefix(path.as_str())?.strip_prefix('[')?.split(']').next()?.parse::<i64>().ok()
        });
        Some(match number {
            Some(number) => format!("{}: {}", entry(number + 1), said(limits::max_chars(&fault.field))),
            None => said(limits::max_count(&fault.field)),
        })
    };
    view! {
        <label class="field">
            <span class="field__label">{label}</span>
            <textarea
                class="input input--area"
                rows="3"
                dir="ltr"
                spellcheck="false"
                data-field=move || path.get()
                aria-invalid=move || fault.with(Option::is_some).then_some("true")
                prop:value=value
                on:input=move |event| value.set(event_target_value(&event))
            ></textarea>
            {move || sentence().map(|sentence| view! { <Wrong sentence /> })}
            <span class="field__help">{help}</span>
        </label>
    }
}

#[component]
fn Wrong(sentence: String) -> impl IntoView {
    view! {
        <span class="field__error" role="alert">
            <Icon of=icon::CIRCLE_ALERT px=14 />
            {sentence}
        </span>
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

/// Header and footer, which most leave empty. A file takes the place of the header's words.
#[component]
pub fn Around(draft: Draft, words: Words) -> impl IntoView {
    let texts = &use_texts().compose;
    let says = move || draft.file.is_none_or(|file| !file.is_chosen());
    view! {
        {draft.file.map(|file| view! { <FileAbove file /> })}
        <div class="form__two">
            <Show when=says>
                <Line draft path="interactive.header.text".to_owned() label=texts.header.to_owned() value=words.header optional=true />
            </Show>
            <Line draft path="interactive.footer.text".to_owned() label=texts.footer.to_owned() value=words.footer optional=true />
        </div>
    }
}

/// The header of a message that may have a file above its words.
pub fn header(words: Words, file: HeaderFile) -> Option<Header> {
    if file.is_chosen() { file.header() } else { some(words.header).map(Header::Text) }
}
