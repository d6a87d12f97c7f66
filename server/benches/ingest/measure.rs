//! One number of connections: closed loops in turns with the floor, then rising paced load.

use std::rc::Rc;
use std::time::Duration;

use crate::load::{self, Pace, Sent};
use crate::mix::{Mix, Requests};
use crate::seed::{Seed, Size};
use crate::servers::Server;
use crate::trace::{self, Fsyncs};
use crate::verify::Answered;
use crate::{Outcome, Plan};

/// Beyond this the worker does not keep up.
const LAG_MS: i64 = 1_000;
/// What still counts as "near zero" when the load ends.
const LAST_LAG_MS: i64 = 250;
const POLL: Duration = Duration::from_millis(200);

/// One closed loop.
pub struct Run {
    pub per_second: f64,
    pub p50_us: u32,
    pub p99_us: u32,
    /// Of all threads, until the worker had applied everything.
    pub cpu_us: f64,
}

/// Paced load at one rate.
pub struct Step {
    pub fraction: f64,
    pub per_second: f64,
    pub worst_lag_ms: i64,
    pub kept_up: bool,
}

pub struct Figures {
    pub connections: usize,
    /// In pairs, in the order they were run.
    pub floor: Vec<Run>,
    pub majlis: Vec<Run>,
    pub steps: Vec<Step>,
    pub fsyncs: Option<Fsyncs>,
}

impl Figures {
    pub fn ratios(&self) -> Vec<f64> {
        self.floor.iter().zip(&self.majlis).map(|(floor, majlis)| majlis.per_second / floor.per_second).collect()
    }

    /// The largest step the worker kept up with.
    pub fn sustained(&self) -> Option<&Step> {
        self.steps.iter().rfind(|step| step.kept_up)
    }
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// A server with what it is sent and what it answered.
pub struct Subject {
    server: Server,
    /// Majlis' API key: with it, one waits until the worker has caught up.
    key: Option<String>,
    mix: Mix,
    requests: Rc<Requests>,
    answered: Answered,
    /// As far as known, to build enough.
    per_second: f64,
}

pub async fn at(connections: usize, plan: &Plan, seed: &Seed) -> Outcome<Figures> {
    let copy = seed.copy("serve")?;
    let mut floor = Subject::new(Server::floor(&copy.folder).await?, None, seed.size);
    let mut majlis = Subject::new(Server::majlis(&copy.folder, &[]).await?, Some(copy.key.clone()), seed.size);
    let mut figures = Figures { connections, floor: vec![], majlis: vec![], steps: vec![], fsyncs: None };
    let warm_up = Duration::from_secs(1);
    floor.closed(connections, warm_up).await?;
    majlis.closed(connections, warm_up).await?;
    for pair in 0..plan.pairs {
        // Who goes first changes, so that no drift of the machine favours one.
        if pair % 2 == 0 {
            figures.floor.push(floor.closed(connections, plan.closed).await?);
            figures.majlis.push(majlis.closed(connections, plan.closed).await?);
        } else {
            figures.majlis.push(majlis.closed(connections, plan.closed).await?);
            figures.floor.push(floor.closed(connections, plan.closed).await?);
        }
        let (ours, theirs) = (&figures.majlis[pair], &figures.floor[pair]);
        eprintln!(
            "bench: c={connections}: floor {:.0}/s, majlis {:.0}/s ({:.2}), p50 {:.1} / {:.1} ms, CPU {:.0} / {:.0} µs",
            theirs.per_second,
            ours.per_second,
            ours.per_second / theirs.per_second,
            f64::from(theirs.p50_us) / 1_000.0,
            f64::from(ours.p50_us) / 1_000.0,
            theirs.cpu_us,
            ours.cpu_us,
        );
    }
    let top = median(figures.floor.iter().map(|run| run.per_second).collect());
    for &fraction in plan.fractions {
        // The disk has its moments: a rate has failed when it failed twice.
        let mut step = majlis.paced(connections, fraction, fraction * top, plan.paced).await?;
        if !step.kept_up {
            step = majlis.paced(connections, fraction, fraction * top, plan.paced).await?;
        }
        eprintln!(
            "bench: c={connections}: {:.0}/s ({fraction} of the floor): lag up to {} ms",
            step.per_second, step.worst_lag_ms
        );
        let kept_up = step.kept_up;
        figures.steps.push(step);
        if !kept_up {
            break;
        }
    }
    majlis.server.stop().await?;
    floor.server.stop().await?;
    majlis.answered.check(&copy.folder).await?;
    floor.answered.check_journal(&copy.folder.join("floor.sqlite")).await?;
    drop(copy);
    let rate = figures.sustained().map_or(plan.fractions[0] * top, |step| step.per_second);
    figures.fsyncs = trace::fsyncs(connections, rate, plan.traced, seed).await?;
    Ok(figures)
}

impl Subject {
    pub fn new(server: Server, key: Option<String>, size: Size) -> Self {
        Self {
            server,
            key,
            mix: Mix::new(size),
            requests: Rc::default(),
            answered: Answered::new(size),
            per_second: 20_000.0,
        }
    }

