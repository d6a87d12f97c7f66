//! What was found out about a number, line by line: its self-check, and its health card.

use leptos::prelude::*;

use crate::api::channels::{Check, CheckOutcome};
use crate::ui::forms::form::Dots;
use crate::ui::i18n::use_texts;
use crate::ui::parts::icon::{self, Icon, Shape};

/// All lines; while `pending`, one that says so.
#[component]
pub fn SelfCheck(
    #[prop(into)] checks: Signal<Option<Vec<Check>>>,
    #[prop(into)] pending: Signal<bool>,
) -> impl IntoView {
    let texts = &use_texts().settings;
    view! {
        <div aria-live="polite">
            {move || {
                if pending.get() {
                    return Some(
                        view! {
                            <ul class="selfcheck">
                                <li class="selfcheck__row" data-level="busy">
                                    <Dots when=Signal::stored(true) />
                                    <div>
                                        <p class="selfcheck__name">{texts.connect.checking}</p>
                                    </div>
                                </li>
                            </ul>
                        }
                            .into_any(),
                    );
                }
                checks
                    .get()
                    .map(|checks| {
                        if checks.is_empty() {
                            return view! { <p class="selfcheck__text">{texts.checks.none}</p> }.into_any();
                        }
                        view! {
                            <ul class="selfcheck">
                                {checks.into_iter().map(|check| view! { <Line check /> }).collect_view()}
                            </ul>
                        }
                            .into_any()
                    })
            }}
        </div>
    }
}

/// One thing that was looked at: its sign, its name, in a word how it is, what is known of it, and what to do about it.
#[component]
pub fn CheckLine(
    level: &'static str,
    sign: Shape,
    name: &'static str,
    #[prop(into)] word: String,
    fix: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    let to_fix = use_texts().settings.checks.to_fix;
    view! {
        <li class="selfcheck__row" data-level=level>
            <Icon of=sign />
            <div>
                <p class="selfcheck__name">
                    {name} <span class="selfcheck__word">{word}</span>
                </p>
                {children()}
                {fix
                    .map(|fix| {
                        view! {
                            <p class="selfcheck__fix">
                                <b>{to_fix}</b>
                                " "
                                {fix}
                            </p>
                        }
                    })}
            </div>
        </li>
    }
}

#[component]
fn Line(check: Check) -> impl IntoView {
    let all = use_texts();
    let texts = &all.settings.checks;
    let Check { what, outcome } = check;
    let (level, sign) = match outcome {
        CheckOutcome::Ok => ("ok", icon::CIRCLE_CHECK),
        CheckOutcome::Waiting => ("busy", icon::CLOCK),
        CheckOutcome::Unreachable | CheckOutcome::Missing => ("warn", icon::TRIANGLE_ALERT),
        CheckOutcome::Refused { .. } | CheckOutcome::Differs { .. } | CheckOutcome::Elsewhere => {
            ("fail", icon::CIRCLE_X)
        }
    };
    let fix = texts.fix(what, &outcome);
    let found = texts.found(what, &outcome);
    // Our sentence for the code where there is one, and Meta's words in any case: support asks for them.
    let said = match &outcome {
        CheckOutcome::Refused { code, message } => Some((all.errors.graph_code(*code), format!("{message} ({code})"))),
        _ => None,
    };
    view! {
        <CheckLine level sign name=texts.name(what) word=texts.word(&outcome) fix>
            <p class="selfcheck__text">{found}</p>
            {said
                .map(|(ours, metas)| {
                    view! {
                        {ours.map(|ours| view! { <p class="selfcheck__text">{ours}</p> })}
                        <p class="selfcheck__text">
                            <bdi dir="ltr">{metas}</bdi>
                        </p>
                    }
                })}
        </CheckLine>
    }
}

/// Nothing was refused and nothing is missing; what only Meta's call can show may still be open.
pub fn nothing_wrong(checks: &[Check]) -> bool {
    !checks.is_empty() && checks.iter().all(|check| matches!(check.outcome, CheckOutcome::Ok | CheckOutcome::Waiting))
}
