//! What was written on the phone before the number was ours (coexistence): in parts, out of order, many messages in one
//! request. <https://developers.facebook.com/docs/whatsapp/embedded-signup/custom-flows/onboarding-business-app-users>

use app::domain::ids::PhoneNumberId;
use app::domain::message::{MessageError, MessageStatus};
use app::domain::phone;
use app::store::contacts::Identity;
use serde_json::{Value, json};

use super::message::{self, IncomingMessage, Via};
use super::read::{list, read_error, text_at};
use super::{News, repair, value_at};

/// What an item of the field `history` tells.
#[derive(Clone, Debug, PartialEq)]
pub enum HistoryNews {
    /// A part of the history, which is read when its turn comes.
    Chunk(Chunk),
    /// The phone's owner keeps it to themselves, or it could not be had. The number is named only when there is an envelope.
    Declined { phone_number_id: Option<PhoneNumberId>, error: MessageError },
}

#[derive(Clone, Debug, PartialEq)]
pub struct Chunk {
    pub phone_number_id: PhoneNumberId,
    /// 0: the last day, 1: up to 90 days before, 2: up to 180.
    pub phase: i64,
    pub order: i64,
    /// In percent, of everything.
    pub progress: Option<i64>,
    pub messages: i64,
}

/// A message of a chunk.
#[derive(Debug)]
pub struct PastMessage {
    /// `entry[0].changes[0].history[0].threads[3].messages[2]`
    pub place: String,
    pub read: Result<Past, String>,
}

#[derive(Debug)]
pub enum Past {
    Message {
        message: Box<IncomingMessage>,
        status: MessageStatus,
    },
    /// A reaction, an edit or a revoke.
    Mark(Box<super::MarkNews>),
}

/// Reads an item of `value.history`.
pub(super) fn read(number: Option<PhoneNumberId>, item: &Value) -> Result<HistoryNews, String> {
    if let Some(error) = list(item, "errors").first().and_then(read_error) {
        return Ok(HistoryNews::Declined { phone_number_id: number, error });
    }
    if item.get("threads").and_then(Value::as_array).is_none() {
        return Err("the history has neither threads nor an error".to_owned());
    }
    let phone_number_id = number.ok_or("there is no `metadata.phone_number_id`")?;
    let count = |name: &str| item.get("metadata").and_then(|metadata| whole(metadata.get(name)));
    Ok(HistoryNews::Chunk(Chunk {
        phone_number_id,
        phase: count("phase").unwrap_or_default(),
        order: count("chunk_order").unwrap_or_default(),
        progress: count("progress").map(|progress| progress.clamp(0, 100)),
        messages: list(item, "threads").iter().map(|thread| list(thread, "messages").len() as i64).sum(),
    }))
}

fn whole(value: Option<&Value>) -> Option<i64> {
    value.and_then(|value| value.as_i64().or_else(|| value.as_str()?.trim().parse().ok()))
}

/// The messages of the chunk at `place`, each thread's oldest first; none when the place holds no chunk.
pub fn messages_at(body: &[u8], number: &PhoneNumberId, place: &str) -> Vec<PastMessage> {
    let Ok(body) = repair::parse(body) else { return Vec::new() };
    let Some(chunk) = value_at(&body, place) else { return Vec::new() };
    let above =
        place.rsplit_once('.').and_then(|(above, _)| value_at(&body, above)).and_then(|above| above.get("value"));
    let ours =
        above.and_then(|value| text_at(value, "/metadata/display_phone_number")).and_then(|ours| phone::e164(&ours));
    let mut messages = Vec::new();
    for (t, thread) in list(chunk, "threads").iter().enumerate() {
        let held = list(thread, "messages");
        let time = |at: usize| super::read::stamp(held[at].get("timestamp")).unwrap_or_default();
        let mut order: Vec<usize> = (0..held.len()).collect();
        // Of two in one second the list decides: it may run either way.
        if held.len() > 1 && time(0) > time(held.len() - 1) {
            order.reverse();
        }
        order.sort_by_key(|at| time(*at));
        messages.extend(order.into_iter().map(|at| PastMessage {
            place: format!("{place}.threads[{t}].messages[{at}]"),
            read: read_message(number, ours.as_deref(), thread, &held[at]),
        }));
    }
    messages
}

fn read_message(number: &PhoneNumberId, ours: Option<&str>, thread: &Value, item: &Value) -> Result<Past, String> {
    let phone_in = |value: &Value, pointer: &str| text_at(value, pointer).as_deref().and_then(phone::e164);
    let customer = Identity {
        phone: phone_in(thread, "/context/wa_id").or_else(|| phone_in(thread, "/id")),
        user_id: text_at(thread, "/context/user_id"),
        parent_user_id: text_at(thread, "/context/parent_user_id"),
    };
    if customer.is_empty() {
        return Err("the thread names nobody".to_owned());
    }
    let from = phone_in(item, "/from");
    let from_user_id = text_at(item, "/from_user_id");
    let via = if (from.is_some() && from == customer.phone)
        || (from_user_id.is_some() && from_user_id == customer.user_id)
    {
        Via::Customer
    } else if from.is_none() && from_user_id.is_none() {
        return Err("the message names no sender".to_owned());
    } else if from.is_some() && from.as_deref() == ours || item.get("to").is_some() || item.get("to_user_id").is_some()
    {
        Via::PhoneApp
    } else {
        return Err("the message is of nobody in its thread".to_owned());
    };
    // The thread knows its customer better than each of its messages.
    let mut item = item.clone();
    let side = if via == Via::Customer { "from" } else { "to" };
    if let Some(fields) = item.as_object_mut() {
        fields.insert(side.to_owned(), json!(customer.phone));
        fields.insert(format!("{side}_user_id"), json!(customer.user_id));
    }
    let contact = json!({ "wa_id": customer.phone, "user_id": customer.user_id,
        "profile": { "username": text_at(thread, "/context/username") } });
    match message::read(number, std::slice::from_ref(&contact), &item, via)? {
        News::Message(mut message) => {
            message.past = true;
            message.extras = None;
            let status = status(&text_at(&item, "/history_context/status").unwrap_or_default(), via);
            Ok(Past::Message { message, status })
        }
        News::Mark(mark) => Ok(Past::Mark(mark)),
        _ => Err("the message is of no known shape".to_owned()),
    }
}

