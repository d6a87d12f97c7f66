//! One thing a person has asked for: is it under way, and what went wrong with it.

use std::future::Future;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::error::AppError;
use crate::ui::i18n::{Texts, use_texts};

/// What a form or a button is doing. One at a time: a second press while the first is under way does nothing.
#[derive(Clone, Copy)]
pub struct Doing {
    pending: RwSignal<bool>,
    error: RwSignal<Option<AppError>>,
    done: RwSignal<bool>,
    texts: &'static Texts,
}

impl Doing {
    pub fn idle() -> Self {
        Self {
            pending: RwSignal::new(false),
            error: RwSignal::new(None),
            done: RwSignal::new(false),
            texts: use_texts(),
        }
    }

    /// Starts `work`; `then` gets its result, unless the screen is gone by then.
    pub fn run<T: 'static>(
        self,
        work: impl Future<Output = Result<T, AppError>> + 'static,
        then: impl FnOnce(T) + 'static,
    ) {
        if self.pending.get_untracked() {
            return;
        }
        self.pending.set(true);
        self.done.set(false);
        self.error.set(None);
        spawn_local(async move {
            let outcome = work.await;
            if self.pending.try_set(false).is_some() {
                return;
            }
            match outcome {
                Ok(result) => {
                    self.done.set(true);
                    then(result);
                }
                Err(error) => self.error.set(Some(error)),
            }
        });
    }

    /// Refuses without asking the server.
    pub fn refuse(self, error: AppError) {
        self.done.set(false);
        self.error.set(Some(error));
    }

    pub fn pending(self) -> bool {
        self.pending.get()
    }

    /// The last try worked, and nothing was tried since.
    pub fn done(self) -> bool {
        self.done.get()
    }

    pub fn error(self) -> Option<AppError> {
        self.error.get()
    }

    pub fn error_untracked(self) -> Option<AppError> {
        self.error.try_get_untracked().flatten()
    }

    /// Forgets how the last try ended.
    pub fn forget(self) {
        self.done.set(false);
        self.error.set(None);
    }

    /// What is wrong with one field.
    pub fn field(self, name: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || {
            let error = self.error.get()?;
            let its_own = matches!(&error, AppError::InvalidField { field, .. } if field == name);
            its_own.then(|| self.texts.errors.sentence(&error))
        })
    }

    /// What is wrong with anything but these fields.
    pub fn rest(self, fields: &'static [&'static str]) -> Signal<Option<String>> {
        Signal::derive(move || {
            let error = self.error.get()?;
            let shown = matches!(&error, AppError::InvalidField { field, .. } if fields.contains(&field.as_str()));
            (!shown).then(|| self.texts.errors.sentence(&error))
        })
    }

    /// The session is over: signing in again is the way on.
    pub fn signed_out(self) -> bool {
        self.error.with(|error| matches!(error, Some(AppError::SignedOut)))
    }
}
