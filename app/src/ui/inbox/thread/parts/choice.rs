//! A button that was pressed or a row that was chosen.

use leptos::prelude::*;

use crate::domain::content::Choice;
use crate::ui::i18n::use_texts;
use crate::ui::parts::icon::{self, Icon};

pub fn view(choice: &Choice, title: Option<&str>) -> impl IntoView + use<> {
    let texts = use_texts();
    // Without its words the id we gave it is the only thing known.
    let title = title.filter(|title| !title.is_empty()).unwrap_or(&choice.id).to_owned();
    let title = if title.is_empty() { (texts.thread.kind)("button").to_owned() } else { title };
    view! {
        <div class="kind">
            <span class="kind__icon">
                <Icon of=icon::CHECK />
            </span>
            <span class="kind__text">
                <span class="kind__note">{texts.message.chose}</span>
                <b class="kind__name" dir="auto">{title}</b>
                {choice.description.clone().map(|said| view! { <span class="kind__note" dir="auto">{said}</span> })}
            </span>
        </div>
    }
}
