//! What has just worked, said once in the corner.

use std::time::Duration;

use leptos::prelude::*;

use crate::ui::parts::icon::{self, Icon};

const SHOWN_FOR: Duration = Duration::from_secs(5);

/// Says something in the corner. Each saying has a number, so that an older one's end does not take away a newer one.
#[derive(Clone, Copy)]
pub struct Toaster(RwSignal<Option<(u32, &'static str)>>);

impl Toaster {
    pub fn say(self, words: &'static str) {
        let number = self.0.try_get_untracked().flatten().map_or(0, |(number, _)| number.wrapping_add(1));
        self.0.set(Some((number, words)));
        set_timeout(
            move || {
                if self.0.try_get_untracked().flatten().is_some_and(|(shown, _)| shown == number) {
                    self.0.set(None);
                }
            },
            SHOWN_FOR,
        );
    }
}

pub fn use_toaster() -> Toaster {
    use_context().unwrap_or_else(|| Toaster(RwSignal::new(None)))
}

#[component]
pub fn Toasts(children: Children) -> impl IntoView {
    let shown = RwSignal::new(None);
    provide_context(Toaster(shown));
    view! {
        {children()}
        <div class="toasts" aria-live="polite">
            {move || {
                shown
                    .get()
                    .map(|(_, words)| {
                        view! {
                            <p class="toast" data-level="done">
                                <Icon of=icon::CHECK px=16 />
                                <span>{words}</span>
                            </p>
                        }
                    })
            }}
        </div>
    }
}
