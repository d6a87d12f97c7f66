//! What goes on while the program is killed: customers write, agents answer. Both have the patience of those they play:
//! Meta posts a webhook again until it is answered 200, and an integrator repeats a wish under its name.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use app::ctx::now_ms;
use futures_util::future::join_all;
use rand::RngExt as _;
use rand::rngs::StdRng;
use reqwest::Method;
use serde_json::json;
use server::simulator::files::File;
use server::simulator::webhook::{self, Content, Incoming};
use server::simulator::{Behaviour, Statuses};

use crate::harness::{House, Writer, text_to, try_read};
use crate::phone_history;

/// How Meta tells of what is sent to a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// Everything, in order and at once, before the answer.
    AtOnce,
    /// Everything twice and in disorder, some of it before the answer.
    Disorder,
    /// The answer never comes; its statuses do.
    HangsUp,
    /// Refused after it was accepted.
    Fails,
    /// Nothing is ever told.
    Silent,
}

const PLANS: [Plan; 6] = [Plan::AtOnce, Plan::Disorder, Plan::HangsUp, Plan::Fails, Plan::Silent, Plan::Disorder];

impl Plan {
    fn behaviour(self, dice: &mut StdRng) -> Behaviour {
        let late = Duration::from_millis(dice.random_range(0..30));
        let normal = Behaviour::normal().answered_after(late);
        match self {
            Self::AtOnce => normal.then(Statuses::read()),
            Self::Disorder => normal.then(Statuses::read().shuffled(dice.random()).duplicated()),
            // Not each time: a number that nobody answers any more is left in peace for a while.
            Self::HangsUp if dice.random() => Behaviour::hang_up().then(Statuses::read().spaced(late)),
            Self::HangsUp => normal.then(Statuses::read().spaced(late)),
            Self::Fails => normal.then(Statuses::failed(131_026)),
            Self::Silent => normal.then(Statuses::none()),
        }
    }

    /// How a message that Meta has taken must stand when all has been told.
    pub fn ends(self) -> &'static [&'static str] {
        match self {
            Self::AtOnce | Self::Disorder | Self::HangsUp => &["read"],
            // A send that was held while the program died told everything, whoever it was to.
            Self::Fails => &["failed", "read"],
            Self::Silent => &["accepted", "unknown", "unconfirmed", "read"],
        }
    }
}

/// A webhook on its way.
#[derive(Clone)]
struct Parcel {
    body: Vec<u8>,
    /// What the customer's conversation must show of it, if it is the first of its kind.
    shows: Option<Shown>,
    /// The same of the time before, from the phone the number lives on too.
    brings: Vec<Shown>,
    bad_items: usize,
}

/// A message as a reader sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub wamid: String,
    pub kind: &'static str,
    pub text: Option<String>,
}

/// Something an integrator wants sent.
#[derive(Clone, Debug)]
pub struct Wish {
    pub text: String,
    /// The message's id, once it was told.
    pub id: Option<String>,
}

pub struct Person {
    pub writer: Writer,
    pub conversation: String,
    pub plan: Plan,
    coming: Mutex<VecDeque<Parcel>>,
    wished: Mutex<VecDeque<Wish>>,
    past: Mutex<Past>,
}

/// What was answered.
#[derive(Clone, Default)]
pub struct Past {
    pub shown: Vec<Shown>,
    pub brought: Vec<Shown>,
    pub wishes: Vec<Wish>,
    pub acked: usize,
    pub bad_items: usize,
}

pub struct Load {
    pub people: Vec<Person>,
}

fn lock<T>(held: &Mutex<T>) -> MutexGuard<'_, T> {
    held.lock().unwrap()
}

impl Load {
    /// Six customers who have greeted.
    pub async fn begin(house: &House<'_>, dice: &mut StdRng) -> Self {
        let writers: Vec<_> = (0..PLANS.len()).map(Writer::nth).collect();
        let conversations = house.conversations_with(&writers).await;
        let people = writers.into_iter().zip(conversations).zip(PLANS).map(|((writer, conversation), plan)| {
            house.graph.always_to(writer.key(), Some(plan.behaviour(dice)));
            let (coming, wished, past) = Default::default();
            Person { writer, conversation, plan, coming, wished, past }
        });
        Self { people: people.collect() }
    }

    /// What happens in the next life, beside what the last one left undone.
    pub fn more(&self, house: &House<'_>, dice: &mut StdRng) {
        for person in &self.people {
            house.graph.always_to(person.writer.key(), Some(person.plan.behaviour(dice)));
            for _ in 0..dice.random_range(1..4) {
                person.comes(person.parcel(house, dice), dice);
            }
            // A customer takes 45 messages at once, then one in six seconds; no house is open for so long.
            let mut wished = lock(&person.wished);
            let count = lock(&person.past).wishes.len() + wished.len();
            wished.push_back(Wish { text: format!("رد {count}"), id: None });
        }
    }

    /// Nobody hangs up from now on.
    pub fn be_patient(&self, house: &House<'_>) {
        for person in self.people.iter().filter(|person| person.plan == Plan::HangsUp) {
            house.graph.always_to(person.writer.key(), Some(Behaviour::normal().then(Statuses::read())));
        }
    }

