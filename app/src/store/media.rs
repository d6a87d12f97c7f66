//! Files of messages: where each is and what is known of it. Their bytes are elsewhere.

use super::bulk::{padded, runs};
use super::{Conn, Result, conversations, word};
use crate::domain::content::{Media, MediaState};
use crate::domain::ids::{ChannelId, ConversationId, MediaId, MessageId};
use crate::domain::media::MediaKind;
use crate::domain::permission::Actor;

/// A file as it is first written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMedia {
    pub kind: MediaKind,
    pub state: MediaState,
    /// Meta's id of the file, and when we got it.
    pub meta_id: Option<String>,
    pub meta_id_at_ms: Option<i64>,
    /// Where it can be had, as the webhook or the sender said.
    pub url: Option<String>,
    pub mime: String,
    pub file_name: Option<String>,
    pub size_bytes: Option<i64>,
    /// Lower-case hex.
    pub sha256: Option<String>,
    pub voice: bool,
    pub animated: bool,
    pub width: Option<i64>,
    pub height: Option<i64>,
    pub duration_ms: Option<i64>,
    pub waveform: Vec<u8>,
    pub storage_key: Option<String>,
    pub thumbnail_key: Option<String>,
    /// [`Actor::writer`] of who uploaded it.
    pub uploaded_by: Option<String>,
}

impl NewMedia {
    /// A file of which nothing is known but its kind and state.
    pub fn of(kind: MediaKind, state: MediaState) -> Self {
        Self {
            kind,
            state,
            meta_id: None,
            meta_id_at_ms: None,
            url: None,
            mime: String::new(),
            file_name: None,
            size_bytes: None,
            sha256: None,
            voice: false,
            animated: false,
            width: None,
            height: None,
            duration_ms: None,
            waveform: Vec::new(),
            storage_key: None,
            thumbnail_key: None,
            uploaded_by: None,
        }
    }

    /// The same as a reader sees it, under its id.
    pub fn shown(&self, id: MediaId) -> Media {
        Media {
            id,
            state: self.state,
            mime: self.mime.clone(),
            file_name: self.file_name.clone(),
            size_bytes: self.size_bytes,
            voice: self.voice,
            animated: self.animated,
            width: self.width,
            height: self.height,
            duration_ms: self.duration_ms,
            waveform: self.waveform.clone(),
            has_thumbnail: self.thumbnail_key.is_some(),
            link: self.url.clone().filter(|_| self.state == MediaState::Linked),
        }
    }
}

/// A file in the table, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldMedia {
    pub id: MediaId,
    pub channel_id: ChannelId,
    pub message_id: Option<MessageId>,
    /// Tries to fetch it so far.
    pub attempt: i64,
    pub created_at_ms: i64,
    pub file: NewMedia,
}

#[derive(sqlx::FromRow)]
struct MediaRow {
    id: MediaId,
    channel_id: ChannelId,
    message_id: Option<MessageId>,
    kind: String,
    state: String,
    meta_id: Option<String>,
    meta_id_at_ms: Option<i64>,
    url: Option<String>,
    mime: String,
    file_name: Option<String>,
    size_bytes: Option<i64>,
    sha256: Option<String>,
    voice: i64,
    animated: i64,
    width: Option<i64>,
    height: Option<i64>,
    duration_ms: Option<i64>,
    waveform: String,
    storage_key: Option<String>,
    thumbnail_key: Option<String>,
    attempt: i64,
    uploaded_by: Option<String>,
    created_at_ms: i64,
}

impl TryFrom<MediaRow> for HeldMedia {
    type Error = super::StoreError;

    fn try_from(row: MediaRow) -> Result<Self> {
        Ok(Self {
            id: row.id,
            channel_id: row.channel_id,
            message_id: row.message_id,
            attempt: row.attempt,
            created_at_ms: row.created_at_ms,
            file: NewMedia {
                kind: word("media.kind", row.kind)?,
                state: word("media.state", row.state)?,
                meta_id: row.meta_id,
                meta_id_at_ms: row.meta_id_at_ms,
                url: row.url,
                mime: row.mime,
                file_name: row.file_name,
                size_bytes: row.size_bytes,
                sha256: row.sha256,
                voice: row.voice == 1,
                animated: row.animated == 1,
                width: row.width,
                height: row.height,
                duration_ms: row.duration_ms,
                waveform: bars(&row.waveform),
                storage_key: row.storage_key,
                thumbnail_key: row.thumbnail_key,
                uploaded_by: row.uploaded_by,
            },
        })
    }
}

