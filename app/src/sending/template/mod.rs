//! Templates: allowed at any time, because Meta has read them before. What is filled in comes from the screen or as the
//! Cloud API's own object; both end in the same check.

mod asked;
mod call;

use std::borrow::Cow;

use serde_json::{Value, json};

use super::draft::{MediaDraft, Ready, Source};
use crate::domain::content::{Content, MediaState, Part};
use crate::domain::conversation::ConversationRow;
use crate::domain::ids::WabaId;
use crate::domain::media::{File, MediaKind};
use crate::domain::permission::Actor;
use crate::domain::send::check_file;
use crate::domain::template::{Category, Does, Filled, Template, check, language, rendered};
use crate::domain::text::storable;
use crate::domain::time::{DAY_MS, MINUTE_MS};
use crate::error::{AppError, FieldProblem};
use crate::store::media::NewMedia;
use crate::store::{Tx, channels, consent, templates};

pub use asked::Asked;

/// A code that comes later than this is worth nothing.
const CODE_LIFE_MS: i64 = 10 * MINUTE_MS;
/// What waits in our queue for longer than this is no longer what somebody wanted to say.
const LIFE_MS: i64 = DAY_MS;

/// A template with what is filled in.
#[derive(Clone)]
pub struct TemplateDraft<'a> {
    pub name: Cow<'a, str>,
    pub language: Cow<'a, str>,
    pub filled: Cow<'a, Filled>,
    /// The file of its header.
    pub file: Option<HeaderFile<'a>>,
}

#[derive(Clone, Copy)]
pub struct HeaderFile<'a> {
    pub kind: MediaKind,
    pub source: Source<'a>,
    pub file_name: Option<&'a str>,
}

impl TemplateDraft<'_> {
    /// Everything the writer asked for.
    pub(super) fn fingerprint(&self) -> Vec<Value> {
        let file = self.file.map(|file| json!([file.kind, file.source.fingerprint(), file.file_name]));
        vec![json!("template"), json!(self.name), json!(self.language), json!(self.filled.as_ref()), json!(file)]
    }

    pub(super) async fn prepare(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        seen: &ConversationRow,
        now_ms: i64,
    ) -> Result<Ready, AppError> {
        let channel = channels::by_id(&mut tx.conn(), &seen.channel_id).await?.ok_or(AppError::NotFound)?;
        let template = self.find(tx, &channel.brief.waba_id).await?;
        if template.category == Category::Marketing
            && consent::marketing_stopped(&mut tx.conn(), &seen.id).await?.is_some()
        {
            return Err(AppError::invalid("template.name", FieldProblem::OptedOut));
        }
        let filled = storable_all(&self.filled);
        check(&template, &filled)
            .map_err(|(place, wrong)| AppError::invalid(&format!("template.{place}"), wrong.into()))?;
        // Meta takes no one-time code for a customer it knows by user id only (131062).
        let is_code = template.parts.buttons.iter().any(|button| button.does == Does::OneTime);
        if is_code && seen.contact.phone.is_none() {
            return Err(AppError::invalid("to", FieldProblem::Missing));
        }
        let media = self.header(tx, actor, seen, &template, now_ms).await?;
        let (body, shown) = rendered(&template, &filled);
        let object = call::object(&template, &filled, media.as_ref());
        let life_ms = if template.category == Category::Authentication { CODE_LIFE_MS } else { LIFE_MS };
        Ok(Ready {
            kind: "template",
            text: Some(body).filter(|body| !body.is_empty()),
            payload: Some(object.to_string()),
            content: Some(Content { part: Some(Part::Template(shown)), ..Content::default() }),
            media,
            expires_at_ms: Some(now_ms + life_ms),
            on: None,
            call: json!({ "type": "template", "template": object }),
        })
    }

    /// The template, if it may be sent.
    async fn find(&self, tx: &mut Tx, waba_id: &WabaId) -> Result<Template, AppError> {
        let mut named = templates::by_name(&mut tx.conn(), waba_id, &storable(&self.name)).await?;
        if named.is_empty() {
            return Err(AppError::invalid("template.name", FieldProblem::Unknown));
        }
        let wanted = language(&self.language);
        let at = named.iter().position(|template| template.language == wanted);
        let template = named.swap_remove(at.ok_or(AppError::invalid("template.language", FieldProblem::Unknown))?);
        if template.may_go() {
            Ok(template)
        } else {
            Err(AppError::invalid("template.name", FieldProblem::NotApproved))
        }
    }

    /// The file of the header, where the template has one.
    async fn header(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        seen: &ConversationRow,
        template: &Template,
        now_ms: i64,
    ) -> Result<Option<NewMedia>, AppError> {
        let wrong = |problem| AppError::invalid("template.header", problem);
        let file = match (template.header_file(), &self.file) {
            (None, None) => return Ok(None),
            (None, Some(_)) => return Err(wrong(FieldProblem::Unknown)),
            (Some(_), None) => return Err(wrong(FieldProblem::Missing)),
            (Some(kind), Some(file)) if kind != file.kind => return Err(wrong(FieldProblem::Malformed)),
            (Some(_), Some(file)) => file,
        };
        let draft =
            MediaDraft { kind: file.kind, source: file.source, caption: None, file_name: file.file_name, voice: false };
        let mut media = draft.file(tx, actor, seen, "template.header", now_ms).await.map_err(|error| match error {
            AppError::InvalidField { problem, .. } => wrong(problem),
            other => other,
        })?;
        if let (MediaState::Ready, Some(size_bytes)) = (media.state, media.size_bytes) {
            check_file(file.kind, &File { mime: &media.mime, size_bytes, animated: media.animated })?;
        }
        if let Some(name) = file.file_name.and_then(crate::domain::media::file_name) {
            media.file_name = Some(name);
        }
        media.voice = false;
        Ok(Some(media))
    }
}

/// PostgreSQL takes no NUL.
fn storable_all(filled: &Filled) -> Filled {
    let values = filled.values.iter().map(|(key, value)| (storable(key), storable(value))).collect();
    Filled { values, location: filled.location.clone() }
}
