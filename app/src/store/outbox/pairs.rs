//! A number and a customer: when their next message may go.

use std::collections::HashMap;

use crate::domain::ids::{ChannelId, ConversationId};
use crate::domain::pace::Pair;
use crate::store::bulk::{padded, runs};
use crate::store::{Conn, Result};

#[derive(sqlx::FromRow)]
struct PairRow {
    conversation_id: ConversationId,
    whole_at_ms: i64,
    refusals: i64,
}

/// Holds a pair until the transaction ends, made where there is none.
pub(super) async fn lock_one(
    conn: &mut Conn<'_>,
    channel_id: &ChannelId,
    conversation_id: &ConversationId,
) -> Result<()> {
    const LOCK: &str = "insert into outbox_pairs (conversation_id, channel_id, whole_at_ms, refusals)
        values ($1, $2, 0, 0) on conflict (conversation_id) do update set channel_id = excluded.channel_id";
    on!(conn, c => sqlx::query(LOCK).bind(conversation_id).bind(channel_id).execute(&mut **c).await.map(drop))?;
    Ok(())
}

/// Holds pairs until the transaction ends, in one order everywhere, so that two writers wait instead of meeting head on.
pub(super) async fn lock(conn: &mut Conn<'_>, ids: &[&ConversationId]) -> Result<HashMap<ConversationId, Pair>> {
    let mut ids = ids.to_vec();
    ids.sort();
    ids.dedup();
    // SQLite has one writer, who holds everything.
    let tail = if matches!(conn, Conn::Sqlite(_)) { "" } else { " for update" };
    let mut found = HashMap::with_capacity(ids.len());
    for list in padded(&ids) {
        let rows: Vec<PairRow> = on!(conn, c => {
            let mut query = sqlx::QueryBuilder::new(
                "select conversation_id, whole_at_ms, refusals from outbox_pairs where conversation_id in (",
            );
            let mut names = query.separated(", ");
            for id in list {
                names.push_bind(id);
            }
            query.push(") order by conversation_id").push(tail);
            query.build_query_as().fetch_all(&mut **c).await?
        });
        for row in rows {
            found.insert(row.conversation_id, Pair { whole_at_ms: row.whole_at_ms, refusals: row.refusals });
        }
    }
    Ok(found)
}

/// Writes what pairs have used up. They are held ([`lock`]).
pub(super) async fn save(conn: &mut Conn<'_>, pairs: &[(&ConversationId, Pair)]) -> Result<()> {
    for run in runs(pairs) {
        on!(conn, c => {
            let mut query = sqlx::QueryBuilder::new(
                "update outbox_pairs set whole_at_ms = n.column2, refusals = n.column3 from (",
            );
            query.push_values(run, |mut row, (id, pair)| {
                row.push_bind(*id).push_bind(pair.whole_at_ms).push_bind(pair.refusals);
            });
            query.push(") as n where outbox_pairs.conversation_id = n.column1");
            query.build().execute(&mut **c).await?;
        });
    }
    Ok(())
}

/// Sets anew when the first waiting row of each conversation may go: by its own time, by its pair's rate, and not while one
/// is on its way or freshly uncertain. Pairs are held before rows are changed, so that this sees all of them: a statement
/// that had to wait for a lock would read the rows as they were before.
pub(super) async fn set_due(conn: &mut Conn<'_>, ids: &[&ConversationId]) -> Result<()> {
    let burst_ms = -Pair::default().free_at_ms();
    let latest = if matches!(conn, Conn::Sqlite(_)) { "max" } else { "greatest" };
    for list in padded(ids) {
        on!(conn, c => {
            let mut query = sqlx::QueryBuilder::new(
                "update outbox_pairs set due_at_ms = case
                   when exists (select 1 from outbox o where o.conversation_id = outbox_pairs.conversation_id
                       and o.state in ('claimed', 'in_flight')) then null
                   else (select ",
            );
            query.push(latest).push("(o.not_before_ms, outbox_pairs.whole_at_ms - ").push_bind(burst_ms).push(
                ", coalesce((select max(u.lease_until_ms) from outbox u
                         where u.conversation_id = outbox_pairs.conversation_id and u.state = 'unknown'), 0))
                     from outbox o where o.conversation_id = outbox_pairs.conversation_id and o.state = 'queued'
                     order by o.seq limit 1) end
                 where conversation_id in (",
            );
            let mut names = query.separated(", ");
            for id in list {
                names.push_bind(id);
            }
            query.push(")");
            query.build().execute(&mut **c).await?;
        });
    }
    Ok(())
}

/// Lets go of pairs that have nothing to wait for and all of their rate.
///
/// # Errors
/// The database is out of reach.
pub async fn forget_idle(conn: &mut Conn<'_>, now_ms: i64) -> Result<u64> {
    const FORGET: &str = "delete from outbox_pairs where due_at_ms is null and whole_at_ms < $1
        and not exists (select 1 from outbox o where o.conversation_id = outbox_pairs.conversation_id)";
    Ok(on!(conn, c => sqlx::query(FORGET).bind(now_ms).execute(&mut **c).await?.rows_affected()))
}