macro_rules! columns {
    () => {
        "id, channel_id, message_id, kind, state, meta_id, meta_id_at_ms, url, mime, file_name, size_bytes, sha256, voice,
         animated, width, height, duration_ms, waveform, storage_key, thumbnail_key, attempt, uploaded_by, created_at_ms"
    };
}

/// A file on its way into the table, with the message it belongs to; an upload has none yet.
pub struct Placed<'a> {
    pub id: MediaId,
    pub channel_id: &'a ChannelId,
    pub message_id: Option<&'a MessageId>,
    pub file: &'a NewMedia,
    pub at_ms: i64,
}

/// Writes files down, many at once. Those of messages are best given to [`super::messages::insert`] with their message.
///
/// # Errors
/// The database is out of reach, or a message has a file already.
pub async fn insert(conn: &mut Conn<'_>, placed: &[Placed<'_>]) -> Result<()> {
    for run in runs(placed) {
        on!(conn, c => {
            let mut query = sqlx::QueryBuilder::new(
                "insert into media (id, channel_id, message_id, kind, state, meta_id, meta_id_at_ms, url, mime, file_name,
                 size_bytes, sha256, voice, animated, width, height, duration_ms, waveform, storage_key, thumbnail_key,
                 attempt, not_before_ms, uploaded_by, created_at_ms) ",
            );
            query.push_values(run, |mut row, placed| {
                let file = placed.file;
                row.push_bind(&placed.id).push_bind(placed.channel_id).push_bind(placed.message_id)
                    .push_bind(file.kind.as_str()).push_bind(file.state.as_str()).push_bind(&file.meta_id)
                    .push_bind(file.meta_id.as_ref().map(|_| file.meta_id_at_ms.unwrap_or(placed.at_ms)))
                    .push_bind(&file.url).push_bind(&file.mime).push_bind(&file.file_name).push_bind(file.size_bytes)
                    .push_bind(&file.sha256).push_bind(i64::from(file.voice)).push_bind(i64::from(file.animated))
                    .push_bind(file.width).push_bind(file.height).push_bind(file.duration_ms)
                    .push_bind(digits(&file.waveform)).push_bind(&file.storage_key).push_bind(&file.thumbnail_key)
                    .push_bind(0_i64).push_bind(placed.at_ms).push_bind(&file.uploaded_by).push_bind(placed.at_ms);
            });
            query.build().execute(&mut **c).await?;
        });
    }
    Ok(())
}

/// Gives a message that is stored its file: what a placeholder of the history becomes. A file that is here already stays.
///
/// # Errors
/// The database is out of reach.
pub async fn attach(
    conn: &mut Conn<'_>,
    channel_id: &ChannelId,
    message_id: &MessageId,
    file: &NewMedia,
    at_ms: i64,
) -> Result<()> {
    const HELD: &str = "select state from media where message_id = $1";
    const REMOVE: &str = "delete from media where message_id = $1 and state <> 'ready'";
    let held: Option<String> =
        on!(conn, c => sqlx::query_scalar(HELD).bind(message_id).fetch_optional(&mut **c).await?);
    if held.as_deref() == Some(MediaState::Ready.as_str()) {
        return Ok(());
    }
    on!(conn, c => sqlx::query(REMOVE).bind(message_id).execute(&mut **c).await.map(drop))?;
    let placed = Placed { id: MediaId::new(), channel_id, message_id: Some(message_id), file, at_ms };
    insert(conn, &[placed]).await
}

/// Takes up to `limit` files that are to be fetched now; nobody else gets them until the lease is over.
///
/// # Errors
/// The database is out of reach.
pub async fn claim(conn: &mut Conn<'_>, limit: i64, lease_until_ms: i64, now_ms: i64) -> Result<Vec<HeldMedia>> {
    macro_rules! claim_query {
        ($lock:literal) => {
            concat!(
                "update media set attempt = attempt + 1, not_before_ms = $1 where id in (
                   select id from media where state in ('waiting', 'retrying') and not_before_ms <= $2
                   order by not_before_ms, id limit $3 ",
                $lock,
                ") returning ",
                columns!()
            )
        };
    }
    const SQLITE: &str = claim_query!("");
    const POSTGRES: &str = claim_query!("for update skip locked");
    let rows: Vec<MediaRow> = match conn {
        Conn::Sqlite(c) => {
            sqlx::query_as(SQLITE).bind(lease_until_ms).bind(now_ms).bind(limit).fetch_all(&mut **c).await?
        }
        Conn::Postgres(c) => {
            sqlx::query_as(POSTGRES).bind(lease_until_ms).bind(now_ms).bind(limit).fetch_all(&mut **c).await?
        }
    };
    rows.into_iter().map(HeldMedia::try_from).collect()
}

