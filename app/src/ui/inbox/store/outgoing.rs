//! Own messages on their way to the server: shown at once, confirmed or refused in place, never lost and never doubled,
//! since each keeps the name it was given.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;

use super::Inbox;
use super::publish::Dirty;
use super::shown::{Bubble, Joined, Quote};
use crate::api::inbox::{ComposedToSend, FileToSend, TextToSend, resend, send_composed, send_file, send_text};
use crate::domain::composed::Composed;
use crate::domain::content::{Content, Media};
use crate::domain::ids::{AgentId, ConversationId, MessageId};
use crate::domain::media::MediaKind;
use crate::domain::message::{Author, AuthorKind, Direction, Message, MessageStatus};
use crate::error::AppError;
use crate::ui::parts::browser;

/// An answer that takes longer is no longer waited for; the message is offered again under its name.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);
const LONGEST_WAIT_S: u64 = 30;

/// Where a message stands that the server has not confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pending {
    Sending,
    /// The server could not be reached; it is tried again by itself.
    Waiting,
    /// The server said no, and why.
    Refused(AppError),
}

/// A message the server has not confirmed.
#[derive(Clone, Debug, PartialEq)]
pub struct Outgoing {
    pub client_msg_id: String,
    pub conversation_id: ConversationId,
    what: What,
    /// The message it answers.
    reply_to: Option<MessageId>,
    base_seq: i64,
    at_ms: i64,
    pending: Pending,
    /// Counts tries; an answer to an earlier one is still an answer, a silence of it is not.
    tries: u32,
    in_flight: bool,
}

/// What is said.
#[derive(Clone, Debug, PartialEq)]
enum What {
    Text(String),
    File {
        kind: MediaKind,
        media: Box<Media>,
        caption: String,
    },
    Composed {
        composed: Box<Composed>,
        /// The file above its words.
        media: Option<Box<Media>>,
    },
    /// An uncertain or failed message, once more.
    Again(Box<Message>),
}

/// What a bubble shows of it.
struct Shown {
    kind: String,
    text: Option<String>,
    content: Option<Box<Content>>,
    media: Option<Box<Media>>,
}

impl What {
    fn shown(&self) -> Shown {
        match self {
            Self::Text(body) => Shown { kind: "text".to_owned(), text: Some(body.clone()), content: None, media: None },
            Self::File { kind, media, caption } => Shown {
                kind: kind.as_str().to_owned(),
                text: Some(caption.clone()).filter(|caption| !caption.is_empty()),
                content: None,
                media: Some(media.clone()),
            },
            Self::Composed { composed, media } => Shown {
                kind: composed.kind().to_owned(),
                text: composed.text().map(str::to_owned),
                content: Some(Box::new(composed.content())),
                media: media.clone(),
            },
            Self::Again(message) => Shown {
                kind: message.kind.clone(),
                text: message.text.clone(),
                content: message.content.clone(),
                media: message.media.clone(),
            },
        }
    }
}

/// The bubbles of a conversation's unconfirmed messages. Those behind a waiting one wait, too.
pub(super) fn bubbles(all: &[Outgoing], open: &ConversationId, me: &AgentId) -> Vec<Bubble> {
    let mut waits = false;
    let here = all.iter().filter(|out| out.conversation_id == *open);
    here.map(|out| {
        waits |= out.pending == Pending::Waiting;
        let mut bubble = out.bubble(me);
        if waits && out.pending == Pending::Sending {
            bubble.pending = Some(Pending::Waiting);
        }
        bubble
    })
    .collect()
}

impl Outgoing {
    fn bubble(&self, me: &AgentId) -> Bubble {
        let refused = matches!(self.pending, Pending::Refused(_));
        let shown = self.what.shown();
        let message = Message {
            content: shown.content,
            media: shown.media,
            reactions: Vec::new(),
            edited_at_ms: None,
            revoked_at_ms: None,
            id: MessageId::from_text(self.client_msg_id.clone()),
            conversation_id: self.conversation_id.clone(),
            wamid: None,
            seq: i64::MAX,
            direction: Direction::Out,
            author: Author { kind: AuthorKind::Agent, id: Some(me.to_string()) },
            kind: shown.kind,
            text: shown.text,
            reply_to: self.reply_to.clone(),
            status: if refused { MessageStatus::Failed } else { MessageStatus::Queued },
            error: None,
            sent_at_ms: self.at_ms,
            received_at_ms: self.at_ms,
            client_msg_id: Some(self.client_msg_id.clone()),
            resend_of: match &self.what {
                What::Again(message) => Some(message.id.clone()),
                _ => None,
            },
        };
        let pending = Some(self.pending.clone());
        Bubble { message, pending, joined: Joined::default(), quote: None, repeated: false }
    }
}

