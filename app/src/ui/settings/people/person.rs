//! One person: their role, a new link, and whether they may sign in.

use leptos::prelude::*;

use super::add::RoleField;
use super::link::LinkView;
use crate::api::people::{PasswordLink, Person, new_password_link, set_access};
use crate::domain::agent::Role;
use crate::ui::forms::dialog::{CloseButton, CloseDialog, Dialog, use_close_dialog};
use crate::ui::forms::doing::Doing;
use crate::ui::forms::fetched::Fetched;
use crate::ui::forms::form::{DoButton, FormValues, SendButton, WorkError, WorkForm};
use crate::ui::i18n::use_texts;
use crate::ui::settings::toast::use_toaster;

#[component]
pub fn PersonDialog(
    people: Fetched<Vec<Person>>,
    person: Person,
    /// It is the person who looks.
    own: bool,
    on_close: Callback<()>,
) -> impl IntoView {
    let texts = &use_texts().settings;
    let title = person.agent.name.clone();
    view! {
        <Dialog id="person-title" title on_close>
            <div class="dialog__body">
                <RolePart people person=person.clone() own />
                {(!person.agent.disabled).then(|| view! { <LinkPart person=person.clone() /> })}
                <AccessPart people person own />
            </div>
            <footer class="dialog__foot">
                <CloseButton label=texts.forms.close />
            </footer>
        </Dialog>
    }
}

#[component]
fn RolePart(people: Fetched<Vec<Person>>, person: Person, own: bool) -> impl IntoView {
    let words = &use_texts().settings.people;
    let toaster = use_toaster();
    let close = use_close_dialog();
    let saving = Doing::idle();
    let agent = person.agent;
    let role = agent.role;
    let save = move |values: FormValues| {
        let chosen = Role::from_word(&values.text("role")).unwrap_or(role);
        if chosen == role {
            close.close();
            return;
        }
        saving.run(set_access(agent.id.clone(), chosen, agent.disabled), move |()| {
            people.again();
            toaster.say(words.changed);
            close.close();
        });
    };
    view! {
        <WorkForm doing=saving fields=&[] on_send=save>
            <RoleField id="person-new-role" role autofocus=true />
            <p class="field__help">{words.access_text} {own.then(|| format!(" {}", words.self_warning))}</p>
            <div class="form__acts">
                <SendButton doing=saving label=words.save_role class="btn" />
            </div>
        </WorkForm>
    }
}

#[component]
fn LinkPart(person: Person) -> impl IntoView {
    let words = &use_texts().settings.people;
    let making = Doing::idle();
    let link = RwSignal::new(None::<PasswordLink>);
    let id = person.agent.id;
    let make = move |()| making.run(new_password_link(id.clone()), move |made| link.set(Some(made)));
    view! {
        <section class="form" aria-labelledby="person-link">
            <div>
                <h3 class="block__title" id="person-link">
                    {words.new_link}
                </h3>
                <p class="block__text">{words.new_link_text}</p>
            </div>
            <WorkError doing=making />
            {move || match link.get() {
                Some(link) => view! { <LinkView link /> }.into_any(),
                None => {
                    view! {
                        <div class="form__acts">
                            <DoButton doing=making label=words.make_link on_press=make.clone() />
                        </div>
                    }
                        .into_any()
                }
            }}
        </section>
    }
}

#[component]
fn AccessPart(people: Fetched<Vec<Person>>, person: Person, own: bool) -> impl IntoView {
    let words = &use_texts().settings.people;
    let close = use_close_dialog();
    let asking = RwSignal::new(false);
    let disabled = person.agent.disabled;
    view! {
        <section class="form" aria-labelledby="person-access">
            <div>
                <h3 class="block__title" id="person-access">
                    {words.sign_in}
                </h3>
                {disabled.then(|| view! { <p class="block__text">{words.sign_in_off}</p> })}
            </div>
            <div class="form__acts">
                <button
                    class=if disabled { "btn" } else { "btn btn--danger" }
                    type="button"
                    aria-haspopup="dialog"
                    on:click=move |_| asking.set(true)
                >
                    {if disabled { words.enable } else { words.disable }}
                </button>
            </div>
        </section>
        {move || {
            asking
                .get()
                .then(|| {
                    let shut = Callback::new(move |()| asking.set(false));
                    view! { <ConfirmAccess people person=person.clone() own outer=close on_close=shut /> }
                })
        }}
    }
}

/// Asks once more, then switches at once.
#[component]
fn ConfirmAccess(
    people: Fetched<Vec<Person>>,
    person: Person,
    own: bool,
    /// The person's dialog, done with when this worked.
    outer: CloseDialog,
    on_close: Callback<()>,
) -> impl IntoView {
    let words = &use_texts().settings.people;
    let agent = person.agent;
    let disabled = agent.disabled;
    let title = if disabled { words.enable_title(&agent.name) } else { words.disable_title(&agent.name) };
    let text = if disabled { words.enable_text } else { words.disable_text() };
    view! {
        <Dialog id="confirm-title" title class="dialog dialog--small" on_close>
            <ConfirmBody people agent_id=agent.id role=agent.role disabled text own outer />
        </Dialog>
    }
}

#[component]
fn ConfirmBody(
    people: Fetched<Vec<Person>>,
    agent_id: crate::domain::ids::AgentId,
    role: Role,
    disabled: bool,
    text: &'static str,
    own: bool,
    outer: CloseDialog,
) -> impl IntoView {
    let words = &use_texts().settings.people;
    let toaster = use_toaster();
    let close = use_close_dialog();
    let switching = Doing::idle();
    let switch = move |()| {
        switching.run(set_access(agent_id.clone(), role, !disabled), move |()| {
            people.again();
            toaster.say(words.changed);
            close.close();
            outer.close();
        });
    };
    view! {
        <div class="dialog__body">
            <WorkError doing=switching />
            <p>{text}</p>
            {(own && !disabled).then(|| view! { <p>{words.self_warning}</p> })}
        </div>
        <footer class="dialog__foot">
            <DoButton
                doing=switching
                label=if disabled { words.enable } else { words.disable }
                class=if disabled { "btn btn--primary" } else { "btn btn--danger" }
                on_press=switch
            />
            <CloseButton autofocus=true />
        </footer>
    }
}
