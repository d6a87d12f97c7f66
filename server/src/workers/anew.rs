//! A worker that panics begins anew: one bug must not stop the mail. All that must outlive it is in the database.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::sync::watch;

use crate::metrics::Metrics;

/// Between two beginnings, so that a worker that panics at once burns no processor.
const REST: Duration = Duration::from_secs(1);

/// Runs a worker until it ends by itself, which it does when it is told to stop.
pub async fn anew<F>(name: &'static str, metrics: Arc<Metrics>, mut stop: watch::Receiver<bool>, begin: impl Fn() -> F)
where
    F: Future<Output = ()>,
{
    while guarded(&metrics, begin()).await.is_err() {
        tracing::error!("{name}: the worker begins anew");
        if *stop.borrow() {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(REST) => {}
            _ = stop.changed() => {}
        }
    }
}

/// What a panic said.
#[derive(Debug)]
pub struct Panicked(pub String);

/// Does something that may panic.
///
/// # Errors
/// It panicked; that was counted and logged.
pub async fn guarded<T>(metrics: &Metrics, work: impl Future<Output = T>) -> Result<T, Panicked> {
    AssertUnwindSafe(work).catch_unwind().await.map_err(|cause| {
        metrics.panics.inc();
        let said = said(cause.as_ref());
        tracing::error!("a worker panicked: {said}");
        Panicked(said.to_owned())
    })
}

/// The words of a panic.
pub fn said(cause: &(dyn Any + Send)) -> &str {
    let said = cause.downcast_ref::<String>().map(String::as_str).or(cause.downcast_ref::<&str>().copied());
    said.unwrap_or("without a word")
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn row_38_a_worker_that_panics_begins_anew() {
        let (begun, metrics) = (AtomicUsize::new(0), Arc::new(Metrics::default()));
        let (_stop, stopped) = watch::channel(false);
        anew("test", metrics.clone(), stopped, || async {
            assert!(begun.fetch_add(1, Ordering::SeqCst) >= 1, "a bug");
        })
        .await;
        assert_eq!((begun.into_inner(), metrics.panics.get()), (2, 1));
    }

    #[tokio::test]
    async fn one_that_panics_after_the_end_stays_down() {
        let (stop, stopped) = watch::channel(false);
        let metrics = Arc::new(Metrics::default());
        anew("test", metrics.clone(), stopped, || async {
            stop.send_replace(true);
            panic!("a bug at the end");
        })
        .await;
        assert_eq!(metrics.panics.get(), 1);
    }
}