    pub fn webhooks(&self) -> usize {
        self.answered.webhooks
    }

    /// Every connection as fast as it can.
    pub async fn closed(&mut self, connections: usize, duration: Duration) -> Outcome<Run> {
        self.build((self.per_second * 2.0 * duration.as_secs_f64()) as usize + 1_000)?;
        let before = self.server.cpu()?;
        let sent = load::send(self.server.address, self.requests.clone(), connections, Pace::Closed, duration).await?;
        self.per_second = sent.per_second();
        self.account(&sent)?;
        self.caught_up().await?;
        let cpu = self.server.cpu()?.saturating_sub(before);
        Ok(Run {
            per_second: sent.per_second(),
            p50_us: sent.percentile_us(50),
            p99_us: sent.percentile_us(99),
            cpu_us: cpu.as_secs_f64() * 1e6 / sent.answered.max(1) as f64,
        })
    }

    /// At a rate, with an eye on how far the worker falls behind.
    pub async fn paced(&mut self, connections: usize, fraction: f64, rate: f64, duration: Duration) -> Outcome<Step> {
        self.build((rate * duration.as_secs_f64()).ceil() as usize)?;
        let pace = Pace::PerSecond(rate);
        let mut sending =
            std::pin::pin!(load::send(self.server.address, self.requests.clone(), connections, pace, duration));
        let mut ticks = tokio::time::interval(POLL);
        let (mut worst_lag_ms, mut last_lag_ms) = (0, 0);
        let key = self.key.as_deref().unwrap_or_default();
        let sent = loop {
            // The connections are tasks of their own and go on while the lag is asked for.
            tokio::select! {
                sent = &mut sending => break sent?,
                _ = ticks.tick() => {
                    last_lag_ms = self.server.lag_ms(key).await?;
                    worst_lag_ms = worst_lag_ms.max(last_lag_ms);
                }
            }
        };
        self.account(&sent)?;
        self.caught_up().await?;
        let in_time = sent.per_second() >= 0.95 * rate;
        let kept_up = in_time && worst_lag_ms < LAG_MS && last_lag_ms <= LAST_LAG_MS;
        Ok(Step { fraction, per_second: sent.per_second(), worst_lag_ms, kept_up })
    }

    pub async fn stop(self) -> Outcome<()> {
        self.server.stop().await
    }

    /// Makes sure that `count` requests lie ready.
    fn build(&mut self, count: usize) -> Outcome<()> {
        let requests = Rc::get_mut(&mut self.requests).ok_or("a connection still holds the requests")?;
        self.mix.fill(requests, count, app::ctx::now_ms());
        Ok(())
    }

    fn account(&mut self, sent: &Sent) -> Outcome<()> {
        if let Some(failure) = &sent.failure {
            return Err(failure.clone().into());
        }
        let requests = Rc::get_mut(&mut self.requests).ok_or("a connection still holds the requests")?;
        self.answered.add(&requests.told[..sent.answered]);
        requests.drop_first(sent.answered);
        Ok(())
    }

    async fn caught_up(&self) -> Outcome<()> {
        match &self.key {
            Some(key) => self.server.caught_up(key).await,
            None => Ok(()),
        }
    }
}
