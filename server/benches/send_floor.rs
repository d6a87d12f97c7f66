//! The floor of the send queue's benchmark: a bare hyper client that sends the same body over kept connections, and
//! nothing else. `send_floor ADDRESS CONNECTIONS SENDS` prints sends a second, and microseconds of CPU for each.

use std::cell::Cell;
use std::error::Error;
use std::rc::Rc;
use std::time::Instant;

use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::LocalSet;

const BODY: &str = r#"{"messaging_product":"whatsapp","recipient_type":"individual","to":"+201000000000","type":"text","text":{"body":"رسالة رقم 4821","preview_url":true}}"#;

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [address, connections, sends] = &words[..] else { return Err("ADDRESS CONNECTIONS SENDS".into()) };
    let (connections, sends): (usize, usize) = (connections.parse()?, sends.parse()?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (began, before) = (Instant::now(), cpu_us()?);
    LocalSet::new().block_on(&runtime, async {
        let left = Rc::new(Cell::new(sends));
        let tasks: Vec<_> =
            (0..connections).map(|_| tokio::task::spawn_local(work(address.clone(), left.clone()))).collect();
        for task in tasks {
            task.await??;
        }
        Ok::<_, Box<dyn Error>>(())
    })?;
    let spent = cpu_us()? - before;
    println!("{} {}", sends as f64 / began.elapsed().as_secs_f64(), spent / sends as f64);
    Ok(())
}

async fn work(address: String, left: Rc<Cell<usize>>) -> Result<(), String> {
    let failed = |error: &dyn std::fmt::Display| error.to_string();
    let stream = TcpStream::connect(&address).await.map_err(|error| failed(&error))?;
    stream.set_nodelay(true).map_err(|error| failed(&error))?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|error| failed(&error))?;
    tokio::task::spawn_local(connection);
    while left.get() > 0 {
        left.set(left.get() - 1);
        let request = Request::post("/v25.0/300200100/messages")
            .header(header::HOST, &address)
            .header(header::AUTHORIZATION, "Bearer bench-access-token")
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(BODY))
            .map_err(|error| failed(&error))?;
        let response = sender.send_request(request).await.map_err(|error| failed(&error))?;
        if !response.status().is_success() {
            return Err(format!("answered {}", response.status()));
        }
        to_bytes(Body::new(response.into_body()), 65_536).await.map_err(|error| failed(&error))?;
    }
    Ok(())
}

/// Of this process so far; it has one thread.
fn cpu_us() -> Result<f64, Box<dyn Error>> {
    let text = std::fs::read_to_string("/proc/self/schedstat")?;
    Ok(text.split(' ').next().ok_or("no schedstat")?.parse::<f64>()? / 1_000.0)
}
