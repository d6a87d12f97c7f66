//! A browser tab on the live line: it keeps its view with the very function the browser has.

use std::time::{Duration, Instant};

use app::domain::conversation::ListFilter;
use app::live::protocol::{ClientFrame, HouseState, ServerFrame, WatchList, WatchThread};
use app::live::view::{self, InboxView};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::PATIENCE;
use super::agent::Agent;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub struct Tab {
    pub agent: Agent,
    pub view: InboxView,
    open: Option<String>,
    socket: Option<Socket>,
    /// Snapshots fetched after the first.
    pub resyncs: usize,
    /// The frame that ended the line.
    pub ended_with: Option<ServerFrame>,
    /// The newest event the server could tell when the line began.
    pub told_head: i64,
    /// How the house stands, as the server last said.
    pub house: HouseState,
}

/// Opens a line with these headers beside the usual ones.
pub async fn connect(base: &str, headers: &[(&'static str, &str)]) -> Result<Socket, tungstenite::Error> {
    let address = format!("{}/live", base.replacen("http", "ws", 1));
    let mut request = address.into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    connect_async(request).await.map(|(socket, _)| socket)
}

impl Tab {
    /// A tab that shows the whole list and, perhaps, a conversation.
    pub async fn open(agent: &Agent, conversation_id: Option<&str>) -> Self {
        let view = agent.load(&ListFilter::default(), conversation_id).await;
        let open = conversation_id.map(str::to_owned);
        let mut tab = Self {
            agent: agent.clone(),
            view,
            open,
            socket: None,
            resyncs: 0,
            ended_with: None,
            told_head: 0,
            house: HouseState::default(),
        };
        tab.connect().await;
        tab
    }

    /// Connects (again) and asks for everything since what the view has applied.
    pub async fn connect(&mut self) {
        let origin = self.agent.http.base.clone();
        let headers = [("origin", origin.as_str()), ("cookie", self.agent.cookie.as_str())];
        self.socket = Some(connect(&self.agent.http.base, &headers).await.unwrap());
        self.ended_with = None;
        let hello = self.frame().await;
        let Some(ServerFrame::Hello { head, .. }) = hello else { panic!("{hello:?}") };
        self.told_head = head;
        self.watch().await;
    }

    pub fn disconnect(&mut self) {
        self.socket = None;
    }

    /// Tells the server what the tab shows and how far it has come.
    pub async fn watch(&mut self) {
        let list = &self.view.list;
        let thread = self.view.thread.as_ref();
        let watch = ClientFrame::Watch {
            list: Some(WatchList { filter: list.filter.clone(), horizon: list.horizon.clone(), since: list.seq }),
            thread: thread.map(|held| WatchThread { conversation_id: held.row.id.clone(), since: held.seq }),
        };
        self.say(&watch).await;
    }

    pub async fn say(&mut self, frame: &ClientFrame) {
        let text = serde_json::to_string(frame).unwrap();
        self.say_raw(Message::text(text)).await;
    }

    pub async fn say_raw(&mut self, message: Message) {
        // A line that was just closed tells so at the next read.
        let _ = self.socket.as_mut().unwrap().send(message).await;
    }

    /// The next frame; `None` when the line has ended.
    pub async fn frame(&mut self) -> Option<ServerFrame> {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.socket.as_mut()?.next()).await.expect("a frame in time");
            match next {
                Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(_) | Err(_)) | None => {
                    self.socket = None;
                    return None;
                }
            }
        }
    }

    /// Does what a browser does with the next frame; `false` when the line has ended.
    pub async fn step(&mut self) -> bool {
        let Some(frame) = self.frame().await else { return false };
        self.obey(frame).await;
        true
    }

    async fn obey(&mut self, frame: ServerFrame) {
        match frame {
            ServerFrame::Hello { .. } => {}
            ServerFrame::House { house } => self.house = house,
            ServerFrame::Watching { list, thread } => view::watching(&mut self.view, list.as_ref(), thread.as_ref()),
            ServerFrame::Event { seq, event } => view::apply(&mut self.view, seq, &event),
            ServerFrame::Ping { head, .. } => {
                view::advance(&mut self.view, head);
                self.say(&ClientFrame::Pong).await;
            }
            ServerFrame::Resync => self.reload().await,
            last @ (ServerFrame::Goodbye { .. } | ServerFrame::SignedOut) => self.ended_with = Some(last),
        }
        if self.view.stale {
            self.reload().await;
        }
    }

    /// Fetches a fresh snapshot and watches from there.
    async fn reload(&mut self) {
        self.resyncs += 1;
        self.view = self.agent.load(&self.view.list.filter, self.open.as_deref()).await;
        self.watch().await;
    }

    /// Follows the line until the view shows this.
    pub async fn until(&mut self, what: &str, mut shows: impl FnMut(&InboxView) -> bool) {
        let follow = async {
            while !shows(&self.view) {
                assert!(self.step().await, "the line ended before: {what}");
            }
        };
        if tokio::time::timeout(PATIENCE, follow).await.is_ok() {
            return;
        }
        // What the database shows tells on which side of it the fault lies.
        let fresh = self.agent.load(&self.view.list.filter, self.open.as_deref()).await;
        let there = if shows(&fresh) { "is there" } else { "is not there" };
        let (held, fresh) = comparable(&self.view, &fresh);
        panic!(
            "waited in vain: {what}, which {there} after a reload; the view differs in {}",
            difference(&held, &fresh)
        );
    }

    /// Follows the line until the house stands so.
    pub async fn until_house(&mut self, what: &str, mut stands: impl FnMut(&HouseState) -> bool) {
        let follow = async {
            while !stands(&self.house) {
                assert!(self.step().await, "the line ended before: {what}");
            }
        };
        tokio::time::timeout(PATIENCE, follow).await.unwrap_or_else(|_| panic!("waited in vain: {what}"));
    }

    /// Follows the line to its end; gives the frame that announced it.
    pub async fn until_end(&mut self) -> Option<ServerFrame> {
        while self.step().await {}
        self.ended_with.clone()
    }

    /// Follows the line while frames keep coming.
    pub async fn settle(&mut self) {
        self.settle_within(Duration::from_millis(100), usize::MAX).await;
    }

    /// Takes in frames, at most so many, while each comes within `pause`.
    pub async fn settle_within(&mut self, pause: Duration, most: usize) {
        for _ in 0..most {
            let Ok(Some(frame)) = tokio::time::timeout(pause, self.frame()).await else { return };
            self.obey(frame).await;
        }
    }

    /// Follows the line until the view equals a fresh snapshot. Numbers of events do not count: a snapshot knows the
    /// newest one, also when it did not concern this tab.
    pub async fn until_fresh(&mut self) {
        let began = Instant::now();
        loop {
            self.settle().await;
            let fresh = self.agent.load(&self.view.list.filter, self.open.as_deref()).await;
            let (held, fresh) = comparable(&self.view, &fresh);
            if held == fresh {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "the view differs from a fresh one in {}", difference(&held, &fresh));
        }
    }
}

