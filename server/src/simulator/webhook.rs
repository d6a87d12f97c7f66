//! Webhook bodies in Meta's shapes, and their signature. What posts them is the [`super::courier`].

use app::domain::content::{Content as Shown, Part};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use super::customer::Customer;
use super::refusal::Refusal;
use crate::whatsapp::webhook::{call_of, content_of};

/// The business number a webhook is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    pub phone_number_id: String,
    pub waba_id: String,
    /// E.164 with `+`.
    pub display_phone: String,
}

/// What a message says: its type and the object of that name.
#[derive(Clone, Debug, PartialEq)]
pub struct Content {
    pub kind: String,
    pub object: Value,
    /// What stands beside the object in the message: context, referral, errors.
    pub beside: Vec<(&'static str, Value)>,
}

impl Content {
    pub fn text(body: &str) -> Self {
        Self::of("text", json!({ "body": body }))
    }

    /// A type with its own object, as Meta names both.
    pub fn of(kind: &str, object: Value) -> Self {
        Self { kind: kind.to_owned(), object, beside: Vec::new() }
    }

    /// The same, with `value` beside its object.
    pub fn beside(mut self, key: &'static str, value: Value) -> Self {
        self.beside.push((key, value));
        self
    }

    /// What our own reader makes of it, as screens show it; nothing for plain words.
    pub fn read(&self) -> Option<Shown> {
        if self.kind == "call" {
            // Told in a field of its own (`call` below), with no message around it.
            return Some(Shown { part: Some(Part::Call(call_of(&self.object))), ..Shown::default() });
        }
        let mut message = json!({ "type": self.kind });
        self.put_into(&mut message);
        let content = content_of(&self.kind, &message);
        (!content.is_empty()).then_some(content)
    }

    fn put_into(&self, message: &mut Value) {
        if !self.object.is_null() {
            message[self.kind.as_str()] = self.object.clone();
        }
        for (key, value) in &self.beside {
            message[*key] = value.clone();
        }
    }

    /// The plain string: body or caption, or the words of what was chosen.
    pub fn plain(&self) -> Option<&str> {
        const PLACES: [&str; 7] =
            ["/body/text", "/body", "/caption", "/text", "/button_reply/title", "/list_reply/title", "/nfm_reply/body"];
        let said = PLACES.iter().find_map(|place| self.object.pointer(place).and_then(Value::as_str));
        said.filter(|said| !said.is_empty())
    }
}

/// A customer's message.
#[derive(Clone, Debug)]
pub struct Incoming<'a> {
    pub customer: &'a Customer,
    pub wamid: &'a str,
    pub sent_at_ms: i64,
    pub content: &'a Content,
    /// The wamid this one answers.
    pub reply_to: Option<&'a str>,
}

/// The value of a `messages` change with one message.
pub fn message(number: &Number, incoming: &Incoming<'_>) -> Value {
    let customer = incoming.customer;
    let mut message = json!({
        "id": incoming.wamid,
        "timestamp": seconds(incoming.sent_at_ms),
        "type": incoming.content.kind,
    });
    incoming.content.put_into(&mut message);
    set(&mut message, "from", customer.wa_id());
    set(&mut message, "from_user_id", customer.user_id.as_deref());
    if let Some(wamid) = incoming.reply_to {
        message["context"]["from"] = json!(without_plus(&number.display_phone));
        message["context"]["id"] = json!(wamid);
    }
    let mut value = metadata(number);
    // What the system says of a customer names no contact.
    if incoming.content.kind != "system" {
        value["contacts"] = json!([contact(customer)]);
    }
    value["messages"] = json!([message]);
    value
}

/// News of a customer's call.
#[derive(Clone, Debug)]
pub struct Ring<'a> {
    pub customer: &'a Customer,
    /// Shaped `wacid.…`.
    pub id: &'a str,
    pub at_ms: i64,
    /// `None` while it rings; how long it was, once it is over.
    pub duration_s: Option<i64>,
}