/// Makes everything that waits due: after a restart nobody holds a lease any more.
///
/// # Errors
/// The database is out of reach.
pub async fn release_claims(conn: &mut Conn<'_>, now_ms: i64) -> Result<()> {
    const RELEASE: &str = "update media set not_before_ms = $1
        where state in ('waiting', 'retrying') and not_before_ms > $1";
    on!(conn, c => sqlx::query(RELEASE).bind(now_ms).execute(&mut **c).await.map(drop))?;
    Ok(())
}

/// When the next file is to be fetched; `None` when none waits.
///
/// # Errors
/// The database is out of reach.
pub async fn next_due(conn: &mut Conn<'_>) -> Result<Option<i64>> {
    const NEXT: &str = "select min(not_before_ms) from media where state in ('waiting', 'retrying')";
    Ok(on!(conn, c => sqlx::query_scalar(NEXT).fetch_one(&mut **c).await?))
}

/// What fetching a file brought to light.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub mime: String,
    pub size_bytes: i64,
    pub sha256: String,
    pub animated: bool,
    pub width: Option<i64>,
    pub height: Option<i64>,
    pub storage_key: String,
    pub thumbnail_key: Option<String>,
}

/// A claimed file is here now. `false` when the claim was lost meanwhile: the bytes are another's to keep.
///
/// # Errors
/// The database is out of reach.
pub async fn keep(conn: &mut Conn<'_>, claimed: &HeldMedia, kept: &Kept) -> Result<bool> {
    const KEEP: &str = "update media set state = 'ready', failure = null, mime = $1, size_bytes = $2, sha256 = $3,
          animated = $4, width = $5, height = $6, storage_key = $7, thumbnail_key = $8
        where id = $9 and attempt = $10 and state in ('waiting', 'retrying')";
    Ok(on!(conn, c => sqlx::query(KEEP).bind(&kept.mime).bind(kept.size_bytes).bind(&kept.sha256)
        .bind(i64::from(kept.animated)).bind(kept.width).bind(kept.height).bind(&kept.storage_key)
        .bind(&kept.thumbnail_key).bind(&claimed.id).bind(claimed.attempt).execute(&mut **c).await?.rows_affected())
        > 0)
}

/// A claimed file could not be had: the next try, or its end. `false` when the claim was lost meanwhile.
///
/// # Errors
/// The database is out of reach.
pub async fn put_off(
    conn: &mut Conn<'_>,
    claimed: &HeldMedia,
    state: MediaState,
    not_before_ms: i64,
    failure: &str,
) -> Result<bool> {
    const PUT_OFF: &str = "update media set state = $1, not_before_ms = $2, failure = $3
        where id = $4 and attempt = $5 and state in ('waiting', 'retrying')";
    Ok(on!(conn, c => sqlx::query(PUT_OFF).bind(state.as_str()).bind(not_before_ms).bind(failure).bind(&claimed.id)
        .bind(claimed.attempt).execute(&mut **c).await?.rows_affected())
        > 0)
}

/// # Errors
/// The database is out of reach.
pub async fn by_id(conn: &mut Conn<'_>, id: &MediaId) -> Result<Option<HeldMedia>> {
    const BY_ID: &str = concat!("select ", columns!(), " from media where id = $1");
    let row: Option<MediaRow> = on!(conn, c => sqlx::query_as(BY_ID).bind(id).fetch_optional(&mut **c).await?);
    row.map(HeldMedia::try_from).transpose()
}

