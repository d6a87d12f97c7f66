//! The floor of the ingest benchmark: what nobody can leave out who answers 200 only for what is on disk. Bare axum, the
//! signature, the same group commit into a SQLite file of its own; no reading, no routing, no worker.
//!
//!     ingest_floor 127.0.0.1:4000 floor.sqlite APP_SECRET

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use server::whatsapp::signature;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::sync::{mpsc, oneshot};

/// As in `server/src/workers/journal.rs`.
const QUEUE: usize = 1_024;
const BATCH: usize = 256;

#[derive(Clone)]
struct Floor {
    secret: Arc<str>,
    queue: mpsc::Sender<Entry>,
}

struct Entry {
    body: Bytes,
    received_at_ms: i64,
    stored: oneshot::Sender<()>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let [listen, file, secret] = given.as_slice() else { return Err("usage: ingest_floor LISTEN FILE SECRET".into()) };
    let (queue, entries) = mpsc::channel(QUEUE);
    let writer = tokio::spawn(write(open(file).await?, entries));
    let floor = Floor { secret: secret.as_str().into(), queue };
    let router = Router::new().route("/webhooks/whatsapp", post(receive)).with_state(floor);
    let listener = tokio::net::TcpListener::bind(listen).await?;
    tokio::select! {
        served = axum::serve(listener, router).into_future() => served?,
        written = writer => written??,
    }
    Ok(())
}

async fn receive(State(floor): State<Floor>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let given = headers.get("x-hub-signature-256").and_then(|value| value.to_str().ok());
    if !signature::is_valid(given, &body, [&*floor.secret]) {
        return StatusCode::UNAUTHORIZED;
    }
    let (stored, done) = oneshot::channel();
    if floor.queue.try_send(Entry { body, received_at_ms: now_ms(), stored }).is_err() {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    if done.await.is_ok() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
}

fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}

/// A file with the same settings as the journal's (`app/src/store/open.rs`).
async fn open(file: &str) -> Result<SqliteConnection, sqlx::Error> {
    let mut connection = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(5))
        .pragma("wal_autocheckpoint", "4000")
        .pragma("cache_size", "-16000")
        .pragma("mmap_size", "2147418112")
        .connect()
        .await?;
    sqlx::raw_sql(include_str!("../../migrations/sqlite/journal/0001_journal.sql")).execute(&mut connection).await?;
    Ok(connection)
}

/// All that waits in one commit, then all their answers.
async fn write(mut connection: SqliteConnection, mut entries: mpsc::Receiver<Entry>) -> Result<(), sqlx::Error> {
    let mut batch = Vec::with_capacity(BATCH);
    while entries.recv_many(&mut batch, BATCH).await > 0 {
        let mut tx = connection.begin_with("begin immediate").await?;
        let mut rest = batch.as_slice();
        while !rest.is_empty() {
            let (now, later) = rest.split_at(1 << rest.len().ilog2());
            let mut insert = sqlx::QueryBuilder::new("insert into journal (body, received_at_ms) ");
            insert.push_values(now, |mut row, entry| {
                row.push_bind(entry.body.as_ref()).push_bind(entry.received_at_ms);
            });
            insert.build().execute(&mut *tx).await?;
            rest = later;
        }
        tx.commit().await?;
        for entry in batch.drain(..) {
            let _ = entry.stored.send(());
        }
    }
    Ok(())
}