/// The value of a `calls` change with one call.
pub fn call(number: &Number, ring: &Ring<'_>) -> Value {
    let mut call = json!({
        "id": ring.id,
        "to": without_plus(&number.display_phone),
        "event": if ring.duration_s.is_some() { "terminate" } else { "connect" },
        "direction": "USER_INITIATED",
        "timestamp": seconds(ring.at_ms),
    });
    set(&mut call, "from", ring.customer.wa_id());
    set(&mut call, "from_user_id", ring.customer.user_id.as_deref());
    if let Some(duration_s) = ring.duration_s {
        call["status"] = json!(if duration_s > 0 { "COMPLETED" } else { "FAILED" });
        if duration_s > 0 {
            call["start_time"] = json!(seconds(ring.at_ms - duration_s * 1_000));
            call["end_time"] = json!(seconds(ring.at_ms));
            call["duration"] = json!(duration_s);
        }
    }
    let mut value = metadata(number);
    value["contacts"] = json!([contact(ring.customer)]);
    value["calls"] = json!([call]);
    value
}

/// News of a message the business sent.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    pub customer: &'a Customer,
    pub wamid: &'a str,
    /// `sent`, `delivered`, `read`, `played` or `failed`.
    pub status: &'a str,
    pub at_ms: i64,
    pub biz_opaque_callback_data: Option<&'a str>,
    /// Why it failed.
    pub error: Option<&'a Refusal>,
}

/// The value of a `messages` change with one status.
pub fn status(number: &Number, report: &Report<'_>) -> Value {
    let customer = report.customer;
    let mut status = json!({ "id": report.wamid, "status": report.status, "timestamp": seconds(report.at_ms) });
    set(&mut status, "recipient_id", customer.wa_id());
    set(&mut status, "recipient_user_id", customer.user_id.as_deref());
    set(&mut status, "biz_opaque_callback_data", report.biz_opaque_callback_data);
    if matches!(report.status, "sent" | "delivered") {
        // What Meta bills, told with the first two.
        status["pricing"] =
            json!({ "billable": true, "pricing_model": "PMP", "type": "regular", "category": "service" });
    }
    if let Some(error) = report.error {
        status["errors"] = json!([{ "code": error.code, "title": error.title, "message": error.title,
            "error_data": { "details": error.details } }]);
    }
    let mut value = metadata(number);
    // Meta leaves the contact out of failures.
    if report.status != "failed" {
        value["contacts"] = json!([contact(customer)]);
    }
    value["statuses"] = json!([status]);
    value
}

/// A whole body: one change of `field` for each value.
pub fn envelope(number: &Number, field: &str, values: Vec<Value>) -> Value {
    let changes: Vec<Value> = values.into_iter().map(|value| json!({ "field": field, "value": value })).collect();
    json!({ "object": "whatsapp_business_account", "entry": [{ "id": number.waba_id, "changes": changes }] })
}

/// The bytes of a `messages` body with these values.
pub fn body(number: &Number, values: Vec<Value>) -> Vec<u8> {
    envelope(number, "messages", values).to_string().into_bytes()
}

/// The value of `X-Hub-Signature-256` for a body.
pub fn sign(secret: &str, body: &[u8]) -> String {
    // HMAC takes keys of any length, so there is no failure to report.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(body);
    format!("sha256={}", app::tokens::hex(&mac.finalize().into_bytes()))
}

/// A new message id, shaped like Meta's.
pub fn new_wamid() -> String {
    format!("wamid.{}", app::tokens::random())
}

fn metadata(number: &Number) -> Value {
    json!({
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": without_plus(&number.display_phone),
            "phone_number_id": number.phone_number_id,
        },
    })
}

fn contact(customer: &Customer) -> Value {
    let mut profile = json!({});
    set(&mut profile, "name", Some(customer.name.as_str()).filter(|name| !name.is_empty()));
    set(&mut profile, "username", customer.username.as_deref());
    let mut contact = json!({ "profile": profile });
    set(&mut contact, "wa_id", customer.wa_id());
    set(&mut contact, "user_id", customer.user_id.as_deref());
    contact
}

/// Meta leaves out what it does not say.
fn set(object: &mut Value, key: &str, value: Option<&str>) {
    if let Some(value) = value {
        object[key] = json!(value);
    }
}

/// Times in messages and statuses are strings of unix seconds.
fn seconds(at_ms: i64) -> String {
    (at_ms / 1_000).to_string()
}

