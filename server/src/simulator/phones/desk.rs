//! All phones, and who looks at which.

use std::collections::HashMap;

use super::phone::Phone;
use crate::simulator::customer::Customer;

/// Phones by the customer's key.
#[derive(Default)]
pub struct Desk {
    phones: HashMap<String, Phone>,
    /// The open pages, each with the phones it shows.
    viewers: HashMap<String, Vec<String>>,
}

impl Desk {
    pub fn phone(&mut self, key: &str) -> Option<&mut Phone> {
        self.phones.get_mut(key)
    }

    pub fn phones(&self) -> impl Iterator<Item = &Phone> {
        self.phones.values()
    }

    /// The customer a send is addressed to: by key, or by the user id of someone whose key is a phone.
    pub fn addressed(&self, to: &str) -> Option<String> {
        if self.phones.contains_key(to) {
            return Some(to.to_owned());
        }
        let named = |phone: &&Phone| phone.customer.user_id.as_deref() == Some(to);
        self.phones.values().find(named).map(|phone| phone.customer.key().to_owned())
    }

    /// The customer who wrote this message.
    pub fn author_of(&self, wamid: &str) -> Option<String> {
        let wrote = |phone: &&Phone| phone.thread.iter().any(|bubble| bubble.own && bubble.id == wamid);
        self.phones.values().find(wrote).map(|phone| phone.customer.key().to_owned())
    }

    /// Puts a customer's phone there, unless it is.
    pub fn add(&mut self, customer: Customer) -> &mut Phone {
        let key = customer.key().to_owned();
        self.phones.entry(key).or_insert_with(|| Phone::new(customer))
    }

    /// Is the phone open before somebody's eyes?
    pub fn is_open(&self, key: &str) -> bool {
        self.viewers.values().any(|open| open.iter().any(|open| open == key))
    }

    pub fn enter(&mut self, viewer: &str) {
        self.viewers.entry(viewer.to_owned()).or_default();
    }

    /// A page shows these phones now; gives those it did not show before. A page that has not entered shows none.
    pub fn look(&mut self, viewer: &str, keys: Vec<String>) -> Vec<String> {
        let Some(open) = self.viewers.get_mut(viewer) else { return Vec::new() };
        let fresh = keys.iter().filter(|key| !open.contains(key)).cloned().collect();
        *open = keys;
        fresh
    }

    pub fn leave(&mut self, viewer: &str) {
        self.viewers.remove(viewer);
    }
}
