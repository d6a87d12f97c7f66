//! `majlis doctor`: everything that can be found out without a customer, each with the fix in plain words.

mod doors;
mod house;
pub mod number;
mod words;

use std::path::Path;

use app::api::channels::{ChannelInput, CheckOutcome};
use app::connecting::{ChannelSecrets, open_secrets};
use app::domain::agent::Locale;
use app::domain::channel::ChannelBrief;
use app::secrets::Sealer;
use app::store::Db;
use app::store::channels::{self, Channel};
use app::ui::i18n::texts;
use serde::Serialize;

pub use self::doors::CLOCK_MARGIN_MS;
use self::words::Words;
use crate::config::Config;
use crate::master_key;
use crate::start::open_database;
use crate::whatsapp::client::Graph;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Ok,
    Warn,
    Fail,
}

/// One line of the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// A word for machines.
    pub check: &'static str,
    /// The number it is about.
    pub number: Option<String>,
    pub level: Level,
    pub found: String,
    pub fix: Option<String>,
}

/// The findings so far.
struct Report {
    words: Words,
    findings: Vec<Finding>,
    /// The number being looked at.
    number: Option<String>,
}

impl Report {
    fn ok(&mut self, check: &'static str, found: impl Into<String>) {
        self.add(check, Level::Ok, found.into(), None);
    }

    fn warn(&mut self, check: &'static str, found: impl Into<String>, fix: impl Into<String>) {
        self.add(check, Level::Warn, found.into(), Some(fix.into()));
    }

    fn fail(&mut self, check: &'static str, found: impl Into<String>, fix: impl Into<String>) {
        self.add(check, Level::Fail, found.into(), Some(fix.into()));
    }

    fn add(&mut self, check: &'static str, level: Level, found: String, fix: Option<String>) {
        self.findings.push(Finding { check, number: self.number.clone(), level, found, fix });
    }
}

/// Looks at everything.
pub async fn examine(config: &Config, locale: Locale) -> Vec<Finding> {
    let mut report = Report { words: Words(locale), findings: Vec::new(), number: None };
    house::folder(&mut report, "data_folder", &config.data_dir);
    house::disk(&mut report, &config.data_dir);
    let graph = Graph::new(&config.graph_url);
    match open_database(config).await {
        Ok(db) => {
            house::database(&mut report, config, &db).await;
            house::queues(&mut report, &db).await;
            house::backup(&mut report, &db).await;
            doors::clock(&mut report, &db, config).await;
            let answers = doors::server(&mut report, config).await;
            let known = secrets(&mut report, config, &db).await;
            if let Ok(graph) = &graph {
                for (brief, secrets) in known {
                    report.number = Some(brief.display_phone.clone());
                    if brief.simulated {
                        report.ok("number", report.words.simulated());
                    } else {
                        let reached = match answers {
                            true => doors::callback(&mut report, config, &secrets).await,
                            false => CheckOutcome::Waiting,
                        };
                        number_lines(&mut report, graph, &brief, &secrets, reached).await;
                    }
                    report.number = None;
                }
            }
            db.close().await;
        }
        Err(error) => {
            let (found, fix) = (error.to_string(), report.words.database_fix());
            report.fail("database", found, fix);
        }
    }
    house::folder(&mut report, "media_folder", &config.data_dir.join("media"));
    report.findings
}

/// Opens every sealed row.
async fn secrets(report: &mut Report, config: &Config, db: &Db) -> Vec<(ChannelBrief, ChannelSecrets)> {
    let stored = match all_channels(db).await {
        Ok(stored) => stored,
        Err(error) => {
            let fix = report.words.database_fix();
            report.fail("master_key", error.to_string(), fix);
            return Vec::new();
        }
    };
    if stored.is_empty() && !Path::new(&config.master_key_file).exists() {
        report.ok("master_key", report.words.no_key_yet());
        return Vec::new();
    }
    let sealer: Sealer = match master_key::load(&config.master_key_file, db).await {
        Ok(sealer) => sealer,
        Err(error) => {
            let fix = report.words.key_fix();
            report.fail("master_key", error.to_string(), fix);
            return Vec::new();
        }
    };
    let mut opened = Vec::new();
    for channel in stored {
        match open_secrets(&sealer, &channel) {
            Ok(secrets) => opened.push((channel.brief, secrets)),
            Err(error) => {
                let fix = report.words.seal_fix();
                report.fail("master_key", format!("{}: {error}", channel.brief.name), fix);
            }
        }
    }
    let found = report.words.keys_open(opened.len());
    report.ok("master_key", found);
    opened
}

async fn all_channels(db: &Db) -> Result<Vec<Channel>, app::store::StoreError> {
    let mut read = db.read().await?;
    channels::all(&mut read.conn()).await
}

/// What the screen's self-check says, in its words.
async fn number_lines(
    report: &mut Report,
    graph: &Graph,
    brief: &ChannelBrief,
    secrets: &ChannelSecrets,
    reached: CheckOutcome,
) {
    let input = ChannelInput {
        name: brief.name.clone(),
        phone_number_id: brief.phone_number_id.to_string(),
        waba_id: brief.waba_id.to_string(),
        display_phone: brief.display_phone.clone(),
        access_token: secrets.access_token.clone(),
        app_secret: secrets.app_secrets.first().cloned().unwrap_or_default(),
        verify_token: secrets.verify_token.clone(),
        coexistence: brief.coexistence,
    };
    let all = texts(report.words.0);
    let sentences = &all.settings.checks;
    for check in number::check(graph, &input, reached).await {
        use app::api::channels::CheckKind as Kind;
        let name = match check.what {
            Kind::AccessToken => "access_token",
            Kind::PhoneNumber => "phone_number",
            Kind::AppSecret => "app_secret",
            Kind::Subscription => "subscription",
            // Looked at from our side, above.
            Kind::Callback => continue,
        };
        let level = match check.outcome {
            CheckOutcome::Ok => Level::Ok,
            CheckOutcome::Waiting | CheckOutcome::Unreachable => Level::Warn,
            CheckOutcome::Refused { .. }
            | CheckOutcome::Differs { .. }
            | CheckOutcome::Elsewhere
            | CheckOutcome::Missing => Level::Fail,
        };
        let mut found = format!("{}: {}", sentences.name(check.what), sentences.found(check.what, &check.outcome));
        if let CheckOutcome::Refused { code, message } = &check.outcome {
            found.push_str(&format!(" {message} ({code})"));
        }
        let fix = sentences.fix(check.what, &check.outcome).map(str::to_owned);
        report.add(name, level, found, fix);
    }
    if let Some(code) = brief.paused_code {
        let (found, fix) = report.words.paused(code);
        report.fail("paused", found, fix);
    }
}
