//! Connections that send what was built, by hand over TCP: the load must cost less than the server it measures.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::Outcome;
use crate::mix::Requests;

/// A request without an answer for so long has failed.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Clone, Copy, Debug)]
pub enum Pace {
    /// Every connection sends again as soon as it has its answer.
    Closed,
    /// Requests fall due at this rate, whatever the answers do.
    PerSecond(f64),
}

/// What came of it.
pub struct Sent {
    /// The first so many requests were answered 200; if `failure` is none, these were all that were sent.
    pub answered: usize,
    pub failure: Option<String>,
    pub elapsed: Duration,
    /// Sorted.
    pub latencies_us: Vec<u32>,
}

impl Sent {
    pub fn per_second(&self) -> f64 {
        self.answered as f64 / self.elapsed.as_secs_f64().max(f64::EPSILON)
    }

    pub fn percentile_us(&self, percent: usize) -> u32 {
        let last = self.latencies_us.len().saturating_sub(1);
        self.latencies_us.get((self.latencies_us.len() * percent / 100).min(last)).copied().unwrap_or_default()
    }
}

struct Shared {
    requests: Rc<Requests>,
    next: Cell<usize>,
    latencies_us: RefCell<Vec<u32>>,
    failure: RefCell<Option<String>>,
    pace: Pace,
    start: Instant,
    end: Instant,
}

/// Sends until the time is over or nothing is left; what is under way is finished.
pub async fn send(
    to: SocketAddr,
    requests: Rc<Requests>,
    connections: usize,
    pace: Pace,
    duration: Duration,
) -> Outcome<Sent> {
    let mut streams = Vec::with_capacity(connections);
    for _ in 0..connections {
        let stream = TcpStream::connect(to).await?;
        stream.set_nodelay(true)?;
        streams.push(stream);
    }
    let start = Instant::now();
    let shared = Rc::new(Shared {
        latencies_us: RefCell::new(Vec::with_capacity(requests.len())),
        requests,
        next: Cell::new(0),
        failure: RefCell::default(),
        pace,
        start,
        end: start + duration,
    });
    let tasks: Vec<_> =
        streams.into_iter().map(|stream| tokio::task::spawn_local(work(shared.clone(), stream))).collect();
    for task in tasks {
        task.await?;
    }
    let elapsed = start.elapsed();
    let mut latencies_us = shared.latencies_us.take();
    latencies_us.sort_unstable();
    Ok(Sent { answered: latencies_us.len(), failure: shared.failure.take(), elapsed, latencies_us })
}

async fn work(shared: Rc<Shared>, mut stream: TcpStream) {
    while let Some(i) = shared.take() {
        let due = match shared.pace {
            Pace::Closed => Instant::now(),
            Pace::PerSecond(rate) => {
                let due = shared.start + Duration::from_secs_f64(i as f64 / rate);
                tokio::time::sleep_until(due.into()).await;
                due
            }
        };
        let failure = match tokio::time::timeout(PATIENCE, exchange(&mut stream, shared.requests.get(i))).await {
            Ok(Ok(200)) => {
                shared.latencies_us.borrow_mut().push(due.elapsed().as_micros() as u32);
                continue;
            }
            Ok(Ok(status)) => format!("a webhook was answered {status}"),
            Ok(Err(error)) => format!("a webhook was not answered: {error}"),
            Err(_) => "a webhook was not answered in ten seconds".to_owned(),
        };
        *shared.failure.borrow_mut() = Some(failure);
    }
}

impl Shared {
    /// The next request's place; none when the time is over, nothing is left, or something failed.
    fn take(&self) -> Option<usize> {
        let i = self.next.get();
        let due = match self.pace {
            Pace::Closed => Instant::now(),
            Pace::PerSecond(rate) => self.start + Duration::from_secs_f64(i as f64 / rate),
        };
        if i >= self.requests.len() || due >= self.end || self.failure.borrow().is_some() {
            return None;
        }
        self.next.set(i + 1);
        Some(i)
    }
}

/// Sends one request and reads its whole answer; gives the status.
pub async fn exchange(stream: &mut TcpStream, request: &[u8]) -> std::io::Result<u16> {
    let mut answer = Vec::with_capacity(1_024);
    read_answer(stream, request, &mut answer).await
}

/// The same, with the body in `answer` behind its headers.
async fn read_answer(stream: &mut TcpStream, request: &[u8], answer: &mut Vec<u8>) -> std::io::Result<u16> {
    let broken = |why: &str| std::io::Error::other(why.to_owned());
    stream.write_all(request).await?;
    loop {
        if stream.read_buf(answer).await? == 0 {
            return Err(broken("the connection was closed"));
        }
        let Some(head) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let text = std::str::from_utf8(&answer[..head]).map_err(|_| broken("headers that are no text"))?;
        let mut lines = text.split("\r\n");
        let status = lines.next().and_then(|line| line.get(9..12)?.parse().ok());
        let length: usize = lines
            .filter_map(|line| line.split_once(": "))
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .and_then(|(_, value)| value.parse().ok())
            .unwrap_or_default();
        if answer.len() >= head + 4 + length {
            return status.ok_or_else(|| broken("no status line"));
        }
    }
}

/// A `GET` on a connection of its own: status, and headers with body as text.
pub async fn get(from: SocketAddr, path: &str, key: &str) -> std::io::Result<(u16, String)> {
    let mut stream = TcpStream::connect(from).await?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {key}\r\n\r\n");
    let mut answer = Vec::with_capacity(8_192);
    let status = read_answer(&mut stream, request.as_bytes(), &mut answer).await?;
    Ok((status, String::from_utf8_lossy(&answer).into_owned()))
}
