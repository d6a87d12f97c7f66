//! `majlis replay`: what could not be understood, and the journal applied again. The running server sees at once what
//! these do: they write as its own worker does.

use std::sync::Arc;

use app::store::quarantine::{self, Quarantined};
use app::store::{Db, counters};
use clap::Subcommand;
use serde_json::{Value, json};

use super::CommandError;
use crate::config::Config;
use crate::start::open_database;
use crate::workers::inbound::{Inbound, RefusedAgain, Replayed};

/// Items tried between two looks at the list.
const AT_ONCE: i64 = 200;

#[derive(Subcommand)]
pub enum ReplayCommand {
    /// List what was set aside because it could not be understood, newest first
    List {
        /// At most so many
        #[arg(long, default_value_t = 100)]
        limit: u16,
    },
    /// Show one of them: why, where it stood, and what Meta sent
    Show {
        /// Its id, as `replay list` prints it
        id: String,
    },
    /// Read one of them again, or all, with this program
    Retry {
        #[arg(required_unless_present = "all")]
        id: Option<String>,
        #[arg(long, conflicts_with = "id")]
        all: bool,
    },
    /// Apply requests of the journal again, from one number to another; what is there already stays as it is
    Range { from: i64, to: i64 },
}

pub async fn execute(command: ReplayCommand, config: &Config, as_json: bool) -> Result<(), CommandError> {
    let db = open_database(config).await?;
    let done = match command {
        ReplayCommand::List { limit } => list(&db, i64::from(limit), as_json).await,
        ReplayCommand::Show { id } => show(&db, &id, as_json).await,
        ReplayCommand::Retry { id: Some(id), .. } => retry(&db, &id, as_json).await,
        ReplayCommand::Retry { id: None, .. } => retry_all(&db, as_json).await,
        ReplayCommand::Range { from, to } => range(&db, from, to, as_json).await,
    };
    db.close().await;
    done
}

/// A worker beside the running one. It knows no number by heart and reads them as it meets them, so that it needs no key.
fn worker(db: &Db) -> Inbound {
    Inbound::new(db.clone(), Arc::default(), Arc::default())
}

async fn list(db: &Db, limit: i64, as_json: bool) -> Result<(), CommandError> {
    let mut read = db.read().await?;
    let items = quarantine::page(&mut read.conn(), None, limit).await?;
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

async fn find(db: &Db, id: &str) -> Result<Quarantined, CommandError> {
    let mut read = db.read().await?;
    let found = quarantine::by_id(&mut read.conn(), id).await?;
    found.ok_or_else(|| CommandError::Refused(format!("nothing was set aside under the id {id}")))
}

async fn show(db: &Db, id: &str, as_json: bool) -> Result<(), CommandError> {
    let item = find(db, id).await?;
    let row = app::store::journal::by_id(db, item.journal_id).await?;
    let parsed: Option<Value> = serde_json::from_str(&item.raw).ok();
    if as_json {
        let journal = row.map(|row| json!({ "received_at_ms": row.received_at_ms, "bytes": row.body.len() }));
        let shown = json!({
            "id": item.id, "journal_id": item.journal_id, "place": item.place, "reason": item.reason,
            "created_at_ms": item.created_at_ms, "resolved_at_ms": item.resolved_at_ms, "journal": journal,
            "raw": parsed.unwrap_or(Value::String(item.raw)),
        });
        println!("{shown}");
        return Ok(());
    }
    let state = if item.resolved_at_ms.is_some() { "handled" } else { "waits" };
    let place = if item.place.is_empty() { "the whole request" } else { &item.place };
    let request = match row {
        Some(row) => format!("{} ({} bytes, received {} ms)", row.id, row.body.len(), row.received_at_ms),
        None => format!("{} (no longer kept)", item.journal_id),
    };
    println!("reason:  {}\nplace:   {place}\nrequest: {request}\nstate:   {state}\n", item.reason);
    let pretty = parsed.and_then(|value| serde_json::to_string_pretty(&value).ok());
    println!("{}", pretty.unwrap_or(item.raw));
    Ok(())
}

async fn retry(db: &Db, id: &str, as_json: bool) -> Result<(), CommandError> {
    let item = find(db, id).await?;
    let replayed = worker(db).retry(&item).await?;
    let word = match (item.resolved_at_ms, replayed.refused.is_empty()) {
        (Some(_), _) => "handled before",
        (None, true) => "understood",
        (None, false) => "still set aside",
    };
    if as_json {
        let mut said = told(&replayed);
        said["id"] = json!(id);
        said["outcome"] = json!(word.replace(' ', "_"));
        println!("{said}");
    } else {
        let reason = replayed.refused.first().map_or("", |refused| refused.reason.as_str());
        println!("{id}\t{word}\t{reason}");
    }
    Ok(())
}

async fn retry_all(db: &Db, as_json: bool) -> Result<(), CommandError> {
    let worker = worker(db);
    let mut replayed = Replayed::default();
    let mut after = String::new();
    while let Some(last) = worker.retry_after(&after, AT_ONCE, &mut replayed).await? {
        after = last;
        eprintln!("{} understood, {} still set aside", replayed.resolved.len(), replayed.refused.len());
    }
    print(&replayed, as_json);
    Ok(())
}

async fn range(db: &Db, from: i64, to: i64, as_json: bool) -> Result<(), CommandError> {
    if from < 1 || to < from {
        return Err(CommandError::Refused(format!("{from} to {to} is no range: write the lower number first")));
    }
    let mut read = db.read().await?;
    let reached = counters::get(&mut read.conn(), counters::INBOUND).await?;
    drop(read);
    if to > reached {
        eprintln!("the server has worked through the journal up to {reached}; what follows is left to it");
    }
    print(&worker(db).replay(from, to).await?, as_json);
    Ok(())
}

fn print(replayed: &Replayed, as_json: bool) {
    if as_json {
        println!("{}", told(replayed));
        return;
    }
    for changed in &replayed.changed {
        println!("changed\t{}\t{}", changed.conversation_id, changed.message_id);
    }
    for id in &replayed.resolved {
        println!("understood\t{id}");
    }
    for RefusedAgain { journal_id, place, reason } in &replayed.refused {
        println!("refused\t{journal_id}\t{place}\t{reason}");
    }
    let (requests, items) = (replayed.requests, replayed.items);
    let (changed, resolved, refused) = (replayed.changed.len(), replayed.resolved.len(), replayed.refused.len());
    eprintln!("{requests} requests with {items} items: {changed} changes, {resolved} understood, {refused} refused");
}

fn told(replayed: &Replayed) -> Value {
    let changed: Vec<_> = replayed
        .changed
        .iter()
        .map(|changed| json!({ "conversation_id": changed.conversation_id, "message_id": changed.message_id }))
        .collect();
    let refused: Vec<_> = replayed
        .refused
        .iter()
        .map(|refused| json!({ "journal_id": refused.journal_id, "place": refused.place, "reason": refused.reason }))
        .collect();
    json!({ "requests": replayed.requests, "items": replayed.items, "changed": changed,
            "resolved": replayed.resolved, "refused": refused })
}
