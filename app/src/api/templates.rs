//! Message templates: choosing one, sending it, starting a conversation with it; and how they stand at Meta, for admins.

use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};

use crate::domain::ids::{ChannelId, ConversationId, MediaId, WabaId};
use crate::domain::media::MediaKind;
use crate::domain::message::Message;
use crate::domain::template::{Filled, Template};
use crate::error::AppError;

/// What a template is filled in with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateToSend {
    pub name: String,
    pub language: String,
    pub filled: Filled,
    /// The uploaded file of its header.
    pub header: Option<(MediaKind, MediaId)>,
    /// The browser's name for it, 1-100 characters: a retry under the same name sends once.
    pub client_msg_id: String,
}

#[cfg(feature = "ssr")]
impl TemplateToSend {
    fn draft(&self) -> crate::sending::Draft<'_> {
        use crate::sending::template::HeaderFile;
        use crate::sending::{Draft, Source, TemplateDraft};
        Draft::Template(TemplateDraft {
            name: self.name.as_str().into(),
            language: self.language.as_str().into(),
            filled: std::borrow::Cow::Borrowed(&self.filled),
            file: self.header.as_ref().map(|(kind, id)| HeaderFile {
                kind: *kind,
                source: Source::Ours(id),
                file_name: None,
            }),
        })
    }
}

/// The templates of a number's account that can be sent from here, by name.
///
/// # Errors
/// The number is not there for this person, signed out, or the database is away.
#[server(prefix = "/fn", endpoint = "templates/choose", input = Json)]
pub async fn choose_template(channel_id: ChannelId) -> Result<Vec<Template>, AppError> {
    use crate::store::{channels, conversations, templates};
    let ctx = crate::ctx::Ctx::extract()?;
    let mut read = ctx.db().read().await?;
    let channel = channels::by_id(&mut read.conn(), &channel_id).await?.ok_or(AppError::NotFound)?;
    if !conversations::reaches(&mut read.conn(), &ctx.actor(), &channel_id).await? {
        return Err(AppError::NotFound);
    }
    let mut all = templates::of_account(&mut read.conn(), &channel.brief.waba_id).await?;
    all.retain(Template::may_go);
    Ok(all)
}

/// Queues a template in a conversation, whatever its window. The same `client_msg_id` again gives the stored message.
///
/// # Errors
/// A place is not filled in as Meta wants it, the template cannot be sent, not found, signed out.
#[server(prefix = "/fn", endpoint = "templates/send", input = Json)]
pub async fn send_template(
    conversation_id: ConversationId,
    template: TemplateToSend,
    base_seq: i64,
) -> Result<Message, AppError> {
    let ctx = crate::ctx::Ctx::extract()?;
    let wish = crate::sending::Wish {
        conversation_id: &conversation_id,
        draft: template.draft(),
        client_msg_id: &template.client_msg_id,
        base_seq: Some(base_seq),
        reply_to: None,
        resend_of: None,
    };
    crate::sending::send(ctx.db(), &ctx.actor(), &wish, ctx.now_ms()).await.map(|sent| sent.message)
}

/// Somebody to write to, by their number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addressed {
    /// E.164 with `+`.
    pub phone: String,
    /// Spaced as it is written in its country, for other countries.
    pub shown: String,
    /// Their conversation on this number, if there is one.
    pub conversation_id: Option<ConversationId>,
}

/// Reads a number as a person types it; without a country code it is one of our number's country.
///
/// # Errors
/// It is no number (`phone`), ours (`phone`), our number is not there for this person (`channel_id`), signed out.
#[server(prefix = "/fn", endpoint = "templates/address", input = Json)]
pub async fn address(channel_id: ChannelId, phone: String) -> Result<Addressed, AppError> {
    use crate::error::FieldProblem;
    use crate::store::contacts::{self, Identity};
    use crate::store::{channels, conversations};
    let ctx = crate::ctx::Ctx::extract()?;
    let unknown = || AppError::invalid("channel_id", FieldProblem::Unknown);
    let mut read = ctx.db().read().await?;
    let channel = channels::by_id(&mut read.conn(), &channel_id).await?.ok_or_else(unknown)?;
    if !conversations::reaches(&mut read.conn(), &ctx.actor(), &channel_id).await? {
        return Err(unknown());
    }
    if phone.trim().is_empty() {
        return Err(AppError::invalid("phone", FieldProblem::Missing));
    }
    let malformed = || AppError::invalid("phone", FieldProblem::Malformed);
    let (phone, shown) = crate::phones::read(&phone, &channel.brief.display_phone).ok_or_else(malformed)?;
    if phone == channel.brief.display_phone {
        return Err(malformed());
    }
    let identity = Identity { phone: Some(phone.clone()), ..Identity::default() };
    let known = contacts::find(&mut read.conn(), &channel_id, &identity).await?;
    Ok(Addressed { phone, shown, conversation_id: known.conversation_id })
}

