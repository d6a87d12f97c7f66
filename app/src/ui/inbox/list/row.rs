//! One row: name, preview, clocks.

use leptos::ev;
use leptos::prelude::*;

use super::held::Held;
use crate::domain::format;
use crate::domain::message::{Direction, MessageStatus};
use crate::domain::text::preview;
use crate::ui::i18n::use_texts;
use crate::ui::inbox::kind;
use crate::ui::inbox::store::{Inbox, RowItem};
use crate::ui::inbox::tick::Tick;
use crate::ui::inbox::window::{RowWindow, shown};
use crate::ui::parts::face::Avatar;
use crate::ui::parts::icon::{Icon, Mark};
use crate::ui::parts::time;
use crate::ui::shell::Panes;

/// What the second line says.
#[derive(Clone, Debug, PartialEq)]
struct Line {
    draft: bool,
    status: Option<MessageStatus>,
    /// The type, when it is not plain text.
    kind: Option<String>,
    text: String,
}

#[component]
pub fn Row(inbox: Inbox, held: Held, item: RowItem) -> impl IntoView {
    let texts = use_texts();
    let RowItem { id, row } = item;
    let row = RwSignal::from(row);
    let conversation = StoredValue::new(id.clone());
    let contact = row.with_untracked(|row| row.contact.id.to_string());
    let panes: Option<Panes> = use_context();

    let open = Memo::new(move |_| inbox.open.with(|open| conversation.with_value(|id| open.as_ref() == Some(id))));
    let name = Memo::new(move |_| row.with(|row| row.contact.title()));
    let unread = Memo::new(move |_| row.with(|row| row.unread_count));
    let at_ms = Memo::new(move |_| {
        row.with(|row| row.last_message.as_ref().map_or(row.last_activity_at_ms, |last| last.sent_at_ms))
    });
    let when = Memo::new(move |_| time::list_time(texts.locale, at_ms.get(), inbox.clock.now()));
    let window = Memo::new(move |_| shown(row.with(|row| row.window_expires_at_ms), inbox.clock.now()));
    let channel = Memo::new(move |_| {
        let id = row.with(|row| row.channel_id.clone());
        inbox.channels.with(|all| all.iter().find(|channel| channel.id == id).map(|channel| channel.name.clone()))
    });
    let line = Memo::new(move |_| {
        let draft = conversation.with_value(|id| inbox.drafts.with(|drafts| drafts.get(id).map(|text| preview(text))));
        if let Some(text) = draft.filter(|text| !text.is_empty() && !open.get()) {
            return Line { draft: true, status: None, kind: None, text: format::isolated(&text) };
        }
        row.with(|row| match &row.last_message {
            Some(last) => {
                let kind = (last.kind != "text").then(|| last.kind.clone());
                let text = kind::line(texts, &last.kind, &last.preview);
                let status = (last.direction == Direction::Out).then_some(last.status);
                Line { draft: false, status, kind, text }
            }
            None => Line { draft: false, status: None, kind: None, text: String::new() },
        })
    });
    let status = Memo::new(move |_| line.with(|line| line.status));
    let kind = Memo::new(move |_| line.with(|line| line.kind.clone()));

    let stops = Memo::new(move |_| conversation.with_value(|id| held.tab_stop.with(|stop| stop.as_ref() == Some(id))));
    let on_focus = move |_: ev::FocusEvent| held.stop.set(Some(conversation.get_value()));
    let on_click = move |_: ev::MouseEvent| {
        inbox.focus_thread.set_value(true);
        if let Some(panes) = panes {
            panes.customer.set(false);
        }
    };
    view! {
        <a
            class="row"
            href=move || conversation.with_value(|id| inbox.address_of(Some(id)))
            tabindex=move || if stops.get() { "0" } else { "-1" }
            aria-current=move || open.get().then_some("true")
            data-unread=move || (unread.get() > 0).then_some("")
            data-id=id.to_string()
            on:focus=on_focus
            on:click=on_click
        >
            <Avatar id=contact name />
            <span class="row__main">
                <span class="row__top">
                    <bdi class="row__name truncate">{name}</bdi>
                    <time class="row__time" datetime=move || time::machine(at_ms.get())>
                        {when}
                    </time>
                </span>
                <span class="row__mid">
                    {move || status.get().map(|status| view! { <Tick status=Signal::stored(status) /> })}
                    {move || kind.get().map(|word| view! { <Icon of=kind::sign(&word) px=14 /> })}
                    <Show when=move || line.with(|line| line.draft)>
                        <span class="row__draft">{texts.inbox.draft} " "</span>
                    </Show>
                    <span class="row__preview truncate" dir="auto">
                        {move || line.with(|line| line.text.clone())}
                    </span>
                    <Show when=move || { unread.get() > 0 }>
                        <span class="badge">
                            <span class="sr-only">{texts.inbox.unread_before}</span>
                            {move || unread.get()}
                        </span>
                    </Show>
                </span>
                <span class="row__meta">
                    <span class="row__channel">
                        <Mark />
                        <bdi class="truncate">{channel}</bdi>
                    </span>
                    <span class="row__end">
                        <RowWindow state=window />
                    </span>
                </span>
            </span>
        </a>
    }
}
