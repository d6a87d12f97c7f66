//! What stands in a bubble, a file for each part. A customer's words become text nodes, never markup.

mod ad;
mod by;
mod choice;
mod contacts;
mod facts;
mod gone;
mod interactive;
mod location;
mod marks;
mod order;
mod quote;
pub mod text;
mod unsupported;

use leptos::prelude::*;

use super::media::File;
use super::scroll::Scroll;
use crate::domain::composed::Composed;
use crate::domain::content::{Content, Part};
use crate::domain::format::emoji_only;
use crate::ui::i18n::use_texts;
use crate::ui::inbox::kind;
use crate::ui::inbox::store::{Bubble, Inbox};
use crate::ui::parts::icon::Icon;

/// What a bubble is built from; when none of it changes, the bubble is not built again.
#[derive(Clone, Debug, PartialEq)]
struct Said {
    kind: String,
    text: Option<String>,
    content: Option<Box<Content>>,
}

impl Said {
    fn part(&self) -> Option<&Part> {
        self.content.as_ref().and_then(|content| content.part.as_ref())
    }

    /// A type whose file, where it has one, is all there is to show.
    fn is_file(&self) -> bool {
        self.part().is_none()
    }

    /// Words and nothing else.
    fn is_plain(&self) -> bool {
        self.kind == "text" && self.part().is_none()
    }

    /// The text that stands below the part; some parts say it themselves.
    fn below(&self) -> Option<&str> {
        let text = self.text.as_deref().unwrap_or_default();
        match self.part() {
            Some(Part::Choice(_) | Part::Form(_) | Part::Interactive(_) | Part::Template(_)) => None,
            // Its caption is one of the values already.
            Some(Part::Unknown(found)) if found.iter().any(|fact| fact.value == text) => None,
            _ if text.is_empty() && !self.is_plain() => None,
            _ => Some(text),
        }
    }
}

/// The bubble, closed by its time (`children`).
#[component]
pub fn Body(inbox: Inbox, scroll: Scroll, bubble: RwSignal<Bubble>, children: ChildrenFn) -> impl IntoView {
    let revoked = Memo::new(move |_| bubble.with(|bubble| bubble.message.revoked_at_ms.is_some()));
    let said = Memo::new(move |_| {
        bubble.with(|Bubble { message, .. }| Said {
            kind: message.kind.clone(),
            text: message.text.clone(),
            content: message.content.clone(),
        })
    });
    let has_file = Memo::new(move |_| bubble.with(|bubble| bubble.message.media.is_some()));
    let class = move || {
        said.with(|said| match said.below() {
            _ if revoked.get() => "bubble bubble--gone",
            _ if !said.is_plain() => "bubble bubble--kind",
            Some(text) if emoji_only(text).is_some() => "bubble bubble--emoji",
            _ => "bubble",
        })
    };
    let children = StoredValue::new(children);
    let time = move || children.with_value(|children| children());
    view! {
        <div class=class>
            <by::By inbox bubble />
            <Show
                when=move || !revoked.get()
                fallback=move || {
                    view! {
                        <gone::Gone bubble />
                        {time()}
                    }
                }
            >
                {move || said.with(|said| said.content.as_ref().map(|content| marks::above(content)))}
                <quote::Quoted inbox scroll bubble />
                <File bubble />
                {move || (!has_file.get() || !said.with(Said::is_file)).then(|| said.with(part))}
                {move || {
                    said.with(|said| {
                        said.below()
                            .map(|below| {
                                view! {
                                    <div class="bubble__line">
                                        <div class="bubble__text" data-emoji=emoji_only(below)>
                                            {text::blocks(below)}
                                        </div>
                                        {time()}
                                    </div>
                                }
                                    .into_any()
                            })
                            .unwrap_or_else(|| time().into_any())
                    })
                }}
            </Show>
        </div>
    }
}

/// What is being composed, in the bubble it will have; its file (`children`) stands above.
#[component]
pub fn Preview(composed: Memo<Composed>, children: Children) -> impl IntoView {
    let said = move |composed: &Composed| Said {
        kind: composed.kind().to_owned(),
        text: composed.text().map(str::to_owned),
        content: Some(Box::new(composed.content())),
    };
    view! { <div class="bubble bubble--kind">{children()} {move || part(&composed.with(said))}</div> }
}

/// The part that is shown in a way of its own.
fn part(said: &Said) -> AnyView {
    let text = said.text.as_deref();
    match said.part() {
        None if said.is_plain() => ().into_any(),
        // A file, or a message from before its content was read.
        None => view! { <Named word=said.kind.clone() /> }.into_any(),
        Some(Part::Location(location)) => location::view(location).into_any(),
        Some(Part::Contacts(cards)) => contacts::view(cards).into_any(),
        Some(Part::Choice(choice)) => choice::view(choice, text).into_any(),
        Some(Part::Form(form)) => facts::form(form, text).into_any(),
        Some(Part::Order(order)) => order::view(order).into_any(),
        Some(Part::Interactive(interactive)) => interactive::view(interactive, text).into_any(),
        Some(Part::Template(template)) => interactive::template(template, text).into_any(),
        Some(Part::Unsupported(what)) => unsupported::view(what).into_any(),
        Some(Part::Unknown(found)) => facts::unknown(found).into_any(),
        // Lines of the timeline (event.rs); a bubble of one says its name.
        Some(Part::System(_) | Part::Call(_) | Part::Welcome) => view! { <Named word=said.kind.clone() /> }.into_any(),
    }
}

/// A type by its sign and name.
#[component]
fn Named(word: String) -> impl IntoView {
    let texts = use_texts();
    let note = Some((texts.thread.kind_note)(&word)).filter(|note| !note.is_empty());
    view! {
        <div class="kind">
            <span class="kind__icon">
                <Icon of=kind::sign(&word) />
            </span>
            <span class="kind__text">
                <b class="kind__name">{(texts.thread.kind)(&word)}</b>
                {note.map(|note| view! { <span class="kind__note">{note}</span> })}
            </span>
        </div>
    }
}
