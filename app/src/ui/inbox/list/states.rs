//! The list while it loads, and when there is nothing in it.

use leptos::prelude::*;

use crate::boot::Page;
use crate::domain::agent::Role;
use crate::ui::app::use_boot;
use crate::ui::i18n::use_texts;
use crate::ui::inbox::store::Inbox;
use crate::ui::parts::empty::{Empty, EmptyArt};
use crate::ui::parts::icon;

#[component]
pub fn Skeleton() -> impl IntoView {
    let texts = use_texts();
    let rows = (0..7)
        .map(|_| {
            view! {
                <div class="skeleton__row">
                    <span class="bone bone--face"></span>
                    <div>
                        <div class="skeleton__top">
                            <span class="bone bone--line bone--40"></span>
                            <span class="bone bone--line bone--15"></span>
                        </div>
                        <span class="bone bone--line bone--80"></span>
                        <span class="bone bone--line bone--60"></span>
                    </div>
                </div>
            }
        })
        .collect_view();
    view! {
        <div class="skeleton skeleton--rows scroll" aria-busy="true" aria-label=texts.inbox.loading>
            {rows}
        </div>
    }
}

/// Why the list is empty, and what to do about it.
#[component]
pub fn Nothing(inbox: Inbox) -> impl IntoView {
    let texts = use_texts();
    let phones_url = match use_boot().page {
        Page::App { phones_url, .. } => phones_url,
        Page::SignIn { .. } | Page::Setup { .. } | Page::Password { .. } => None,
    };
    move || {
        let words = &texts.inbox;
        let admin = inbox.me.with(|me| me.role == Role::Admin);
        if inbox.filter.with(|filter| filter.channel_id.is_some()) {
            return view! {
                <Empty sign=icon::MESSAGE_CIRCLE title=words.none_on_number text=words.none_on_number_text>
                    <a class="btn" href="/inbox">
                        {words.clear_filter}
                    </a>
                </Empty>
            }
            .into_any();
        }
        if inbox.channels.with(Vec::is_empty) {
            let text = if admin { words.no_number_admin } else { words.no_number_agent };
            return view! {
                <Empty sign=icon::SMARTPHONE title=words.no_number text>
                    {admin
                        .then(|| {
                            view! {
                                <a class="btn btn--primary" href="/settings/numbers">
                                    {words.connect_number}
                                </a>
                            }
                        })}
                </Empty>
            }
            .into_any();
        }
        let phones_url = phones_url.clone();
        let text = if phones_url.is_some() { words.no_conversations_demo } else { words.no_conversations_text };
        view! {
            <div class="empty">
                <EmptyArt />
                <h3 class="empty__title">{words.no_conversations}</h3>
                <p class="empty__text">{text}</p>
                {phones_url
                    .map(|url| {
                        view! {
                            <div class="empty__acts">
                                <a class="btn btn--primary" href=url rel="external">
                                    {texts.common.demo_phones}
                                </a>
                            </div>
                        }
                    })}
            </div>
        }
        .into_any()
    }
}
