//! What the server knows when it renders a page, given to the browser as JSON in the page: both render the same first
//! view from it, and nothing is asked for twice.

use serde::{Deserialize, Serialize};

use crate::domain::agent::Locale;
use crate::domain::channel::ChannelBrief;
use crate::error::AppError;
use crate::live::view::InboxView;

word_enum!(
    /// Light, dark, or as the system says.
    Theme { System => "system", Light => "light", Dark => "dark" }
);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Boot {
    pub locale: Locale,
    pub theme: Theme,
    /// Names the site this page belongs to; the live line tells when the server carries another.
    pub build: String,
    /// The server's clock when it rendered.
    pub now_ms: i64,
    /// Customers here are simulated.
    pub demo: bool,
    pub page: Page,
}

/// What the page shows first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "page", rename_all = "snake_case")]
pub enum Page {
    SignIn {
        /// What was typed, after a refusal. Never the password.
        email: String,
        error: Option<AppError>,
        /// Where to go afterwards; a path of our own.
        next: String,
        /// This browser will drop our cookie: plain http on a name that is not this machine.
        insecure: bool,
        /// The demo's people, each on a host of their own.
        demo_people: Vec<DemoPerson>,
    },
    /// Making the first admin by the one-time link.
    Setup { token: String, works: bool, email: String, name: String, error: Option<AppError> },
    /// Choosing a password by a one-time link.
    Password { token: String, works: bool, name: String, error: Option<AppError> },
    /// Signed in.
    App {
        email: String,
        inbox: Box<InboxView>,
        /// The address names a conversation that is not there for this person.
        missing: bool,
        /// Where the customers' phones are, in a demo.
        phones_url: Option<String>,
    },
}

/// A person of the demo and where they are at home.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoPerson {
    pub id: crate::domain::ids::AgentId,
    pub name: String,
    pub role: crate::domain::agent::Role,
    /// `http://mona.localhost:3000/…`: a host of their own, so that tabs side by side are different people.
    pub url: String,
    /// This page's host is theirs: one click signs them in.
    pub here: bool,
    pub email: String,
}

/// The cookie that keeps this browser's language.
pub const LOCALE_COOKIE: &str = "majlis_locale";

impl Page {
    /// Where a page stands that may have been rendered at another address: a refused form is answered in place.
    /// `None` for the signed-in pages, which stand where they were asked for.
    pub fn address(&self) -> Option<String> {
        match self {
            Self::SignIn { .. } => Some("/signin".to_owned()),
            Self::Setup { token, .. } => Some(format!("/setup/{token}")),
            Self::Password { token, .. } => Some(format!("/password/{token}")),
            Self::App { .. } => None,
        }
    }

    /// The numbers a signed-in page knows.
    pub fn channels(&self) -> &[ChannelBrief] {
        match self {
            Self::App { inbox, .. } => &inbox.channels,
            Self::SignIn { .. } | Self::Setup { .. } | Self::Password { .. } => &[],
        }
    }
}
