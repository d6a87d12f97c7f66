//! Messages: inserted once, then only their delivery marks change.

use super::media::NewMedia;
use super::{Conn, Result, bulk, json, media, to_json, word};
use crate::domain::content::{Content, Media, Reaction};
use crate::domain::ids::{ChannelId, ConversationId, MediaId, MessageId, Wamid};
use crate::domain::message::{Author, AuthorKind, Direction, Message, MessageError, MessageStatus};

#[derive(sqlx::FromRow)]
struct MessageRow {
    id: MessageId,
    conversation_id: ConversationId,
    wamid: Option<Wamid>,
    seq: i64,
    direction: String,
    author_kind: String,
    author_id: Option<String>,
    kind: String,
    text: Option<String>,
    payload: Option<String>,
    content: Option<String>,
    reactions: Option<String>,
    edited_at_ms: Option<i64>,
    revoked_at_ms: Option<i64>,
    #[sqlx(flatten)]
    media: MediaColumns,
    reply_to_id: Option<MessageId>,
    status: String,
    error_code: Option<i64>,
    error_title: Option<String>,
    error_details: Option<String>,
    client_msg_id: Option<String>,
    resend_of: Option<MessageId>,
    sent_at_ms: i64,
    received_at_ms: i64,
}

/// The file of a message, where it has one.
#[derive(sqlx::FromRow)]
struct MediaColumns {
    media_id: Option<MediaId>,
    media_state: Option<String>,
    media_mime: Option<String>,
    media_file_name: Option<String>,
    media_size_bytes: Option<i64>,
    media_voice: Option<i64>,
    media_animated: Option<i64>,
    media_width: Option<i64>,
    media_height: Option<i64>,
    media_duration_ms: Option<i64>,
    media_waveform: Option<String>,
    media_thumbnail_key: Option<String>,
    media_link: Option<String>,
}

impl MediaColumns {
    fn media(self) -> Result<Option<Media>> {
        let (Some(id), Some(state)) = (self.media_id, self.media_state) else { return Ok(None) };
        Ok(Some(Media {
            id,
            state: word("media.state", state)?,
            mime: self.media_mime.unwrap_or_default(),
            file_name: self.media_file_name,
            size_bytes: self.media_size_bytes,
            voice: self.media_voice == Some(1),
            animated: self.media_animated == Some(1),
            width: self.media_width,
            height: self.media_height,
            duration_ms: self.media_duration_ms,
            waveform: media::bars(&self.media_waveform.unwrap_or_default()),
            has_thumbnail: self.media_thumbnail_key.is_some(),
            link: self.media_link,
        }))
    }
}

/// A message with what its type carries beside the text, as Meta sent it (JSON).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FullMessage {
    pub message: Message,
    pub payload: Option<String>,
}

impl TryFrom<MessageRow> for FullMessage {
    type Error = super::StoreError;

    fn try_from(row: MessageRow) -> Result<Self> {
        let error = row.error_code.map(|code| MessageError {
            code,
            title: row.error_title.unwrap_or_default(),
            details: row.error_details.unwrap_or_default(),
        });
        // What was deleted for everyone is kept for those who look into it, and told to nobody else.
        let told = row.revoked_at_ms.is_none();
        let content: Option<Box<Content>> = row.content.map(|held| json("messages.content", &held)).transpose()?;
        let reactions: Option<Vec<Reaction>> =
            row.reactions.map(|held| json("messages.reactions", &held)).transpose()?;
        let media = row.media.media()?;
        let message = Message {
            id: row.id,
            conversation_id: row.conversation_id,
            wamid: row.wamid,
            seq: row.seq,
            direction: word("messages.direction", row.direction)?,
            author: Author { kind: word("messages.author_kind", row.author_kind)?, id: row.author_id },
            kind: row.kind,
            text: row.text.filter(|_| told),
            content: content.filter(|_| told),
            media: media.filter(|_| told).map(Box::new),
            reactions: reactions.unwrap_or_default(),
            edited_at_ms: row.edited_at_ms,
            revoked_at_ms: row.revoked_at_ms,
            reply_to: row.reply_to_id,
            status: word("messages.status", row.status)?,
            error,
            sent_at_ms: row.sent_at_ms,
            received_at_ms: row.received_at_ms,
            client_msg_id: row.client_msg_id,
            resend_of: row.resend_of,
        };
        Ok(Self { message, payload: row.payload.filter(|_| told) })
    }
}

