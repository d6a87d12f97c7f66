//! Message templates, by account; read whole from Meta, then kept true by its webhooks.

use std::collections::HashSet;

use super::bulk::runs;
use super::{Conn, Result, Tx, json, to_json, word};
use crate::domain::ids::WabaId;
use crate::domain::template::{Category, Quality, Status, Template};
use crate::domain::time::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS};

/// Meta stamps its news to the second.
const STAMP_MS: i64 = SECOND_MS - 1;
/// The list is read anew after so long, should a webhook have been lost.
const AGAIN_MS: i64 = DAY_MS;

#[derive(sqlx::FromRow)]
struct TemplateRow {
    name: String,
    language: String,
    meta_id: String,
    category: String,
    next_category: Option<String>,
    status: String,
    reason: Option<String>,
    quality: String,
    format: String,
    parts: String,
}

impl TryFrom<TemplateRow> for Template {
    type Error = super::StoreError;

    fn try_from(row: TemplateRow) -> Result<Self> {
        Ok(Self {
            meta_id: row.meta_id,
            name: row.name,
            language: row.language,
            category: word("templates.category", row.category)?,
            next_category: row.next_category.map(|next| word("templates.next_category", next)).transpose()?,
            status: word("templates.status", row.status)?,
            reason: row.reason,
            quality: word("templates.quality", row.quality)?,
            format: word("templates.format", row.format)?,
            parts: json("templates.parts", &row.parts)?,
        })
    }
}

macro_rules! template_query {
    ($tail:literal) => {
        concat!(
            "select name, language, meta_id, category, next_category, status, reason, quality, format, parts
             from templates ",
            $tail
        )
    };
}

/// The templates of an account, by name and language.
///
/// # Errors
/// The database is out of reach.
pub async fn of_account(conn: &mut Conn<'_>, waba_id: &WabaId) -> Result<Vec<Template>> {
    const QUERY: &str = template_query!("where waba_id = $1 order by name, language");
    let rows: Vec<TemplateRow> = on!(conn, c => sqlx::query_as(QUERY).bind(waba_id).fetch_all(&mut **c).await?);
    rows.into_iter().map(Template::try_from).collect()
}

/// The template of this name, in each language there is.
///
/// # Errors
/// The database is out of reach.
pub async fn by_name(conn: &mut Conn<'_>, waba_id: &WabaId, name: &str) -> Result<Vec<Template>> {
    const QUERY: &str = template_query!("where waba_id = $1 and name = $2 order by language");
    let rows: Vec<TemplateRow> =
        on!(conn, c => sqlx::query_as(QUERY).bind(waba_id).bind(name).fetch_all(&mut **c).await?);
    rows.into_iter().map(Template::try_from).collect()
}

