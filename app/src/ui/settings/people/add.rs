//! Adding a person.

use leptos::prelude::*;

use super::link::LinkView;
use crate::api::people::{PasswordLink, Person, add_person};
use crate::domain::agent::Role;
use crate::ui::forms::dialog::{CloseButton, Dialog};
use crate::ui::forms::doing::Doing;
use crate::ui::forms::fetched::Fetched;
use crate::ui::forms::field::{SelectField, TextField};
use crate::ui::forms::form::{FormValues, SendButton, WorkForm};
use crate::ui::i18n::use_texts;

#[component]
pub fn AddDialog(people: Fetched<Vec<Person>>, on_close: Callback<()>) -> impl IntoView {
    let texts = &use_texts().settings;
    let link = RwSignal::new(None::<PasswordLink>);
    view! {
        <Dialog id="add-person" title=texts.people.add_title on_close>
            {move || match link.get() {
                None => view! { <AddForm people link /> }.into_any(),
                Some(link) => {
                    view! {
                        <div class="dialog__body">
                            <LinkView link />
                        </div>
                        <footer class="dialog__foot">
                            <CloseButton label=texts.forms.done />
                        </footer>
                    }
                        .into_any()
                }
            }}
        </Dialog>
    }
}

#[component]
fn AddForm(people: Fetched<Vec<Person>>, link: RwSignal<Option<PasswordLink>>) -> impl IntoView {
    let texts = &use_texts().settings;
    let words = &texts.people;
    let adding = Doing::idle();
    let add = move |values: FormValues| {
        let role = Role::from_word(&values.text("role")).unwrap_or(Role::Agent);
        adding.run(add_person(values.text("email"), values.text("name"), role), move |made| {
            people.again();
            link.set(Some(made));
        });
    };
    view! {
        <div class="dialog__body">
            <p>{words.add_text}</p>
            <WorkForm doing=adding fields=&["name", "email"] id="add-person-form" on_send=add>
                <TextField
                    id="person-name"
                    name="name"
                    label=words.name
                    dir="auto"
                    autocomplete="off"
                    error=adding.field("name")
                    required=true
                    autofocus=true
                />
                <TextField
                    id="person-email"
                    name="email"
                    label=words.email
                    help=words.email_help
                    kind="email"
                    dir="ltr"
                    autocomplete="off"
                    error=adding.field("email")
                    required=true
                />
                <RoleField id="person-role" role=Role::Agent />
            </WorkForm>
        </div>
        <footer class="dialog__foot">
            <SendButton doing=adding label=words.add form="add-person-form" />
            <CloseButton />
        </footer>
    }
}

/// The roles, and what each may do.
#[component]
pub fn RoleField(id: &'static str, role: Role, #[prop(optional)] autofocus: bool) -> impl IntoView {
    let words = &use_texts().settings.people;
    let options = Role::ALL.iter().map(|role| (role.as_str(), words.role(*role))).collect();
    let help: Vec<String> =
        Role::ALL.iter().map(|role| format!("{}: {}", words.role(*role), words.role_text(*role))).collect();
    view! { <SelectField id name="role" label=words.role options value=role.as_str() help=help.join(" ") autofocus /> }
}
