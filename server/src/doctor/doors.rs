//! What is seen from outside: the running server, its callback, the clocks.

use std::time::Duration;

use app::api::channels::CheckOutcome;
use app::connecting::ChannelSecrets;
use app::ctx::now_ms;
use app::store::{Db, soundness};
use app::tokens;
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::redirect::Policy;
use sha2::Sha256;

use super::Report;
use crate::config::Config;
use crate::whatsapp::client::Graph;

/// A clock further off than this closes windows at the wrong time.
pub const CLOCK_MARGIN_MS: i64 = 60_000;
const PATIENCE: Duration = Duration::from_secs(10);
/// A webhook that says nothing: it is signed, taken, and changes nothing.
const NOTHING: &str = r#"{"object":"whatsapp_business_account","entry":[]}"#;

fn client() -> Option<reqwest::Client> {
    let client = reqwest::Client::builder().no_proxy().redirect(Policy::none()).timeout(PATIENCE);
    client.build().ok()
}

fn own_address(config: &Config) -> String {
    let mut listen = config.listen;
    if listen.ip().is_unspecified() {
        listen.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
    }
    format!("http://{listen}")
}

/// This machine's clock against the database's and Meta's.
pub async fn clock(report: &mut Report, db: &Db, config: &Config) {
    let before = now_ms();
    if let Ok(Some(theirs)) = soundness::clock_ms(db).await {
        off(report, "clock_database", (before + now_ms()) / 2 - theirs);
    }
    let theirs = match Graph::new(&config.graph_url) {
        Ok(graph) => graph.clock_ms().await,
        Err(_) => None,
    };
    match theirs {
        Some(theirs) => off(report, "clock_meta", now_ms() - theirs),
        None => {
            let (found, fix) = report.words.meta_unreachable(&config.graph_url);
            report.warn("clock_meta", found, fix);
        }
    }
}

fn off(report: &mut Report, check: &'static str, off_ms: i64) {
    let found = report.words.clock(off_ms / 1_000);
    match off_ms.abs() > CLOCK_MARGIN_MS {
        true => report.fail(check, found, report.words.clock_fix()),
        false => report.ok(check, found),
    }
}

/// Does the server run? `true` when it answers.
pub async fn server(report: &mut Report, config: &Config) -> bool {
    let own = own_address(config);
    let Some(client) = client() else { return false };
    match client.get(format!("{own}/readyz")).send().await {
        Ok(answer) if answer.status().is_success() => {
            report.ok("server", report.words.server_ready(&own));
            true
        }
        Ok(answer) => {
            let said = answer.text().await.unwrap_or_default();
            report.fail("server", report.words.server_not_ready(&own, said.trim()), report.words.server_log_fix());
            true
        }
        Err(_) => {
            report.warn("server", report.words.no_server(&own), report.words.server_fix());
            false
        }
    }
}

/// Asks our callback what Meta asks it: by its public address where there is one.
pub async fn callback(report: &mut Report, config: &Config, secrets: &ChannelSecrets) -> CheckOutcome {
    let Some(client) = client() else { return CheckOutcome::Waiting };
    let base = match &config.public_url {
        Some(url) => url.clone(),
        None => {
            let found = report.words.no_public_url();
            report.warn("public_url", found, report.words.public_url_fix());
            own_address(config)
        }
    };
    let url = format!("{base}/webhooks/whatsapp");
    let challenge = tokens::reference();
    let asked = [
        ("hub.mode", "subscribe"),
        ("hub.challenge", challenge.as_str()),
        ("hub.verify_token", secrets.verify_token.as_str()),
    ];
    let address = reqwest::Url::parse_with_params(&url, asked).map_or(url.clone(), String::from);
    let heard = match client.get(address).send().await {
        Ok(answer) if answer.status().is_success() => answer.text().await.unwrap_or_default() == challenge,
        Ok(_) => false,
        Err(_) => {
            report.fail("callback", report.words.callback_unreachable(&url), report.words.callback_fix());
            return CheckOutcome::Unreachable;
        }
    };
    match heard {
        true => report.ok("callback", report.words.callback_answers(&url)),
        false => report.fail("callback", report.words.callback_wrong(&url), report.words.callback_fix()),
    }
    let Some(secret) = secrets.app_secrets.first() else { return CheckOutcome::Missing };
    let signed = post(&client, &url, Some(secret)).await;
    let unsigned = post(&client, &url, None).await;
    match (signed, unsigned) {
        (Some(200), Some(401)) => report.ok("signature", report.words.signature_ok()),
        (signed, _) => {
            let found = report.words.signature_wrong(&url, signed);
            report.fail("signature", found, report.words.callback_fix());
        }
    }
    CheckOutcome::Ok
}

async fn post(client: &reqwest::Client, url: &str, secret: Option<&String>) -> Option<u16> {
    let mut request = client.post(url).header("content-type", "application/json").body(NOTHING);
    if let Some(mut mac) = secret.and_then(|secret| Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()) {
        mac.update(NOTHING.as_bytes());
        let signature = format!("sha256={}", tokens::hex(&mac.finalize().into_bytes()));
        request = request.header("x-hub-signature-256", signature);
    }
    Some(request.send().await.ok()?.status().as_u16())
}
