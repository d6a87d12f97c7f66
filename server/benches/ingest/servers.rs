//! The programs measured: started beside each other, each kept to the servers' core.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::{Outcome, load, machine, seed};

const MAJLIS: &str = env!("CARGO_BIN_EXE_majlis");
/// A backlog that takes longer is no backlog but a standstill.
const CATCH_UP: Duration = Duration::from_secs(900);

/// A running server; killed when dropped.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs `majlis` with a data folder and gives what it printed.
pub fn command(folder: &Path, arguments: &[&str]) -> Outcome<String> {
    let output = Command::new(MAJLIS).args(arguments).current_dir(folder).env("MAJLIS_DATA_DIR", ".").output()?;
    if !output.status.success() {
        return Err(format!("majlis {}: {}", arguments[0], String::from_utf8_lossy(&output.stderr).trim()).into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

impl Server {
    /// Starts Majlis on a seeded folder; Graph is an address where nobody listens. `under` is a program to run it with.
    pub async fn majlis(folder: &Path, under: &[&str]) -> Outcome<Self> {
        let nobody = free_address()?;
        let mut command = on_its_core(&[under, &[MAJLIS, "serve"]].concat());
        command.current_dir(folder).env("MAJLIS_DATA_DIR", ".").env("MAJLIS_LOG", "warn");
        command.env("MAJLIS_GRAPH_URL", format!("http://{nobody}"));
        let address = free_address()?;
        command.env("MAJLIS_LISTEN", address.to_string());
        let log = fs::File::create(folder.join("majlis.log"))?;
        Self::start(command.stdout(Stdio::null()).stderr(log), address).await
    }

    pub async fn floor(folder: &Path) -> Outcome<Self> {
        let address = free_address()?;
        let (program, listen) = (floor_program()?, address.to_string());
        let program = program.to_str().ok_or("the target folder's name is no text")?;
        let mut command = on_its_core(&[program, &listen, "floor.sqlite", seed::APP_SECRET]);
        Self::start(command.current_dir(folder), address).await
    }

    async fn start(command: &mut Command, address: SocketAddr) -> Outcome<Self> {
        let mut server = Self { child: command.stdin(Stdio::null()).spawn()?, address };
        let started = Instant::now();
        while tokio::net::TcpStream::connect(address).await.is_err() {
            if let Some(status) = server.child.try_wait()? {
                return Err(format!("{} ended at once: {status}", command.get_program().display()).into());
            }
            if started.elapsed() > Duration::from_secs(60) {
                return Err("a server did not start within a minute".into());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(server)
    }

    /// CPU time of all threads so far.
    pub fn cpu(&self) -> Outcome<Duration> {
        let mut nanoseconds = 0;
        for task in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            // A thread may end between the listing and the reading.
            let Ok(text) = fs::read_to_string(task?.path().join("schedstat")) else { continue };
            nanoseconds += text.split(' ').next().and_then(|word| word.parse::<u64>().ok()).unwrap_or_default();
        }
        Ok(Duration::from_nanos(nanoseconds))
    }

    /// How far Majlis' worker is behind, as its metrics say.
    pub async fn lag_ms(&self, key: &str) -> Outcome<i64> {
        let (status, text) = load::get(self.address, "/metrics", key).await?;
        let lag = text.lines().find_map(|line| line.strip_prefix("majlis_inbound_lag_milliseconds "));
        match lag.and_then(|lag| lag.parse().ok()) {
            Some(lag) if status == 200 => Ok(lag),
            _ => Err(format!("/metrics was answered {status}, without the lag").into()),
        }
    }

    /// Waits until the worker has applied everything.
    pub async fn caught_up(&self, key: &str) -> Outcome<()> {
        let started = Instant::now();
        while self.lag_ms(key).await? > 0 {
            if started.elapsed() > CATCH_UP {
                return Err("the worker did not catch up in fifteen minutes".into());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok(())
    }

    /// Asks for an orderly end and waits for it.
    pub async fn stop(mut self) -> Outcome<()> {
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        let started = Instant::now();
        while self.child.try_wait()?.is_none() {
            if started.elapsed() > Duration::from_secs(60) {
                return Err("a server did not stop within a minute".into());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }
}

fn on_its_core(words: &[&str]) -> Command {
    let pinned: Vec<&str> = if machine::can_pin() { [&["taskset", "-c", "0"], words].concat() } else { words.to_vec() };
    let mut command = Command::new(pinned[0]);
    command.args(&pinned[1..]);
    command
}

/// The examples are built beside the benchmarks: `release/deps/ingest-…`, `release/examples/ingest_floor`.
fn floor_program() -> Outcome<PathBuf> {
    let own = std::env::current_exe()?;
    let release = own.parent().and_then(Path::parent).ok_or("this program stands in no target folder")?;
    let floor = release.join("examples/ingest_floor");
    if floor.exists() { Ok(floor) } else { Err(format!("{} is not built", floor.display()).into()) }
}

fn free_address() -> Outcome<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}