impl Inbox {
    /// Sends a text to the open conversation, as an answer to one of its messages or on its own.
    pub fn send(self, body: String, reply_to: Option<MessageId>) {
        let Some(conversation_id) = self.open.get_untracked() else { return };
        self.queue(conversation_id, What::Text(body), reply_to);
    }

    /// Sends an uploaded file to the conversation it was chosen in.
    pub fn send_file(
        self,
        conversation_id: ConversationId,
        kind: MediaKind,
        media: Media,
        caption: String,
        reply_to: Option<MessageId>,
    ) {
        self.queue(conversation_id, What::File { kind, media: Box::new(media), caption }, reply_to);
    }

    /// Sends something to tap, a place or contact cards to the open conversation; `media` is the file above its words.
    pub fn send_composed(self, composed: Composed, media: Option<Box<Media>>, reply_to: Option<MessageId>) {
        let Some(conversation_id) = self.open.get_untracked() else { return };
        self.queue(conversation_id, What::Composed { composed: Box::new(composed), media }, reply_to);
    }

    /// The highest `seq` that was really on screen.
    pub fn seen_seq(self) -> i64 {
        self.truth.with_value(|truth| truth.seen_seq)
    }

    /// Sends an uncertain or failed message once more, at a person's word.
    pub fn send_again(self, message: &Message) {
        let what = What::Again(Box::new(message.clone()));
        self.queue(message.conversation_id.clone(), what, message.reply_to.clone());
    }

    fn queue(self, conversation_id: ConversationId, what: What, reply_to: Option<MessageId>) {
        let at_ms = self.clock.now_untracked();
        self.truth.update_value(|truth| {
            // Whoever answers has seen what was above.
            truth.line_after_seq = None;
            let base_seq = truth.seen_seq;
            truth.outgoing.push(Outgoing {
                client_msg_id: browser::random_id(),
                conversation_id,
                what,
                reply_to,
                base_seq,
                at_ms,
                pending: Pending::Sending,
                tries: 0,
                in_flight: false,
            });
        });
        self.touch(Dirty { thread: true, ..Dirty::default() });
        self.send_next();
    }

    /// Tries a refused message again, under the same name: if it did arrive, it is not sent twice.
    pub fn retry(self, client_msg_id: &str) {
        self.truth.update_value(|truth| {
            let Some(at) = truth.outgoing.iter().position(|out| out.client_msg_id == client_msg_id) else { return };
            // Now it is said, after whatever was said since.
            let mut out = truth.outgoing.remove(at);
            if out.pending == Pending::Refused(AppError::ClientMsgIdReused) {
                out.client_msg_id = browser::random_id();
            }
            out.pending = Pending::Sending;
            out.tries = 0;
            truth.outgoing.push(out);
        });
        self.touch(Dirty { thread: true, ..Dirty::default() });
        self.send_next();
    }

    /// Takes a refused message back and gives its text with what it answered; what is no text is let go.
    pub fn take_back(self, client_msg_id: &str) -> Option<(String, Option<Quote>)> {
        let taken = self.truth.try_update_value(|truth| {
            let refused = |out: &Outgoing| matches!(out.pending, Pending::Refused(_));
            let at = truth.outgoing.iter().position(|out| out.client_msg_id == client_msg_id && refused(out))?;
            let out = truth.outgoing.remove(at);
            let held = truth.view.thread.as_ref().map_or(&[][..], |thread| &thread.messages);
            let quote = out.reply_to.and_then(|id| held.iter().find(|message| message.id == id).map(Quote::of));
            match out.what {
                What::Text(body) => Some((body, quote)),
                _ => None,
            }
        });
        self.touch(Dirty { thread: true, ..Dirty::default() });
        taken.flatten()
    }

    /// There is a connection again: what waited goes now.
    pub(super) fn send_waiting(self) {
        self.truth.update_value(|truth| {
            for out in truth.outgoing.iter_mut().filter(|out| out.pending == Pending::Waiting) {
                out.pending = Pending::Sending;
                out.tries = 0;
            }
        });
        self.touch(Dirty { thread: true, ..Dirty::default() });
        self.send_next();
    }

