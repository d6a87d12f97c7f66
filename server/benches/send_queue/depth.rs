//! What taking messages out costs, however many wait.

use std::time::{Duration, Instant};

use app::ctx::now_ms;
use app::store::outbox::claims;
use app::store::{OpenOptions, open};

use crate::seed::{self, Queue};
use crate::{Outcome, Plan};

/// Taken at once from one number, as a busy sender does.
const AT_ONCE: i64 = 50;
const ROUNDS: usize = 40;

pub struct Depth {
    pub queued: usize,
    /// Of wall time for each message: found, taken, marked. Undone afterwards, so that the depth stays.
    pub us: f64,
}

pub async fn at(queued: usize, plan: &Plan) -> Outcome<Depth> {
    // Ten to a customer: nine of ten wait behind another.
    let queue = Queue { numbers: plan.numbers, queued, each: 10, per_second: 80 };
    let folder = seed::make(&format!("depth-{queued}"), queue).await?;
    let address = folder.database().to_string_lossy().into_owned();
    let db = open(&OpenOptions { address, readers: 1, background: None }).await?;
    let mut spent: Vec<f64> = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        let now = now_ms();
        let began = Instant::now();
        let mut tx = db.begin().await?;
        let due = claims::next_due(&mut tx.conn()).await?;
        let mut taken = 0;
        for due in due.iter().take(2) {
            let rows = claims::claim(&mut tx.conn(), &due.channel_id, AT_ONCE, now + 30_000, now).await?;
            let ids: Vec<_> = rows.iter().map(|row| &row.message_id).collect();
            claims::destinations(&mut tx.conn(), &ids).await?;
            taken += claims::mark_in_flight(&mut tx, rows, now + 30_000, now).await?.len();
        }
        let took: Duration = began.elapsed();
        drop(tx);
        if taken == 0 {
            return Err("nothing was due".into());
        }
        spent.push(took.as_secs_f64() * 1e6 / taken as f64);
    }
    db.close().await;
    spent.sort_by(f64::total_cmp);
    let us = spent[spent.len() / 2];
    eprintln!("bench: {queued} queued: {us:.0} µs to take one");
    Ok(Depth { queued, us })
}
