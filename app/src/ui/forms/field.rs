//! A field with its label, its help and what is wrong with it, tied together for screen readers.

use leptos::html;
use leptos::prelude::*;

use super::unless_empty;
use crate::ui::i18n::use_texts;
use crate::ui::parts::icon::{self, Icon};

/// One line of text.
#[component]
pub fn TextField(
    id: &'static str,
    name: &'static str,
    label: &'static str,
    #[prop(optional, into)] help: Option<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    /// What stands in it at first.
    #[prop(optional, into)]
    value: String,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional)] autocomplete: &'static str,
    #[prop(optional)] inputmode: &'static str,
    /// `ltr` for what is typed left to right on every page, `auto` for names.
    #[prop(optional)]
    dir: &'static str,
    #[prop(optional)] required: bool,
    #[prop(optional)] autofocus: bool,
    #[prop(optional)] readonly: bool,
    #[prop(optional)] node: NodeRef<html::Input>,
) -> impl IntoView {
    let helped = help.is_some();
    view! {
        <div class="field">
            <label class="field__label" for=id>
                {label}
            </label>
            <input
                class="input"
                id=id
                name=name
                type=kind
                value=value
                dir=unless_empty(dir)
                autocomplete=unless_empty(autocomplete)
                inputmode=unless_empty(inputmode)
                autocapitalize=(dir == "ltr").then_some("none")
                spellcheck="false"
                required=required
                autofocus=autofocus
                readonly=readonly
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=move || described(id, helped, error.with(Option::is_some))
                node_ref=node
            />
            <FieldError id error />
            {help.map(|help| view! { <FieldHelp id help /> })}
        </div>
    }
}

/// A secret, hidden while it is typed. The eye needs the page's program, so it is not there before.
#[component]
pub fn SecretField(
    id: &'static str,
    name: &'static str,
    label: &'static str,
    #[prop(optional, into)] help: Option<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] value: String,
    autocomplete: &'static str,
    #[prop(optional)] required: bool,
    #[prop(optional)] autofocus: bool,
    #[prop(optional)] node: NodeRef<html::Input>,
) -> impl IntoView {
    let texts = &use_texts().settings.forms;
    let helped = help.is_some();
    let alive = RwSignal::new(false);
    let shown = RwSignal::new(false);
    Effect::new(move |_| alive.set(true));
    view! {
        <div class="field">
            <label class="field__label" for=id>
                {label}
            </label>
            <span class="secret">
                <input
                    class="input"
                    id=id
                    name=name
                    type=move || if shown.get() { "text" } else { "password" }
                    value=value
                    dir="ltr"
                    autocomplete=autocomplete
                    autocapitalize="none"
                    spellcheck="false"
                    required=required
                    autofocus=autofocus
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby=move || described(id, helped, error.with(Option::is_some))
                    node_ref=node
                />
                <button
                    class="icon-btn"
                    type="button"
                    hidden=move || !alive.get()
                    aria-label=move || if shown.get() { texts.hide } else { texts.show }
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    {move || {
                        let sign = if shown.get() { icon::EYE_OFF } else { icon::EYE };
                        view! { <Icon of=sign /> }
                    }}
                </button>
            </span>
            <FieldError id error />
            {help.map(|help| view! { <FieldHelp id help /> })}
        </div>
    }
}

/// A choice from a short list of `(value, words)`.
#[component]
pub fn SelectField(
    id: &'static str,
    name: &'static str,
    label: &'static str,
    options: Vec<(&'static str, &'static str)>,
    value: &'static str,
    #[prop(optional, into)] help: Option<String>,
    #[prop(optional)] autofocus: bool,
) -> impl IntoView {
    let helped = help.is_some();
    view! {
        <div class="field">
            <label class="field__label" for=id>
                {label}
            </label>
            <span class="select">
                <select
                    class="input"
                    id=id
                    name=name
                    autofocus=autofocus
                    aria-describedby=described(id, helped, false)
                >
                    {options
                        .into_iter()
                        .map(|(word, label)| {
                            view! {
                                <option value=word selected=word == value>
                                    {label}
                                </option>
                            }
                        })
                        .collect_view()}
                </select>
                <Icon of=icon::CHEVRON_DOWN px=16 />
            </span>
            {help.map(|help| view! { <FieldHelp id help /> })}
        </div>
    }
}

#[component]
fn FieldHelp(id: &'static str, help: String) -> impl IntoView {
    view! {
        <span class="field__help" id=format!("{id}-help")>
            {help}
        </span>
    }
}

#[component]
fn FieldError(id: &'static str, error: Signal<Option<String>>) -> impl IntoView {
    move || {
        error.get().map(|sentence| {
            view! {
                <span class="field__error" id=format!("{id}-error") role="alert">
                    <Icon of=icon::CIRCLE_ALERT px=14 />
                    {sentence}
                </span>
            }
        })
    }
}

/// The error first: it is what one needs to hear.
fn described(id: &str, helped: bool, wrong: bool) -> Option<String> {
    match (wrong, helped) {
        (true, true) => Some(format!("{id}-error {id}-help")),
        (true, false) => Some(format!("{id}-error")),
        (false, true) => Some(format!("{id}-help")),
        (false, false) => None,
    }
}
