//! Pictures of people: letters on a colour, both taken from who they are.

use leptos::prelude::*;

use crate::domain::text::initials;

/// One of six hues, the same for the same id everywhere and for ever (FNV-1a).
pub fn hue(id: &str) -> String {
    let hash = id.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash % 6 + 1).to_string()
}

/// A customer: tinted. Decoration; the name stands beside it.
#[component]
pub fn Avatar(
    #[prop(into)] id: String,
    #[prop(into)] name: Signal<String>,
    #[prop(default = "avatar")] class: &'static str,
) -> impl IntoView {
    view! {
        <span class=class data-hue=hue(&id) aria-hidden="true">
            {move || name.with(|name| initials(name))}
        </span>
    }
}

/// The one letter that stands for a teammate.
pub fn letter(name: &str) -> String {
    initials(name).chars().take(1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hues_are_stable_and_within_six() {
        assert_eq!(hue("a"), hue("a"));
        for id in ["", "a", "0192f0c1-0000-7000-8000-000000000001"] {
            assert!(("1"..="6").contains(&hue(id).as_str()), "{id}");
        }
    }
}
