//! Starting and stopping the server.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use app::ctx::{House, now_ms};
use app::domain::time::DAY_MS;
use app::error::AppError;
use app::live::hub::Hub;
use app::store::links::{self, OneTimeLink, Purpose};
use app::store::{Db, OpenOptions, StoreError, agents};
use app::tokens;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::background::Background;
use crate::channels::{Channels, ChannelsError};
use crate::config::Config;
use crate::demo::Demo;
use crate::graph::GraphDirectory;
use crate::http::origin::Origins;
use crate::http::{rest, serve, site};
use crate::master_key::{self, MasterKeyError};
use crate::media::{Files, FilesError};
use crate::metrics::Metrics;
use crate::router::router;
use crate::services::ServerServices;
use crate::state::{AppState, Shared};
use crate::whatsapp::client::Graph;
use crate::workers::anew::anew;
use crate::workers::blocks::Blocks;
use crate::workers::inbound::Inbound;
use crate::workers::journal::JournalWriter;
use crate::workers::media::MediaFetcher;
use crate::workers::outbox::Sender;
use crate::workers::past::History;
use crate::workers::receipts::Receipts;
use crate::workers::templates::TemplateReader;
use crate::workers::{condition, housekeeping};

/// How long an event of another process may stay unseen.
const SQLITE_POLL: Duration = Duration::from_millis(250);
const POSTGRES_POLL: Duration = Duration::from_millis(100);
/// How long the first admin's link works; every start prints a new one.
const SETUP_LINK_MS: i64 = 7 * DAY_MS;
/// A line that brings a file and says nothing for so long is dead.
const FILE_STALL: Duration = Duration::from_secs(20);

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("data folder {0}: {1}")]
    DataDir(String, std::io::Error),
    #[error("{0} is in use: another program listens there. Stop it, or choose another address with --listen")]
    Busy(std::net::SocketAddr),
    #[error("cannot listen on {0}: {1}")]
    Listen(std::net::SocketAddr, std::io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    MasterKey(#[from] MasterKeyError),
    #[error(transparent)]
    Channels(#[from] ChannelsError),
    #[error("files of messages cannot be kept (MAJLIS_MEDIA_STORE): {0}")]
    Files(#[from] FilesError),
    #[error("TLS cannot be set up: {0}")]
    Tls(reqwest::Error),
    #[error("{0}")]
    App(AppError),
    #[error("the system gives no further thread: {0}")]
    Thread(std::io::Error),
    #[error("the demo listens on this machine only: {0} can be reached from outside")]
    DemoOutside(std::net::SocketAddr),
}

impl From<AppError> for StartError {
    fn from(error: AppError) -> Self {
        Self::App(error)
    }
}

/// Opens the configured database, as every command does.
///
/// # Errors
/// The data folder cannot be made, or the database cannot be used.
pub async fn open_database(config: &Config) -> Result<Db, StartError> {
    open_with(config, None).await
}

async fn open_with(config: &Config, background: Option<tokio::runtime::Handle>) -> Result<Db, StartError> {
    std::fs::create_dir_all(&config.data_dir)
        .map_err(|cause| StartError::DataDir(config.data_dir.display().to_string(), cause))?;
    let readers = std::thread::available_parallelism().map_or(4, usize::from).max(2) as u32;
    Ok(app::store::open(&OpenOptions { address: config.database_url.clone(), readers, background }).await?)
}

/// Listens on the configured address.
///
/// # Errors
/// It is taken, or not ours.
pub async fn listen(config: &Config) -> Result<TcpListener, StartError> {
    TcpListener::bind(config.listen).await.map_err(|cause| match cause.kind() {
        std::io::ErrorKind::AddrInUse => StartError::Busy(config.listen),
        _ => StartError::Listen(config.listen, cause),
    })
}

/// What the command asks for beside the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Serve,
    /// With the simulator and seeded conversations.
    Demo,
}

/// Runs the server until `stop` says true, then ends in order: no accepted webhook unfinished, no send half-marked.
///
/// # Errors
/// It could not start; nothing was overwritten.
pub async fn run(
    mut config: Config,
    listener: TcpListener,
    mode: Mode,
    stop: watch::Receiver<bool>,
) -> Result<(), StartError> {
    // Pages are rendered on this runtime; a second start in one process (tests) finds it set.
    let _ = any_spawner::Executor::init_tokio();
    config.listen = listener.local_addr().map_err(|cause| StartError::Listen(config.listen, cause))?;
    if mode == Mode::Demo && !config.listen.ip().is_loopback() {
        return Err(StartError::DemoOutside(config.listen));
    }
    let config = Arc::new(config);
    let background = Background::start().map_err(StartError::Thread)?;
    let db = open_with(&config, Some(background.handle().clone())).await?;
    let sealer = Arc::new(master_key::load(&config.master_key_file, &db).await?);
    let channels = Arc::new(Channels::default());
    channels.refresh(&db, &sealer).await?;
    let hub = Hub::load(&db).await?;
    let graph = Arc::new(GraphDirectory::new(Graph::new(&config.graph_url).map_err(StartError::Tls)?));
    let files = Files::open(&config.media_store, &config.data_dir)?;
    let metrics = Arc::new(Metrics::default());
    let demo = Arc::new(Demo::default());
    let handshakes = Arc::new(Mutex::new(HashSet::new()));
    let templates = TemplateReader { db: db.clone(), channels: channels.clone(), graph: graph.clone() };
    let blocks = Blocks { db: db.clone(), channels: channels.clone(), graph: graph.clone() };
    let services = Arc::new(ServerServices {
        config: config.clone(),
        channels: channels.clone(),
        replay: Inbound::new(db.clone(), channels.clone(), metrics.clone()),
        graph: graph.clone(),
        templates: templates.clone(),
        blocks: blocks.clone(),
        demo: demo.clone(),
        typing: crate::typing::Typing::default(),
        handshakes: handshakes.clone(),
        house: OnceLock::new(),
    });
    let house = House { db: db.clone(), sealer: sealer.clone(), services: services.clone() };
    let _ = services.house.set(house.clone());

    let (journal, journal_writer) = JournalWriter::start(db.clone(), metrics.clone());
    let journal_task = tokio::spawn(journal_writer);
    let state = AppState::new(Shared {
        house: house.clone(),
        config: config.clone(),
        channels: channels.clone(),
        files: files.clone(),
        hub: hub.clone(),
        journal: journal.clone(),
        metrics: metrics.clone(),
        throttle: Arc::default(),
        key_limits: Arc::new(rest::key_limits(config.api_rate_per_second, config.api_burst)),
        origins: Arc::new(Origins::new(config.public_url.as_deref(), config.listen)),
        demo: demo.clone(),
        handshakes,
        build: site::build_id(),
        stopping: stop.clone(),
    });
    let (workers_stop, workers_stopped) = watch::channel(false);
    // A worker that panics begins anew, from what it finds in the database.
    macro_rules! work {
        ($name:literal, $begin:expr) => {
            anew($name, metrics.clone(), workers_stopped.clone(), $begin)
        };
    }
    let poll = if db.is_sqlite() { SQLITE_POLL } else { POSTGRES_POLL };
    let pump = background.spawn(work!("live", {
        let (hub, db) = (hub.clone(), db.clone());
        move || hub.clone().pump(db.clone(), poll)
    }));
    let keep_up = tokio::spawn(work!("channels", {
        let (channels, db, sealer) = (channels.clone(), db.clone(), sealer.clone());
        move || channels.clone().keep_up(db.clone(), sealer.clone())
    }));
    let inbound = Inbound::new(db.clone(), channels.clone(), metrics.clone());
    let inbound = background.spawn(work!("inbound", {
        let stopped = workers_stopped.clone();
        move || inbound.clone().run(stopped.clone())
    }));
    let fetcher = MediaFetcher {
        db: db.clone(),
        channels: channels.clone(),
        graph: graph.clone(),
        files: files.clone(),
        metrics: metrics.clone(),
        stall: FILE_STALL,
    };
    let fetcher = tokio::spawn(work!("media", {
        let stopped = workers_stopped.clone();
        move || fetcher.clone().run(stopped.clone())
    }));
    let history = background.spawn(work!("history", {
        let (db, stopped) = (db.clone(), workers_stopped.clone());
        move || History::new(db.clone()).run(stopped.clone())
    }));
    let sender = Sender {
        db: db.clone(),
        channels: channels.clone(),
        graph: graph.clone(),
        files: files.clone(),
        metrics: metrics.clone(),
    };
    let sender = tokio::spawn(work!("outbox", {
        let stopped = workers_stopped.clone();
        move || sender.clone().run(stopped.clone())
    }));
    let receipts = Receipts { db: db.clone(), channels: channels.clone(), graph: graph.clone() };
    let receipts = tokio::spawn(work!("receipts", {
        let stopped = workers_stopped.clone();
        move || receipts.clone().run(stopped.clone())
    }));
    let blocks = tokio::spawn(work!("blocks", {
        let stopped = workers_stopped.clone();
        move || blocks.clone().run(stopped.clone())
    }));
    let sweeper = tokio::spawn(work!("housekeeping", {
        let (db, stopped, keep) = (db.clone(), workers_stopped.clone(), config.keep);
        move || housekeeping::run(db.clone(), files.clone(), keep, stopped.clone())
    }));
    let condition = tokio::spawn(work!("condition", {
        let (db, hub, stopped) = (db.clone(), hub.clone(), workers_stopped.clone());
        move || condition::run(db.clone(), hub.clone(), stopped.clone())
    }));
    let templates = tokio::spawn(work!("templates", {
        let stopped = workers_stopped.clone();
        move || templates.clone().run(stopped.clone())
    }));
    let check = tokio::spawn(condition::check(db.clone(), workers_stopped));

    let server = tokio::spawn(serve::serve(listener, router(state.clone()), stop.clone()));
    demo.resume(&house, &config, &graph, mode).await?;
    announce(&config, &house, &state).await?;

    let mut told = stop;
    while !*told.borrow() {
        if told.changed().await.is_err() {
            break;
        }
    }
    tracing::info!("stopping: finishing what is under way");
    hub.say_goodbye();
    let _ = server.await;
    // The doors are closed: no new body can come, so the journal's queue runs dry and its writer ends.
    drop((state, journal));
    let _ = tokio::time::timeout(Duration::from_secs(10), journal_task).await;
    let _ = workers_stop.send(true);
    for worker in [inbound, history, sender, receipts, blocks, templates, fetcher, sweeper, condition] {
        let _ = tokio::time::timeout(Duration::from_secs(20), worker).await;
    }
    pump.abort();
    keep_up.abort();
    // A large file takes minutes to read; nothing hangs on the answer now.
    check.abort();
    db.close().await;
    let _ = tokio::task::spawn_blocking(move || drop(background)).await;
    tracing::info!("stopped");
    Ok(())
}

/// Says where the server is and what a person should know or do first.
async fn announce(config: &Config, house: &House, state: &AppState) -> Result<(), StartError> {
    let url = house.services.public_url();
    eprintln!("majlis listens on http://{}", config.listen);
    eprintln!("open {url}");
    if state.build.is_empty() {
        eprintln!("this program was built without its site: pages will not work (build it with `make build`)");
    }
    if !config.listen.ip().is_loopback() && !url.starts_with("https://") {
        eprintln!(
            "warning: people can sign in over https only, or on this machine; set MAJLIS_PUBLIC_URL to the https \
             address of the proxy in front"
        );
    }
    // Looked up by reading: a start that needs to write nothing also succeeds on a damaged database.
    if agents::any_admin(&mut house.db.read().await?.conn()).await? {
        return Ok(());
    }
    let token = tokens::random();
    let now = now_ms();
    let link = OneTimeLink {
        token_hash: tokens::hash(&token),
        purpose: Purpose::Setup.as_str().to_owned(),
        agent_id: None,
        created_at_ms: now,
        expires_at_ms: now + SETUP_LINK_MS,
    };
    let mut tx = house.db.begin().await?;
    links::insert(&mut tx.conn(), &link).await?;
    tx.commit().await?;
    eprintln!("make the first admin here (the link works once): {url}/setup/{token}");
    Ok(())
}
