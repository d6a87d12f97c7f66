//! Messages, from the customer and, on numbers that are in the phone app too, from that app.
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components#messages-object>

use app::domain::content::Content;
use app::domain::ids::{PhoneNumberId, Wamid};
use app::domain::message::MessageError;
use app::domain::phone;
use app::domain::text::storable;
use app::store::contacts::Identity;
use app::store::media::NewMedia;
use serde_json::Value;

use super::content::content_of;
use super::file::file_of;
use super::read::{list, read_error, stamp, storable_json, text_at};
use super::{News, call, identity, mark};

/// Whose words a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    Customer,
    /// Ours, written on the phone of the number (an *echo*). It answers the customer, and opens no window.
    PhoneApp,
}

/// A message of a chat, as Meta tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct IncomingMessage {
    pub phone_number_id: PhoneNumberId,
    pub wamid: Wamid,
    pub via: Via,
    /// The customer of the chat, whoever wrote.
    pub customer: Identity,
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
    /// Its file, where its type has one.
    pub media: Option<NewMedia>,
    pub reply_to: Option<Wamid>,
    pub error: Option<MessageError>,
    /// New names of the customer, told by a system message.
    pub identity: Option<Identity>,
    /// Written before the number was ours: it opens nothing and asks for nothing.
    pub past: bool,
}

impl IncomingMessage {
    /// Does it open or renew the 24-hour window? What a customer says does, and a call; what the system says of them does
    /// not, nor what was written on our own phone.
    pub fn opens_window(&self) -> bool {
        self.via == Via::Customer && !self.past && !matches!(self.kind.as_str(), "system" | "request_welcome")
    }

    /// Does it count as unread? System notes ask for no answer.
    pub fn counts_unread(&self) -> bool {
        self.via == Via::Customer && !self.past && self.kind != "system"
    }

    /// May it take the place of a stored message with the same id? A placeholder's message may come later, and a call
    /// ends.
    pub fn replaces(&self, held_kind: &str) -> bool {
        match held_kind {
            "unsupported" | "media_placeholder" => self.kind != held_kind,
            call::KIND => self.kind == call::KIND && !self.only_begins(),
            _ => false,
        }
    }

    fn only_begins(&self) -> bool {
        use app::domain::content::Part;
        matches!(&self.content.part, Some(Part::Call(call)) if call.state == "connect")
    }
}

/// Reads a message, or the mark it is on another one.
pub fn read(number: &PhoneNumberId, contacts: &[Value], message: &Value, via: Via) -> Result<News, String> {
    let wamid = text_at(message, "/id").ok_or("the message has no `id`")?;
    let kind = text_at(message, "/type").ok_or("the message has no `type`")?;
    if message.get("group_id").is_some() {
        // Mixed into the sender's chat it would be answered to one person.
        return Err("group messages are not handled by this version".to_owned());
    }
    if mark::is_mark(&kind) {
        return mark::read(number, &kind, wamid, message, via).map(|mark| News::Mark(Box::new(mark)));
    }
    let names = match via {
        Via::Customer => names_in(contacts, message, "from").ok_or("the message names no sender")?,
        Via::PhoneApp => names_in(contacts, message, "to").ok_or("the message names no customer")?,
    };
    let own = message.get(&kind);
    Ok(News::Message(Box::new(IncomingMessage {
        phone_number_id: number.clone(),
        wamid: Wamid::from_text(wamid),
        via,
        customer: names.identity,
        profile_name: names.profile_name,
        username: names.username,
        sent_at_ms: stamp(message.get("timestamp")),
        text: text_of(&kind, own),
        payload: own.filter(|_| kind != "text").map(storable_json),
        extras: extras_of(&kind, message),
        content: content_of(&kind, message),
        media: file_of(&kind, own),
        reply_to: text_at(message, "/context/id").map(Wamid::from_text),
        error: list(message, "errors").first().and_then(read_error),
        identity: own.filter(|_| kind == "system").and_then(identity::change_in),
        past: false,
        kind,
    })))
}

/// A customer as one item and its value name them.
pub struct Names {
    pub identity: Identity,
    pub profile_name: String,
    pub username: Option<String>,
}

/// The customer of an item: `side` is `from` or `to`. `None` when nothing names them.
pub fn names_in(contacts: &[Value], item: &Value, side: &str) -> Option<Names> {
    let phone_written = text_at(item, &format!("/{side}"));
    let user_id = text_at(item, &format!("/{side}_user_id"));
    let contact = contact_of(contacts, phone_written.as_deref(), user_id.as_deref());
    let from_contact = |pointer: &str| contact.and_then(|contact| text_at(contact, pointer));
    let identity = Identity {
        phone: phone_written.or_else(|| from_contact("/wa_id")).and_then(|written| phone::e164(&written)),
        user_id: user_id.or_else(|| from_contact("/user_id")),
        parent_user_id: text_at(item, &format!("/{side}_parent_user_id")).or_else(|| from_contact("/parent_user_id")),
    };
    (!identity.is_empty()).then(|| Names {
        identity,
        profile_name: from_contact("/profile/name").unwrap_or_default(),
        username: from_contact("/profile/username").map(|name| name.trim_start_matches('@').to_owned()),
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

/// Its words: body, caption, or what the button pressed says.
pub fn text_of(kind: &str, own: Option<&Value>) -> Option<String> {
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