/// Meta writes numbers without the plus.
pub(super) fn without_plus(phone: &str) -> &str {
    phone.strip_prefix('+').unwrap_or(phone)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number() -> Number {
        Number { phone_number_id: "300".into(), waba_id: "200".into(), display_phone: "+201000000100".into() }
    }

    fn heba() -> Customer {
        Customer {
            name: "هبة".into(),
            phone: Some("+201000001842".into()),
            user_id: Some("EG.9001".into()),
            username: None,
        }
    }

    #[test]
    fn signatures_are_those_of_rfc_4231() {
        assert_eq!(
            sign("Jefe", b"what do ya want for nothing?"),
            "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn a_text_message_has_metas_shape() {
        let content = Content::text("أهلا");
        let incoming = Incoming {
            customer: &heba(),
            wamid: "wamid.A",
            sent_at_ms: 1_790_000_000_999,
            content: &content,
            reply_to: Some("wamid.Q"),
        };
        assert_eq!(
            envelope(&number(), "messages", vec![message(&number(), &incoming)]),
            json!({"object": "whatsapp_business_account", "entry": [{"id": "200", "changes": [{"field": "messages", "value": {
                "messaging_product": "whatsapp",
                "metadata": {"display_phone_number": "201000000100", "phone_number_id": "300"},
                "contacts": [{"profile": {"name": "هبة"}, "wa_id": "201000001842", "user_id": "EG.9001"}],
                "messages": [{"from": "201000001842", "from_user_id": "EG.9001", "id": "wamid.A",
                    "timestamp": "1790000000", "type": "text", "text": {"body": "أهلا"},
                    "context": {"from": "201000000100", "id": "wamid.Q"}}]}}]}]})
        );
    }

    #[test]
    fn people_without_a_phone_go_by_their_id_and_username() {
        let guest = Customer {
            name: "Nour".into(),
            phone: None,
            user_id: Some("EG.90010020".into()),
            username: Some("nour.k".into()),
        };
        let content = Content::text("hi");
        let incoming =
            Incoming { customer: &guest, wamid: "wamid.B", sent_at_ms: 0, content: &content, reply_to: None };
        let value = message(&number(), &incoming);
        assert_eq!(
            value["contacts"],
            json!([{"profile": {"name": "Nour", "username": "nour.k"}, "user_id": "EG.90010020"}])
        );
        assert_eq!(value["messages"][0].get("from"), None);
        assert_eq!(value["messages"][0]["from_user_id"], "EG.90010020");
        assert_eq!(guest.key(), "EG.90010020");
    }

    #[test]
    fn statuses_carry_our_own_data_back() {
        let report = Report {
            customer: &heba(),
            wamid: "wamid.O",
            status: "delivered",
            at_ms: 1_790_000_000_000,
            biz_opaque_callback_data: Some("m1"),
            error: None,
        };
        let value = status(&number(), &report);
        assert_eq!(value["statuses"][0]["id"], "wamid.O");
        assert_eq!(value["statuses"][0]["status"], "delivered");
        assert_eq!(value["statuses"][0]["timestamp"], "1790000000");
        assert_eq!(value["statuses"][0]["recipient_id"], "201000001842");
        assert_eq!(value["statuses"][0]["biz_opaque_callback_data"], "m1");
        assert_eq!(value["contacts"][0]["wa_id"], "201000001842");

        let refusal = Refusal::of(131_026);
        let failed = status(&number(), &Report { status: "failed", error: Some(&refusal), ..report });
        assert_eq!(failed["statuses"][0]["errors"][0]["code"], 131_026);
        assert_eq!(failed["statuses"][0]["errors"][0]["title"], "Message undeliverable");
        assert_eq!(failed.get("contacts"), None, "Meta names no contact in failures");
    }

    #[test]
    fn other_types_keep_their_own_object() {
        let content = Content::of("image", json!({ "id": "9001", "caption": "الفاتورة" }));
        assert_eq!(content.plain(), Some("الفاتورة"));
        let incoming =
            Incoming { customer: &heba(), wamid: "wamid.C", sent_at_ms: 0, content: &content, reply_to: None };
        let value = message(&number(), &incoming);
        assert_eq!(value["messages"][0]["type"], "image");
        assert_eq!(value["messages"][0]["image"]["id"], "9001");
    }
}
