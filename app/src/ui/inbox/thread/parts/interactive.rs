//! What we send to be answered by a tap, as the customer sees it: header, words, footer, and what can be tapped.

use leptos::prelude::*;

use super::text;
use crate::domain::content::{Action, Interactive, ListSection, TemplateShown};
use crate::ui::i18n::use_texts;
use crate::ui::parts::icon::{self, Icon, Shape};

pub fn view(interactive: &Interactive, body: Option<&str>) -> impl IntoView + use<> {
    let header = interactive.header.as_deref();
    let footer = interactive.footer.as_deref();
    offer(header, body, footer, action(&interactive.action))
}

/// A template with its body as the customer reads it.
pub fn template(template: &TemplateShown, body: Option<&str>) -> impl IntoView + use<> {
    let words = &use_texts().message;
    // What each button does is not kept with the message: no sign says that all of them answer.
    let buttons: Vec<_> = template.buttons.iter().map(|label| tap(None, label.clone()).into_any()).collect();
    // A body nobody could fill in: its name tells which one it was.
    let named = body.is_none_or(str::is_empty).then(|| (words.template)(&template.name));
    view! {
        <p class="mark-line">
            <Icon of=icon::LAYOUT_TEMPLATE px=14 />
            <bdi>{named.unwrap_or_else(|| template.name.clone())}</bdi>
        </p>
        {offer(template.header.as_deref(), body, template.footer.as_deref(), list(buttons))}
    }
}

fn offer(header: Option<&str>, body: Option<&str>, footer: Option<&str>, action: AnyView) -> impl IntoView + use<> {
    let header = header.filter(|header| !header.is_empty()).map(str::to_owned);
    let footer = footer.filter(|footer| !footer.is_empty()).map(str::to_owned);
    let body = body.filter(|body| !body.is_empty()).map(text::blocks);
    view! {
        <div class="offer">
            {header.map(|header| view! { <p class="offer__head" dir="auto">{header}</p> })}
            {body.map(|body| view! { <div class="bubble__text">{body}</div> })}
            {footer.map(|footer| view! { <p class="offer__foot" dir="auto">{footer}</p> })}
            {action}
        </div>
    }
}

fn action(action: &Action) -> AnyView {
    let words = &use_texts().message;
    let one = |sign: Shape, label: String| list(vec![tap(Some(sign), label).into_any()]);
    match action {
        Action::Buttons(titles) => {
            list(titles.iter().map(|title| tap(Some(icon::REPLY), title.clone()).into_any()).collect())
        }
        Action::List { button, sections } => sheet(icon::LIST, button.clone(), words.list_of, sections),
        Action::Shelves(sections) => sheet(icon::SHOPPING_BAG, words.products.to_owned(), words.products_of, sections),
        Action::Link { label, url } if url.starts_with("https://") || url.starts_with("http://") => list(vec![
            view! {
                <li>
                    <a class="offer__tap" href=url.clone() target="_blank" rel="noopener noreferrer">
                        <Icon of=icon::EXTERNAL_LINK px=14 />
                        <span dir="auto">{label.clone()}</span>
                    </a>
                </li>
            }
            .into_any(),
        ]),
        Action::Link { label, .. } => one(icon::EXTERNAL_LINK, label.clone()),
        Action::Flow { label } if label.is_empty() => one(icon::FILE_TEXT, words.form_button.to_owned()),
        Action::Flow { label } => one(icon::FILE_TEXT, label.clone()),
        Action::Products(ids) => {
            // While it is written there is no id yet.
            let ids = ids.iter().filter(|id| !id.is_empty());
            list(ids.map(|id| tap(Some(icon::SHOPPING_BAG), id.clone()).into_any()).collect())
        }
        Action::Catalog => one(icon::SHOPPING_BAG, words.catalog.to_owned()),
        Action::AskLocation => one(icon::MAP_PIN, words.asks_location.to_owned()),
        Action::AskAddress => one(icon::FILE_TEXT, words.asks_address.to_owned()),
        Action::AskContact => one(icon::CONTACT_ROUND, words.asks_contact.to_owned()),
        Action::AskCall => one(icon::PHONE, words.asks_call.to_owned()),
        Action::Other(word) if word.is_empty() => one(icon::CIRCLE_HELP, words.other_action.to_owned()),
        Action::Other(word) => one(icon::CIRCLE_HELP, word.clone()),
    }
}

/// What opens to be chosen from; `counted` says how much it is.
fn sheet(sign: Shape, label: String, counted: fn(i64) -> String, sections: &[ListSection]) -> AnyView {
    view! {
        <details class="offer__list">
            <summary>
                <Icon of=sign px=14 />
                <span dir="auto">{label}</span>
                <span class="offer__count">{counted(rows(sections))}</span>
            </summary>
            {sections.iter().map(section).collect::<Vec<_>>()}
        </details>
    }
    .into_any()
}

/// What the customer may tap; for us it is only to be read.
fn tap(sign: Option<Shape>, label: String) -> impl IntoView {
    view! {
        <li>
            <span class="offer__tap">
                {sign.map(|sign| view! { <Icon of=sign px=14 /> })}
                <span dir="auto">{label}</span>
            </span>
        </li>
    }
}

fn list(taps: Vec<AnyView>) -> AnyView {
    if taps.is_empty() {
        return ().into_any();
    }
    let label = use_texts().message.buttons;
    view! {
        <ul class="offer__taps" aria-label=label>
            {taps}
        </ul>
    }
    .into_any()
}

fn rows(sections: &[ListSection]) -> i64 {
    sections.iter().map(|section| section.rows.len() as i64).sum()
}

fn section(section: &ListSection) -> impl IntoView + use<> {
    let rows: Vec<_> = section
        .rows
        .iter()
        .map(|row| {
            view! {
                <li>
                    <b dir="auto">{row.title.clone()}</b>
                    {row.description.clone().map(|said| view! { <span dir="auto">{said}</span> })}
                </li>
            }
        })
        .collect();
    view! {
        {section.title.clone().map(|title| view! { <p class="offer__section" dir="auto">{title}</p> })}
        <ul class="offer__rows">{rows}</ul>
    }
}
