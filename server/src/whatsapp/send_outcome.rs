//! What one call of Graph's send endpoint means for the message (faults.md, "Sending").

use app::domain::graph_error::{Class, class, requeue_after_s};
use app::domain::ids::Wamid;
use app::domain::message::MessageError;
use serde_json::Value;

/// How a send ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SendOutcome {
    /// Meta has it.
    Accepted(Wamid),
    /// Certainly not sent: again after `after_s`.
    Requeue { after_s: i64, why: String },
    /// Refused for good.
    Failed(MessageError),
    /// The number cannot send until an admin acts; the message keeps its place.
    Pause(MessageError),
    /// It may have been sent.
    Unknown { why: String },
}

/// Judges a complete answer. `attempt` counts from 1.
pub fn of_answer(http_status: u16, body: &[u8], attempt: i64) -> SendOutcome {
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
            SendOutcome::Requeue { after_s: requeue_after_s(error.code, attempt), why }
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
            ("too fast", 429, error(130429), SendOutcome::Requeue { after_s: 2, why: "130429 m".to_owned() }),
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
            assert_eq!(of_answer(status, body.as_bytes(), 2), expected, "{name}");
        }
    }
}
