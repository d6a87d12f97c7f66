//! A phone's history comes in while customers write: what it costs them.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::load::{self, Pace, Sent};
use crate::mix::{self, Mix, Requests, Told};
use crate::report::{self, thousands};
use crate::seed::{self, Seed};
use crate::servers::Server;
use crate::verify::{count, open};
use crate::{Outcome, Plan};

pub const BEGIN: &str = "<!-- results of the history: written by scripts/bench.sh -->";
pub const END: &str = "<!-- end of results of the history -->";

/// Live webhooks a second, and over how many connections they come.
const RATE: f64 = 200.0;
const CONNECTIONS: usize = 16;
/// Customers in a part of the history, and messages of each.
const THREADS: usize = 100;
const EACH: usize = 10;
/// One look at the live webhooks while the history comes in.
const LOOK: Duration = Duration::from_secs(2);
const POLL: Duration = Duration::from_millis(200);
/// An import that takes longer stands still.
const PATIENCE: Duration = Duration::from_secs(900);
/// During the import beside before it, by the 99th percentile.
const SLOWER: f64 = 2.0;

pub struct Figures {
    messages: usize,
    took: Duration,
    before: Live,
    during: Live,
}

/// The answers to live webhooks, and how far the worker was behind at worst.
#[derive(Default)]
struct Live {
    latencies_us: Vec<u32>,
    worst_lag_ms: i64,
}

impl Live {
    fn percentile_ms(&self, percent: usize) -> f64 {
        let last = self.latencies_us.len().saturating_sub(1);
        let at = (self.latencies_us.len() * percent / 100).min(last);
        f64::from(self.latencies_us.get(at).copied().unwrap_or_default()) / 1_000.0
    }

    fn add(&mut self, sent: Sent) -> Outcome<()> {
        if let Some(failure) = sent.failure {
            return Err(failure.into());
        }
        self.latencies_us.extend(sent.latencies_us);
        self.latencies_us.sort_unstable();
        Ok(())
    }
}

pub async fn run(plan: &Plan, seed: &Seed) -> Outcome<Figures> {
    let copy = seed.copy("history")?;
    let server = Server::majlis(&copy.folder, &[]).await?;
    let mut mix = Mix::new(seed.size);
    let mut told = 0;
    let mut live = async |duration: Duration, into: &mut Live| -> Outcome<()> {
        let mut requests = Requests::default();
        mix.fill(&mut requests, (RATE * duration.as_secs_f64()).ceil() as usize, app::ctx::now_ms());
        told += requests.told.iter().filter(|told| matches!(told, Told::Message)).count();
        let pace = Pace::PerSecond(RATE);
        into.add(load::send(server.address, Rc::new(requests), CONNECTIONS, pace, duration).await?)?;
        into.worst_lag_ms = into.worst_lag_ms.max(server.lag_ms(&copy.key).await?);
        Ok(())
    };
    live(LOOK, &mut Live::default()).await?;
    let (mut before, mut during) = (Live::default(), Live::default());
    for _ in 0..plan.looks {
        live(LOOK, &mut before).await?;
    }
    let (folder, parts) = (copy.folder.clone(), plan.history_parts);
    let importing = tokio::task::spawn_local(import(server.address, folder, parts));
    while !importing.is_finished() {
        live(LOOK, &mut during).await?;
    }
    let took = importing.await??;
    server.caught_up(&copy.key).await?;
    server.stop().await?;
    let messages = plan.history_parts * THREADS * EACH;
    let mut database = open(&copy.folder.join("majlis.sqlite")).await?;
    for (sql, expected) in [
        ("select count(*) from messages where seq < 0", messages),
        ("select count(*) from messages where seq > 0", seed.size.messages + told),
        ("select count(*) from quarantine", 0),
    ] {
        let stored = count(&mut database, sql).await?;
        if stored != expected {
            return Err(format!("history: {stored} instead of {expected}: {sql}").into());
        }
    }
    Ok(Figures { messages, took, before, during })
}

