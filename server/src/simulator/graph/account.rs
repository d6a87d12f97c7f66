//! What is asked about numbers, accounts and tokens.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Json;
use serde_json::{Map, Value, json};

use super::routes::{Answer, AskedQuery, NodePath, bearer, opened, opened_for, parse};
use super::{FakeNumber, Shared, files};
use crate::simulator::refusal::Refusal;

/// `GET /{phone_number_id}`, `GET /{waba_id}` and `GET /{media_id}`.
pub(super) async fn node(
    State(shared): State<Arc<Shared>>,
    NodePath { 0: (_, id) }: NodePath,
    asked: AskedQuery,
    headers: HeaderMap,
) -> Answer {
    let opener = opened(&shared, &headers, &asked)?;
    if let Some(described) = files::describe(&shared, &opener, &asked, &id) {
        return described.map(Json);
    }
    let reaches = |number: &FakeNumber| number.phone_number_id == id || number.waba_id == id;
    let number = opened_for(&shared, &headers, &asked, &id, reaches)?;
    let (kind, all) = if number.phone_number_id == id {
        ("WhatsAppBusinessPhoneNumber", phone(&number))
    } else {
        ("WhatsAppBusinessAccount", account(&number))
    };
    fields(kind, all, asked.fields.as_deref()).map(Json)
}

/// `GET /{waba_id}/phone_numbers`.
pub(super) async fn phone_numbers(
    State(shared): State<Arc<Shared>>,
    NodePath { 0: (_, id) }: NodePath,
    asked: AskedQuery,
    headers: HeaderMap,
) -> Answer {
    opened_for(&shared, &headers, &asked, &id, |number| number.waba_id == id)?;
    let numbers: Vec<FakeNumber> = shared.numbers().iter().filter(|number| number.waba_id == id).cloned().collect();
    let data = numbers
        .iter()
        .map(|number| fields("WhatsAppBusinessPhoneNumber", phone(number), asked.fields.as_deref()))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Json(json!({ "data": data, "paging": { "cursors": { "before": "a", "after": "a" } } })))
}

/// `POST /{phone_number_id}/smb_app_data`: what is on the phone, each kind once.
pub(super) async fn bring(
    State(shared): State<Arc<Shared>>,
    NodePath { 0: (_, id) }: NodePath,
    asked: AskedQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    opened_for(&shared, &headers, &asked, &id, |number| number.phone_number_id == id)?;
    let body = parse(&body)?;
    let kind = body["sync_type"].as_str().unwrap_or_default().to_owned();
    if !matches!(kind.as_str(), "smb_app_state_sync" | "history") {
        return Err(Refusal::malformed("(#100) Param sync_type must be one of {smb_app_state_sync, history}"));
    }
    let mut brought = shared.brought.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if !brought.insert((id, kind)) {
        return Err(Refusal::of(2_593_107));
    }
    Ok(Json(json!({ "messaging_product": "whatsapp", "request_id": format!("request-{}", brought.len()) })))
}

/// `GET /{waba_id}/subscribed_apps`.
pub(super) async fn subscribed_apps(
    State(shared): State<Arc<Shared>>,
    NodePath { 0: (_, id) }: NodePath,
    asked: AskedQuery,
    headers: HeaderMap,
) -> Answer {
    let number = opened_for(&shared, &headers, &asked, &id, |number| number.waba_id == id)?;
    let other = shared.other_app.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
    let data = if let Some((id, name)) = other {
        json!([{ "whatsapp_business_api_data": { "id": id, "name": name, "link": "https://other.example/" } }])
    } else if shared.subscribed.load(Ordering::Relaxed) {
        json!([{ "whatsapp_business_api_data": { "id": number.app_id, "name": "Majlis", "link": "https://majlis.example/" } }])
    } else {
        json!([])
    };
    Ok(Json(json!({ "data": data })))
}

/// `POST /{waba_id}/subscribed_apps`.
pub(super) async fn subscribe(
    State(shared): State<Arc<Shared>>,
    NodePath { 0: (_, id) }: NodePath,
    asked: AskedQuery,
    headers: HeaderMap,
) -> Answer {
    opened_for(&shared, &headers, &asked, &id, |number| number.waba_id == id)?;
    shared.subscribed.store(true, Ordering::Relaxed);
    Ok(Json(json!({ "success": true })))
}

/// `GET /debug_token?input_token=…`, opened by the token itself or by `app id|app secret`.
pub(super) async fn debug_token(State(shared): State<Arc<Shared>>, asked: AskedQuery, headers: HeaderMap) -> Answer {
    let by = bearer(&headers).or(asked.access_token.as_deref()).unwrap_or_default();
    let app = match by.split_once('|') {
        Some((app_id, secret)) => {
            let known = shared.numbers().iter().any(|number| number.app_id == app_id && number.app_secret == secret);
            if !known {
                return Err(Refusal::malformed("Error validating client secret."));
            }
            app_id.to_owned()
        }
        None => opened(&shared, &headers, &asked)?.app_id,
    };
    let Some(input) = &asked.input_token else {
        return Err(Refusal::malformed("The parameter input_token is required."));
    };
    let number = shared.numbers().iter().find(|number| number.access_token == *input).cloned();
    let data = match number {
        Some(number) => json!({
            "app_id": number.app_id, "application": "Majlis", "type": "SYSTEM_USER", "is_valid": true,
            "expires_at": 0, "data_access_expires_at": 0,
            "scopes": ["whatsapp_business_management", "whatsapp_business_messaging"],
            "granular_scopes": [
                { "scope": "whatsapp_business_management", "target_ids": [number.waba_id] },
                { "scope": "whatsapp_business_messaging", "target_ids": [number.waba_id] },
            ],
        }),
        None => json!({
            "app_id": app, "is_valid": false, "scopes": [],
            "error": { "code": 190, "message": "Invalid OAuth access token." },
        }),
    };
    Ok(Json(json!({ "data": data })))
}

/// What was asked for, and the id, which always comes. A field Meta does not know fails the whole call.
fn fields(kind: &str, all: Value, asked: Option<&str>) -> Result<Value, Refusal> {
    let Some(asked) = asked else { return Ok(all) };
    let mut chosen = Map::new();
    for field in asked.split(',').map(str::trim).chain(["id"]) {
        let Some(value) = all.get(field) else {
            let details = format!("Tried accessing nonexisting field ({field}) on node type ({kind})");
            return Err(Refusal { title: details.clone(), ..Refusal::malformed(details) });
        };
        chosen.insert(field.to_owned(), value.clone());
    }
    Ok(Value::Object(chosen))
}

fn phone(number: &FakeNumber) -> Value {
    json!({
        "id": number.phone_number_id,
        "display_phone_number": app::domain::phone::spaced(&number.display_phone),
        "verified_name": number.verified_name,
        "name_status": "APPROVED",
        "status": "CONNECTED",
        "quality_rating": "GREEN",
        "code_verification_status": "VERIFIED",
        "platform_type": "CLOUD_API",
        "is_on_biz_app": false,
        "is_official_business_account": false,
        "throughput": { "level": "STANDARD" },
        "account_mode": "LIVE",
        "whatsapp_business_manager_messaging_limit": "TIER_2K",
        "health_status": { "can_send_message": "AVAILABLE", "entities": [] },
        "webhook_configuration": {},
    })
}

fn account(number: &FakeNumber) -> Value {
    json!({
        "id": number.waba_id,
        "name": number.verified_name,
        "currency": "EGP",
        "timezone_id": "53",
        "country": "EG",
        "account_review_status": "APPROVED",
        "message_template_namespace": "majlis",
    })
}
