//! `majlis channel`

use std::path::PathBuf;

use app::api::channels::ChannelInput;
use app::connecting;
use app::ctx::now_ms;
use app::domain::permission::Action;
use app::store::channels;
use clap::Subcommand;
use serde_json::json;

use super::{CommandError, house, permit, secret_from_file};
use crate::config::Config;
use crate::start::open_database;

#[derive(Subcommand)]
pub enum ChannelCommand {
    /// Connect a WhatsApp number; prints its id
    Add {
        #[arg(long)]
        name: String,
        #[arg(long)]
        phone_number_id: String,
        #[arg(long)]
        waba_id: String,
        #[arg(long)]
        display_phone: String,
        #[arg(long)]
        access_token_file: PathBuf,
        #[arg(long)]
        app_secret_file: PathBuf,
        #[arg(long)]
        verify_token: String,
        /// The number lives in the WhatsApp Business app too
        #[arg(long)]
        coexistence: bool,
    },
    /// List numbers
    List,
}

pub async fn execute(command: ChannelCommand, config: &Config, as_json: bool) -> Result<(), CommandError> {
    match command {
        ChannelCommand::Add {
            name,
            phone_number_id,
            waba_id,
            display_phone,
            access_token_file,
            app_secret_file,
            verify_token,
            coexistence,
        } => {
            let input = ChannelInput {
                name,
                phone_number_id,
                waba_id,
                display_phone,
                access_token: secret_from_file(&access_token_file)?,
                app_secret: secret_from_file(&app_secret_file)?,
                verify_token,
                coexistence,
            };
            let house = house(config).await?;
            let permit = permit(Action::ManageChannels)?;
            let id = connecting::add(&house, &permit, &input, false, now_ms()).await?;
            house.db.close().await;
            match as_json {
                true => println!("{}", json!({ "id": id })),
                false => println!("{id}"),
            }
        }
        ChannelCommand::List => {
            let db = open_database(config).await?;
            let mut read = db.read().await?;
            let all = channels::all(&mut read.conn()).await?;
            if as_json {
                let list: Vec<_> = all.iter().map(|channel| json!(channel.brief)).collect();
                println!("{}", json!(list));
            } else {
                for channel in all {
                    let brief = channel.brief;
                    let state = if brief.paused_code.is_some() { "paused" } else { "active" };
                    println!(
                        "{}\t{}\t{}\t{}\t{state}",
                        brief.id, brief.phone_number_id, brief.display_phone, brief.name
                    );
                }
            }
        }
    }
    Ok(())
}
