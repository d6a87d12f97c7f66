//! What this tab knows: one [`InboxView`] that `live::view::apply` keeps true, and the signals the screen hangs on.
//!
//! The view itself is no signal. Frames change it as they come; once a frame of the screen, what differs is published
//! (`publish`), row by row and bubble by bubble, so that fifty events a second cost one small update.

mod live;
mod load;
mod outgoing;
mod publish;
mod reacting;
mod reading;
mod shown;

use std::collections::{HashMap, VecDeque};

use leptos::prelude::*;

pub use load::{Filling, Opened};
pub use outgoing::{Outgoing, Pending};
pub use shown::{Bubble, BubbleItem, Item, Quote, RowItem};

use crate::boot::{Boot, Page};
use crate::domain::agent::AgentBrief;
use crate::domain::channel::ChannelBrief;
use crate::domain::conversation::{ConversationRow, ListFilter};
use crate::domain::ids::ConversationId;
use crate::live::protocol::{HouseState, WatchList, WatchThread};
use crate::live::view::InboxView;
use crate::ui::i18n::{Texts, texts};
use crate::ui::parts::browser;
use crate::ui::parts::clock::Clock;

/// How the line to the server stands. Moments are of the browser's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    Up,
    Down { since_ms: i64 },
}

/// Handles to all of it. Lives as long as the page, so its signals outlive every component.
#[derive(Clone, Copy)]
pub struct Inbox {
    truth: StoredValue<Truth>,
    pub clock: Clock,
    pub texts: &'static Texts,
    pub link: RwSignal<Link>,
    /// The server carries another site than this page.
    pub outdated: RwSignal<bool>,
    /// How the house itself stands: what waits for an admin, and the storage.
    pub house: RwSignal<HouseState>,

    pub me: RwSignal<AgentBrief>,
    pub agents: RwSignal<Vec<AgentBrief>>,
    pub channels: RwSignal<Vec<ChannelBrief>>,

    pub filter: RwSignal<ListFilter>,
    pub rows: RwSignal<Vec<RowItem>>,
    /// The list has more rows than are loaded.
    pub has_more: RwSignal<bool>,
    /// The whole list is being fetched, or could not be.
    pub list_filling: RwSignal<Filling>,
    /// The next page of it is.
    pub more_filling: RwSignal<Filling>,
    /// Unread conversations among the loaded ones, by number.
    pub unread: RwSignal<HashMap<String, i64>>,

    pub open: RwSignal<Option<ConversationId>>,
    pub opened: RwSignal<Opened>,
    /// The open conversation, as soon as anything is known of it.
    pub open_row: RwSignal<Option<ConversationRow>>,
    pub items: RwSignal<Vec<Item>>,
    /// Customer messages below the unread line.
    pub unread_line: RwSignal<i64>,
    pub has_older: RwSignal<bool>,
    pub older_filling: RwSignal<Filling>,
    /// The newest message of the open conversation and how many came after a given one are counted from this.
    pub newest_seq: RwSignal<i64>,
    /// The last customer message, for those who hear the screen.
    pub spoken: RwSignal<String>,

    /// A person has just chosen a conversation: the keyboard follows into it.
    pub focus_thread: StoredValue<bool>,
    /// Messages that wait for the connection.
    pub waiting: RwSignal<i64>,
    pub drafts: RwSignal<HashMap<ConversationId, String>>,
    /// What the drafts answer.
    pub answering: StoredValue<HashMap<ConversationId, Quote>>,
    /// Where and when the server was last told that one writes.
    typing_told: StoredValue<Option<(ConversationId, i64)>>,
}

