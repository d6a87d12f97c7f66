//! Slows down who guesses passwords: per account and per address, doubling, never locking for good.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use app::domain::time::{HOUR_MS, SECOND_MS};

/// Wrong tries without a wait: people mistype.
const FREE_TRIES: u32 = 5;
/// An address serves a whole office behind one router.
const FREE_TRIES_ADDRESS: u32 = 20;
const LONGEST_MS: i64 = 15 * 60 * SECOND_MS;
/// A quiet hour forgets everything.
const FORGET_MS: i64 = HOUR_MS;
/// Names remembered at most; the oldest go first, so that inventing names costs only the inventor.
const REMEMBERED: usize = 20_000;

#[derive(Clone, Copy)]
struct Tries {
    wrong: u32,
    last_ms: i64,
}

/// Wrong tries by account and by address.
#[derive(Default)]
pub struct Throttle {
    accounts: Mutex<HashMap<String, Tries>>,
    addresses: Mutex<HashMap<IpAddr, Tries>>,
}

impl Throttle {
    /// Milliseconds this account or address still has to wait; 0 when it may try.
    pub fn wait_ms(&self, account: &str, address: IpAddr, now_ms: i64) -> i64 {
        let accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        let addresses = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        let left = |tries: Option<&Tries>, free| {
            tries.map_or(0, |tries| tries.last_ms + pause_ms(*tries, free, now_ms) - now_ms)
        };
        left(accounts.get(account), FREE_TRIES).max(left(addresses.get(&address), FREE_TRIES_ADDRESS)).max(0)
    }

    /// Notes a wrong password.
    pub fn wrong(&self, account: &str, address: IpAddr, now_ms: i64) {
        note(&mut self.accounts.lock().unwrap_or_else(PoisonError::into_inner), account.to_owned(), now_ms);
        note(&mut self.addresses.lock().unwrap_or_else(PoisonError::into_inner), address, now_ms);
    }

    /// The right password clears the account. The address only gets this one try back: an attacker may have an account.
    pub fn right(&self, account: &str, address: Option<IpAddr>) {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner).remove(account);
        let mut addresses = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tries) = address.and_then(|address| addresses.get_mut(&address)) {
            tries.wrong = tries.wrong.saturating_sub(1);
        }
    }
}

fn pause_ms(tries: Tries, free: u32, now_ms: i64) -> i64 {
    if tries.wrong < free || now_ms - tries.last_ms > FORGET_MS {
        return 0;
    }
    (SECOND_MS << (tries.wrong - free).min(20)).min(LONGEST_MS)
}

fn note<K: std::hash::Hash + Eq + Clone>(tries: &mut HashMap<K, Tries>, key: K, now_ms: i64) {
    if tries.len() >= REMEMBERED {
        tries.retain(|_, tries| now_ms - tries.last_ms <= FORGET_MS);
        if tries.len() >= REMEMBERED
            && let Some(oldest) = tries.iter().min_by_key(|(_, tries)| tries.last_ms).map(|(key, _)| key.clone())
        {
            tries.remove(&oldest);
        }
    }
    let held = tries.entry(key).or_insert(Tries { wrong: 0, last_ms: now_ms });
    if now_ms - held.last_ms > FORGET_MS {
        held.wrong = 0;
    }
    held.wrong += 1;
    held.last_ms = now_ms;
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 9));
    const OTHER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 10));

    #[test]
    fn guessing_gets_slower_and_is_forgotten() {
        let throttle = Throttle::default();
        for _ in 0..FREE_TRIES - 1 {
            throttle.wrong("mona@a.example", ADDRESS, 0);
        }
        assert_eq!(throttle.wait_ms("mona@a.example", ADDRESS, 0), 0, "people mistype");
        let mut waits = Vec::new();
        for _ in 0..14 {
            throttle.wrong("mona@a.example", ADDRESS, 0);
            waits.push(throttle.wait_ms("mona@a.example", OTHER, 0));
        }
        assert_eq!(waits[..4], [1_000, 2_000, 4_000, 8_000]);
        assert_eq!(waits.last(), Some(&LONGEST_MS), "never for good");
        assert_eq!(throttle.wait_ms("ahmed@a.example", OTHER, 0), 0, "others are not slowed");
        assert_eq!(throttle.wait_ms("mona@a.example", OTHER, FORGET_MS + 1), 0);
        throttle.right("mona@a.example", None);
        assert_eq!(throttle.wait_ms("mona@a.example", OTHER, 0), 0);
    }

    /// Sign-ins are counted before the password is looked at.
    #[test]
    fn an_office_may_sign_in_as_often_as_it_likes() {
        let throttle = Throttle::default();
        for i in 0..100 {
            throttle.wrong(&format!("{i}@a.example"), ADDRESS, 0);
            throttle.right(&format!("{i}@a.example"), Some(ADDRESS));
        }
        assert_eq!(throttle.wait_ms("new@a.example", ADDRESS, 0), 0);
    }

    #[test]
    fn an_address_that_tries_many_accounts_is_slowed() {
        let throttle = Throttle::default();
        for i in 0..FREE_TRIES_ADDRESS + 2 {
            throttle.wrong(&format!("{i}@a.example"), ADDRESS, 0);
        }
        assert_eq!(throttle.wait_ms("new@a.example", ADDRESS, 0), 4_000);
        throttle.right("new@a.example", Some(ADDRESS));
        assert_eq!(throttle.wait_ms("new@a.example", ADDRESS, 0), 2_000, "only its own try is forgiven");
        assert_eq!(throttle.wait_ms("new@a.example", OTHER, 0), 0);
    }
}
