//! What may go after its time (design.md, "The model"), a part at a time so that nobody waits long for the writer. Dedupe
//! keys stay for good.

use super::{Conn, Result};

/// Rows of one part. A part that is not full was the last.
pub const PART: i64 = 2_000;

/// Events older than a client may ask for; such a client gets a snapshot.
///
/// # Errors
/// The database is out of reach.
pub async fn events(conn: &mut Conn<'_>, before_ms: i64) -> Result<i64> {
    // They come in the order of their time, so the first young one ends it; nothing behind it is read.
    const LOOK: &str = "select seq, created_at_ms from events order by seq limit $1";
    const PRUNE: &str = "delete from events where seq <= $1";
    let looked: Vec<(i64, i64)> = on!(conn, c => sqlx::query_as(LOOK).bind(PART).fetch_all(&mut **c).await?);
    let old = looked.iter().take_while(|(_, created_at_ms)| *created_at_ms < before_ms).count();
    let Some(last) = old.checked_sub(1).map(|last| looked[last].0) else { return Ok(0) };
    on!(conn, c => sqlx::query(PRUNE).bind(last).execute(&mut **c).await.map(drop))?;
    Ok(old as i64)
}

macro_rules! prune {
    ($(#[$meta:meta])* $name:ident, $sql:literal) => {
        $(#[$meta])*
        ///
        /// # Errors
        /// The database is out of reach.
        pub async fn $name(conn: &mut Conn<'_>, before_ms: i64) -> Result<i64> {
            const PRUNE: &str = $sql;
            let gone = on!(conn, c => sqlx::query(PRUNE).bind(before_ms).bind(PART).execute(&mut **c).await?
                .rows_affected());
            Ok(gone as i64)
        }
    };
}

prune!(
    /// Statuses whose message never came.
    parked_statuses,
    "delete from parked_statuses where id in (select id from parked_statuses where received_at_ms < $1 limit $2)"
);
prune!(
    /// Reactions, edits and revokes whose message never came.
    parked_marks,
    "delete from parked_marks where id in (select id from parked_marks where received_at_ms < $1 limit $2)"
);
prune!(
    /// What was set aside and has been handled since.
    handled_quarantine,
    "delete from quarantine where id in (select id from quarantine where resolved_at_ms < $1 limit $2)"
);
prune!(
    /// Sessions past their absolute end.
    sessions,
    "delete from sessions where token_hash in (select token_hash from sessions where expires_at_ms < $1 limit $2)"
);
prune!(
    /// One-time links past their time.
    one_time_links,
    "delete from one_time_links where token_hash in
       (select token_hash from one_time_links where expires_at_ms < $1 limit $2)"
);
