//! People: who comes in, and what each may do.

mod add;
mod link;
mod person;

use leptos::prelude::*;

use self::add::AddDialog;
use self::person::PersonDialog;
use super::SectionHead;
use crate::api::people::{Person, list_people};
use crate::domain::agent::Role;
use crate::domain::ids::AgentId;
use crate::domain::text::initials;
use crate::ui::forms::fetched::{Fetched, WhenFetched};
use crate::ui::i18n::use_texts;
use crate::ui::parts::face::hue;
use crate::ui::parts::icon::{self, Icon};

/// Which dialog stands open.
#[derive(Clone, PartialEq, Eq)]
enum Open {
    Add,
    Person(AgentId),
}

#[component]
pub fn PeopleSection(me: AgentId) -> impl IntoView {
    let texts = &use_texts().settings;
    let people = Fetched::new(list_people);
    let open = RwSignal::new(None::<Open>);
    let shut = Callback::new(move |()| open.set(None));
    view! {
        <SectionHead title=texts.people_tab lead=texts.people.lead>
            <button class="btn btn--primary push" type="button" aria-haspopup="dialog" on:click=move |_| open.set(Some(Open::Add))>
                <Icon of=icon::PLUS px=16 />
                {texts.people.add}
            </button>
        </SectionHead>
        <WhenFetched fetched=people>
            <PeopleTable people open />
        </WhenFetched>
        {move || match open.get()? {
            Open::Add => Some(view! { <AddDialog people on_close=shut /> }.into_any()),
            Open::Person(id) => {
                let person = people.get_untracked()?.into_iter().find(|person| person.agent.id == id)?;
                let own = person.agent.id == me;
                Some(view! { <PersonDialog people person own on_close=shut /> }.into_any())
            }
        }}
    }
}

#[component]
fn PeopleTable(people: Fetched<Vec<Person>>, open: RwSignal<Option<Open>>) -> impl IntoView {
    let texts = &use_texts().settings.people;
    let ids = move || {
        people
            .with(|people| people.iter().map(|person| person.agent.id.clone()).collect::<Vec<_>>())
            .unwrap_or_default()
    };
    let nobody = Memo::new(move |_| people.with(Vec::is_empty).unwrap_or_default());
    view! {
        <section class="block block--flush">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">{texts.name}</th>
                        <th scope="col">{texts.role}</th>
                        <th scope="col">{texts.state}</th>
                        <th scope="col">
                            <span class="sr-only">{texts.actions}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>
                    // A row stays the same element while it changes, so that the focus finds back to its button.
                    <For each=ids key=Clone::clone let:id>
                        <PersonRow people id open />
                    </For>
                </tbody>
            </table>
            {move || {
                nobody
                    .get()
                    .then(|| {
                        view! {
                            <div class="empty">
                                <h3 class="empty__title">{texts.empty_title}</h3>
                                <p class="empty__text">{texts.empty}</p>
                            </div>
                        }
                    })
            }}
        </section>
    }
}

#[component]
fn PersonRow(people: Fetched<Vec<Person>>, id: AgentId, open: RwSignal<Option<Open>>) -> impl IntoView {
    let texts = &use_texts().settings.people;
    let face = hue(id.as_str());
    let opens = id.clone();
    let person =
        Memo::new(move |_| people.with(|people| people.iter().find(|person| person.agent.id == id).cloned()).flatten());
    let of = move |read: fn(&Person) -> String| person.with(|person| person.as_ref().map(read).unwrap_or_default());
    let name = move || of(|person| person.agent.name.clone());
    view! {
        <tr data-off=move || person.with(|person| person.as_ref().is_some_and(|person| person.agent.disabled)).then_some("")>
            <th scope="row">
                <span class="person">
                    <span class="face face--28" data-face=face aria-hidden="true">
                        {move || initials(&name())}
                    </span>
                    <span class="person__text">
                        <bdi class="person__name truncate">{name}</bdi>
                        <bdi class="person__sub truncate" dir="ltr">
                            {move || of(|person| person.email.clone())}
                        </bdi>
                    </span>
                </span>
            </th>
            <td data-label=texts.role>
                {move || person.with(|person| person.as_ref().map(|person| person.agent.role)).map(|role| view! { <RoleMark role /> })}
            </td>
            <td data-label=texts.state>{move || person.get().map(|person| view! { <State person /> })}</td>
            <td class="table__acts">
                <button
                    class="icon-btn"
                    type="button"
                    aria-haspopup="dialog"
                    aria-label=move || texts.manage(&name())
                    on:click=move |_| open.set(Some(Open::Person(opens.clone())))
                >
                    <Icon of=icon::PENCIL />
                </button>
            </td>
        </tr>
    }
}

#[component]
fn RoleMark(role: Role) -> impl IntoView {
    let texts = &use_texts().settings.people;
    let sign = match role {
        Role::Agent => icon::USER_ROUND,
        Role::Supervisor => icon::GAUGE,
        Role::Admin => icon::SHIELD_CHECK,
    };
    view! {
        <span class="role" data-role=role.as_str()>
            <Icon of=sign px=12 />
            {texts.role(role)}
        </span>
    }
}

#[component]
fn State(person: Person) -> impl IntoView {
    let texts = &use_texts().settings.people;
    let (level, sign, words) = if person.agent.disabled {
        (None, icon::BAN, texts.disabled)
    } else if person.invited {
        (Some("soon"), icon::CLOCK, texts.invited)
    } else {
        (Some("done"), icon::CHECK, texts.active)
    };
    view! {
        <span class="status" data-level=level>
            <Icon of=sign px=12 />
            {words}
        </span>
    }
}
