//! `X-Hub-Signature-256`: HMAC-SHA256 of the raw body under the app secret.
//! <https://developers.facebook.com/docs/graph-api/webhooks/getting-started#validate-payloads>

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// Was this body signed with one of the secrets? Every secret is tried, in constant time each, so that the time tells
/// nothing about which one is near.
pub fn is_valid<'a>(header: Option<&str>, body: &[u8], secrets: impl IntoIterator<Item = &'a str>) -> bool {
    let Some(given) = header.and_then(|header| header.strip_prefix("sha256=")).and_then(unhex) else { return false };
    let mut valid = false;
    for secret in secrets {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { continue };
        mac.update(body);
        valid |= mac.verify_slice(&given).is_ok();
    }
    valid
}

/// 64 lowercase hex digits, nothing else.
fn unhex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut bytes = [0_u8; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = (digit(pair[0])? << 4) | digit(pair[1])?;
    }
    Some(bytes)
}

fn digit(c: u8) -> Option<u8> {
    match c {
        b'0'..=b'9' => Some(c - b'0'),
        b'a'..=b'f' => Some(c - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    const KEY: &str = "Jefe";
    const BODY: &[u8] = b"what do ya want for nothing?";
    const HMAC: &str = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";

    #[test]
    fn only_the_right_signature_is_valid() {
        let good = format!("sha256={HMAC}");
        for (name, header, body, secrets, expected) in [
            ("right", Some(good.as_str()), BODY, vec![KEY], true),
            ("second secret", Some(good.as_str()), BODY, vec!["other", KEY], true),
            ("other app", Some(good.as_str()), BODY, vec!["other"], false),
            ("no secret at all", Some(good.as_str()), BODY, vec![], false),
            ("missing", None, BODY, vec![KEY], false),
            ("another body", Some(good.as_str()), b"what?".as_slice(), vec![KEY], false),
            ("no prefix", Some(HMAC), BODY, vec![KEY], false),
            ("sha1", Some("sha1=5bdcc146bf60754e6a042426089575c7"), BODY, vec![KEY], false),
            ("upper case", Some(&format!("sha256={}", HMAC.to_uppercase())), BODY, vec![KEY], false),
            ("too long", Some(&format!("{good}00")), BODY, vec![KEY], false),
            ("empty", Some("sha256="), BODY, vec![KEY], false),
        ] {
            assert_eq!(is_valid(header, body, secrets), expected, "{name}");
        }
    }
}
