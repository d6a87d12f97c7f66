//! Who is who: contacts merged into others, and taken apart again (`domain::merge` says how and why).
//!
//! Every change holds the contacts that stand for the customers concerned (their roots), in the order of their ids: of
//! two agents who do it at once the second finds what the first has done, and no circle can come about.

use super::{Conn, Result, Tx, contacts, conversations, word};
use crate::domain::contact::{AliasKind, ContactBrief};
use crate::domain::conversation::ConversationRow;
use crate::domain::ids::{AgentId, ContactId};
use crate::domain::merge::{Merge, Node, Side, UNDO_MS, below};
use crate::domain::permission::{Actor, Permit};

/// What became of a wish to merge, or to undo it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merged {
    Done,
    /// Somebody was faster: it is not as it was shown.
    Changed,
    /// Its time is over.
    TooLate,
}

/// Makes two customers one: `other` from now on shows as `kept`. Both are what [`ContactBrief::id`] of a visible row was.
///
/// # Errors
/// The database is out of reach.
pub async fn merge(tx: &mut Tx, permit: &Permit, kept: &ContactId, other: &ContactId, now_ms: i64) -> Result<Merged> {
    const NOTE: &str = "insert into contact_merges (id, contact_id, into_id, merged_by, merged_at_ms)
        values ($1, $2, $3, $4, $5)";
    const POINT: &str = "update contacts set merged_into = $1 where id = $2";
    const ROOT: &str = "update contacts set person_id = $1 where id = $2 or person_id = $2";
    if kept == other || !hold(tx, &[kept, other]).await? {
        return Ok(Merged::Changed);
    }
    let id = uuid::Uuid::now_v7().to_string();
    on!(tx.conn(), c => {
        sqlx::query(NOTE).bind(id).bind(other).bind(kept).bind(permit.actor().writer()).bind(now_ms)
            .execute(&mut *c).await?;
        sqlx::query(POINT).bind(kept).bind(other).execute(&mut *c).await?;
        sqlx::query(ROOT).bind(kept).bind(other).execute(&mut *c).await?;
    });
    contacts::changed(tx, kept, now_ms).await?;
    Ok(Merged::Done)
}

#[derive(sqlx::FromRow)]
struct MergeRow {
    contact_id: ContactId,
    into_id: ContactId,
    merged_at_ms: i64,
}

/// Takes a merge of this customer back: who was merged, and whoever had been merged into them, are themselves again.
///
/// # Errors
/// The database is out of reach.
pub async fn undo(tx: &mut Tx, permit: &Permit, customer: &ContactId, merge_id: &str, now_ms: i64) -> Result<Merged> {
    const WHICH: &str = "select contact_id, into_id, merged_at_ms from contact_merges
        where id = $1 and undone_at_ms is null";
    const TREE: &str = "select id, merged_into from contacts where person_id = $1";
    const UNDONE: &str = "update contact_merges set undone_by = $1, undone_at_ms = $2
        where id = $3 and undone_at_ms is null";
    const FREE: &str = "update contacts set merged_into = null, person_id = null where id = $1";
    const UNDER: &str = "update contacts set person_id = $1 where id = $2";
    if !hold(tx, &[customer]).await? {
        return Ok(Merged::Changed);
    }
    let found: Option<MergeRow> =
        on!(tx.conn(), c => sqlx::query_as(WHICH).bind(merge_id).fetch_optional(&mut *c).await?);
    let Some(row) = found else { return Ok(Merged::Changed) };
    let nodes: Vec<Node> = on!(tx.conn(), c => sqlx::query_as(TREE).bind(customer).fetch_all(&mut *c).await?);
    if !nodes.contains(&(row.contact_id.clone(), Some(row.into_id.clone()))) {
        return Ok(Merged::Changed);
    }
    if now_ms - row.merged_at_ms > UNDO_MS {
        return Ok(Merged::TooLate);
    }
    let freed = &row.contact_id;
    on!(tx.conn(), c => {
        sqlx::query(UNDONE).bind(permit.actor().writer()).bind(now_ms).bind(merge_id).execute(&mut *c).await?;
        sqlx::query(FREE).bind(freed).execute(&mut *c).await?;
        for id in below(&nodes, freed) {
            sqlx::query(UNDER).bind(freed).bind(id).execute(&mut *c).await?;
        }
    });
    contacts::changed(tx, customer, now_ms).await?;
    contacts::changed(tx, freed, now_ms).await?;
    Ok(Merged::Done)
}

