//! What customers chose to receive. Choices are added, never changed; the newest counts.

use super::{Conn, Result, Tx, contacts, word};
use crate::domain::consent::{Choice, Consent, MARKETING, STOPPED_CODE};
use crate::domain::ids::{ChannelId, ContactId, ConversationId, Wamid};
use crate::domain::message::MessageError;

#[derive(sqlx::FromRow)]
struct ConsentRow {
    channel_id: ChannelId,
    category: String,
    choice: String,
    words: String,
    wamid: Option<String>,
    told_at_ms: i64,
    received_at_ms: i64,
}

impl TryFrom<ConsentRow> for Consent {
    type Error = super::StoreError;

    fn try_from(row: ConsentRow) -> Result<Self> {
        let ConsentRow { channel_id, category, choice, words, wamid, told_at_ms, received_at_ms } = row;
        let choice = word("consents.choice", choice)?;
        Ok(Self { channel_id, category, choice, words, wamid, told_at_ms, received_at_ms })
    }
}

/// Adds a customer's choice and tells who shows them. The same again adds nothing.
///
/// # Errors
/// The database is out of reach.
pub async fn note(tx: &mut Tx, contact_id: &ContactId, consent: &Consent, now_ms: i64) -> Result<()> {
    const ADD: &str = "insert into consents
          (id, channel_id, contact_id, category, choice, words, wamid, told_at_ms, received_at_ms)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        on conflict (channel_id, contact_id, category, choice, told_at_ms) do nothing";
    let id = uuid::Uuid::now_v7().to_string();
    let added = on!(tx.conn(), c => sqlx::query(ADD).bind(id).bind(&consent.channel_id).bind(contact_id)
        .bind(&consent.category).bind(consent.choice.as_str()).bind(&consent.words).bind(&consent.wamid)
        .bind(consent.told_at_ms).bind(consent.received_at_ms).execute(&mut *c).await?.rows_affected());
    if added > 0 {
        contacts::changed(tx, contact_id, now_ms).await?;
    }
    Ok(())
}

/// Meta refused a message since its customer stopped marketing: that is their choice, told late.
///
/// # Errors
/// The database is out of reach.
pub async fn refused(
    tx: &mut Tx,
    conversation_id: &ConversationId,
    error: &MessageError,
    wamid: Option<&Wamid>,
    at_ms: i64,
) -> Result<()> {
    const WHOSE: &str = "select contact_id, channel_id from conversations where id = $1";
    if error.code != STOPPED_CODE || marketing_stopped(&mut tx.conn(), conversation_id).await?.is_some() {
        return Ok(());
    }
    let found: Option<(ContactId, ChannelId)> =
        on!(tx.conn(), c => sqlx::query_as(WHOSE).bind(conversation_id).fetch_optional(&mut *c).await?);
    let Some((contact_id, channel_id)) = found else { return Ok(()) };
    let stopped = Consent {
        channel_id,
        category: MARKETING.to_owned(),
        choice: Choice::Stop,
        words: [error.title.as_str(), error.details.as_str()].join(": "),
        wamid: wamid.map(|wamid| wamid.as_str().to_owned()),
        told_at_ms: at_ms,
        received_at_ms: at_ms,
    };
    note(tx, &contact_id, &stopped, at_ms).await
}

/// What the customer of a conversation chose, newest first: of each number and category the newest only. Who may see the
/// conversation was decided by [`super::conversations::visible_to`].
///
/// # Errors
/// The database is out of reach.
pub async fn of_conversation(conn: &mut Conn<'_>, id: &ConversationId) -> Result<Vec<Consent>> {
    // Of all contacts that are this customer: who said no said it as a person, whatever they wrote from.
    const THEIRS: &str = "select n.channel_id, n.category, n.choice, n.words, n.wamid, n.told_at_ms, n.received_at_ms
        from conversations v
        join contacts o on o.id = v.contact_id
        join contacts p on p.id = coalesce(o.person_id, o.id) or p.person_id = coalesce(o.person_id, o.id)
        join consents n on n.contact_id = p.id and n.channel_id = v.channel_id
        where v.id = $1 order by n.told_at_ms desc, n.received_at_ms desc, n.id desc";
    let rows: Vec<ConsentRow> = on!(conn, c => sqlx::query_as(THEIRS).bind(id).fetch_all(&mut **c).await?);
    let mut newest: Vec<Consent> = Vec::new();
    for row in rows {
        let consent = Consent::try_from(row)?;
        if !newest.iter().any(|held| held.category == consent.category) {
            newest.push(consent);
        }
    }
    Ok(newest)
}

/// The choice that forbids marketing in a conversation, if there is one. Ask before a marketing template is sent: Meta
/// would refuse it (131050), and the customer has said no.
///
/// # Errors
/// The database is out of reach.
pub async fn marketing_stopped(conn: &mut Conn<'_>, id: &ConversationId) -> Result<Option<Consent>> {
    let consents = of_conversation(conn, id).await?;
    let newest = consents.into_iter().find(|consent| consent.category == MARKETING);
    Ok(newest.filter(Consent::stops_marketing))
}
