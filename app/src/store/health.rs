//! What Meta last told of each number (`domain::health`).

use std::collections::HashMap;

use super::{Conn, Result, Tx, channels, word};
use crate::domain::health::{Fact, FactKind, HealthCard, OwnSide, card};
use crate::domain::ids::ChannelId;
use crate::domain::pace;
use crate::live::protocol::LiveEvent;

#[derive(sqlx::FromRow)]
struct FactRow {
    kind: String,
    subject: String,
    value: String,
    details: Option<String>,
    until_ms: Option<i64>,
    told_at_ms: i64,
}

impl TryFrom<FactRow> for Fact {
    type Error = super::StoreError;

    fn try_from(row: FactRow) -> Result<Self> {
        let FactRow { kind, subject, value, details, until_ms, told_at_ms } = row;
        Ok(Self { kind: word("channel_facts.kind", kind)?, subject, value, details, until_ms, told_at_ms })
    }
}

/// Everything known of a number.
///
/// # Errors
/// The database is out of reach.
pub async fn facts(conn: &mut Conn<'_>, channel_id: &ChannelId) -> Result<Vec<Fact>> {
    const FACTS: &str = "select kind, subject, value, details, until_ms, told_at_ms from channel_facts
        where channel_id = $1 order by kind, subject";
    let rows: Vec<FactRow> = on!(conn, c => sqlx::query_as(FACTS).bind(channel_id).fetch_all(&mut **c).await?);
    rows.into_iter().map(Fact::try_from).collect()
}

/// The card of a number.
///
/// # Errors
/// The database is out of reach.
pub async fn card_of(conn: &mut Conn<'_>, channel: &channels::Channel, now_ms: i64) -> Result<HealthCard> {
    let own = OwnSide {
        paused_code: channel.brief.paused_code,
        unanswered_since_ms: channel.brief.unanswered_since_ms,
        connected_at_ms: channel.created_at_ms,
        simulated: channel.brief.simulated,
    };
    Ok(card(own, &facts(conn, &channel.brief.id).await?, now_ms))
}

/// Writes down what Meta told of a number. What is older than what is known changes nothing, so that webhooks may come
/// in any order and twice. A new throughput sets the number's rate, but for numbers that are in the phone app too: theirs
/// is fixed.
///
/// # Errors
/// The database is out of reach.
pub async fn note(tx: &mut Tx, channel_id: &ChannelId, told: &[Fact], now_ms: i64) -> Result<()> {
    // Whoever tells of the same number waits here: what is compared below is what is written over.
    const HOLD: &str = "update channels set health_version = health_version where id = $1";
    const WRITE: &str = "insert into channel_facts
          (channel_id, kind, subject, value, details, until_ms, told_at_ms)
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (channel_id, kind, subject) do update set value = excluded.value, details = excluded.details,
          until_ms = excluded.until_ms, told_at_ms = excluded.told_at_ms";
    const CHANGED: &str = "update channels set health_version = health_version + 1 where id = $1";
    on!(tx.conn(), c => sqlx::query(HOLD).bind(channel_id).execute(&mut *c).await.map(drop))?;
    let held = facts(&mut tx.conn(), channel_id).await?;
    let mut held: HashMap<(FactKind, String), Fact> =
        held.into_iter().map(|fact| ((fact.kind, fact.subject.clone()), fact)).collect();
    let mut changed = false;
    for fact in told {
        let key = (fact.kind, fact.subject.clone());
        let known = held.get(&key);
        if known.is_some_and(|known| known.told_at_ms > fact.told_at_ms || known == fact) {
            continue;
        }
        on!(tx.conn(), c => sqlx::query(WRITE).bind(channel_id).bind(fact.kind.as_str()).bind(&fact.subject)
            .bind(&fact.value).bind(&fact.details).bind(fact.until_ms).bind(fact.told_at_ms)
            .execute(&mut *c).await.map(drop))?;
        let says = |fact: &Fact| (fact.value.clone(), fact.details.clone(), fact.until_ms);
        changed |= known.is_none_or(|known| says(known) != says(fact));
        held.insert(key, fact.clone());
    }
    if !changed {
        return Ok(());
    }
    on!(tx.conn(), c => sqlx::query(CHANGED).bind(channel_id).execute(&mut *c).await.map(drop))?;
    let Some(channel) = channels::by_id(&mut tx.conn(), channel_id).await? else { return Ok(()) };
    let throughput = held.get(&(FactKind::Throughput, String::new()));
    if let Some(rate) = throughput.and_then(|fact| pace::of_level(&fact.value))
        && !channel.brief.coexistence
    {
        channels::set_max_per_second(tx, channel_id, rate).await?;
    }
    tx.append(LiveEvent::Channel { channel: Box::new(channel.brief) }, now_ms);
    Ok(())
}

/// Meta called us about a number. No event: this happens all the time.
///
/// # Errors
/// The database is out of reach.
pub async fn heard(conn: &mut Conn<'_>, channel_id: &ChannelId, at_ms: i64) -> Result<()> {
    const HEARD: &str = "insert into channel_facts (channel_id, kind, subject, value, told_at_ms)
        values ($1, 'webhook', '', '', $2)
        on conflict (channel_id, kind, subject) do update set told_at_ms = excluded.told_at_ms
          where excluded.told_at_ms > channel_facts.told_at_ms";
    on!(conn, c => sqlx::query(HEARD).bind(channel_id).bind(at_ms).execute(&mut **c).await.map(drop))?;
    Ok(())
}
