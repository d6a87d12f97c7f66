//! The phone a number lives on too (coexistence): what it brought over, and when it was last heard of.

pub mod book;
pub mod chunks;
pub mod past;

use super::{Conn, Result};
use crate::domain::ids::{ChannelId, PhoneNumberId};
use crate::domain::phone_app::{Asked, Bring, Phone};

#[derive(sqlx::FromRow)]
struct PhoneRow {
    channel_id: ChannelId,
    name: String,
    onboarded_at_ms: i64,
    contacts_asked_at_ms: Option<i64>,
    contacts_request_id: Option<String>,
    contacts_refused_code: Option<i64>,
    history_asked_at_ms: Option<i64>,
    history_request_id: Option<String>,
    history_refused_code: Option<i64>,
    history_progress: Option<i64>,
    seen_at_ms: i64,
    messages: i64,
    waiting: i64,
}

impl From<PhoneRow> for Phone {
    fn from(row: PhoneRow) -> Self {
        let asked = |at_ms: Option<i64>, request_id: Option<String>, refused_code| {
            at_ms.map(|at_ms| Asked { at_ms, answered: request_id.is_some(), refused_code })
        };
        Self {
            channel_id: row.channel_id,
            name: row.name,
            onboarded_at_ms: row.onboarded_at_ms,
            contacts: asked(row.contacts_asked_at_ms, row.contacts_request_id, row.contacts_refused_code),
            history: asked(row.history_asked_at_ms, row.history_request_id, row.history_refused_code),
            history_progress: row.history_progress,
            messages: row.messages,
            waiting: row.waiting,
            seen_at_ms: row.seen_at_ms,
        }
    }
}

/// The phones of all numbers that have one.
///
/// # Errors
/// The database is out of reach.
pub async fn all(conn: &mut Conn<'_>) -> Result<Vec<Phone>> {
    // A number that nothing was heard of has no row yet.
    const ALL: &str = "select n.id as channel_id, n.name as name, n.created_at_ms as onboarded_at_ms,
          p.contacts_asked_at_ms as contacts_asked_at_ms, p.contacts_request_id as contacts_request_id,
          p.contacts_refused_code as contacts_refused_code, p.history_asked_at_ms as history_asked_at_ms,
          p.history_request_id as history_request_id, p.history_refused_code as history_refused_code,
          p.history_progress as history_progress, coalesce(p.seen_at_ms, n.created_at_ms) as seen_at_ms,
          cast(coalesce((select sum(c.next) from history_chunks c where c.channel_id = n.id), 0) as bigint) as messages,
          (select count(*) from history_chunks c where c.channel_id = n.id and c.done_at_ms is null) as waiting
        from channels n left join phones p on p.channel_id = n.id where n.coexistence = 1 order by n.id";
    let rows: Vec<PhoneRow> = on!(conn, c => sqlx::query_as(ALL).fetch_all(&mut **c).await?);
    Ok(rows.into_iter().map(Phone::from).collect())
}

async fn ensure(conn: &mut Conn<'_>, channel_id: &ChannelId) -> Result<()> {
    const ENSURE: &str = "insert into phones (channel_id, seen_at_ms)
        select id, created_at_ms from channels where id = $1 on conflict (channel_id) do nothing";
    on!(conn, c => sqlx::query(ENSURE).bind(channel_id).execute(&mut **c).await.map(drop))?;
    Ok(())
}

/// Notes that Meta is about to be asked; `false` when somebody was here before. Commit before the call: Meta takes it once,
/// so a crash in between must not make a second one.
///
/// # Errors
/// The database is out of reach.
pub async fn ask(conn: &mut Conn<'_>, channel_id: &ChannelId, what: Bring, now_ms: i64) -> Result<bool> {
    const CONTACTS: &str =
        "update phones set contacts_asked_at_ms = $1 where channel_id = $2 and contacts_asked_at_ms is null";
    const HISTORY: &str =
        "update phones set history_asked_at_ms = $1 where channel_id = $2 and history_asked_at_ms is null";
    ensure(conn, channel_id).await?;
    let sql = match what {
        Bring::Contacts => CONTACTS,
        Bring::History => HISTORY,
    };
    Ok(on!(conn, c => sqlx::query(sql).bind(now_ms).bind(channel_id).execute(&mut **c).await?.rows_affected()) > 0)
}

