//! Webhook bodies: whole ones from files, and the two kinds that tests make in numbers.

use app::ctx::now_ms;
use serde_json::Value;
use server::simulator::Customer;
use server::simulator::FakeNumber;
use server::simulator::webhook::{self, Content, Incoming, Report};

/// A body from `fixtures/webhooks`, with `{{NOW}}` (unix seconds) and the given placeholders filled in.
pub fn fixture(name: &str, fill: &[(&str, &str)]) -> Vec<u8> {
    let path = format!("{}/tests/fixtures/webhooks/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let mut text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let now = (now_ms() / 1_000).to_string();
    for (placeholder, value) in [&[("NOW", now.as_str())], fill].concat() {
        text = text.replace(&format!("{{{{{placeholder}}}}}"), value);
    }
    assert!(!text.contains("{{"), "{name}: a placeholder is left open");
    text.into_bytes()
}

/// Every body in `fixtures/webhooks` with its name, in their order.
pub fn all_fixtures() -> Vec<(String, Vec<u8>)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/webhooks");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut names: Vec<String> = files.map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    names.sort();
    let fill = [("WAMID", "wamid.O"), ("QUOTED", "wamid.QUOTED")];
    names.into_iter().map(|name| (name.clone(), fixture(&name, &fill))).collect()
}

/// The value of `X-Hub-Signature-256`.
pub fn signature(secret: &str, body: &[u8]) -> String {
    webhook::sign(secret, body)
}

/// A customer who writes to a number.
#[derive(Clone)]
pub struct Writer {
    pub customer: Customer,
    pub number: FakeNumber,
}

impl Writer {
    /// The n-th of many customers of the example number.
    pub fn nth(n: usize) -> Self {
        let phone = format!("+2010{n:08}");
        let customer = Customer { name: format!("Customer {n}"), phone: Some(phone), ..Customer::default() };
        Self { customer, number: FakeNumber::example() }
    }

    /// Someone who shows no phone number.
    pub fn by_user_id(user_id: &str) -> Self {
        let customer = Customer { user_id: Some(user_id.to_owned()), ..Self::nth(0).customer };
        Self { customer: Customer { phone: None, ..customer }, number: FakeNumber::example() }
    }

    /// The same person, writing to another number.
    pub fn to(self, number: &FakeNumber) -> Self {
        Self { number: number.clone(), ..self }
    }

    /// What sends name them by.
    pub fn key(&self) -> &str {
        self.customer.key()
    }

    /// A text: Meta's id for it, and the body that tells of it.
    pub fn says(&self, text: &str) -> (String, Vec<u8>) {
        self.says_at(text, now_ms())
    }

    pub fn says_at(&self, text: &str, sent_at_ms: i64) -> (String, Vec<u8>) {
        let wamid = webhook::new_wamid();
        let value = self.value(&wamid, text, sent_at_ms);
        (wamid, webhook::body(&self.number.number(), vec![value]))
    }

    /// One text as the value of a change.
    pub fn value(&self, wamid: &str, text: &str, sent_at_ms: i64) -> Value {
        let (customer, content) = (&self.customer, &Content::text(text));
        webhook::message(&self.number.number(), &Incoming { customer, wamid, sent_at_ms, content, reply_to: None })
    }
}

/// A delivery report for a message under Meta's id, with our own data where it comes along.
pub fn status_of(writer: &Writer, wamid: &str, status: &str, ours: Option<&str>) -> Vec<u8> {
    let refusal = server::simulator::Refusal::of(131_026);
    let report = Report {
        customer: &writer.customer,
        wamid,
        status,
        at_ms: now_ms(),
        biz_opaque_callback_data: ours,
        error: (status == "failed").then_some(&refusal),
    };
    let number = writer.number.number();
    webhook::body(&number, vec![webhook::status(&number, &report)])
}
