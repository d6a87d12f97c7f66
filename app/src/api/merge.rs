//! Two customers who are one: looked at, merged, taken apart. Both are named by a conversation that the person may see.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

use crate::domain::ids::{ContactId, ConversationId};
use crate::domain::merge::Preview;
use crate::error::AppError;

/// What a merge of the customers of two conversations would bring together.
///
/// # Errors
/// Not found, they are one already, signed out, or the database is away.
#[server(prefix = "/fn", endpoint = "customer/merge-preview", input = Json)]
pub async fn preview_merge(id: ConversationId, with: ConversationId) -> Result<Preview, AppError> {
    use crate::store::{conversations, merges};
    let ctx = crate::ctx::Ctx::extract()?;
    let actor = ctx.actor();
    let mut read = ctx.db().read().await?;
    let conn = &mut read.conn();
    let this = conversations::visible_to(conn, &actor, &id).await?.ok_or(AppError::NotFound)?;
    let other = conversations::visible_to(conn, &actor, &with).await?.ok_or(AppError::NotFound)?;
    if this.contact.id == other.contact.id {
        return Err(AppError::ChangedMeanwhile);
    }
    let this = merges::side(conn, &actor, &this).await?;
    let other = merges::side(conn, &actor, &other).await?;
    Ok(Preview { this, other })
}

/// A conversation of the customer who has this phone number or user id, to be merged with the one of `id`.
///
/// # Errors
/// No such customer that the person may see, it is the same one, signed out, or the database is away.
#[server(prefix = "/fn", endpoint = "customer/find", input = Json)]
pub async fn find_customer(id: ConversationId, name: String) -> Result<ConversationId, AppError> {
    use crate::domain::phone;
    use crate::error::FieldProblem;
    use crate::store::contacts::{self, Identity};
    use crate::store::conversations;
    let ctx = crate::ctx::Ctx::extract()?;
    let actor = ctx.actor();
    let name = crate::domain::text::storable(name.trim());
    let identity = match phone::e164(&name) {
        Some(phone) => Identity { phone: Some(phone), ..Identity::default() },
        None => Identity { user_id: Some(name).filter(|name| !name.is_empty()), ..Identity::default() },
    };
    let unknown = || AppError::invalid("customer", FieldProblem::Unknown);
    let mut read = ctx.db().read().await?;
    let conn = &mut read.conn();
    let this = conversations::visible_to(conn, &actor, &id).await?.ok_or(AppError::NotFound)?;
    let known = contacts::find(conn, &this.channel_id, &identity).await?;
    let customer = contacts::customer_of(conn, &known.contact_id.ok_or_else(unknown)?).await?;
    if customer == this.contact.id {
        return Err(AppError::invalid("customer", FieldProblem::Taken));
    }
    let chats = conversations::of_customer(conn, &actor, &customer).await?;
    chats.into_iter().next().map(|chat| chat.id).ok_or_else(unknown)
}

/// A merge that a person has looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeWish {
    /// A conversation of the customer whose name and id stay, and one of the other.
    pub keep: ConversationId,
    pub merge: ConversationId,
    /// Who they were when it was looked at.
    pub keep_contact: ContactId,
    pub merge_contact: ContactId,
}

/// Makes two customers one.
///
/// # Errors
/// Not found; [`AppError::ChangedMeanwhile`] when they are not who they were when the preview was made; signed out; the
/// database is away.
#[server(prefix = "/fn", endpoint = "customer/merge", input = Json)]
pub async fn merge_customers(wish: MergeWish) -> Result<(), AppError> {
    use crate::domain::permission::Action;
    use crate::store::{conversations, merges};
    let ctx = crate::ctx::Ctx::extract()?;
    let permit = ctx.authorize(Action::EditCustomer)?;
    let mut tx = ctx.db().begin().await?;
    for (id, contact) in [(&wish.keep, &wish.keep_contact), (&wish.merge, &wish.merge_contact)] {
        let seen = conversations::visible_to(&mut tx.conn(), permit.actor(), id).await?.ok_or(AppError::NotFound)?;
        if seen.contact.id != *contact {
            return Err(AppError::ChangedMeanwhile);
        }
    }
    let merged = merges::merge(&mut tx, &permit, &wish.keep_contact, &wish.merge_contact, ctx.now_ms()).await?;
    settle(tx, merged).await
}

/// Takes a merge of the conversation's customer back.
///
/// # Errors
/// Not found; [`AppError::ChangedMeanwhile`] when it was taken back already; [`AppError::TooLate`] after thirty days;
/// signed out; the database is away.
#[server(prefix = "/fn", endpoint = "customer/unmerge", input = Json)]
pub async fn undo_merge(id: ConversationId, merge_id: String) -> Result<(), AppError> {
    use crate::domain::permission::Action;
    use crate::store::{conversations, merges};
    let ctx = crate::ctx::Ctx::extract()?;
    let permit = ctx.authorize(Action::EditCustomer)?;
    let merge_id = crate::domain::text::storable(&merge_id);
    let mut tx = ctx.db().begin().await?;
    let seen = conversations::visible_to(&mut tx.conn(), permit.actor(), &id).await?.ok_or(AppError::NotFound)?;
    let undone = merges::undo(&mut tx, &permit, &seen.contact.id, &merge_id, ctx.now_ms()).await?;
    settle(tx, undone).await
}

/// The two are not one: the suggestion is not made again.
///
/// # Errors
/// Not found, signed out, or the database is away.
#[server(prefix = "/fn", endpoint = "customer/dismiss-suggestion", input = Json)]
pub async fn dismiss_suggestion(id: ConversationId, other: ContactId) -> Result<(), AppError> {
    use crate::domain::permission::Action;
    use crate::store::{conversations, suggestions};
    let ctx = crate::ctx::Ctx::extract()?;
    let permit = ctx.authorize(Action::EditCustomer)?;
    let mut tx = ctx.db().begin().await?;
    let seen = conversations::visible_to(&mut tx.conn(), permit.actor(), &id).await?.ok_or(AppError::NotFound)?;
    // Of somebody one may not see one knows nothing to dismiss.
    if conversations::of_customer(&mut tx.conn(), permit.actor(), &other).await?.is_empty() {
        return Err(AppError::NotFound);
    }
    suggestions::dismiss(&mut tx, &permit, &seen.contact.id, &other, ctx.now_ms()).await?;
    tx.commit().await?;
    Ok(())
}

#[cfg(feature = "ssr")]
async fn settle(tx: crate::store::Tx, merged: crate::store::merges::Merged) -> Result<(), AppError> {
    use crate::store::merges::Merged;
    match merged {
        Merged::Done => Ok(tx.commit().await?),
        Merged::Changed => Err(AppError::ChangedMeanwhile),
        Merged::TooLate => Err(AppError::TooLate),
    }
}
