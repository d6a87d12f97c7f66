//! `POST`, `DELETE` and `GET /{phone_number_id}/block_users`, with an answer for each customer.

use std::sync::Arc;

use app::ctx::now_ms;
use app::domain::phone::e164;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Json, Response};
use serde_json::{Map, Value, json};

use super::messages::act;
use super::routes::{Answer, AskedQuery, NodePath, opened_for, parse};
use super::{FakeNumber, Shared};
use crate::simulator::refusal::Refusal;
use crate::simulator::webhook::without_plus;

/// Meta's limit of one request.
const AT_ONCE: usize = 1_000;

pub(super) async fn block(
    State(shared): State<Arc<Shared>>,
    NodePath { 0: (_, id) }: NodePath,
    asked: AskedQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let number = opened_for(&shared, &headers, &asked, &id, |number| number.phone_number_id == id)?;
    let users = users(&body)?;
    let judged: Vec<_> = users.iter().map(|user| (user.clone(), may_block(&shared, &number, user))).collect();
    let answer = answer("added_users", &judged);
    let taken = judged.into_iter().filter_map(|(user, refusal)| refusal.is_none().then_some(user));
    let taken: Vec<String> = taken.filter_map(|user| Some(name(&user)?.to_owned())).collect();
    let list = shared.blocked.clone();
    let record = move || taken.iter().for_each(|name| list.add(&number.phone_number_id, name));
    let behaviour = shared.blocks().choose(users.first().and_then(name).unwrap_or_default());
    act(behaviour, record, answer).await
}

pub(super) async fn unblock(
    State(shared): State<Arc<Shared>>,
    NodePath { 0: (_, id) }: NodePath,
    asked: AskedQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let number = opened_for(&shared, &headers, &asked, &id, |number| number.phone_number_id == id)?;
    let users = users(&body)?;
    let judged: Vec<_> = users.iter().map(|user| (user.clone(), malformed(user))).collect();
    let answer = answer("removed_users", &judged);
    let names: Vec<String> = users.iter().filter_map(|user| Some(name(user)?.to_owned())).collect();
    let list = shared.blocked.clone();
    let behaviour = shared.blocks().choose(names.first().map_or("", String::as_str));
    let record = move || names.iter().for_each(|name| list.remove(&number.phone_number_id, name));
    act(behaviour, record, answer).await
}

pub(super) async fn list(
    State(shared): State<Arc<Shared>>,
    NodePath { 0: (_, id) }: NodePath,
    asked: AskedQuery,
    headers: HeaderMap,
) -> Answer {
    opened_for(&shared, &headers, &asked, &id, |number| number.phone_number_id == id)?;
    let of = |name: &String| match name.starts_with('+') {
        true => json!({ "messaging_product": "whatsapp", "wa_id": without_plus(name) }),
        false => json!({ "messaging_product": "whatsapp", "user_id": name }),
    };
    let data: Vec<Value> = shared.blocked.of(&id).iter().map(of).collect();
    Ok(Json(json!({ "data": data, "paging": { "cursors": { "before": "a", "after": "a" } } })))
}

/// The entries of a request that is well-formed as a whole.
fn users(body: &Bytes) -> Result<Vec<Value>, Refusal> {
    let body = parse(body)?;
    if body.get("messaging_product").and_then(Value::as_str) != Some("whatsapp") {
        return Err(Refusal::malformed("The parameter messaging_product is required."));
    }
    let users = body.get("block_users").and_then(Value::as_array).filter(|users| !users.is_empty());
    let users = users.ok_or_else(|| Refusal::malformed("The parameter block_users is required."))?;
    if users.len() > AT_ONCE {
        return Err(Refusal::of(130_429));
    }
    Ok(users.clone())
}

/// The phone or user id of an entry.
fn name(user: &Value) -> Option<&str> {
    user.get("user").or_else(|| user.get("user_id")).and_then(Value::as_str)
}

fn malformed(user: &Value) -> Option<Refusal> {
    let is_phone = |name: &str| name.starts_with('+') && e164(name).as_deref() == Some(name);
    let is_id = |name: &str| name.len() > 3 && name.as_bytes().get(2) == Some(&b'.');
    let phone = user.get("user").and_then(Value::as_str).is_some_and(is_phone);
    let well_formed = phone || user.get("user_id").and_then(Value::as_str).is_some_and(is_id);
    (!well_formed).then(|| Refusal::of(131_009))
}

fn may_block(shared: &Shared, number: &FakeNumber, user: &Value) -> Option<Refusal> {
    let malformed = malformed(user);
    if malformed.is_some() {
        return malformed;
    }
    let name = name(user)?;
    if name == number.display_phone {
        return Some(Refusal::of(131_021));
    }
    let may = shared.blocked.may_add(&number.phone_number_id, name, now_ms());
    (!may).then(|| Refusal {
        title: "Re-engagement required".to_owned(),
        details: "User has not messaged in the last 24 hours".to_owned(),
        ..Refusal::of(131_047)
    })
}

/// Both lists; one refused entry makes the whole an error.
fn answer(done: &str, judged: &[(Value, Option<Refusal>)]) -> Response {
    let entry = |user: &Value| {
        let name = name(user).unwrap_or_default();
        match name.starts_with('+') {
            true => json!({ "input": name, "wa_id": without_plus(name) }),
            false => json!({ "input": name, "user_id": name }),
        }
    };
    let taken: Vec<Value> = judged.iter().filter(|(_, no)| no.is_none()).map(|(user, _)| entry(user)).collect();
    let failed: Vec<Value> = judged
        .iter()
        .filter_map(|(user, refusal)| {
            let refusal = refusal.as_ref()?;
            let mut entry = entry(user);
            entry["errors"] = json!([{ "message": refusal.title, "code": refusal.code,
                "error_data": { "details": refusal.details } }]);
            Some(entry)
        })
        .collect();
    let all_taken = failed.is_empty();
    let mut lists = Map::new();
    lists.insert(done.to_owned(), json!(taken));
    if all_taken {
        return Json(json!({ "messaging_product": "whatsapp", "block_users": lists })).into_response();
    }
    lists.insert("failed_users".to_owned(), json!(failed));
    let mut body = Refusal {
        title: "Failed to block/unblock users".to_owned(),
        details: "Failed to block some users, see the block_users response list for details".to_owned(),
        ..Refusal::of(139_100)
    }
    .body();
    body["messaging_product"] = json!("whatsapp");
    body["block_users"] = json!(lists);
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}
