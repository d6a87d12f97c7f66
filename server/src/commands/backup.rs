//! `majlis backup` and `majlis restore`.

use std::path::Path;

use serde_json::json;

use super::CommandError;
use crate::backup::{self, Manifest};
use crate::config::Config;

pub async fn back_up(to: &Path, config: &Config, as_json: bool) -> Result<(), CommandError> {
    let manifest = backup::back_up(config, to).await?;
    eprintln!(
        "the master key is not in the backup: keep a copy of {} apart from it, or the numbers' keys in it stay sealed",
        config.master_key_file.display()
    );
    if manifest.missing_media > 0 {
        eprintln!("{} files of media were not in the media folder and are not in the backup", manifest.missing_media);
    }
    match as_json {
        true => println!("{}", json!({ "folder": to, "manifest": manifest })),
        false => {
            println!("{}", to.display());
            eprintln!("{}", summary(&manifest));
        }
    }
    Ok(())
}

pub async fn restore(from: &Path, replace: bool, config: &Config, as_json: bool) -> Result<(), CommandError> {
    let restored = backup::restore(config, from, replace).await?;
    if as_json {
        println!(
            "{}",
            json!({ "unconfirmed": restored.unconfirmed, "put_aside": restored.put_aside,
                    "manifest": restored.manifest })
        );
    } else {
        println!("{}", config.database_url_shown());
        eprintln!("{}", summary(&restored.manifest));
    }
    if restored.unconfirmed > 0 {
        eprintln!(
            "{} messages were still to be sent; they may have gone out since the backup, so each waits for a person \
             to send it again or leave it",
            restored.unconfirmed
        );
    }
    if let Some(place) = &restored.put_aside {
        eprintln!("what was there before is now in {place}; delete it once all is well");
    }
    eprintln!("everyone signs in again; API keys and people are as they were at the time of the backup");
    if restored.manifest.master_key_id.is_some() && !config.master_key_file.exists() {
        eprintln!("put the master key back at {} before you start the server", config.master_key_file.display());
    }
    Ok(())
}

fn summary(manifest: &Manifest) -> String {
    let bytes: u64 = manifest.files.iter().map(|file| file.bytes).sum();
    let count = |table: &str| manifest.counts.get(table).copied().unwrap_or_default();
    format!(
        "{} conversations, {} messages, {} requests in the journal, {} files with {} MiB",
        count("conversations"),
        count("messages"),
        count("journal"),
        manifest.files.len(),
        bytes.div_ceil(1024 * 1024)
    )
}
