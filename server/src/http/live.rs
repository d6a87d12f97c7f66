//! `/live`: the socket of one browser tab.

use std::time::Duration;

use app::ctx::{SignedIn, now_ms};
use app::live::hub::{Seat, frame};
use app::live::protocol::{ClientFrame, ServerFrame};
use axum::Extension;
use axum::extract::State;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::session;
use crate::state::AppState;

const PING: Duration = Duration::from_secs(25);
/// A tab that answers no ping for so long is gone.
const SILENT: Duration = Duration::from_secs(60);
/// A tab that takes no bytes for so long is gone; it will come back and resume.
const STUCK: Duration = Duration::from_secs(10);
/// Client frames are small; nothing longer is read.
const FRAME_BYTES: usize = 64 * 1024;

/// Upgrades a signed-in request. Its origin was checked by [`super::origin::guard`].
pub async fn live(
    State(state): State<AppState>,
    me: Option<Extension<SignedIn>>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let Some(Extension(me)) = me else { return StatusCode::UNAUTHORIZED.into_response() };
    upgrade
        // The default of 128 KiB is touched with every frame: it costs memory and time (measured: three times the CPU).
        .read_buffer_size(4 * 1024)
        .write_buffer_size(4 * 1024)
        .max_write_buffer_size(1024 * 1024)
        .max_message_size(FRAME_BYTES)
        .max_frame_size(FRAME_BYTES)
        .on_upgrade(move |socket| serve(state, me, socket))
}

async fn serve(state: AppState, me: SignedIn, mut socket: WebSocket) {
    let Ok(mut seat) = state.hub.join(&state.house.db, me.agent.clone()).await else { return };
    seat.hello(&state.build, now_ms());
    let mut ping = tokio::time::interval_at(tokio::time::Instant::now() + PING, PING);
    let mut heard = tokio::time::Instant::now();
    let recheck = seat.recheck();
    loop {
        tokio::select! {
            next = seat.next() => {
                let Some(text) = next else { return };
                let last = is_last(&text);
                if !write(&mut socket, text).await {
                    return;
                }
                if last {
                    close(&mut socket).await;
                    return;
                }
            }
            received = socket.recv() => match received {
                Some(Ok(Message::Text(text))) => {
                    heard = tokio::time::Instant::now();
                    if !obey(&seat, &text) {
                        return close(&mut socket).await;
                    }
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => heard = tokio::time::Instant::now(),
                Some(Ok(Message::Binary(_))) => return close(&mut socket).await,
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
            },
            _ = ping.tick() => {
                if heard.elapsed() > SILENT {
                    return;
                }
                if !still_signed_in(&state, &me).await {
                    return leave(&mut socket).await;
                }
                seat.ping(now_ms());
            }
            () = recheck.notified() => {
                if !still_signed_in(&state, &me).await {
                    return leave(&mut socket).await;
                }
            }
        }
    }
}

/// Signing out, a new password or the session's end close the tab's line too. While the database is away the line stays:
/// it may be back at the next ping.
async fn still_signed_in(state: &AppState, me: &SignedIn) -> bool {
    !matches!(session::find(&state.house.db, &me.session).await, Ok(None))
}

async fn leave(socket: &mut WebSocket) {
    let _ = write(socket, frame(&ServerFrame::SignedOut)).await;
    close(socket).await;
}

/// Does this frame end the line? Goodbye and SignedOut say what the client does next.
fn is_last(text: &Utf8Bytes) -> bool {
    text.starts_with(r#"{"frame":"goodbye""#) || text.starts_with(r#"{"frame":"signed_out""#)
}

fn obey(seat: &Seat, text: &str) -> bool {
    match serde_json::from_str(text) {
        Ok(ClientFrame::Watch { list, thread }) => {
            seat.watch(list, thread);
            true
        }
        Ok(ClientFrame::Pong) => true,
        // Not a word about why: who speaks another protocol is not ours.
        Err(_) => false,
    }
}

async fn write(socket: &mut WebSocket, text: Utf8Bytes) -> bool {
    matches!(tokio::time::timeout(STUCK, socket.send(Message::Text(text))).await, Ok(Ok(())))
}

async fn close(socket: &mut WebSocket) {
    let _ = tokio::time::timeout(Duration::from_secs(1), socket.send(Message::Close(None))).await;
}