/// A view and a fresh one, without what may differ: places in the event log, and messages that the fresh one leaves to
/// its next page, or that the held one has not asked for.
fn comparable(held: &InboxView, fresh: &InboxView) -> (InboxView, InboxView) {
    let (mut held, mut fresh) = (held.clone(), fresh.clone());
    if let (Some(held), Some(fresh)) = (&mut held.thread, &fresh.thread)
        && let (true, Some(oldest)) = (fresh.has_older, fresh.messages.first())
    {
        held.messages.retain(|message| message.seq >= oldest.seq);
        held.has_older = true;
    }
    if let (Some(held), Some(fresh)) = (&held.thread, &mut fresh.thread)
        && let (true, Some(oldest)) = (held.has_older, held.messages.first())
    {
        fresh.messages.retain(|message| message.seq >= oldest.seq);
        fresh.has_older = true;
    }
    for view in [&mut held, &mut fresh] {
        (view.seq, view.list.seq) = (0, 0);
        if let Some(thread) = &mut view.thread {
            thread.seq = 0;
        }
    }
    (held, fresh)
}

/// The first part in which two views differ, in few words.
fn difference(held: &InboxView, fresh: &InboxView) -> String {
    let json = |view: &InboxView| serde_json::to_value(view).unwrap();
    let (held, fresh) = (json(held), json(fresh));
    let mut path = String::new();
    let (mut a, mut b) = (&held, &fresh);
    loop {
        let step = match (a, b) {
            // Another thing altogether: its parts would tell little.
            (Value::Object(x), Value::Object(y)) if x.get("id") != y.get("id") => {
                ("id".to_owned(), &a["id"], &b["id"]).into()
            }
            (Value::Object(x), Value::Object(y)) => {
                x.keys().find(|key| x.get(*key) != y.get(*key)).map(|key| (key.clone(), &x[key], &y[key]))
            }
            (Value::Array(x), Value::Array(y)) if x.len() == y.len() => {
                (0..x.len()).find(|at| x[*at] != y[*at]).map(|at| (at.to_string(), &x[at], &y[at]))
            }
            (Value::Array(x), Value::Array(y)) => return format!("{path}: {} against {} entries", x.len(), y.len()),
            _ => None,
        };
        let Some((name, x, y)) = step else { return format!("{path}: {a} against {b}") };
        path = format!("{path}/{name}");
        (a, b) = (x, y);
    }
}
