//! Who sees a number's conversations.

use leptos::prelude::*;

use super::one::Number;
use crate::api::channels::{ChannelsPage, set_channel_members};
use crate::api::people::{Person, list_people};
use crate::domain::agent::Role;
use crate::domain::ids::AgentId;
use crate::error::AppError;
use crate::ui::forms::doing::Doing;
use crate::ui::forms::fetched::{Fetched, WhenFetched};
use crate::ui::forms::form::FormValues;
use crate::ui::i18n::use_texts;
use crate::ui::settings::FormBlock;
use crate::ui::settings::toast::use_toaster;

#[component]
pub fn WhoBlock(page: Fetched<ChannelsPage>, number: Number) -> impl IntoView {
    let texts = &use_texts().settings;
    let words = &texts.numbers;
    let toaster = use_toaster();
    let saving = Doing::idle();
    let people = Fetched::new(list_people);
    let Some(stored) = number.get_untracked() else { return ().into_any() };
    let id = stored.channel.id;
    let members = StoredValue::new(stored.members.clone().unwrap_or_default());
    let chosen_only = RwSignal::new(stored.members.is_some());
    let save = move |values: FormValues| {
        // Before the names are here, no ticks would mean nobody.
        if values.text("who") == "chosen" && people.get_untracked().is_none() {
            saving.refuse(AppError::Unavailable);
            return;
        }
        let members = (values.text("who") == "chosen")
            .then(|| values.all("member").into_iter().map(AgentId::from_text).collect::<Vec<_>>());
        saving.run(set_channel_members(id.clone(), members), move |()| {
            page.again();
            toaster.say(texts.forms.saved);
        });
    };
    view! {
        <FormBlock id="number-who" title=words.who text=words.who_text doing=saving fields=&[] on_send=save>
            <fieldset class="check-group">
                <legend class="form__legend">{words.who_legend}</legend>
                <label class="check">
                    <input
                        type="radio"
                        name="who"
                        value="everyone"
                        checked=!chosen_only.get_untracked()
                        on:change=move |_| chosen_only.set(false)
                    />
                    {words.who_everyone}
                </label>
                <label class="check">
                    <input
                        type="radio"
                        name="who"
                        value="chosen"
                        checked=chosen_only.get_untracked()
                        on:change=move |_| chosen_only.set(true)
                    />
                    {words.who_chosen}
                </label>
            </fieldset>
            <div hidden=move || !chosen_only.get()>
                <WhenFetched fetched=people>
                    <MemberChoice people=people.get_untracked().unwrap_or_default() members />
                </WhenFetched>
            </div>
        </FormBlock>
    }
    .into_any()
}

/// Everyone who does not see all numbers anyway. A disabled member stays in the list, or saving would forget them.
#[component]
fn MemberChoice(people: Vec<Person>, members: StoredValue<Vec<AgentId>>) -> impl IntoView {
    let texts = &use_texts().settings;
    let member = move |person: &Person| members.with_value(|members| members.contains(&person.agent.id));
    let people: Vec<Person> = people
        .into_iter()
        .filter(|person| person.agent.role != Role::Admin && (!person.agent.disabled || member(person)))
        .collect();
    if people.is_empty() {
        return view! { <p class="field__help">{texts.numbers.who_none}</p> }.into_any();
    }
    let choice = move |person: Person| {
        let ticked = member(&person);
        view! {
            <label class="check">
                <input type="checkbox" name="member" value=person.agent.id.to_string() checked=ticked />
                <span>
                    <bdi>{person.agent.name}</bdi>
                    " · "
                    {texts.people.role(person.agent.role)}
                </span>
            </label>
        }
    };
    view! {
        <fieldset class="check-group">
            <legend class="sr-only">{texts.numbers.who_chosen}</legend>
            {people.into_iter().map(choice).collect_view()}
        </fieldset>
    }
    .into_any()
}
