//! How a number stands with Meta: what was last told of each part, and how worried to be about it.
//!
//! Meta's words are open: new ones appear without notice. They are kept as they came, and what none of these rules knows
//! is shown as it is.

use serde::{Deserialize, Serialize};

use super::time::DAY_MS;

word_enum!(
    /// A part of a number's standing.
    FactKind {
        /// Our own sending: `ok`, `unanswered`, or the code it was paused with. Never stored.
        Sending => "sending",
        /// The access token: `ok`, or the code Meta refused it with.
        Token => "token",
        /// The number itself: `CONNECTED`, `FLAGGED`, `BANNED`, …
        Status => "status",
        /// `GREEN`, `YELLOW`, `RED`, `NA`.
        Quality => "quality",
        /// Customers a day that may be written to first: `TIER_2K`, `2000`, `TIER_UNLIMITED`.
        Limit => "limit",
        /// `STANDARD`, `HIGH`.
        Throughput => "throughput",
        /// The display name's review; the name is the detail.
        Name => "name",
        /// The account: `OK`, `SCHEDULE_FOR_DISABLE`, `DISABLE`, `REINSTATE`, `ACCOUNT_DELETED`.
        Account => "account",
        /// The account's review.
        Review => "review",
        /// Is the number still ours to use: `CONNECTED`, `PARTNER_REMOVED`, `ACCOUNT_OFFBOARDED`. The reason is the detail.
        Connection => "connection",
        /// What the account may not do for a while; one fact each.
        Restriction => "restriction",
        /// A rule the account broke; one fact each.
        Violation => "violation",
        /// What Meta warns of; one fact each, the value its severity, or its status once that is not `ACTIVE`.
        Alert => "alert",
        /// Somebody changed or asked for the number's PIN.
        Security => "security",
        /// Meta called us.
        Webhook => "webhook",
        /// An event we have no rule for; one fact each.
        Notice => "notice",
    }
);

/// What Meta last told of one part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    pub kind: FactKind,
    /// Which one, of a kind that has several.
    pub subject: String,
    pub value: String,
    pub details: Option<String>,
    /// It ends by itself then.
    pub until_ms: Option<i64>,
    pub told_at_ms: i64,
}

impl Fact {
    pub fn new(kind: FactKind, value: impl Into<String>) -> Self {
        Self { kind, subject: String::new(), value: value.into(), details: None, until_ms: None, told_at_ms: 0 }
    }

    /// One of several of its kind.
    pub fn about(self, subject: impl Into<String>) -> Self {
        Self { subject: subject.into(), ..self }
    }

    pub fn with(self, details: Option<String>) -> Self {
        Self { details, ..self }
    }
}

/// How worried to be, in this order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    #[default]
    Green,
    Amber,
    Red,
}

/// A line of the card; no level where nothing is known yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub level: Option<Level>,
    pub fact: Fact,
}

/// Everything known of a number's standing, the worst first where it matters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthCard {
    pub lines: Vec<Line>,
}

impl HealthCard {
    pub fn level(&self) -> Level {
        self.lines.iter().filter_map(|line| line.level).max().unwrap_or_default()
    }
}

/// What our own side knows of a number.
#[derive(Clone, Copy, Debug, Default)]
pub struct OwnSide {
    pub paused_code: Option<i64>,
    pub unanswered_since_ms: Option<i64>,
    pub connected_at_ms: i64,
    /// Meta calls a simulated number's house as it likes.
    pub simulated: bool,
}

/// Shown whether or not anything is known of them.
const ALWAYS: [FactKind; 8] = [
    FactKind::Token,
    FactKind::Status,
    FactKind::Quality,
    FactKind::Limit,
    FactKind::Throughput,
    FactKind::Name,
    FactKind::Review,
    FactKind::Webhook,
];

/// How long news of the past are worth a line.
const NEWS_MS: i64 = 30 * DAY_MS;
const SECURITY_MS: i64 = 7 * DAY_MS;
/// A number nobody wrote to for so long may have lost its webhooks.
const QUIET_MS: i64 = 3 * DAY_MS;

