//! A thread beside the requests, of lower priority: however much there is to apply, Meta gets its answer first. It takes
//! all the time the requests leave, and a tenth where they leave none.

use std::future::Future;
use std::thread::JoinHandle;

use tokio::runtime::Handle;
use tokio::sync::oneshot;

/// How much less than the requests' threads: the kernel gives one of nice 10 a tenth of what one of nice 0 gets.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

/// The thread and its runtime.
pub struct Background {
    handle: Handle,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Background {
    /// # Errors
    /// The system gives no thread.
    pub fn start() -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (end, ended) = oneshot::channel();
        let thread = std::thread::Builder::new().name("background".to_owned()).spawn(move || {
            stand_back();
            // Tasks run while this waits; what has not ended by then ends with it.
            let _ = runtime.block_on(ended);
        })?;
        Ok(Self { handle, end: Some(end), thread: Some(thread) })
    }

    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    pub fn spawn<F>(&self, work: F) -> tokio::task::JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.handle.spawn(work)
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Where the system does not let us, all threads are equal, as they were.
fn stand_back() {
    #[cfg(target_os = "linux")]
    {
        let own = Some(rustix::thread::gettid());
        // Who runs the program at a lower priority still gets it: this one is only ever lowered.
        let lowered = rustix::process::getpriority_process(own)
            .and_then(|nice| rustix::process::setpriority_process(own, nice.max(NICE)));
        if let Err(error) = lowered {
            tracing::debug!(error.cause = %error, "background: the thread keeps its priority");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn its_tasks_and_the_threads_they_start_stand_back() {
        let priority = || rustix::process::getpriority_process(Some(rustix::thread::gettid())).unwrap();
        let own = priority();
        let background = Background::start().unwrap();
        let (on_it, from_it) =
            background.spawn(async move { (priority(), std::thread::spawn(priority).join().unwrap()) }).await.unwrap();
        assert_eq!((on_it, from_it), (own.max(NICE), own.max(NICE)));
        assert_eq!(priority(), own, "this thread is as it was");
        tokio::task::spawn_blocking(move || drop(background)).await.unwrap();
    }
}
