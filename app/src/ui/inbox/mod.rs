//! The inbox: list, thread, customer.

use leptos::prelude::*;

#[component]
pub fn InboxPage() -> impl IntoView {}