fn status(word: &str, via: Via) -> MessageStatus {
    match (via, word.to_ascii_uppercase().as_str()) {
        (Via::Customer, _) => MessageStatus::Received,
        (_, "DELIVERED") => MessageStatus::Delivered,
        (_, "READ") => MessageStatus::Read,
        (_, "PLAYED") => MessageStatus::Played,
        (_, "ERROR") => MessageStatus::Failed,
        _ => MessageStatus::Sent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::whatsapp::webhook::{Item, items};

    fn body(value: &Value) -> Vec<u8> {
        let change = json!({ "field": "history", "value": value });
        json!({ "object": "whatsapp_business_account", "entry": [{ "id": "200", "changes": [change] }] })
            .to_string()
            .into_bytes()
    }

    fn chunk() -> Value {
        json!({
            "messaging_product": "whatsapp",
            "metadata": { "display_phone_number": "201000000100", "phone_number_id": "300" },
            "history": [{
                "metadata": { "phase": 1, "chunk_order": "3", "progress": 55 },
                "threads": [{
                    "id": "201000000001",
                    "context": { "wa_id": "201000000001", "user_id": "EG.1", "username": "heba" },
                    "messages": [
                        { "from": "201000000100", "to": "201000000001", "id": "w3", "timestamp": "1739230957", "type": "text",
                          "text": { "body": "three" }, "history_context": { "status": "READ" } },
                        { "from": "201000000001", "id": "w2", "timestamp": "1739230955", "type": "media_placeholder" },
                        { "from": "201000000001", "id": "w1", "timestamp": "1739230955", "type": "text",
                          "text": { "body": "one" }, "history_context": { "status": "READ" } },
                        { "from": "201000000009", "id": "w0", "timestamp": "1739230950", "type": "text", "text": { "body": "?" } },
                    ],
                }],
            }],
        })
    }

    #[test]
    fn a_chunk_is_noted_and_read_later() {
        let body = body(&chunk());
        let items = items(&body);
        let [Item { place, news: News::History(HistoryNews::Chunk(chunk)) }] = items.as_slice() else {
            panic!("{items:?}")
        };
        assert_eq!((chunk.phase, chunk.order, chunk.progress, chunk.messages), (1, 3, Some(55), 4));
        assert_eq!(place, "entry[0].changes[0].history[0]");
        let raw: Value =
            serde_json::from_str(&super::super::raw_at(&body, &format!("{place}.threads[0].messages[1]"))).unwrap();
        assert_eq!(raw["id"], "w2");
    }

    #[test]
    fn threads_are_read_oldest_first_and_ties_keep_their_order() {
        let body = body(&chunk());
        let messages = messages_at(&body, &PhoneNumberId::from_text("300"), "entry[0].changes[0].history[0]");
        let told: Vec<_> = messages
            .iter()
            .map(|past| match &past.read {
                Ok(Past::Message { message, status }) => (message.wamid.as_str(), Some((message.via, *status))),
                Ok(Past::Mark(_)) => ("mark", None),
                Err(reason) => (reason.as_str(), None),
            })
            .collect();
        assert_eq!(
            told,
            [
                ("the message is of nobody in its thread", None),
                ("w1", Some((Via::Customer, MessageStatus::Received))),
                ("w2", Some((Via::Customer, MessageStatus::Received))),
                ("w3", Some((Via::PhoneApp, MessageStatus::Read))),
            ]
        );
        assert_eq!(messages[1].place, "entry[0].changes[0].history[0].threads[0].messages[2]");
    }

    #[test]
    fn a_declined_history_comes_with_and_without_an_envelope() {
        let errors = json!({ "history": [{ "errors": [{ "code": 2593109, "title": "Declined" }] }] });
        let mut enveloped = errors.clone();
        enveloped["metadata"] = json!({ "phone_number_id": "300" });
        for (body, number) in [(body(&enveloped), Some("300")), (errors.to_string().into_bytes(), None)] {
            let items = items(&body);
            let [Item { news: News::History(HistoryNews::Declined { phone_number_id, error }), .. }] = items.as_slice()
            else {
                panic!("{items:?}")
            };
            assert_eq!(phone_number_id.as_ref().map(PhoneNumberId::as_str), number);
            assert_eq!(error.code, 2_593_109);
        }
    }

    #[test]
    fn files_that_follow_are_of_the_past() {
        let value = json!({ "metadata": { "phone_number_id": "300" }, "messages": [{ "from": "201000000001", "id": "w2",
            "timestamp": "1739230955", "type": "image", "image": { "id": "9009", "mime_type": "image/jpeg" } }] });
        let items = items(&body(&value));
        let [Item { news: News::Message(message), .. }] = items.as_slice() else { panic!("{items:?}") };
        assert!(message.past && message.replaces("media_placeholder"));
        assert!(!message.opens_window() && !message.counts_unread());
    }
}
