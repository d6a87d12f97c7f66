//! Icons of the entry and settings screens: Lucide (ISC), every shape written as one path, so that an icon is one
//! attribute and no markup.

use leptos::prelude::*;

/// An icon of these screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntrySign {
    CircleAlert,
    CircleCheck,
    CircleX,
    TriangleAlert,
    CirclePause,
    Clock,
    Eye,
    EyeOff,
    Copy,
    Check,
    X,
    Plus,
    RotateCw,
    ChevronDown,
    ArrowRight,
    ArrowLeft,
    Smartphone,
    FlaskConical,
    UserRound,
    UsersRound,
    Gauge,
    ShieldCheck,
    Ban,
    KeyRound,
    Pencil,
    Link,
    Languages,
    Info,
}

impl EntrySign {
    /// The drawing, in a 24 × 24 box.
    fn path(self) -> &'static str {
        match self {
            Self::CircleAlert => "M2 12a10 10 0 1 0 20 0a10 10 0 1 0 -20 0 M12 8L12 12 M12 16L12.01 16",
            Self::CircleCheck => "M2 12a10 10 0 1 0 20 0a10 10 0 1 0 -20 0 M16 9l-5.5 5.5L8 12",
            Self::CircleX => "M2 12a10 10 0 1 0 20 0a10 10 0 1 0 -20 0 M15 9l-6 6 M9 9l6 6",
            Self::TriangleAlert => {
                "M21.73 18l-8-14a2 2 0 0 0-3.48 0l-8 14A2 2 0 0 0 4 21h16a2 2 0 0 0 1.73-3 M12 9v4 M12 17h.01"
            }
            Self::CirclePause => "M2 12a10 10 0 1 0 20 0a10 10 0 1 0 -20 0 M10 15L10 9 M14 15L14 9",
            Self::Clock => "M2 12a10 10 0 1 0 20 0a10 10 0 1 0 -20 0 M12 6v6l4 2",
            Self::Eye => {
                "M2.062 12.348a1 1 0 0 1 0-.696 10.75 10.75 0 0 1 19.876 0 1 1 0 0 1 0 .696 10.75 10.75 0 0 1-19.876 0 M9 12a3 3 0 1 0 6 0a3 3 0 1 0 -6 0"
            }
            Self::EyeOff => {
                "M10.733 5.076a10.744 10.744 0 0 1 11.205 6.575 1 1 0 0 1 0 .696 10.747 10.747 0 0 1-1.444 2.49 M14.084 14.158a3 3 0 0 1-4.242-4.242 M17.479 17.499a10.75 10.75 0 0 1-15.417-5.151 1 1 0 0 1 0-.696 10.75 10.75 0 0 1 4.446-5.143 M2 2l20 20"
            }
            Self::Copy => {
                "M10 8h10a2 2 0 0 1 2 2v10a2 2 0 0 1 -2 2h-10a2 2 0 0 1 -2 -2v-10a2 2 0 0 1 2 -2z M4 16c-1.1 0-2-.9-2-2V4c0-1.1.9-2 2-2h10c1.1 0 2 .9 2 2"
            }
            Self::Check => "M20 6 9 17l-5-5",
            Self::X => "M18 6 6 18 M6 6l12 12",
            Self::Plus => "M5 12h14 M12 5v14",
            Self::RotateCw => "M21 12a9 9 0 1 1-9-9c2.52 0 4.93 1 6.74 2.74L21 8 M21 3v5h-5",
            Self::ChevronDown => "M6 9l6 6 6-6",
            Self::ArrowRight => "M5 12h14 M12 5l7 7-7 7",
            Self::ArrowLeft => "M12 19l-7-7 7-7 M19 12H5",
            Self::Smartphone => {
                "M7 2h10a2 2 0 0 1 2 2v16a2 2 0 0 1 -2 2h-10a2 2 0 0 1 -2 -2v-16a2 2 0 0 1 2 -2z M12 18h.01"
            }
            Self::FlaskConical => {
                "M14 2v6a2 2 0 0 0 .245.96l5.51 10.08A2 2 0 0 1 18 22H6a2 2 0 0 1-1.755-2.96l5.51-10.08A2 2 0 0 0 10 8V2 M6.453 15h11.094 M8.5 2h7"
            }
            Self::UserRound => "M7 8a5 5 0 1 0 10 0a5 5 0 1 0 -10 0 M20 21a8 8 0 0 0-16 0",
            Self::UsersRound => {
                "M18 21a8 8 0 0 0-16 0 M5 8a5 5 0 1 0 10 0a5 5 0 1 0 -10 0 M22 20c0-3.37-2-6.5-4-8a5 5 0 0 0-.45-8.3"
            }
            Self::Gauge => "M12 14l4-4 M3.34 19a10 10 0 1 1 17.32 0",
            Self::ShieldCheck => {
                "M20 13c0 5-3.5 7.5-7.66 8.95a1 1 0 0 1-.67-.01C7.5 20.5 4 18 4 13V6a1 1 0 0 1 1-1c2 0 4.5-1.2 6.24-2.72a1.17 1.17 0 0 1 1.52 0C14.51 3.81 17 5 19 5a1 1 0 0 1 1 1z M9 12l2 2 4-4"
            }
            Self::Ban => "M2 12a10 10 0 1 0 20 0a10 10 0 1 0 -20 0 M4.929 4.929 19.07 19.071",
            Self::KeyRound => {
                "M2.586 17.414A2 2 0 0 0 2 18.828V21a1 1 0 0 0 1 1h3a1 1 0 0 0 1-1v-1a1 1 0 0 1 1-1h1a1 1 0 0 0 1-1v-1a1 1 0 0 1 1-1h.172a2 2 0 0 0 1.414-.586l.814-.814a6.5 6.5 0 1 0-4-4z M16 7.5a0.5 0.5 0 1 0 1 0a0.5 0.5 0 1 0 -1 0"
            }
            Self::Pencil => {
                "M21.174 6.812a1 1 0 0 0-3.986-3.987L3.842 16.174a2 2 0 0 0-.5.83l-1.321 4.352a.5.5 0 0 0 .623.622l4.353-1.32a2 2 0 0 0 .83-.497z M15 5l4 4"
            }
            Self::Link => {
                "M10 13a5 5 0 0 0 7.54.54l3-3a5 5 0 0 0-7.07-7.07l-1.72 1.71 M14 11a5 5 0 0 0-7.54-.54l-3 3a5 5 0 0 0 7.07 7.07l1.71-1.71"
            }
            Self::Languages => "M5 8l6 6 M4 14l6-6 2-3 M2 5h12 M7 2h1 M22 22l-5-10-5 10 M14 18h6",
            Self::Info => "M2 12a10 10 0 1 0 20 0a10 10 0 1 0 -20 0 M12 16v-4 M12 8h.01",
        }
    }
}