    /// Works until everything is answered or the program is gone.
    pub async fn work(&self, house: &House<'_>) {
        join_all(self.people.iter().map(|person| async { tokio::join!(person.write(house), person.wish(house)) }))
            .await;
    }

    pub fn is_done(&self) -> bool {
        self.people.iter().all(|person| lock(&person.coming).is_empty() && lock(&person.wished).is_empty())
    }
}

impl Person {
    pub fn past(&self) -> Past {
        lock(&self.past).clone()
    }

    fn comes(&self, parcel: Parcel, dice: &mut StdRng) {
        let again = dice.random_range(0..8) == 0;
        let mut coming = lock(&self.coming);
        coming.push_back(parcel.clone());
        if again {
            // Meta repeats also what was answered.
            coming.push_back(Parcel { shows: None, brings: Vec::new(), bad_items: 0, ..parcel });
        }
    }

    fn parcel(&self, house: &House<'_>, dice: &mut StdRng) -> Parcel {
        let wamid = webhook::new_wamid();
        let number = self.writer.number.number();
        let text = format!("رسالة {}", dice.random::<u32>());
        let value = self.writer.value(&wamid, &text, now_ms());
        match dice.random_range(0..7) {
            0 => {
                let mut bad = value.clone();
                bad["messages"][0].as_object_mut().unwrap().remove("id");
                let shows = Some(Shown { wamid, kind: "text", text: Some(text) });
                Parcel { body: webhook::body(&number, vec![bad, value]), shows, brings: Vec::new(), bad_items: 1 }
            }
            1 => {
                let bytes = text.into_bytes();
                let file = File { mime: "text/plain".to_owned(), bytes: bytes.into(), name: None };
                let sha256 = file.sha256();
                let object =
                    json!({ "id": house.graph.shelf().put(file), "mime_type": "text/plain", "sha256": sha256 });
                let (customer, content) = (&self.writer.customer, &Content::of("document", object));
                let incoming = Incoming { customer, wamid: &wamid, sent_at_ms: now_ms(), content, reply_to: None };
                let body = webhook::body(&number, vec![webhook::message(&number, &incoming)]);
                let shows = Some(Shown { wamid, kind: "document", text: None });
                Parcel { body, shows, brings: Vec::new(), bad_items: 0 }
            }
            2 => self.history(dice),
            _ => {
                let shows = Some(Shown { wamid, kind: "text", text: Some(text) });
                Parcel { body: webhook::body(&number, vec![value]), shows, brings: Vec::new(), bad_items: 0 }
            }
        }
    }

    /// A part of the phone's history: some messages of some second long ago.
    fn history(&self, dice: &mut StdRng) -> Parcel {
        let at_s = dice.random_range(1_739_230_000..1_739_240_000);
        let from = self.writer.key().trim_start_matches('+');
        let to = self.writer.number.display_phone.trim_start_matches('+');
        let brings = (0..dice.random_range(1..4)).map(|n| {
            let (wamid, text) = (webhook::new_wamid(), format!("{at_s} {n}"));
            Shown { wamid, kind: "text", text: Some(text) }
        });
        let brings: Vec<Shown> = brings.collect();
        let messages = brings.iter().map(|Shown { wamid, text, .. }| {
            json!({ "from": from, "to": to, "id": wamid, "timestamp": at_s.to_string(), "type": "text", "text": { "body": text },
                "history_context": { "status": "READ" } })
        });
        let body = phone_history::chunk(0, 1, 50, vec![phone_history::thread(&self.writer, messages.collect())]);
        Parcel { body, shows: None, brings, bad_items: 0 }
    }

    /// Meta posts what the customer did, one after the other.
    async fn write(&self, house: &House<'_>) {
        loop {
            let Some(parcel) = lock(&self.coming).front().cloned() else { return };
            match try_read(house.signed(parcel.body)).await {
                Ok(answer) if answer.status == 200 => {}
                Ok(answer) => panic!("a webhook was answered {}", answer.status),
                Err(_) => return,
            }
            lock(&self.coming).pop_front();
            let mut past = lock(&self.past);
            past.acked += 1;
            past.bad_items += parcel.bad_items;
            past.shown.extend(parcel.shows);
            past.brought.extend(parcel.brings);
        }
    }

    /// An integrator answers the customer, under the same name until it hears that it is queued.
    async fn wish(&self, house: &House<'_>) {
        loop {
            let Some(wish) = lock(&self.wished).front().cloned() else { return };
            let name = format!("{} {}", self.conversation, wish.text);
            let request = house.rest(Method::POST, "/api/v1/messages");
            let answer = try_read(request.json(&text_to(&self.conversation, &wish.text, &name))).await;
            let Ok(answer) = answer else { return };
            let id = answer.expect(202).json()["id"].as_str().unwrap().to_owned();
            lock(&self.wished).pop_front();
            lock(&self.past).wishes.push(Wish { id: Some(id), ..wish });
        }
    }
}
