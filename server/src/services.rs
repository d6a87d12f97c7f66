//! What server functions ask of the server: Meta's side, the simulator, our own addresses.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use app::api::channels::{ChannelInput, Check, CheckOutcome};
use app::api::phone_app::BringOutcome;
use app::api::quarantine::{RetriedMany, RetryOutcome};
use app::ctx::{BoxFuture, House, Services, now_ms};
use app::domain::block::Verdict;
use app::domain::health::Fact;
use app::domain::ids::{ChannelId, ConversationId, PhoneNumberId, WabaId, Wamid};
use app::domain::phone_app::Bring;
use app::error::AppError;
use app::store::blocks::Asked;
use app::store::phone::{self, Answer};
use app::store::quarantine;
use app::tokens;

use crate::channels::Channels;
use crate::config::Config;
use crate::demo::Demo;
use crate::doctor::number;
use crate::graph::GraphDirectory;
use crate::typing::Typing;
use crate::whatsapp::client::{BringError, GraphError};
use crate::whatsapp::standing;
use crate::workers::blocks::Blocks;
use crate::workers::inbound::{Inbound, Replayed};
use crate::workers::templates::TemplateReader;

/// Items tried in one request: it shall be answered before anyone loses patience.
const RETRY_AT_ONCE: i64 = 100;

/// The server's side of [`Services`].
pub struct ServerServices {
    pub config: Arc<Config>,
    pub channels: Arc<Channels>,
    /// Applies again what was set aside, beside the running worker.
    pub replay: Inbound,
    pub graph: Arc<GraphDirectory>,
    /// Reads an account's templates beside the running worker.
    pub templates: TemplateReader,
    /// Blocks and unblocks customers beside the running worker.
    pub blocks: Blocks,
    pub demo: Arc<Demo>,
    /// Which customers see somebody write.
    pub typing: Typing,
    pub handshakes: Arc<Mutex<HashSet<String>>>,
    /// Set once the house stands, which holds these services itself.
    pub house: OnceLock<House>,
}

impl Services for ServerServices {
    fn check_channel(&self, input: ChannelInput) -> BoxFuture<'_, Vec<Check>> {
        Box::pin(self.check(input))
    }

    fn channel_standing(&self, id: &ChannelId) -> BoxFuture<'_, Result<Vec<Fact>, AppError>> {
        let known = self.channels.by_id(id);
        Box::pin(async move {
            let known = known.ok_or(AppError::NotFound)?;
            let graph = self.graph.of(&known.brief).ok_or(AppError::MetaAway)?;
            let (number, waba_id) = (&known.brief.phone_number_id, &known.brief.waba_id);
            let told = standing::read(&graph, number, waba_id, &known.secrets.access_token).await;
            told.map_err(|error| {
                tracing::warn!(channel.id = %known.brief.id, "the number's standing could not be read: {error}");
                AppError::MetaAway
            })
        })
    }

    fn start_demo(&self) -> BoxFuture<'_, Result<(), AppError>> {
        Box::pin(async {
            let house = self.house.get().ok_or(AppError::Unavailable)?;
            self.demo.start(house, &self.config, &self.graph).await
        })
    }

    fn callback_url(&self) -> String {
        format!("{}/webhooks/whatsapp", self.public_url())
    }

    fn public_url(&self) -> String {
        self.config.public_url.clone().unwrap_or_else(|| {
            let listen = self.config.listen;
            let host = if listen.ip().is_loopback() { "localhost".to_owned() } else { listen.ip().to_string() };
            format!("http://{host}:{}", listen.port())
        })
    }

    fn bring_over(&self, id: ChannelId, what: Bring) -> BoxFuture<'_, Result<BringOutcome, AppError>> {
        Box::pin(self.bring(id, what))
    }

    fn ask_block(&self, asked: Asked) -> BoxFuture<'_, Result<(), AppError>> {
        let blocks = self.blocks.clone();
        Box::pin(async move {
            // A task of its own: who closes the page does not cut the call off.
            let call = tokio::spawn(async move { blocks.ask(&asked).await });
            match call.await.map_err(AppError::internal)?? {
                Verdict::Done | Verdict::Again { .. } => Ok(()),
                Verdict::Refused { code } | Verdict::TakeBack { code } => Err(AppError::BlockRefused { code }),
                Verdict::NotNow { code: Some(code) } => Err(AppError::BlockRefused { code }),
                Verdict::NotNow { code: None } => Err(AppError::MetaAway),
            }
        })
    }

    fn channel_changed(&self, _id: &ChannelId) {
        self.channels.changed();
    }

    fn sync_templates(&self, waba_id: WabaId) -> BoxFuture<'_, Result<(), AppError>> {
        Box::pin(async move { Ok(self.templates.sync(&waba_id).await?) })
    }

    fn typing(&self, conversation_id: &ConversationId, channel_id: &ChannelId, newest: Wamid) {
        let Some(channel) = self.channels.by_id(channel_id) else { return };
        let Some(graph) = self.graph.of(&channel.brief) else { return };
        if self.typing.may_show(conversation_id, now_ms()) {
            tokio::spawn(async move {
                let (number, token) = (&channel.brief.phone_number_id, &channel.secrets.access_token);
                if let Err(error) = graph.show_typing(number, token, &newest).await {
                    tracing::debug!(error.cause = %error, "typing: not shown: {error}");
                }
            });
        }
    }

    fn retry_set_aside(&self, id: String) -> BoxFuture<'_, Result<RetryOutcome, AppError>> {
        Box::pin(async move {
            let house = self.house.get().ok_or(AppError::Unavailable)?;
            let mut read = house.db.read().await?;
            let item = quarantine::by_id(&mut read.conn(), &id).await?.ok_or(AppError::NotFound)?;
            drop(read);
            let mut replayed = self.replay.retry(&item).await?;
            Ok(match replayed.refused.pop() {
                Some(refused) => RetryOutcome::Refused { reason: refused.reason },
                None => RetryOutcome::Understood,
            })
        })
    }

    fn retry_set_aside_after(&self, after: String) -> BoxFuture<'_, Result<RetriedMany, AppError>> {
        Box::pin(async move {
            let mut replayed = Replayed::default();
            let last = self.replay.retry_after(&after, RETRY_AT_ONCE, &mut replayed).await?;
            let (understood, refused) = (replayed.resolved.len() as i64, replayed.refused.len() as i64);
            Ok(RetriedMany { understood, refused, last })
        })
    }
}

