//! The root: which screen stands at which address.

use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{OptionalParamSegment, ParamSegment, StaticSegment};

use super::entry::{PasswordPage, SetupPage, SignInPage};
use super::inbox::InboxPage;
use super::settings::SettingsPage;
use crate::boot::Boot;

/// What the page was started with.
pub fn use_boot() -> Boot {
    expect_context::<StoredValue<Boot>>().get_value()
}

#[component]
pub fn App(boot: Boot) -> impl IntoView {
    provide_context(StoredValue::new(boot));
    view! {
        <Router>
            <Routes fallback=|| ()>
                <Route path=StaticSegment("signin") view=SignInPage />
                <Route path=(StaticSegment("setup"), ParamSegment("token")) view=SetupPage />
                <Route path=(StaticSegment("password"), ParamSegment("token")) view=PasswordPage />
                <Route path=(StaticSegment("inbox"), OptionalParamSegment("id")) view=InboxPage />
                <Route path=(StaticSegment("settings"), OptionalParamSegment("section")) view=SettingsPage />
            </Routes>
        </Router>
    }
}
