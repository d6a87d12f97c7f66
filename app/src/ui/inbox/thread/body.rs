//! What stands in a bubble. A customer's words become text nodes, paragraph by paragraph, never markup.

use leptos::prelude::*;

use super::bubble::{machine, name_of};
use crate::domain::message::{AuthorKind, Direction};
use crate::domain::text::{Span, spans};
use crate::ui::i18n::use_texts;
use crate::ui::inbox::kind;
use crate::ui::inbox::store::{Bubble, Inbox};
use crate::ui::parts::face::hue;
use crate::ui::parts::icon::Icon;

/// The bubble, closed by its time (`children`).
#[component]
pub fn Body(inbox: Inbox, bubble: RwSignal<Bubble>, children: Children) -> impl IntoView {
    let texts = use_texts();
    let word = Memo::new(move |_| bubble.with(|bubble| bubble.message.kind.clone()));
    let text = Memo::new(move |_| bubble.with(|bubble| bubble.message.text.clone()).filter(|text| !text.is_empty()));
    let plain = Memo::new(move |_| word.with(|word| word == "text"));
    view! {
        <div class=move || if plain.get() { "bubble" } else { "bubble bubble--kind" }>
            <By inbox bubble />
            <Quoted bubble />
            {move || {
                (!plain.get())
                    .then(|| {
                        let word = word.get();
                        view! {
                            <div class="kind">
                                <span class="kind__icon">
                                    <Icon of=kind::sign(&word) />
                                </span>
                                <span class="kind__text">
                                    <b class="kind__name">{(texts.thread.kind)(&word)}</b>
                                    {Some((texts.thread.kind_note)(&word))
                                        .filter(|note| !note.is_empty())
                                        .map(|note| view! { <span class="kind__note">{note}</span> })}
                                </span>
                            </div>
                        }
                    })
            }}
            {move || {
                text.get()
                    .or_else(|| plain.get().then(String::new))
                    .map(|text| view! { <div class="bubble__text">{paragraphs(&text)}</div> })
            }}
            {children()}
        </div>
    }
}

/// Each line its own paragraph with its own direction: mixed Arabic and Latin reads right.
fn paragraphs(text: &str) -> Vec<AnyView> {
    text.split('\n')
        .map(|line| {
            let spans: Vec<AnyView> = spans(line.trim_end_matches('\r')).into_iter().map(span).collect();
            view! { <p dir="auto">{spans}</p> }.into_any()
        })
        .collect()
}

fn span(span: Span) -> AnyView {
    match span {
        Span::Plain(text) => text.into_any(),
        Span::Link { shown, href } => view! {
            <a href=href target="_blank" rel="noopener noreferrer">
                <bdi dir="ltr">{shown}</bdi>
            </a>
        }
        .into_any(),
    }
}

/// Who wrote it, when it was neither the customer nor oneself; at the head of a run.
#[component]
fn By(inbox: Inbox, bubble: RwSignal<Bubble>) -> impl IntoView {
    let author = bubble.with_untracked(|bubble| bubble.message.author.clone());
    let begins = Memo::new(move |_| !bubble.with(|bubble| bubble.joined.above));
    let (kind, id) = (author.kind, author.id);
    if kind == AuthorKind::Customer {
        return ().into_any();
    }
    if let Some((_, name)) = machine(kind) {
        return view! {
            <Show when=move || begins.get()>
                <p class="bubble__by">{name}</p>
            </Show>
        }
        .into_any();
    }
    let face = hue(id.as_deref().unwrap_or_default());
    let id = StoredValue::new(id);
    let colleague = Memo::new(move |_| inbox.me.with(|me| id.with_value(|id| id.as_deref() != Some(me.id.as_str()))));
    let face = StoredValue::new(face);
    view! {
        <Show when=move || begins.get() && colleague.get()>
            <p class="bubble__by">
                <b data-face=face.get_value()>
                    <bdi>{move || id.with_value(|id| name_of(inbox, id.as_deref()))}</bdi>
                </b>
            </p>
        </Show>
    }
    .into_any()
}

/// The message that is answered, where it is loaded.
#[component]
fn Quoted(bubble: RwSignal<Bubble>) -> impl IntoView {
    let texts = use_texts();
    let quote = Memo::new(move |_| bubble.with(|bubble| bubble.quote.clone()));
    move || {
        quote.get().map(|quote| {
            let text = if quote.text.is_empty() { (texts.thread.kind)(&quote.kind).to_owned() } else { quote.text };
            let ours = quote.direction == Direction::Out;
            let name = if ours { texts.thread.our_side } else { texts.inbox.customer };
            view! {
                <blockquote class="quote">
                    <b>{name}</b>
                    <span class="truncate" dir="auto">
                        {text}
                    </span>
                </blockquote>
            }
        })
    }
}
