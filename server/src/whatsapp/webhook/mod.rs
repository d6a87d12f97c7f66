//! A webhook's body, read leniently: what is understood becomes an item, what is not is named with its place and why.
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/payload-examples>

mod account;
mod call;
mod content;
mod file;
mod history;
mod identity;
mod mark;
mod message;
mod number;
mod phone_book;
mod preference;
mod read;
mod repair;
mod standing;
mod status;

use app::domain::ids::{PhoneNumberId, WabaId};
use serde_json::Value;

pub use self::call::call_of;
pub use self::content::content_of;
pub use self::file::file_of;
pub use self::history::{Chunk, HistoryNews, Past, PastMessage, messages_at};
pub use self::identity::IdentityNews;
pub use self::mark::MarkNews;
pub use self::message::{IncomingMessage, Via};
pub use self::phone_book::PhoneBookNews;
pub use self::preference::PreferenceNews;
pub use self::read::read_error;
use self::read::{list, stamp, text_at};
pub use self::standing::{StandingNews, Whose};
pub use self::status::StatusNews;

/// One thing a webhook tells, with its place in the body: `entry[0].changes[1].messages[3]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    pub place: String,
    pub news: News,
}

#[derive(Clone, Debug, PartialEq)]
pub enum News {
    Message(Box<IncomingMessage>),
    /// A reaction, an edit or a revoke.
    Mark(Box<MarkNews>),
    Status(StatusNews),
    /// A customer goes by another name from now on.
    Identity(IdentityNews),
    /// Of the time before the number was ours.
    History(HistoryNews),
    /// An entry of the phone's address book.
    PhoneBook(PhoneBookNews),
    /// A customer chose what to receive.
    Preference(Box<PreferenceNews>),
    /// How a number or an account stands with Meta.
    Standing(StandingNews),
    /// Not understood: the reason, and the JSON as it came.
    Strange {
        reason: String,
        raw: String,
    },
}

/// The lists of a change's value that hold items.
const LISTS: [&str; 8] =
    ["messages", "message_echoes", "statuses", "calls", "user_id_update", "user_preferences", "history", "state_sync"];

/// The JSON of one item as it came, should applying it fail; the whole body where the place cannot be found.
pub fn raw_at(body: &[u8], place: &str) -> String {
    let parsed = repair::parse(body).ok();
    match parsed.as_ref().and_then(|value| value_at(value, place)) {
        Some(item) => item.to_string(),
        None => String::from_utf8_lossy(body).into_owned(),
    }
}

/// What stands at a place of a body.
fn value_at<'v>(body: &'v Value, place: &str) -> Option<&'v Value> {
    // `entry[0].changes[1].messages[3]` → `/entry/0/changes/1/value/messages/3`
    let parts: Vec<&str> = place.split(['.', '[']).map(|part| part.trim_end_matches(']')).collect();
    let mut pointer = String::new();
    for (at, part) in parts.iter().enumerate() {
        if at >= 2 && parts[at - 2] == "changes" {
            pointer.push_str("/value");
        }
        pointer.push('/');
        pointer.push_str(part);
    }
    body.pointer(&pointer)
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
    // Meta's own example of a declined history has no envelope.
    if value.get("entry").is_none() && value.get("history").is_some() {
        read_change(&mut items, "", &Value::Null, &serde_json::json!({ "field": "history", "value": value }));
        return items;
    }
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
                    read_change(&mut items, &format!("{place}.changes[{c}]"), entry, change);
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

