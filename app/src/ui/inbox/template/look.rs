//! The message as the customer will read it, with what is still empty marked.

use leptos::prelude::*;

use super::fill::Filling;
use crate::domain::media::MediaKind;
use crate::domain::template::{Does, Filled, Header, Piece, names, pieces, rendered};
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
                view! { <p class="offer__head" dir="auto">{marked(&words, &filled, |_| "header".to_owned())}</p> }
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
        let template = filling.template.get_value();
        let filled = filling.filled();
        let whole = names(&template.parts.body).iter().all(|name| filled.value(&format!("body.{name}")).is_some());
        if whole {
            return view! { <div class="bubble__text">{text::blocks(&rendered(&template, &filled).0)}</div> }
                .into_any();
        }
        let words = marked(&template.parts.body, &filled, |name| format!("body.{name}"));
        view! {
            <div class="bubble__text">
                <p dir="auto">{words}</p>
            </div>
        }
        .into_any()
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

/// A text with what is filled in, and a mark where nothing is.
fn marked(text: &str, filled: &Filled, key: impl Fn(&str) -> String) -> Vec<AnyView> {
    pieces(text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Words(words) => words.to_owned().into_any(),
            Piece::Variable(name) => match filled.value(&key(name)) {
                Some(value) => view! { <bdi>{value.to_owned()}</bdi> }.into_any(),
                None => view! { <mark class="tpl__gap"><bdi>{name.to_owned()}</bdi></mark> }.into_any(),
            },
        })
        .collect()
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
