//! `POST /{phone_number_id}/messages`: sends and mark-reads, checked as Meta checks them.

use std::sync::Arc;

use app::ctx::now_ms;
use app::domain::media::MediaKind;
use app::domain::phone::e164;
use app::domain::text::TEXT_MAX_CHARS;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Json, Response};
use serde_json::{Value, json};

use super::routes::{AskedQuery, NodePath, opened_for, parse};
use super::serve::HangUp;
use super::{FakeNumber, Happening, Shared, templates};
use crate::simulator::behaviour::{Answer, Behaviour, Moment};
use crate::simulator::customer::Customer;
use crate::simulator::ledger::{Accepted, ReadMark};
use crate::simulator::refusal::Refusal;
use crate::simulator::statuses::Statuses;
use crate::simulator::webhook::{self, Content, Report};

/// Unknown keys are an error with Meta, so a mistyped one must not pass here.
const KEYS: [&str; 12] = [
    "messaging_product",
    "recipient_type",
    "to",
    "recipient",
    "type",
    "context",
    "biz_opaque_callback_data",
    "recipient_identity_key_hash",
    "status",
    "message_id",
    "typing_indicator",
    "preview_url",
];

const KINDS: [&str; 11] = [
    "text",
    "image",
    "audio",
    "video",
    "document",
    "sticker",
    "location",
    "contacts",
    "interactive",
    "reaction",
    "template",
];

pub(super) async fn take(
    State(shared): State<Arc<Shared>>,
    NodePath { 0: (_, id) }: NodePath,
    asked: AskedQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let number = opened_for(&shared, &headers, &asked, &id, |number| number.phone_number_id == id)?;
    let call = parse(&body)?;
    if text(&call, "messaging_product") != Some("whatsapp") {
        return Err(Refusal::malformed("The parameter messaging_product is required."));
    }
    let kind = text(&call, "type").unwrap_or("text");
    if let Some(key) = keys(&call).find(|key| !KEYS.contains(key) && *key != kind) {
        return Err(Refusal::malformed(format!("Unexpected key \"{key}\" on param \"message\".")));
    }
    match text(&call, "status") {
        Some("read") => mark_read(&shared, &number, &call).await,
        Some(_) => Err(Refusal::malformed("Param status must be one of {read}")),
        None => send(&shared, &number, &call, kind).await,
    }
}

async fn send(shared: &Arc<Shared>, number: &FakeNumber, call: &Value, kind: &str) -> Result<Response, Refusal> {
    let mut message = check(number, call, kind)?;
    if shared.blocked.holds(&number.phone_number_id, &message.to) {
        return Err(Refusal::of(130_403));
    }
    if kind == "template" {
        message.body = templates::check(shared, &message.object)?;
    }
    // A file that Meta does not know cannot be sent, neither alone nor above what can be tapped.
    let above =
        ["image", "video", "document"].iter().find_map(|file| message.object.pointer(&format!("/header/{file}")));
    if let Some(file) = above.or(MediaKind::of_message(kind).map(|_| &message.object)) {
        let known = file.get("id").and_then(Value::as_str).is_some_and(|id| shared.shelf.get(id).is_some());
        if !known && file.get("link").is_none() {
            return Err(Refusal { details: "Media ID not found".to_owned(), ..Refusal::of(131_009) });
        }
    }
    let behaviour = shared.sends().choose(&message.to);
    let answer = json!({
        "messaging_product": "whatsapp",
        "contacts": [answered_contact(&message.to)],
        "messages": [{ "id": message.wamid }],
    });
    let record = {
        let (shared, number, plan) = (shared.clone(), number.clone(), behaviour.statuses.clone());
        move || {
            shared.ledger.note_send(message.clone());
            if let Some(plan) = &plan {
                tokio::spawn(follow(shared.clone(), number, message.clone(), plan.clone()));
            }
            shared.tell(Happening::Sent { message, plan });
        }
    };
    act(behaviour, record, Json(answer).into_response()).await
}

async fn mark_read(shared: &Arc<Shared>, number: &FakeNumber, call: &Value) -> Result<Response, Refusal> {
    let Some(wamid) = text(call, "message_id").filter(|wamid| wamid.starts_with("wamid.")) else {
        return Err(Refusal { details: "Invalid message_id".to_owned(), ..Refusal::of(131_009) });
    };
    let mark = ReadMark {
        wamid: wamid.to_owned(),
        phone_number_id: number.phone_number_id.clone(),
        typing: call.get("typing_indicator").is_some(),
        received_at_ms: now_ms(),
    };
    let behaviour = shared.reads().choose("");
    let record = {
        let shared = shared.clone();
        move || {
            shared.ledger.note_read(mark.clone());
            shared.tell(Happening::Read(mark));
        }
    };
    act(behaviour, record, Json(json!({ "success": true })).into_response()).await
}

