//! `majlis user`

use app::ctx::now_ms;
use app::domain::agent::{Role, normal_email};
use app::passwords;
use app::people;
use app::store::agents;
use clap::Subcommand;
use serde_json::json;

use super::{CommandError, parse_role, secret_from_stdin};
use crate::config::Config;
use crate::start::open_database;

#[derive(Subcommand)]
pub enum UserCommand {
    /// Add a person; prints their id
    Add {
        #[arg(long)]
        email: String,
        #[arg(long)]
        name: String,
        #[arg(long, value_parser = parse_role)]
        role: Role,
        /// Read the password from standard input
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// Give a person a new password; their sessions end
    Reset {
        #[arg(long)]
        email: String,
        /// Read the password from standard input
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// List people
    List,
}

pub async fn execute(command: UserCommand, config: &Config, as_json: bool) -> Result<(), CommandError> {
    let db = open_database(config).await?;
    match command {
        UserCommand::Add { email, name, role, password_stdin: _ } => {
            let password = secret_from_stdin()?;
            people::check_password(&password)?;
            let hash = passwords::hash(&password).await.map_err(app::error::AppError::internal)?;
            let mut tx = db.begin().await?;
            let agent = people::add(&mut tx, &email, &name, role, Some(&hash), None, now_ms()).await?;
            tx.commit().await?;
            match as_json {
                true => println!("{}", json!({ "id": agent.brief.id, "email": agent.email, "role": role })),
                false => println!("{}", agent.brief.id),
            }
        }
        UserCommand::Reset { email, password_stdin: _ } => {
            let password = secret_from_stdin()?;
            people::check_password(&password)?;
            let hash = passwords::hash(&password).await.map_err(app::error::AppError::internal)?;
            let mut tx = db.begin().await?;
            let known = agents::by_email(&mut tx.conn(), &normal_email(&email).unwrap_or_default()).await?;
            let agent = known.ok_or_else(|| CommandError::Refused(format!("nobody here has the address {email}")))?;
            agents::set_password(&mut tx.conn(), &agent.brief.id, &hash, None).await?;
            agents::recheck_sessions(&mut tx, &agent.brief.id, now_ms()).await?;
            tx.commit().await?;
            match as_json {
                true => println!("{}", json!({ "id": agent.brief.id })),
                false => println!("{}", agent.brief.id),
            }
        }
        UserCommand::List => {
            let mut read = db.read().await?;
            let all = agents::all(&mut read.conn()).await?;
            if as_json {
                let list: Vec<_> = all
                    .iter()
                    .map(|agent| {
                        json!({ "id": agent.brief.id, "email": agent.email, "name": agent.brief.name,
                                "role": agent.brief.role, "disabled": agent.brief.disabled })
                    })
                    .collect();
                println!("{}", json!(list));
            } else {
                for agent in all {
                    let state = if agent.brief.disabled { "disabled" } else { "active" };
                    println!(
                        "{}\t{}\t{}\t{}\t{state}",
                        agent.brief.id, agent.email, agent.brief.role, agent.brief.name
                    );
                }
            }
        }
    }
    db.close().await;
    Ok(())
}
