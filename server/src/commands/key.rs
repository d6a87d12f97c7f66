//! `majlis key`

use app::ctx::now_ms;
use app::domain::agent::Role;
use app::domain::ids::ApiKeyId;
use app::store::keys;
use app::tokens;
use clap::Subcommand;
use serde_json::json;

use super::{CommandError, parse_role};
use crate::config::Config;
use crate::start::open_database;

#[derive(Subcommand)]
pub enum KeyCommand {
    /// Make a key; prints it once
    Add {
        #[arg(long)]
        name: String,
        #[arg(long, value_parser = parse_role)]
        role: Role,
    },
    /// List keys, without the keys themselves
    List,
    /// Take a key out of force
    Revoke {
        #[arg(long)]
        id: String,
    },
}

pub async fn execute(command: KeyCommand, config: &Config, as_json: bool) -> Result<(), CommandError> {
    let db = open_database(config).await?;
    match command {
        KeyCommand::Add { name, role } => {
            let name = app::people::checked_name(&name)?;
            // The prefix lets secret scanners recognise a leaked key.
            let key = format!("mjl_{}", tokens::random());
            let mut tx = db.begin().await?;
            let id = keys::insert(&mut tx.conn(), &name, role, &tokens::hash(&key), now_ms()).await?;
            tx.commit().await?;
            match as_json {
                true => println!("{}", json!({ "id": id, "key": key })),
                false => println!("{key}"),
            }
        }
        KeyCommand::List => {
            let mut read = db.read().await?;
            let all = keys::all(&mut read.conn()).await?;
            if as_json {
                let list: Vec<_> = all
                    .iter()
                    .map(|key| json!({ "id": key.id, "name": key.name, "role": key.role, "revoked": key.revoked_at_ms.is_some() }))
                    .collect();
                println!("{}", json!(list));
            } else {
                for key in all {
                    let state = if key.revoked_at_ms.is_some() { "revoked" } else { "in force" };
                    println!("{}\t{}\t{}\t{state}", key.id, key.role, key.name);
                }
            }
        }
        KeyCommand::Revoke { id } => {
            let mut tx = db.begin().await?;
            if !keys::revoke(&mut tx.conn(), &ApiKeyId::from_text(&id), now_ms()).await? {
                return Err(CommandError::Refused(format!("there is no key {id}")));
            }
            tx.commit().await?;
            match as_json {
                true => println!("{}", json!({ "id": id, "revoked": true })),
                false => println!("{id}"),
            }
        }
    }
    db.close().await;
    Ok(())
}