    /// Starts whatever may start: in each conversation one message at a time, so that they arrive as they were written.
    fn send_next(self) {
        let starting = self.truth.try_update_value(|truth| {
            let mut busy = Vec::new();
            let mut starting = Vec::new();
            for out in &mut truth.outgoing {
                if matches!(out.pending, Pending::Refused(_)) || busy.contains(&out.conversation_id) {
                    continue;
                }
                busy.push(out.conversation_id.clone());
                if out.pending == Pending::Sending && !out.in_flight {
                    out.in_flight = true;
                    out.tries += 1;
                    starting.push(out.clone());
                }
            }
            starting
        });
        for out in starting.unwrap_or_default() {
            self.offer(out);
        }
        self.count_waiting();
    }

    fn offer(self, out: Outgoing) {
        let (name, tries) = (out.client_msg_id.clone(), out.tries);
        browser::after(ANSWER_WITHIN, move || self.answered(&name, tries, Err(AppError::Offline)));
        spawn_local(async move {
            let answer = match out.what {
                What::Again(message) => resend(message.id, out.client_msg_id.clone()).await,
                What::File { kind, media, caption } => {
                    send_file(FileToSend {
                        conversation_id: out.conversation_id,
                        voice: media.voice,
                        media_id: media.id,
                        kind,
                        caption,
                        client_msg_id: out.client_msg_id.clone(),
                        base_seq: out.base_seq,
                        reply_to: out.reply_to,
                    })
                    .await
                }
                What::Composed { composed, .. } => {
                    send_composed(ComposedToSend {
                        conversation_id: out.conversation_id,
                        composed: *composed,
                        client_msg_id: out.client_msg_id.clone(),
                        base_seq: out.base_seq,
                        reply_to: out.reply_to,
                    })
                    .await
                }
                What::Text(body) => {
                    send_text(TextToSend {
                        conversation_id: out.conversation_id,
                        body,
                        client_msg_id: out.client_msg_id.clone(),
                        base_seq: out.base_seq,
                        reply_to: out.reply_to,
                    })
                    .await
                }
            };
            self.answered(&out.client_msg_id, tries, answer);
        });
    }

    fn answered(self, name: &str, tries: u32, answer: Result<Message, AppError>) {
        if answer == Err(AppError::SignedOut) {
            return self.leave();
        }
        let wait = self.truth.try_update_value(|truth| {
            // It may be gone: the live line was faster, or an earlier try was answered.
            let at = truth.outgoing.iter().position(|out| out.client_msg_id == name)?;
            match answer {
                Ok(message) => {
                    truth.outgoing.remove(at);
                    let thread = truth.view.thread.as_mut().filter(|it| it.row.id == message.conversation_id);
                    if let Some(thread) = thread {
                        let has_older = thread.has_older;
                        thread.prepend(thread.seq, vec![message], has_older);
                    }
                    None
                }
                Err(_) if truth.outgoing[at].tries != tries || !truth.outgoing[at].in_flight => None,
                Err(AppError::Offline | AppError::Unavailable | AppError::Throttled { .. }) => {
                    let out = &mut truth.outgoing[at];
                    (out.pending, out.in_flight) = (Pending::Waiting, false);
                    Some(2_u64.saturating_pow(tries.min(6)).min(LONGEST_WAIT_S))
                }
                Err(error) => {
                    let out = &mut truth.outgoing[at];
                    (out.pending, out.in_flight) = (Pending::Refused(error), false);
                    None
                }
            }
        });
        if let Some(seconds) = wait.flatten() {
            let name = name.to_owned();
            browser::after(Duration::from_secs(seconds), move || self.wake(&name));
        }
        self.touch(Dirty { thread: true, ..Dirty::default() });
        self.send_next();
    }

    /// A waiting message has waited long enough.
    fn wake(self, name: &str) {
        self.truth.update_value(|truth| {
            let waits = |out: &&mut Outgoing| out.client_msg_id == name && out.pending == Pending::Waiting;
            if let Some(out) = truth.outgoing.iter_mut().find(waits) {
                out.pending = Pending::Sending;
            }
        });
        self.send_next();
    }

    fn count_waiting(self) {
        let waiting = self.truth.with_value(|truth| {
            truth.outgoing.iter().filter(|out| !matches!(out.pending, Pending::Refused(_))).count() as i64
        });
        if self.waiting.get_untracked() != waiting {
            self.waiting.set(waiting);
        }
    }

    /// Asks before a page is left that still holds a message nobody else has.
    pub(super) fn guard_unsent(self) {
        let _ = window_event_listener_untyped("beforeunload", move |event| {
            if self.waiting.get_untracked() > 0 {
                event.prevent_default();
                if let Some(event) = event.dyn_ref::<web_sys::BeforeUnloadEvent>() {
                    event.set_return_value("unsent");
                }
            }
        });
    }
}
