//! Filling a template in, with the message beside it as the customer will read it.

use std::collections::BTreeMap;

use leptos::prelude::*;

use super::header::{HeaderFile, HeaderState, Place};
use super::look::Look;
use super::{Picking, To};
use crate::api::templates::{TemplateToSend, send_template, start_conversation};
use crate::domain::content::Location;
use crate::domain::template::{Does, Filled, Header, Stands, Template, Variable, check, suggested, variables};
use crate::error::{AppError, FieldProblem};
use crate::ui::forms::dialog::use_close_dialog;
use crate::ui::forms::doing::Doing;
use crate::ui::forms::form::Dots;
use crate::ui::i18n::use_texts;
use crate::ui::parts::browser;
use crate::ui::parts::icon::{self, Icon};

/// What is being filled in. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Filling {
    pub template: StoredValue<Template>,
    pub values: RwSignal<BTreeMap<String, String>>,
    pub place: RwSignal<Option<Location>>,
    pub header: HeaderState,
    pub doing: Doing,
    /// What was sent under which name: the same again keeps its name, so that it goes once.
    named: StoredValue<Option<(TemplateToSend, String)>>,
}

impl Filling {
    pub fn filled(self) -> Filled {
        Filled { values: self.values.get(), location: self.place.get() }
    }

    /// What is wrong with one place.
    pub fn problem(self, key: &str) -> Option<FieldProblem> {
        match self.doing.error() {
            Some(AppError::InvalidField { field, problem }) if field.strip_prefix("template.") == Some(key) => {
                Some(problem)
            }
            _ => None,
        }
    }

    /// As it would be sent now, under its name.
    fn wish(self, filled: Filled) -> TemplateToSend {
        let template = self.template.get_value();
        let mut wish = TemplateToSend {
            name: template.name,
            language: template.language,
            filled,
            header: self.header.given(),
            client_msg_id: String::new(),
        };
        let held = self.named.get_value().filter(|(said, _)| *said == wish).map(|(_, name)| name);
        let name = held.unwrap_or_else(browser::random_id);
        self.named.set_value(Some((wish.clone(), name.clone())));
        wish.client_msg_id = name;
        wish
    }
}

#[component]
pub fn Fill(picking: Picking, template: Template) -> impl IntoView {
    let texts = use_texts();
    let words = &texts.template;
    let close = use_close_dialog();
    let all = variables(&template);
    let name = picking.name.get_value();
    let first: BTreeMap<String, String> = all
        .iter()
        .filter_map(|variable| Some((variable.key.clone(), suggested(&template, variable, &name)?)))
        .collect();
    let filling = Filling {
        values: RwSignal::new(first),
        place: RwSignal::new(matches!(template.parts.header, Some(Header::Location)).then(nowhere)),
        header: HeaderState::new(template.header_file()),
        doing: Doing::idle(),
        named: StoredValue::new(None),
        template: StoredValue::new(template.clone()),
    };
    let (cost, category) = ((words.cost)(template.category), (words.category)(template.category));
    let keys: Vec<String> = all.iter().map(|variable| variable.key.clone()).collect();
    let empty = Memo::new(move |_| {
        let filled = filling.filled();
        let missing = keys.iter().filter(|key| filled.value(key).is_none()).count();
        let nowhere = filled.location.iter().flat_map(|place| [&place.latitude, &place.longitude]);
        let nowhere = nowhere.filter(|degrees| degrees.is_empty()).count();
        (missing + nowhere + usize::from(filling.header.is_missing())) as i64
    });
    let send = move || {
        let (busy, missing) = untrack(|| (filling.header.is_busy(), filling.header.is_missing()));
        if busy {
            return;
        }
        let filled = Filled { values: filling.values.get_untracked(), location: filling.place.get_untracked() };
        let template = filling.template.get_value();
        let wrong = check(&template, &filled).map_err(|(place, wrong)| (place, wrong.into()));
        let wrong = if missing { Err(("header".to_owned(), FieldProblem::Missing)) } else { wrong };
        if let Err((place, problem)) = wrong {
            filling.doing.refuse(AppError::invalid(&format!("template.{place}"), problem));
            request_animation_frame(|| {
                let _ = browser::focus(".tpl [aria-invalid=true]");
            });
            return;
        }
        let wish = filling.wish(filled);
        let inbox = picking.inbox;
        let work = async move {
            match picking.to.get_value() {
                To::Conversation(id) => send_template(id, wish, inbox.seen_seq()).await,
                To::Newcomer { addressed, name } => {
                    start_conversation(picking.channel_id.get_value(), addressed.phone, name, wish).await
                }
            }
        };
        filling.doing.run(work, move |message| {
            picking.sent.run(message);
            close.close();
        });
    };
    // The button that was pressed is gone: the keyboard goes on where there is something to do.
    Effect::new(move |_| {
        request_animation_frame(|| {
            let _ = browser::focus(".tpl__fields .input")
                || browser::focus(".tpl__fields .btn")
                || browser::focus(".tpl .btn--primary");
        });
    });
    let fields = all.into_iter().map(|variable| view! { <Field filling variable /> }).collect_view();
    view! {
        <form
            class="tpl"
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            <div class="dialog__body tpl__fill">
                <div class="form tpl__fields">
                    <Refused filling />
                    <HeaderFile filling channel_id=picking.channel_id.get_value() />
                    <Place filling />
                    {fields}
                    <p class="tpl__empty" role="status">{move || (words.still_empty)(empty.get())}</p>
                </div>
                <section class="tpl__side" aria-label=words.preview>
                    <p class="tpl__caption">{words.preview}</p>
                    <Look filling />
                    <p class="tpl__cost">
                        <span class="label">{category}</span>
                        <span>{cost}</span>
                    </p>
                </section>
            </div>
            <footer class="dialog__foot">
                <button
                    class="btn btn--primary"
                    type="submit"
                    aria-busy=move || filling.doing.pending().then_some("true")
                    aria-disabled=move || filling.doing.pending().then_some("true")
                >
                    <Dots when=Signal::derive(move || filling.doing.pending()) />
                    <Icon of=icon::SEND_HORIZONTAL px=16 />
                    {words.send}
                </button>
                <button class="btn btn--quiet" type="button" on:click=move |_| picking.chosen.set(None)>
                    {words.another}
                </button>
            </footer>
        </form>
    }
}

