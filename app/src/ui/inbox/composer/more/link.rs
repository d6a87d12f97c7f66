//! A button that opens an address: for paying, tracking, booking.

use leptos::prelude::*;

use super::fields::{Above, Around, Line, Words, header, some};
use super::form::{Compositor, Draft, Sending};
use super::header::HeaderFile;
use crate::domain::composed::{Ask, Composed, Interactive};
use crate::ui::i18n::use_texts;

#[component]
pub fn Link(sending: Sending) -> impl IntoView {
    let texts = &use_texts().compose;
    let words = Words::new();
    let file = HeaderFile::new(sending.inbox);
    let (label, url) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let draft = Draft::new(move || {
        Composed::Interactive(Box::new(Interactive {
            header: header(words, file),
            body: words.body.get(),
            footer: some(words.footer),
            ask: Ask::Link { label: label.get(), url: url.get().trim().to_owned() },
        }))
    })
    .with_file(file);
    view! {
        <Compositor sending title=texts.link draft>
            <Above draft words />
            <Line draft path="interactive.action.parameters.display_text".to_owned() label=texts.link_label.to_owned() value=label />
            <Line
                draft
                path="interactive.action.parameters.url".to_owned()
                label=texts.link_url.to_owned()
                value=url
                dir="ltr"
                inputmode="url"
                help=texts.link_hint
            />
            <Around draft words />
        </Compositor>
    }
}
