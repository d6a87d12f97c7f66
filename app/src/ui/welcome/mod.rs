//! The first run: an inbox without any number, and how to begin.

pub mod connect;
mod draft;
mod finish;
mod keys;
mod number;

use leptos::prelude::*;

use self::connect::ConnectNumber;
use crate::api::channels::list_channels;
use crate::api::welcome::start_demo;
use crate::boot::Page;
use crate::domain::agent::Role;
use crate::ui::app::use_boot;
use crate::ui::entry::LanguageSwitch;
use crate::ui::forms::doing::Doing;
use crate::ui::forms::fetched::{Fetched, WhenFetched};
use crate::ui::forms::form::{Dots, WorkError};
use crate::ui::i18n::use_texts;
use crate::ui::parts::browser;
use crate::ui::parts::icon::{self, Icon, Logo};

/// Where the inbox is; loaded whole when the first number stands.
const INBOX: &str = "/inbox";

/// Shown in place of an inbox that has no number. Only an admin can change that.
#[component]
pub fn WelcomePage() -> impl IntoView {
    let texts = use_texts();
    let admin = matches!(use_boot().page, Page::App { inbox, .. } if inbox.me.role == Role::Admin);
    view! {
        <main class="setup">
            <p class="setup__brand">
                <Logo />
                {texts.common.app_name}
            </p>
            {if admin { view! { <FirstRun /> }.into_any() } else { view! { <Waiting /> }.into_any() }}
            <footer class="signin__foot setup__legal">
                <LanguageSwitch next=INBOX.to_owned() />
                <a class="link-btn" href="/settings/profile">
                    {texts.settings.profile_tab}
                </a>
            </footer>
        </main>
    }
}

#[component]
fn Waiting() -> impl IntoView {
    let words = &use_texts().settings.connect;
    view! {
        <section class="setup__card">
            <h1 class="setup__title">{words.waiting_title}</h1>
            <p class="setup__lead">{words.waiting_text}</p>
        </section>
    }
}

#[component]
fn FirstRun() -> impl IntoView {
    let connecting = RwSignal::new(false);
    move || {
        if connecting.get() {
            view! { <FirstNumber connecting /> }.into_any()
        } else {
            view! { <Choice connecting /> }.into_any()
        }
    }
}

#[component]
fn Choice(connecting: RwSignal<bool>) -> impl IntoView {
    let words = &use_texts().settings.connect;
    let starting = Doing::idle();
    // Stays busy after it worked: the inbox is on its way.
    let busy = Signal::derive(move || starting.pending() || starting.done());
    let start = move |_| {
        if !busy.get_untracked() {
            starting.run(start_demo(), move |()| browser::go_to(INBOX));
        }
    };
    view! {
        <section class="setup__card setup__card--wide">
            <h1 class="setup__title">{words.choice_title}</h1>
            <p class="setup__lead">{words.choice_lead}</p>
            <WorkError doing=starting />
            <div class="choices">
                <button class="choice" type="button" on:click=move |_| connecting.set(true)>
                    <span class="choice__icon">
                        <Icon of=icon::SMARTPHONE px=24 />
                    </span>
                    <span class="choice__title">{words.real_title}</span>
                    <span class="choice__text">{words.real_text}</span>
                    <span class="choice__go">
                        {words.real_go} <Icon of=icon::ARROW_RIGHT px=16 />
                    </span>
                </button>
                <button
                    class="choice"
                    type="button"
                    aria-describedby="demo-marks"
                    aria-busy=move || busy.get().then_some("true")
                    aria-disabled=move || busy.get().then_some("true")
                    on:click=start
                >
                    <span class="choice__icon">
                        <Icon of=icon::FLASK_CONICAL px=24 />
                    </span>
                    <span class="choice__title">{words.demo_title}</span>
                    <span class="choice__text">{words.demo_text}</span>
                    <span class="choice__go">
                        <Dots when=busy />
                        {move || if busy.get() { words.demo_starting } else { words.demo_go }}
                        <Icon of=icon::ARROW_RIGHT px=16 />
                    </span>
                </button>
            </div>
            <p class="field__help" id="demo-marks">
                <b>{words.demo_title}</b>
                ": "
                {words.demo_marks}
            </p>
            // The choice is made in place, so its start is said where no eye sees the dots.
            <p class="sr-only" role="status">
                {move || busy.get().then_some(words.demo_starting)}
            </p>
        </section>
    }
}

#[component]
fn FirstNumber(connecting: RwSignal<bool>) -> impl IntoView {
    let texts = &use_texts().settings;
    let page = Fetched::new(list_channels);
    view! {
        <section class="setup__card setup__card--wide">
            <WhenFetched fetched=page>
                <ConnectNumber
                    callback_url=page.with_untracked(|page| page.callback_url.clone()).unwrap_or_default()
                    back_words=texts.forms.back
                    on_back=Callback::new(move |()| connecting.set(false))
                />
            </WhenFetched>
        </section>
    }
}
