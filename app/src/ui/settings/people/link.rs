//! A one-time password link, shown once.

use leptos::html;
use leptos::prelude::*;

use crate::api::people::PasswordLink;
use crate::ui::forms::copy::CopyField;
use crate::ui::forms::moment::Moment;
use crate::ui::i18n::use_texts;

#[component]
pub fn LinkView(link: PasswordLink) -> impl IntoView {
    let texts = &use_texts().settings.people;
    let node = NodeRef::<html::Div>::new();
    // It takes the place of the form that had the focus.
    Effect::new(move |_| {
        if let Some(view) = node.get() {
            let _ = view.focus();
        }
    });
    view! {
        <div class="form" tabindex="-1" node_ref=node>
            <p>{texts.link_once}</p>
            <CopyField id="password-link" label=texts.link value=link.url long=true />
            <p>{texts.link_until} " " <Moment at_ms=link.expires_at_ms /></p>
        </div>
    }
}
