//! A form that is sent by the page's program.

use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{FormData, HtmlElement, HtmlFormElement};

use super::doing::Doing;
use super::unless_empty;
use crate::ui::i18n::use_texts;
use crate::ui::parts::icon::{self, Icon};

/// What stood in a form's fields when it was sent.
pub struct FormValues(FormData);

impl FormValues {
    fn of(event: &leptos::ev::SubmitEvent) -> Option<Self> {
        let form: HtmlFormElement = event.target()?.dyn_into().ok()?;
        FormData::new_with_form(&form).ok().map(Self)
    }

    pub fn text(&self, name: &str) -> String {
        self.0.get(name).as_string().unwrap_or_default()
    }

    /// A ticked box.
    pub fn has(&self, name: &str) -> bool {
        self.0.has(name)
    }

    /// The values of all ticked boxes of one name.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0.get_all(name).iter().filter_map(|value| value.as_string()).collect()
    }
}

/// A form of ours. `fields` are the names that show their own error; every other error stands above them. After a
/// refusal the first wrong field gets the focus.
///
/// `method=post` though the program sends it: should it not run, a password must not end up in an address.
#[component]
pub fn WorkForm(
    doing: Doing,
    fields: &'static [&'static str],
    #[prop(into)] on_send: Callback<FormValues>,
    #[prop(optional)] id: &'static str,
    #[prop(default = "form")] class: &'static str,
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Form>::new();
    Effect::new(move |_| {
        if doing.error().is_none() {
            return;
        }
        // After the fields have been marked.
        request_animation_frame(move || {
            let first = node.get_untracked().and_then(|form| form.query_selector("[aria-invalid=true]").ok().flatten());
            if let Some(input) = first.and_then(|input| input.dyn_into::<HtmlElement>().ok()) {
                let _ = input.focus();
            }
        });
    });
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let Some(values) = FormValues::of(&event) {
            on_send.run(values);
        }
    };
    view! {
        <form
            class=class
            id=unless_empty(id)
            method="post"
            novalidate
            node_ref=node
            aria-busy=move || doing.pending().then_some("true")
            on:submit=send
        >
            <WorkError doing fields />
            {children()}
        </form>
    }
}

/// What went wrong, above a form or beside a button.
#[component]
pub fn WorkError(doing: Doing, #[prop(default = &[])] fields: &'static [&'static str]) -> impl IntoView {
    let texts = use_texts();
    let error = doing.rest(fields);
    move || {
        error.get().map(|sentence| {
            view! {
                <div class="form__error" role="alert">
                    <Icon of=icon::CIRCLE_ALERT px=16 />
                    <p>
                        {sentence}
                        {doing
                            .signed_out()
                            .then(|| {
                                view! {
                                    " "
                                    <a class="link-btn" href="/signin" target="_blank" rel="external">
                                        {texts.entry.to_sign_in}
                                    </a>
                                }
                            })}
                    </p>
                </div>
            }
        })
    }
}

/// The button that sends a form. While it is under way it keeps the focus and does nothing.
#[component]
pub fn SendButton(
    doing: Doing,
    #[prop(into)] label: Signal<&'static str>,
    #[prop(default = "btn btn--primary")] class: &'static str,
    /// The form's id, when the button stands outside of it.
    #[prop(optional)]
    form: &'static str,
) -> impl IntoView {
    view! {
        <button
            class=class
            type="submit"
            form=unless_empty(form)
            aria-busy=move || doing.pending().then_some("true")
            aria-disabled=move || doing.pending().then_some("true")
        >
            <Dots when=Signal::derive(move || doing.pending()) />
            {move || label.get()}
        </button>
    }
}

/// A button that starts something by itself.
#[component]
pub fn DoButton(
    doing: Doing,
    #[prop(into)] label: Signal<&'static str>,
    #[prop(into)] on_press: Callback<()>,
    #[prop(default = "btn")] class: &'static str,
) -> impl IntoView {
    view! {
        <button
            class=class
            type="button"
            aria-busy=move || doing.pending().then_some("true")
            aria-disabled=move || doing.pending().then_some("true")
            on:click=move |_| on_press.run(())
        >
            <Dots when=Signal::derive(move || doing.pending()) />
            {move || label.get()}
        </button>
    }
}

/// The one sign of something under way.
#[component]
pub fn Dots(when: Signal<bool>) -> impl IntoView {
    move || {
        when.get().then(|| {
            view! {
                <span class="dots" aria-hidden="true">
                    <i></i>
                    <i></i>
                    <i></i>
                </span>
            }
        })
    }
}

/// A word beside the button when it worked, said to screen readers too.
#[component]
pub fn DoneNote(doing: Doing, words: &'static str) -> impl IntoView {
    view! {
        <span role="status">
            {move || {
                doing
                    .done()
                    .then(|| {
                        view! {
                            <span class="status" data-level="done">
                                <Icon of=icon::CHECK px=12 />
                                {words}
                            </span>
                        }
                    })
            }}
        </span>
    }
}
