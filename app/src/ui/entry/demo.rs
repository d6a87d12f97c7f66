//! The demo's people: each at home on a host of their own, where one click signs them in.

use leptos::prelude::*;

use crate::boot::DemoPerson;
use crate::ui::i18n::use_texts;
use crate::ui::parts::face::hue;
use crate::ui::parts::icon::{self, Icon};

#[component]
pub fn DemoPeople(people: Vec<DemoPerson>, next: String) -> impl IntoView {
    let texts = &use_texts().entry;
    let people = people.into_iter().map(|person| {
        let face = hue(person.id.as_str());
        let who = view! { <Who name=person.name.clone() role=person.role face /> };
        if person.here {
            view! {
                <li>
                    <form method="post" action="/demo/enter">
                        <input type="hidden" name="email" value=person.email />
                        <input type="hidden" name="next" value=next.clone() />
                        <button class="signin__person" type="submit">
                            {who}
                            <span class="signin__go">{texts.demo_here} <Icon of=icon::ARROW_RIGHT px=16 /></span>
                        </button>
                    </form>
                </li>
            }
            .into_any()
        } else {
            view! {
                <li>
                    <a class="signin__person" href=person.url rel="external">
                        {who}
                        <span class="signin__go">{texts.demo_there} <Icon of=icon::ARROW_RIGHT px=16 /></span>
                    </a>
                </li>
            }
            .into_any()
        }
    });
    view! {
        <section class="signin__demo" aria-labelledby="demo-title">
            <div>
                <h1 class="signin__title" id="demo-title">
                    {texts.demo_title}
                </h1>
                <p class="signin__lead">{texts.demo_text}</p>
            </div>
            <ul class="signin__people">{people.collect_view()}</ul>
        </section>
    }
}

#[component]
fn Who(name: String, role: crate::domain::agent::Role, face: String) -> impl IntoView {
    let texts = use_texts();
    let initial = crate::domain::text::initials(&name);
    view! {
        <span class="person">
            <span class="face face--36" data-face=face aria-hidden="true">
                {initial}
            </span>
            <span class="person__text">
                <bdi class="person__name truncate">{name}</bdi>
                <span class="person__sub">{texts.settings.people.role(role)}</span>
            </span>
        </span>
    }
}