/// Takes over an account's whole list as it was read from `read_at_ms` on. What a webhook told since then stays; what Meta
/// no longer lists goes.
///
/// # Errors
/// The database is out of reach.
pub async fn replace(tx: &mut Tx, waba_id: &WabaId, all: &[Template], read_at_ms: i64, now_ms: i64) -> Result<()> {
    const GO: &str = "delete from templates where waba_id = $1 and status_at_ms < $2 and quality_at_ms < $2
        and category_at_ms < $2";
    const DONE: &str =
        "update template_syncs set synced_at_ms = $1, failed_at_ms = null, failed_code = null, failures = 0,
          due_at_ms = case when due_at_ms < $2 or due_at_ms > $1 then $3 else due_at_ms end
        where waba_id = $4";
    // A row twice in one statement is refused: the last of a list that moved while it was paged through counts.
    let mut seen = HashSet::with_capacity(all.len());
    let last = all.iter().rev().filter(|template| seen.insert((&template.name, &template.language)));
    let last = last.map(|template| Ok((template, to_json(&template.parts)?))).collect::<Result<Vec<_>>>()?;
    for run in runs(&last) {
        on!(tx.conn(), c => {
            let mut query = sqlx::QueryBuilder::new(
                "insert into templates (waba_id, name, language, meta_id, category, next_category, status, reason, quality,
                 format, parts, status_at_ms, quality_at_ms, category_at_ms) ",
            );
            query.push_values(run, |mut row, (template, parts)| {
                row.push_bind(waba_id).push_bind(&template.name).push_bind(&template.language)
                    .push_bind(&template.meta_id).push_bind(template.category.as_str())
                    .push_bind(template.next_category.map(Category::as_str)).push_bind(template.status.as_str())
                    .push_bind(&template.reason).push_bind(template.quality.as_str())
                    .push_bind(template.format.as_str()).push_bind(parts).push_bind(read_at_ms).push_bind(read_at_ms)
                    .push_bind(read_at_ms);
            });
            query.push(
                " on conflict (waba_id, name, language) do update set meta_id = excluded.meta_id,
                    format = excluded.format, parts = excluded.parts,
                    status = case when templates.status_at_ms > excluded.status_at_ms then templates.status
                      else excluded.status end,
                    reason = case when templates.status_at_ms > excluded.status_at_ms then templates.reason
                      else excluded.reason end,
                    quality = case when templates.quality_at_ms > excluded.quality_at_ms then templates.quality
                      else excluded.quality end,
                    category = case when templates.category_at_ms > excluded.category_at_ms then templates.category
                      else excluded.category end,
                    next_category = case when templates.category_at_ms > excluded.category_at_ms
                        or templates.next_category is not null and templates.next_category <> excluded.category
                      then templates.next_category end,
                    status_at_ms = case when templates.status_at_ms > excluded.status_at_ms then templates.status_at_ms
                      else excluded.status_at_ms end,
                    quality_at_ms = case when templates.quality_at_ms > excluded.quality_at_ms
                      then templates.quality_at_ms else excluded.quality_at_ms end,
                    category_at_ms = case when templates.category_at_ms > excluded.category_at_ms
                      then templates.category_at_ms else excluded.category_at_ms end",
            );
            query.build().execute(&mut *c).await?;
        });
    }
    on!(tx.conn(), c => {
        sqlx::query(GO).bind(waba_id).bind(read_at_ms).execute(&mut *c).await?;
        // Asked for again while it was read: that stays due.
        sqlx::query(DONE).bind(now_ms).bind(read_at_ms).bind(now_ms + AGAIN_MS).bind(waba_id).execute(&mut *c).await?;
    });
    Ok(())
}

/// What a webhook tells of one template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Status {
        status: Status,
        reason: Option<String>,
    },
    Quality(Quality),
    Category(Category),
    /// Announced, not done.
    NextCategory(Category),
}

/// Notes what changed, unless something newer is known. `false`: there is no such template here.
///
/// # Errors
/// The database is out of reach.
pub async fn change(
    tx: &mut Tx,
    waba_id: &WabaId,
    name: &str,
    language: &str,
    change: &Change,
    at_ms: i64,
) -> Result<bool> {
    const KNOWN: &str = "select count(*) from templates where waba_id = $1 and name = $2 and language = $3";
    const STATUS: &str = "update templates set status = $1, reason = $2, status_at_ms = $3
        where waba_id = $4 and name = $5 and language = $6 and status_at_ms <= $7";
    const QUALITY: &str = "update templates set quality = $1, quality_at_ms = $2
        where waba_id = $3 and name = $4 and language = $5 and quality_at_ms <= $6";
    const CATEGORY: &str = "update templates set category = $1, next_category = null, category_at_ms = $2
        where waba_id = $3 and name = $4 and language = $5 and category_at_ms <= $6";
    const NEXT: &str = "update templates set next_category = $1, category_at_ms = $2
        where waba_id = $3 and name = $4 and language = $5 and category_at_ms <= $6";
    let known: i64 = on!(tx.conn(), c => sqlx::query_scalar(KNOWN).bind(waba_id).bind(name).bind(language)
        .fetch_one(&mut *c).await?);
    if known == 0 {
        return Ok(false);
    }
    let (sql, word) = match change {
        Change::Status { status, reason } => {
            on!(tx.conn(), c => sqlx::query(STATUS).bind(status.as_str()).bind(reason).bind(at_ms).bind(waba_id).bind(name)
                .bind(language).bind(at_ms + STAMP_MS).execute(&mut *c).await.map(drop))?;
            return Ok(true);
        }
        Change::Quality(quality) => (QUALITY, quality.as_str()),
        Change::Category(category) => (CATEGORY, category.as_str()),
        Change::NextCategory(category) => (NEXT, category.as_str()),
    };
    on!(tx.conn(), c => sqlx::query(sql).bind(word).bind(at_ms).bind(waba_id).bind(name).bind(language)
        .bind(at_ms + STAMP_MS).execute(&mut *c).await.map(drop))?;
    Ok(true)
}