/// The files of messages, in no order.
///
/// # Errors
/// The database is out of reach.
pub async fn of_messages(conn: &mut Conn<'_>, ids: &[&MessageId]) -> Result<Vec<HeldMedia>> {
    let mut rows: Vec<MediaRow> = Vec::new();
    for list in padded(ids) {
        rows.extend(on!(conn, c => {
            let mut query =
                sqlx::QueryBuilder::new(concat!("select ", columns!(), " from media where message_id in ("));
            let mut names = query.separated(", ");
            for id in list {
                names.push_bind(id);
            }
            query.push(")");
            query.build_query_as::<MediaRow>().fetch_all(&mut **c).await?
        }));
    }
    rows.into_iter().map(HeldMedia::try_from).collect()
}

/// The file, if this actor may see it: with its conversation, or as their own upload. What was deleted for everyone is
/// told to nobody.
///
/// # Errors
/// The database is out of reach.
pub async fn visible_to(conn: &mut Conn<'_>, actor: &Actor, id: &MediaId) -> Result<Option<HeldMedia>> {
    const CONVERSATION: &str = "select conversation_id from messages where id = $1 and revoked_at_ms is null";
    let Some(held) = by_id(conn, id).await? else { return Ok(None) };
    let Some(message_id) = &held.message_id else {
        return Ok(Some(held).filter(|held| held.file.uploaded_by == Some(actor.writer())));
    };
    let conversation_id: Option<ConversationId> =
        on!(conn, c => sqlx::query_scalar(CONVERSATION).bind(message_id).fetch_optional(&mut **c).await?);
    let Some(conversation_id) = conversation_id else { return Ok(None) };
    let seen = conversations::visible_to(conn, actor, &conversation_id).await?;
    Ok(seen.map(|_| held))
}

/// A file is about to be sent: an upload lives another day, and whoever sweeps waits for this transaction.
///
/// # Errors
/// The database is out of reach.
pub async fn hold(conn: &mut Conn<'_>, id: &MediaId, now_ms: i64) -> Result<()> {
    const HOLD: &str = "update media set created_at_ms = $1 where id = $2 and message_id is null";
    on!(conn, c => sqlx::query(HOLD).bind(now_ms).bind(id).execute(&mut **c).await.map(drop))?;
    Ok(())
}

/// Meta's id of an upload, for this file and every other one of the number with the same bytes.
///
/// # Errors
/// The database is out of reach.
pub async fn remember_meta_id(conn: &mut Conn<'_>, held: &HeldMedia, meta_id: &str, now_ms: i64) -> Result<()> {
    const REMEMBER: &str = "update media set meta_id = $1, meta_id_at_ms = $2
        where id = $3 or (storage_key = $4 and channel_id = $5)";
    on!(conn, c => sqlx::query(REMEMBER).bind(meta_id).bind(now_ms).bind(&held.id).bind(&held.file.storage_key)
        .bind(&held.channel_id).execute(&mut **c).await.map(drop))?;
    Ok(())
}

/// Lets go of uploads that nobody sent since `before_ms`, at most `limit`; gives the keys of bytes that nobody needs any
/// more.
///
/// # Errors
/// The database is out of reach.
pub async fn sweep_unsent(conn: &mut Conn<'_>, before_ms: i64, limit: i64) -> Result<Vec<String>> {
    const SWEEP: &str = "delete from media where message_id is null and created_at_ms < $1 and id in (
          select id from media where message_id is null and created_at_ms < $1 order by created_at_ms limit $2)
        returning storage_key, thumbnail_key";
    const HELD: &str = "select count(*) from media where storage_key = $1";
    let rows: Vec<(Option<String>, Option<String>)> =
        on!(conn, c => sqlx::query_as(SWEEP).bind(before_ms).bind(limit).fetch_all(&mut **c).await?);
    let mut free = Vec::new();
    for (storage_key, thumbnail_key) in rows {
        let Some(storage_key) = storage_key else { continue };
        let others: i64 = on!(conn, c => sqlx::query_scalar(HELD).bind(&storage_key).fetch_one(&mut **c).await?);
        if others == 0 {
            free.push(storage_key);
            free.extend(thumbnail_key);
        }
    }
    Ok(free)
}

/// Loudness over time, as it is stored: two hexadecimal digits a bar. What cannot be read is no bar.
pub(super) fn bars(stored: &str) -> Vec<u8> {
    let digits = stored.as_bytes().chunks_exact(2);
    digits.filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

fn digits(bars: &[u8]) -> String {
    bars.iter().map(|bar| format!("{bar:02x}")).collect()
}
