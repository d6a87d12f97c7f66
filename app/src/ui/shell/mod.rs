//! The frame around the signed-in screens: rail, banners, what a phone shows.

mod banners;
mod me;
mod rail;
mod title;

use leptos::prelude::*;

use crate::ui::i18n::use_texts;
use crate::ui::parts::browser;
use banners::Banners;
use rail::Rail;
pub use title::keep_title;

/// Where in the product one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Inbox,
    Settings,
}

/// What stands open beside the list and the thread.
#[derive(Clone, Copy, Default)]
pub struct Panes {
    /// Under 1280 px: the drawer of views.
    pub views: RwSignal<bool>,
    /// Under 1040 px: the customer, over or instead of the thread.
    pub customer: RwSignal<bool>,
    /// From 1040 px on: the customer put away.
    pub customer_off: RwSignal<bool>,
}

/// The page: banners, rail, and the screen of a section (`children`), which brings its own `main`.
#[component]
pub fn Shell(
    section: Section,
    /// What a phone shows: `list`, `thread` or `customer`.
    #[prop(optional, into)]
    pane: Option<Signal<&'static str>>,
    #[prop(optional)] panes: Panes,
    children: Children,
) -> impl IntoView {
    let texts = use_texts();
    let class = match section {
        Section::Inbox => "app",
        Section::Settings => "app app--wide",
    };
    let skip = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        let _ = browser::focus("#draft") || browser::focus(".msgs-scroll");
    };
    view! {
        {(section == Section::Inbox)
            .then(|| view! { <a class="skip" href="#thread" rel="external" on:click=skip>{texts.common.skip}</a> })}
        <div
            class=class
            data-pane=move || pane.map_or("list", |pane| pane.get())
            data-views=move || panes.views.get().then_some("open")
            data-customer=move || panes.customer_off.get().then_some("off")
        >
            <Banners />
            <Rail section />
            {children()}
        </div>
    }
}