/// The card of a number.
pub fn card(own: OwnSide, facts: &[Fact], now_ms: i64) -> HealthCard {
    let mut lines = vec![sending(own)];
    for kind in FactKind::ALL.iter().copied() {
        let of_kind: Vec<&Fact> = facts.iter().filter(|fact| fact.kind == kind).collect();
        if of_kind.is_empty() && ALWAYS.contains(&kind) {
            let new_and_quiet = kind == FactKind::Webhook && !own.simulated && now_ms - own.connected_at_ms > QUIET_MS;
            lines.push(Line { level: new_and_quiet.then_some(Level::Amber), fact: Fact::new(kind, "") });
        }
        lines.extend(of_kind.into_iter().filter_map(|fact| {
            let level = level(fact, now_ms)?;
            Some(Line { level: Some(level), fact: fact.clone() })
        }));
    }
    // What needs someone comes first; the rest keeps its order, so that people find things where they were.
    lines.sort_by_key(|line| std::cmp::Reverse(line.level.filter(|level| *level > Level::Green)));
    HealthCard { lines }
}

fn sending(own: OwnSide) -> Line {
    let (level, value, told_at_ms) = match (own.paused_code, own.unanswered_since_ms) {
        (Some(code), _) => (Level::Red, code.to_string(), 0),
        (None, Some(since_ms)) => (Level::Amber, "unanswered".to_owned(), since_ms),
        (None, None) => (Level::Green, "ok".to_owned(), 0),
    };
    Line { level: Some(level), fact: Fact { told_at_ms, ..Fact::new(FactKind::Sending, value) } }
}

/// How worried to be about a fact; `None` once it is no news any more.
pub fn level(fact: &Fact, now_ms: i64) -> Option<Level> {
    use Level::{Amber, Green, Red};
    if fact.until_ms.is_some_and(|until_ms| until_ms <= now_ms) {
        return None;
    }
    let age_ms = now_ms - fact.told_at_ms;
    let news = |level: Level| (age_ms <= NEWS_MS).then_some(level);
    let value = fact.value.as_str();
    match fact.kind {
        FactKind::Sending | FactKind::Token => Some(if value == "ok" { Green } else { Red }),
        FactKind::Status => Some(match value {
            "CONNECTED" => Green,
            "RESTRICTED" | "BANNED" | "DISCONNECTED" | "DELETED" => Red,
            _ => Amber,
        }),
        FactKind::Quality => Some(match value {
            "YELLOW" => Amber,
            "RED" => Red,
            _ => Green,
        }),
        FactKind::Limit | FactKind::Throughput => Some(Green),
        FactKind::Name => Some(match value {
            "DECLINED" | "REJECTED" => Red,
            "APPROVED" | "AVAILABLE_WITHOUT_REVIEW" => Green,
            _ => Amber,
        }),
        FactKind::Account => Some(match value {
            "OK" | "REINSTATE" => Green,
            _ => Red,
        }),
        FactKind::Review => Some(match value {
            "APPROVED" => Green,
            "REJECTED" => Red,
            _ => Amber,
        }),
        FactKind::Connection => Some(if value == "CONNECTED" { Green } else { Red }),
        // Without an end it holds until Meta says otherwise.
        FactKind::Restriction => Some(Red),
        FactKind::Violation => news(Amber),
        FactKind::Alert => match value {
            "CRITICAL" => news(Red),
            "WARNING" => news(Amber),
            "INFORMATIONAL" => news(Green),
            _ => None,
        },
        FactKind::Security => (age_ms <= SECURITY_MS).then_some(Amber),
        FactKind::Webhook => Some(if age_ms > QUIET_MS { Amber } else { Green }),
        FactKind::Notice => news(Green),
    }
}

/// How many customers a day may be written to first, by Meta's word for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DailyLimit {
    Unlimited,
    Customers(i64),
}

