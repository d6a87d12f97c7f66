//! Calls of the Graph API. One request is one request: no retry, no redirect, no proxy, since a send has no idempotency
//! key.

use std::time::Duration;

use app::domain::ids::{PhoneNumberId, Wamid};
use app::domain::phone_app::Bring;
use reqwest::redirect::Policy;
use serde_json::{Value, json};

use super::send_outcome::{self, SendOutcome};

/// Well below the lease of a row in flight, so that a slow answer is never taken for a lost one.
const TOTAL: Duration = Duration::from_secs(15);
const CONNECT: Duration = Duration::from_secs(5);
const KEPT: Duration = Duration::from_secs(30);
/// Meta's answers are small; more is no answer of Meta's.
pub(super) const ANSWER_BYTES: usize = 256 * 1024;

/// The Graph API.
#[derive(Clone)]
pub struct Graph {
    http: reqwest::Client,
    base: String,
}

/// A call that told nothing certain.
#[derive(Debug, thiserror::Error)]
pub enum GraphError {
    #[error("Meta could not be reached")]
    Unreachable,
    /// Meta's code and words.
    #[error("Meta refused: {code} {message}")]
    Refused { code: i64, message: String },
    #[error("Meta's answer could not be read")]
    Unreadable,
}

/// Meta was asked for this before, or the day for it is over.
const ALREADY_OR_TOO_LATE: [i64; 2] = [2_593_107, 2_593_108];

/// Why nothing is brought over from a phone.
#[derive(Debug, thiserror::Error)]
pub enum BringError {
    /// Asking again is of no use.
    #[error("Meta refused: {code} {message}")]
    Refused { code: i64, message: String },
    /// Nothing was used up: it may be asked again.
    #[error(transparent)]
    NotAsked(GraphError),
    /// Meta was asked, and may have taken it.
    #[error("Meta's answer is not known")]
    Unknown,
}