fn nowhere() -> Location {
    Location { latitude: String::new(), longitude: String::new(), name: None, address: None }
}

/// What is wrong with none of the places.
#[component]
fn Refused(filling: Filling) -> impl IntoView {
    let texts = use_texts();
    move || {
        let error = filling.doing.error()?;
        let of_a_place = match &error {
            AppError::InvalidField { field, .. } => ["template.header", "template.body.", "template.buttons."]
                .into_iter()
                .any(|place| field.starts_with(place)),
            _ => false,
        };
        (!of_a_place).then(|| {
            view! {
                <div class="form__error" role="alert">
                    <Icon of=icon::CIRCLE_ALERT px=16 />
                    <p>{texts.errors.sentence(&error)}</p>
                </div>
            }
        })
    }
}

#[component]
fn Field(filling: Filling, variable: Variable) -> impl IntoView {
    let words = &use_texts().template;
    let Variable { key, stands, example } = variable;
    let button = |index: usize| {
        filling.template.with_value(|template| template.parts.buttons.get(index).map(|button| button.label.clone()))
    };
    let label = match &stands {
        Stands::Header { .. } => words.header.to_owned(),
        Stands::Body { name } => (words.body)(&format!("\u{2068}{name}\u{2069}")),
        Stands::Url { index } => (words.url_end)(&button(*index).unwrap_or_default()),
        Stands::Code { index } => (words.code)(&button(*index).unwrap_or_default()),
    };
    // What stands before it in the address, so that one sees what the end is the end of.
    let before = match &stands {
        Stands::Url { index } => filling.template.with_value(|template| match &template.parts.buttons[*index].does {
            Does::Open { url } => url.split("{{").next().map(str::to_owned),
            _ => None,
        }),
        _ => None,
    };
    let dir = if matches!(stands, Stands::Url { .. } | Stands::Code { .. }) { "ltr" } else { "auto" };
    let id = format!("tpl-{}", key.replace('.', "-"));
    let (error_id, help_id) = (format!("{id}-error"), format!("{id}-help"));
    let (of_value, of_input, of_error) = (key.clone(), key.clone(), key);
    let problem = Memo::new(move |_| filling.problem(&of_error));
    let example = example.map(|example| (words.example)(&format!("\u{2068}{example}\u{2069}")));
    let (described, plain) = (format!("{error_id} {help_id}"), help_id.clone());
    let described = move || if problem.get().is_some() { described.clone() } else { plain.clone() };
    view! {
        <div class="field">
            <label class="field__label" for=id.clone()>
                {label}
            </label>
            <input
                class="input"
                id=id
                type="text"
                dir=dir
                autocomplete="off"
                aria-invalid=move || problem.get().is_some().then_some("true")
                aria-describedby=described
                prop:value=move || filling.values.with(|values| values.get(&of_value).cloned()).unwrap_or_default()
                on:input=move |event| {
                    let value = event_target_value(&event);
                    filling.values.update(|values| {
                        values.insert(of_input.clone(), value);
                    });
                    if problem.get_untracked().is_some() {
                        filling.doing.forget();
                    }
                }
            />
            {move || {
                problem
                    .get()
                    .map(|problem| {
                        view! {
                            <span class="field__error" id=error_id.clone() role="alert">
                                <Icon of=icon::CIRCLE_ALERT px=14 />
                                {(words.problem)(problem)}
                            </span>
                        }
                    })
            }}
            <span class="field__help" id=help_id>
                {before.map(|before| view! { <bdi dir="ltr">{before}"…"</bdi> " " })}
                {example}
            </span>
        </div>
    }
}
