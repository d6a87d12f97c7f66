//! Reading values leniently: numbers or text, empty or absent.

use app::domain::message::MessageError;
use app::domain::text::storable;
use serde_json::Value;

/// An error as Meta writes it in statuses, messages and answers.
pub fn read_error(error: &Value) -> Option<MessageError> {
    let code = error.get("code").and_then(|code| code.as_i64().or_else(|| code.as_str()?.parse().ok()))?;
    let said = |pointer: &str| error.pointer(pointer).and_then(Value::as_str).map(storable);
    // `error_data` may be a string; old inbound errors put `details` at the top.
    let details = said("/error_data/details").or_else(|| said("/error_data")).or_else(|| said("/details"));
    Some(MessageError {
        code,
        title: said("/title").or_else(|| said("/message")).unwrap_or_default(),
        details: details.or_else(|| said("/message")).unwrap_or_default(),
    })
}

/// Meta's stamps: unix seconds, as a string or a number.
pub fn stamp(value: Option<&Value>) -> Option<i64> {
    let seconds = value.and_then(|value| value.as_i64().or_else(|| value.as_str()?.trim().parse().ok()))?;
    // Beyond the year 2100 it is no moment of ours.
    (0..4_102_444_800).contains(&seconds).then_some(seconds * 1_000)
}

pub fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A non-empty text, or a number as text.
pub fn text_at(value: &Value, pointer: &str) -> Option<String> {
    let text = match value.pointer(pointer)? {
        Value::String(text) => storable(text),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// JSON as PostgreSQL can store it: NUL may also stand as an escape, which its text columns take but no JSON function.
pub fn storable_json(value: &Value) -> String {
    value.to_string().replace("\\u0000", "")
}
