//! One customer's phone: its thread as the customer sees it.

use serde::Serialize;
use serde_json::{Value, json};

use super::fault::Fault;
use crate::simulator::content::content;
use crate::simulator::customer::Customer;
use crate::simulator::dice::Dice;
use crate::simulator::made_up;
use crate::simulator::webhook::Content;

/// How far a message has come. For the customer's own: what their phone shows. For the business': what was reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tick {
    /// The business' message was taken, nothing is reported yet.
    Accepted,
    Sent,
    /// The customer's: Majlis answered 200. The business': it is on the phone.
    Delivered,
    Read,
}

/// A message in the thread.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bubble {
    /// Meta's id.
    pub id: String,
    /// Written by the customer.
    pub own: bool,
    pub kind: String,
    pub text: Option<String>,
    pub at_ms: i64,
    pub tick: Tick,
    /// The customer's reaction to it.
    pub reaction: Option<String>,
    /// The business' reaction to it.
    pub answered_with: Option<String>,
    /// What the customer can tap on it.
    pub taps: Vec<Tap>,
    /// What the business wants to get back with each status.
    #[serde(skip)]
    pub callback: Option<String>,
}

/// Something to tap on the business' message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tap {
    /// Meta's word for the answer: `button_reply`, `list_reply`, `location`, `order`, `contacts`, `nfm_reply`.
    pub answer: &'static str,
    pub id: String,
    pub title: String,
    pub description: Option<String>,
    /// Where an ordered product is from.
    #[serde(skip)]
    pub catalog_id: Option<String>,
}

impl Tap {
    /// What a message of the business offers.
    pub fn all(kind: &str, object: &Value) -> Vec<Self> {
        let text = |value: &Value, pointer: &str| value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        let list = |value: &Value, pointer: &str| -> Vec<Value> {
            value.pointer(pointer).and_then(Value::as_array).cloned().unwrap_or_default()
        };
        let tap = |answer, value: &Value, of: &str| {
            let (id, title) = (text(value, &format!("{of}/id"))?, text(value, &format!("{of}/title"))?);
            let description = text(value, &format!("{of}/description"));
            Some(Self { answer, id, title, description, catalog_id: None })
        };
        let one = |answer: &'static str, title: &str| {
            vec![Self { answer, id: answer.to_owned(), title: title.to_owned(), description: None, catalog_id: None }]
        };
        let product = |id: String| {
            let catalog_id = text(object, "/action/catalog_id").or_else(|| Some("194000000000001".to_owned()));
            Self { answer: "order", title: id.clone(), id, description: None, catalog_id }
        };
        if kind != "interactive" {
            return Vec::new();
        }
        match object.get("type").and_then(Value::as_str).unwrap_or_default() {
            "button" => {
                list(object, "/action/buttons").iter().filter_map(|it| tap("button_reply", it, "/reply")).collect()
            }
            "list" => {
                let sections = list(object, "/action/sections");
                let rows = sections.iter().flat_map(|section| list(section, "/rows"));
                rows.filter_map(|row| tap("list_reply", &row, "")).collect()
            }
            "location_request_message" => one("location", "📍"),
            "request_contact_info" => one("contacts", "☎"),
            "address_message" => one("nfm_reply", "🏠"),
            "product" => text(object, "/action/product_retailer_id").map(product).into_iter().collect(),
            "product_list" => {
                let sections = list(object, "/action/sections");
                let items = sections.iter().flat_map(|section| list(section, "/product_items"));
                items.filter_map(|item| text(&item, "/product_retailer_id")).map(product).collect()
            }
            "catalog_message" => {
                let shown = text(object, "/action/parameters/thumbnail_product_retailer_id");
                vec![product(shown.unwrap_or_else(|| "RH-20418".to_owned()))]
            }
            _ => Vec::new(),
        }
    }

    /// The customer's answer.
    pub fn content(&self, customer: &Customer, dice: &mut Dice) -> Content {
        match self.answer {
            "location" => return content("location", None, customer.country(), dice),
            "order" => return made_up::ordered(self.catalog_id.as_deref().unwrap_or_default(), &self.id),
            "contacts" => return made_up::own_number(customer),
            "nfm_reply" => return made_up::address(customer),
            _ => {}
        }
        let mut reply = json!({ "id": self.id, "title": self.title });
        if let Some(description) = &self.description {
            reply["description"] = json!(description);
        }
        Content::of("interactive", json!({ "type": self.answer, self.answer: reply }))
    }
}

