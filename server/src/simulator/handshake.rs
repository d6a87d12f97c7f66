//! The call with which Meta checks a callback address: `hub.challenge` must come back.

use std::time::Duration;

const CHALLENGE: &str = "1158201444";
/// The server may still be starting; after that it will not come.
const TRIES: u32 = 60;

/// Tries until the callback answers right; Meta does it once, when an admin saves the address.
pub(super) async fn shake(client: reqwest::Client, callback_url: String, verify_token: String) {
    for _ in 0..TRIES {
        match once(&client, &callback_url, &verify_token).await {
            Ok((200, answer)) if answer == CHALLENGE => return,
            Ok((status, _)) => {
                tracing::warn!(status, "the callback refused the simulator's handshake");
                return;
            }
            // Nobody listens yet.
            Err(_) => tokio::time::sleep(Duration::from_millis(500)).await,
        }
    }
}

async fn once(client: &reqwest::Client, callback_url: &str, verify_token: &str) -> reqwest::Result<(u16, String)> {
    // Tokens may hold anything, so they are encoded.
    let separator = if callback_url.contains('?') { '&' } else { '?' };
    let token: String = verify_token.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let query = format!("hub.mode=subscribe&hub.challenge={CHALLENGE}&hub.verify_token={token}");
    let answer = client.get(format!("{callback_url}{separator}{query}")).send().await?;
    let status = answer.status().as_u16();
    Ok((status, answer.text().await?))
}
