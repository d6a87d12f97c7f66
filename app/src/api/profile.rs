//! A person's own name, language and password.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;

use crate::domain::agent::{AgentBrief, Locale};
use crate::error::AppError;

/// # Errors
/// The name is empty or too long, or signed out.
#[server(prefix = "/fn", endpoint = "profile/save", input = Json)]
pub async fn save_profile(name: String, locale: Locale) -> Result<AgentBrief, AppError> {
    use crate::store::agents;
    let ctx = crate::ctx::Ctx::extract()?;
    let name = crate::people::checked_name(&name)?;
    let mut tx = ctx.db().begin().await?;
    let agent = agents::by_id(&mut tx.conn(), &ctx.me.agent.id).await?.ok_or(AppError::SignedOut)?;
    let brief = agents::set_profile(&mut tx, &agent, &name, Some(locale), ctx.now_ms()).await?;
    tx.commit().await?;
    remember(locale);
    Ok(brief)
}

/// Lets this browser's next page begin in the chosen language: its first byte follows the cookie, not the account.
#[cfg(feature = "ssr")]
fn remember(locale: Locale) {
    use axum::http::{HeaderValue, header};
    let cookie =
        format!("{}={}; Path=/; SameSite=Lax; HttpOnly; Max-Age=31536000", crate::boot::LOCALE_COOKIE, locale.as_str());
    if let (Some(response), Ok(cookie)) =
        (use_context::<leptos_axum::ResponseOptions>(), HeaderValue::from_str(&cookie))
    {
        response.append_header(header::SET_COOKIE, cookie);
    }
}

/// Changes the password; every other session of the person ends.
///
/// # Errors
/// The current password is wrong, the new one too short or too long, or signed out.
#[server(prefix = "/fn", endpoint = "profile/password", input = Json)]
pub async fn change_password(current: String, new: String) -> Result<(), AppError> {
    use crate::error::FieldProblem;
    use crate::passwords::{self, Verdict};
    use crate::store::agents;
    let ctx = crate::ctx::Ctx::extract()?;
    crate::people::check_password(&new)?;
    let mut read = ctx.db().read().await?;
    let agent = agents::by_id(&mut read.conn(), &ctx.me.agent.id).await?.ok_or(AppError::SignedOut)?;
    drop(read);
    let verdict = passwords::verify(&current, agent.password_hash.as_deref()).await.map_err(AppError::internal)?;
    if verdict == Verdict::Wrong {
        return Err(AppError::invalid("current", FieldProblem::Wrong));
    }
    let hash = passwords::hash(&new).await.map_err(AppError::internal)?;
    let mut tx = ctx.db().begin().await?;
    agents::set_password(&mut tx.conn(), &agent.brief.id, &hash, Some(&ctx.me.session)).await?;
    agents::recheck_sessions(&mut tx, &agent.brief.id, ctx.now_ms()).await?;
    tx.commit().await?;
    Ok(())
}
