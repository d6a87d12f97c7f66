//! The rail: sections of the product; on a phone, the tab bar.

use leptos::prelude::*;

use super::Section;
use super::me::Me;
use crate::boot::Page;
use crate::ui::app::use_boot;
use crate::ui::i18n::use_texts;
use crate::ui::inbox::use_inbox;
use crate::ui::parts::icon::{self, Icon, Logo};

#[component]
pub fn Rail(section: Section) -> impl IntoView {
    let texts = use_texts();
    let phones_url = match use_boot().page {
        Page::App { phones_url, .. } => phones_url,
        Page::SignIn { .. } | Page::Setup { .. } | Page::Password { .. } => None,
    };
    let here = move |this: Section| (this == section).then_some("page");
    view! {
        <nav class="rail" aria-label=texts.common.sections>
            <a class="rail__home" href="/inbox" aria-label=texts.common.app_name>
                <Logo />
            </a>
            <a
                class="rail__link"
                href="/inbox"
                aria-current=here(Section::Inbox)
                aria-label=texts.common.inbox
                title=texts.common.inbox
            >
                <Icon of=icon::INBOX px=20 />
                <span class="tab-name">{texts.common.inbox}</span>
            </a>
            {phones_url
                .map(|url| {
                    view! {
                        <a
                            class="rail__link"
                            href=url
                            rel="external"
                            aria-label=texts.common.phones
                            title=texts.common.phones
                        >
                            <Icon of=icon::SMARTPHONE px=20 />
                            <span class="tab-name">{texts.common.phones}</span>
                        </a>
                    }
                })}
            <div class="rail__foot">
                <a
                    class="rail__link"
                    href="/settings"
                    aria-current=here(Section::Settings)
                    aria-label=texts.common.settings
                    title=texts.common.settings
                >
                    <Icon of=icon::SETTINGS px=20 />
                    <span class="tab-name">{texts.common.settings}</span>
                </a>
                {use_inbox().map(|inbox| view! { <Me inbox /> })}
            </div>
        </nav>
    }
}