/// How an account's list stands.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Sync {
    pub waba_id: WabaId,
    pub due_at_ms: i64,
    pub synced_at_ms: Option<i64>,
    pub failed_at_ms: Option<i64>,
    /// Meta's code; 0: it could not be reached or understood.
    pub failed_code: Option<i64>,
}

/// How each account's list stands.
///
/// # Errors
/// The database is out of reach.
pub async fn syncs(conn: &mut Conn<'_>) -> Result<Vec<Sync>> {
    const ALL: &str = "select waba_id, due_at_ms, synced_at_ms, failed_at_ms, failed_code from template_syncs
        order by waba_id";
    Ok(on!(conn, c => sqlx::query_as(ALL).fetch_all(&mut **c).await?))
}

/// The account's list is to be read anew, now.
///
/// # Errors
/// The database is out of reach.
pub async fn ask(tx: &mut Tx, waba_id: &WabaId, now_ms: i64) -> Result<()> {
    const ASK: &str = "insert into template_syncs (waba_id, due_at_ms, failures) values ($1, $2, 0)
        on conflict (waba_id) do update set due_at_ms = excluded.due_at_ms";
    on!(tx.conn(), c => sqlx::query(ASK).bind(waba_id).bind(now_ms).execute(&mut *c).await.map(drop))?;
    tx.wake_templates();
    Ok(())
}

/// Takes the accounts whose time has come; nobody else gets them until the lease is over. Those without a number any more
/// rest.
///
/// # Errors
/// The database is out of reach.
pub async fn claim(tx: &mut Tx, lease_until_ms: i64, now_ms: i64) -> Result<Vec<WabaId>> {
    const CLAIM: &str = "update template_syncs set due_at_ms = $1 where due_at_ms <= $2
        and exists (select 1 from channels n where n.waba_id = template_syncs.waba_id) returning waba_id";
    Ok(on!(tx.conn(), c => sqlx::query_scalar(CLAIM).bind(lease_until_ms).bind(now_ms).fetch_all(&mut *c).await?))
}

/// When the next list is to be read; `None` when there is none.
///
/// # Errors
/// The database is out of reach.
pub async fn next_due(conn: &mut Conn<'_>) -> Result<Option<i64>> {
    const NEXT: &str = "select min(due_at_ms) from template_syncs s
        where exists (select 1 from channels n where n.waba_id = s.waba_id)";
    Ok(on!(conn, c => sqlx::query_scalar(NEXT).fetch_one(&mut **c).await?))
}

/// The list could not be read: again later, and later each time.
///
/// # Errors
/// The database is out of reach.
pub async fn failed(tx: &mut Tx, waba_id: &WabaId, code: i64, now_ms: i64) -> Result<()> {
    const FAILURES: &str = "update template_syncs set failures = failures + 1, failed_at_ms = $1, failed_code = $2
        where waba_id = $3 returning failures";
    const DUE: &str = "update template_syncs set due_at_ms = $1 where waba_id = $2";
    let failures: Option<i64> = on!(tx.conn(), c => sqlx::query_scalar(FAILURES).bind(now_ms).bind(code).bind(waba_id)
        .fetch_optional(&mut *c).await?);
    let wait_ms = match failures.unwrap_or_default() {
        ..=1 => MINUTE_MS,
        2 => 5 * MINUTE_MS,
        3 => 30 * MINUTE_MS,
        _ => 4 * HOUR_MS,
    };
    on!(tx.conn(), c => sqlx::query(DUE).bind(now_ms + wait_ms).bind(waba_id).execute(&mut *c).await.map(drop))?;
    Ok(())
}
