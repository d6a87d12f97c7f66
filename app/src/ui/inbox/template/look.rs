//! The message as the customer will read it, with what is still empty marked.

use leptos::prelude::*;

use super::fill::Filling;
use crate::domain::media::MediaKind;
use crate::domain::template::{Does, Filled, Header, Piece, pieces};
use crate::ui::i18n::use_texts;
use crate::ui::inbox::kind;
use crate::ui::inbox::thread::text;
use crate::ui::parts::icon::{self, Icon, Shape};

#[component]
pub fn Look(filling: Filling) -> impl IntoView {
    let texts = use_texts();
    let header = move || {
        let template = filling.template.get_value();
        let filled = filling.filled();
        match template.parts.header? {
            Header::Text(words) => Some(
                view! {
                    <p class="offer__head" dir="auto">
                        {gaps(with_gaps(&words, &filled, |_| "header".to_owned()))}
                    </p>
                }
                .into_any(),
            ),
            Header::Media(kind) => Some(file(kind, filling.header.shown_at.get(), (texts.template.header_file)(kind))),
            Header::Location => Some(
                view! {
                    <p class="tpl__blank">
                        <Icon of=icon::MAP_PIN px=24 />
                    </p>
                }
                .into_any(),
            ),
        }
    };
    let body = move || {
        let body = filling.template.with_value(|template| template.parts.body.clone());
        let text = with_gaps(&body, &filling.filled(), |name| format!("body.{name}"));
        view! { <div class="bubble__text">{text::blocks_with(&text, gaps)}</div> }
    };
    let footer = filling.template.with_value(|template| template.parts.footer.clone());
    let buttons = filling.template.with_value(|template| template.parts.buttons.clone());
    let taps: Vec<_> = buttons
        .into_iter()
        .map(|button| {
            view! {
                <li>
                    <span class="offer__tap">
                        <Icon of=sign(&button.does) px=14 />
                        <span dir="auto">{button.label}</span>
                    </span>
                </li>
            }
        })
        .collect();
    view! {
        <div class="tpl__look">
            <div class="bubble bubble--kind">
                <div class="offer">
                    {header}
                    {body}
                    {footer.map(|footer| view! { <p class="offer__foot" dir="auto">{footer}</p> })}
                    {(!taps.is_empty())
                        .then(|| view! { <ul class="offer__taps" aria-label=texts.message.buttons>{taps}</ul> })}
                </div>
            </div>
        </div>
    }
}

/// Around the name of what is not filled in yet: the overrides of direction, which nobody types, and at which a link ends.
const GAP: (char, char) = ('\u{202D}', '\u{202E}');

/// A text with what is filled in, and a marked name where nothing is.
fn with_gaps(text: &str, filled: &Filled, key: impl Fn(&str) -> String) -> String {
    pieces(text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Words(words) => words.to_owned(),
            Piece::Variable(name) => match filled.value(&key(name)) {
                Some(value) => value.to_owned(),
                None => format!("{}{name}{}", GAP.0, GAP.1),
            },
        })
        .collect()
}

/// Words, and the marked names among them as gaps.
fn gaps(words: String) -> AnyView {
    let mut parts = words.split(GAP.0);
    let before = parts.next().unwrap_or_default().to_owned();
    let gaps: Vec<_> = parts
        .map(|part| {
            let (name, after) = part.split_once(GAP.1).unwrap_or((part, ""));
            view! {
                <mark class="tpl__gap">
                    <bdi>{name.to_owned()}</bdi>
                </mark>
                {after.to_owned()}
            }
        })
        .collect();
    view! {
        {before}
        {gaps}
    }
    .into_any()
}

fn file(of: MediaKind, shown_at: Option<String>, label: &'static str) -> AnyView {
    match shown_at {
        Some(address) => view! { <img class="tpl__picture" src=address alt=label /> }.into_any(),
        None => view! {
            <p class="tpl__blank">
                <Icon of=kind::sign(of.as_str()) px=24 />
                <span class="sr-only">{label}</span>
            </p>
        }
        .into_any(),
    }
}

fn sign(does: &Does) -> Shape {
    match does {
        Does::Reply => icon::REPLY,
        Does::Open { .. } => icon::EXTERNAL_LINK,
        Does::Call { .. } => icon::PHONE,
        Does::Copy | Does::OneTime => icon::COPY,
        Does::Form => icon::FILE_TEXT,
        Does::AskContact => icon::CONTACT_ROUND,
    }
}
