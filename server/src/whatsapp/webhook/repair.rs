//! JSON that is nearly JSON: one bad letter must not cost its neighbours.

use std::borrow::Cow;

use serde_json::Value;

/// JSON, also where the text holds broken UTF-8 or half a surrogate pair: one bad letter must not cost its neighbours.
pub fn parse(body: &[u8]) -> Result<Value, String> {
    let first = match serde_json::from_slice(body) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    let text = String::from_utf8_lossy(body);
    let repaired = replace_lone_surrogates(&text);
    if matches!((&text, &repaired), (Cow::Borrowed(_), Cow::Borrowed(_))) {
        return Err(format!("not readable as JSON: {first}"));
    }
    serde_json::from_str(&repaired).map_err(|error| format!("not readable as JSON: {error}"))
}

/// Replaces `\uD83D` without its other half by `\uFFFD`.
fn replace_lone_surrogates(text: &str) -> Cow<'_, str> {
    if !text.contains("\\u") {
        return Cow::Borrowed(text);
    }
    let bytes = text.as_bytes();
    let unit = |at: usize| -> Option<u16> {
        let escape = text.get(at..at + 6)?;
        let digits = escape.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    let mut repaired = String::with_capacity(text.len());
    let (mut at, mut copied, mut touched) = (0, 0, false);
    while at < bytes.len() {
        if bytes[at] != b'\\' {
            at += 1;
            continue;
        }
        match unit(at) {
            Some(0xD800..=0xDBFF) if matches!(unit(at + 6), Some(0xDC00..=0xDFFF)) => at += 12,
            Some(0xD800..=0xDFFF) => {
                repaired.push_str(&text[copied..at]);
                repaired.push_str("\\uFFFD");
                at += 6;
                copied = at;
                touched = true;
            }
            Some(_) => at += 6,
            // `\\`, `\n` and the like: two bytes, so that `\\ud800` is no escape of ours.
            None => at += 2,
        }
    }
    if !touched {
        return Cow::Borrowed(text);
    }
    repaired.push_str(&text[copied..]);
    Cow::Owned(repaired)
}
