//! Blocking customers at Meta. <https://developers.facebook.com/docs/whatsapp/cloud-api/block-users>

use app::domain::block::{BlockWish, Told};
use app::domain::graph_error::{Class, class};
use app::domain::ids::PhoneNumberId;
use reqwest::Method;
use serde_json::{Value, json};

use super::client::{ANSWER_BYTES, Graph, Recipient, read};
use super::webhook::read_error;

/// Meta changed its list meanwhile, or failed inside: it may have been done.
const UNSURE: [i64; 2] = [139_102, 139_103];
/// Too many calls: certainly not done.
const TOO_FAST: i64 = 130_429;

impl Graph {
    /// Blocks a customer on a number, or unblocks them. Asking again does no harm.
    pub async fn block(&self, number: &PhoneNumberId, token: &str, who: &Recipient, wish: BlockWish) -> Told {
        let user = match who {
            Recipient::Phone(phone) => json!({ "user": phone }),
            Recipient::UserId(user_id) => json!({ "user_id": user_id }),
        };
        let body = json!({ "messaging_product": "whatsapp", "block_users": [user] });
        let method = match wish {
            BlockWish::Block => Method::POST,
            BlockWish::Unblock => Method::DELETE,
        };
        let url = self.url(&format!("{number}/block_users"));
        let response = match self.http().request(method, url).bearer_auth(token).json(&body).send().await {
            Ok(response) => response,
            Err(error) if error.is_connect() => return Told::NotNow { code: None },
            Err(_) => return Told::Unclear,
        };
        let status = response.status().as_u16();
        match read(response, ANSWER_BYTES).await {
            Ok(bytes) => told(wish, status, &bytes),
            Err(_) => Told::Unclear,
        }
    }
}

/// Judges a complete answer to a call about one customer. Some HTTP statuses are errors, the lists are there all the same.
fn told(wish: BlockWish, http_status: u16, body: &[u8]) -> Told {
    let Ok(value) = serde_json::from_slice::<Value>(body) else { return Told::Unclear };
    let listed = |list: &str| value.pointer(&format!("/block_users/{list}/0"));
    if let Some(failed) = listed("failed_users") {
        return match failed.pointer("/errors/0").and_then(read_error).map(|error| error.code) {
            Some(TOO_FAST) => Told::NotNow { code: Some(TOO_FAST) },
            Some(code) if UNSURE.contains(&code) => Told::Unclear,
            Some(code) if class(code, false, 400) == Class::Uncertain => Told::Unclear,
            Some(code) => Told::Refused { code },
            None => Told::Unclear,
        };
    }
    let done = match wish {
        BlockWish::Block => "added_users",
        BlockWish::Unblock => "removed_users",
    };
    if listed(done).is_some() {
        return Told::Done;
    }
    let Some(error) = value.get("error").and_then(read_error) else { return Told::Unclear };
    let is_transient = value.pointer("/error/is_transient").and_then(Value::as_bool).unwrap_or_default();
    match class(error.code, is_transient, http_status) {
        Class::Uncertain => Told::Unclear,
        _ if UNSURE.contains(&error.code) => Told::Unclear,
        _ => Told::NotNow { code: Some(error.code) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_judged_by_their_lists() {
        let lists = |lists: Value| json!({ "messaging_product": "whatsapp", "block_users": lists }).to_string();
        let user = json!({ "input": "+201000000100", "wa_id": "201000000100" });
        let failed = |code: Value| {
            let mut body = json!({ "block_users": { "added_users": [], "failed_users": [
                { "input": "+201000000100", "errors": [{ "message": "m", "code": code, "error_data": { "details": "d" } }] }] } });
            body["error"] = json!({ "message": "(#139100) Failed to block/unblock users", "code": 139_100 });
            body.to_string()
        };
        let error = |code: i64| json!({ "error": { "message": "m", "code": code } }).to_string();
        use BlockWish::{Block, Unblock};
        for (name, wish, status, body, expected) in [
            ("added", Block, 200, lists(json!({ "added_users": [user] })), Told::Done),
            ("removed", Unblock, 200, lists(json!({ "removed_users": [user] })), Told::Done),
            ("the other list", Unblock, 200, lists(json!({ "added_users": [user] })), Told::Unclear),
            ("nothing in it", Block, 200, lists(json!({ "added_users": [] })), Told::Unclear),
            ("too late", Block, 400, failed(json!(131_047)), Told::Refused { code: 131_047 }),
            ("a code as text", Block, 400, failed(json!("131047")), Told::Refused { code: 131_047 }),
            ("with a status of success", Block, 200, failed(json!(131_021)), Told::Refused { code: 131_021 }),
            ("the list is full", Block, 400, failed(json!(139_101)), Told::Refused { code: 139_101 }),
            ("too fast", Block, 400, failed(json!(130_429)), Told::NotNow { code: Some(130_429) }),
            ("Meta failed inside", Block, 400, failed(json!(139_103)), Told::Unclear),
            ("Meta does not know", Unblock, 400, failed(json!(131_000)), Told::Unclear),
            ("no code", Block, 400, failed(json!(null)), Told::Unclear),
            ("a dead token", Block, 401, error(190), Told::NotNow { code: Some(190) }),
            ("Meta is away", Block, 503, error(2), Told::Unclear),
            ("an unknown code with 500", Block, 500, error(777), Told::Unclear),
            ("no JSON", Block, 502, "<html>".to_owned(), Told::Unclear),
            ("nothing", Block, 200, "{}".to_owned(), Told::Unclear),
        ] {
            assert_eq!(told(wish, status, body.as_bytes()), expected, "{name}");
        }
    }
}