/// Holds contacts until the end of the transaction; `false` when one of them is not there or stands for nobody any more.
async fn hold(tx: &mut Tx, ids: &[&ContactId]) -> Result<bool> {
    const HOLD: &str = "update contacts set version = version where id = $1 returning person_id";
    let mut ids = ids.to_vec();
    ids.sort();
    for id in ids {
        let held: Option<(Option<ContactId>,)> =
            on!(tx.conn(), c => sqlx::query_as(HOLD).bind(id).fetch_optional(&mut *c).await?);
        if !matches!(held, Some((None,))) {
            return Ok(false);
        }
    }
    Ok(true)
}

#[derive(sqlx::FromRow)]
struct NamedMerge {
    id: String,
    name: String,
    given_name: Option<String>,
    username: Option<String>,
    phone: Option<String>,
    user_id: Option<String>,
    contact_id: ContactId,
    merged_by: String,
    merged_at_ms: i64,
}

/// A customer's merges that can still be undone, newest first.
///
/// # Errors
/// The database is out of reach.
pub async fn undoable(conn: &mut Conn<'_>, customer: &ContactId, now_ms: i64) -> Result<Vec<Merge>> {
    const MERGES: &str = "select g.id, coalesce(p.book_name, p.name) as name, p.given_name, p.username, p.phone,
          p.user_id, p.id as contact_id, g.merged_by, g.merged_at_ms
        from contacts p join contact_merges g on g.contact_id = p.id
        where p.person_id = $1 and g.undone_at_ms is null and g.merged_at_ms >= $2
        order by g.merged_at_ms desc, g.id desc";
    let rows: Vec<NamedMerge> =
        on!(conn, c => sqlx::query_as(MERGES).bind(customer).bind(now_ms - UNDO_MS).fetch_all(&mut **c).await?);
    let merge = |row: NamedMerge| {
        let contact = ContactBrief {
            id: row.contact_id,
            name: row.name,
            given_name: row.given_name,
            phone: row.phone,
            user_id: row.user_id,
            username: row.username,
            first_seen_at_ms: 0,
            last_seen_at_ms: 0,
            version: 0,
        };
        let merged_by = row.merged_by.strip_prefix("agent:").map(AgentId::from_text);
        Merge { id: row.id, name: contact.title(), merged_by, merged_at_ms: row.merged_at_ms }
    };
    Ok(rows.into_iter().map(merge).collect())
}

/// What is known of the customer of a conversation, as far as the actor may see it.
///
/// # Errors
/// The database is out of reach.
pub async fn side(conn: &mut Conn<'_>, actor: &Actor, seen: &ConversationRow) -> Result<Side> {
    const MESSAGES: &str = "select count(*) from messages where conversation_id = $1";
    const ALIASES: &str = "select a.kind, a.value from contacts p join contact_aliases a on a.contact_id = p.id
        where p.id = $1 or p.person_id = $1 order by a.kind, a.value";
    let chats = conversations::of_customer(conn, actor, &seen.contact.id).await?;
    let mut messages = 0;
    for chat in &chats {
        let count: i64 = on!(conn, c => sqlx::query_scalar(MESSAGES).bind(&chat.id).fetch_one(&mut **c).await?);
        messages += count;
    }
    let rows: Vec<(String, String)> =
        on!(conn, c => sqlx::query_as(ALIASES).bind(&seen.contact.id).fetch_all(&mut **c).await?);
    let alias = |(kind, value)| Ok((word::<AliasKind>("contact_aliases.kind", kind)?, value));
    let aliases = rows.into_iter().map(alias).collect::<Result<Vec<_>>>()?;
    Ok(Side { contact: seen.contact.clone(), chats, messages, aliases })
}
