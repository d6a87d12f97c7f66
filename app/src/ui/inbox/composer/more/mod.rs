//! What else can be sent: the "+" beside the paper clip, and a small form for each.

mod ask;
mod buttons;
mod contact;
mod fields;
mod form;
mod header;
mod link;
mod list;
mod place;
mod products;

use leptos::ev;
use leptos::prelude::*;

use super::text::Compose;
use crate::ui::i18n::use_texts;
use crate::ui::inbox::store::Inbox;
use crate::ui::inbox::thread::Scroll;
use crate::ui::parts::browser;
use crate::ui::parts::icon::{self, Icon};
use crate::ui::parts::roving;
use form::Sending;

/// What a form makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Buttons,
    List,
    Link,
    Products,
    Place,
    Contact,
    AskPlace,
    AskContact,
    AskAddress,
}

#[component]
pub fn More(inbox: Inbox, scroll: Scroll, compose: Compose) -> impl IntoView {
    let words = &use_texts().compose;
    let open = RwSignal::new(false);
    let form = RwSignal::new(None::<Form>);
    let sending = Sending { inbox, scroll, compose, form };
    let close = move || {
        open.set(false);
        browser::focus(".composer__more");
    };
    let toggle = move |_| {
        if open.get_untracked() {
            return close();
        }
        open.set(true);
        browser::next_frame(|| {
            // It is asked twice; by then the arrows may have walked on.
            if browser::focused().is_none_or(|here| here.closest(".composer__menu").ok().flatten().is_none()) {
                browser::focus(".composer__menu .menu__item");
            }
        });
    };
    let on_key = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            close();
        } else if roving::on_key(&event, ".menu__item") {
            event.stop_propagation();
        }
    };
    let on_leave = move |event: ev::FocusEvent| {
        if event.related_target().is_some() && !roving::stays_inside(&event) {
            open.set(false);
        }
    };
    let entries = [
        (Form::Buttons, icon::REPLY, words.buttons),
        (Form::List, icon::LIST, words.list),
        (Form::Link, icon::EXTERNAL_LINK, words.link),
        (Form::Products, icon::SHOPPING_BAG, words.products),
        (Form::Place, icon::MAP_PIN, words.location),
        (Form::Contact, icon::CONTACT_ROUND, words.contact),
        (Form::AskPlace, icon::MAP_PIN, words.ask_location),
        (Form::AskContact, icon::SMARTPHONE, words.ask_contact),
        (Form::AskAddress, icon::FILE_TEXT, words.ask_address),
    ];
    view! {
        <span class="menu-box" on:focusout=on_leave>
            <button
                class="icon-btn composer__more"
                type="button"
                aria-label=words.more
                title=words.more
                aria-haspopup="menu"
                aria-expanded=move || open.get().to_string()
                on:click=toggle
            >
                <Icon of=icon::PLUS />
            </button>
            <Show when=move || open.get()>
                <div class="menu menu--up composer__menu" role="menu" tabindex="-1" aria-label=words.more on:keydown=on_key>
                    {entries
                        .map(|(which, sign, label)| {
                            view! {
                                <button
                                    class="menu__item"
                                    type="button"
                                    role="menuitem"
                                    tabindex="-1"
                                    on:click=move |_| {
                                        // The button gets the focus first: the dialog gives it back there.
                                        close();
                                        form.set(Some(which));
                                    }
                                >
                                    <Icon of=sign px=16 />
                                    <span>{label}</span>
                                </button>
                            }
                        })
                        .collect_view()}
                </div>
            </Show>
        </span>
        {move || {
            form.get()
                .map(|which| match which {
                    Form::Buttons => view! { <buttons::Buttons sending /> }.into_any(),
                    Form::List => view! { <list::List sending /> }.into_any(),
                    Form::Link => view! { <link::Link sending /> }.into_any(),
                    Form::Products => view! { <products::Products sending /> }.into_any(),
                    Form::Place => view! { <place::Place sending /> }.into_any(),
                    Form::Contact => view! { <contact::Contact sending /> }.into_any(),
                    Form::AskPlace => view! { <ask::AskPlace sending /> }.into_any(),
                    Form::AskContact => view! { <ask::AskContact sending /> }.into_any(),
                    Form::AskAddress => view! { <ask::AskAddress sending /> }.into_any(),
                })
        }}
    }
}
