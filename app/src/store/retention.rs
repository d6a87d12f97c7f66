//! What may go after its time (design.md, "The model"). Dedupe keys stay for good.

use super::{Conn, Result};

macro_rules! prune {
    ($(#[$meta:meta])* $name:ident, $sql:literal) => {
        $(#[$meta])*
        ///
        /// # Errors
        /// The database is out of reach.
        pub async fn $name(conn: &mut Conn<'_>, before_ms: i64) -> Result<u64> {
            const PRUNE: &str = $sql;
            Ok(on!(conn, c => sqlx::query(PRUNE).bind(before_ms).execute(&mut **c).await?.rows_affected()))
        }
    };
}

prune!(
    /// Events older than a client may ask for, a part at a time; such a client gets a snapshot.
    events,
    "delete from events where seq in (select seq from events where created_at_ms < $1 order by seq limit 5000)"
);
prune!(
    /// Statuses whose message never came.
    parked_statuses,
    "delete from parked_statuses where received_at_ms < $1"
);
prune!(
    /// Reactions, edits and revokes whose message never came.
    parked_marks,
    "delete from parked_marks where received_at_ms < $1"
);
prune!(
    /// Sessions past their absolute end.
    sessions,
    "delete from sessions where expires_at_ms < $1"
);
prune!(
    /// One-time links past their time.
    one_time_links,
    "delete from one_time_links where expires_at_ms < $1"
);
