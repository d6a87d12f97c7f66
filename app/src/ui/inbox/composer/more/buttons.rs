//! Up to three buttons; the customer's tap comes back as an answer.

use leptos::prelude::*;

use super::fields::{Above, Around, Line, Words, header, some};
use super::form::{Compositor, Draft, Sending};
use super::header::HeaderFile;
use crate::domain::composed::{Ask, Button, Composed, Interactive, limits};
use crate::ui::i18n::use_texts;
use crate::ui::parts::icon::{self, Icon};

/// A button's title, known by its number while others come and go.
type Titled = (usize, RwSignal<String>);

#[component]
pub fn Buttons(sending: Sending) -> impl IntoView {
    let texts = &use_texts().compose;
    let words = Words::new();
    let file = HeaderFile::new(sending.inbox);
    let next = StoredValue::new(2);
    let titles = RwSignal::new(vec![(0, RwSignal::new(String::new())), (1, RwSignal::new(String::new()))]);
    let draft = Draft::new(move || {
        // The number is what comes back; screens show the title.
        let button = |(n, title): &Titled| Button { id: (n + 1).to_string(), title: title.get().trim().to_owned() };
        Composed::Interactive(Box::new(Interactive {
            header: header(words, file),
            body: words.body.get(),
            footer: some(words.footer),
            ask: Ask::Buttons(titles.with(|titles| titles.iter().map(button).collect())),
        }))
    })
    .with_file(file);
    let place = move |key: usize| titles.with(|titles| titles.iter().position(|(n, _)| *n == key)).unwrap_or_default();
    let add = move |_: leptos::ev::MouseEvent| {
        let key = next.get_value();
        next.set_value(key + 1);
        titles.update(|titles| titles.push((key, RwSignal::new(String::new()))));
    };
    view! {
        <Compositor sending title=texts.buttons draft>
            <Above draft words />
            <For each=move || titles.get() key=|(key, _)| *key let((key, title))>
                <div class="compose__row">
                    <Line
                        draft
                        path=Signal::derive(move || format!("interactive.action.buttons[{}].reply.title", place(key)))
                        label=Signal::derive(move || (texts.button_n)(place(key) as i64 + 1))
                        value=title
                    />
                    <button
                        class="icon-btn"
                        type="button"
                        hidden=move || { titles.with(Vec::len) < 2 }
                        aria-label=move || (texts.remove)(&(texts.button_n)(place(key) as i64 + 1))
                        on:click=move |_| titles.update(|titles| titles.retain(|(n, _)| *n != key))
                    >
                        <Icon of=icon::X px=16 />
                    </button>
                </div>
            </For>
            <Show when=move || { titles.with(Vec::len) < limits::BUTTONS }>
                <button class="btn btn--quiet btn--small compose__add" type="button" on:click=add>
                    <Icon of=icon::PLUS px=14 />
                    {texts.add_button}
                </button>
            </Show>
            <Around draft words />
        </Compositor>
    }
}
