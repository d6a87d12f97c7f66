//! Secrets at rest: XChaCha20-Poly1305, bound to their row and column, under a master key that is never in the database.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use rand::Rng as _;
use sha2::{Digest as _, Sha256};

/// Bytes of a master key.
pub const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;

/// Where a secret stands. Sealed text moved to another row or column does not open.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    pub table: &'a str,
    pub row: &'a str,
    pub column: &'a str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    #[error("it was sealed with another master key")]
    OtherKey,
    #[error("it is damaged, or was moved from another row")]
    Damaged,
}

/// Seals and opens with one master key.
pub struct Sealer {
    cipher: XChaCha20Poly1305,
    key_id: String,
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sealer").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

impl Sealer {
    pub fn new(key: &[u8; KEY_BYTES]) -> Self {
        let id = Sha256::digest([b"majlis master key id".as_slice(), key].concat());
        Self { cipher: XChaCha20Poly1305::new(key.into()), key_id: crate::tokens::hex(&id[..4]) }
    }

    /// Tells master keys apart without telling anything of them.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    pub fn seal(&self, place: Place<'_>, secret: &str) -> String {
        let mut nonce = [0_u8; NONCE_BYTES];
        rand::rng().fill_bytes(&mut nonce);
        let bound = bound_to(place);
        let payload = Payload { msg: secret.as_bytes(), aad: bound.as_bytes() };
        // Encryption fails only beyond 256 GiB; an empty text then refuses to open.
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload).unwrap_or_default();
        format!("v1.{}.{}", self.key_id, STANDARD_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// # Errors
    /// It was sealed with another key, is damaged, or stood elsewhere.
    pub fn open(&self, place: Place<'_>, sealed: &str) -> Result<String, OpenError> {
        let mut parts = sealed.splitn(3, '.');
        let (Some("v1"), Some(key_id), Some(body)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(OpenError::Damaged);
        };
        if key_id != self.key_id {
            return Err(OpenError::OtherKey);
        }
        let bytes = STANDARD_NO_PAD.decode(body).map_err(|_| OpenError::Damaged)?;
        let (nonce, ciphertext) = bytes.split_first_chunk::<NONCE_BYTES>().ok_or(OpenError::Damaged)?;
        let bound = bound_to(place);
        let payload = Payload { msg: ciphertext, aad: bound.as_bytes() };
        let secret = self.cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| OpenError::Damaged)?;
        String::from_utf8(secret).map_err(|_| OpenError::Damaged)
    }
}

fn bound_to(place: Place<'_>) -> String {
    format!("{}|{}|{}", place.table, place.row, place.column)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place<'_> = Place { table: "channels", row: "1", column: "app_secret" };

    #[test]
    fn a_secret_opens_only_where_it_stands_and_with_its_key() {
        let sealer = Sealer::new(&[7; KEY_BYTES]);
        let sealed = sealer.seal(PLACE, "s3cret");
        assert!(!sealed.contains("s3cret"));
        assert_eq!(sealer.open(PLACE, &sealed), Ok("s3cret".to_owned()));
        assert_ne!(sealer.seal(PLACE, "s3cret"), sealed, "every sealing is different");

        let elsewhere = Place { row: "2", ..PLACE };
        let damaged = format!("{}A", &sealed[..sealed.len() - 1]);
        for (name, outcome, expected) in [
            ("another row", sealer.open(elsewhere, &sealed), OpenError::Damaged),
            ("another column", sealer.open(Place { column: "token", ..PLACE }, &sealed), OpenError::Damaged),
            ("another key", Sealer::new(&[8; KEY_BYTES]).open(PLACE, &sealed), OpenError::OtherKey),
            ("damage", sealer.open(PLACE, &(damaged + "B")), OpenError::Damaged),
            ("nonsense", sealer.open(PLACE, "v1.x"), OpenError::Damaged),
            ("empty", sealer.open(PLACE, ""), OpenError::Damaged),
        ] {
            assert_eq!(outcome, Err(expected), "{name}");
        }
    }
}
