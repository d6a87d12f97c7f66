//! The templates there are, searched while one types.

use leptos::ev;
use leptos::prelude::*;

use super::Picking;
use crate::domain::template::Template;
use crate::ui::forms::fetched::{Fetched, WhenFetched};
use crate::ui::i18n::template::language_name;
use crate::ui::i18n::use_texts;
use crate::ui::parts::empty::Empty;
use crate::ui::parts::icon;
use crate::ui::parts::{browser, roving};

#[component]
pub fn Choose(picking: Picking, templates: Fetched<Vec<Template>>) -> impl IntoView {
    let words = &use_texts().template;
    let wanted = RwSignal::new(String::new());
    let found = Memo::new(move |_| {
        let wanted = wanted.get().to_lowercase();
        let all = templates.get().unwrap_or_default();
        all.into_iter().filter(|template| holds(template, &wanted)).collect::<Vec<_>>()
    });
    let none = Memo::new(move |_| templates.with(Vec::is_empty).unwrap_or_default());
    let walk = move |event: ev::KeyboardEvent| {
        roving::on_key(&event, ".tpl__item");
    };
    let into_list = move |event: ev::KeyboardEvent| {
        if event.key() == "ArrowDown" && browser::focus(".tpl__item") {
            event.prevent_default();
        } else if event.key() == "Enter"
            && let [only] = &found.get_untracked()[..]
        {
            event.prevent_default();
            picking.chosen.set(Some(only.clone()));
        }
    };
    // The keyboard begins in the search, as soon as there is something to look for.
    Effect::new(move |_| {
        if !none.get() && templates.with(|_| ()).is_some() {
            request_animation_frame(|| {
                let _ = browser::focus("#template-search");
            });
        }
    });
    let list = move || {
        view! {
            <Show
                when=move || !none.get()
                fallback=move || view! { <Empty sign=icon::LAYOUT_TEMPLATE title=words.none text=words.none_text /> }
            >
                <input
                    class="input"
                    type="search"
                    id="template-search"
                    dir="auto"
                    autocomplete="off"
                    aria-label=words.search
                    placeholder=words.search
                    prop:value=wanted
                    on:input=move |event| wanted.set(event_target_value(&event))
                    on:keydown=into_list
                />
                <ul class="tpl__list" on:keydown=walk>
                    <For
                        each=move || found.get()
                        key=|template| (template.name.clone(), template.language.clone())
                        let(template)
                    >
                        <Item picking template />
                    </For>
                </ul>
                <p class="tpl__none" role="status">
                    {move || found.with(Vec::is_empty).then_some(words.none_found)}
                </p>
            </Show>
        }
    };
    view! {
        <div class="dialog__body tpl">
            <WhenFetched fetched=templates>{list()}</WhenFetched>
        </div>
    }
}

#[component]
fn Item(picking: Picking, template: Template) -> impl IntoView {
    let words = &use_texts().template;
    let category = (words.category)(template.category);
    let language = language_name(&template.language).unwrap_or_default();
    let (name, code, body) = (template.name.clone(), template.language.clone(), template.parts.body.clone());
    view! {
        <li>
            <button class="tpl__item" type="button" on:click=move |_| picking.chosen.set(Some(template.clone()))>
                <span class="tpl__head">
                    <bdi class="tpl__name" dir="ltr">
                        {name}
                    </bdi>
                    <span class="label">{category}</span>
                    <span class="label label--plain">
                        <bdi>{language}</bdi>
                        <bdi dir="ltr">{code}</bdi>
                    </span>
                </span>
                <span class="tpl__body" dir="auto">
                    {body}
                </span>
            </button>
        </li>
    }
}

/// Do all the wanted words stand somewhere in it?
fn holds(template: &Template, wanted: &str) -> bool {
    let parts = &template.parts;
    let mut all = format!("{} {} {}", template.name, template.language, parts.body);
    for more in parts.footer.iter().chain(parts.buttons.iter().map(|button| &button.label)) {
        all.push(' ');
        all.push_str(more);
    }
    all.push_str(language_name(&template.language).unwrap_or_default());
    let all = all.to_lowercase();
    // Names are written with underscores, and looked for with spaces.
    wanted.split_whitespace().all(|word| all.contains(word))
}
