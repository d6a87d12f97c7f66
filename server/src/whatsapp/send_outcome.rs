//! What one call of Graph's send endpoint means for the message (faults.md, "Sending").

use app::domain::graph_error::{Class, Slows, class, requeue_after_s, slows, with_patience};
use app::domain::ids::Wamid;
use app::domain::message::MessageError;
use reqwest::header::HeaderMap;
use serde_json::Value;

/// How a send ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendOutcome {
    /// Meta has it.
    Accepted(Wamid),
    /// Certainly not sent: again after `after_s`; what else Meta wants slowed.
    Requeue { after_s: i64, slows: Slows, why: String },
    /// Nobody was reached: certainly not sent, again after `after_s`.
    Unreachable { after_s: i64, why: String },
    /// Refused for good.
    Failed(MessageError),
    /// The number cannot send until an admin acts; the message keeps its place.
    Pause(MessageError),
    /// It may have been sent.
    Unknown { why: String },
}

/// How many seconds an answer's headers ask us to wait: `Retry-After`, or the longest of the minutes in Meta's own
/// `X-Business-Use-Case-Usage` (`{"<account>":[{"type":"whatsapp","estimated_time_to_regain_access":7}]}`).
/// <https://developers.facebook.com/docs/graph-api/overview/rate-limiting>
pub fn asked_patience_s(headers: &HeaderMap) -> Option<i64> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let after = text("retry-after").and_then(|value| value.trim().parse::<i64>().ok());
    let usage = text("x-business-use-case-usage").and_then(|value| serde_json::from_str::<Value>(value).ok());
    let regained = usage.as_ref().and_then(Value::as_object).and_then(|accounts| {
        let uses = accounts.values().filter_map(Value::as_array).flatten();
        let minutes = uses.filter_map(|usage| usage.get("estimated_time_to_regain_access")?.as_i64());
        minutes.filter(|minutes| *minutes > 0).max().map(|minutes| minutes.saturating_mul(60))
    });
    after.max(regained)
}

/// Judges a complete answer. `attempt` counts from 1; `patience_s` is what [`asked_patience_s`] found.
pub fn of_answer(http_status: u16, body: &[u8], attempt: i64, patience_s: Option<i64>) -> SendOutcome {
    let Ok(value) = serde_json::from_slice::<Value>(body) else {
        return SendOutcome::Unknown { why: format!("HTTP {http_status} without JSON") };
    };
    if (200..300).contains(&http_status) {
        return match value.pointer("/messages/0/id").and_then(Value::as_str) {
            Some(id) if !id.is_empty() => SendOutcome::Accepted(Wamid::from_text(id)),
            _ => SendOutcome::Unknown { why: format!("HTTP {http_status} without a message id") },
        };
    }
    let Some(error) = value.get("error").and_then(super::webhook::read_error) else {
        return SendOutcome::Unknown { why: format!("HTTP {http_status} without an error code") };
    };
    let is_transient = value.pointer("/error/is_transient").and_then(Value::as_bool).unwrap_or_default();
    match class(error.code, is_transient, http_status) {
        Class::Requeue => {
            let why = format!("{} {}", error.code, error.title);
            let after_s = with_patience(requeue_after_s(error.code, attempt), patience_s);
            SendOutcome::Requeue { after_s, slows: slows(error.code), why }
        }
        Class::Uncertain => SendOutcome::Unknown { why: format!("{} {}", error.code, error.title) },
        Class::PauseChannel => SendOutcome::Pause(error),
        Class::Permanent | Class::Wait | Class::NeedsTemplate => SendOutcome::Failed(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_judged_by_their_body() {
        let error =
            |code: i64| format!(r#"{{"error":{{"message":"m","code":{code},"error_data":{{"details":"d"}}}}}}"#);
        let said = |code| MessageError { code, title: "m".to_owned(), details: "d".to_owned() };
        let requeued = |after_s, slows, code: i64| SendOutcome::Requeue { after_s, slows, why: format!("{code} m") };
        for (name, status, body, expected) in [
            (
                "accepted",
                200,
                r#"{"messages":[{"id":"wamid.X"}]}"#.to_owned(),
                SendOutcome::Accepted(Wamid::from_text("wamid.X")),
            ),
            ("refused", 400, error(131026), SendOutcome::Failed(said(131026))),
            ("window", 400, error(131047), SendOutcome::Failed(said(131047))),
            ("token", 401, error(190), SendOutcome::Pause(said(190))),
            ("too fast", 429, error(130429), requeued(2, Slows::Number, 130429)),
            ("this customer", 400, error(131056), requeued(2, Slows::Pair, 131056)),
            ("the account", 429, error(80007), requeued(60, Slows::NumberRests, 80007)),
            ("a template not ready", 400, error(134101), requeued(600, Slows::Message, 134101)),
            ("Meta is unsure", 500, error(131000), SendOutcome::Unknown { why: "131000 m".to_owned() }),
            ("no JSON", 502, "<html>".to_owned(), SendOutcome::Unknown { why: "HTTP 502 without JSON".to_owned() }),
            ("no id", 200, "{}".to_owned(), SendOutcome::Unknown { why: "HTTP 200 without a message id".to_owned() }),
            (
                "no code",
                400,
                r#"{"error":{}}"#.to_owned(),
                SendOutcome::Unknown { why: "HTTP 400 without an error code".to_owned() },
            ),
        ] {
            assert_eq!(of_answer(status, body.as_bytes(), 2, None), expected, "{name}");
        }
    }
    #[test]
    fn headers_may_ask_for_more_patience() {
        let usage = r#"{"200000000000001":[{"type":"messaging","estimated_time_to_regain_access":0},
            {"type":"whatsapp","call_count":100,"estimated_time_to_regain_access":7}]}"#
            .replace('\n', "");
        for (name, headers, expected) in [
            ("nothing", vec![], None),
            ("seconds", vec![("retry-after", "90")], Some(90)),
            ("a date, which Meta does not send", vec![("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT")], None),
            ("minutes", vec![("x-business-use-case-usage", usage.as_str())], Some(420)),
            ("the longer", vec![("retry-after", "500"), ("x-business-use-case-usage", usage.as_str())], Some(500)),
            ("unreadable", vec![("x-business-use-case-usage", "{]")], None),
            ("of another shape", vec![("x-business-use-case-usage", "[1]")], None),
        ] {
            let mut map = HeaderMap::new();
            for (name, value) in headers {
                map.insert(name, value.parse().unwrap());
            }
            assert_eq!(asked_patience_s(&map), expected, "{name}");
        }
        let body = br#"{"error":{"message":"m","code":4}}"#;
        let SendOutcome::Requeue { after_s, .. } = of_answer(429, body, 1, Some(420)) else { panic!("not requeued") };
        assert_eq!(after_s, 420);
    }
}
