//! Two contacts that may be one customer, since a webhook named both in one breath. Machines suggest; people merge.

use super::{Conn, Result, Tx, contacts, conversations, word};
use crate::domain::contact::AliasKind;
use crate::domain::ids::ContactId;
use crate::domain::merge::Suggestion;
use crate::domain::permission::{Actor, Permit};

/// Notes that two contacts may be one, unless that was noted (or refused) before.
///
/// # Errors
/// The database is out of reach.
pub async fn raise(tx: &mut Tx, one: &ContactId, other: &ContactId, kind: AliasKind, now_ms: i64) -> Result<()> {
    const RAISE: &str = "insert into merge_suggestions (contact_id, other_id, kind, raised_at_ms)
        values ($1, $2, $3, $4) on conflict (contact_id, other_id) do nothing";
    let (first, second) = if one < other { (one, other) } else { (other, one) };
    let raised = on!(tx.conn(), c => sqlx::query(RAISE).bind(first).bind(second).bind(kind.as_str()).bind(now_ms)
        .execute(&mut *c).await?.rows_affected());
    if raised > 0 {
        contacts::changed(tx, first, now_ms).await?;
        contacts::changed(tx, second, now_ms).await?;
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
struct SuggestionRow {
    other_id: ContactId,
    kind: String,
    raised_at_ms: i64,
}

/// Who a customer may be the same as, newest first; who has been merged meanwhile is not suggested, nor somebody whom the
/// actor may not see.
///
/// # Errors
/// The database is out of reach.
pub async fn of_customer(conn: &mut Conn<'_>, actor: &Actor, customer: &ContactId) -> Result<Vec<Suggestion>> {
    // Both sides by who they are now.
    const OPEN: &str = "select coalesce(q.person_id, q.id) as other_id, s.kind, s.raised_at_ms
        from contacts p join merge_suggestions s on s.contact_id = p.id join contacts q on q.id = s.other_id
        where (p.id = $1 or p.person_id = $1) and s.dismissed_at_ms is null and coalesce(q.person_id, q.id) <> $1
        union all
        select coalesce(q.person_id, q.id) as other_id, s.kind, s.raised_at_ms
        from contacts p join merge_suggestions s on s.other_id = p.id join contacts q on q.id = s.contact_id
        where (p.id = $1 or p.person_id = $1) and s.dismissed_at_ms is null and coalesce(q.person_id, q.id) <> $1
        order by raised_at_ms desc, other_id";
    let rows: Vec<SuggestionRow> = on!(conn, c => sqlx::query_as(OPEN).bind(customer).fetch_all(&mut **c).await?);
    let mut suggestions: Vec<Suggestion> = Vec::with_capacity(rows.len());
    for row in rows {
        if suggestions.iter().any(|held| held.other.id == row.other_id) {
            continue;
        }
        let Some(chat) = conversations::of_customer(conn, actor, &row.other_id).await?.into_iter().next() else {
            continue;
        };
        suggestions.push(Suggestion {
            other: chat.contact,
            conversation_id: chat.id,
            kind: word("merge_suggestions.kind", row.kind)?,
            raised_at_ms: row.raised_at_ms,
        });
    }
    Ok(suggestions)
}

/// A person says that two customers are not one. It is not suggested again.
///
/// # Errors
/// The database is out of reach.
pub async fn dismiss(tx: &mut Tx, permit: &Permit, customer: &ContactId, other: &ContactId, now_ms: i64) -> Result<()> {
    const DISMISS: &str = "update merge_suggestions set dismissed_by = $1, dismissed_at_ms = $2
        where dismissed_at_ms is null and (
          contact_id in (select id from contacts where id = $3 or person_id = $3)
            and other_id in (select id from contacts where id = $4 or person_id = $4)
          or contact_id in (select id from contacts where id = $4 or person_id = $4)
            and other_id in (select id from contacts where id = $3 or person_id = $3))";
    let dismissed = on!(tx.conn(), c => sqlx::query(DISMISS).bind(permit.actor().writer()).bind(now_ms).bind(customer)
        .bind(other).execute(&mut *c).await?.rows_affected());
    if dismissed > 0 {
        contacts::changed(tx, customer, now_ms).await?;
        contacts::changed(tx, other, now_ms).await?;
    }
    Ok(())
}
