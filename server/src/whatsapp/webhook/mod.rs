//! A webhook's body, read leniently: what is understood becomes an item, what is not is named with its place and why.
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/payload-examples>

mod content;
mod read;
mod repair;

use app::domain::content::Content;
use app::domain::ids::{MessageId, PhoneNumberId, Wamid};
use app::domain::message::{MessageError, MessageStatus};
use app::domain::phone;
use app::domain::text::storable;
use app::store::contacts::Identity;
use app::store::parked::Report;
use serde_json::Value;

use self::content::content_of;
pub use self::read::read_error;
use self::read::{list, stamp, storable_json, text_at};

/// One thing a webhook tells, with its place in the body: `entry[0].changes[1].messages[3]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    pub place: String,
    pub news: News,
}

#[derive(Clone, Debug, PartialEq)]
pub enum News {
    Message(Box<IncomingMessage>),
    Status(StatusNews),
    /// Not understood: the reason, and the JSON as it came.
    Strange {
        reason: String,
        raw: String,
    },
}

/// A customer's message.
#[derive(Clone, Debug, PartialEq)]
pub struct IncomingMessage {
    pub phone_number_id: PhoneNumberId,
    pub wamid: Wamid,
    pub from: Identity,
    /// Empty when the webhook names nobody.
    pub profile_name: String,
    pub username: Option<String>,
    /// `None` when Meta's stamp cannot be read.
    pub sent_at_ms: Option<i64>,
    /// The Cloud API's word.
    pub kind: String,
    /// Body, caption, or the words of the button pressed.
    pub text: Option<String>,
    /// The type's own object (JSON); nothing for plain text.
    pub payload: Option<String>,
    /// What stands beside it (JSON).
    pub extras: Option<String>,
    /// Both as screens show them.
    pub content: Content,
    pub reply_to: Option<Wamid>,
    pub error: Option<MessageError>,
}

/// A delivery report.
#[derive(Clone, Debug, PartialEq)]
pub struct StatusNews {
    pub phone_number_id: PhoneNumberId,
    pub report: Report,
    /// The id we gave the message to carry.
    pub ours: Option<MessageId>,
}

impl IncomingMessage {
    /// Does it open or renew the 24-hour window? What a customer says does; what the system says of them does not, nor,
    /// to be on the safe side, what changes an earlier message.
    pub fn opens_window(&self) -> bool {
        !matches!(self.kind.as_str(), "system" | "reaction" | "edit" | "revoke" | "request_welcome")
    }

    /// Does it count as unread? System notes and changes of earlier messages ask for no answer.
    pub fn counts_unread(&self) -> bool {
        !matches!(self.kind.as_str(), "system" | "reaction" | "edit" | "revoke")
    }
}

/// The JSON of one item as it came, should applying it fail; the whole body where the place cannot be found.
pub fn raw_at(body: &[u8], place: &str) -> String {
    // `entry[0].changes[1].messages[3]` → `/entry/0/changes/1/value/messages/3`
    let mut pointer = String::from("/") + &place.replace('[', "/").replace("].", "/").replace(']', "");
    if let Some((way, list)) =
        ["/messages/", "/statuses/"].iter().find_map(|list| Some((pointer.split_once(list)?.0, list)))
    {
        let rest = &pointer[way.len() + list.len()..];
        pointer = format!("{way}/value{list}{rest}");
    }
    let parsed = repair::parse(body).ok();
    match parsed.as_ref().and_then(|value| value.pointer(&pointer)) {
        Some(item) => item.to_string(),
        None => String::from_utf8_lossy(body).into_owned(),
    }
}

