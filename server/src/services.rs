//! What server functions ask of the server: Meta's side, the simulator, our own addresses.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use app::api::channels::{ChannelInput, Check, CheckKind, CheckOutcome};
use app::api::quarantine::{RetriedMany, RetryOutcome};
use app::ctx::{BoxFuture, House, Services};
use app::domain::ids::{ChannelId, PhoneNumberId};
use app::domain::phone;
use app::error::AppError;
use app::store::quarantine;
use app::tokens;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;

use crate::channels::Channels;
use crate::config::Config;
use crate::demo::Demo;
use crate::graph::GraphDirectory;
use crate::whatsapp::client::{Graph, GraphError};
use crate::workers::inbound::{Inbound, Replayed};

/// Items tried in one request: it shall be answered before anyone loses patience.
const RETRY_AT_ONCE: i64 = 100;

/// The server's side of [`Services`].
pub struct ServerServices {
    pub config: Arc<Config>,
    pub channels: Arc<Channels>,
    /// Applies again what was set aside, beside the running worker.
    pub replay: Inbound,
    pub graph: Arc<GraphDirectory>,
    pub demo: Arc<Demo>,
    pub handshakes: Arc<Mutex<HashSet<String>>>,
    /// Set once the house stands, which holds these services itself.
    pub house: OnceLock<House>,
}

impl Services for ServerServices {
    fn check_channel(&self, input: ChannelInput) -> BoxFuture<'_, Vec<Check>> {
        Box::pin(self.check(input))
    }

    fn start_demo(&self) -> BoxFuture<'_, Result<(), AppError>> {
        Box::pin(async {
            let house = self.house.get().ok_or(AppError::Unavailable)?;
            self.demo.start(house, &self.config, &self.graph).await
        })
    }

    fn callback_url(&self) -> String {
        format!("{}/webhooks/whatsapp", self.public_url())
    }

    fn public_url(&self) -> String {
        self.config.public_url.clone().unwrap_or_else(|| {
            let listen = self.config.listen;
            let host = if listen.ip().is_loopback() { "localhost".to_owned() } else { listen.ip().to_string() };
            format!("http://{host}:{}", listen.port())
        })
    }

    fn channel_changed(&self, _id: &ChannelId) {
        self.channels.changed();
    }

    fn retry_set_aside(&self, id: String) -> BoxFuture<'_, Result<RetryOutcome, AppError>> {
        Box::pin(async move {
            let house = self.house.get().ok_or(AppError::Unavailable)?;
            let mut read = house.db.read().await?;
            let item = quarantine::by_id(&mut read.conn(), &id).await?.ok_or(AppError::NotFound)?;
            drop(read);
            let mut replayed = self.replay.retry(&item).await?;
            Ok(match replayed.refused.pop() {
                Some(refused) => RetryOutcome::Refused { reason: refused.reason },
                None => RetryOutcome::Understood,
            })
        })
    }

    fn retry_set_aside_after(&self, after: String) -> BoxFuture<'_, Result<RetriedMany, AppError>> {
        Box::pin(async move {
            let mut replayed = Replayed::default();
            let last = self.replay.retry_after(&after, RETRY_AT_ONCE, &mut replayed).await?;
            let (understood, refused) = (replayed.resolved.len() as i64, replayed.refused.len() as i64);
            Ok(RetriedMany { understood, refused, last })
        })
    }
}

impl ServerServices {
    /// Asks Meta about each part of what was typed. A secret left empty is the stored one.
    async fn check(&self, mut input: ChannelInput) -> Vec<Check> {
        let number = PhoneNumberId::from_text(input.phone_number_id.trim());
        let mut graph = self.graph.meta().clone();
        if let Some(known) = self.channels.by_phone_number_id(&number) {
            let fill = |field: &mut String, stored: &str| {
                if field.trim().is_empty() {
                    stored.clone_into(field);
                }
            };
            fill(&mut input.access_token, &known.secrets.access_token);
            fill(&mut input.app_secret, known.secrets.app_secrets.first().map_or("", String::as_str));
            fill(&mut input.verify_token, &known.secrets.verify_token);
            if let Some(own) = self.graph.of(&known.brief) {
                graph = own;
            }
        }
        let (token, secret) = (input.access_token.trim(), input.app_secret.trim());
        let (access, phone_number) = check_number(&graph, &number, token, &input.display_phone).await;
        let subscription = check_subscription(&graph, input.waba_id.trim(), token).await;
        let app_secret = check_secret(&graph, &number, token, secret).await;
        let seen = self.handshakes.lock().unwrap_or_else(PoisonError::into_inner);
        let called = seen.contains(&tokens::hash(input.verify_token.trim()));
        vec![
            Check { what: CheckKind::AccessToken, outcome: access },
            Check { what: CheckKind::PhoneNumber, outcome: phone_number },
            Check { what: CheckKind::AppSecret, outcome: app_secret },
            Check { what: CheckKind::Subscription, outcome: subscription },
            Check { what: CheckKind::Callback, outcome: if called { CheckOutcome::Ok } else { CheckOutcome::Waiting } },
        ]
    }
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

async fn check_subscription(graph: &Graph, waba: &str, token: &str) -> CheckOutcome {
    if waba.is_empty() || token.is_empty() {
        return CheckOutcome::Missing;
    }
    match graph.get(&format!("{waba}/subscribed_apps"), token).await {
        Ok(answer) if answer.get("data").and_then(Value::as_array).is_some_and(|apps| !apps.is_empty()) => {
            CheckOutcome::Ok
        }
        Ok(_) => CheckOutcome::Missing,
        Err(error) => outcome_of(error),
    }
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
