//! The list, page by page.

use leptos::prelude::*;

use crate::api::quarantine::{SetAside, SetAsidePage, list_set_aside};
use crate::ui::forms::doing::Doing;
use crate::ui::forms::fetched::Fetched;
use crate::ui::forms::form::{DoButton, WorkError};
use crate::ui::forms::moment::Moment;
use crate::ui::i18n::use_texts;
use crate::ui::parts::icon::{self, Icon};

#[component]
pub fn Listed(first: Fetched<SetAsidePage>, open: RwSignal<Option<String>>) -> impl IntoView {
    let words = &use_texts().settings.quarantine;
    // Further pages hang below the first; a fresh first page begins anew.
    let further = RwSignal::new(Vec::<SetAside>::new());
    let next = RwSignal::new(None::<String>);
    Effect::new(move |_| {
        further.set(Vec::new());
        next.set(first.with(|page| page.next.clone()).flatten());
    });
    let items = move || {
        let mut items = first.with(|page| page.items.clone()).unwrap_or_default();
        items.extend(further.get());
        items
    };
    let nothing = Memo::new(move |_| first.with(|page| page.items.is_empty()).unwrap_or_default());
    let loading = Doing::idle();
    let more = move |()| {
        let Some(before) = next.get_untracked() else { return };
        loading.run(list_set_aside(Some(before)), move |page| {
            further.update(|held| held.extend(page.items));
            next.set(page.next);
        });
    };
    view! {
        <section class="block block--flush">
            <Show when=move || !nothing.get() fallback=Nothing>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{words.reason}</th>
                            <th scope="col">{words.when}</th>
                            <th scope="col">
                                <span class="sr-only">{words.actions}</span>
                            </th>
                        </tr>
                    </thead>
                    <tbody>
                        <For each=items key=|item| (item.id.clone(), item.reason.clone()) let:item>
                            <Row item open />
                        </For>
                    </tbody>
                </table>
                <WorkError doing=loading />
                <Show when=move || next.with(Option::is_some)>
                    <div class="block__body">
                        <DoButton doing=loading label=words.more on_press=more />
                    </div>
                </Show>
            </Show>
        </section>
    }
}

#[component]
fn Row(item: SetAside, open: RwSignal<Option<String>>) -> impl IntoView {
    let words = &use_texts().settings.quarantine;
    let place = if item.place.is_empty() { words.whole_request.to_owned() } else { item.place };
    let id = item.id;
    view! {
        <tr>
            <th scope="row">
                <span class="person__text">
                    // Reasons are the program's own, in English: they are searched for and reported.
                    <bdi dir="ltr" lang="en">
                        {item.reason}
                    </bdi>
                    <bdi class="person__sub">{place}</bdi>
                </span>
            </th>
            <td data-label=words.when>
                <Moment at_ms=item.created_at_ms />
            </td>
            <td class="table__acts">
                <button
                    class="icon-btn"
                    type="button"
                    aria-haspopup="dialog"
                    aria-label=words.open
                    on:click=move |_| open.set(Some(id.clone()))
                >
                    <Icon of=icon::EYE />
                </button>
            </td>
        </tr>
    }
}

#[component]
fn Nothing() -> impl IntoView {
    let words = &use_texts().settings.quarantine;
    view! {
        <div class="empty">
            <span class="empty__icon" data-level="done">
                <Icon of=icon::CIRCLE_CHECK px=24 />
            </span>
            <h3 class="empty__title">{words.empty_title}</h3>
            <p class="empty__text">{words.empty}</p>
        </div>
    }
}
