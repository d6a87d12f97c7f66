//! REST for integrators: keys, limits, errors; a file per resource.

pub mod blocks;
pub mod conversations;
pub mod messages;
pub mod openapi;

use app::domain::agent::Locale;
use app::domain::ids::ApiKeyId;
use app::domain::permission::{Action, Actor, authorize};
use app::error::{AppError, FieldProblem};
use app::store::keys;
use app::tokens;
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::num::NonZeroU32;

use super::problem::Problem;
use crate::state::AppState;

/// Requests a second of each key.
pub type KeyLimits = DefaultKeyedRateLimiter<ApiKeyId>;

/// The limit of the settings, one bucket a key.
pub fn key_limits(per_second: u32, burst: u32) -> KeyLimits {
    let at_least_one = |count: u32| NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
    RateLimiter::keyed(Quota::per_second(at_least_one(per_second)).allow_burst(at_least_one(burst)))
}

/// Whoever holds a key that is in force and within its limit.
pub struct KeyHolder {
    pub actor: Actor,
    pub locale: Locale,
}

impl KeyHolder {
    /// Says an error in the language the request asked for.
    pub fn problem(&self, error: impl Into<AppError>) -> Problem {
        Problem { error: error.into(), locale: self.locale }
    }
}

impl FromRequestParts<AppState> for KeyHolder {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let locale = language(&parts.headers);
        holder(&parts.headers, state, locale).await.map_err(|error| Problem { error, locale })
    }
}

pub(in crate::http) async fn holder(
    headers: &HeaderMap,
    state: &AppState,
    locale: Locale,
) -> Result<KeyHolder, AppError> {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let key = given.and_then(|value| {
        let (scheme, key) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
    });
    let hash = tokens::hash(key.filter(|key| !key.is_empty()).ok_or(AppError::SignedOut)?);
    let mut read = state.house.db.read().await?;
    let key = keys::find(&mut read.conn(), &hash).await?.ok_or(AppError::SignedOut)?;
    drop(read);
    if let Err(not_until) = state.key_limits.check_key(&key.id) {
        use governor::clock::Clock as _;
        let wait = not_until.wait_time_from(governor::clock::DefaultClock::default().now());
        return Err(AppError::Throttled { retry_after_s: wait.as_secs() + 1 });
    }
    let actor = Actor::Key { id: key.id, role: key.role };
    authorize(&actor, Action::ReadConversations)?;
    Ok(KeyHolder { actor, locale })
}

/// The language of an answer: `Accept-Language`, else English.
pub fn language(headers: &HeaderMap) -> Locale {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Locale::from_accept_language(accepted, Locale::En)
}

/// `limit` of a list: 1-100, default 50, larger is clamped.
///
/// # Errors
/// It is no number, or less than 1.
fn limit(given: Option<&str>) -> Result<i64, AppError> {
    let Some(given) = given else { return Ok(50) };
    let malformed = || AppError::invalid("limit", FieldProblem::Malformed);
    match given.parse::<i64>() {
        Ok(n) if n >= 1 => Ok(n.min(100)),
        Ok(_) => Err(malformed()),
        // More digits than a number can have is still "larger".
        Err(_) if !given.is_empty() && given.bytes().all(|byte| byte.is_ascii_digit()) => Ok(100),
        Err(_) => Err(malformed()),
    }
}

/// The framework's own refusals (of a query, a path, a body) become problems like all others.
pub async fn refusals(request: Request, next: Next) -> Response {
    let locale = language(request.headers());
    let response = next.run(request).await;
    let error = match response.status() {
        StatusCode::BAD_REQUEST => AppError::Unreadable,
        StatusCode::PAYLOAD_TOO_LARGE => AppError::TooLarge,
        _ => return response,
    };
    Problem { error, locale }.into_response()
}

/// `/api/…` that does not exist.
pub async fn unknown(headers: HeaderMap) -> Problem {
    Problem { error: AppError::NotFound, locale: language(&headers) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_clamped() {
        for (given, expected) in [
            (None, Ok(50)),
            (Some("1"), Ok(1)),
            (Some("100"), Ok(100)),
            (Some("101"), Ok(100)),
            (Some("99999999999999999999"), Ok(100)),
            (Some("0"), Err(())),
            (Some("-1"), Err(())),
            (Some("many"), Err(())),
            (Some(""), Err(())),
        ] {
            assert_eq!(limit(given).map_err(drop), expected, "{given:?}");
        }
    }
}