macro_rules! message_query {
    ($tail:literal) => {
        concat!(
            "select m.id as id, m.conversation_id as conversation_id, m.wamid as wamid, m.seq as seq,
                m.direction as direction, m.author_kind as author_kind, m.author_id as author_id, m.kind as kind,
                m.text as text, m.payload as payload, m.content as content, m.reactions as reactions,
                m.edited_at_ms as edited_at_ms, m.revoked_at_ms as revoked_at_ms,
                d.id as media_id, d.state as media_state, d.mime as media_mime, d.file_name as media_file_name,
                d.size_bytes as media_size_bytes, d.voice as media_voice, d.animated as media_animated,
                d.width as media_width, d.height as media_height, d.duration_ms as media_duration_ms,
                d.waveform as media_waveform, d.thumbnail_key as media_thumbnail_key,
                case when d.state = 'linked' then d.url end as media_link, q.id as reply_to_id, m.status as status,
                m.error_code as error_code, m.error_title as error_title, m.error_details as error_details,
                m.client_msg_id as client_msg_id, m.resend_of as resend_of, m.sent_at_ms as sent_at_ms,
                m.received_at_ms as received_at_ms
            from messages m
            left join media d on d.message_id = m.id
            left join messages q on q.channel_id = m.channel_id and q.wamid = m.reply_to_wamid ",
            $tail
        )
    };
}

/// A message as it is first written.
pub struct NewMessage<'a> {
    pub id: &'a MessageId,
    pub conversation_id: &'a ConversationId,
    pub channel_id: &'a ChannelId,
    pub wamid: Option<&'a Wamid>,
    pub seq: i64,
    pub direction: Direction,
    pub author_kind: AuthorKind,
    pub author_id: Option<&'a str>,
    pub kind: &'a str,
    pub text: Option<&'a str>,
    pub payload: Option<&'a str>,
    /// What stands beside the type's object: context, referral, errors (JSON).
    pub extras: Option<&'a str>,
    /// What it carries beside its words, as screens show it.
    pub content: Option<&'a Content>,
    /// Its file; the row is written with the message.
    pub media: Option<&'a NewMedia>,
    pub reply_to_wamid: Option<&'a Wamid>,
    pub status: MessageStatus,
    pub error: Option<&'a MessageError>,
    pub client_msg_id: Option<&'a str>,
    pub base_seq: Option<i64>,
    pub resend_of: Option<&'a MessageId>,
    pub sent_at_ms: i64,
    pub received_at_ms: i64,
}

/// # Errors
/// The database is out of reach, or the wamid is there already (ask [`exists`] first).
pub async fn insert(conn: &mut Conn<'_>, new: &NewMessage<'_>) -> Result<()> {
    bulk::messages::insert(conn, std::slice::from_ref(new)).await
}

/// What a placeholder becomes once the message itself has come.
pub struct Replacement<'a> {
    pub kind: &'a str,
    pub text: Option<&'a str>,
    pub payload: Option<&'a str>,
    pub extras: Option<&'a str>,
    pub content: &'a Content,
    pub reply_to_wamid: Option<&'a Wamid>,
    pub error: Option<&'a MessageError>,
}

/// Writes a message over its placeholder; place and times stay.
///
/// # Errors
/// The database is out of reach.
pub async fn replace(conn: &mut Conn<'_>, id: &MessageId, new: &Replacement<'_>) -> Result<()> {
    const REPLACE: &str = "update messages set kind = $1, text = $2, payload = $3, extras = $4, content = $5,
          reply_to_wamid = $6, error_code = $7, error_title = $8, error_details = $9 where id = $10";
    let content = (!new.content.is_empty()).then(|| to_json(new.content)).transpose()?;
    on!(conn, c => sqlx::query(REPLACE).bind(new.kind).bind(new.text).bind(new.payload).bind(new.extras).bind(content)
        .bind(new.reply_to_wamid).bind(new.error.map(|error| error.code))
        .bind(new.error.map(|error| error.title.as_str())).bind(new.error.map(|error| error.details.as_str()))
        .bind(id).execute(&mut **c).await.map(drop))?;
    Ok(())
}

