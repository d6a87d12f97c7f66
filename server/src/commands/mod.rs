//! The command line. Results go to standard output (`--json` for machines), all else to standard error.

mod backup;
mod channel;
mod doctor;
mod key;
mod replay;
mod user;

use app::api::channels::{ChannelInput, Check};
use app::api::phone_app::BringOutcome;
use app::api::quarantine::{RetriedMany, RetryOutcome};
use app::ctx::{BoxFuture, House, Services};
use app::domain::agent::{Locale, Role};
use app::domain::health::Fact;
use app::domain::ids::{AgentId, ChannelId, WabaId};
use app::domain::permission::{Action, Actor, Permit, authorize};
use app::domain::phone_app::Bring;
use app::error::AppError;
use app::store::blocks::Asked;
use app::ui::i18n::texts;
use clap::{Parser, Subcommand};
use std::io::Read as _;
use std::path::PathBuf;
use std::sync::Arc;

use crate::config::{Config, ConfigError, SettingArgs};
use crate::master_key;
use crate::start::{self, Mode, StartError};

/// A team inbox for the WhatsApp Business Cloud API.
#[derive(Parser)]
#[command(name = "majlis", version, about)]
pub struct Cli {
    #[command(flatten)]
    settings: SettingArgs,
    /// Write results as JSON
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server (what `majlis` alone does)
    Serve,
    /// Run the server with simulated customers: no Meta account is needed
    Demo,
    /// People who sign in
    #[command(subcommand)]
    User(user::UserCommand),
    /// API keys
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// WhatsApp numbers
    #[command(subcommand)]
    Channel(channel::ChannelCommand),
    /// What could not be understood
    #[command(subcommand)]
    Replay(replay::ReplayCommand),
    /// Look at everything that can go wrong, and say how to mend what has
    Doctor {
        /// Language of the report: ar or en (default: as LANG says)
        #[arg(long, value_parser = doctor::parse_lang)]
        lang: Option<Locale>,
    },
    /// Write a backup into a new folder, also while the server runs; the master key is not in it
    Backup { folder: PathBuf },
    /// Put a backup in place; the server must not run
    Restore {
        folder: PathBuf,
        /// Put aside what is there
        #[arg(long)]
        replace: bool,
    },
    /// Say which version this is
    Version,
}

