//! Templates of each account, as they stand at Meta.

use leptos::prelude::*;

use super::SectionHead;
use super::toast::use_toaster;
use crate::api::templates::{Account, list_templates, sync_templates};
use crate::domain::ids::WabaId;
use crate::domain::template::{Quality, Status, Template};
use crate::ui::forms::doing::Doing;
use crate::ui::forms::fetched::{Fetched, WhenFetched};
use crate::ui::forms::form::{DoButton, WorkError};
use crate::ui::forms::moment::Moment;
use crate::ui::i18n::template::language_name;
use crate::ui::i18n::use_texts;
use crate::ui::parts::empty::Empty;
use crate::ui::parts::icon::{self, Icon};

#[component]
pub fn TemplatesSection() -> impl IntoView {
    let words = &use_texts().template;
    let accounts = Fetched::new(list_templates);
    let ids = Memo::new(move |_| {
        accounts.with(|all| all.iter().map(|account| account.waba_id.clone()).collect::<Vec<_>>()).unwrap_or_default()
    });
    view! {
        <SectionHead title=words.tab lead=words.lead />
        <WhenFetched fetched=accounts>
            <Show
                when=move || !ids.with(Vec::is_empty)
                fallback=move || {
                    view! {
                        <section class="block">
                            <Empty sign=icon::SMARTPHONE title=words.no_numbers text=words.no_numbers_text />
                        </section>
                    }
                }
            >
                <For each=move || ids.get() key=|id| id.clone() let(id)>
                    <OneAccount accounts id />
                </For>
            </Show>
        </WhenFetched>
    }
}

#[component]
fn OneAccount(accounts: Fetched<Vec<Account>>, id: WabaId) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.template;
    let doing = Doing::idle();
    let toaster = use_toaster();
    let wanted = id.clone();
    let account =
        Memo::new(move |_| accounts.with(|all| all.iter().find(|it| it.waba_id == wanted).cloned()).flatten());
    // Each name for itself: a Latin one does not turn those in Arabic around.
    let names = move || {
        let numbers = account.get().map(|account| account.numbers).unwrap_or_default();
        numbers.iter().map(|name| format!("\u{2068}{name}\u{2069}")).collect::<Vec<_>>().join(" · ")
    };
    let asked = StoredValue::new(id.clone());
    let sync = move |()| {
        doing.run(
            async move {
                sync_templates(asked.get_value()).await?;
                list_templates().await
            },
            move |all| {
                let failed = all.iter().any(|account| account.waba_id == asked.get_value() && account.failed.is_some());
                if !failed {
                    toaster.say(words.synced);
                }
                accounts.again();
            },
        );
    };
    let failure = move || {
        let (at_ms, code) = account.get()?.failed?;
        let why = match code {
            0 => words.unreachable.to_owned(),
            code => texts.errors.graph_code(code).map_or_else(|| (words.other_code)(code), str::to_owned),
        };
        Some(view! {
            <div class="form__error" role="alert">
                <Icon of=icon::CIRCLE_ALERT px=16 />
                <p>
                    <b>{words.sync_failed}</b>
                    " "
                    {why}
                    " "
                    <Moment at_ms />
                </p>
            </div>
        })
    };
    let templates = Memo::new(move |_| account.get().map(|account| account.templates).unwrap_or_default());
    view! {
        <section class="block block--flush" aria-label=names>
            <header class="block__head">
                <div>
                    <h3 class="block__title">{names}</h3>
                    <p class="block__text">
                        {move || match account.get().and_then(|account| account.synced_at_ms) {
                            Some(at_ms) => view! { {words.last_sync} " " <Moment at_ms /> }.into_any(),
                            None => words.never_synced.into_any(),
                        }}
                    </p>
                </div>
                <div class="push">
                    <DoButton doing label=words.sync on_press=sync />
                </div>
            </header>
            {move || failure().map(|failure| view! { <div class="block__body">{failure}</div> })}
            <WorkError doing />
            <Show
                when=move || !templates.with(Vec::is_empty)
                fallback=move || view! { <Empty sign=icon::LAYOUT_TEMPLATE title=words.empty text=words.empty_text /> }
            >
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{words.column_name}</th>
                            <th scope="col">{words.column_category}</th>
                            <th scope="col">{words.column_status}</th>
                            <th scope="col">{words.column_quality}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {move || templates.get().into_iter().map(|template| view! { <Row template /> }).collect_view()}
                    </tbody>
                </table>
            </Show>
        </section>
    }
}

#[component]
fn Row(template: Template) -> impl IntoView {
    let words = &use_texts().template;
    let (level, sign) = match template.status {
        Status::Approved => ("done", icon::CHECK),
        Status::Pending | Status::InAppeal => ("", icon::CLOCK),
        Status::Paused | Status::Locked | Status::LimitExceeded => ("soon", icon::CIRCLE_PAUSE),
        Status::Rejected | Status::Disabled => ("late", icon::CIRCLE_X),
        Status::PendingDeletion | Status::Deleted | Status::Archived | Status::Other => ("", icon::BAN),
    };
    let quality = match template.quality {
        Quality::Green => "done",
        Quality::Yellow => "soon",
        Quality::Red => "late",
        Quality::Unknown => "",
    };
    let next = template.next_category.map(|next| (words.next_category)((words.category)(next)));
    let language = language_name(&template.language).unwrap_or_default();
    view! {
        <tr>
            <th scope="row">
                <span class="person__text">
                    <bdi class="person__name" dir="ltr">
                        {template.name}
                    </bdi>
                    <span class="person__sub">
                        <bdi>{language}</bdi>
                        " "
                        <bdi dir="ltr">{template.language}</bdi>
                    </span>
                </span>
            </th>
            <td data-label=words.column_category>
                <span class="person__text">
                    {(words.category)(template.category)}
                    {next.map(|next| view! { <span class="person__sub">{next}</span> })}
                </span>
            </td>
            <td data-label=words.column_status>
                <span class="person__text">
                    <span class="status" data-level=level>
                        <Icon of=sign px=12 />
                        {(words.status)(template.status)}
                    </span>
                    {template
                        .reason
                        .map(|reason| {
                            view! {
                                <bdi class="person__sub" dir="ltr">
                                    {reason}
                                </bdi>
                            }
                        })}
                    {template.parts.beyond.map(|_| view! { <span class="person__sub">{words.beyond}</span> })}
                </span>
            </td>
            <td data-label=words.column_quality>
                <span class="status" data-level=quality>
                    {(words.quality)(template.quality)}
                </span>
            </td>
        </tr>
    }
}
