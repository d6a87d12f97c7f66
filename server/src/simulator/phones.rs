//! The customers' phones: a page on which one writes as a customer, and the lives behind it. They get what the business
//! sends, report on it as Meta would, and post what customers write as webhooks.

mod desk;
pub mod fault;
mod guard;
mod load;
mod news;
pub mod pace;
mod page;
mod phone;
mod routes;
mod stylesheet;
#[cfg(test)]
mod tests;
mod words;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use app::ctx::now_ms;
use serde_json::{Value, json};
use tokio::sync::{broadcast, mpsc, oneshot};

use super::block_list::BlockList;
use super::courier::{Courier, Outcome};
use super::customer::Customer;
use super::dice::Dice;
use super::graph::Happening;
use super::ledger::{Accepted, ReadMark};
use super::made_up;
use super::statuses::Statuses;
use super::webhook::{self, Content, Incoming, Number, Report};
use desk::Desk;
use fault::Fault;
use news::{News, PhoneBrief};
use pace::Pace;
use phone::{Bubble, Mark, Phone, Tap, Tick};

pub(super) use routes::{Place, router};

/// All phones. Cheap to clone.
#[derive(Clone)]
pub struct Phones {
    inner: Arc<Inner>,
}

struct Inner {
    desk: Mutex<Desk>,
    news: broadcast::Sender<News>,
    courier: Courier,
    number: Number,
    /// The business' name, as customers see it.
    house: String,
    pace: Pace,
    blocked: BlockList,
}

/// A page that falls this far behind asks for everything again.
const NEWS_KEPT: usize = 512;

impl Phones {
    pub(super) fn new(number: Number, house: String, courier: Courier, pace: Pace, blocked: BlockList) -> Self {
        let news = broadcast::channel(NEWS_KEPT).0;
        Self { inner: Arc::new(Inner { desk: Mutex::default(), news, courier, number, house, pace, blocked }) }
    }

    /// Lives with what happens at the fake Graph API until that ends.
    pub(super) async fn live(self, mut happenings: mpsc::UnboundedReceiver<Happening>) {
        while let Some(happening) = happenings.recv().await {
            match happening {
                Happening::Sent { message, plan } => self.receive(message, plan),
                Happening::Read(mark) => self.blue(&mark),
            }
        }
    }

    /// Puts a customer's phone on the shelf; gives its key.
    pub fn add(&self, customer: Customer) -> String {
        let mut desk = self.desk();
        let phone = desk.add(customer);
        self.wrote(&phone.customer, 0);
        self.tell(News::Phone { phone: PhoneBrief::of(phone) });
        phone.customer.key().to_owned()
    }

    /// The customer taps what a message offers. `None` when there is no such message, or nothing to tap by that id.
    pub fn tap(&self, key: &str, message: &str, tap: &str, dice: &mut Dice) -> Option<String> {
        let content = {
            let mut desk = self.desk();
            let phone = desk.phone(key)?;
            let bubble = phone.thread.iter().rfind(|bubble| bubble.id == message && !bubble.own)?;
            bubble.taps.iter().find(|offered| offered.id == tap)?.content(&phone.customer, dice)
        };
        self.answer(key, &content, Some(message))
    }

    /// The customer writes. Gives the message's id; `None` for nobody we know.
    pub fn say(&self, key: &str, content: &Content) -> Option<String> {
        self.answer(key, content, None)
    }

