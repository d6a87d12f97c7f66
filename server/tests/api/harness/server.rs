//! The running program, its log, and the ways to end it.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};

use tokio::sync::watch;

use super::eventually;

/// What the program has written to standard error so far.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<String>>>);

/// Becomes true when the program is gone: its end closes its standard error.
type Gone = watch::Receiver<bool>;

impl Log {
    pub fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    fn find(&self, wanted: impl Fn(&str) -> bool) -> Option<String> {
        self.lines().into_iter().find(|line| wanted(line))
    }
}

/// A server that is killed when it goes out of scope; a failing test shows its log.
pub struct Server {
    child: Child,
    gone: Gone,
    pub address: SocketAddr,
    pub log: Log,
}

impl Server {
    /// Starts the program and waits until it listens.
    pub async fn start(command: Command) -> Self {
        Self::try_start(command).await.expect("the server did not start")
    }

    /// Starts the program and waits until it listens; `None` when it ended before.
    pub async fn try_start(mut command: Command) -> Option<Self> {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let log = Log::default();
        let (pipe, lines) = (child.stderr.take().unwrap(), log.clone());
        let (ends, gone) = watch::channel(false);
        std::thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                lines.0.lock().unwrap().push(line);
            }
            let _ = ends.send(true);
        });
        let mut server = Self { child, gone, address: SocketAddr::from(([127, 0, 0, 1], 0)), log };
        let listens = eventually("the server listens", async || {
            let ended = server.child.try_wait().unwrap().is_some();
            let line = server.log.find(|line| line.starts_with("majlis listens on http://"));
            match line {
                Some(line) => Some(line.strip_prefix("majlis listens on http://")?.parse().ok()),
                None => ended.then_some(None),
            }
        })
        .await;
        server.address = listens?;
        Some(server)
    }

    /// Returns when the program has ended, whoever ended it.
    pub async fn gone(&self) {
        let _ = self.gone.clone().wait_for(|gone| *gone).await;
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The first line of the log that holds this.
    pub async fn says(&self, wanted: &str) -> String {
        eventually(wanted, async || self.log.find(|line| line.contains(wanted))).await
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Pulls the plug.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end.
    pub fn terminate(&self) {
        let sent = Command::new("sh").args(["-c", &format!("kill -TERM {}", self.pid())]).status().unwrap();
        assert!(sent.success());
    }

    pub async fn ended(&mut self) -> ExitStatus {
        eventually("the server ends", async || self.child.try_wait().unwrap()).await
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let lines = self.log.lines();
            let shown = lines.len().saturating_sub(60);
            eprintln!("--- the server's log, its last lines ---\n{}\n---", lines[shown..].join("\n"));
        }
    }
}