fn read_change(items: &mut Vec<Item>, place: &str, entry: &Value, change: &Value) {
    let value = change.get("value").unwrap_or(&Value::Null);
    let field = change.get("field").and_then(Value::as_str).unwrap_or_default();
    if let Some(read) = read_standing(field, entry, value) {
        let news = match read {
            Ok(news) => News::Standing(news),
            Err(reason) => News::Strange { reason, raw: change.to_string() },
        };
        return items.push(Item { place: place.to_owned(), news });
    }
    // Some of Meta's examples misplace the field; what the value holds decides then.
    let known = match field {
        "messages" | "smb_message_echoes" | "calls" | "user_id_update" | "user_preferences" | "history"
        | "smb_app_state_sync" => true,
        "" => LISTS.iter().any(|list| value.get(list).is_some()),
        _ => false,
    };
    if !known {
        let reason = format!("the field `{field}` is not handled by this version");
        return strange(items, place.to_owned(), &reason, change);
    }
    let number = text_at(value, "/metadata/phone_number_id").map(PhoneNumberId::from_text);
    let within = if place.is_empty() { String::new() } else { format!("{place}.") };
    let before = items.len();
    for (at, item) in list(value, "history").iter().enumerate() {
        let news = history::read(number.clone(), item).map(News::History);
        let news = news.unwrap_or_else(|reason| News::Strange { reason, raw: item.to_string() });
        items.push(Item { place: format!("{within}history[{at}]"), news });
    }
    let Some(number) = number else {
        if items.len() == before {
            strange(items, place.to_owned(), "there is no `metadata.phone_number_id`", change);
        }
        return;
    };
    for name in LISTS.into_iter().filter(|name| *name != "history") {
        for (at, item) in list(value, name).iter().enumerate() {
            let mut news = read_item(&number, value, name, item)
                .unwrap_or_else(|reason| News::Strange { reason, raw: item.to_string() });
            if let News::Message(message) = &mut news {
                // Files of messages that were written before: no news of today.
                message.past = field == "history";
            }
            items.push(Item { place: format!("{within}{name}[{at}]"), news });
        }
    }
    if items.len() == before {
        let reason = match list(value, "errors").first().and_then(read_error) {
            Some(error) => format!("Meta reports an error without a message: {} {}", error.code, error.title),
            None => "there is neither a message nor a status".to_owned(),
        };
        strange(items, place.to_owned(), &reason, change);
    }
}

fn read_item(number: &PhoneNumberId, value: &Value, list_name: &str, item: &Value) -> Result<News, String> {
    let contacts = list(value, "contacts");
    match list_name {
        "messages" => message::read(number, contacts, item, Via::Customer),
        "message_echoes" => message::read(number, contacts, item, Via::PhoneApp),
        "statuses" => status::read(number, item).map(News::Status),
        "calls" => call::read(number, contacts, item).map(|message| News::Message(Box::new(message))),
        "state_sync" => phone_book::read(number, item).map(News::PhoneBook),
        "user_preferences" => preference::read(number, contacts, item).map(|news| News::Preference(Box::new(news))),
        _ => identity::read_update(number, item).map(News::Identity),
    }
}

/// The fields that tell how a number or an account stands; `None` for every other field.
fn read_standing(field: &str, entry: &Value, value: &Value) -> Option<Result<StandingNews, String>> {
    let waba_id = WabaId::from_text(text_at(entry, "/id").unwrap_or_default());
    let of_number = |facts: Result<_, String>| {
        facts.map(|facts| (Whose::number_at(waba_id.clone(), value, "/display_phone_number"), facts))
    };
    let of_account = |facts: Result<_, String>| facts.map(|facts| (Whose::Account(waba_id.clone()), facts));
    let told = match field {
        "phone_number_quality_update" => of_number(number::quality(value)),
        "phone_number_name_update" => of_number(number::name(value)),
        "security" => of_number(number::security(value)),
        "account_update" => account::update(waba_id.clone(), value),
        "account_alerts" => of_account(account::alert(value)),
        "account_review_update" => of_account(account::review(value)),
        "business_capability_update" => of_account(account::capability(value)),
        _ => return None,
    };
    Some(told.map(|(whose, facts)| StandingNews { whose, at_ms: stamp(entry.get("time")), facts }))
}

#[cfg(test)]
mod tests;
