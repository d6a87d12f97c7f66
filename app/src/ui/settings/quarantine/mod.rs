//! Set aside: what Meta sent and Majlis could not understand.

mod item;
mod list;

use leptos::prelude::*;

use self::item::ItemDialog;
use self::list::Listed;
use super::SectionHead;
use super::toast::use_toaster;
use crate::api::quarantine::{list_set_aside, retry_set_aside_after};
use crate::error::AppError;
use crate::ui::forms::doing::Doing;
use crate::ui::forms::fetched::{Fetched, WhenFetched};
use crate::ui::forms::form::{DoButton, WorkError};
use crate::ui::i18n::use_texts;
use crate::ui::inbox::use_inbox;

#[component]
pub fn QuarantineSection() -> impl IntoView {
    let texts = &use_texts().settings;
    let words = &texts.quarantine;
    let first = Fetched::new(|| list_set_aside(None));
    let open = RwSignal::new(None::<String>);
    let trying = Doing::idle();
    let toaster = use_toaster();
    let count = move || use_inbox().map_or(0, |inbox| inbox.house.with(|house| house.set_aside));
    // What others handle, and what comes, is seen here without asking.
    let counted = Memo::new(move |_| count());
    Effect::new(move |before: Option<i64>| {
        let now = counted.get();
        if before.is_some_and(|before| before != now) {
            first.again();
        }
        now
    });
    let retry_all = move |()| {
        trying.run(all_again(), move |(understood, _)| {
            first.again();
            toaster.say(if understood == 0 { words.none_understood } else { words.some_understood });
        });
    };
    view! {
        <SectionHead title=texts.quarantine_tab lead=words.lead>
            <div class="push">
                <Show when=move || first.with(|page| !page.items.is_empty()).unwrap_or_default()>
                    <DoButton doing=trying label=words.retry_all on_press=retry_all />
                </Show>
            </div>
        </SectionHead>
        <WorkError doing=trying />
        <WhenFetched fetched=first>
            <Listed first open />
        </WhenFetched>
        {move || {
            let id = open.get()?;
            Some(view! { <ItemDialog id first on_close=Callback::new(move |()| open.set(None)) /> })
        }}
    }
}

/// Everything once, oldest first; gives how many were understood and how many were not.
async fn all_again() -> Result<(i64, i64), AppError> {
    let (mut understood, mut refused, mut after) = (0, 0, String::new());
    loop {
        let tried = retry_set_aside_after(after).await?;
        understood += tried.understood;
        refused += tried.refused;
        match tried.last {
            Some(last) => after = last,
            None => return Ok((understood, refused)),
        }
    }
}
