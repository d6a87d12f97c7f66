//! The queue at one cap, and the floor.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::fake::Fake;
use crate::seed::{self, MAJLIS, Queue};
use crate::{Outcome, Plan, machine};

/// A bare client's figures.
pub struct Floor {
    pub per_second: f64,
    pub cpu_us: f64,
}

/// At one cap, over all numbers.
pub struct Figures {
    pub cap: i64,
    /// Of what the caps allow, from the first second's end on.
    pub achieved: f64,
    /// The most any number sent in any second, beside its cap.
    pub worst_second: f64,
    pub cpu_us: f64,
    pub sent: usize,
}

pub async fn floor(plan: &Plan) -> Outcome<Floor> {
    let fake = Fake::start(plan.answer).await?;
    let own = std::env::current_exe()?;
    let release = own.parent().and_then(Path::parent).ok_or("this program stands in no target folder")?;
    let program = release.join("examples/send_floor");
    let program = program.to_str().ok_or("the target folder's name is no text")?.to_owned();
    let words = [program, fake.address.to_string(), plan.floor_connections.to_string(), plan.floor_sends.to_string()];
    let mut command = on_its_core(&words);
    // The answers come from this thread, so that waiting must not hold it up.
    let output = tokio::task::spawn_blocking(move || command.output()).await??;
    if !output.status.success() {
        return Err(format!("send_floor: {}", String::from_utf8_lossy(&output.stderr).trim()).into());
    }
    let text = String::from_utf8(output.stdout)?;
    let mut figures = text.split_whitespace().map(str::parse::<f64>);
    let mut next = || figures.next().and_then(Result::ok).ok_or("send_floor printed no figures");
    let floor = Floor { per_second: next()?, cpu_us: next()? };
    eprintln!("bench: floor {:.0}/s, CPU {:.0} µs", floor.per_second, floor.cpu_us);
    Ok(floor)
}

pub async fn at(cap: i64, plan: &Plan) -> Outcome<Figures> {
    let queue = Queue { numbers: plan.numbers, queued: plan.queued, each: 1, per_second: cap };
    let folder = seed::make(&format!("cap-{cap}"), queue).await?;
    let fake = Fake::start(plan.answer).await?;
    let server = Server::start(&folder.0, fake.address).await?;
    let started = Instant::now();
    while fake.count() == 0 {
        if started.elapsed() > Duration::from_secs(60) {
            return Err("nothing was sent within a minute".into());
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let (began, cpu) = (Instant::now(), server.cpu()?);
    // What the caps allow may be less than the queue, or more: then the queue runs dry first.
    while began.elapsed() < plan.watched && fake.count() < plan.queued {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let watched = began.elapsed();
    let cpu = server.cpu()?.saturating_sub(cpu);
    let arrivals = fake.arrivals();
    drop(server);
    if fake.twice() > 0 {
        return Err(format!("{} messages were sent twice", fake.twice()).into());
    }
    let sent: usize = arrivals.values().map(Vec::len).sum();
    // The first second has its start in it; the last moments may have a queue that ran dry.
    let (from, to) = (began + Duration::from_secs(1), began + watched.saturating_sub(Duration::from_millis(500)));
    let seconds = to.saturating_duration_since(from).as_secs_f64().max(f64::EPSILON);
    let counted = arrivals.values().flatten().filter(|at| (from..to).contains(at)).count() as f64;
    let figures = Figures {
        cap,
        achieved: counted / seconds / (cap as f64 * plan.numbers as f64),
        worst_second: arrivals.values().map(|at| worst_second(at)).max().unwrap_or_default() as f64 / cap as f64,
        cpu_us: cpu.as_secs_f64() * 1e6 / sent.max(1) as f64,
        sent,
    };
    eprintln!(
        "bench: cap {cap}: {sent} sent, {:.3} of the cap, worst second {:.3}, CPU {:.0} µs",
        figures.achieved, figures.worst_second, figures.cpu_us
    );
    Ok(figures)
}

/// The most in any second, wherever it begins.
fn worst_second(arrivals: &[Instant]) -> usize {
    let mut sorted = arrivals.to_vec();
    sorted.sort();
    let (mut first, mut worst) = (0, 0);
    for (last, at) in sorted.iter().enumerate() {
        while *at - sorted[first] >= Duration::from_secs(1) {
            first += 1;
        }
        worst = worst.max(last + 1 - first);
    }
    worst
}

/// Majlis on a seeded folder; killed when dropped.
struct Server {
    child: Child,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    async fn start(folder: &Path, graph: SocketAddr) -> Outcome<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let log = fs::File::create(folder.join("majlis.log"))?;
        let mut command = on_its_core(&[MAJLIS.to_owned(), "serve".to_owned()]);
        command.current_dir(folder).env("MAJLIS_DATA_DIR", ".").env("MAJLIS_LOG", "warn");
        command.env("MAJLIS_GRAPH_URL", format!("http://{graph}/v25.0")).env("MAJLIS_LISTEN", address.to_string());
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn()?;
        Ok(Self { child })
    }

    /// CPU time of all threads so far.
    fn cpu(&self) -> Outcome<Duration> {
        let mut nanoseconds = 0;
        for task in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            // A thread may end between the listing and the reading.
            let Ok(text) = fs::read_to_string(task?.path().join("schedstat")) else { continue };
            nanoseconds += text.split(' ').next().and_then(|word| word.parse::<u64>().ok()).unwrap_or_default();
        }
        Ok(Duration::from_nanos(nanoseconds))
    }
}

fn on_its_core(words: &[String]) -> Command {
    let mut command = if machine::can_pin() { Command::new("taskset") } else { Command::new(&words[0]) };
    if machine::can_pin() {
        command.args(["-c", "0"]).args(words);
    } else {
        command.args(&words[1..]);
    }
    command
}
