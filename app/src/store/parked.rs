//! Statuses that came before the message they speak of: kept eight days, replayed when it arrives.

use super::bulk::padded;
use super::{Conn, Result, word};
use crate::domain::ids::{ChannelId, Wamid};
use crate::domain::message::{MessageError, MessageStatus};

/// A status report, as Meta gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub wamid: Wamid,
    pub status: MessageStatus,
    pub at_ms: i64,
    pub error: Option<MessageError>,
}

#[derive(sqlx::FromRow)]
struct ParkedRow {
    wamid: Wamid,
    status: String,
    at_ms: i64,
    error_code: Option<i64>,
    error_title: Option<String>,
    error_details: Option<String>,
}

/// Waits for whoever speaks of the same messages, until the transaction ends. The sender names a message and takes what
/// was parked for it; who finds no message parks something for it. Without a meeting place, each could look just before
/// the other writes, and what was parked would lie there for good. SQLite has one writer: it needs none.
///
/// # Errors
/// The database is out of reach.
pub(super) async fn meet(conn: &mut Conn<'_>, channel_id: &ChannelId, wamids: &[&Wamid]) -> Result<()> {
    const MEET: &str = "select count(pg_advisory_xact_lock(place)) from
        (select hashtextextended(name, 0) as place from unnest($1::text[]) as name order by 1) places";
    let Conn::Postgres(c) = conn else { return Ok(()) };
    let names: Vec<String> = wamids.iter().map(|wamid| format!("{channel_id} {wamid}")).collect();
    sqlx::query(MEET).bind(names).execute(&mut **c).await?;
    Ok(())
}

/// Keeps a report for later; the same report again changes nothing.
///
/// # Errors
/// The database is out of reach.
pub async fn park(conn: &mut Conn<'_>, channel_id: &ChannelId, report: &Report, now_ms: i64) -> Result<()> {
    const PARK: &str = "insert into parked_statuses
        (id, channel_id, wamid, status, at_ms, error_code, error_title, error_details, received_at_ms)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (channel_id, wamid, status) do nothing";
    let error = report.error.as_ref();
    on!(conn, c => sqlx::query(PARK).bind(uuid::Uuid::now_v7().to_string()).bind(channel_id).bind(&report.wamid)
        .bind(report.status.as_str()).bind(report.at_ms).bind(error.map(|error| error.code))
        .bind(error.map(|error| error.title.as_str())).bind(error.map(|error| error.details.as_str())).bind(now_ms)
        .execute(&mut **c).await.map(drop))?;
    Ok(())
}

/// Takes out the reports for messages of a number that have arrived.
///
/// # Errors
/// The database is out of reach.
pub async fn take(conn: &mut Conn<'_>, channel_id: &ChannelId, wamids: &[&Wamid]) -> Result<Vec<Report>> {
    let mut rows: Vec<ParkedRow> = Vec::new();
    for list in padded(wamids) {
        rows.extend(on!(conn, c => {
            let mut query = sqlx::QueryBuilder::new("delete from parked_statuses where channel_id = ");
            query.push_bind(channel_id).push(" and wamid in (");
            let mut names = query.separated(", ");
            for wamid in list {
                names.push_bind(wamid);
            }
            query.push(") returning wamid, status, at_ms, error_code, error_title, error_details");
            query.build_query_as::<ParkedRow>().fetch_all(&mut **c).await?
        }));
    }
    rows.into_iter()
        .map(|row| {
            let error = row.error_code.map(|code| MessageError {
                code,
                title: row.error_title.unwrap_or_default(),
                details: row.error_details.unwrap_or_default(),
            });
            Ok(Report {
                wamid: row.wamid,
                status: word("parked_statuses.status", row.status)?,
                at_ms: row.at_ms,
                error,
            })
        })
        .collect()
}