/// Posts the parts one after the other, and waits until all of it is brought over.
async fn import(to: SocketAddr, folder: PathBuf, parts: usize) -> Outcome<Duration> {
    let requests: Vec<Vec<u8>> = (0..parts).map(request).collect();
    let started = Instant::now();
    let mut stream = TcpStream::connect(to).await?;
    for request in requests {
        match load::exchange(&mut stream, &request).await? {
            200 => tokio::task::yield_now().await,
            status => return Err(format!("a part was answered {status}").into()),
        }
    }
    let mut database = open(&folder.join("majlis.sqlite")).await?;
    while count(&mut database, "select count(*) from history_chunks where done_at_ms is not null").await? < parts {
        if started.elapsed() > PATIENCE {
            return Err("it was not over after fifteen minutes".into());
        }
        tokio::time::sleep(POLL).await;
    }
    Ok(started.elapsed())
}

/// A part: messages of the last half year of some customers, every third written on the phone.
fn request(part: usize) -> Vec<u8> {
    let number = seed::number();
    let us = number.display_phone.trim_start_matches('+');
    let threads: Vec<Value> = (0..THREADS)
        .map(|thread| {
            let customer = part * THREADS + thread;
            let phone = seed::phone(customer);
            let them = phone.trim_start_matches('+');
            let messages: Vec<Value> = (0..EACH)
                .map(|n| {
                    let (from, to) = if n % 3 == 0 { (us, them) } else { (them, us) };
                    json!({ "from": from, "to": to, "id": format!("wamid.HISTORY{customer:08}{n:04}=="), "type": "text",
                        "timestamp": (1_739_230_000 + customer * EACH + n).to_string(),
                        "text": { "body": mix::TEXTS[n % mix::TEXTS.len()] }, "history_context": { "status": "READ" } })
                })
                .collect();
            json!({ "id": them, "context": { "wa_id": them }, "messages": messages })
        })
        .collect();
    let metadata = json!({ "phase": 0, "chunk_order": part + 1, "progress": 50 });
    let value = json!({ "messaging_product": "whatsapp",
        "metadata": { "display_phone_number": us, "phone_number_id": number.phone_number_id },
        "history": [{ "metadata": metadata, "threads": threads }] });
    let body = json!({ "object": "whatsapp_business_account", "entry": [{ "id": number.waba_id,
        "changes": [{ "field": "history", "value": value }] }] });
    mix::signed(body.to_string().as_bytes())
}

pub fn markdown(plan: &Plan, machine: &[(&str, String)], figures: &Figures) -> String {
    let mut text = String::new();
    if plan.quick {
        text.push_str("A quick run: it shows that everything works; its figures say little.\n\n");
    }
    for (name, value) in machine {
        let _ = writeln!(text, "- {name}: {value}");
    }
    let Figures { messages, took, before, during } = figures;
    let _ = writeln!(
        text,
        "- Database: {} conversations, {} messages; {RATE:.0} live webhooks a second over {CONNECTIONS} connections\n\
         - Brought over: {} messages in {:.1} s ({}/s)\n",
        thousands(plan.size.conversations as f64),
        thousands(plan.size.messages as f64),
        thousands(*messages as f64),
        took.as_secs_f64(),
        thousands(*messages as f64 / took.as_secs_f64().max(f64::EPSILON)),
    );
    text.push_str(
        "| Live webhooks | Answered | p50 | p99 | Worker behind at most |\n| --- | ---: | ---: | ---: | ---: |\n",
    );
    for (name, live) in [("before", before), ("during the import", during)] {
        let (p50, p99) = (live.percentile_ms(50), live.percentile_ms(99));
        let answered = thousands(live.latencies_us.len() as f64);
        let _ = writeln!(text, "| {name} | {answered} | {p50:.2} ms | {p99:.2} ms | {} ms |", live.worst_lag_ms);
    }
    let ratio = during.percentile_ms(99) / before.percentile_ms(99).max(f64::EPSILON);
    let verdict = if ratio <= SLOWER { "met" } else { "**short**" };
    let _ = writeln!(text, "\np99 during / before: {ratio:.2} (asked: ≤ {SLOWER:.1}): {verdict}.");
    text
}

/// Puts the results between their marks.
pub fn write(path: &Path, results: &str) -> Outcome<()> {
    report::write(path, (BEGIN, END), results)
}
