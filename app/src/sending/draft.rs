//! What a message says, by its type: checked, and turned into what is stored and what Meta is told.

use serde_json::{Value, json};

use super::ReactionDraft;
use crate::domain::composed::Composed;
use crate::domain::content::{Content, MediaState};
use crate::domain::conversation::ConversationRow;
use crate::domain::ids::MediaId;
use crate::domain::media::{File, MediaKind, file_name};
use crate::domain::permission::Actor;
use crate::domain::send::{check_media, check_text};
use crate::error::{AppError, FieldProblem};
use crate::store::Tx;
use crate::store::media::{self, NewMedia};
use crate::store::messages::FullMessage;
use crate::store::sending::Target;

use super::template::TemplateDraft;

/// What someone wants to say. A new type is a variant here, with its check and its call.
pub enum Draft<'a> {
    Text {
        body: &'a str,
        /// Meta shows a picture of the first link.
        preview_url: bool,
    },
    Media(MediaDraft<'a>),
    Template(TemplateDraft<'a>),
    /// Something to tap, a place, contact cards.
    Composed(Composed),
    Reaction(ReactionDraft<'a>),
}

/// A file with its words.
pub struct MediaDraft<'a> {
    pub kind: MediaKind,
    pub source: Source<'a>,
    pub caption: Option<&'a str>,
    /// What the customer sees a document as; else the file's own name.
    pub file_name: Option<&'a str>,
    /// Played as a voice note, not as a song.
    pub voice: bool,
}

/// Where a file is.
#[derive(Clone, Copy)]
pub enum Source<'a> {
    /// Here: an upload of the writer's, or the file of a message they may see.
    Ours(&'a MediaId),
    /// With Meta, under its id there.
    Metas(&'a str),
    /// At an address Meta fetches it from.
    Link(&'a str),
}

impl Source<'_> {
    pub(super) fn fingerprint(&self) -> Value {
        match self {
            Self::Ours(id) => json!({ "media_id": id }),
            Self::Metas(id) => json!({ "id": id }),
            Self::Link(link) => json!({ "link": link }),
        }
    }
}

/// A draft that may go.
pub(super) struct Ready {
    pub kind: &'static str,
    pub text: Option<String>,
    pub payload: Option<String>,
    pub content: Option<Content>,
    pub media: Option<NewMedia>,
    /// It may wait in the queue until then; else until its window ends.
    pub expires_at_ms: Option<i64>,
    /// The message it is shown on; it is no bubble of its own.
    pub on: Option<Target>,
    /// The Graph call's body. The id of a file of ours is put in by the sender, once Meta has it.
    pub call: Value,
}

impl<'a> Draft<'a> {
    /// The same once more; `None` for a type that cannot be said again.
    pub(super) fn of_message(full: &'a FullMessage) -> Option<Self> {
        let message = &full.message;
        match message.kind.as_str() {
            "interactive" | "location" | "contacts" => return super::composed::again(full).map(Self::Composed),
            "reaction" => return ReactionDraft::again(message).map(Self::Reaction),
            _ => {}
        }
        if message.kind == "text" {
            return Some(Self::Text { body: message.text.as_deref().unwrap_or_default(), preview_url: true });
        }
        let kind = MediaKind::of_message(&message.kind)?;
        let media = message.media.as_deref()?;
        Some(Self::Media(MediaDraft {
            kind,
            source: Source::Ours(&media.id),
            caption: message.text.as_deref(),
            file_name: media.file_name.as_deref(),
            voice: media.voice,
        }))
    }

    /// Everything the writer asked for, for the hash that tells a retry from another message.
    pub(super) fn fingerprint(&self) -> Vec<Value> {
        match self {
            Self::Text { body, preview_url } => vec![json!(body), json!(preview_url)],
            Self::Composed(composed) => vec![json!(composed)],
            Self::Reaction(draft) => draft.fingerprint(),
            Self::Media(draft) => {
                let source = draft.source.fingerprint();
                vec![json!(draft.kind), source, json!(draft.caption), json!(draft.file_name), json!(draft.voice)]
            }
            Self::Template(draft) => draft.fingerprint(),
        }
    }

    /// # Errors
    /// What the writer must mend, or the database is away.
    pub(super) async fn prepare(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        seen: &ConversationRow,
        now_ms: i64,
    ) -> Result<Ready, AppError> {
        match self {
            Self::Text { body, preview_url } => {
                let body = check_text(body, seen.window_expires_at_ms, now_ms)?;
                let call = json!({ "type": "text", "text": { "body": body, "preview_url": preview_url } });
                Ok(Ready {
                    kind: "text",
                    text: Some(body),
                    payload: None,
                    content: None,
                    media: None,
                    expires_at_ms: None,
                    on: None,
                    call,
                })
            }
            Self::Composed(composed) => super::composed::prepare(composed, tx, actor, seen, now_ms).await,
            Self::Reaction(draft) => draft.prepare(tx, seen, now_ms).await,
            Self::Media(draft) => draft.prepare(tx, actor, seen, now_ms).await,
            Self::Template(draft) => draft.prepare(tx, actor, seen, now_ms).await,
        }
    }
}

impl MediaDraft<'_> {
    async fn prepare(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        seen: &ConversationRow,
        now_ms: i64,
    ) -> Result<Ready, AppError> {
        let kind = self.kind.as_str();
        let mut file = self.file(tx, actor, seen, kind, now_ms).await?;
        let facts = file.size_bytes.map(|size_bytes| File { mime: &file.mime, size_bytes, animated: file.animated });
        let facts = facts.filter(|_| file.state == MediaState::Ready);
        let caption = check_media(self.kind, facts.as_ref(), self.caption, seen.window_expires_at_ms, now_ms)?;
        if let Some(name) = self.file_name.and_then(file_name) {
            file.file_name = Some(name);
        }
        // Meta takes a voice note in one shape only; anything else is sound like any other.
        let is_note = self.kind == MediaKind::Audio && (facts.is_none() || file.mime == "audio/ogg");
        file.voice = self.voice && is_note;
        let mut object = json!({});
        if let Some(link) = file.url.as_ref().filter(|_| file.state == MediaState::Linked) {
            object["link"] = json!(link);
        }
        if let Some(caption) = &caption {
            object["caption"] = json!(caption);
        }
        if let Some(name) = file.file_name.as_ref().filter(|_| self.kind == MediaKind::Document) {
            object["filename"] = json!(name);
        }
        if file.voice {
            object["voice"] = json!(true);
        }
        let payload = object.to_string();
        let mut call = json!({ "type": kind });
        call[kind] = object;
        Ok(Ready {
            kind,
            text: caption,
            payload: Some(payload),
            content: None,
            media: Some(file),
            expires_at_ms: None,
            on: None,
            call,
        })
    }

    /// The row of the new message's file. `path` is where the wish names it.
    pub(super) async fn file(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        seen: &ConversationRow,
        path: &str,
        now_ms: i64,
    ) -> Result<NewMedia, AppError> {
        let field = |name: &str| format!("{path}.{name}");
        match self.source {
            Source::Ours(id) => {
                let unknown = || AppError::invalid(&field("media_id"), FieldProblem::Unknown);
                let held = media::visible_to(&mut tx.conn(), actor, id).await?.ok_or_else(unknown)?;
                // From here on nobody sweeps it.
                media::hold(&mut tx.conn(), id, now_ms).await?;
                let same_number = held.channel_id == seen.channel_id;
                let mut file = NewMedia { kind: self.kind, uploaded_by: None, ..held.file };
                if !same_number {
                    (file.meta_id, file.meta_id_at_ms) = (None, None);
                }
                let sendable = match file.state {
                    MediaState::Ready => file.storage_key.is_some(),
                    MediaState::Linked => true,
                    _ => file.meta_id.is_some(),
                };
                if sendable { Ok(file) } else { Err(unknown()) }
            }
            Source::Metas(id) => {
                let well_formed = (1..=200).contains(&id.len())
                    && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.:".contains(&byte));
                if !well_formed {
                    return Err(AppError::invalid(&field("id"), FieldProblem::Malformed));
                }
                // Fetched like a customer's, so that the thread shows it.
                tx.wake_media();
                let meta_id = Some(id.to_owned());
                Ok(NewMedia { meta_id, ..NewMedia::of(self.kind, MediaState::Waiting) })
            }
            Source::Link(link) => {
                let plain = link.chars().all(|c| !c.is_whitespace() && !c.is_control());
                let host = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://"));
                if link.len() > 2_048 || !plain || host.is_none_or(|rest| rest.is_empty() || rest.starts_with('/')) {
                    return Err(AppError::invalid(&field("link"), FieldProblem::Malformed));
                }
                let url = Some(link.to_owned());
                Ok(NewMedia { url, ..NewMedia::of(self.kind, MediaState::Linked) })
            }
        }
    }
}
