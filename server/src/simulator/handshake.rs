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

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use axum::Router;
    use axum::extract::Query;
    use axum::routing::get;

    use super::*;
    use crate::simulator::{Courier, Patience};

    #[tokio::test]
    async fn the_token_arrives_as_it_is_and_the_challenge_comes_back() {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}/webhooks/whatsapp", listener.local_addr().unwrap());
        let answer = async |Query(query): Query<HashMap<String, String>>| {
            let fits = query["hub.mode"] == "subscribe" && query["hub.verify_token"] == "a+b &=سر";
            if fits { query["hub.challenge"].clone() } else { "no".to_owned() }
        };
        let router = Router::new().route("/webhooks/whatsapp", get(answer));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let client = Courier::new(Patience::default()).unwrap().client();
        assert_eq!(once(&client, &url, "a+b &=سر").await.unwrap(), (200, CHALLENGE.to_owned()));
        assert_eq!(once(&client, &url, "other").await.unwrap().1, "no");
    }
}