    /// The same on one message, or, for a tap on no message in particular, on the last that came.
    fn answer(&self, key: &str, content: &Content, on: Option<&str>) -> Option<String> {
        let now_ms = now_ms();
        let id = webhook::new_wamid();
        let outcome = {
            let mut desk = self.desk();
            let phone = desk.phone(key)?;
            let taps = matches!(content.kind.as_str(), "button" | "interactive");
            let came = |bubble: &Bubble| taps && !bubble.own && bubble.kind != "reaction";
            let reply_to = on.map(str::to_owned).or_else(|| phone.last(came).map(|bubble| bubble.id.clone()));
            let customer = &phone.customer;
            let mut content = content.clone();
            if let Some(number) = content.object.get_mut("wa_id").filter(|_| content.kind == "system") {
                // What comes next must come from the number that is told: the phone keeps its own.
                *number = json!(customer.wa_id());
            }
            let content = &content;
            let reply_to = reply_to.as_deref();
            let incoming = Incoming { customer, wamid: &id, sent_at_ms: now_ms, content, reply_to };
            let value = webhook::message(&self.inner.number, &incoming);
            let bubble = Bubble {
                id: id.clone(),
                own: true,
                kind: content.kind.clone(),
                text: content.plain().map(str::to_owned),
                at_ms: now_ms,
                tick: Tick::Sent,
                reaction: None,
                answered_with: None,
                taps: Vec::new(),
                callback: None,
            };
            phone.add(bubble.clone());
            self.tell(News::Message { customer: key.to_owned(), message: bubble });
            if self.is_blocked(&phone.customer) {
                // It stays at one tick for good, and nobody is told why.
                return Some(id);
            }
            self.wrote(&phone.customer, now_ms);
            self.post(key, value)
        };
        let (phones, key, wamid) = (self.clone(), key.to_owned(), id.clone());
        tokio::spawn(async move {
            // Two ticks stand for a webhook that was answered with 200.
            if outcome.await == Ok(Outcome::Taken) {
                phones.taken(&key, &wamid);
            }
        });
        Some(id)
    }

    /// The customer does something to a message that is on the phone: reacts to the last one that came (or their own),
    /// changes or deletes their own last words. `None` for nobody we know, or when there is no such message.
    pub fn mark(&self, key: &str, mark: &Mark) -> Option<String> {
        let id = webhook::new_wamid();
        let mut desk = self.desk();
        let phone = desk.phone(key)?;
        let own_words = |bubble: &Bubble| bubble.own && bubble.kind == "text";
        let (target, content) = match mark {
            Mark::React(emoji) => {
                let theirs = |bubble: &Bubble| !bubble.own && bubble.kind != "reaction";
                let target = phone.last(theirs).or_else(|| phone.last(|bubble| bubble.own))?.id.clone();
                (target.clone(), made_up::reaction(&target, emoji))
            }
            Mark::Edit(text) => {
                let target = phone.last(own_words)?.id.clone();
                (target.clone(), made_up::edit(&target, text))
            }
            Mark::Delete => {
                let target = phone.last(own_words)?.id.clone();
                (target.clone(), made_up::revoke(&target))
            }
        };
        let customer = &phone.customer;
        let content = &content;
        let incoming = Incoming { customer, wamid: &id, sent_at_ms: now_ms(), content, reply_to: None };
        let value = webhook::message(&self.inner.number, &incoming);
        if let Some(message) = phone.mark(&target, mark) {
            self.tell(News::Changed { customer: key.to_owned(), message });
        }
        if !self.is_blocked(&phone.customer) {
            drop(self.post(key, value));
        }
        Some(id)
    }

    /// The customer calls, and hangs up `duration_s` later (nobody answers when that is 0): Meta tells of both.
    pub fn call(&self, key: &str, duration_s: i64) -> Option<String> {
        let id = format!("wacid.{}", app::tokens::random());
        let now_ms = now_ms();
        let mut desk = self.desk();
        let customer = desk.phone(key)?.customer.clone();
        if self.is_blocked(&customer) {
            return Some(id);
        }
        for (at_ms, duration_s) in [(now_ms - duration_s * 1_000, None), (now_ms, Some(duration_s))] {
            let ring = webhook::Ring { customer: &customer, id: &id, at_ms, duration_s };
            let value = webhook::call(&self.inner.number, &ring);
            let body = webhook::envelope(&self.inner.number, "calls", vec![value]).to_string().into_bytes();
            drop(self.inner.courier.post(key, body));
        }
        Some(id)
    }

