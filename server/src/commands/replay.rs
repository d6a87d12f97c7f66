//! `majlis replay`

use app::store::quarantine;
use clap::Subcommand;
use serde_json::json;

use super::CommandError;
use crate::config::Config;
use crate::start::open_database;

#[derive(Subcommand)]
pub enum ReplayCommand {
    /// List what was set aside because it could not be understood, newest first
    List {
        /// At most so many
        #[arg(long, default_value_t = 100)]
        limit: u16,
    },
}

pub async fn execute(command: ReplayCommand, config: &Config, as_json: bool) -> Result<(), CommandError> {
    let ReplayCommand::List { limit } = command;
    let db = open_database(config).await?;
    let mut read = db.read().await?;
    let items = quarantine::list(&mut read.conn(), i64::from(limit)).await?;
    let count = quarantine::count(&mut read.conn()).await?;
    if as_json {
        // The item itself stays out: it holds what a customer wrote.
        let list: Vec<_> = items
            .iter()
            .map(|item| {
                json!({ "id": item.id, "journal_id": item.journal_id, "place": item.place, "reason": item.reason,
                        "created_at_ms": item.created_at_ms })
            })
            .collect();
        println!("{}", json!({ "count": count, "items": list }));
    } else {
        for item in items {
            println!("{}\t{}\t{}\t{}", item.id, item.journal_id, item.place, item.reason);
        }
        eprintln!("{count} in quarantine");
    }
    Ok(())
}