/// An icon beside words, so nothing for a screen reader. `class` is added to `icon`: a size (`icon--14`), a mirror.
#[component]
pub fn EntryIcon(sign: EntrySign, #[prop(optional)] class: &'static str) -> impl IntoView {
    let class = if class.is_empty() { "icon".to_owned() } else { format!("icon {class}") };
    view! {
        <svg class=class viewBox="0 0 24 24" aria-hidden="true">
            <path d=sign.path() />
        </svg>
    }
}

/// Our mark: three seats and a guest.
#[component]
pub fn EntryLogo() -> impl IntoView {
    view! {
        <svg class="logo" viewBox="0 0 24 24" aria-hidden="true">
            <g class="logo__seat">
                <rect x="2.5" y="3" width="4.6" height="11.2" rx="2" />
                <rect x="16.9" y="3" width="4.6" height="11.2" rx="2" />
                <rect x="2.5" y="16.2" width="19" height="4.8" rx="2.1" />
            </g>
            <circle class="logo__guest" cx="12" cy="9" r="2.9" />
        </svg>
    }
}

/// WhatsApp's mark beside a number.
#[component]
pub fn EntryMark() -> impl IntoView {
    let path = concat!(
        "M12 1.5A10.4 10.4 0 0 0 3 17.1L1.6 22.4l5.4-1.4A10.4 10.4 0 1 0 12 1.5ZM8.7 6.6c.3 0 .6 0 .8.5l.9 2.1c.1.3 0 ",
        ".5-.1.7l-.7.9c-.2.2-.2.4 0 .7.9 1.5 2 2.5 3.6 3.2.3.1.5.1.7-.1l.9-1.1c.2-.3.5-.3.7-.2l2.1 1c.4.2.5.4.4.8-.2 ",
        "1.3-1.3 2.2-2.5 2.2-3.8-.2-8.3-4.1-8.7-8.1-.1-1.4.9-2.6 1.9-2.6Z",
    );
    view! {
        <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
            <path fill-rule="evenodd" d=path />
        </svg>
    }
}
