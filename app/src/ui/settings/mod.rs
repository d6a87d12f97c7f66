//! Settings: oneself, numbers, people. What one may not see looks like what does not exist.

mod numbers;
mod people;
mod profile;
mod quarantine;
pub mod selfcheck;
mod templates;
mod toast;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use self::numbers::NumbersSection;
use self::people::PeopleSection;
use self::profile::ProfileSection;
use self::quarantine::QuarantineSection;
use self::templates::TemplatesSection;
use self::toast::Toasts;
use super::app::use_boot;
use super::forms::doing::Doing;
use super::forms::form::{FormValues, SendButton, WorkForm};
use super::i18n::use_texts;
use super::inbox::use_inbox;
use super::parts::icon::{self, Icon, Shape};
use crate::boot::Page;
use crate::domain::agent::{AgentBrief, Role};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Profile,
    Numbers,
    People,
    Templates,
    Quarantine,
}

impl Section {
    const ALL: [Section; 5] =
        [Section::Profile, Section::Numbers, Section::Templates, Section::People, Section::Quarantine];

    /// The section an address names, if this role may see it.
    fn of(word: Option<&str>, role: Role) -> Option<Self> {
        let section = match word {
            None | Some("" | "profile") => Self::Profile,
            Some("numbers") => Self::Numbers,
            Some("people") => Self::People,
            Some("templates") => Self::Templates,
            Some("set-aside") => Self::Quarantine,
            Some(_) => return None,
        };
        section.open_to(role).then_some(section)
    }

    fn open_to(self, role: Role) -> bool {
        self == Self::Profile || role == Role::Admin
    }

    fn href(self) -> &'static str {
        match self {
            Self::Profile => "/settings/profile",
            Self::Numbers => "/settings/numbers",
            Self::People => "/settings/people",
            Self::Templates => "/settings/templates",
            Self::Quarantine => "/settings/set-aside",
        }
    }

    fn sign(self) -> Shape {
        match self {
            Self::Profile => icon::USER_ROUND,
            Self::Numbers => icon::SMARTPHONE,
            Self::People => icon::USERS_ROUND,
            Self::Templates => icon::LAYOUT_TEMPLATE,
            Self::Quarantine => icon::INBOX,
        }
    }
}

/// The signed-in person this page was started for.
fn signed_in() -> Option<(AgentBrief, String)> {
    match use_boot().page {
        Page::App { inbox, email, .. } => Some((inbox.me, email)),
        Page::SignIn { .. } | Page::Setup { .. } | Page::Password { .. } => None,
    }
}

#[component]
pub fn SettingsPage() -> impl IntoView {
    let Some((me, email)) = signed_in() else { return ().into_any() };
    let texts = &use_texts().settings;
    let params = use_params_map();
    let role = me.role;
    let section = Memo::new(move |_| Section::of(params.read().get("section").as_deref(), role));
    let link = move |at: Section| {
        let words = match at {
            Section::Profile => texts.profile_tab,
            Section::Numbers => texts.numbers_tab,
            Section::People => texts.people_tab,
            Section::Templates => use_texts().template.tab,
            Section::Quarantine => texts.quarantine_tab,
        };
        view! {
            <a class="settings__link" href=at.href() aria-current=move || (section.get() == Some(at)).then_some("page")>
                <Icon of=at.sign() px=16 />
                <span class="truncate">{words}</span>
                {(at == Section::Quarantine).then(|| view! { <SetAsideCount /> })}
            </a>
        }
    };
    view! {
        <Toasts>
            <main class="stage settings">
                <nav class="settings__nav" aria-label=texts.title>
                    <h1 class="settings__name">{texts.title}</h1>
                    {Section::ALL.into_iter().filter(|section| section.open_to(role)).map(link).collect_view()}
                </nav>
                <div class="settings__page scroll">
                    <div class="settings__inner">
                        {move || match section.get() {
                            Some(Section::Profile) => {
                                view! { <ProfileSection me=me.clone() email=email.clone() /> }.into_any()
                            }
                            Some(Section::Numbers) => view! { <NumbersSection /> }.into_any(),
                            Some(Section::People) => view! { <PeopleSection me=me.id.clone() /> }.into_any(),
                            Some(Section::Templates) => view! { <TemplatesSection /> }.into_any(),
                            Some(Section::Quarantine) => view! { <QuarantineSection /> }.into_any(),
                            None => view! { <NothingHere /> }.into_any(),
                        }}
                    </div>
                </div>
            </main>
        </Toasts>
    }
    .into_any()
}

/// How many items wait, as they come and go.
#[component]
fn SetAsideCount() -> impl IntoView {
    let inbox = use_inbox();
    move || {
        let count = inbox.map_or(0, |inbox| inbox.house.with(|house| house.set_aside));
        (count > 0).then(|| view! { <span class="count push" data-level="soon">{count}</span> })
    }
}

#[component]
fn NothingHere() -> impl IntoView {
    let texts = &use_texts().settings;
    view! {
        <div class="empty">
            <h2 class="empty__title">{texts.nothing_title}</h2>
            <p class="empty__text">{texts.nothing}</p>
            <div class="empty__acts">
                <a class="btn btn--primary" href="/settings/profile">
                    {texts.to_profile}
                </a>
            </div>
        </div>
    }
}

/// The head of a section.
#[component]
fn SectionHead(title: &'static str, lead: &'static str, #[prop(optional)] children: Option<Children>) -> impl IntoView {
    view! {
        <header class="settings__head">
            <div>
                <h2 class="settings__title">{title}</h2>
                <p class="settings__lead">{lead}</p>
            </div>
            {children.map(|children| children())}
        </header>
    }
}

/// A titled box.
#[component]
fn Block(
    id: &'static str,
    title: &'static str,
    #[prop(optional)] text: &'static str,
    #[prop(default = "block")] class: &'static str,
    children: Children,
) -> impl IntoView {
    view! {
        <section class=class aria-labelledby=id>
            <header class="block__head">
                <div>
                    <h3 class="block__title" id=id>
                        {title}
                    </h3>
                    {(!text.is_empty()).then(|| view! { <p class="block__text">{text}</p> })}
                </div>
            </header>
            <div class="block__body">{children()}</div>
        </section>
    }
}

/// A titled box that is a form, with the button that sends it at its foot.
#[component]
fn FormBlock(
    id: &'static str,
    title: &'static str,
    text: &'static str,
    doing: Doing,
    /// The names that show their own error.
    fields: &'static [&'static str],
    #[prop(into)] on_send: Callback<FormValues>,
    /// What the button says; nothing else than to save.
    #[prop(optional)]
    label: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    let label = label.unwrap_or(use_texts().settings.forms.save);
    view! {
        <Block id title text>
            <WorkForm doing fields on_send>
                {children()}
                <div class="form__acts">
                    <SendButton doing label />
                </div>
            </WorkForm>
        </Block>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_for_a_role_is_not_there() {
        for (word, role, there) in [
            (None, Role::Agent, true),
            (Some("profile"), Role::Agent, true),
            (Some("numbers"), Role::Agent, false),
            (Some("people"), Role::Supervisor, false),
            (Some("people"), Role::Admin, true),
            (Some("templates"), Role::Supervisor, false),
            (Some("templates"), Role::Admin, true),
            (Some("set-aside"), Role::Supervisor, false),
            (Some("set-aside"), Role::Admin, true),
            (Some("keys"), Role::Admin, false),
        ] {
            assert_eq!(Section::of(word, role).is_some(), there, "{word:?} {role}");
        }
    }
}
