//! What Meta says of a number: asked by its self-check on the screen and by `majlis doctor`.

use app::api::channels::{ChannelInput, Check, CheckKind, CheckOutcome};
use app::domain::ids::PhoneNumberId;
use app::domain::phone;
use app::tokens;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;

use crate::whatsapp::client::{Graph, GraphError};

/// Pages of an account's numbers that are read: ten thousand numbers are more than an account has.
const PAGES: usize = 100;

/// Asks Meta about each part; the callback is told by `called`.
pub async fn check(graph: &Graph, input: &ChannelInput, called: CheckOutcome) -> Vec<Check> {
    let number = PhoneNumberId::from_text(input.phone_number_id.trim());
    let (token, secret, waba) = (input.access_token.trim(), input.app_secret.trim(), input.waba_id.trim());
    let (access, mut phone_number) = check_number(graph, &number, token, &input.display_phone).await;
    if phone_number == CheckOutcome::Ok {
        phone_number = check_account(graph, &number, waba, token).await;
    }
    let subscription = check_subscription(graph, waba, token).await;
    let app_secret = check_secret(graph, &number, token, secret).await;
    vec![
        Check { what: CheckKind::AccessToken, outcome: access },
        Check { what: CheckKind::PhoneNumber, outcome: phone_number },
        Check { what: CheckKind::AppSecret, outcome: app_secret },
        Check { what: CheckKind::Subscription, outcome: subscription },
        Check { what: CheckKind::Callback, outcome: called },
    ]
}

/// Does the token open the number, and is it the number that was typed?
async fn check_number(
    graph: &Graph,
    number: &PhoneNumberId,
    token: &str,
    display_phone: &str,
) -> (CheckOutcome, CheckOutcome) {
    if token.is_empty() || number.as_str().is_empty() {
        return (CheckOutcome::Missing, CheckOutcome::Missing);
    }
    match graph.get(&format!("{number}?fields=id,display_phone_number,verified_name"), token).await {
        Ok(answer) => {
            let found = answer.get("display_phone_number").and_then(Value::as_str).unwrap_or_default();
            let same = phone::e164(found).is_some_and(|found| Some(found) == phone::e164(display_phone));
            let number = if same { CheckOutcome::Ok } else { CheckOutcome::Differs { found: found.to_owned() } };
            (CheckOutcome::Ok, number)
        }
        Err(GraphError::Refused { code, message }) => {
            let refused = CheckOutcome::Refused { code, message };
            // 100 and 33: the token is good, but shows no such number.
            if matches!(code, 100 | 33) { (CheckOutcome::Ok, refused) } else { (refused, CheckOutcome::Waiting) }
        }
        Err(_) => (CheckOutcome::Unreachable, CheckOutcome::Unreachable),
    }
}

/// Is the number one of the account's? A number does not name its account, so the account's numbers are read.
async fn check_account(graph: &Graph, number: &PhoneNumberId, waba: &str, token: &str) -> CheckOutcome {
    if waba.is_empty() {
        return CheckOutcome::Missing;
    }
    let mut after = String::new();
    for _ in 0..PAGES {
        let page = match graph.get(&format!("{waba}/phone_numbers?fields=id&limit=100{after}"), token).await {
            Ok(page) => page,
            Err(error) => return outcome_of(error),
        };
        let numbers = page.get("data").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        if numbers.iter().any(|held| held.get("id").and_then(Value::as_str) == Some(number.as_str())) {
            return CheckOutcome::Ok;
        }
        let cursor = page.pointer("/paging/cursors/after").and_then(Value::as_str);
        match (page.pointer("/paging/next"), cursor) {
            (Some(_), Some(cursor)) if cursor.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'&') => {
                after = format!("&after={cursor}");
            }
            _ => return CheckOutcome::Elsewhere,
        }
    }
    CheckOutcome::Elsewhere
}

/// Is the app of this token subscribed? Another app's subscription brings its messages to somebody else.
async fn check_subscription(graph: &Graph, waba: &str, token: &str) -> CheckOutcome {
    if waba.is_empty() || token.is_empty() {
        return CheckOutcome::Missing;
    }
    let answer = match graph.get(&format!("{waba}/subscribed_apps"), token).await {
        Ok(answer) => answer,
        Err(error) => return outcome_of(error),
    };
    let apps: Vec<&Value> = answer
        .get("data")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice)
        .iter()
        .filter_map(|app| app.get("whatsapp_business_api_data"))
        .collect();
    if apps.is_empty() {
        return CheckOutcome::Missing;
    }
    // Where Meta does not tell which app the token belongs to, that some app is subscribed is all there is to know.
    let Ok(known) = graph.get(&format!("debug_token?input_token={token}"), token).await else {
        return CheckOutcome::Ok;
    };
    let Some(own) = known.pointer("/data/app_id").and_then(id_text) else { return CheckOutcome::Ok };
    if apps.iter().any(|app| app.get("id").and_then(id_text).as_ref() == Some(&own)) {
        return CheckOutcome::Ok;
    }
    let names: Vec<&str> = apps.iter().filter_map(|app| app.get("name").and_then(Value::as_str)).collect();
    CheckOutcome::Differs { found: names.join(", ") }
}

fn id_text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned).or_else(|| value.as_i64().map(|number| number.to_string()))
}

/// Meta checks a proof made of token and secret: a wrong secret shows without any webhook.
/// <https://developers.facebook.com/docs/graph-api/guides/secure-requests#appsecret_proof>
async fn check_secret(graph: &Graph, number: &PhoneNumberId, token: &str, secret: &str) -> CheckOutcome {
    if secret.is_empty() || token.is_empty() {
        return CheckOutcome::Missing;
    }
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return CheckOutcome::Missing };
    mac.update(token.as_bytes());
    let proof = tokens::hex(&mac.finalize().into_bytes());
    match graph.get(&format!("{number}?fields=id&appsecret_proof={proof}"), token).await {
        Ok(_) => CheckOutcome::Ok,
        Err(error) => outcome_of(error),
    }
}

fn outcome_of(error: GraphError) -> CheckOutcome {
    match error {
        GraphError::Refused { code, message } => CheckOutcome::Refused { code, message },
        GraphError::Unreachable | GraphError::Unreadable => CheckOutcome::Unreachable,
    }
}