impl ServerServices {
    /// Meta takes this question once for all time, so it is written down before it is asked: who finds it written asks no
    /// more, whatever became of the first.
    async fn bring(&self, id: ChannelId, what: Bring) -> Result<BringOutcome, AppError> {
        let house = self.house.get().ok_or(AppError::Unavailable)?;
        let now = now_ms();
        let stored = phone::all(&mut house.db.read().await?.conn()).await?;
        let stored = stored.into_iter().find(|phone| phone.channel_id == id).ok_or(AppError::NotFound)?;
        let known = self.channels.by_id(&id).ok_or(AppError::NotFound)?;
        let graph = self.graph.of(&known.brief).ok_or(AppError::Unavailable)?;
        let mut tx = house.db.begin().await?;
        if !stored.may_bring(what, now) || !phone::ask(&mut tx.conn(), &id, what, now).await? {
            return Ok(BringOutcome::TooLate);
        }
        tx.commit().await?;
        let asked = graph.bring(&known.brief.phone_number_id, &known.secrets.access_token, what).await;
        let (answer, outcome) = match asked {
            Ok(request_id) => (Answer::Taken { request_id }, BringOutcome::Taken),
            Err(BringError::Refused { code, message }) => {
                (Answer::Refused { code, title: message }, BringOutcome::Refused { code })
            }
            Err(BringError::NotAsked(GraphError::Refused { code, .. })) => {
                (Answer::NotAsked, BringOutcome::NotAsked { code: Some(code) })
            }
            Err(BringError::NotAsked(_)) => (Answer::NotAsked, BringOutcome::NotAsked { code: None }),
            Err(BringError::Unknown) => return Ok(BringOutcome::Unknown),
        };
        let mut tx = house.db.begin().await?;
        phone::answered(&mut tx.conn(), &id, what, &answer).await?;
        tx.commit().await?;
        Ok(outcome)
    }

    /// Asks Meta about each part of what was typed. A secret left empty is the stored one.
    async fn check(&self, mut input: ChannelInput) -> Vec<Check> {
        let phone_number_id = PhoneNumberId::from_text(input.phone_number_id.trim());
        let mut graph = self.graph.meta().clone();
        if let Some(known) = self.channels.by_phone_number_id(&phone_number_id) {
            let fill = |field: &mut String, stored: &str| {
                if field.trim().is_empty() {
                    stored.clone_into(field);
                }
            };
            fill(&mut input.access_token, &known.secrets.access_token);
            fill(&mut input.app_secret, known.secrets.app_secrets.first().map_or("", String::as_str));
            fill(&mut input.verify_token, &known.secrets.verify_token);
            if let Some(own) = self.graph.of(&known.brief) {
                graph = own;
            }
        }
        let token = tokens::hash(input.verify_token.trim());
        let called = self.handshakes.lock().unwrap_or_else(PoisonError::into_inner).contains(&token);
        number::check(&graph, &input, if called { CheckOutcome::Ok } else { CheckOutcome::Waiting }).await
    }
}