/// Starts a conversation with a template. Somebody known gets it in their conversation.
///
/// # Errors
/// As for [`send_template`] and [`address`].
#[server(prefix = "/fn", endpoint = "templates/start", input = Json)]
pub async fn start_conversation(
    channel_id: ChannelId,
    phone: String,
    name: String,
    template: TemplateToSend,
) -> Result<Message, AppError> {
    use crate::error::FieldProblem;
    use crate::store::contacts::Identity;
    let ctx = crate::ctx::Ctx::extract()?;
    let malformed = AppError::invalid("phone", FieldProblem::Malformed);
    let phone = crate::domain::phone::e164(&phone).ok_or(malformed)?;
    let identity = Identity { phone: Some(phone), ..Identity::default() };
    let to = crate::sending::Newcomer { channel_id: &channel_id, identity: &identity, name: Some(&name) };
    let (actor, now_ms) = (ctx.actor(), ctx.now_ms());
    let sent =
        crate::sending::start(ctx.db(), &actor, &to, template.draft(), &template.client_msg_id, None, now_ms).await?;
    Ok(sent.message)
}

/// An account's templates, and how its list stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub waba_id: WabaId,
    /// The names of its numbers.
    pub numbers: Vec<String>,
    pub templates: Vec<Template>,
    pub synced_at_ms: Option<i64>,
    /// When it could not be read the last time, and Meta's code; 0: Meta could not be reached or understood.
    pub failed: Option<(i64, i64)>,
}

/// Every account with its templates, for the settings.
///
/// # Errors
/// Not an admin, signed out, or the database is away.
#[server(prefix = "/fn", endpoint = "templates/list", input = Json)]
pub async fn list_templates() -> Result<Vec<Account>, AppError> {
    use crate::domain::permission::Action;
    use crate::store::{channels, templates};
    let ctx = crate::ctx::Ctx::extract()?;
    ctx.authorize(Action::SeeSettings)?;
    let mut read = ctx.db().read().await?;
    let mut accounts: Vec<Account> = Vec::new();
    for channel in channels::all(&mut read.conn()).await? {
        let brief = channel.brief;
        match accounts.iter_mut().find(|account| account.waba_id == brief.waba_id) {
            Some(account) => account.numbers.push(brief.name),
            None => {
                let templates = templates::of_account(&mut read.conn(), &brief.waba_id).await?;
                accounts.push(Account {
                    waba_id: brief.waba_id,
                    numbers: vec![brief.name],
                    templates,
                    synced_at_ms: None,
                    failed: None,
                });
            }
        }
    }
    for sync in templates::syncs(&mut read.conn()).await? {
        if let Some(account) = accounts.iter_mut().find(|account| account.waba_id == sync.waba_id) {
            account.synced_at_ms = sync.synced_at_ms;
            account.failed = sync.failed_at_ms.zip(sync.failed_code);
        }
    }
    Ok(accounts)
}

/// Reads an account's templates from Meta now, and gives how they stand then.
///
/// # Errors
/// Not an admin, no such account, signed out, or the database is away. What Meta refuses stands in the answer.
#[server(prefix = "/fn", endpoint = "templates/sync", input = Json)]
pub async fn sync_templates(waba_id: WabaId) -> Result<(), AppError> {
    use crate::domain::permission::Action;
    use crate::store::channels;
    let ctx = crate::ctx::Ctx::extract()?;
    ctx.authorize(Action::ManageChannels)?;
    let mut read = ctx.db().read().await?;
    let known = channels::all(&mut read.conn()).await?.into_iter().any(|channel| channel.brief.waba_id == waba_id);
    drop(read);
    if !known {
        return Err(AppError::NotFound);
    }
    ctx.house.services.sync_templates(waba_id).await
}
