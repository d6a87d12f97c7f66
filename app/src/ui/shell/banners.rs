//! Banners about the whole page, the most urgent first.

use std::time::Duration;

use leptos::prelude::*;

use crate::boot::Page;
use crate::domain::agent::Role;
use crate::live::protocol::Storage;
use crate::live::socket;
use crate::ui::app::use_boot;
use crate::ui::i18n::use_texts;
use crate::ui::inbox::{Inbox, Link, use_inbox};
use crate::ui::parts::browser;
use crate::ui::parts::icon::{self, Icon, Shape};

/// A short loss of connection is nobody's business.
const OFFLINE_AFTER_S: i64 = 5;

#[component]
pub fn Banners() -> impl IntoView {
    let demo = use_boot().demo;
    view! {
        <div class="banners">
            {use_inbox()
                .map(|inbox| {
                    view! {
                        <Troubled inbox />
                        <Offline inbox />
                        <Outdated inbox />
                        <Paused inbox />
                        <Unanswered inbox />
                        <Phones inbox />
                    }
                })} {demo.then(|| view! { <Demo /> })}
        </div>
    }
}

#[component]
fn Banner(
    kind: &'static str,
    level: &'static str,
    sign: Shape,
    #[prop(into)] title: Signal<String>,
    #[prop(into)] note: Signal<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="banner" data-kind=kind data-level=level role="status">
            <Icon of=sign />
            <p class="banner__text">
                <b>{title}</b>
                " "
                <span>{note}</span>
            </p>
            {children.map(|children| children())}
        </div>
    }
}

#[component]
fn Offline(inbox: Inbox) -> impl IntoView {
    let texts = use_texts();
    let seconds = RwSignal::new(0_i64);
    // Counted by the browser's clock alone: the server's cannot be asked now.
    let count = move || {
        let down = match inbox.link.try_get_untracked() {
            Some(Link::Down { since_ms }) => (browser::now_ms() - since_ms) / 1_000,
            Some(Link::Up) | None => 0,
        };
        if seconds.try_get_untracked().is_some_and(|shown| shown != down) {
            let _ = seconds.try_set(down);
        }
    };
    Effect::new(move |_| {
        if let Ok(timer) = set_interval_with_handle(count, Duration::from_secs(1)) {
            on_cleanup(move || timer.clear());
        }
    });
    Effect::new(move |_| {
        inbox.link.track();
        count();
    });
    let shown = Memo::new(move |_| seconds.get() >= OFFLINE_AFTER_S);
    let title = Signal::derive(move || (texts.common.offline_for)(seconds.get()));
    let note = Signal::derive(move || match inbox.waiting.get() {
        0 => texts.common.offline_note.to_owned(),
        waiting => format!("{} {}", texts.common.offline_note, (texts.common.offline_waiting)(waiting)),
    });
    view! {
        <Show when=move || shown.get()>
            <Banner kind="offline" level="soon" sign=icon::WIFI_OFF title note>
                <button class="btn btn--small push" type="button" on:click=move |_| socket::try_now()>
                    {texts.common.try_now}
                </button>
            </Banner>
        </Show>
    }
}

/// The database takes no writes, or must not be written any more.
#[component]
fn Troubled(inbox: Inbox) -> impl IntoView {
    let texts = use_texts();
    let storage = Memo::new(move |_| inbox.house.with(|house| house.storage));
    let admin = Memo::new(move |_| inbox.me.with(|me| me.role == Role::Admin));
    let title = Signal::derive(move || match storage.get() {
        Storage::Damaged => texts.common.damaged.to_owned(),
        Storage::Stuck | Storage::Sound => texts.common.stuck.to_owned(),
    });
    let note = Signal::derive(move || {
        let note = match (storage.get(), admin.get()) {
            (Storage::Damaged, true) => texts.common.damaged_admin,
            (Storage::Damaged, false) => texts.common.damaged_note,
            (_, true) => texts.common.stuck_admin,
            (_, false) => texts.common.stuck_note,
        };
        note.to_owned()
    });
    view! {
        <Show when=move || storage.get() != Storage::Sound>
            <Banner kind="storage" level="late" sign=icon::TRIANGLE_ALERT title note>
                ""
            </Banner>
        </Show>
    }
}

#[component]
fn Outdated(inbox: Inbox) -> impl IntoView {
    let texts = use_texts();
    view! {
        <Show when=move || inbox.outdated.get()>
            <Banner
                kind="reload"
                level="info"
                sign=icon::REFRESH_CW
                title=Signal::stored(texts.common.new_version.to_owned())
                note=Signal::stored(texts.common.new_version_note.to_owned())
            >
                <button class="btn btn--small btn--primary push" type="button" on:click=move |_| browser::reload()>
                    {texts.common.reload}
                </button>
            </Banner>
        </Show>
    }
}