/// Was this message of Meta's stored before?
///
/// # Errors
/// The database is out of reach.
pub async fn exists(conn: &mut Conn<'_>, channel_id: &ChannelId, wamid: &Wamid) -> Result<bool> {
    Ok(!bulk::messages::held(conn, channel_id, &[wamid]).await?.is_empty())
}

/// Up to `limit` messages of a conversation below `before` (a `seq`), oldest first, and whether there are older ones.
/// Who may read them was decided by [`super::conversations::visible_to`].
///
/// # Errors
/// The database is out of reach.
pub async fn page(
    conn: &mut Conn<'_>,
    conversation_id: &ConversationId,
    before: Option<i64>,
    limit: i64,
) -> Result<(Vec<FullMessage>, bool)> {
    // What only carries a reaction of ours is shown on its message.
    const PAGE: &str = message_query!(
        "where m.conversation_id = $1 and m.seq < $2 and (m.kind <> 'reaction' or m.client_msg_id is null)
         order by m.seq desc limit $3"
    );
    let mut rows: Vec<MessageRow> = on!(conn, c => sqlx::query_as(PAGE).bind(conversation_id)
        .bind(before.unwrap_or(i64::MAX)).bind(limit + 1).fetch_all(&mut **c).await?);
    let more = rows.len() as i64 > limit;
    rows.truncate(limit as usize);
    rows.reverse();
    let messages = rows.into_iter().map(FullMessage::try_from).collect::<Result<Vec<_>>>()?;
    Ok((messages, more))
}

/// # Errors
/// The database is out of reach.
pub async fn by_id(conn: &mut Conn<'_>, id: &MessageId) -> Result<Option<FullMessage>> {
    const QUERY: &str = message_query!("where m.id = $1");
    let row: Option<MessageRow> = on!(conn, c => sqlx::query_as(QUERY).bind(id).fetch_optional(&mut **c).await?);
    row.map(FullMessage::try_from).transpose()
}

/// The message Meta knows by this name.
///
/// # Errors
/// The database is out of reach.
pub async fn by_wamid(conn: &mut Conn<'_>, channel_id: &ChannelId, wamid: &Wamid) -> Result<Option<FullMessage>> {
    const QUERY: &str = message_query!("where m.channel_id = $1 and m.wamid = $2");
    let row: Option<MessageRow> =
        on!(conn, c => sqlx::query_as(QUERY).bind(channel_id).bind(wamid).fetch_optional(&mut **c).await?);
    row.map(FullMessage::try_from).transpose()
}

/// Those of these messages that carry a reaction of ours to another one, and are no lines of a thread.
///
/// # Errors
/// The database is out of reach.
pub async fn carriers(conn: &mut Conn<'_>, ids: &[&MessageId]) -> Result<Vec<MessageId>> {
    let mut found = Vec::new();
    for list in bulk::padded(ids) {
        found.extend(on!(conn, c => {
            let mut query = sqlx::QueryBuilder::new(
                "select id from messages where kind = 'reaction' and client_msg_id is not null and id in (",
            );
            let mut names = query.separated(", ");
            for id in list {
                names.push_bind(id);
            }
            query.push(")");
            query.build_query_scalar::<MessageId>().fetch_all(&mut **c).await?
        }));
    }
    Ok(found)
}

/// Messages by id, in no order.
///
/// # Errors
/// The database is out of reach.
pub async fn by_ids(conn: &mut Conn<'_>, ids: &[&MessageId]) -> Result<Vec<Message>> {
    let mut rows: Vec<MessageRow> = Vec::with_capacity(ids.len());
    for list in bulk::padded(ids) {
        rows.extend(on!(conn, c => {
            let mut query = sqlx::QueryBuilder::new(message_query!("where m.id in ("));
            let mut names = query.separated(", ");
            for id in list {
                names.push_bind(id);
            }
            query.push(")");
            query.build_query_as::<MessageRow>().fetch_all(&mut **c).await?
        }));
    }
    rows.into_iter().map(|row| FullMessage::try_from(row).map(|full| full.message)).collect()
}

