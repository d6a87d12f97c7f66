//! What the customer is called: by the team, else by themselves.

use leptos::prelude::*;

use crate::api::customer::rename_customer;
use crate::ui::forms::doing::Doing;
use crate::ui::forms::field::TextField;
use crate::ui::forms::form::{FormValues, SendButton, WorkForm};
use crate::ui::i18n::use_texts;
use crate::ui::inbox::store::Inbox;
use crate::ui::parts::browser;
use crate::ui::parts::face::Avatar;
use crate::ui::parts::icon::{self, Icon};

/// Face and name, and the way to change it.
#[component]
pub fn Ident(inbox: Inbox, id: String, name: Memo<String>, since: Memo<String>) -> impl IntoView {
    let words = &use_texts().customer;
    let editing = RwSignal::new(false);
    let profile = Memo::new(move |_| {
        inbox.open_row.with(|row| {
            let contact = &row.as_ref()?.contact;
            contact.given_name.is_some().then(|| contact.name.clone()).filter(|name| !name.is_empty())
        })
    });
    let close = Callback::new(move |()| {
        editing.set(false);
        browser::next_frame(|| {
            browser::focus("#rename");
        });
    });
    view! {
        <section class="ident">
            <Avatar id name class="avatar avatar--56" />
            <div>
                <h3 class="ident__name">
                    <bdi>{name}</bdi>
                    <button
                        class="icon-btn icon-btn--small"
                        id="rename"
                        type="button"
                        aria-label=words.rename
                        title=words.rename
                        aria-expanded=move || editing.get().to_string()
                        on:click=move |_| editing.update(|editing| *editing = !*editing)
                    >
                        <Icon of=icon::PENCIL px=14 />
                    </button>
                </h3>
                {move || {
                    profile
                        .get()
                        .map(|profile| {
                            view! {
                                <p class="ident__since">
                                    {words.profile_name} " " <bdi>{profile}</bdi>
                                </p>
                            }
                        })
                }}
                <p class="ident__since">{since}</p>
            </div>
            <Show when=move || editing.get()>
                <Rename inbox close />
            </Show>
        </section>
    }
}

#[component]
fn Rename(inbox: Inbox, close: Callback<()>) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.customer;
    let saving = Doing::idle();
    let held = inbox.open_row.with_untracked(|row| row.as_ref().map(|row| row.contact.clone()));
    let name = held.and_then(|contact| contact.given_name).unwrap_or_default();
    let save = move |values: FormValues| {
        let Some(id) = inbox.open.get_untracked() else { return };
        // The new name comes over the line, here as in every other tab.
        saving.run(rename_customer(id, values.text("name")), move |()| close.run(()));
    };
    Effect::new(move |_| {
        browser::next_frame(|| {
            browser::focus("#customer-name");
        });
    });
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" && !event.is_composing() {
            // Out of the form, not out of the thread.
            event.prevent_default();
            event.stop_propagation();
            close.run(());
        }
    };
    view! {
        <div class="ident__form" on:keydown=on_key>
            <WorkForm doing=saving fields=&["name"] on_send=save>
                <TextField
                    id="customer-name"
                    name="name"
                    label=words.name_label
                    help=words.name_help
                    dir="auto"
                    autocomplete="off"
                    value=name
                    error=saving.field("name")
                />
                <div class="form__acts">
                    <SendButton doing=saving label=texts.settings.forms.save class="btn btn--primary btn--small" />
                    <button class="btn btn--quiet btn--small" type="button" on:click=move |_| close.run(())>
                        {texts.settings.forms.cancel}
                    </button>
                </div>
            </WorkForm>
        </div>
    }
}