/// Every item of a body, in order. A body that is no JSON at all is one strange item.
pub fn items(body: &[u8]) -> Vec<Item> {
    let value = match repair::parse(body) {
        Ok(value) => value,
        Err(reason) => {
            let raw = String::from_utf8_lossy(body).into_owned();
            return vec![Item { place: String::new(), news: News::Strange { reason, raw } }];
        }
    };
    let mut items = Vec::new();
    let Some(entries) = value.get("entry").and_then(Value::as_array) else {
        strange(&mut items, String::new(), "there is no `entry` list", &value);
        return items;
    };
    if value.get("object").and_then(Value::as_str) != Some("whatsapp_business_account") {
        strange(&mut items, String::new(), "`object` is not whatsapp_business_account", &value);
        return items;
    }
    for (e, entry) in entries.iter().enumerate() {
        let place = format!("entry[{e}]");
        match entry.get("changes").and_then(Value::as_array) {
            Some(changes) => {
                for (c, change) in changes.iter().enumerate() {
                    read_change(&mut items, &format!("{place}.changes[{c}]"), change);
                }
            }
            None => strange(&mut items, place, "there is no `changes` list", entry),
        }
    }
    items
}

fn strange(items: &mut Vec<Item>, place: String, reason: &str, value: &Value) {
    items.push(Item { place, news: News::Strange { reason: reason.to_owned(), raw: value.to_string() } });
}

fn read_change(items: &mut Vec<Item>, place: &str, change: &Value) {
    let value = change.get("value").unwrap_or(&Value::Null);
    let field = change.get("field").and_then(Value::as_str).unwrap_or_default();
    // Some of Meta's examples misplace the field; what the value holds decides then.
    let holds_messages = value.get("messages").is_some() || value.get("statuses").is_some();
    if field != "messages" && !(field.is_empty() && holds_messages) {
        let reason = format!("the field `{field}` is not handled by this version");
        return strange(items, place.to_owned(), &reason, change);
    }
    let Some(number) = text_at(value, "/metadata/phone_number_id") else {
        return strange(items, place.to_owned(), "there is no `metadata.phone_number_id`", change);
    };
    let number = PhoneNumberId::from_text(number);
    let contacts = list(value, "contacts");
    let (messages, statuses) = (list(value, "messages"), list(value, "statuses"));
    for (m, message) in messages.iter().enumerate() {
        let news = match read_message(&number, contacts, message) {
            Ok(message) => News::Message(Box::new(message)),
            Err(reason) => News::Strange { reason, raw: message.to_string() },
        };
        items.push(Item { place: format!("{place}.messages[{m}]"), news });
    }
    for (s, status) in statuses.iter().enumerate() {
        let news = match read_status(&number, status) {
            Ok(status) => News::Status(status),
            Err(reason) => News::Strange { reason, raw: status.to_string() },
        };
        items.push(Item { place: format!("{place}.statuses[{s}]"), news });
    }
    if messages.is_empty() && statuses.is_empty() {
        let reason = match list(value, "errors").first().and_then(read_error) {
            Some(error) => format!("Meta reports an error without a message: {} {}", error.code, error.title),
            None => "there is neither a message nor a status".to_owned(),
        };
        strange(items, place.to_owned(), &reason, change);
    }
}

fn read_message(number: &PhoneNumberId, contacts: &[Value], message: &Value) -> Result<IncomingMessage, String> {
    let wamid = text_at(message, "/id").ok_or("the message has no `id`")?;
    let kind = text_at(message, "/type").ok_or("the message has no `type`")?;
    if message.get("group_id").is_some() {
        // Mixed into the sender's chat it would be answered to one person.
        return Err("group messages are not handled by this version".to_owned());
    }
    let phone_written = text_at(message, "/from");
    let user_id = text_at(message, "/from_user_id");
    let contact = contact_of(contacts, phone_written.as_deref(), user_id.as_deref());
    let from_contact = |pointer: &str| contact.and_then(|contact| text_at(contact, pointer));
    let from = Identity {
        phone: phone_written.or_else(|| from_contact("/wa_id")).and_then(|written| phone::e164(&written)),
        user_id: user_id.or_else(|| from_contact("/user_id")),
        parent_user_id: text_at(message, "/from_parent_user_id").or_else(|| from_contact("/parent_user_id")),
    };
    if from.is_empty() {
        return Err("the message names no sender".to_owned());
    }
    let own = message.get(&kind);
    Ok(IncomingMessage {
        phone_number_id: number.clone(),
        wamid: Wamid::from_text(wamid),
        from,
        profile_name: from_contact("/profile/name").unwrap_or_default(),
        username: from_contact("/profile/username").map(|name| name.trim_start_matches('@').to_owned()),
        sent_at_ms: stamp(message.get("timestamp")),
        text: text_of(&kind, own),
        payload: own.filter(|_| kind != "text").map(storable_json),
        extras: extras_of(&kind, message),
        content: content_of(&kind, message),
        reply_to: text_at(message, "/context/id").map(Wamid::from_text),
        error: list(message, "errors").first().and_then(read_error),
        kind,
    })
}

