//! The root: which screen stands at which address.

use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{OptionalParamSegment, ParamSegment, StaticSegment};

use super::entry::{PasswordPage, SetupPage, SignInPage};
use super::inbox::{Inbox, InboxPage, use_inbox};
use super::parts::browser;
use super::settings::SettingsPage;
use super::shell::{Section, Shell, keep_title};
use crate::boot::Boot;

/// What the page was started with.
pub fn use_boot() -> Boot {
    expect_context::<StoredValue<Boot>>().get_value()
}

#[component]
pub fn App(boot: Boot) -> impl IntoView {
    let inbox = Inbox::of_boot(&boot);
    provide_context(StoredValue::new(boot));
    // Held here and not by a page: one store and one line a tab, whatever screen one looks at.
    if let Some(inbox) = inbox {
        provide_context(inbox);
        provide_context(inbox.clock);
        Effect::new(move |_| inbox.start());
        keep_title(inbox);
    }
    view! {
        <Router>
            <Routes fallback=|| ()>
                <Route path=StaticSegment("signin") view=SignInPage />
                <Route path=(StaticSegment("setup"), ParamSegment("token")) view=SetupPage />
                <Route path=(StaticSegment("password"), ParamSegment("token")) view=PasswordPage />
                <Route path=(StaticSegment("inbox"), OptionalParamSegment("id")) view=InboxPage />
                <Route path=(StaticSegment("settings"), OptionalParamSegment("section")) view=SettingsScreen />
            </Routes>
        </Router>
    }
}

/// Settings in the frame of the signed-in screens.
#[component]
fn SettingsScreen() -> impl IntoView {
    if use_inbox().is_none() {
        Effect::new(move |_| browser::go_to("/signin"));
        return ().into_any();
    }
    view! {
        <Shell section=Section::Settings>
            <SettingsPage />
        </Shell>
    }
    .into_any()
}