/// What the signals are published from.
struct Truth {
    view: InboxView,
    /// The address names a conversation that is not there for this person.
    missing: bool,
    build: String,
    rows: HashMap<ConversationId, ArcRwSignal<ConversationRow>>,
    bubbles: HashMap<String, ArcRwSignal<Bubble>>,
    outgoing: Vec<Outgoing>,
    /// Everything up to this `seq` had been read when the conversation was opened; the line stands after it.
    line_after_seq: Option<i64>,
    /// The highest `seq` that was really on screen.
    seen_seq: i64,
    /// The last read mark this tab has asked for.
    marked: Option<(ConversationId, i64)>,
    spoken_seq: i64,
    dirty: publish::Dirty,
    /// Answers to older questions than these are out of date.
    list_request: u64,
    thread_request: u64,
    needs_resync: bool,
    /// What was said on this line and the server has not answered, oldest first.
    unanswered: VecDeque<(Option<WatchList>, Option<WatchThread>)>,
}

impl Inbox {
    /// The store of a signed-in page.
    pub fn of_boot(boot: &Boot) -> Option<Self> {
        let Page::App { inbox: view, missing, .. } = &boot.page else { return None };
        let view = (**view).clone();
        let inbox = Self {
            clock: Clock::at(boot.now_ms),
            texts: texts(boot.locale),
            link: RwSignal::new(Link::Down { since_ms: i64::MAX }),
            outdated: RwSignal::new(false),
            house: RwSignal::default(),
            me: RwSignal::new(view.me.clone()),
            agents: RwSignal::new(view.agents.clone()),
            channels: RwSignal::new(view.channels.clone()),
            filter: RwSignal::new(view.list.filter.clone()),
            rows: RwSignal::default(),
            has_more: RwSignal::new(view.list.horizon.is_some()),
            list_filling: RwSignal::new(Filling::Done),
            more_filling: RwSignal::new(Filling::Done),
            unread: RwSignal::default(),
            open: RwSignal::new(view.thread.as_ref().map(|thread| thread.row.id.clone())),
            opened: RwSignal::new(if *missing { Opened::Missing } else { Opened::Ready }),
            open_row: RwSignal::new(view.thread.as_ref().map(|thread| thread.row.clone())),
            items: RwSignal::default(),
            unread_line: RwSignal::new(0),
            has_older: RwSignal::new(false),
            older_filling: RwSignal::new(Filling::Done),
            newest_seq: RwSignal::new(0),
            spoken: RwSignal::default(),
            focus_thread: StoredValue::new(false),
            waiting: RwSignal::new(0),
            drafts: RwSignal::default(),
            answering: StoredValue::default(),
            typing_told: StoredValue::default(),
            truth: StoredValue::new(Truth {
                line_after_seq: view.thread.as_ref().and_then(|thread| shown::line_of(&thread.row)),
                spoken_seq: view.thread.as_ref().map_or(0, |thread| thread.row.seq),
                view,
                missing: *missing,
                build: boot.build.clone(),
                rows: HashMap::new(),
                bubbles: HashMap::new(),
                outgoing: Vec::new(),
                seen_seq: 0,
                marked: None,
                dirty: publish::Dirty::default(),
                list_request: 0,
                thread_request: 0,
                needs_resync: false,
                unanswered: VecDeque::new(),
            }),
        };
        Some(inbox)
    }

    /// Comes to life in the browser.
    pub fn start(self) {
        self.link.set(Link::Down { since_ms: browser::now_ms() });
        self.clock.start();
        self.publish_all();
        self.start_live();
        self.start_reading();
        self.guard_unsent();
    }

    /// The address of a conversation, or of the list alone, under the filter that is chosen.
    pub fn address_of(self, id: Option<&ConversationId>) -> String {
        let path = id.map_or_else(|| "/inbox".to_owned(), |id| format!("/inbox/{id}"));
        let filter = self.filter.read();
        filter.channel_id.as_ref().map_or_else(|| path.clone(), |channel| format!("{path}?channel={channel}"))
    }

    /// The session is over: nothing of it stays on the screen.
    pub fn leave(self) {
        browser::go_to("/signin");
    }
}

/// The store of this page; `None` before one is signed in.
pub fn use_inbox() -> Option<Inbox> {
    use_context()
}
