//! Alive, ready, measured.

use app::ctx::now_ms;
use app::domain::permission::{Action, authorize};
use app::store::channels::{self, Channel};
use app::store::{StoreError, counters, journal, outbox, quarantine, soundness};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::doctor::CLOCK_MARGIN_MS;
use crate::metrics::Gauges;
use crate::state::AppState;

/// `GET /healthz`: the process answers.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database takes writes, and the server is not stopping. Numbers do not matter.
pub async fn ready(State(state): State<AppState>) -> Response {
    if *state.stopping.borrow() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n").into_response();
    }
    match soundness::takes_writes(&state.house.db).await {
        Ok(()) => match clock_is_off(&state).await {
            // Of several servers on one database, the one with a wrong clock would close windows at the wrong time.
            Some(off_ms) => {
                let said = format!("the clock is off by {} s against the database's\n", off_ms / 1_000);
                (StatusCode::SERVICE_UNAVAILABLE, said).into_response()
            }
            None => "ready\n".into_response(),
        },
        Err(StoreError::Damaged) => {
            (StatusCode::SERVICE_UNAVAILABLE, "the database is damaged: restore a backup\n").into_response()
        }
        Err(error) => {
            tracing::warn!(error.cause = %error, "not ready: {error}");
            (StatusCode::SERVICE_UNAVAILABLE, "the database takes no writes\n").into_response()
        }
    }
}

/// How far this machine's clock is from the database's, if too far.
async fn clock_is_off(state: &AppState) -> Option<i64> {
    let before = now_ms();
    let theirs = soundness::clock_ms(&state.house.db).await.ok()??;
    let off_ms = (before + now_ms()) / 2 - theirs;
    (off_ms.abs() > CLOCK_MARGIN_MS).then_some(off_ms)
}

/// `GET /metrics`: for Prometheus, with an API key.
pub async fn metrics(State(state): State<AppState>, holder: super::rest::KeyHolder) -> Response {
    if let Err(denied) = authorize(&holder.actor, Action::SeeMetrics) {
        return holder.problem(denied).into_response();
    }
    match gauges(&state).await {
        Ok(gauges) => {
            let body = state.metrics.render(&gauges);
            ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], body).into_response()
        }
        Err(error) => {
            tracing::warn!(error.cause = %error, "metrics: {error}");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

async fn gauges(state: &AppState) -> Result<Gauges, StoreError> {
    let db = &state.house.db;
    let mut read = db.read().await?;
    let outbox_depth = outbox::depth(&mut read.conn()).await?;
    let numbers = channels::all(&mut read.conn()).await?;
    let count = |is: fn(&Channel) -> bool| numbers.iter().filter(|number| is(number)).count() as i64;
    let (numbers_paused, numbers_unanswered) = (
        count(|number| number.brief.paused_code.is_some()),
        count(|number| number.brief.unanswered_since_ms.is_some()),
    );
    let quarantine = quarantine::count(&mut read.conn()).await?;
    let place = counters::get(&mut read.conn(), counters::INBOUND).await?;
    drop(read);
    let oldest = journal::oldest_after(db, place).await?;
    let inbound_lag_ms = oldest.map_or(0, |received| (now_ms() - received).max(0));
    Ok(Gauges {
        sockets: state.hub.sockets(),
        outbox_depth,
        numbers_paused,
        numbers_unanswered,
        quarantine,
        inbound_lag_ms,
    })
}
