//! What was counted, for the reader of a long run.

use std::collections::BTreeMap;
use std::fmt;

use server::simulator::Moment;

use super::Way;

/// Counts of one house, or of all.
#[derive(Default)]
pub struct Tally {
    at: BTreeMap<&'static str, usize>,
    held: usize,
    outside: usize,
    pub webhooks: usize,
    pub wishes: usize,
    pub sent: usize,
    /// Shown as uncertain at the end.
    pub uncertain: usize,
    pub set_aside: usize,
    pub files: usize,
    /// Messages of a phone's history.
    pub brought: usize,
}

impl Tally {
    /// A life that ended, at its point or elsewhere.
    pub fn note(&mut self, way: Way, reached: bool) {
        match way {
            Way::At(point, _) if reached => *self.at.entry(point.as_str()).or_default() += 1,
            Way::Held(moment) if reached => {
                let name = if moment == Moment::BeforeRecord { "meta.before_taking" } else { "meta.after_taking" };
                *self.at.entry(name).or_default() += 1;
                self.held += 1;
            }
            Way::At(..) | Way::Held(_) | Way::After(_) => self.outside += 1,
        }
    }

    pub fn kills(&self) -> usize {
        self.at.values().sum::<usize>() + self.outside
    }

    pub fn add(&mut self, other: Self) {
        for (name, count) in other.at {
            *self.at.entry(name).or_default() += count;
        }
        self.held += other.held;
        self.outside += other.outside;
        self.webhooks += other.webhooks;
        self.wishes += other.wishes;
        self.sent += other.sent;
        self.uncertain += other.uncertain;
        self.set_aside += other.set_aside;
        self.files += other.files;
        self.brought += other.brought;
    }

    /// How often it died at each point.
    pub fn points(&self) -> String {
        let lines: Vec<_> = self.at.iter().map(|(name, count)| format!("  {name} {count}")).collect();
        lines.join("\n")
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} kills ({} at {} points, {} while Meta held a send, {} at any moment); {} webhooks answered 200, \
             {} sends queued, {} taken by Meta; lost 0, shown twice 0, sent twice 0, out of order 0; \
             {} shown as uncertain, {} items set aside, {} files fetched, {} messages of the past brought over",
            self.kills(),
            self.kills() - self.outside - self.held,
            self.at.len(),
            self.held,
            self.outside,
            self.webhooks,
            self.wishes,
            self.sent,
            self.uncertain,
            self.set_aside,
            self.files,
            self.brought,
        )
    }
}
