//! How a number stands, asked of Meta: what its webhooks tell as it changes.

use app::domain::health::{Fact, FactKind};
use app::domain::ids::{PhoneNumberId, WabaId};
use app::domain::text::storable;
use serde_json::Value;

use super::client::{Graph, GraphError};

/// One field Meta does not know fails the whole call (100), and they come and go with versions: the newer ones are left
/// out then.
const FIELDS: &str = "display_phone_number,verified_name,status,quality_rating";
const NEWER_FIELDS: &str = "name_status,throughput,whatsapp_business_manager_messaging_limit";

/// Everything one reading tells. A refusal is a fact of its own: about the token.
///
/// # Errors
/// Meta could not be reached, or its answer could not be read.
pub async fn read(
    graph: &Graph,
    number: &PhoneNumberId,
    waba_id: &WabaId,
    token: &str,
) -> Result<Vec<Fact>, GraphError> {
    let mut answer = graph.get(&format!("{number}?fields={FIELDS},{NEWER_FIELDS}"), token).await;
    if matches!(answer, Err(GraphError::Refused { code: 100, .. })) {
        answer = graph.get(&format!("{number}?fields={FIELDS}"), token).await;
    }
    let answer = match answer {
        Ok(answer) => answer,
        Err(GraphError::Refused { code, message }) => {
            return Ok(vec![Fact::new(FactKind::Token, code.to_string()).with(Some(storable(&message)))]);
        }
        Err(error) => return Err(error),
    };
    let mut facts = of_number(&answer);
    facts.push(Fact::new(FactKind::Token, "ok"));
    // The account's review is worth a line, not a failure: the token may not reach the account.
    if let Ok(account) = graph.get(&format!("{waba_id}?fields=account_review_status"), token).await {
        facts.extend(word(&account, "/account_review_status").map(|word| Fact::new(FactKind::Review, word)));
    }
    Ok(facts)
}

fn of_number(answer: &Value) -> Vec<Fact> {
    let name = word(answer, "/verified_name");
    [
        (FactKind::Status, "/status"),
        (FactKind::Quality, "/quality_rating"),
        (FactKind::Limit, "/whatsapp_business_manager_messaging_limit"),
        (FactKind::Throughput, "/throughput/level"),
        (FactKind::Name, "/name_status"),
    ]
    .into_iter()
    .filter_map(|(kind, pointer)| {
        let details = name.clone().filter(|_| kind == FactKind::Name);
        word(answer, pointer).map(|word| Fact::new(kind, word).with(details))
    })
    .collect()
}

fn word(answer: &Value, pointer: &str) -> Option<String> {
    answer.pointer(pointer).and_then(Value::as_str).map(storable).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_reading_tells_what_is_there() {
        let answer = json!({ "id": "300", "verified_name": "Rayhan", "status": "CONNECTED", "quality_rating": "GREEN",
            "throughput": { "level": "HIGH" }, "name_status": "APPROVED",
            "whatsapp_business_manager_messaging_limit": "TIER_2K" });
        let facts = of_number(&answer);
        let said: Vec<String> = facts.iter().map(|fact| format!("{}={}", fact.kind, fact.value)).collect();
        assert_eq!(said, ["status=CONNECTED", "quality=GREEN", "limit=TIER_2K", "throughput=HIGH", "name=APPROVED"]);
        assert_eq!(facts[4].details.as_deref(), Some("Rayhan"));
        assert_eq!(of_number(&json!({ "id": "300", "status": "" })), []);
    }
}
