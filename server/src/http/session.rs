//! Who is asking: the session cookie, and the layer that turns it into a [`SignedIn`].

use app::ctx::{SignedIn, now_ms};
use app::domain::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use app::error::AppError;
use app::store::sessions::{self, Session};
use app::store::{Db, Tx, agents};
use app::tokens;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};

use crate::state::AppState;

/// `__Host-`: only from this host, only over https (or loopback), never from a subdomain.
pub const COOKIE: &str = "__Host-majlis";
/// A session ends after this long without use, and after this long in any case (faults.md R2).
const IDLE_MS: i64 = 12 * HOUR_MS;
const ABSOLUTE_MS: i64 = 7 * DAY_MS;
/// Use is written down at most so often.
const TOUCH_MS: i64 = 5 * MINUTE_MS;

/// Starts a session; gives the cookie that holds its only copy of the token.
///
/// # Errors
/// The database is away.
pub async fn start(
    tx: &mut Tx,
    agent_id: &app::domain::ids::AgentId,
    headers: &HeaderMap,
) -> Result<Cookie<'static>, AppError> {
    let token = tokens::random();
    let now = now_ms();
    let user_agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let session = Session {
        token_hash: tokens::hash(&token),
        agent_id: agent_id.clone(),
        created_at_ms: now,
        last_seen_at_ms: now,
        expires_at_ms: now + ABSOLUTE_MS,
        user_agent: user_agent.chars().take(200).collect(),
    };
    sessions::insert(&mut tx.conn(), &session).await?;
    Ok(cookie(token))
}

fn cookie(value: String) -> Cookie<'static> {
    Cookie::build((COOKIE, value)).path("/").secure(true).http_only(true).same_site(SameSite::Lax).build()
}

/// The cookie that makes a browser forget its session.
pub fn ended() -> Cookie<'static> {
    let mut gone = cookie(String::new());
    gone.make_removal();
    gone
}

/// The hash of the session token a request carries.
pub fn token_hash(headers: &HeaderMap) -> Option<String> {
    CookieJar::from_headers(headers).get(COOKIE).map(|cookie| tokens::hash(cookie.value()))
}

/// Who a request is from; `None` when nobody is signed in.
///
/// # Errors
/// The database is away.
pub async fn who(db: &Db, headers: &HeaderMap) -> Result<Option<SignedIn>, AppError> {
    let Some(hash) = token_hash(headers) else { return Ok(None) };
    find(db, &hash).await
}

/// The person of a session that is still good. An open, visible tab counts as use.
///
/// # Errors
/// The database is away.
pub async fn find(db: &Db, hash: &str) -> Result<Option<SignedIn>, AppError> {
    let now = now_ms();
    let mut read = db.read().await?;
    let Some(session) = sessions::find(&mut read.conn(), hash).await? else { return Ok(None) };
    if now >= session.expires_at_ms || now - session.last_seen_at_ms >= IDLE_MS {
        return Ok(None);
    }
    let agent = agents::by_id(&mut read.conn(), &session.agent_id).await?;
    drop(read);
    let Some(agent) = agent.filter(|agent| !agent.brief.disabled) else { return Ok(None) };
    if now - session.last_seen_at_ms >= TOUCH_MS {
        let mut tx = db.begin().await?;
        sessions::touch(&mut tx.conn(), hash, now).await?;
        tx.commit().await?;
    }
    Ok(Some(SignedIn { agent: agent.brief, email: agent.email, session: session.token_hash }))
}

/// Puts the signed-in person into the request, for pages and server functions.
pub async fn layer(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    match who(&state.house.db, request.headers()).await {
        Ok(Some(me)) => {
            request.extensions_mut().insert(me);
        }
        Ok(None) => {}
        Err(error) => return super::problem::page_error(&error).into_response(),
    }
    next.run(request).await
}
