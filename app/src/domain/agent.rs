//! The people who answer.

use serde::{Deserialize, Serialize};

use super::ids::AgentId;

word_enum!(
    /// What a person (or an API key) may do; each role includes the one before it.
    Role { Agent => "agent", Supervisor => "supervisor", Admin => "admin" }
);

word_enum!(
    /// The languages of the screen.
    Locale { Ar => "ar", En => "en" }
);

impl Locale {
    /// The best of ours for an `Accept-Language` header; `fallback` when it names neither.
    pub fn from_accept_language(header: &str, fallback: Locale) -> Locale {
        let mut best: Option<(Locale, f32)> = None;
        for entry in header.split(',') {
            let mut parts = entry.split(';');
            let tag = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
            let weight = parts
                .find_map(|part| part.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()))
                .unwrap_or(1.0);
            let Some(locale) = Locale::from_word(tag.split('-').next().unwrap_or_default()) else { continue };
            if weight > 0.0 && best.is_none_or(|(_, held)| weight > held) {
                best = Some((locale, weight));
            }
        }
        best.map_or(fallback, |(locale, _)| locale)
    }
}

/// What everyone in the house may know of a colleague.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentBrief {
    pub id: AgentId,
    pub name: String,
    pub role: Role,
    pub disabled: bool,
}

/// Passwords have no rules but length: the advice of NIST SP 800-63B. Counted in characters.
pub const PASSWORD_MIN_CHARS: usize = 10;
/// Longer input would only make hashing slow.
pub const PASSWORD_MAX_CHARS: usize = 256;

/// The stored form of an e-mail address: trimmed and lower case. `None` when it cannot be one.
pub fn normal_email(written: &str) -> Option<String> {
    let email = written.trim().to_lowercase();
    let (user, host) = email.split_once('@')?;
    let well_formed = !user.is_empty()
        && host.contains('.')
        && !host.starts_with('.')
        && !host.ends_with('.')
        && !host.contains('@')
        && email.len() <= 254
        && !email.chars().any(|c| c.is_whitespace() || c.is_control());
    well_formed.then_some(email)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_decides_the_language() {
        for (header, expected) in [
            ("ar-EG,ar;q=0.9,en;q=0.8", Locale::Ar),
            ("en;q=0.4, ar;q=0.7", Locale::Ar),
            ("fr, de", Locale::En),
            ("fr, en-GB;q=0.1", Locale::En),
            ("ar;q=0", Locale::En),
            ("", Locale::En),
        ] {
            assert_eq!(Locale::from_accept_language(header, Locale::En), expected, "{header:?}");
        }
    }

    #[test]
    fn emails_are_lowered_and_checked() {
        for (written, expected) in [
            (" Mona@Rayhan.Example ", Some("mona@rayhan.example")),
            ("mona@localhost", None),
            ("@rayhan.example", None),
            ("mo na@rayhan.example", None),
            ("a@b@c.example", None),
        ] {
            assert_eq!(normal_email(written).as_deref(), expected, "{written:?}");
        }
    }
}
