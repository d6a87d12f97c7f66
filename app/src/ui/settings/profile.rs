//! One's own name, language, look and password.

use leptos::html;
use leptos::prelude::*;

use super::toast::use_toaster;
use super::{Block, FormBlock, SectionHead};
use crate::api::profile::{change_password, save_profile};
use crate::boot::{Boot, Page, Theme};
use crate::domain::agent::{AgentBrief, Locale, PASSWORD_MIN_CHARS};
use crate::error::{AppError, FieldProblem};
use crate::ui::app::use_boot;
use crate::ui::entry::LocaleChoice;
use crate::ui::forms::doing::Doing;
use crate::ui::forms::field::{SecretField, TextField};
use crate::ui::forms::form::FormValues;
use crate::ui::i18n::use_texts;
use crate::ui::parts::browser;

#[component]
pub fn ProfileSection(me: AgentBrief, email: String) -> impl IntoView {
    let texts = &use_texts().settings;
    view! {
        <SectionHead title=texts.profile_tab lead=texts.profile.lead />
        <YouBlock me email=email.clone() />
        <LookBlock />
        <PasswordBlock email />
    }
}

#[component]
fn YouBlock(me: AgentBrief, email: String) -> impl IntoView {
    let texts = &use_texts().settings;
    let words = &texts.profile;
    let toaster = use_toaster();
    let saving = Doing::idle();
    let locale = use_boot().locale;
    let boot = expect_context::<StoredValue<Boot>>();
    // A name saved earlier on this page is newer than what the page was started with.
    let name = boot.with_value(|boot| match &boot.page {
        Page::App { inbox, .. } => inbox.me.name.clone(),
        _ => me.name.clone(),
    });
    let save = move |values: FormValues| {
        let chosen = Locale::from_word(&values.text("locale")).unwrap_or(locale);
        saving.run(save_profile(values.text("name"), chosen), move |brief| {
            if chosen != locale {
                // Every text on this page is of the other language now.
                browser::reload();
                return;
            }
            boot.try_update_value(|boot| {
                if let Page::App { inbox, .. } = &mut boot.page {
                    inbox.me = brief;
                }
            });
            toaster.say(texts.forms.saved);
        });
    };
    view! {
        <FormBlock id="profile-you" title=words.you text=words.you_text doing=saving fields=&["name"] on_send=save>
            <TextField
                id="profile-name"
                name="name"
                label=words.name
                dir="auto"
                autocomplete="name"
                value=name
                error=saving.field("name")
                required=true
            />
            <TextField
                id="profile-email"
                name="email"
                label=words.email
                help=words.email_help
                dir="ltr"
                value=email
                readonly=true
            />
            <LocaleChoice label=words.language chosen=locale />
        </FormBlock>
    }
}

/// A plain form: the look stands in the page's first byte, so the page is loaded anew.
#[component]
fn LookBlock() -> impl IntoView {
    let texts = &use_texts().settings;
    let words = &texts.profile;
    let boot = use_boot();
    let choice = move |theme: Theme| {
        let name = match theme {
            Theme::System => words.theme_system,
            Theme::Light => words.theme_light,
            Theme::Dark => words.theme_dark,
        };
        view! {
            <label class="check">
                <input type="radio" name="theme" value=theme.as_str() checked=theme == boot.theme />
                {name}
            </label>
        }
    };
    view! {
        <Block id="profile-look" title=words.look text=words.look_text>
            <form class="form" method="post" action="/preferences">
                <input type="hidden" name="locale" value=boot.locale.as_str() />
                <input type="hidden" name="next" value="/settings/profile" />
                <fieldset class="check-group">
                    <legend class="form__legend">{words.theme}</legend>
                    {Theme::ALL.iter().copied().map(choice).collect_view()}
                </fieldset>
                <div class="form__acts">
                    <button class="btn" type="submit">
                        {texts.forms.save}
                    </button>
                </div>
            </form>
        </Block>
    }
}

#[component]
fn PasswordBlock(email: String) -> impl IntoView {
    let all = use_texts();
    let texts = &all.settings;
    let words = &texts.profile;
    let toaster = use_toaster();
    let changing = Doing::idle();
    let current = NodeRef::<html::Input>::new();
    let new = NodeRef::<html::Input>::new();
    let change = move |values: FormValues| {
        let chosen = values.text("password");
        if values.text("current").is_empty() {
            changing.refuse(AppError::invalid("current", FieldProblem::Missing));
            return;
        }
        if chosen.chars().count() < PASSWORD_MIN_CHARS {
            changing.refuse(AppError::invalid("password", FieldProblem::TooShort));
            return;
        }
        changing.run(change_password(values.text("current"), chosen), move |()| {
            for field in [current, new] {
                if let Some(input) = field.try_get_untracked().flatten() {
                    input.set_value("");
                }
            }
            toaster.say(words.changed);
        });
    };
    view! {
        <FormBlock
            id="profile-password"
            title=words.password
            text=words.password_text
            doing=changing
            fields=&["current", "password"]
            on_send=change
            label=words.change
        >
            // For the password manager, which files a password under a name.
            <input type="email" name="username" autocomplete="username" value=email hidden />
            <SecretField
                id="profile-current"
                name="current"
                label=words.current
                autocomplete="current-password"
                error=changing.field("current")
                required=true
                node=current
            />
            <SecretField
                id="profile-new"
                name="password"
                label=words.new
                help=all.entry.password_rule()
                autocomplete="new-password"
                error=changing.field("password")
                required=true
                node=new
            />
        </FormBlock>
    }
}