#[component]
fn Paused(inbox: Inbox) -> impl IntoView {
    let texts = use_texts();
    let paused = Memo::new(move |_| {
        inbox.channels.with(|channels| {
            let stopped = channels.iter().filter(|channel| channel.paused_code.is_some());
            let stopped = stopped.map(|channel| (channel.id.to_string(), channel.name.clone(), channel.paused_code));
            stopped.collect::<Vec<_>>()
        })
    });
    let admin = Memo::new(move |_| inbox.me.with(|me| me.role == Role::Admin));
    view! {
        <For each=move || paused.get() key=|channel| channel.clone() let((id, name, code))>
            <Banner
                kind="paused"
                level="late"
                sign=icon::CIRCLE_PAUSE
                title=Signal::stored((texts.common.paused)(&name))
                note=Signal::derive(move || {
                    // What to do about it concerns who can do it.
                    let cause = code.filter(|_| admin.get()).and_then(|code| texts.errors.graph_code(code));
                    cause.map_or_else(
                        || texts.common.paused_note.to_owned(),
                        |cause| format!("{cause} {}", texts.common.paused_note),
                    )
                })
            >
                <Show when=move || admin.get()>
                    <a class="btn btn--small push" href=format!("/settings/numbers?number={id}")>
                        {texts.common.paused_fix}
                    </a>
                </Show>
            </Banner>
        </For>
    }
}

/// Numbers whose sends Meta does not answer: nothing to do but to know.
#[component]
fn Unanswered(inbox: Inbox) -> impl IntoView {
    let texts = use_texts();
    let silent = Memo::new(move |_| {
        inbox.channels.with(|channels| {
            let silent = channels
                .iter()
                .filter(|channel| channel.unanswered_since_ms.is_some() && channel.paused_code.is_none());
            silent.map(|channel| (channel.id.to_string(), channel.name.clone())).collect::<Vec<_>>()
        })
    });
    view! {
        <For each=move || silent.get() key=|channel| channel.clone() let((_, name))>
            <Banner
                kind="unanswered"
                level="soon"
                sign=icon::WIFI_OFF
                title=Signal::stored((texts.common.unanswered)(&name))
                note=Signal::stored(texts.common.unanswered_note.to_owned())
            />
        </For>
    }
}

/// Phones that must be opened, and those that bring their past over; told to admins only.
#[component]
fn Phones(inbox: Inbox) -> impl IntoView {
    let texts = use_texts();
    let phones = Memo::new(move |_| inbox.house.with(|house| house.phones.clone()));
    let asleep =
        move || phones.with(|phones| phones.iter().filter(|phone| phone.is_asleep).cloned().collect::<Vec<_>>());
    let bringing = Memo::new(move |_| {
        phones.with(|phones| phones.iter().find_map(|phone| Some((phone.name.clone(), phone.bringing?))))
    });
    let title = Signal::derive(move || {
        bringing.get().map(|(name, percent)| (texts.common.bringing)(&name, percent)).unwrap_or_default()
    });
    view! {
        <For each=asleep key=|phone| phone.channel_id.clone() let(phone)>
            <Banner
                kind="asleep"
                level="soon"
                sign=icon::SMARTPHONE
                title=Signal::stored((texts.common.asleep)(&phone.name))
                note=Signal::stored(texts.common.asleep_note.to_owned())
            >
                <a class="btn btn--small push" href=format!("/settings/numbers?number={}", phone.channel_id)>
                    {texts.common.asleep_fix}
                </a>
            </Banner>
        </For>
        <Show when=move || bringing.with(Option::is_some)>
            <Banner
                kind="bringing"
                level="info"
                sign=icon::SMARTPHONE
                title
                note=Signal::stored(texts.common.bringing_note.to_owned())
            />
        </Show>
    }
}

#[component]
fn Demo() -> impl IntoView {
    let texts = use_texts();
    let phones_url = match use_boot().page {
        Page::App { phones_url, .. } => phones_url,
        Page::SignIn { .. } | Page::Setup { .. } | Page::Password { .. } => None,
    };
    view! {
        <Banner
            kind="demo"
            level="info"
            sign=icon::FLASK_CONICAL
            title=Signal::stored(texts.common.demo.to_owned())
            note=Signal::stored(texts.common.demo_note.to_owned())
        >
            {phones_url
                .map(|url| {
                    view! {
                        <a class="btn btn--small push" href=url rel="external">
                            {texts.common.demo_phones}
                        </a>
                    }
                })}
        </Banner>
    }
}
