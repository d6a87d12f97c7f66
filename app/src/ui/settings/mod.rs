//! Settings: numbers, people, oneself.

use leptos::prelude::*;

#[component]
pub fn SettingsPage() -> impl IntoView {}