/// Why a command failed: one line for the person who typed it.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    #[error("settings: {0}")]
    Config(#[from] ConfigError),
    #[error("settings: MAJLIS_LOG: `{0}` is no log filter; write it like info or server=debug")]
    Log(String),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Store(#[from] app::store::StoreError),
    #[error(transparent)]
    MasterKey(#[from] master_key::MasterKeyError),
    #[error("{}", texts(Locale::En).errors.sentence(.0))]
    App(#[from] AppError),
    #[error(transparent)]
    Backup(#[from] crate::backup::BackupError),
    #[error("{0}: {1}")]
    File(String, std::io::Error),
    #[error("{0}")]
    Refused(String),
}

/// Runs what was typed.
///
/// # Errors
/// What went wrong, in a sentence.
pub async fn execute(cli: Cli) -> Result<(), CommandError> {
    if matches!(cli.command, Some(Command::Version)) {
        match cli.json {
            true => println!("{}", serde_json::json!({ "version": env!("CARGO_PKG_VERSION") })),
            false => println!("majlis {}", env!("CARGO_PKG_VERSION")),
        }
        return Ok(());
    }
    let demo = matches!(cli.command, Some(Command::Demo));
    let config = Config::resolve(&cli.settings, demo)?;
    start_log(&config)?;
    match cli.command {
        None | Some(Command::Serve) => serve(config, Mode::Serve).await,
        Some(Command::Demo) => serve(config, Mode::Demo).await,
        Some(Command::User(command)) => user::execute(command, &config, cli.json).await,
        Some(Command::Key(command)) => key::execute(command, &config, cli.json).await,
        Some(Command::Channel(command)) => channel::execute(command, &config, cli.json).await,
        Some(Command::Replay(command)) => replay::execute(command, &config, cli.json).await,
        Some(Command::Doctor { lang }) => doctor::execute(lang, &config, cli.json).await,
        Some(Command::Backup { folder }) => backup::back_up(&folder, &config, cli.json).await,
        Some(Command::Restore { folder, replace }) => backup::restore(&folder, replace, &config, cli.json).await,
        Some(Command::Version) => Ok(()),
    }
}

fn start_log(config: &Config) -> Result<(), CommandError> {
    let filter =
        tracing_subscriber::EnvFilter::try_new(&config.log).map_err(|_| CommandError::Log(config.log.clone()))?;
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
    Ok(())
}

async fn serve(config: Config, mode: Mode) -> Result<(), CommandError> {
    // The address first: two servers on one machine shall not both touch the data folder.
    let listener = start::listen(&config).await?;
    let stop = crate::shutdown::signals().map_err(|cause| CommandError::File("signals".to_owned(), cause))?;
    Ok(start::run(config, listener, mode, stop).await?)
}

/// The house as commands know it: the running server finds out by itself what they change.
async fn house(config: &Config) -> Result<House, CommandError> {
    let db = start::open_database(config).await?;
    let sealer = Arc::new(master_key::load(&config.master_key_file, &db).await?);
    Ok(House { db, sealer, services: Arc::new(NoServices) })
}

/// Who runs a command on this machine may do what an admin may.
fn permit(action: Action) -> Result<Permit, CommandError> {
    let operator = Actor::Agent { id: AgentId::from_text("command-line"), role: Role::Admin };
    Ok(authorize(&operator, action).map_err(AppError::from)?)
}

/// Reads a secret from standard input, without its last newline.
fn secret_from_stdin() -> Result<String, CommandError> {
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .map_err(|cause| CommandError::File("standard input".to_owned(), cause))?;
    Ok(without_last_newline(text))
}

/// Reads a secret from a file, without its last newline.
fn secret_from_file(path: &std::path::Path) -> Result<String, CommandError> {
    let text = std::fs::read_to_string(path).map_err(|cause| CommandError::File(path.display().to_string(), cause))?;
    Ok(without_last_newline(text))
}

fn without_last_newline(mut text: String) -> String {
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    text
}

fn parse_role(word: &str) -> Result<Role, String> {
    Role::from_word(word).ok_or_else(|| "it is agent, supervisor or admin".to_owned())
}

/// Commands serve no pages.
struct NoServices;

impl Services for NoServices {
    fn check_channel(&self, _: ChannelInput) -> BoxFuture<'_, Vec<Check>> {
        Box::pin(async { Vec::new() })
    }

    fn channel_standing(&self, _: &ChannelId) -> BoxFuture<'_, Result<Vec<Fact>, AppError>> {
        Box::pin(async { Err(AppError::Unavailable) })
    }

    fn start_demo(&self) -> BoxFuture<'_, Result<(), AppError>> {
        Box::pin(async { Err(AppError::Unavailable) })
    }

    fn callback_url(&self) -> String {
        String::new()
    }

    fn public_url(&self) -> String {
        String::new()
    }

    fn sync_templates(&self, _: WabaId) -> BoxFuture<'_, Result<(), AppError>> {
        Box::pin(async { Err(AppError::Unavailable) })
    }

    fn retry_set_aside(&self, _: String) -> BoxFuture<'_, Result<RetryOutcome, AppError>> {
        Box::pin(async { Err(AppError::Unavailable) })
    }

    fn retry_set_aside_after(&self, _: String) -> BoxFuture<'_, Result<RetriedMany, AppError>> {
        Box::pin(async { Err(AppError::Unavailable) })
    }

    fn bring_over(&self, _: ChannelId, _: Bring) -> BoxFuture<'_, Result<BringOutcome, AppError>> {
        Box::pin(async { Err(AppError::Unavailable) })
    }

    fn ask_block(&self, _: Asked) -> BoxFuture<'_, Result<(), AppError>> {
        Box::pin(async { Err(AppError::Unavailable) })
    }

    fn channel_changed(&self, _: &ChannelId) {}

    fn typing(
        &self,
        _: &app::domain::ids::ConversationId,
        _: &app::domain::ids::ChannelId,
        _: app::domain::ids::Wamid,
    ) {
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_lose_one_newline() {
        for (given, expected) in [("a\n", "a"), ("a\r\n", "a"), ("a\n\n", "a\n"), ("a", "a"), ("", ""), ("\n", "")] {
            assert_eq!(without_last_newline(given.to_owned()), expected, "{given:?}");
        }
    }
}
