//! Messages: looked up, written and moved on, many at once.

use super::{padded, runs};
use crate::domain::ids::{ChannelId, ConversationId, MediaId, MessageId, Wamid};
use crate::domain::message::{Direction, MessageError, MessageStatus};
use crate::store::media::Placed;
use crate::store::messages::NewMessage;
use crate::store::{Conn, Result, media, to_json, word};

/// What is known of a message that Meta names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldMessage {
    pub id: MessageId,
    pub conversation_id: ConversationId,
    pub wamid: Wamid,
    pub direction: Direction,
    pub kind: String,
    pub status: MessageStatus,
}

#[derive(sqlx::FromRow)]
struct HeldRow {
    id: MessageId,
    conversation_id: ConversationId,
    wamid: Wamid,
    direction: String,
    kind: String,
    status: String,
}

/// The messages of a number that go by these ids of Meta's, in no order.
///
/// # Errors
/// The database is out of reach.
pub async fn held(conn: &mut Conn<'_>, channel_id: &ChannelId, wamids: &[&Wamid]) -> Result<Vec<HeldMessage>> {
    let mut found = Vec::with_capacity(wamids.len());
    for list in padded(wamids) {
        let rows: Vec<HeldRow> = on!(conn, c => {
            let mut query = sqlx::QueryBuilder::new(
                "select id, conversation_id, wamid, direction, kind, status from messages where channel_id = ",
            );
            query.push_bind(channel_id).push(" and wamid in (");
            let mut names = query.separated(", ");
            for wamid in list {
                names.push_bind(wamid);
            }
            query.push(")");
            query.build_query_as().fetch_all(&mut **c).await?
        });
        for row in rows {
            found.push(HeldMessage {
                id: row.id,
                conversation_id: row.conversation_id,
                wamid: row.wamid,
                direction: word("messages.direction", row.direction)?,
                kind: row.kind,
                status: word("messages.status", row.status)?,
            });
        }
    }
    Ok(found)
}

/// Writes messages, and with them the rows of their files.
///
/// # Errors
/// The database is out of reach, or a wamid is there already (ask [`held`] first).
pub async fn insert(conn: &mut Conn<'_>, new: &[NewMessage<'_>]) -> Result<()> {
    for run in runs(new) {
        let contents: Vec<Option<String>> = run
            .iter()
            .map(|new| new.content.filter(|content| !content.is_empty()).map(to_json).transpose())
            .collect::<Result<_>>()?;
        on!(conn, c => {
            let mut query = sqlx::QueryBuilder::new(
                "insert into messages (id, conversation_id, channel_id, wamid, seq, direction, author_kind, author_id,
                 kind, text, payload, reply_to_wamid, status, error_code, error_title, error_details, client_msg_id,
                 base_seq, resend_of, sent_at_ms, received_at_ms, extras, content) ",
            );
            query.push_values(run.iter().zip(&contents), |mut row, (new, content)| {
                row.push_bind(new.id).push_bind(new.conversation_id).push_bind(new.channel_id).push_bind(new.wamid)
                    .push_bind(new.seq).push_bind(new.direction.as_str()).push_bind(new.author_kind.as_str())
                    .push_bind(new.author_id).push_bind(new.kind).push_bind(new.text).push_bind(new.payload)
                    .push_bind(new.reply_to_wamid).push_bind(new.status.as_str())
                    .push_bind(new.error.map(|error| error.code))
                    .push_bind(new.error.map(|error| error.title.as_str()))
                    .push_bind(new.error.map(|error| error.details.as_str()))
                    .push_bind(new.client_msg_id).push_bind(new.base_seq).push_bind(new.resend_of)
                    .push_bind(new.sent_at_ms).push_bind(new.received_at_ms).push_bind(new.extras).push_bind(content);
            });
            query.build().execute(&mut **c).await?;
        });
    }
    let files: Vec<Placed<'_>> = new
        .iter()
        .filter_map(|new| {
            let (channel_id, message_id, at_ms) = (new.channel_id, Some(new.id), new.received_at_ms);
            Some(Placed { id: MediaId::new(), channel_id, message_id, file: new.media?, at_ms })
        })
        .collect();
    media::insert(conn, &files).await
}