impl Graph {
    /// # Errors
    /// TLS cannot be set up on this machine.
    pub fn new(base: &str) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .retry(reqwest::retry::never())
            .redirect(Policy::none())
            .no_proxy()
            .http1_only()
            .timeout(TOTAL)
            .connect_timeout(CONNECT)
            // Connections are kept for the next send, but not so long that the other end has let go of them meanwhile: a
            // send into one that is just being closed leaves its message uncertain.
            .pool_idle_timeout(KEPT)
            .tcp_keepalive(KEPT)
            .build()?;
        Ok(Self { http, base: base.trim_end_matches('/').to_owned() })
    }

    /// The same client for another address: a simulated number's.
    pub fn at(&self, base: &str) -> Self {
        Self { http: self.http.clone(), base: base.trim_end_matches('/').to_owned() }
    }

    /// Sends a message once. `body` is its type's part; `callback_data` comes back in every status.
    pub async fn send(
        &self,
        number: &PhoneNumberId,
        token: &str,
        to: &Recipient,
        body: &str,
        callback_data: &str,
        attempt: i64,
    ) -> SendOutcome {
        let Ok(Value::Object(mut call)) = serde_json::from_str::<Value>(body) else {
            return SendOutcome::Unknown { why: "the queued body cannot be read".to_owned() };
        };
        call.insert("messaging_product".to_owned(), json!("whatsapp"));
        call.insert("recipient_type".to_owned(), json!("individual"));
        match to {
            Recipient::Phone(phone) => call.insert("to".to_owned(), json!(phone)),
            Recipient::UserId(user_id) => call.insert("recipient".to_owned(), json!(user_id)),
        };
        call.insert("biz_opaque_callback_data".to_owned(), json!(callback_data));
        let request = self.http.post(self.url(&format!("{number}/messages"))).bearer_auth(token).json(&call);
        let response = match request.send().await {
            Ok(response) => response,
            // Only a connection that was never made is proof that nothing was sent.
            Err(error) if error.is_connect() => {
                let why = "Meta could not be reached".to_owned();
                return SendOutcome::Unreachable { after_s: 2_i64.pow(attempt.clamp(1, 6) as u32), why };
            }
            Err(error) if error.is_timeout() => {
                return SendOutcome::Unknown { why: "no answer in time".to_owned() };
            }
            Err(_) => return SendOutcome::Unknown { why: "the connection broke".to_owned() },
        };
        let status = response.status().as_u16();
        let patience_s = send_outcome::asked_patience_s(response.headers());
        match read(response, ANSWER_BYTES).await {
            Ok(bytes) => send_outcome::of_answer(status, &bytes, attempt, patience_s),
            Err(_) => SendOutcome::Unknown { why: "the answer broke off".to_owned() },
        }
    }

    /// Gives the customer the blue tick, for this message and all before it.
    ///
    /// # Errors
    /// Meta refused or could not be reached; asking again does no harm.
    pub async fn mark_read(&self, number: &PhoneNumberId, token: &str, wamid: &Wamid) -> Result<(), GraphError> {
        self.tick(number, token, json!({ "message_id": wamid })).await
    }

    /// Shows the customer that somebody writes; ticks this message and all before it, too.
    ///
    /// # Errors
    /// Meta refused or could not be reached.
    pub async fn show_typing(&self, number: &PhoneNumberId, token: &str, wamid: &Wamid) -> Result<(), GraphError> {
        self.tick(number, token, json!({ "message_id": wamid, "typing_indicator": { "type": "text" } })).await
    }

    async fn tick(&self, number: &PhoneNumberId, token: &str, mut body: Value) -> Result<(), GraphError> {
        body["messaging_product"] = json!("whatsapp");
        body["status"] = json!("read");
        let request = self.http.post(self.url(&format!("{number}/messages"))).bearer_auth(token).json(&body);
        answer(request).await.map(drop)
    }

    /// Asks once for what is on the phone a number lives on too; gives the id of the request.
    ///
    /// # Errors
    /// Meta refused, could not be reached, or was asked and its answer is not known.
    pub async fn bring(&self, number: &PhoneNumberId, token: &str, what: Bring) -> Result<String, BringError> {
        let sync_type = match what {
            Bring::Contacts => "smb_app_state_sync",
            Bring::History => "history",
        };
        let body = json!({ "messaging_product": "whatsapp", "sync_type": sync_type });
        let request = self.http.post(self.url(&format!("{number}/smb_app_data"))).bearer_auth(token).json(&body);
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) if error.is_connect() => return Err(BringError::NotAsked(GraphError::Unreachable)),
            Err(_) => return Err(BringError::Unknown),
        };
        match read_answer(response, ANSWER_BYTES).await {
            Ok(answer) => {
                let id = answer.get("request_id").and_then(Value::as_str).ok_or(BringError::Unknown)?;
                Ok(id.to_owned())
            }
            Err(GraphError::Refused { code, message }) if ALREADY_OR_TOO_LATE.contains(&code) => {
                Err(BringError::Refused { code, message })
            }
            Err(refused @ GraphError::Refused { .. }) => Err(BringError::NotAsked(refused)),
            Err(_) => Err(BringError::Unknown),
        }
    }

    /// Reads an edge: `300000000000001?fields=id,verified_name`.
    ///
    /// # Errors
    /// Meta refused or could not be reached.
    pub async fn get(&self, edge: &str, token: &str) -> Result<Value, GraphError> {
        answer(self.http.get(self.url(edge)).bearer_auth(token)).await
    }

    /// Meta's clock, by the date of an answer: to the second, and late by the way the answer took.
    pub async fn clock_ms(&self) -> Option<i64> {
        let answer = self.http.get(&self.base).send().await.ok()?;
        let date = answer.headers().get(reqwest::header::DATE)?.to_str().ok()?;
        let at = httpdate::parse_http_date(date).ok()?;
        Some(at.duration_since(std::time::UNIX_EPOCH).ok()?.as_millis() as i64)
    }

    pub(super) fn url(&self, edge: &str) -> String {
        format!("{}/{edge}", self.base)
    }

    pub(super) fn base(&self) -> &str {
        &self.base
    }

    pub(super) fn http(&self) -> &reqwest::Client {
        &self.http
    }
}

/// Whom a message goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// E.164 with `+`: without it Meta may put the sender's country code in front.
    Phone(String),
    /// A business-scoped user id, for customers who keep their number to themselves.
    UserId(String),
}

pub(super) async fn answer(request: reqwest::RequestBuilder) -> Result<Value, GraphError> {
    answer_within(request, ANSWER_BYTES).await
}

/// The same for an answer that may be larger.
pub(super) async fn answer_within(request: reqwest::RequestBuilder, most: usize) -> Result<Value, GraphError> {
    read_answer(request.send().await.map_err(|_| GraphError::Unreachable)?, most).await
}

async fn read_answer(response: reqwest::Response, most: usize) -> Result<Value, GraphError> {
    let ok = response.status().is_success();
    let bytes = read(response, most).await?;
    let value: Value = serde_json::from_slice(&bytes).map_err(|_| GraphError::Unreadable)?;
    if ok {
        return Ok(value);
    }
    let error = value.get("error").and_then(super::webhook::read_error).ok_or(GraphError::Unreadable)?;
    Err(GraphError::Refused { code: error.code, message: error.title })
}

pub(super) async fn read(mut response: reqwest::Response, most: usize) -> Result<Vec<u8>, GraphError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| GraphError::Unreadable)? {
        if bytes.len() + chunk.len() > most {
            return Err(GraphError::Unreadable);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