/// The message a status speaks of: by Meta's id, else by the id we gave it to carry (`biz_opaque_callback_data`), which
/// heals a send whose answer never came.
///
/// # Errors
/// The database is out of reach.
pub async fn for_status(
    conn: &mut Conn<'_>,
    channel_id: &ChannelId,
    wamid: &Wamid,
    ours: Option<&MessageId>,
) -> Result<Option<StatusTarget>> {
    // One statement, so that it sees one moment: between two the sender may write the wamid down, and both would miss it.
    // Another wamid under the same callback data is another send's status.
    const EITHER: &str = "select id, conversation_id, wamid, status from messages
        where channel_id = $1 and wamid = $2 and direction = 'out'
        union all select id, conversation_id, wamid, status from messages
        where id = $3 and channel_id = $1 and wamid is null and direction = 'out'";
    let found: Vec<StatusTargetRow> =
        on!(conn, c => sqlx::query_as(EITHER).bind(channel_id).bind(wamid).bind(ours).fetch_all(&mut **c).await?);
    let row = found.into_iter().max_by_key(|row| row.wamid.is_some());
    row.map(|row| {
        Ok(StatusTarget {
            id: row.id,
            conversation_id: row.conversation_id,
            has_wamid: row.wamid.is_some(),
            status: word("messages.status", row.status)?,
        })
    })
    .transpose()
}

/// What judging a status needs of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusTarget {
    pub id: MessageId,
    pub conversation_id: ConversationId,
    pub has_wamid: bool,
    pub status: MessageStatus,
}

#[derive(sqlx::FromRow)]
struct StatusTargetRow {
    id: MessageId,
    conversation_id: ConversationId,
    wamid: Option<Wamid>,
    status: String,
}

/// Writes a new delivery state; `wamid` fills in where it was not known. The time goes to the state's own column, the
/// first one reported stays.
///
/// # Errors
/// The database is out of reach.
pub async fn set_status(
    conn: &mut Conn<'_>,
    id: &MessageId,
    status: MessageStatus,
    at_ms: i64,
    wamid: Option<&Wamid>,
    error: Option<&MessageError>,
) -> Result<()> {
    const SET: &str = "update messages set status = $1,
          error_code = $2, error_title = $3, error_details = $4,
          accepted_at_ms = case when $1 = 'accepted' then coalesce(accepted_at_ms, $5) else accepted_at_ms end,
          delivered_at_ms = case when $1 = 'delivered' then coalesce(delivered_at_ms, $5) else delivered_at_ms end,
          read_at_ms = case when $1 in ('read', 'played') then coalesce(read_at_ms, $5) else read_at_ms end,
          failed_at_ms = case when $1 = 'failed' then coalesce(failed_at_ms, $5) else failed_at_ms end
        where id = $6";
    // Apart: an update that names an indexed column writes its index anew, which costs as much as the rest.
    const NAME: &str = "update messages set wamid = $1 where id = $2 and wamid is null";
    on!(conn, c => {
        if let Some(wamid) = wamid {
            sqlx::query(NAME).bind(wamid).bind(id).execute(&mut **c).await?;
        }
        sqlx::query(SET).bind(status.as_str()).bind(error.map(|error| error.code))
            .bind(error.map(|error| error.title.as_str())).bind(error.map(|error| error.details.as_str()))
            .bind(at_ms).bind(id).execute(&mut **c).await?;
    });
    Ok(())
}

/// Keeps a report that contradicts what a phone has shown: the state stays, the error is there to be read.
///
/// # Errors
/// The database is out of reach.
pub async fn flag(conn: &mut Conn<'_>, id: &MessageId, error: &MessageError, at_ms: i64) -> Result<()> {
    const FLAG: &str = "update messages set error_code = $1, error_title = $2, error_details = $3,
        failed_at_ms = coalesce(failed_at_ms, $4) where id = $5";
    on!(conn, c => sqlx::query(FLAG).bind(error.code).bind(&error.title).bind(&error.details).bind(at_ms).bind(id)
        .execute(&mut **c).await.map(drop))?;
    Ok(())
}

/// The newest customer message at or below `up_to_seq` and above `after_seq`: the one a blue tick is sent for.
///
/// # Errors
/// The database is out of reach.
pub async fn newest_incoming(
    conn: &mut Conn<'_>,
    conversation_id: &ConversationId,
    after_seq: i64,
    up_to_seq: i64,
) -> Result<Option<Wamid>> {
    const NEWEST: &str = "select wamid from messages where conversation_id = $1 and seq > $2 and seq <= $3
        and direction = 'in' and wamid is not null order by seq desc limit 1";
    Ok(on!(conn, c => sqlx::query_scalar(NEWEST).bind(conversation_id).bind(after_seq).bind(up_to_seq)
        .fetch_optional(&mut **c).await?))
}
