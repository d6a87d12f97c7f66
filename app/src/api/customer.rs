//! The customer of a conversation: what the team calls them, what is known of them. Who may see one of their conversations may do all of it.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

use crate::domain::block::BlockDeed;
use crate::domain::consent::Consent;
use crate::domain::conversation::ConversationRow;
use crate::domain::ids::ConversationId;
use crate::domain::merge::{Merge, Suggestion};
use crate::error::AppError;

/// Gives the customer of a conversation the name the team calls them by. Empty: by their profile name again.
///
/// # Errors
/// The name is too long, not found, signed out, or the database is away.
#[server(prefix = "/fn", endpoint = "customer/rename", input = Json)]
pub async fn rename_customer(id: ConversationId, name: String) -> Result<(), AppError> {
    use crate::domain::contact::given_name;
    use crate::domain::permission::Action;
    use crate::error::FieldProblem;
    use crate::store::{contacts, conversations};
    let ctx = crate::ctx::Ctx::extract()?;
    let permit = ctx.authorize(Action::EditCustomer)?;
    let name = given_name(&name).ok_or(AppError::invalid("name", FieldProblem::TooLong))?;
    let mut tx = ctx.db().begin().await?;
    let seen = conversations::visible_to(&mut tx.conn(), permit.actor(), &id).await?.ok_or(AppError::NotFound)?;
    contacts::give_name(&mut tx, &permit, &seen, name.as_deref(), ctx.now_ms()).await?;
    tx.commit().await?;
    Ok(())
}

/// What is known of a customer beside what every row carries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerDetails {
    /// What they chose to receive on this number, newest first.
    pub consents: Vec<Consent>,
    /// Who blocked and unblocked them on this number, newest first: the last few.
    pub blocks: Vec<BlockDeed>,
    /// Other conversations with them, newest first.
    pub chats: Vec<ConversationRow>,
    /// Who they may be the same as.
    pub suggestions: Vec<Suggestion>,
    /// Who was merged into them, as long as it can be undone.
    pub merges: Vec<Merge>,
}

/// The details of a conversation's customer.
///
/// # Errors
/// Not found, signed out, or the database is away.
#[server(prefix = "/fn", endpoint = "customer/details", input = Json)]
pub async fn load_customer(id: ConversationId) -> Result<CustomerDetails, AppError> {
    use crate::store::{blocks, consent, conversations, merges, suggestions};
    let ctx = crate::ctx::Ctx::extract()?;
    let mut read = ctx.db().read().await?;
    let conn = &mut read.conn();
    let seen = conversations::visible_to(conn, &ctx.actor(), &id).await?.ok_or(AppError::NotFound)?;
    let consents = consent::of_conversation(conn, &seen.id).await?;
    let blocks = blocks::latest(conn, &seen.id).await?;
    let customer = &seen.contact.id;
    let mut chats = conversations::of_customer(conn, &ctx.actor(), customer).await?;
    chats.retain(|chat| chat.id != seen.id);
    let suggestions = suggestions::of_customer(conn, &ctx.actor(), customer).await?;
    let merges = merges::undoable(conn, customer, ctx.now_ms()).await?;
    Ok(CustomerDetails { consents, blocks, chats, suggestions, merges })
}