/// How Meta answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It will send what there is, under this id.
    Taken { request_id: String },
    /// It will not: asking again is of no use.
    Refused { code: i64, title: String },
    /// It was certainly not asked: ask again.
    NotAsked,
}

/// Writes Meta's answer down. Without one the question stays asked: it may have arrived.
///
/// # Errors
/// The database is out of reach.
pub async fn answered(conn: &mut Conn<'_>, channel_id: &ChannelId, what: Bring, answer: &Answer) -> Result<()> {
    macro_rules! columns {
        ($what:literal) => {
            concat!(
                "update phones set ",
                $what,
                "_asked_at_ms = case when $1 = 1 then null else ",
                $what,
                "_asked_at_ms end, ",
                $what,
                "_request_id = coalesce($2, ",
                $what,
                "_request_id), ",
                $what,
                "_refused_code = $3, ",
                $what,
                "_refused_title = $4 where channel_id = $5"
            )
        };
    }
    const CONTACTS: &str = columns!("contacts");
    const HISTORY: &str = columns!("history");
    let sql = match what {
        Bring::Contacts => CONTACTS,
        Bring::History => HISTORY,
    };
    let (request_id, code, title) = match answer {
        Answer::Taken { request_id } => (Some(request_id), None, None),
        Answer::Refused { code, title } => (None, Some(*code), Some(title)),
        Answer::NotAsked => (None, None, None),
    };
    ensure(conn, channel_id).await?;
    on!(conn, c => sqlx::query(sql).bind(i64::from(*answer == Answer::NotAsked)).bind(request_id).bind(code).bind(title)
        .bind(channel_id).execute(&mut **c).await.map(drop))?;
    Ok(())
}

/// Notes how far the history is; it never goes back, since its parts come out of order.
///
/// # Errors
/// The database is out of reach.
pub async fn progress(conn: &mut Conn<'_>, channel_id: &ChannelId, percent: i64) -> Result<()> {
    const PROGRESS: &str = "update phones set history_progress = $1
        where channel_id = $2 and coalesce(history_progress, -1) < $1";
    ensure(conn, channel_id).await?;
    on!(conn, c => sqlx::query(PROGRESS).bind(percent).bind(channel_id).execute(&mut **c).await.map(drop))?;
    Ok(())
}

/// The phone gave a sign of life. One within the same hour is not worth a write.
///
/// # Errors
/// The database is out of reach.
pub async fn seen(conn: &mut Conn<'_>, channel_id: &ChannelId, at_ms: i64) -> Result<()> {
    const SEEN: &str = "update phones set seen_at_ms = $1 where channel_id = $2 and seen_at_ms < $1 - 3600000";
    ensure(conn, channel_id).await?;
    on!(conn, c => sqlx::query(SEEN).bind(at_ms).bind(channel_id).execute(&mut **c).await.map(drop))?;
    Ok(())
}

/// The one number whose history was asked for and is under way: whose an answer without an envelope is.
///
/// # Errors
/// The database is out of reach.
pub async fn only_asked(conn: &mut Conn<'_>) -> Result<Option<PhoneNumberId>> {
    const ASKED: &str = "select n.phone_number_id from phones p join channels n on n.id = p.channel_id
        where p.history_asked_at_ms is not null and p.history_refused_code is null
          and coalesce(p.history_progress, 0) < 100 limit 2";
    let mut found: Vec<PhoneNumberId> = on!(conn, c => sqlx::query_scalar(ASKED).fetch_all(&mut **c).await?);
    Ok(found.pop().filter(|_| found.is_empty()))
}
