//! The pages before one is signed in.

use leptos::prelude::*;

#[component]
pub fn SignInPage() -> impl IntoView {}

#[component]
pub fn SetupPage() -> impl IntoView {}

#[component]
pub fn PasswordPage() -> impl IntoView {}
