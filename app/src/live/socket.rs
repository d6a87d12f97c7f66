//! The browser's end of `/live`: one WebSocket a tab, kept alive for as long as the page is.
//!
//! It knows nothing of views. It opens, hears, notices silence, waits and opens again; what is said over it is the
//! business of whoever listens. Compiled for the server too, where nothing calls it, so that the screens need no
//! second version of themselves.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::{set_interval_with_handle, set_timeout_with_handle};
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, WebSocket};

use super::protocol::{ClientFrame, ServerFrame};
use crate::ui::parts::browser;

/// The server pings every 25 seconds. Nothing for this long: the line is dead, whatever the browser thinks.
const SILENCE_MS: i64 = 70_000;
/// After sleep, or a change of network, less silence is suspicious.
const DOUBTFUL_SILENCE_MS: i64 = 30_000;
/// From opening to the server's first word.
const HELLO_WITHIN_MS: i64 = 15_000;
const FIRST_WAIT_MS: f64 = 500.0;
const LONGEST_WAIT_MS: f64 = 30_000.0;

/// What the line tells its listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    Frame(ServerFrame),
    /// There is no connection; `tries` have failed in a row.
    Lost {
        tries: u32,
    },
}

struct Line {
    listener: Box<dyn Fn(Heard)>,
    wire: RefCell<Option<Wire>>,
    /// Failures in a row, since the last hello.
    tries: Cell<u32>,
    heard_at_ms: Cell<i64>,
    greeted: Cell<bool>,
    retry: RefCell<Option<TimeoutHandle>>,
    /// The server asked to be left alone for this long.
    asked_wait_ms: Cell<Option<u32>>,
    /// The session is over: no more tries.
    over: Cell<bool>,
}

/// A socket and what listens to it. The number tells events of an earlier socket from those of this one.
struct Wire {
    socket: WebSocket,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_end: Closure<dyn Fn()>,
}

thread_local! {
    static LINE: RefCell<Option<Rc<Line>>> = const { RefCell::new(None) };
}

fn line() -> Option<Rc<Line>> {
    LINE.with(|line| line.borrow().clone())
}

/// Opens the line of this tab and keeps it open. Once a page.
pub fn connect(listener: impl Fn(Heard) + 'static) {
    let line = Rc::new(Line {
        listener: Box::new(listener),
        wire: RefCell::new(None),
        tries: Cell::new(0),
        heard_at_ms: Cell::new(browser::now_ms()),
        greeted: Cell::new(false),
        retry: RefCell::new(None),
        asked_wait_ms: Cell::new(None),
        over: Cell::new(false),
    });
    LINE.with(|held| *held.borrow_mut() = Some(Rc::clone(&line)));
    let watched = Rc::clone(&line);
    let _ = set_interval_with_handle(move || watched.look_after(), Duration::from_secs(5));
    // A person who comes back should not wait for a timer that the browser has slowed down.
    browser::on_window("online", || awake(0));
    browser::on_window("focus", || awake(DOUBTFUL_SILENCE_MS));
    browser::on_visibility(|| {
        if browser::is_visible() {
            awake(DOUBTFUL_SILENCE_MS);
        }
    });
    line.open();
}

/// Says something, if there is a connection; whoever needs it said after a reconnect says it again then.
pub fn send(frame: &ClientFrame) {
    let Some(line) = line() else { return };
    let wire = line.wire.borrow();
    if let (Some(wire), Ok(text)) = (wire.as_ref(), serde_json::to_string(frame))
        && wire.socket.ready_state() == WebSocket::OPEN
    {
        let _ = wire.socket.send_with_str(&text);
    }
}

/// Tries again at once, because a person asked for it.
pub fn try_now() {
    awake(0);
}

/// Reopens a line that is down, or up and silent for longer than `silence_ms`.
fn awake(silence_ms: i64) {
    let Some(line) = line() else { return };
    let silent_ms = browser::now_ms() - line.heard_at_ms.get();
    let up = line.wire.borrow().is_some();
    // A socket opened a moment ago deserves its time.
    if !line.over.get() && (!up || (silent_ms > silence_ms && silent_ms > 2_000)) {
        line.hang_up();
        line.open();
    }
}

