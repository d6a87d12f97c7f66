//! The server's clock, as this tab knows it: what is shown and counted never depends on how the computer's own is set.

use std::time::Duration;

use leptos::prelude::*;

use super::browser;

/// How often times on the screen are looked at again.
const TICK: Duration = Duration::from_secs(5);

#[derive(Clone, Copy)]
pub struct Clock {
    /// What to add to the browser's clock.
    offset_ms: StoredValue<i64>,
    now_ms: RwSignal<i64>,
}

impl Clock {
    /// A clock that stands at the moment the page was rendered, until [`Clock::start`].
    pub fn at(now_ms: i64) -> Self {
        Self { offset_ms: StoredValue::new(0), now_ms: RwSignal::new(now_ms) }
    }

    /// Lets it run.
    pub fn start(self) {
        self.set(self.now_ms.get_untracked());
        let _ = set_interval_with_handle(move || self.tick(), TICK);
        // Hidden tabs are given few ticks.
        browser::on_visibility(move || self.tick());
    }

    /// Sets it to what the server has just said.
    pub fn set(self, server_now_ms: i64) {
        self.offset_ms.set_value(server_now_ms - browser::now_ms());
        self.tick();
    }

    fn tick(self) {
        self.now_ms.set(self.now_untracked());
    }

    /// Now, to within a few seconds; whoever asks is asked again as time goes by.
    pub fn now(self) -> i64 {
        self.now_ms.get()
    }

    /// Now, exactly.
    pub fn now_untracked(self) -> i64 {
        browser::now_ms() + self.offset_ms.get_value()
    }
}

pub fn use_clock() -> Clock {
    expect_context()
}
