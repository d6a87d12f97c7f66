//! Password hashing: argon2id, on a bounded number of threads, so that a storm of sign-ins starves nobody.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

/// 19 MiB, 2 passes: OWASP's minimum for argon2id.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;

/// Each hash takes 19 MiB and some 30 ms of a core.
static SLOTS: Semaphore = Semaphore::const_new(2);

/// What a check of a password showed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Right,
    /// Right, and to be stored anew: the old hash has weaker parameters.
    RightRehash(String),
    Wrong,
}

fn hasher() -> Argon2<'static> {
    // The constants are within the library's limits; its default is as strong.
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// # Errors
/// The thread pool is gone: the server is stopping.
pub async fn hash(password: &str) -> Result<String, tokio::task::JoinError> {
    let password = password.to_owned();
    let _slot = SLOTS.acquire().await;
    tokio::task::spawn_blocking(move || {
        hasher().hash_password(password.as_bytes()).map(|hash| hash.to_string()).unwrap_or_default()
    })
    .await
}

/// Checks a password; with `stored` absent it takes as long and says [`Verdict::Wrong`], so that an attacker cannot tell
/// an unknown address from a wrong password.
///
/// # Errors
/// The thread pool is gone: the server is stopping.
pub async fn verify(password: &str, stored: Option<&str>) -> Result<Verdict, tokio::task::JoinError> {
    let password = password.to_owned();
    let stored = stored.map(str::to_owned);
    let _slot = SLOTS.acquire().await;
    tokio::task::spawn_blocking(move || {
        let Some(stored) = stored else {
            let _ = hasher().hash_password(password.as_bytes());
            return Verdict::Wrong;
        };
        let Ok(parsed) = PasswordHash::new(&stored) else { return Verdict::Wrong };
        if hasher().verify_password(password.as_bytes(), &parsed).is_err() {
            return Verdict::Wrong;
        }
        let current =
            Params::try_from(&parsed).is_ok_and(|held| held.m_cost() >= MEMORY_KIB && held.t_cost() >= PASSES);
        if current {
            return Verdict::Right;
        }
        match hasher().hash_password(password.as_bytes()) {
            Ok(hash) => Verdict::RightRehash(hash.to_string()),
            Err(_) => Verdict::Right,
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_is_right() {
        let stored = hash("قهوة سادة من فضلك").await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert_eq!(verify("قهوة سادة من فضلك", Some(&stored)).await.unwrap(), Verdict::Right);
        assert_eq!(verify("قهوة زيادة من فضلك", Some(&stored)).await.unwrap(), Verdict::Wrong);
        assert_eq!(verify("قهوة سادة من فضلك", None).await.unwrap(), Verdict::Wrong);
        assert_eq!(verify("x", Some("no hash at all")).await.unwrap(), Verdict::Wrong);
    }

    #[tokio::test]
    async fn a_weak_hash_is_made_anew() {
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(1024, 1, 1, None).unwrap());
        let stored = weak.hash_password(b"correct horse").unwrap().to_string();
        let Verdict::RightRehash(anew) = verify("correct horse", Some(&stored)).await.unwrap() else {
            panic!("not rehashed")
        };
        assert_eq!(verify("correct horse", Some(&anew)).await.unwrap(), Verdict::Right);
    }
}
