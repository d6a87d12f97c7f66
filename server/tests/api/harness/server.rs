//! The running program, its log, and the ways to end it.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};

use super::eventually;

/// What the program has written to standard error so far.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<String>>>);

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
    pub address: SocketAddr,
    pub log: Log,
}

impl Server {
    /// Starts the program and waits until it listens.
    pub async fn start(mut command: Command) -> Self {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let log = Log::default();
        let (pipe, lines) = (child.stderr.take().unwrap(), log.clone());
        std::thread::spawn(move || {
            for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                lines.0.lock().unwrap().push(line);
            }
        });
        let mut server = Self { child, address: SocketAddr::from(([127, 0, 0, 1], 0)), log };
        server.address = eventually("the server listens", async || {
            let line = server.log.find(|line| line.starts_with("majlis listens on http://"));
            assert!(line.is_some() || server.child.try_wait().unwrap().is_none(), "the server did not start");
            line?.strip_prefix("majlis listens on http://")?.parse().ok()
        })
        .await;
        server
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
