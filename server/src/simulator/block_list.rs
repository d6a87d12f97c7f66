//! Whom the numbers have blocked, as Meta keeps it; and who has written when, since only those of late can be blocked.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use app::domain::time::DAY_MS;

/// Customers by number. Cheap to clone: all clones are one list.
#[derive(Clone, Default)]
pub struct BlockList {
    lists: Arc<Mutex<Lists>>,
}

#[derive(Default)]
struct Lists {
    /// `(phone_number_id, phone with + or user id)`.
    blocked: BTreeSet<(String, String)>,
    wrote_at_ms: HashMap<(String, String), i64>,
}

impl BlockList {
    pub fn add(&self, number: &str, customer: &str) {
        self.lists().blocked.insert((number.to_owned(), customer.to_owned()));
    }

    pub fn remove(&self, number: &str, customer: &str) {
        self.lists().blocked.remove(&(number.to_owned(), customer.to_owned()));
    }

    pub fn holds(&self, number: &str, customer: &str) -> bool {
        self.lists().blocked.contains(&(number.to_owned(), customer.to_owned()))
    }

    /// Whom a number has blocked, in order.
    pub fn of(&self, number: &str) -> Vec<String> {
        let lists = self.lists();
        lists.blocked.iter().filter(|(of, _)| of == number).map(|(_, customer)| customer.clone()).collect()
    }

    /// The customer wrote to the number then; an earlier time than the known one changes nothing.
    pub fn wrote(&self, number: &str, customer: &str, at_ms: i64) {
        let mut lists = self.lists();
        let known = lists.wrote_at_ms.entry((number.to_owned(), customer.to_owned())).or_insert(at_ms);
        *known = at_ms.max(*known);
    }

    /// May the number block them? Of whom nothing is known, it is believed that they wrote: tests post webhooks past us.
    pub(super) fn may_add(&self, number: &str, customer: &str, now_ms: i64) -> bool {
        let lists = self.lists();
        let wrote_at_ms = lists.wrote_at_ms.get(&(number.to_owned(), customer.to_owned()));
        wrote_at_ms.is_none_or(|at_ms| now_ms - at_ms < DAY_MS)
    }

    fn lists(&self) -> MutexGuard<'_, Lists> {
        self.lists.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_wrote_of_late_can_be_blocked() {
        let list = BlockList::default();
        assert!(list.may_add("3", "+20", DAY_MS), "nobody knows");
        list.wrote("3", "+20", 5);
        list.wrote("3", "+20", 0);
        assert!(list.may_add("3", "+20", DAY_MS + 4));
        assert!(!list.may_add("3", "+20", DAY_MS + 5));
        list.add("3", "+20");
        list.add("4", "+30");
        assert!(list.holds("3", "+20") && !list.holds("4", "+20"), "a block is of one number");
        assert_eq!(list.of("3"), ["+20"]);
        list.remove("3", "+20");
        assert!(!list.holds("3", "+20"));
    }
}
