//! Names and values: the answers of a form, and types nobody knows yet.

use leptos::prelude::*;

use crate::domain::content::{Fact, Form};
use crate::ui::i18n::use_texts;
use crate::ui::parts::icon::{self, Icon};

/// An answered form; `said` is the line WhatsApp shows for it.
pub fn form(form: &Form, said: Option<&str>) -> impl IntoView + use<> {
    let words = &use_texts().message;
    let said = said.filter(|said| !said.is_empty()).map(str::to_owned);
    let unreadable = form.answers.is_empty().then_some(words.form_unreadable);
    view! {
        <div class="sheet">
            <p class="sheet__head">
                <Icon of=icon::FILE_TEXT px=16 />
                <b>{words.form}</b>
            </p>
            {said.map(|said| view! { <p class="sheet__note" dir="auto">{said}</p> })}
            {unreadable.map(|said| view! { <p class="sheet__note">{said}</p> })}
            {table(&form.answers)}
        </div>
    }
}

/// A type we do not know, as far as it can be read.
pub fn unknown(found: &[Fact]) -> impl IntoView + use<> {
    let words = &use_texts().message;
    let note = if found.is_empty() { words.unknown_empty } else { words.unknown_note };
    view! {
        <div class="sheet">
            <p class="sheet__head">
                <Icon of=icon::CIRCLE_HELP px=16 />
                <b>{words.unknown}</b>
            </p>
            <p class="sheet__note">{note}</p>
            {table(found)}
        </div>
    }
}

fn table(facts: &[Fact]) -> Option<impl IntoView + use<>> {
    let words = &use_texts().message;
    let rows: Vec<_> = facts
        .iter()
        .map(|fact| {
            let last = fact.name.rsplit('.').next().unwrap_or_default();
            let label = (words.field)(last).map_or_else(|| fact.label(), str::to_owned);
            view! {
                <div>
                    <dt>
                        <bdi>{label}</bdi>
                    </dt>
                    <dd>
                        <bdi>{fact.value.clone()}</bdi>
                    </dd>
                </div>
            }
        })
        .collect();
    (!rows.is_empty()).then(|| view! { <dl class="facts">{rows}</dl> })
}