/// The contact a message is from: by number or user id, never by its place in the list. A message that names nobody is
/// from the only contact there is.
fn contact_of<'a>(contacts: &'a [Value], phone: Option<&str>, user_id: Option<&str>) -> Option<&'a Value> {
    let is = |contact: &Value, key: &str, wanted: Option<&str>| {
        wanted.is_some() && contact.get(key).and_then(Value::as_str) == wanted
    };
    contacts.iter().find(|contact| is(contact, "user_id", user_id) || is(contact, "wa_id", phone)).or(match contacts {
        [only] if phone.is_none() && user_id.is_none() => Some(only),
        _ => None,
    })
}

fn text_of(kind: &str, own: Option<&Value>) -> Option<String> {
    let own = own?;
    let pointer = match kind {
        "text" => "/body",
        "button" => "/text",
        "interactive" => match own.get("type").and_then(Value::as_str)? {
            "button_reply" => "/button_reply/title",
            "list_reply" => "/list_reply/title",
            "nfm_reply" => "/nfm_reply/body",
            _ => return None,
        },
        "system" => "/body",
        "order" => "/text",
        _ => "/caption",
    };
    own.pointer(pointer).and_then(Value::as_str).map(storable).filter(|text| !text.is_empty())
}

/// Everything of a message but what has a place of its own.
fn extras_of(kind: &str, message: &Value) -> Option<String> {
    const PLACED: [&str; 7] = ["id", "from", "from_user_id", "from_parent_user_id", "timestamp", "type", "text"];
    let extras: serde_json::Map<String, Value> = message
        .as_object()?
        .iter()
        .filter(|(key, _)| !PLACED.contains(&key.as_str()) && key.as_str() != kind)
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    (!extras.is_empty()).then(|| storable_json(&Value::Object(extras)))
}

fn read_status(number: &PhoneNumberId, status: &Value) -> Result<StatusNews, String> {
    let wamid = text_at(status, "/id").ok_or("the status has no `id`")?;
    let word = text_at(status, "/status").ok_or("the status has no `status`")?;
    let reported = match word.as_str() {
        "sent" => MessageStatus::Sent,
        "delivered" => MessageStatus::Delivered,
        "read" => MessageStatus::Read,
        "played" => MessageStatus::Played,
        "failed" => MessageStatus::Failed,
        other => return Err(format!("the status `{other}` is not known")),
    };
    let error = list(status, "errors").first().and_then(read_error);
    let report = Report {
        wamid: Wamid::from_text(wamid),
        status: reported,
        at_ms: stamp(status.get("timestamp")).unwrap_or_default(),
        error: error.or((reported == MessageStatus::Failed).then(|| MessageError {
            code: 131000,
            title: "failed".to_owned(),
            details: String::new(),
        })),
    };
    // Ours is `<message id>.<attempt>`.
    let ours = text_at(status, "/biz_opaque_callback_data")
        .and_then(|data| data.split_once('.').map(|(id, _)| MessageId::from_text(id)));
    Ok(StatusNews { phone_number_id: number.clone(), report, ours })
}

#[cfg(test)]
mod tests;
