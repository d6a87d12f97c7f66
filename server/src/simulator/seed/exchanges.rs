//! The written exchanges of `exchanges.json`: who says what, with placeholders to be filled.

use serde::Deserialize;

use app::domain::agent::Role;

const WRITTEN: &str = include_str!("../exchanges.json");

#[derive(Debug, Deserialize)]
pub struct Written {
    pub agents: Vec<WrittenAgent>,
    pub people: Vec<WrittenPerson>,
    pub products: Vec<Product>,
    pub variations: Variations,
    pub exchanges: Vec<Exchange>,
    /// Conversations that show what else customers send; they stand among the others once.
    pub more_than_words: Vec<Exchange>,
}

/// One of the team.
#[derive(Debug, Deserialize)]
pub struct WrittenAgent {
    pub key: String,
    pub name_ar: String,
    pub name_en: String,
    pub role: Role,
}

/// A customer's profile name, as WhatsApp would show it; `_` joins the words of a first name.
#[derive(Debug, Deserialize)]
pub struct WrittenPerson {
    pub name: String,
    /// ISO 3166, two letters.
    pub country: String,
}

#[derive(Debug, Deserialize)]
pub struct Product {
    pub ar: String,
    pub en: String,
}

/// The cities stand in both lists in the same order: Egypt's first six, then two Saudi, two Emirati, Kuwait, Muscat.
#[derive(Debug, Deserialize)]
pub struct Variations {
    pub city_ar: Vec<String>,
    pub city_en: Vec<String>,
    pub day_ar: Vec<String>,
    pub day_en: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub struct Exchange {
    pub key: String,
    pub dialect: String,
    pub ending: Ending,
    pub messages: Vec<Line>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Line {
    /// `customer`, or an agent's key.
    pub from: String,
    #[serde(default = "text_kind")]
    pub kind: String,
    pub text: Option<String>,
    /// Seconds since the line before.
    pub after_s: i64,
}

fn text_kind() -> String {
    "text".to_owned()
}

impl Line {
    pub fn is_customers(&self) -> bool {
        self.from == "customer"
    }
}

/// How an exchange stands when the demo begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    Answered,
    /// The customer waits for an answer.
    Waiting,
    /// The customer's last message is more than a day old.
    ClosedWindow,
    /// The last answer failed.
    Failed,
    /// Nobody knows whether the last answer arrived.
    Unknown,
}

/// # Errors
/// The file was edited into something unreadable; a test reads it.
pub fn written() -> serde_json::Result<Written> {
    serde_json::from_str(WRITTEN)
}

impl Exchange {
    /// The countries its customer may be from, in the order of preference; empty for any.
    pub fn countries(&self) -> &'static [&'static str] {
        const GULF: &[&str] = &["SA", "AE", "KW"];
        let has = |part: &str| self.key.split('-').any(|word| word == part);
        match self.dialect.as_str() {
            "egyptian" => &["EG"],
            "gulf" if has("sa") => &["SA"],
            "gulf" if has("ae") => &["AE"],
            "gulf" if has("kw") => &["KW"],
            "gulf" if has("om") => &["OM"],
            "gulf" => GULF,
            // Two are written the way people of the Gulf write.
            "arabizi" if has("stock") => GULF,
            "mixed" if has("payment") || has("device") => GULF,
            "arabizi" | "mixed" => &["EG"],
            _ => &[],
        }
    }

    /// Written in Latin letters, so the customer's name is too.
    pub fn is_latin(&self) -> bool {
        matches!(self.dialect.as_str(), "english" | "arabizi")
    }

    /// The lines of the `use_`-th conversation made of this exchange. Later ones stop at an earlier turn, so that no two
    /// end in the same words.
    pub fn lines(&self, use_: usize) -> &[Line] {
        let customers_end = self.ending == Ending::Waiting;
        let ends = (1..=self.messages.len()).rev().filter(|&end| {
            let turn = self.messages.get(end).is_none_or(|next| next.is_customers() != customers_end);
            turn && self.messages[end - 1].is_customers() == customers_end && end >= SHORTEST
        });
        let end = ends.take(use_ + 1).last().unwrap_or(self.messages.len());
        &self.messages[..end]
    }
}

/// Shorter ones would not show what the matter was.
const SHORTEST: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_can_be_read_and_every_kind_is_known() {
        let written = written().unwrap();
        assert!(written.exchanges.len() > 40 && written.people.len() > 100);
        assert_eq!(
            written.agents.iter().map(|agent| agent.key.as_str()).collect::<Vec<_>>(),
            ["mona", "ahmed", "salma", "yasmine"]
        );
        for exchange in written.exchanges.iter().chain(&written.more_than_words) {
            for line in &exchange.messages {
                let known = line.is_customers() || written.agents.iter().any(|agent| agent.key == line.from);
                assert!(known, "{}: {}", exchange.key, line.from);
                assert!(line.kind != "text" || line.text.is_some(), "{}: a text without text", exchange.key);
            }
        }
    }

    #[test]
    fn later_uses_end_earlier_and_on_the_same_side() {
        for exchange in written().unwrap().exchanges {
            let first = exchange.lines(0);
            assert_eq!(first.len(), exchange.messages.len(), "{} ends on the wrong side", exchange.key);
            for use_ in 1..5 {
                let lines = exchange.lines(use_);
                assert!(lines.len() <= exchange.lines(use_ - 1).len());
                assert_eq!(lines[lines.len() - 1].is_customers(), exchange.ending == Ending::Waiting);
            }
        }
    }
}