    /// Majlis took the customer's message.
    fn taken(&self, key: &str, id: &str) {
        let moved = self.desk().phone(key).and_then(|phone| phone.advance(id, Tick::Delivered));
        if moved.is_some() {
            self.tell(News::Tick { customer: key.to_owned(), id: id.to_owned(), tick: Tick::Delivered });
        }
    }

    /// Switches a phone off or on; what waited for it arrives then.
    pub fn set_off(&self, key: &str, off: bool) {
        if !self.change(key, |phone| phone.off = off) || off {
            return;
        }
        let waiting = self.desk().phone(key).map(|phone| phone.waiting(Tick::Sent, Tick::Delivered));
        for id in waiting.unwrap_or_default() {
            self.report(key, &id, Tick::Delivered);
        }
        self.see_if_open(key);
    }

    fn set_fault(&self, key: &str, fault: Fault) -> bool {
        self.change(key, |phone| phone.fault = fault)
    }

    /// Customers whom nobody plays, with their country.
    pub(super) fn unplayed(&self) -> Vec<(String, String)> {
        let desk = self.desk();
        let unplayed = desk.phones().filter(|phone| !phone.played && !phone.off);
        let unplayed = unplayed.filter(|phone| !self.is_blocked(&phone.customer));
        unplayed.map(|phone| (phone.customer.key().to_owned(), phone.customer.country().to_owned())).collect()
    }

    /// Has the business blocked them? Then nothing of theirs comes through.
    fn is_blocked(&self, customer: &Customer) -> bool {
        let names = [&customer.phone, &customer.user_id].into_iter().flatten();
        names.into_iter().any(|name| self.inner.blocked.holds(&self.inner.number.phone_number_id, name))
    }

    /// The customer wrote then; 0: never.
    fn wrote(&self, customer: &Customer, at_ms: i64) {
        for name in [&customer.phone, &customer.user_id].into_iter().flatten() {
            self.inner.blocked.wrote(&self.inner.number.phone_number_id, name, at_ms);
        }
    }

    /// A page shows these phones: somebody reads what is on them.
    fn look(&self, viewer: &str, keys: Vec<String>) {
        let fresh = self.desk().look(viewer, keys);
        for key in fresh {
            self.change(&key, |phone| {
                phone.played = true;
                phone.unseen = 0;
            });
            let phones = self.clone();
            tokio::spawn(async move {
                Pace::wait(phones.inner.pace.glance).await;
                phones.see_if_open(&key);
            });
        }
    }

    /// A message of the business reaches Meta.
    fn receive(&self, message: Accepted, plan: Option<Statuses>) {
        // It will be told to have failed: no customer sees it.
        if plan.as_ref().is_some_and(Statuses::fails) {
            return;
        }
        let key = {
            let mut desk = self.desk();
            let key = desk.addressed(&message.to).unwrap_or_else(|| message.to.clone());
            if desk.phone(&key).is_none() {
                let phone = desk.add(Customer::addressed(&message.to));
                self.wrote(&phone.customer, 0);
                self.tell(News::Phone { phone: PhoneBrief::of(phone) });
            }
            let open = desk.is_open(&key);
            let Some(phone) = desk.phone(&key) else { return };
            let reaction = message.kind == "reaction";
            phone.unseen += usize::from(!open && !reaction);
            if reaction {
                let text = |key: &str| message.object.get(key).and_then(Value::as_str).unwrap_or_default();
                if let Some(on) = phone.thread.iter_mut().rfind(|bubble| bubble.id == text("message_id")) {
                    on.answered_with = Some(text("emoji").to_owned()).filter(|emoji| !emoji.is_empty());
                    self.tell(News::Changed { customer: key.clone(), message: on.clone() });
                }
            }
            let taps = Tap::all(&message.kind, &message.object);
            let bubble = Bubble {
                id: message.wamid.clone(),
                own: false,
                kind: message.kind,
                text: Some(message.body).filter(|body| !body.is_empty()),
                at_ms: message.received_at_ms,
                // Whoever made the plan reports; for us there is nothing left to say.
                tick: if plan.is_some() { Tick::Read } else { Tick::Accepted },
                reaction: None,
                answered_with: None,
                taps,
                callback: message.biz_opaque_callback_data,
            };
            phone.add(bubble.clone());
            self.tell(News::Message { customer: key.clone(), message: bubble });
            key
        };
        if plan.is_none() {
            tokio::spawn(self.clone().carry(key, message.wamid));
        }
    }