impl Line {
    fn open(self: &Rc<Self>) {
        self.stop_waiting();
        self.greeted.set(false);
        self.heard_at_ms.set(browser::now_ms());
        let Some(socket) = address().and_then(|address| WebSocket::new(&address).ok()) else {
            return self.lost();
        };
        let line = Rc::downgrade(self);
        let from = socket.clone();
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(line) = line.upgrade().filter(|line| line.is_current(&from)) {
                line.hear(&event);
            }
        });
        let line = Rc::downgrade(self);
        let from = socket.clone();
        let on_end = Closure::<dyn Fn()>::new(move || {
            if let Some(line) = line.upgrade().filter(|line| line.is_current(&from)) {
                line.lost();
            }
        });
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_end.as_ref().unchecked_ref()));
        *self.wire.borrow_mut() = Some(Wire { socket, _on_message: on_message, _on_end: on_end });
    }

    fn is_current(&self, socket: &WebSocket) -> bool {
        self.wire.borrow().as_ref().is_some_and(|wire| wire.socket == *socket)
    }

    fn hear(self: &Rc<Self>, event: &MessageEvent) {
        self.heard_at_ms.set(browser::now_ms());
        // What a newer server says and this page does not know is skipped; its hello has offered a reload already.
        let Some(frame) = event.data().as_string().and_then(|text| serde_json::from_str::<ServerFrame>(&text).ok())
        else {
            return;
        };
        match &frame {
            ServerFrame::Hello { .. } => {
                self.tries.set(0);
                self.greeted.set(true);
            }
            ServerFrame::Goodbye { after_ms } => {
                self.asked_wait_ms.set(Some(*after_ms));
                return self.lost();
            }
            ServerFrame::SignedOut => {
                self.over.set(true);
                self.hang_up();
            }
            ServerFrame::Watching { .. }
            | ServerFrame::Event { .. }
            | ServerFrame::Ping { .. }
            | ServerFrame::House { .. }
            | ServerFrame::Resync => {}
        }
        (self.listener)(Heard::Frame(frame));
    }

    /// Every few seconds: is anybody there?
    fn look_after(self: &Rc<Self>) {
        let silent_ms = browser::now_ms() - self.heard_at_ms.get();
        let patience_ms = if self.greeted.get() { SILENCE_MS } else { HELLO_WITHIN_MS };
        if self.wire.borrow().is_some() && silent_ms > patience_ms {
            self.lost();
        }
    }

    fn lost(self: &Rc<Self>) {
        self.hang_up();
        if self.over.get() {
            return;
        }
        let tries = self.tries.get();
        self.tries.set(tries.saturating_add(1));
        let wait_ms = match self.asked_wait_ms.take() {
            // All tabs heard the same goodbye: they should not all come back in the same moment.
            Some(asked) => f64::from(asked) + FIRST_WAIT_MS * browser::chance(),
            None => back_off_ms(tries, browser::chance()),
        };
        let line = Rc::clone(self);
        let retry = set_timeout_with_handle(move || line.open(), Duration::from_millis(wait_ms as u64)).ok();
        self.stop_waiting();
        *self.retry.borrow_mut() = retry;
        (self.listener)(Heard::Lost { tries: tries.saturating_add(1) });
    }

    fn stop_waiting(&self) {
        if let Some(retry) = self.retry.borrow_mut().take() {
            retry.clear();
        }
    }

    fn hang_up(&self) {
        let Some(wire) = self.wire.borrow_mut().take() else { return };
        wire.socket.set_onmessage(None);
        wire.socket.set_onclose(None);
        let _ = wire.socket.close();
        // This may run inside one of its closures, which must not be freed under itself.
        leptos::task::spawn_local(async move { drop(wire) });
    }
}

/// Full jitter: anywhere between nothing and the doubled wait, so that a thousand tabs do not return as one.
fn back_off_ms(tries: u32, chance: f64) -> f64 {
    let ceiling = (FIRST_WAIT_MS * 2_f64.powi(tries.min(16) as i32)).min(LONGEST_WAIT_MS);
    ceiling * chance.clamp(0.1, 1.0)
}

fn address() -> Option<String> {
    let location = browser::window()?.location();
    let scheme = if location.protocol().ok()? == "https:" { "wss" } else { "ws" };
    Some(format!("{scheme}://{}/live", location.host().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_to_a_limit() {
        assert_eq!(
            [0, 1, 2, 6, 40].map(|tries| back_off_ms(tries, 1.0)),
            [500.0, 1_000.0, 2_000.0, 30_000.0, 30_000.0]
        );
    }

    #[test]
    fn a_wait_is_never_nothing() {
        assert!(back_off_ms(0, 0.0) >= 50.0);
    }
}
