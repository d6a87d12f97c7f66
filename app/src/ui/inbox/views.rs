//! What the list can show: everything, or one number.

use leptos::prelude::*;

use super::store::{Inbox, Link};
use crate::domain::channel::ChannelBrief;
use crate::ui::i18n::use_texts;
use crate::ui::parts::icon::{self, Icon, Mark};
use crate::ui::shell::Panes;

#[component]
pub fn Views(inbox: Inbox, panes: Panes) -> impl IntoView {
    let texts = use_texts();
    let all = move || inbox.filter.with(|filter| filter.channel_id.is_none());
    let unread = Memo::new(move |_| inbox.unread.with(|unread| unread.values().sum::<i64>()));
    let state = Memo::new(move |_| inbox.link.get() == Link::Up);
    view! {
        <nav class="views" aria-label=texts.inbox.views>
            <p class="views__title">
                <span class="truncate">{texts.common.app_name}</span>
            </p>
            <a class="view" href="/inbox" aria-current=move || all().then_some("page")>
                <Icon of=icon::MESSAGES_SQUARE px=16 />
                <span class="truncate">{texts.inbox.all}</span>
                <Show when=all>
                    <Count unread />
                </Show>
            </a>
            <h2 class="views__head">{texts.inbox.numbers}</h2>
            <For
                each=move || inbox.channels.get()
                key=|channel| (channel.id.clone(), channel.name.clone(), channel.paused_code)
                let(channel)
            >
                <Number inbox channel />
            </For>
            <div class="views__foot">
                <p class="link-state" role="status" data-level=move || (!state.get()).then_some("soon")>
                    {move || if state.get() { texts.common.connected } else { texts.common.connecting }}
                </p>
            </div>
        </nav>
        <button
            class="views-scrim"
            type="button"
            aria-label=texts.inbox.close_views
            on:click=move |_| panes.views.set(false)
        ></button>
    }
}

#[component]
fn Number(inbox: Inbox, channel: ChannelBrief) -> impl IntoView {
    let texts = use_texts();
    let paused = channel.paused_code.is_some();
    let id = channel.id.clone();
    let chosen = Memo::new(move |_| inbox.filter.with(|filter| filter.channel_id.as_ref() == Some(&id)));
    let key = channel.id.to_string();
    // Under another number's filter nothing is known of this one.
    let known = move || chosen.get() || inbox.filter.with(|filter| filter.channel_id.is_none());
    let unread = Memo::new(move |_| inbox.unread.with(|unread| unread.get(&key).copied().unwrap_or_default()));
    view! {
        <a
            class="view"
            href=format!("/inbox?channel={}", channel.id)
            aria-current=move || chosen.get().then_some("page")
            data-off=paused.then_some("")
            title=channel.display_phone
        >
            <Mark />
            <bdi class="truncate">{channel.name}</bdi>
            {paused
                .then(|| {
                    view! {
                        <span class="view__state" title=texts.inbox.number_paused>
                            <Icon of=icon::CIRCLE_PAUSE px=14 />
                            <span class="sr-only">{texts.inbox.number_paused}</span>
                        </span>
                    }
                })}
            <Show when=known>
                <Count unread />
            </Show>
        </a>
    }
}

/// Unread conversations; nothing when there are none.
#[component]
fn Count(unread: Memo<i64>) -> impl IntoView {
    let texts = use_texts();
    view! {
        <Show when=move || { unread.get() > 0 }>
            <span class="count" data-fresh="" title=move || (texts.inbox.unread_conversations)(unread.get())>
                {move || unread.get()}
            </span>
        </Show>
    }
}
