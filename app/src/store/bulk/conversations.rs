//! Conversations: moved on by what arrives, many at once.

use super::runs;
use crate::domain::ids::{ConversationId, MessageId};
use crate::store::{Conn, Result};

/// What one or more messages of a slice do to their conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrivals {
    pub conversation_id: ConversationId,
    /// How many messages; each takes a `seq`.
    pub count: i64,
    /// How many of them count as unread.
    pub unread: i64,
    /// The newest of them by when it was sent, and when that was: orders the list.
    pub newest_id: MessageId,
    pub newest_at_ms: i64,
    /// The service window's new end, where they open one; an earlier end than the known one changes nothing.
    pub window_expires_at_ms: i64,
}

#[derive(sqlx::FromRow)]
struct SeqRow {
    id: ConversationId,
    seq: i64,
}

/// Takes the `seq`s and moves the conversations; gives the last `seq` of each, in no order. A closed one opens again.
///
/// # Errors
/// The database is out of reach.
pub async fn arrive(conn: &mut Conn<'_>, arrivals: &[Arrivals]) -> Result<Vec<(ConversationId, i64)>> {
    let mut seqs = Vec::with_capacity(arrivals.len());
    for run in runs(arrivals) {
        let rows: Vec<SeqRow> = on!(conn, c => {
            let mut query = sqlx::QueryBuilder::new(
                "update conversations set seq = seq + n.column2, unread_count = unread_count + n.column3,
                   status = case when n.column3 > 0 then 'open' else status end,
                   window_expires_at_ms = case when n.column6 > coalesce(window_expires_at_ms, 0) then n.column6
                                               else window_expires_at_ms end,
                   last_message_id = case when n.column5 >= last_activity_at_ms then n.column4
                                          else last_message_id end,
                   last_activity_at_ms = case when n.column5 > last_activity_at_ms then n.column5
                                              else last_activity_at_ms end
                 from (",
            );
            query.push_values(run, |mut row, arrival| {
                row.push_bind(&arrival.conversation_id).push_bind(arrival.count).push_bind(arrival.unread)
                    .push_bind(&arrival.newest_id).push_bind(arrival.newest_at_ms)
                    .push_bind(arrival.window_expires_at_ms);
            });
            query.push(") as n where conversations.id = n.column1 returning conversations.id, conversations.seq");
            query.build_query_as().fetch_all(&mut **c).await?
        });
        seqs.extend(rows.into_iter().map(|row| (row.id, row.seq)));
    }
    Ok(seqs)
}
