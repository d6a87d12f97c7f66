//! Connecting a number, step by step: which one, its keys, a check with Meta, and what remains to be done there.

use leptos::html;
use leptos::prelude::*;

use super::draft::{KEY_FIELDS, NUMBER_FIELDS};
use super::finish::{CheckStep, MetaStep};
use super::keys::KeysStep;
use super::number::NumberStep;
use crate::api::channels::{ChannelInput, Check, add_channel, check_channel};
use crate::error::AppError;
use crate::ui::forms::doing::Doing;
use crate::ui::i18n::use_texts;
use crate::ui::parts::icon::{self, Icon};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Number,
    Keys,
    Check,
    Meta,
}

impl Step {
    const ALL: [Step; 4] = [Step::Number, Step::Keys, Step::Check, Step::Meta];

    fn place(self) -> usize {
        Self::ALL.iter().position(|step| *step == self).unwrap_or_default() + 1
    }
}

/// What the steps share.
#[derive(Clone, Copy)]
pub struct Wizard {
    pub step: RwSignal<Step>,
    /// What was typed so far; the fields themselves keep it too.
    pub input: RwSignal<ChannelInput>,
    pub checks: RwSignal<Option<Vec<Check>>>,
    pub checking: Doing,
    pub saving: Doing,
    on_saved: Option<Callback<()>>,
}

impl Wizard {
    fn new(on_saved: Option<Callback<()>>) -> Self {
        Self {
            step: RwSignal::new(Step::Number),
            input: RwSignal::new(ChannelInput::default()),
            checks: RwSignal::new(None),
            checking: Doing::idle(),
            saving: Doing::idle(),
            on_saved,
        }
    }

    /// Asks Meta with what was typed.
    pub fn check(self) {
        self.checking.run(check_channel(self.input.get_untracked()), move |found| self.checks.set(Some(found)));
    }

    pub fn save(self) {
        self.saving.run(add_channel(self.input.get_untracked()), move |_| {
            // What was found before saving is no news any more.
            self.checks.set(None);
            self.step.set(Step::Meta);
            if let Some(on_saved) = self.on_saved {
                on_saved.run(());
            }
        });
    }

    /// Goes to a step; what the server said of a field before is not true of what is typed next.
    pub fn go(self, step: Step) {
        self.saving.forget();
        self.step.set(step);
    }
}

/// All steps stay in the page and one is shown, so that going back loses nothing. Without `on_back` the way out is
/// the link `back`.
#[component]
pub fn ConnectNumber(
    callback_url: String,
    back_words: &'static str,
    #[prop(optional)] back: Option<&'static str>,
    #[prop(optional, into)] on_back: Option<Callback<()>>,
    #[prop(optional, into)] on_saved: Option<Callback<()>>,
) -> impl IntoView {
    let words = &use_texts().settings.connect;
    let wizard = Wizard::new(on_saved);
    let heading = NodeRef::<html::H2>::new();
    // A field the server refused is in an earlier step.
    Effect::new(move |_| {
        if let Some(AppError::InvalidField { field, .. }) = wizard.saving.error() {
            if NUMBER_FIELDS.contains(&field.as_str()) {
                wizard.step.set(Step::Number);
            } else if KEY_FIELDS.contains(&field.as_str()) {
                wizard.step.set(Step::Keys);
            }
        }
    });
    // The new step's title is where reading goes on, unless a wrong field takes the focus.
    Effect::new(move |before: Option<Step>| {
        let step = wizard.step.get();
        if before.is_some_and(|before| before != step) {
            request_animation_frame(move || {
                if wizard.saving.error_untracked().is_none()
                    && let Some(heading) = heading.try_get_untracked().flatten()
                {
                    let _ = heading.focus();
                }
            });
        }
        step
    });
    let title = move || match wizard.step.get() {
        Step::Number => words.number_title,
        Step::Keys => words.keys_title,
        Step::Check => words.check_title,
        Step::Meta => words.meta_title,
    };
    let lead = move || match wizard.step.get() {
        Step::Number => words.number_lead,
        Step::Keys => words.keys_lead,
        Step::Check => words.check_lead,
        Step::Meta => words.meta_lead,
    };
    let elsewhere = move |step: Step| Signal::derive(move || wizard.step.get() != step);
    view! {
        <Stepper step=wizard.step />
        <h2 class="setup__title" tabindex="-1" node_ref=heading>
            <span class="sr-only">{move || words.step_of(wizard.step.get().place(), Step::ALL.len())} ": "</span>
            {title}
        </h2>
        <p class="setup__lead">{lead}</p>
        <div hidden=elsewhere(Step::Number)>
            <NumberStep wizard back on_back back_words />
        </div>
        <div hidden=elsewhere(Step::Keys)>
            <KeysStep wizard />
        </div>
        <div hidden=elsewhere(Step::Check)>
            <CheckStep wizard />
        </div>
        <div hidden=elsewhere(Step::Meta)>
            <MetaStep wizard callback_url />
        </div>
    }
}

#[component]
fn Stepper(step: RwSignal<Step>) -> impl IntoView {
    let words = &use_texts().settings.connect;
    let item = move |at: Step| {
        let name = match at {
            Step::Number => words.step_number,
            Step::Keys => words.step_keys,
            Step::Check => words.step_check,
            Step::Meta => words.step_meta,
        };
        let state = move || match step.get().cmp(&at) {
            std::cmp::Ordering::Greater => "done",
            std::cmp::Ordering::Equal => "now",
            std::cmp::Ordering::Less => "next",
        };
        view! {
            <li data-state=state aria-current=move || (step.get() == at).then_some("step")>
                <span class="stepper__dot">
                    {move || {
                        if step.get() > at {
                            view! { <Icon of=icon::CHECK px=12 /> }.into_any()
                        } else {
                            at.place().into_any()
                        }
                    }}
                </span>
                <span>{name}</span>
            </li>
        }
    };
    view! {
        <ol class="stepper" aria-label=words.steps>
            {Step::ALL.into_iter().map(item).collect_view()}
        </ol>
    }
}
