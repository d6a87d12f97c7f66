//! Questions the customer answers with one tap: where they are, what their number is.

use leptos::prelude::*;

use super::form::{Compositor, Draft, Line, Sending};
use crate::domain::composed::{Ask, Composed, Interactive};
use crate::ui::i18n::use_texts;

#[component]
pub fn AskPlace(sending: Sending) -> impl IntoView {
    let words = &use_texts().compose;
    view! { <Question sending title=words.ask_location body=words.ask_location_body ask=Ask::Location /> }
}

#[component]
pub fn AskContact(sending: Sending) -> impl IntoView {
    let words = &use_texts().compose;
    view! { <Question sending title=words.ask_contact body=words.ask_contact_body ask=Ask::Contact /> }
}

#[component]
fn Question(sending: Sending, title: &'static str, body: &'static str, ask: Ask) -> impl IntoView {
    let words = &use_texts().compose;
    let body = RwSignal::new(body.to_owned());
    let draft = Draft::new(move || {
        let interactive = Interactive { header: None, body: body.get(), footer: None, ask: ask.clone() };
        Composed::Interactive(Box::new(interactive))
    });
    view! {
        <Compositor sending title draft>
            <Line draft path="interactive.body.text".to_owned() label=words.body.to_owned() value=body area=true autofocus=true />
        </Compositor>
    }
}
