//! Something the screen asks the server for: on its way, here, or failed with a way to try again.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::error::AppError;
use crate::ui::i18n::use_texts;
use crate::ui::parts::icon::{self, Icon};

type Fetch<T> = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<T, AppError>>>> + Send + Sync>;

/// What was fetched stays on screen while it is fetched again.
pub struct Fetched<T: Send + Sync + 'static> {
    value: RwSignal<Option<T>>,
    error: RwSignal<Option<AppError>>,
    fetch: StoredValue<Fetch<T>>,
}

impl<T: Send + Sync + 'static> Clone for Fetched<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Fetched<T> {}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Waiting,
    Here,
    Failed,
}

impl<T: Clone + Send + Sync + 'static> Fetched<T> {
    /// Fetches when the page lives; the server renders the skeleton.
    pub fn new<F, Fut>(fetch: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<T, AppError>> + 'static,
    {
        let fetch: Fetch<T> = Arc::new(move || Box::pin(fetch()));
        let fetched = Self { value: RwSignal::new(None), error: RwSignal::new(None), fetch: StoredValue::new(fetch) };
        Effect::new(move |_| fetched.again());
        fetched
    }

    /// Fetches anew.
    pub fn again(self) {
        let Some(fetch) = self.fetch.try_get_value() else { return };
        self.error.set(None);
        spawn_local(async move {
            match fetch().await {
                Ok(value) => self.value.set(Some(value)),
                Err(error) => self.error.set(Some(error)),
            }
        });
    }

    pub fn get(self) -> Option<T> {
        self.value.get()
    }

    pub fn get_untracked(self) -> Option<T> {
        self.value.get_untracked()
    }

    /// Reads it as it is now, without being told of changes.
    pub fn with_untracked<U>(self, read: impl FnOnce(&T) -> U) -> Option<U> {
        self.value.with_untracked(|value| value.as_ref().map(read))
    }

    pub fn with<U>(self, read: impl FnOnce(&T) -> U) -> Option<U> {
        self.value.with(|value| value.as_ref().map(read))
    }

    fn phase(self) -> Phase {
        match (self.value.with(Option::is_some), self.error.with(Option::is_some)) {
            (true, _) => Phase::Here,
            (false, true) => Phase::Failed,
            (false, false) => Phase::Waiting,
        }
    }
}

/// Shows `children` when it is here, a skeleton before, and what went wrong with a way to try again.
#[component]
pub fn WhenFetched<T: Clone + Send + Sync + 'static>(fetched: Fetched<T>, children: ChildrenFn) -> impl IntoView {
    let phase = Memo::new(move |_| fetched.phase());
    move || match phase.get() {
        Phase::Waiting => view! { <Skeleton /> }.into_any(),
        Phase::Failed => view! { <Failed fetched /> }.into_any(),
        // What is inside follows its own changes; a fresh answer does not take away what is being typed.
        Phase::Here => view! {
            <Stale fetched />
            {untrack(|| children())}
        }
        .into_any(),
    }
}

/// What is shown is from before: fetching it again has failed.
#[component]
fn Stale<T: Clone + Send + Sync + 'static>(fetched: Fetched<T>) -> impl IntoView {
    let texts = use_texts();
    move || {
        fetched.error.get().map(|error| {
            view! {
                <div class="form__error" role="alert">
                    <Icon of=icon::CIRCLE_ALERT px=16 />
                    <p>{texts.errors.sentence(&error)}</p>
                    <button class="link-btn push" type="button" on:click=move |_| fetched.again()>
                        {texts.settings.forms.retry}
                    </button>
                </div>
            }
        })
    }
}

/// Rows that are on their way.
#[component]
pub fn Skeleton() -> impl IntoView {
    let texts = &use_texts().settings.forms;
    let row = || {
        view! {
            <div class="skeleton__row">
                <span class="bone bone--face"></span>
                <div>
                    <span class="bone bone--line bone--40"></span>
                    <span class="bone bone--line bone--60"></span>
                </div>
            </div>
        }
    };
    view! {
        <div class="block skeleton skeleton--rows" role="status" aria-busy="true" aria-label=texts.loading>
            {row()}
            {row()}
            {row()}
        </div>
    }
}

#[component]
fn Failed<T: Clone + Send + Sync + 'static>(fetched: Fetched<T>) -> impl IntoView {
    let texts = use_texts();
    let error = fetched.error.get_untracked().unwrap_or(AppError::Unavailable);
    view! {
        <div class="block">
            <div class="empty" role="alert">
                <span class="empty__icon" data-level="late">
                    <Icon of=icon::CIRCLE_ALERT px=24 />
                </span>
                <h3 class="empty__title">{texts.errors.title(&error)}</h3>
                <p class="empty__text">{texts.errors.sentence(&error)}</p>
                <div class="empty__acts">
                    <button class="btn btn--primary" type="button" on:click=move |_| fetched.again()>
                        <Icon of=icon::ROTATE_CW px=16 />
                        {texts.settings.forms.retry}
                    </button>
                </div>
            </div>
        </div>
    }
}