/// What a customer does to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// An empty emoji takes the reaction back.
    React(String),
    Edit(String),
    Delete,
}

/// A phone on the desk, or in the drawer.
#[derive(Clone, Debug)]
pub struct Phone {
    pub customer: Customer,
    /// Oldest first.
    pub thread: Vec<Bubble>,
    /// Somebody has looked at it since the start: from then on, nothing is read unless somebody looks.
    pub played: bool,
    /// Switched off: what is sent to it waits at Meta.
    pub off: bool,
    pub fault: Fault,
    /// Messages that came while nobody looked.
    pub unseen: usize,
}

/// A phone shows so many messages; older ones are scrolled away for good.
const THREAD_MAX: usize = 300;

impl Phone {
    pub fn new(customer: Customer) -> Self {
        Self { customer, thread: Vec::new(), played: false, off: false, fault: Fault::None, unseen: 0 }
    }

    pub fn last_at_ms(&self) -> i64 {
        self.thread.last().map_or(0, |bubble| bubble.at_ms)
    }

    pub fn add(&mut self, bubble: Bubble) {
        if self.thread.len() >= THREAD_MAX {
            self.thread.remove(0);
        }
        self.thread.push(bubble);
    }

    /// The last message of a kind.
    pub fn last(&self, wanted: impl Fn(&Bubble) -> bool) -> Option<&Bubble> {
        self.thread.iter().rfind(|bubble| wanted(bubble))
    }

    /// Shows what was done to a message; gives it as it is now.
    pub fn mark(&mut self, id: &str, mark: &Mark) -> Option<Bubble> {
        let bubble = self.thread.iter_mut().rfind(|bubble| bubble.id == id)?;
        match mark {
            Mark::React(emoji) => bubble.reaction = Some(emoji.clone()).filter(|emoji| !emoji.is_empty()),
            Mark::Edit(text) => bubble.text = Some(text.clone()),
            Mark::Delete => (bubble.kind, bubble.text) = ("revoke".to_owned(), None),
        }
        Some(bubble.clone())
    }

    /// Moves a message's tick forward; `None` when it was there already, so that nothing is reported twice.
    pub fn advance(&mut self, id: &str, tick: Tick) -> Option<Bubble> {
        let bubble = self.thread.iter_mut().rfind(|bubble| bubble.id == id && bubble.tick < tick)?;
        bubble.tick = tick;
        Some(bubble.clone())
    }

    /// Marks the customer's messages as read up to this one, as Meta does; gives those that changed.
    pub fn mark_read(&mut self, wamid: &str) -> Vec<String> {
        let Some(last) = self.thread.iter().rposition(|bubble| bubble.own && bubble.id == wamid) else {
            return Vec::new();
        };
        let unread = self.thread[..=last].iter_mut().filter(|bubble| bubble.own && bubble.tick < Tick::Read);
        unread
            .map(|bubble| {
                bubble.tick = Tick::Read;
                bubble.id.clone()
            })
            .collect()
    }