/// Does what the rule says with a request that is well-formed.
pub(super) async fn act(behaviour: Behaviour, record: impl FnOnce(), answer: Response) -> Result<Response, Refusal> {
    tokio::time::sleep(behaviour.delay).await;
    if let Some((Moment::BeforeRecord, gate)) = &behaviour.gate {
        gate.pass().await;
    }
    if behaviour.recorded {
        record();
    }
    tokio::time::sleep(behaviour.lag).await;
    if let Some((Moment::AfterRecord, gate)) = &behaviour.gate {
        gate.pass().await;
    }
    match behaviour.answer {
        Answer::Normal => Ok(answer),
        Answer::Refuse(refusal) => Err(refusal),
        Answer::HangUp => {
            let mut response = StatusCode::OK.into_response();
            response.extensions_mut().insert(HangUp);
            Ok(response)
        }
        Answer::Raw { status, content_type, body } => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            Ok((status, [(header::CONTENT_TYPE, content_type)], body).into_response())
        }
    }
}

/// Checks a send and gives it as the ledger will keep it.
fn check(number: &FakeNumber, call: &Value, kind: &str) -> Result<Accepted, Refusal> {
    // Both given: the phone wins.
    let to = match (text(call, "to"), text(call, "recipient")) {
        (Some(to), _) => {
            let well_formed = to.starts_with('+') && e164(to).as_deref() == Some(to);
            well_formed.then_some(to).ok_or_else(|| Refusal::malformed("Param to must be E.164 and begin with +"))?
        }
        (None, Some(recipient)) => {
            let well_formed = recipient.len() > 3 && recipient.as_bytes().get(2) == Some(&b'.');
            well_formed.then_some(recipient).ok_or_else(|| Refusal::of(131_009))?
        }
        (None, None) => return Err(Refusal::malformed("The parameter to is required.")),
    };
    if !KINDS.contains(&kind) {
        return Err(Refusal::malformed(format!("Param type must be one of {{{}}}", KINDS.join(", "))));
    }
    let object = call.get(kind).cloned().ok_or_else(|| Refusal::of(131_008))?;
    let content = Content::of(kind, object);
    if kind == "text" {
        let chars = content.plain().unwrap_or_default().chars().count();
        if chars == 0 {
            return Err(Refusal { details: "Param text['body'] is required".to_owned(), ..Refusal::of(131_008) });
        }
        if chars > TEXT_MAX_CHARS {
            return Err(Refusal::malformed("Param text['body'] must be at most 4096 characters long."));
        }
    }
    super::composed::check(kind, &content.object)?;
    if kind == "reaction" && call.get("context").is_some() {
        return Err(Refusal { details: "A reaction has no context".to_owned(), ..Refusal::of(131_009) });
    }
    let callback = text(call, "biz_opaque_callback_data");
    if callback.is_some_and(|data| data.chars().count() > 512) {
        return Err(Refusal::malformed("Param biz_opaque_callback_data must be at most 512 characters long."));
    }
    Ok(Accepted {
        wamid: webhook::new_wamid(),
        phone_number_id: number.phone_number_id.clone(),
        to: to.to_owned(),
        kind: kind.to_owned(),
        body: content.plain().unwrap_or_default().to_owned(),
        object: content.object,
        reply_to: call.pointer("/context/message_id").and_then(Value::as_str).map(str::to_owned),
        biz_opaque_callback_data: callback.map(str::to_owned),
        received_at_ms: now_ms(),
    })
}

/// Posts the planned statuses of a message, one after the other.
async fn follow(shared: Arc<Shared>, number: FakeNumber, message: Accepted, plan: Statuses) {
    let customer = Customer::addressed(&message.to);
    for step in plan.steps {
        tokio::time::sleep(step.after).await;
        let report = Report {
            customer: &customer,
            wamid: &message.wamid,
            status: step.status,
            at_ms: now_ms(),
            biz_opaque_callback_data: message.biz_opaque_callback_data.as_deref(),
            error: step.error.as_ref(),
        };
        let number = number.number();
        let body = webhook::body(&number, vec![webhook::status(&number, &report)]);
        // Its place in the customer's order is all that matters here.
        drop(shared.courier.post(&message.to, body));
    }
}

fn answered_contact(to: &str) -> Value {
    match to.starts_with('+') {
        true => json!({ "input": to, "wa_id": webhook::without_plus(to) }),
        false => json!({ "input": to, "user_id": to }),
    }
}

fn text<'a>(object: &'a Value, key: &str) -> Option<&'a str> {
    object.get(key).and_then(Value::as_str)
}

fn keys(object: &Value) -> impl Iterator<Item = &str> {
    object.as_object().into_iter().flat_map(|object| object.keys().map(String::as_str))
}