/// `TIER_2K`, `TIER_UNLIMITED`, `2000`, `-1`; `None` for a word we do not know.
pub fn daily_limit(word: &str) -> Option<DailyLimit> {
    let word = word.strip_prefix("TIER_").unwrap_or(word);
    let (digits, times) = word.strip_suffix('K').map_or((word, 1), |thousands| (thousands, 1_000));
    match (word, digits.parse::<i64>()) {
        ("UNLIMITED" | "-1", _) => Some(DailyLimit::Unlimited),
        (_, Ok(n)) if (0..=1_000_000_000).contains(&n) => Some(DailyLimit::Customers(n * times)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_790_000_000_000;

    fn fact(kind: FactKind, value: &str, age_days: i64) -> Fact {
        Fact { told_at_ms: NOW - age_days * DAY_MS, ..Fact::new(kind, value) }
    }

    #[test]
    fn how_worried_to_be() {
        use FactKind::*;
        let (green, amber, red) = (Some(Level::Green), Some(Level::Amber), Some(Level::Red));
        for (kind, value, age_days, expected) in [
            (Token, "ok", 0, green),
            (Token, "190", 0, red),
            (Status, "CONNECTED", 99, green),
            (Status, "FLAGGED", 0, amber),
            (Status, "BANNED", 0, red),
            (Status, "A_NEW_WORD", 0, amber),
            (Quality, "GREEN", 0, green),
            (Quality, "NA", 0, green),
            (Quality, "YELLOW", 99, amber),
            (Quality, "RED", 99, red),
            (Limit, "TIER_250", 0, green),
            (Throughput, "HIGH", 0, green),
            (Name, "APPROVED", 0, green),
            (Name, "PENDING_REVIEW", 0, amber),
            (Name, "REJECTED", 0, red),
            (Account, "REINSTATE", 0, green),
            (Account, "SCHEDULE_FOR_DISABLE", 0, red),
            (Review, "APPROVED", 0, green),
            (Review, "PENDING", 0, amber),
            (Connection, "PARTNER_REMOVED", 99, red),
            (Violation, "SPAM", 30, amber),
            (Violation, "SPAM", 31, None),
            (Alert, "CRITICAL", 1, red),
            (Alert, "WARNING", 1, amber),
            (Alert, "RESOLVED", 1, None),
            (Security, "PIN_CHANGED", 7, amber),
            (Security, "PIN_CHANGED", 8, None),
            (Webhook, "", 3, green),
            (Webhook, "", 4, amber),
            (Notice, "AD_ACCOUNT_LINKED", 1, green),
        ] {
            assert_eq!(level(&fact(kind, value, age_days), NOW), expected, "{kind} {value} {age_days}");
        }
    }

    #[test]
    fn a_restriction_ends_by_itself() {
        let until = |ms: i64| Fact { until_ms: Some(NOW + ms), ..Fact::new(FactKind::Restriction, "ACTIVE") };
        assert_eq!(level(&until(1), NOW), Some(Level::Red));
        assert_eq!(level(&until(0), NOW), None);
        assert_eq!(level(&Fact::new(FactKind::Restriction, "ACTIVE"), NOW), Some(Level::Red), "without an end");
    }

    #[test]
    fn the_card_says_what_needs_someone_first_and_what_is_not_known() {
        let own = OwnSide { connected_at_ms: NOW, ..OwnSide::default() };
        let empty = card(own, &[], NOW);
        assert_eq!(empty.level(), Level::Green);
        assert_eq!(empty.lines.len(), 1 + ALWAYS.len());
        assert_eq!(empty.lines[0].fact.kind, FactKind::Sending);
        assert!(empty.lines[1..].iter().all(|line| line.level.is_none()), "nothing is known yet");
        let old = OwnSide { connected_at_ms: NOW - 9 * DAY_MS, ..own };
        assert_eq!(card(old, &[], NOW).level(), Level::Amber, "Meta has never called");
        assert_eq!(card(OwnSide { simulated: true, ..old }, &[], NOW).level(), Level::Green);
        let facts = [fact(FactKind::Name, "PENDING", 0), fact(FactKind::Quality, "RED", 0)];
        let worst = card(own, &facts, NOW);
        let first: Vec<FactKind> = worst.lines.iter().take(3).map(|line| line.fact.kind).collect();
        assert_eq!(first, [FactKind::Quality, FactKind::Name, FactKind::Sending]);
        assert_eq!(worst.level(), Level::Red);
        let paused = card(OwnSide { paused_code: Some(190), ..own }, &[], NOW);
        assert_eq!((paused.level(), paused.lines[0].fact.value.as_str()), (Level::Red, "190"));
    }

    #[test]
    fn limits_are_read_in_all_their_words() {
        use DailyLimit::{Customers, Unlimited};
        for (word, expected) in [
            ("TIER_250", Some(Customers(250))),
            ("TIER_2K", Some(Customers(2_000))),
            ("TIER_100K", Some(Customers(100_000))),
            ("2000", Some(Customers(2_000))),
            ("TIER_UNLIMITED", Some(Unlimited)),
            ("-1", Some(Unlimited)),
            ("TIER_NOT_SET", None),
            ("", None),
            ("9999999999999999K", None),
        ] {
            assert_eq!(daily_limit(word), expected, "{word}");
        }
    }
}