    /// Carries a message to its phone and reports on the way.
    async fn carry(self, key: String, id: String) {
        let pace = self.inner.pace;
        Pace::wait(pace.sent).await;
        self.report(&key, &id, Tick::Sent);
        Pace::wait(pace.delivered).await;
        if self.desk().phone(&key).is_none_or(|phone| phone.off) {
            return;
        }
        self.report(&key, &id, Tick::Delivered);
        let open = self.desk().is_open(&key);
        Pace::wait(if open { pace.glance } else { pace.read }).await;
        let nobody_plays = self.desk().phone(&key).is_some_and(|phone| !phone.played && !phone.off);
        if nobody_plays {
            self.see(&key);
        } else {
            self.see_if_open(&key);
        }
    }

    fn see_if_open(&self, key: &str) {
        let open = {
            let mut desk = self.desk();
            desk.is_open(key) && desk.phone(key).is_some_and(|phone| !phone.off)
        };
        if open {
            self.see(key);
        }
    }

    /// The customer reads everything that is on the phone.
    fn see(&self, key: &str) {
        let unread = self.desk().phone(key).map(|phone| phone.waiting(Tick::Sent, Tick::Read)).unwrap_or_default();
        for id in unread {
            self.report(key, &id, Tick::Delivered);
            self.report(key, &id, Tick::Read);
        }
    }

    /// The business has read: the customer's ticks turn blue.
    fn blue(&self, mark: &ReadMark) {
        let mut desk = self.desk();
        let Some(key) = desk.author_of(&mark.wamid) else { return };
        for id in desk.phone(&key).map(|phone| phone.mark_read(&mark.wamid)).unwrap_or_default() {
            self.tell(News::Tick { customer: key.clone(), id, tick: Tick::Read });
        }
    }

    /// Moves a message of the business on and posts the status; says nothing twice.
    fn report(&self, key: &str, id: &str, tick: Tick) {
        let status = match tick {
            Tick::Accepted => return,
            Tick::Sent => "sent",
            Tick::Delivered => "delivered",
            Tick::Read => "read",
        };
        // Held until the status is in the courier's hands: statuses leave in the order of the ticks.
        let mut desk = self.desk();
        let Some(phone) = desk.phone(key) else { return };
        let Some(bubble) = phone.advance(id, tick) else { return };
        let report = Report {
            customer: &phone.customer,
            wamid: id,
            status,
            at_ms: now_ms(),
            biz_opaque_callback_data: bubble.callback.as_deref(),
            error: None,
        };
        drop(self.post(key, webhook::status(&self.inner.number, &report)));
        self.tell(News::Tick { customer: key.to_owned(), id: id.to_owned(), tick });
    }

    fn post(&self, key: &str, value: Value) -> oneshot::Receiver<Outcome> {
        self.inner.courier.post(key, webhook::body(&self.inner.number, vec![value]))
    }

    fn change(&self, key: &str, change: impl FnOnce(&mut Phone)) -> bool {
        let mut desk = self.desk();
        let Some(phone) = desk.phone(key) else { return false };
        change(phone);
        self.tell(News::Phone { phone: PhoneBrief::of(phone) });
        true
    }

    fn tell(&self, news: News) {
        // Nobody has the page open.
        let _ = self.inner.news.send(news);
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.inner.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