/// A message's new delivery state. Each time belongs to its own state; the first one reported stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    pub id: MessageId,
    pub status: MessageStatus,
    pub error: Option<MessageError>,
    pub accepted_at_ms: Option<i64>,
    pub delivered_at_ms: Option<i64>,
    pub read_at_ms: Option<i64>,
    pub failed_at_ms: Option<i64>,
}

impl Progress {
    /// Of a message that stands at `status` and has heard nothing new.
    pub fn from(id: MessageId, status: MessageStatus) -> Self {
        Self {
            id,
            status,
            error: None,
            accepted_at_ms: None,
            delivered_at_ms: None,
            read_at_ms: None,
            failed_at_ms: None,
        }
    }

    /// Takes the next state. What was reported before it in the same breath keeps its time.
    pub fn reach(&mut self, status: MessageStatus, at_ms: i64, error: Option<&MessageError>) {
        self.status = status;
        self.error = error.cloned();
        let time = match status {
            MessageStatus::Accepted => &mut self.accepted_at_ms,
            MessageStatus::Delivered => &mut self.delivered_at_ms,
            MessageStatus::Read | MessageStatus::Played => &mut self.read_at_ms,
            MessageStatus::Failed => &mut self.failed_at_ms,
            _ => return,
        };
        time.get_or_insert(at_ms);
    }
}

/// Writes new states. The wamid is not touched: an update that names an indexed column writes its index anew, which
/// costs as much as the rest.
///
/// # Errors
/// The database is out of reach.
pub async fn advance(conn: &mut Conn<'_>, steps: &[Progress]) -> Result<()> {
    for run in runs(steps) {
        on!(conn, c => {
            let mut query = sqlx::QueryBuilder::new(
                "update messages set status = n.column2, error_code = n.column3, error_title = n.column4,
                   error_details = n.column5, accepted_at_ms = coalesce(accepted_at_ms, n.column6),
                   delivered_at_ms = coalesce(delivered_at_ms, n.column7),
                   read_at_ms = coalesce(read_at_ms, n.column8), failed_at_ms = coalesce(failed_at_ms, n.column9)
                 from (",
            );
            query.push_values(run, |mut row, step| {
                let error = step.error.as_ref();
                row.push_bind(&step.id).push_bind(step.status.as_str()).push_bind(error.map(|error| error.code))
                    .push_bind(error.map(|error| error.title.as_str()))
                    .push_bind(error.map(|error| error.details.as_str())).push_bind(step.accepted_at_ms)
                    .push_bind(step.delivered_at_ms).push_bind(step.read_at_ms).push_bind(step.failed_at_ms);
            });
            query.push(") as n where messages.id = n.column1");
            query.build().execute(&mut **c).await?;
        });
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
struct StatusRow {
    id: MessageId,
    status: String,
}

/// How messages stand, in no order.
///
/// # Errors
/// The database is out of reach.
pub async fn statuses(conn: &mut Conn<'_>, ids: &[&MessageId]) -> Result<Vec<(MessageId, MessageStatus)>> {
    let mut found = Vec::with_capacity(ids.len());
    for list in padded(ids) {
        let rows: Vec<StatusRow> = on!(conn, c => {
            let mut query = sqlx::QueryBuilder::new("select id, status from messages where id in (");
            let mut names = query.separated(", ");
            for id in list {
                names.push_bind(id);
            }
            query.push(")");
            query.build_query_as().fetch_all(&mut **c).await?
        });
        for row in rows {
            found.push((row.id, word("messages.status", row.status)?));
        }
    }
    Ok(found)
}

/// Fills in Meta's ids where they were not known.
///
/// # Errors
/// The database is out of reach.
pub async fn name(conn: &mut Conn<'_>, names: &[(&MessageId, &Wamid)]) -> Result<()> {
    for run in runs(names) {
        on!(conn, c => {
            let mut query = sqlx::QueryBuilder::new("update messages set wamid = n.column2 from (");
            query.push_values(run, |mut row, (id, wamid)| {
                row.push_bind(*id).push_bind(*wamid);
            });
            query.push(") as n where messages.id = n.column1 and messages.wamid is null");
            query.build().execute(&mut **c).await?;
        });
    }
    Ok(())
}
