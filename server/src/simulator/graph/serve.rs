//! The accept loop. Our own instead of axum's, because a fake must be able to close a socket without an answer.

use std::convert::Infallible;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};
use tower::ServiceExt as _;

/// Put into a response's extensions: the socket is closed instead of sending it.
#[derive(Clone, Copy)]
pub(super) struct HangUp;

/// A running accept loop.
pub(super) struct Serving(AbortHandle);

impl Serving {
    /// Ends the loop and, with it, every connection.
    pub(super) fn stop(&self) {
        self.0.abort();
    }
}

pub(super) fn serve(listener: TcpListener, router: Router) -> Serving {
    let accepting = tokio::spawn(async move {
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => {
                        connections.spawn(converse(stream, router.clone()));
                    }
                    Err(error) => {
                        tracing::warn!(%error, "the simulator could not accept a connection");
                        // Out of file handles: trying again at once would only burn the processor.
                        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                    }
                },
                // Finished connections leave the set.
                Some(_) = connections.join_next() => {}
            }
        }
    });
    Serving(accepting.abort_handle())
}

async fn converse(stream: TcpStream, router: Router) {
    let service = service_fn(move |request: Request<Incoming>| answer(router.clone(), request));
    // An error is the other side going away, or our own hanging up.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(router: Router, request: Request<Incoming>) -> Result<Response<Body>, std::io::Error> {
    let answer: Result<_, Infallible> = router.oneshot(request.map(Body::new)).await;
    let response = answer.map_err(std::io::Error::other)?;
    // hyper closes the socket without a byte when a service fails.
    if response.extensions().get::<HangUp>().is_some() {
        return Err(std::io::Error::other("hung up"));
    }
    Ok(response)
}
