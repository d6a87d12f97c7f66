//! One message: bubble, tick, writer, and what can be done about it.

use leptos::prelude::*;

use super::actions::{Actions, Menu, Stops, on_context_menu};
use super::after::After;
use super::earlier::{Deleted, Earlier, Edited};
use super::parts::Body;
use super::reactions::{ReactionState, Reactions};
use super::scroll::Scroll;
use crate::domain::message::{AuthorKind, Direction};
use crate::ui::i18n::use_texts;
use crate::ui::inbox::store::{BubbleItem, Inbox};
use crate::ui::inbox::tick::Tick;
use crate::ui::parts::face::{hue, letter};
use crate::ui::parts::icon::{self, Icon, Shape};
use crate::ui::parts::time;

#[component]
pub fn Message(inbox: Inbox, scroll: Scroll, stops: Stops, item: BubbleItem) -> impl IntoView {
    let texts = use_texts();
    let bubble = RwSignal::from(item.bubble);
    // Neither side nor writer of a message ever changes.
    let (direction, author) = bubble.with_untracked(|bubble| (bubble.message.direction, bubble.message.author.clone()));
    let out = direction == Direction::Out;
    let status = Memo::new(move |_| bubble.with(|bubble| bubble.message.status));
    let sent_at_ms = Memo::new(move |_| bubble.with(|bubble| bubble.message.sent_at_ms));
    let joined = Memo::new(move |_| bubble.with(|bubble| bubble.joined));
    let seq = move || bubble.with(|bubble| bubble.pending.is_none().then(|| bubble.message.seq.to_string()));
    let id = move || bubble.with(|bubble| bubble.message.id.to_string());
    let menu = RwSignal::new(Menu::Closed);
    let earlier = RwSignal::new(false);
    // What our own server said to a reaction from here.
    let refused = RwSignal::new(None);
    view! {
        <li
            class="msg"
            data-dir=direction.as_str()
            data-author=author.kind.as_str()
            data-status=move || status.get().as_str()
            data-joined=move || joined.get().word()
            data-seq=seq
            data-id=id
        >
            <div class="msg__stack" on:contextmenu=move |event| on_context_menu(&event, menu, texts.locale)>
                <Body inbox scroll bubble>
                    <span class="bubble__meta">
                        <Edited inbox bubble open=earlier />
                        <time
                            datetime=move || time::machine(sent_at_ms.get())
                            title=move || time::moment(texts.locale, sent_at_ms.get())
                        >
                            {move || time::clock_time(texts.locale, sent_at_ms.get())}
                        </time>
                        {out.then(|| view! { <Tick status=Signal::from(status) /> })}
                    </span>
                </Body>
                <Reactions inbox bubble />
                <ReactionState inbox bubble refused />
                <Deleted inbox bubble open=earlier />
                <Earlier bubble open=earlier />
                <Actions inbox scroll stops key=item.key bubble menu refused />
            </div>
            {out.then(|| view! { <Writer inbox kind=author.kind id=author.id /> })}
            {out.then(|| view! { <After inbox scroll bubble /> })}
        </li>
    }
}

/// What a machine's message is called, and its sign.
pub fn machine(kind: AuthorKind) -> Option<(Shape, &'static str)> {
    let words = &use_texts().thread;
    match kind {
        AuthorKind::Customer | AuthorKind::Agent => None,
        AuthorKind::PhoneApp => Some((icon::SMARTPHONE, words.from_phone_app)),
        AuthorKind::Automation => Some((icon::BOT, words.from_automation)),
        AuthorKind::Persona => Some((icon::BOT, words.from_persona)),
        AuthorKind::Campaign => Some((icon::BOT, words.from_campaign)),
        AuthorKind::Api => Some((icon::CODE, words.from_api)),
        AuthorKind::System => Some((icon::BOT, words.from_system)),
    }
}

/// A colleague's name now.
pub fn name_of(inbox: Inbox, id: Option<&str>) -> String {
    let named = |agents: &Vec<crate::domain::agent::AgentBrief>| {
        agents.iter().find(|agent| Some(agent.id.as_str()) == id).map(|agent| agent.name.clone())
    };
    inbox.agents.with(named).unwrap_or_else(|| use_texts().thread.someone.to_owned())
}

/// The face in the gutter of what we sent.
#[component]
fn Writer(inbox: Inbox, kind: AuthorKind, id: Option<String>) -> impl IntoView {
    match machine(kind) {
        Some((sign, name)) => view! {
            <span class="msg__who">
                <span class="face face--24 face--machine" role="img" aria-label=name title=name>
                    <Icon of=sign px=16 />
                </span>
            </span>
        }
        .into_any(),
        None => {
            let hue = hue(id.as_deref().unwrap_or_default());
            let name = Memo::new(move |_| name_of(inbox, id.as_deref()));
            view! {
                <span class="msg__who">
                    <span class="face face--24" data-face=hue role="img" aria-label=name title=name>
                        {move || letter(&name.get())}
                    </span>
                </span>
            }
            .into_any()
        }
    }
}