    /// The business' messages that are between these two states, oldest first.
    pub fn waiting(&self, from: Tick, below: Tick) -> Vec<String> {
        let waiting = |bubble: &&Bubble| !bubble.own && bubble.tick >= from && bubble.tick < below;
        self.thread.iter().filter(waiting).map(|bubble| bubble.id.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bubble(id: &str, own: bool, tick: Tick) -> Bubble {
        let text = Some(id.to_owned());
        let kind = "text".to_owned();
        let (reaction, answered_with, taps, callback) = (None, None, Vec::new(), None);
        Bubble { id: id.to_owned(), own, kind, text, at_ms: 0, tick, reaction, answered_with, taps, callback }
    }

    #[test]
    fn ticks_only_move_forward() {
        let mut phone = Phone::new(Customer::default());
        phone.add(bubble("a", false, Tick::Sent));
        assert!(phone.advance("a", Tick::Delivered).is_some());
        assert!(phone.advance("a", Tick::Delivered).is_none());
        assert!(phone.advance("a", Tick::Sent).is_none());
        assert!(phone.advance("b", Tick::Read).is_none());
    }

    #[test]
    fn what_the_business_offers_can_be_tapped() {
        let list = json!({ "type": "list", "action": { "sections": [{ "rows": [
            { "id": "r1", "title": "الصباح", "description": "٩-١٢" }] }] } });
        let [row] = &Tap::all("interactive", &list)[..] else { panic!() };
        let answer = row.content(&Customer::default(), &mut Dice::new(1));
        assert_eq!(
            answer.object,
            json!({ "type": "list_reply",
                "list_reply": { "id": "r1", "title": "الصباح", "description": "٩-١٢" } })
        );
        let buttons = json!({ "type": "button", "action": { "buttons": [
            { "type": "reply", "reply": { "id": "y", "title": "نعم" } }] } });
        assert_eq!(Tap::all("interactive", &buttons)[0].answer, "button_reply");
        let asked = json!({ "type": "location_request_message" });
        let [here] = &Tap::all("interactive", &asked)[..] else { panic!() };
        assert_eq!(here.content(&Customer::default(), &mut Dice::new(1)).kind, "location");
        assert_eq!(Tap::all("text", &json!({ "body": "x" })), vec![]);
    }

    #[test]
    fn products_and_questions_are_answered_in_metas_shapes() {
        let item = |id: &str| json!({ "product_retailer_id": id });
        let sections = json!([{ "product_items": [item("RH-1")] }, { "product_items": [item("RH-2")] }]);
        for (name, object, kind, titles) in [
            (
                "one",
                json!({ "type": "product", "action": { "catalog_id": "194", "product_retailer_id": "RH-1" } }),
                "order",
                vec!["RH-1"],
            ),
            (
                "several",
                json!({ "type": "product_list", "action": { "catalog_id": "194", "sections": sections } }),
                "order",
                vec!["RH-1", "RH-2"],
            ),
            ("the catalogue", json!({ "type": "catalog_message" }), "order", vec!["RH-20418"]),
            ("a number", json!({ "type": "request_contact_info" }), "contacts", vec!["☎"]),
            ("an address", json!({ "type": "address_message" }), "interactive", vec!["🏠"]),
        ] {
            let taps = Tap::all("interactive", &object);
            assert_eq!(taps.iter().map(|tap| tap.title.as_str()).collect::<Vec<_>>(), titles, "{name}");
            let answer = taps[taps.len() - 1].content(&Customer::new("هبة", "+201000001842"), &mut Dice::new(1));
            assert_eq!(answer.kind, kind, "{name}");
            if kind == "order" {
                assert_eq!(
                    answer.object["product_items"][0]["product_retailer_id"],
                    titles[titles.len() - 1],
                    "{name}"
                );
            }
        }
    }

    #[test]
    fn marks_change_the_message_they_are_on() {
        let mut phone = Phone::new(Customer::default());
        phone.add(bubble("a", true, Tick::Delivered));
        phone.add(bubble("x", false, Tick::Delivered));
        assert_eq!(phone.last(|bubble| bubble.own).unwrap().id, "a");
        assert_eq!(phone.mark("x", &Mark::React("👍".to_owned())).unwrap().reaction.as_deref(), Some("👍"));
        assert_eq!(phone.mark("x", &Mark::React(String::new())).unwrap().reaction, None);
        assert_eq!(phone.mark("a", &Mark::Edit("b".to_owned())).unwrap().text.as_deref(), Some("b"));
        let gone = phone.mark("a", &Mark::Delete).unwrap();
        assert_eq!((gone.kind.as_str(), gone.text), ("revoke", None));
        assert_eq!(phone.mark("nothing", &Mark::Delete), None);
    }

    #[test]
    fn a_read_mark_covers_what_came_before() {
        let mut phone = Phone::new(Customer::default());
        for (id, own) in [("a", true), ("x", false), ("b", true), ("c", true)] {
            phone.add(bubble(id, own, Tick::Delivered));
        }
        assert_eq!(phone.mark_read("b"), ["a", "b"]);
        assert_eq!(phone.mark_read("b"), Vec::<String>::new());
        assert_eq!(phone.mark_read("x"), Vec::<String>::new(), "only the customer's own are marked");
        assert_eq!(phone.waiting(Tick::Sent, Tick::Read), ["x"]);
    }
}
