//! The inbox: list, thread, customer.

mod composer;
mod customer;
mod kind;
mod list;
mod store;
mod template;
mod thread;
mod tick;
mod views;
mod window;

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use store::Opened;
pub use store::{Inbox, Link, use_inbox};

use crate::domain::agent::Role;
use crate::domain::conversation::ListFilter;
use crate::domain::ids::{ChannelId, ConversationId};
use crate::ui::parts::browser;
use crate::ui::shell::{Panes, Section, Shell};
use crate::ui::welcome::WelcomePage;
use customer::Customer;
use list::List;
use thread::ThreadPane;
use views::Views;

/// `/inbox` and `/inbox/{id}`, with `?channel=` for the list.
#[component]
pub fn InboxPage() -> impl IntoView {
    match use_inbox() {
        Some(inbox) => view! { <FirstOrScreen inbox /> }.into_any(),
        // Somebody came here from the sign-in page without the server: it must say who they are.
        None => {
            Effect::new(move |_| browser::go_to("/signin"));
            ().into_any()
        }
    }
}

/// Without any number there is nothing to show but how to begin.
#[component]
fn FirstOrScreen(inbox: Inbox) -> impl IntoView {
    let bare = Memo::new(move |_| inbox.channels.with(Vec::is_empty));
    // An admin who connects the first number finishes that page; it goes on to the inbox itself.
    if bare.get_untracked() && inbox.me.with_untracked(|me| me.role == Role::Admin) {
        return view! { <WelcomePage /> }.into_any();
    }
    view! {
        <Show when=move || !bare.get() fallback=|| view! { <WelcomePage /> }>
            <Screen inbox />
        </Show>
    }
    .into_any()
}

#[component]
fn Screen(inbox: Inbox) -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let id = Memo::new(move |_| params.with(|params| params.get("id")).map(ConversationId::from_text));
    let channel = Memo::new(move |_| query.with(|query| query.get("channel")).map(ChannelId::from_text));
    let panes = Panes::default();
    provide_context(panes);
    // Clocks, time zones and Intl are the browser's: the server renders skeletons, and the panes come alive with them.
    let mounted = RwSignal::new(false);
    Effect::new(move |_| {
        inbox.choose(ListFilter { channel_id: channel.get(), ..ListFilter::default() });
        panes.views.set(false);
    });
    Effect::new(move |_| {
        inbox.show(id.get());
        panes.customer.set(false);
    });
    Effect::new(move |_| mounted.set(true));
    let pane = Signal::derive(move || match (id.with(Option::is_some), panes.customer.get()) {
        (false, _) => "list",
        (true, false) => "thread",
        (true, true) => "customer",
    });
    // Of a conversation that is not there, nothing is known either.
    let chosen = Memo::new(move |_| id.with(Option::is_some) && inbox.opened.get() != Opened::Missing);
    view! {
        <Shell section=Section::Inbox pane panes>
            <Views inbox panes />
            <main class="stage">
                <List inbox panes mounted />
                <ThreadPane inbox panes id mounted />
                <Show when=move || chosen.get()>
                    <Customer inbox panes mounted />
                </Show>
            </main>
        </Shell>
    }
}
